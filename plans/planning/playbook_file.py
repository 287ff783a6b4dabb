"""Playbooks as they are written: YAML, validated whole, every mistake told with its file and line.

A playbook says what a kind of plan consists of and where in the plan's time each part lies. It holds text with three
placeholders and no logic; ``playbook_outline`` dates it for a goal.
"""

from __future__ import annotations

from pathlib import Path
from string import Formatter
from typing import Annotated, Any

import yaml
from pydantic import AfterValidator, BaseModel, ConfigDict, Field, ValidationError, model_validator

from plans.errors import SetupError
from plans.model.plan import Flow
from plans.planning.capabilities import Capability
from plans.words import Check

PLACEHOLDERS = frozenset({"subject", "deadline", "figure"})


def _template(text: str) -> str:
    """Only the known placeholders, bare: a template can reach nothing but the three words it is given."""
    for _, name, spec, conversion in Formatter().parse(text):
        if name is not None and (name not in PLACEHOLDERS or spec or conversion):
            raise ValueError(f"{{{name}}} is none of {', '.join(sorted(PLACEHOLDERS))}")
    return text


Template = Annotated[str, Field(min_length=1, max_length=600), AfterValidator(_template)]
Key = Annotated[str, Field(pattern=r"^[a-z][a-z_]{0,30}$")]
FIGURES = "figures"
"""What a stream names as its objective when it serves the goal's own figures."""


class _Part(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class At(_Part):
    """A working day: ``day`` on from the plan's first (0), or with that share of the plan, in percent, still left."""

    day: int | None = Field(default=None, ge=0, le=10)
    left: int | None = Field(default=None, ge=0, le=100)

    @model_validator(mode="after")
    def _one(self) -> At:
        if (self.day is None) == (self.left is None):
            raise ValueError("say either day or left")
        return self


class Measure(_Part):
    name: str
    unit: str
    target: float


class FixedObjective(_Part):
    key: Key
    title: Template
    metric: Measure


class OtherFigure(Measure):
    question: str


class Figures(_Part):
    """The objectives made of the goal's own figures, and what is measured where it names none."""

    title: Template
    otherwise: OtherFigure


class Mark(_Part):
    key: Key
    title: Template
    at: At
    check: Template
    after: tuple[Key, ...] = ()


class StreamPart(_Part):
    key: Key
    title: Template
    objective: Key
    opens: At
    closes: At
    check: Template
    flow: Flow
    milestones: tuple[Mark, ...] = Field(min_length=1)


class TaskPart(_Part):
    key: Key
    title: Template
    stream: Key
    capability: Capability | None = None
    day: int = Field(ge=0, le=10)
    days: int = Field(ge=1, le=10)
    effort: float = Field(default=1.0, gt=0, le=1)
    after: tuple[Key, ...] = ()
    check: Check
    instructions: Template
    budget_percent: int | None = Field(default=None, ge=1, le=100)


class Playbook(_Part):
    name: Key
    label: str
    title: Template
    north_star: Template
    keywords: dict[str, int] = Field(min_length=1)
    lead_days: int = Field(ge=6)
    """Working days that it takes at least."""
    audience: str
    """The only recipient its campaigns may have."""
    figures: Figures
    objectives: tuple[FixedObjective, ...] = Field(min_length=1, max_length=2)
    streams: tuple[StreamPart, ...] = Field(min_length=4, max_length=6)
    tasks: tuple[TaskPart, ...] = Field(min_length=1)
    assumptions: tuple[Template, ...] = ()
    questions: tuple[Template, ...] = ()

    @model_validator(mode="after")
    def _keys(self) -> Playbook:
        """Every key is there once, and every reference is to one."""
        marks = [mark for stream in self.streams for mark in stream.milestones]
        steps = {mark.key for mark in marks} | {task.key for task in self.tasks}
        keys = [mark.key for mark in marks] + [task.key for task in self.tasks]
        keys += [objective.key for objective in self.objectives] + [stream.key for stream in self.streams]
        twice = sorted({key for key in keys if keys.count(key) > 1})
        if twice or FIGURES in keys:
            raise ValueError(f"used for two parts: {', '.join(twice) or FIGURES}")
        waits = [mark.after for mark in marks] + [task.after for task in self.tasks]
        used = {
            "objective": ({stream.objective for stream in self.streams}, {FIGURES, *(o.key for o in self.objectives)}),
            "stream": ({task.stream for task in self.tasks}, {stream.key for stream in self.streams}),
            "milestone or task": ({before for after in waits for before in after}, steps),
        }
        for kind, (named, known) in used.items():
            if named - known:
                raise ValueError(f"there is no {kind} {', '.join(sorted(named - known))}")
        return self


def _lines(node: yaml.Node | None, path: tuple[str | int, ...], found: dict[tuple[str | int, ...], int]) -> None:
    """Where each part of the document stands, by the path that pydantic reports. Raises ValueError for a key twice."""
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


def _wrong(error: ValidationError, lines: dict[tuple[str | int, ...], int]) -> list[str]:
    told = []
    for problem in error.errors(include_url=False, include_input=False):
        path = problem["loc"]
        while path and path not in lines:
            path = path[:-1]
        where = ".".join(str(part) for part in problem["loc"])
        unknown = problem["type"] == "extra_forbidden"
        told.append(f"{lines.get(path, 1)}: {where}: {'unknown key' if unknown else problem['msg']}")
    return told


def load(path: Path) -> Playbook:
    """Raises SetupError with the file, the line and what is wrong there."""
    try:
        loader = yaml.SafeLoader(path.read_text(encoding="utf-8"))
        node = loader.get_single_node()
        lines: dict[tuple[str | int, ...], int] = {}
        _lines(node, (), lines)
        data: Any = loader.construct_document(node) if node is not None else None
    except yaml.MarkedYAMLError as error:
        line = error.problem_mark.line + 1 if error.problem_mark else 1
        raise SetupError(f"{path}:{line}: {error.problem}") from error
    except (OSError, ValueError) as error:
        raise SetupError(f"{path}:{error}") from error
    try:
        return Playbook.model_validate(data)
    except ValidationError as error:
        raise SetupError("\n".join(f"{path}:{wrong}" for wrong in _wrong(error, lines))) from error
