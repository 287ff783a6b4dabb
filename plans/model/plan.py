"""A plan as it stands: its goal, its metrics, and its items in three tiers. Immutable; changed only by edits."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field, model_validator

from plans.model.agreed import Constraint, Risk
from plans.model.calendar import Calendar
from plans.words import (
    IN_FLIGHT,
    SETTLED,
    AgentName,
    Check,
    Doer,
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
_APPROVED = frozenset({ItemState.PLANNED, ItemState.READY})


class _Frozen(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class Metric(_Frozen):
    """What an objective is measured by."""

    name: str
    unit: str
    baseline: float
    target: float
    due: date


class Link(_Frozen):
    """A dependency that is more than a plain wait: with a lag, or from start to start."""

    item: ItemId
    """What is waited for."""
    kind: Literal["finish_start", "start_start"] = "finish_start"
    lag: int = Field(default=0, ge=0, le=500)
    """Working days between: 2 after a finish on Monday means a start on Thursday."""

    @model_validator(mode="after")
    def _more(self) -> Link:
        if self.kind == "finish_start" and not self.lag:
            raise ValueError("a plain wait belongs into ``after``")
        return self


class Flow(_Frozen):
    """What sets a stream's work going, how its effect is heard of, and what it is worth (Trigger, Feedback, Return)."""

    trigger: str = ""
    feedback: str = ""
    returns: str = ""
    """What it brings and how that is counted; empty only where somebody marked it as unmeasured."""
    unmeasured_by: PersonId | None = None
    """The person who said that its return need not be measured."""


class Away(_Frozen):
    """Days, both ends included, on which somebody does not work."""

    start: date
    end: date
    why: str = ""


class Member(_Frozen):
    """How much of a doer there is for this plan. Whoever is not named has full working days and does one thing."""

    doer: Doer
    name: str = ""
    """What people call them: a name, ``the designer``."""
    share: float = Field(default=1.0, gt=0, le=1)
    """Of a working day that is theirs for this plan."""
    at_once: int = Field(default=1, ge=1, le=100)
    """Full items they can work on side by side: an agent's concurrent limit, a team's heads."""
    workdays: tuple[int, ...] | None = None
    """Their own working week (Monday is 0); None: the plan's."""
    away: tuple[Away, ...] = ()


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
    """Estimated working days: the most likely."""
    low: int | None = Field(default=None, ge=1)
    """Working days if all goes well; None: not estimated apart."""
    high: int | None = Field(default=None, ge=1)
    """Working days if much goes wrong; None: not estimated apart."""
    effort: float = Field(default=1.0, gt=0, le=1)
    """The part of a day that it takes from its doer on each of its days."""
    agent: AgentName | None = None
    """Who does it; None means a person does."""
    role: str = ""
    """Whose seat does it, e.g. ``designer``; empty: the owner does it, or the agent."""
    capability: str = ""
    verb: Verb | None = None
    instructions: str = ""
    recipient: str | None = None
    after: tuple[ItemId, ...] = ()
    """Items that must be done before it starts."""
    links: tuple[Link, ...] = ()
    """Dependencies with a lag, or from start to start."""
    flow: Flow | None = None
    """Of a stream: its trigger, feedback and return."""
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

    @property
    def doer(self) -> Doer:
        """Whose time it takes: the agent's, else that of the seat, else the owner's."""
        if self.agent:
            return Doer(f"agent:{self.agent}")
        return Doer(f"role:{self.role}" if self.role else f"person:{self.owner}")

    def begun(self, today: date) -> bool:
        """Whether somebody is, or may be, at work on it. Of a person's item nothing is seen: its window says."""
        if self.state in IN_FLIGHT:
            return True
        return self.agent is None and self.state in _APPROVED and self.start <= today

    @property
    def waits(self) -> tuple[ItemId, ...]:
        """Every item it depends on, however."""
        return (*self.after, *(link.item for link in self.links))

    @model_validator(mode="after")
    def _ordered(self) -> Item:
        if not (self.low or self.days) <= self.days <= (self.high or self.days):
            raise ValueError(f"{self.id}: an estimate goes from low over likely to high")
        return self


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
    country: str = ""
    """Whose public holidays are days off: ISO 3166, with its part where that matters (``DE``, ``DE-BY``); or none."""
    begins: date
    deadline: date
    budget: Money | None = None
    metrics: tuple[Metric, ...] = ()
    assumptions: tuple[str, ...] = ()
    questions: tuple[str, ...] = ()
    team: tuple[Member, ...] = ()
    constraints: tuple[Constraint, ...] = ()
    risks: tuple[Risk, ...] = ()
    items: dict[ItemId, Item] = Field(default_factory=dict)
    revision: int = 0

    def of_kind(self, kind: ItemKind) -> Iterator[Item]:
        return (item for item in self.items.values() if item.kind is kind)

    def children(self, parent: ItemId) -> Iterator[Item]:
        return (item for item in self.items.values() if item.parent == parent)

    def ready(self, today: date) -> Iterator[Item]:
        """Tasks that may begin: approved, not begun, in their window, and all they wait for as far as it must be."""
        for item in self.of_kind(ItemKind.TASK):
            if (
                item.state in _APPROVED
                and item.start <= today
                and all(self.items[before].settled for before in item.after if before in self.items)
                and all(self._clear(link, today) for link in item.links)
                and (not item.links or self.opens(item) <= today)
            ):
                yield item

    def opens(self, item: Item) -> date:
        """The first day on which it may begin, going by its window and by the lags behind what it waits for.

        When an item was begun or done is not on the plan, only that it was. A lag therefore counts from the start or
        the end of the window of what is waited for: what was done early sets nothing going early.
        """
        opens = item.start
        for link in item.links:
            before = self.items.get(link.item)
            if link.lag and before is not None and before.state is not ItemState.DROPPED:
                opens = max(opens, Calendar.of(self).free_from(link, before.start, before.end))
        return opens

    def _clear(self, link: Link, today: date) -> bool:
        """Whether what the link waits for is done, or has begun where that is enough."""
        before = self.items.get(link.item)
        return before is None or before.settled or (link.kind == "start_start" and before.begun(today))
