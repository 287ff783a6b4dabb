"""Playbooks as they are written: YAML, validated whole, every mistake told with its file and line."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import yaml
from pydantic import ValidationError

from plans.errors import SetupError
from plans.planning.playbook_check import faults
from plans.planning.playbook_parts import Playbook

Lines = dict[tuple[str | int, ...], int]
"""Where each part of the document stands, by the path to it."""
# The parser in C reads the shelf in a tenth of the time, and Steward's start waits for it; not every build has it.
_Loader: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


def _lines(node: yaml.Node | None, path: tuple[str | int, ...], found: Lines) -> None:
    """Raises ValueError for a key that stands there twice."""
    if node is None:
        return
    found.setdefault(path, node.start_mark.line + 1)
    if isinstance(node, yaml.MappingNode):
        for key, value in node.value:
            deeper = (*path, str(key.value))
            if deeper in found:
                raise ValueError(f"{key.start_mark.line + 1}: {key.value} stands there twice")
            found[deeper] = key.start_mark.line + 1
            _lines(value, deeper, found)
    elif isinstance(node, yaml.SequenceNode):
        for place, value in enumerate(node.value):
            _lines(value, (*path, place), found)


def _told(path: tuple[str | int, ...], said: str, lines: Lines) -> str:
    """The line of the part, or of the nearest one around it that the file has; and which part it is."""
    near = path
    while near and near not in lines:
        near = near[:-1]
    return f"{lines.get(near, 1)}: {'.'.join(str(part) for part in path)}: {said}"


def _wrong(error: ValidationError, lines: Lines) -> list[str]:
    return [
        _told(problem["loc"], "unknown key" if problem["type"] == "extra_forbidden" else problem["msg"], lines)
        for problem in error.errors(include_url=False, include_input=False)
    ]


def load(path: Path) -> Playbook:
    """Raises SetupError with the file, the line and what is wrong there."""
    try:
        loader = _Loader(path.read_text(encoding="utf-8"))
        node = loader.get_single_node()
        lines: Lines = {}
        _lines(node, (), lines)
        data: Any = loader.construct_document(node) if node is not None else None
    except yaml.MarkedYAMLError as error:
        line = error.problem_mark.line + 1 if error.problem_mark else 1
        raise SetupError(f"{path}:{line}: {error.problem}") from error
    except (OSError, ValueError, yaml.YAMLError) as error:
        raise SetupError(f"{path}:{error}") from error
    try:
        playbook = Playbook.model_validate(data)
    except ValidationError as error:
        raise SetupError("\n".join(f"{path}:{wrong}" for wrong in _wrong(error, lines))) from error
    found = [_told(where, said, lines) for where, said in faults(playbook)]
    if found:
        raise SetupError("\n".join(f"{path}:{fault}" for fault in found))
    return playbook
