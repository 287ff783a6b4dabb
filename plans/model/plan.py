"""A plan as it stands: its goal, its metrics, and its items in three tiers. Immutable; changed only by edits."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from pydantic import BaseModel, ConfigDict, Field

from plans.words import (
    SETTLED,
    AgentName,
    Check,
    ItemId,
    ItemKind,
    ItemState,
    Money,
    PersonId,
    PlanSlug,
    Tier,
    Verb,
)

TIER_OF = {
    ItemKind.OBJECTIVE: Tier.MASTER,
    ItemKind.STREAM: Tier.TACTICAL,
    ItemKind.MILESTONE: Tier.TACTICAL,
    ItemKind.TASK: Tier.WEEKLY,
}


class _Frozen(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class Metric(_Frozen):
    """What an objective is measured by."""

    name: str
    unit: str
    baseline: float
    target: float
    due: date


class Item(_Frozen):
    """Anything on a plan with an id. Dates are days of the plan's zone, both ends included."""

    id: ItemId
    kind: ItemKind
    title: str
    parent: ItemId | None
    """The item it is derived from; only objectives have none."""
    owner: PersonId
    """The person who answers for it."""
    start: date
    end: date
    check: Check
    days: int = Field(default=1, ge=1)
    """Estimated working days."""
    agent: AgentName | None = None
    """Who does it; None means the owner does."""
    capability: str = ""
    verb: Verb | None = None
    instructions: str = ""
    recipient: str | None = None
    after: tuple[ItemId, ...] = ()
    """Items that must be done before it starts."""
    metric: str | None = None
    """The metric it moves."""
    budget: Money | None = None
    state: ItemState = ItemState.PROPOSED

    @property
    def tier(self) -> Tier:
        return TIER_OF[self.kind]

    @property
    def settled(self) -> bool:
        return self.state in SETTLED


class Plan(_Frozen):
    """Goal, frame and items. ``items`` keeps the order in which a reader wants them."""

    slug: PlanSlug
    prefix: str
    """What its items' ids begin with, e.g. ``NA``."""
    title: str
    goal: str
    """The owner's words, kept for ever."""
    north_star: str
    owner: PersonId
    zone: str
    """IANA name, e.g. ``Europe/Berlin``."""
    workdays: tuple[int, ...] = (0, 1, 2, 3, 4)
    """Monday is 0."""
    begins: date
    deadline: date
    budget: Money | None = None
    metrics: tuple[Metric, ...] = ()
    assumptions: tuple[str, ...] = ()
    questions: tuple[str, ...] = ()
    items: dict[ItemId, Item] = Field(default_factory=dict)
    revision: int = 0

    def of_kind(self, kind: ItemKind) -> Iterator[Item]:
        return (item for item in self.items.values() if item.kind is kind)

    def children(self, parent: ItemId) -> Iterator[Item]:
        return (item for item in self.items.values() if item.parent == parent)

    def ready(self, today: date) -> Iterator[Item]:
        """Tasks that may begin: approved, not begun, in their window, everything before them done."""
        for item in self.of_kind(ItemKind.TASK):
            if (
                item.state in (ItemState.PLANNED, ItemState.READY)
                and item.start <= today
                and all(self.items[before].settled for before in item.after)
            ):
                yield item
