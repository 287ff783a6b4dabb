"""YAML that remembers where things stood, so that an error names the file, the line and the reason."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any, TypeVar

import yaml
from pydantic import BaseModel, ValidationError

from plans.errors import SetupError

M = TypeVar("M", bound=BaseModel)
Place = tuple[int | str, ...]


class Located:
    """A YAML document as plain data, and the line of everything in it."""

    def __init__(self, path: Path) -> None:
        """Raises SetupError when the file cannot be read or is not YAML."""
        self.path = path
        try:
            text = path.read_text(encoding="utf-8")
            self._root = yaml.compose(text, Loader=yaml.SafeLoader)
            self.data: Any = yaml.safe_load(text)
        except OSError as error:
            raise SetupError(f"{path}: cannot be read ({error.strerror})") from error
        except UnicodeDecodeError as error:
            raise SetupError(f"{path}: is not UTF-8 text") from error
        except yaml.MarkedYAMLError as error:
            mark = error.problem_mark
            raise SetupError(f"{path}:{mark.line + 1 if mark else 1}: {error.problem or 'is not YAML'}") from error
        except (yaml.YAMLError, ValueError) as error:
            raise SetupError(f"{path}: is not YAML ({error})") from error

    def line(self, place: Sequence[int | str]) -> int:
        """The line, from 1, of what stands at a place; of the nearest thing around it when it is not there."""
        node, found = self._root, 1
        for step in place:
            inner = _inside(node, step)
            if inner is None:
                break
            found, node = inner
        return found

    def error(self, place: Sequence[int | str], reason: str) -> SetupError:
        name = ".".join(str(step) for step in place if not isinstance(step, int))
        return SetupError(f"{self.path}:{self.line(place)}: {name + ': ' if name else ''}{reason}")

    def read(self, model: type[M], data: Any, at: Place = ()) -> M:
        """Checks the part of the document at a place. Raises SetupError for the first thing that is wrong with it."""
        try:
            return model.model_validate(data)
        except ValidationError as error:
            place, reason = first_fault(error)
            raise self.error((*at, *place), reason) from error


def _inside(node: yaml.Node | None, step: int | str) -> tuple[int, yaml.Node] | None:
    if isinstance(node, yaml.MappingNode):
        for key, value in node.value:
            if key.value == str(step):
                return key.start_mark.line + 1, value
    if isinstance(node, yaml.SequenceNode) and isinstance(step, int) and step < len(node.value):
        return node.value[step].start_mark.line + 1, node.value[step]
    return None


def first_fault(error: ValidationError) -> tuple[Place, str]:
    """Where the first thing that is wrong stands, and why it is, in words for whoever wrote the file."""
    first = error.errors()[0]
    said = {"extra_forbidden": "there is no such setting", "missing": "is missing"}
    return first["loc"], said.get(first["type"], first["msg"].removeprefix("Value error, "))
