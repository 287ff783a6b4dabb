"""The edits of a plan: each names what it changes and to what. Stored as JSON, shown as a diff."""

from __future__ import annotations

from datetime import date
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field, TypeAdapter

from plans.model.agreed import Constraint, Risk
from plans.model.plan import Flow, Item, Link, Member, Metric, Plan
from plans.words import AgentName, Check, ConstraintId, Doer, ItemId, ItemState, Money, PersonId, RiskId


class _Edit(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class AddItem(_Edit):
    kind: Literal["add"] = "add"
    item: Item
    place: int | None = Field(default=None, ge=0)
    """Where in the reader's order, counted from 0; None means last."""


class RemoveItem(_Edit):
    """Takes an item off as if it had never been there: the inverse of adding it."""

    kind: Literal["remove"] = "remove"
    item: ItemId


class DropItem(_Edit):
    """Gives an item up; it stays visible as dropped, and what waited for it no longer does."""

    kind: Literal["drop"] = "drop"
    item: ItemId
    call_off: bool = False
    """What becomes of it if somebody is working on it: called off. Without, such an item cannot be dropped."""


class RestoreItem(_Edit):
    kind: Literal["restore"] = "restore"
    item: ItemId
    state: ItemState


class Redate(_Edit):
    kind: Literal["redate"] = "redate"
    item: ItemId
    start: date
    end: date


class Reassign(_Edit):
    kind: Literal["reassign"] = "reassign"
    item: ItemId
    agent: AgentName | None
    owner: PersonId
    call_off: bool = False
    """What becomes of it if its agent is working on it: called off. Without, such an item keeps its agent."""


class Retitle(_Edit):
    kind: Literal["retitle"] = "retitle"
    item: ItemId
    title: str


class Reestimate(_Edit):
    """Working days, likely and if given at best and at worst, and the part of a day that it takes."""

    kind: Literal["reestimate"] = "reestimate"
    item: ItemId
    days: int = Field(ge=1)
    low: int | None = Field(default=None, ge=1)
    high: int | None = Field(default=None, ge=1)
    effort: float = Field(default=1.0, gt=0, le=1)


class Move(_Edit):
    """Puts an item under another parent."""

    kind: Literal["move"] = "move"
    item: ItemId
    parent: ItemId | None


class SetWaits(_Edit):
    """All that an item waits for."""

    kind: Literal["waits"] = "waits"
    item: ItemId
    after: tuple[ItemId, ...] = ()
    links: tuple[Link, ...] = ()


class Recheck(_Edit):
    """Another acceptance test."""

    kind: Literal["recheck"] = "recheck"
    item: ItemId
    check: Check


class SetRole(_Edit):
    kind: Literal["role"] = "role"
    item: ItemId
    role: str


class SetFlow(_Edit):
    kind: Literal["flow"] = "flow"
    item: ItemId
    flow: Flow | None


class ReplaceItem(_Edit):
    """An item as it stands elsewhere, e.g. in a file that is read in; its state stays what it is here."""

    kind: Literal["replace"] = "replace"
    item: Item


class Agree(_Edit):
    """Adds a constraint, or puts another in the place of the one with its id."""

    kind: Literal["agree"] = "agree"
    constraint: Constraint
    place: int | None = None


class Lift(_Edit):
    """Takes a constraint back."""

    kind: Literal["lift"] = "lift"
    constraint: ConstraintId


class SetRisk(_Edit):
    """Adds a risk, or puts another in the place of the one with its id."""

    kind: Literal["risk"] = "risk"
    risk: Risk
    place: int | None = None


class CloseRisk(_Edit):
    kind: Literal["close_risk"] = "close_risk"
    risk: RiskId


class SetMember(_Edit):
    """Says how much of somebody there is, in place of what was said before."""

    kind: Literal["member"] = "member"
    member: Member
    place: int | None = None


class RemoveMember(_Edit):
    kind: Literal["remove_member"] = "remove_member"
    doer: Doer


class Frame(_Edit):
    """Everything that is said about a plan as a whole, but its name, owner, deadline, budget and lists."""

    title: str
    north_star: str
    zone: str
    workdays: tuple[int, ...]
    country: str
    begins: date
    metrics: tuple[Metric, ...]
    assumptions: tuple[str, ...]
    questions: tuple[str, ...]

    @classmethod
    def of(cls, plan: Plan) -> Frame:
        return cls(**{name: getattr(plan, name) for name in cls.model_fields})


class SetFrame(_Edit):
    kind: Literal["frame"] = "frame"
    frame: Frame


class SetDeadline(_Edit):
    kind: Literal["deadline"] = "deadline"
    deadline: date


class SetBudget(_Edit):
    kind: Literal["budget"] = "budget"
    budget: Money | None


ItemEdit = (
    DropItem | RestoreItem | Redate | Reassign | Retitle | Reestimate | Move | SetWaits | Recheck | SetRole | SetFlow
)
"""Edits that change one thing about an item that is there."""
ListEdit = Agree | Lift | SetRisk | CloseRisk | SetMember | RemoveMember
"""Edits of a plan's constraints, risks and team."""
Edit = Annotated[
    AddItem | RemoveItem | ReplaceItem | ItemEdit | ListEdit | SetFrame | SetDeadline | SetBudget,
    Field(discriminator="kind"),
]
Edits = tuple[Edit, ...]
EDITS: TypeAdapter[Edits] = TypeAdapter(Edits)
"""Reads and writes a revision's edits as JSON."""
