"""A plan as it stands on one day: what is asked of it again and again, worked out once.

When two hundred items of a plan fall due together, each needs the order of the whole plan and its schedule of today;
what differs is one item's lateness and its repairs.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date
from functools import cached_property

from plans.model.calendar import Calendar
from plans.model.edits import Edits
from plans.model.order import Followers, order
from plans.model.plan import Plan
from plans.model.revision import apply
from plans.model.schedule import Schedule, earliest, schedule
from plans.words import ItemId


@dataclass(frozen=True)
class Outlook:
    """``today`` is a day of the plan's zone. Its properties raise CycleError when nothing can be put in order."""

    plan: Plan
    today: date
    holidays: Collection[date] = frozenset()

    @cached_property
    def calendar(self) -> Calendar:
        return Calendar.of(self.plan, self.holidays)

    @cached_property
    def sequence(self) -> tuple[ItemId, ...]:
        """The items in an order in which they can be done."""
        return tuple(order(self.plan))

    @cached_property
    def _followers(self) -> Followers:
        return Followers(self.plan)

    def dependents(self, item: ItemId) -> set[ItemId]:
        """What can only be done when the item is."""
        return self._followers.of(item)

    @cached_property
    def now(self) -> Schedule:
        return schedule(self.plan, self.today, self.holidays, self.sequence)

    def finish_with(self, edits: Edits) -> date:
        """When the plan finishes after these edits, which may change dates and states but not what waits for what."""
        return self.earliest_of(apply(self.plan, edits), self.today)[1]

    def earliest_of(self, plan: Plan, today: date) -> tuple[dict[ItemId, date], date]:
        """When the open items, and all, of a plan that differs in dates and states only can be finished."""
        return earliest(plan, today, self.holidays, self.sequence)
