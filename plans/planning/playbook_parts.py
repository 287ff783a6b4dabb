"""What a playbook consists of. Text with three placeholders and no logic; ``playbook_outline`` dates it for a goal."""

from __future__ import annotations

from string import Formatter
from typing import Annotated, Any, Literal

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field, model_validator

from plans.planning.capabilities import Capability
from plans.planning.playbook_days import Bound
from plans.words import Check, Verb

PLACEHOLDERS = frozenset({"subject", "deadline", "figure"})
FIGURES = "figures"
"""What a stream names as its objective when it serves the goal's own figures."""


def _template(text: str) -> str:
    """Only the known placeholders, bare: a template can reach nothing but the three words it is given."""
    for _, name, spec, conversion in Formatter().parse(text):
        if name is not None and (name not in PLACEHOLDERS or spec or conversion):
            raise ValueError(f"{{{name}}} is none of {', '.join(sorted(PLACEHOLDERS))}")
    return text


def _worded(check: Any) -> Any:
    """A test that only a person can apply is its words alone."""
    return {"text": check} if isinstance(check, str) else check


def _three(days: Any) -> Any:
    """One number stands for all three points."""
    return (days, days, days) if isinstance(days, int) else days


Template = Annotated[str, Field(min_length=1, max_length=600), AfterValidator(_template)]
Key = Annotated[str, Field(pattern=r"^[a-z][a-z_]{0,30}$")]
Role = Annotated[str, Field(pattern=r"^[a-z](?:[a-z ]{0,38}[a-z])?$")]
Words = Annotated[Check, BeforeValidator(_worded)]
Estimate = Annotated[
    tuple[
        Annotated[int, Field(ge=1, le=250)], Annotated[int, Field(ge=1, le=250)], Annotated[int, Field(ge=1, le=250)]
    ],
    BeforeValidator(_three),
]


class _Part(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class At(_Part):
    """A working day: ``day`` on from the plan's first (0), or the last one before only that share of it is left."""

    day: int | None = Field(default=None, ge=0, le=10)
    left: int | None = Field(default=None, ge=0, le=100)

    @model_validator(mode="after")
    def _one(self) -> At:
        if (self.day is None) == (self.left is None):
            raise ValueError("say either day or left")
        return self

    @property
    def opening(self) -> Bound:
        return Bound(left=self.left) if self.day is None else Bound(self.day)

    @property
    def closing(self) -> Bound:
        return Bound(left=self.left) if self.day is None else Bound(self.day + 1)


class Measure(_Part):
    name: str
    unit: str
    baseline: float = 0
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


class FlowPart(_Part):
    """What sets a stream's work going, how its effect is heard of, and what it is worth."""

    trigger: Template
    feedback: Template
    returns: Template


class LinkPart(_Part):
    """A wait for a milestone or a task with working days between, or for its start."""

    item: Key
    kind: Literal["finish_start", "start_start"]
    lag: int = Field(default=0, ge=0, le=60)

    @model_validator(mode="after")
    def _more(self) -> LinkPart:
        if self.kind == "finish_start" and not self.lag:
            raise ValueError("a plain wait belongs into after")
        return self


class Mark(_Part):
    key: Key
    title: Template
    at: At
    check: Template
    after: tuple[Key, ...] = ()

    @property
    def opening(self) -> Bound:
        """Before its own day."""
        closing = self.at.closing
        return Bound(closing.day, closing.left, -1)


class StreamPart(_Part):
    key: Key
    title: Template
    objective: Key
    metric: Measure | None = None
    """What it moves itself; without, its objective's."""
    opens: At
    closes: At
    check: Template
    flow: FlowPart
    milestones: tuple[Mark, ...] = ()


class When(_Part):
    """When a task is done: from ``day`` on for its likely days, or between two shares of the plan that are left."""

    day: int | None = Field(default=None, ge=0, le=10)
    left: tuple[int, int] | None = None
    days: Estimate
    """Working days: at best, likely and at worst, or one number for all of them."""
    effort: float = Field(default=1.0, gt=0, le=1)
    """The part of a day that it takes on each day of its window."""
    after: tuple[Key, ...] = ()
    links: tuple[LinkPart, ...] = ()

    @model_validator(mode="after")
    def _dated(self) -> When:
        if (self.day is None) == (self.left is None):
            raise ValueError("say either day or left")
        if self.left is not None and not 100 >= self.left[0] > self.left[1] >= 0:
            raise ValueError("left goes from more to less, between 100 and 0")
        if list(self.days) != sorted(self.days):
            raise ValueError("days go from the best over the likely to the worst")
        return self

    @property
    def opening(self) -> Bound:
        return Bound(self.day or 0) if self.left is None else Bound(left=self.left[0])

    @property
    def closing(self) -> Bound:
        return Bound((self.day or 0) + self.days[1]) if self.left is None else Bound(left=self.left[1])


class TaskPart(_Part):
    key: Key
    title: Template
    stream: Key
    capability: Capability | None = None
    role: Role | None = None
    """Whose seat does it, or would if no agent can; without, it is the owner's."""
    when: When
    check: Words
    instructions: Template | None = None
    budget_percent: int | None = Field(default=None, ge=1, le=100)


class Seat(_Part):
    """How much of a role there is."""

    share: float = Field(default=1.0, gt=0, le=1)
    """Of a working day that is this plan's."""
    at_once: int = Field(default=1, ge=1, le=100)
    """Heads."""


class RiskPart(_Part):
    text: Template
    probability: float = Field(ge=0, le=1)
    days: int = Field(default=0, ge=0)
    budget_percent: int | None = Field(default=None, ge=1, le=100)
    """What it would cost, of the plan's budget."""
    items: tuple[Key, ...] = ()
    mitigation: Template
    sponsor: bool = False


class EmbargoPart(_Part):
    """Nothing of these verbs before a day: from the plan's first to the one before ``until``."""

    kind: Literal["embargo"]
    text: Template
    until: At
    verbs: tuple[Verb, ...] = Field(min_length=1)


class AtMostPart(_Part):
    kind: Literal["at_most"]
    text: Template
    verb: Verb
    most: int = Field(ge=0)
    per: Literal["week", "day"] = "week"


class UnsaidPart(_Part):
    kind: Literal["unsaid"]
    text: Template
    words: tuple[str, ...] = Field(min_length=1)


ConstraintPart = Annotated[EmbargoPart | AtMostPart | UnsaidPart, Field(discriminator="kind")]


class Playbook(_Part):
    name: Key
    label: str = Field(min_length=1, max_length=60)
    about: str = Field(min_length=1, max_length=160)
    """One line for whoever looks for a playbook."""
    title: Template
    north_star: Template
    keywords: dict[str, int] = Field(min_length=1)
    lead_days: int = Field(ge=5, le=250)
    """Working days that it takes at least."""
    audience: str | None = None
    """The only recipient its campaigns may have."""
    figures: Figures
    objectives: tuple[FixedObjective, ...] = Field(default=(), max_length=2)
    team: dict[Role, Seat] = Field(default_factory=dict)
    streams: tuple[StreamPart, ...] = Field(min_length=1, max_length=6)
    tasks: tuple[TaskPart, ...] = Field(min_length=1, max_length=200)
    constraints: tuple[ConstraintPart, ...] = ()
    risks: tuple[RiskPart, ...] = ()
    assumptions: tuple[Template, ...] = ()
    questions: tuple[Template, ...] = ()

    @property
    def marks(self) -> tuple[Mark, ...]:
        return tuple(mark for stream in self.streams for mark in stream.milestones)

    @property
    def capabilities(self) -> tuple[Capability, ...]:
        """What agents are asked for, each once, in the order of the tasks."""
        return tuple(dict.fromkeys(task.capability for task in self.tasks if task.capability))

    @property
    def items(self) -> int:
        """How many items its plans have, with one figure in the goal."""
        return 1 + len(self.objectives) + len(self.streams) + len(self.marks) + len(self.tasks)
