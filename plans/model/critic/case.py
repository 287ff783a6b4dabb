"""A plan under review: what the rules look at, worked out once for all of them, and what they say."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from functools import cached_property

from plans.model.calendar import Calendar, near
from plans.model.critic.seats import Duty, Seat, duties
from plans.model.plan import Item, Plan
from plans.model.schedule import CycleError, Schedule, order, schedule
from plans.words import AgentName, ItemId, ItemKind, ItemState, Money

Precheck = Callable[[Plan, Item], str | None]
"""Why an item's act would be forbidden by policy as things stand, or None."""
Limits = Mapping[AgentName, int]
"""How many briefs each agent of the inventory takes at once."""
Prices = Mapping[AgentName, Money]
"""What one brief of each agent costs at most."""


@dataclass(frozen=True)
class Finding:
    """A rule that is broken, by which item, in a sentence without its full stop."""

    rule: str
    item: ItemId | None
    said: str


@dataclass(frozen=True)
class Case:
    """A plan under review, and what the rules need to know beside it."""

    plan: Plan
    precheck: Precheck | None = None
    limits: Limits | None = None
    """None: nothing is known of the inventory, and agents' time is not judged."""
    prices: Prices | None = None

    @cached_property
    def open(self) -> tuple[Item, ...]:
        return tuple(item for item in self.plan.items.values() if not item.settled)

    @cached_property
    def calendar(self) -> Calendar:
        return Calendar.of(self.plan)

    @cached_property
    def sequence(self) -> list[ItemId] | CycleError:
        """The items such that each comes behind what it waits for, in whatever way, and behind what is under it."""
        try:
            return order(_plainly_waiting(self.plan))
        except CycleError as error:
            return error

    @property
    def circle(self) -> CycleError | None:
        """Why the items cannot be put in order, if they cannot."""
        return self.sequence if isinstance(self.sequence, CycleError) else None

    @cached_property
    def schedule(self) -> Schedule | None:
        """None for a plan without an order: of such a plan no dates can be worked out."""
        return None if self.circle else schedule(self.plan)

    @cached_property
    def duties(self) -> tuple[Duty, ...]:
        return duties(self.plan, self.calendar, self.limits)

    @cached_property
    def cramped(self) -> Mapping[ItemId, Seat]:
        """Tasks that the plan's days within their windows would do for, but those of who does them do not."""
        return {
            item.id: duty.seat
            for duty in self.duties
            for item in duty.tasks
            if not duty.seat.fits(item) and self.calendar.workdays_between(item.start, item.end) >= item.days
        }

    @cached_property
    def children(self) -> Mapping[ItemId, list[Item]]:
        found: dict[ItemId, list[Item]] = defaultdict(list)
        for item in self.plan.items.values():
            if item.parent is not None:
                found[item.parent].append(item)
        return found

    def day(self, day: date) -> str:
        """As people say it: ``Fri 4 Dec``."""
        return near(day, self.plan.begins)

    def span(self, start: date, end: date) -> str:
        return self.day(start) if start == end else f"{self.day(start)} to {self.day(end)}"

    def parent(self, item: Item) -> Item | None:
        return self.plan.items.get(item.parent) if item.parent else None

    def above(self, item: Item) -> Iterator[Item]:
        """Its parent, that one's, and so on; a circle among them is walked once."""
        passed = {item.id}
        found = self.parent(item)
        while found is not None and found.id not in passed:
            passed.add(found.id)
            yield found
            found = self.parent(found)

    def under(self, item: ItemId) -> Iterator[Item]:
        """The item itself and all that is derived from it, the open ones; a circle is walked once."""
        passed, waiting = {item}, [item]
        while waiting:
            at = waiting.pop()
            found = self.plan.items.get(at)
            if found is not None and not found.settled:
                yield found
            for child in self.children.get(at, ()):
                if child.id not in passed:
                    passed.add(child.id)
                    waiting.append(child.id)


def _plainly_waiting(plan: Plan) -> Plan:
    """The plan with every dependency as a plain wait."""
    linked = {
        item.id: item.model_copy(update={"after": item.waits, "links": ()})
        for item in plan.items.values()
        if item.links
    }
    return plan.model_copy(update={"items": {**plan.items, **linked}}) if linked else plan


def spending(plan: Plan) -> Iterator[Item]:
    """What money is set aside for: every item with a budget that was not dropped."""
    return (item for item in plan.items.values() if item.budget is not None and item.state is not ItemState.DROPPED)


Said = Iterator[tuple[ItemId | None, str]]


@dataclass(frozen=True)
class Rule:
    """``check`` tells each item that breaks the rule, and how, in the words that follow the item's id."""

    id: str
    sentence: str
    check: Callable[[Case], Said]
    asks: bool = False
    """Whether only a person can settle it: no other plan of the same goal would keep it."""


PARENTS: Mapping[ItemKind, frozenset[ItemKind]] = {
    ItemKind.OBJECTIVE: frozenset(),
    ItemKind.STREAM: frozenset({ItemKind.OBJECTIVE}),
    ItemKind.MILESTONE: frozenset({ItemKind.STREAM, ItemKind.OBJECTIVE}),
    ItemKind.TASK: frozenset({ItemKind.STREAM, ItemKind.MILESTONE}),
}
"""What each kind of item may be derived from."""
