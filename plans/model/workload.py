"""How much of everybody is taken on which day, and the first days on which there is room for an item.

Whoever is not on the plan's team has all of each working day and does one thing at a time; an agent as many as its
limit says. What takes more of a day than its doer has for the plan is stretched over more days.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping
from datetime import date, timedelta
from typing import NamedTuple

from plans.model.availability import stretched
from plans.model.calendar import Calendar
from plans.model.plan import Item, Member, Plan
from plans.words import Doer

_DAY = timedelta(days=1)
_EXACT = 1e-9
"""Below what any part of a day is; sums of such parts are not exact."""


class Span(NamedTuple):
    """Days of the plan's zone, both included."""

    start: date
    end: date


class Pace(NamedTuple):
    """How many days an item takes, and which part of each it takes from its doer."""

    days: int
    part: float


class Workload:
    """The days of a plan's doers, as they fill up. ``limits``: how many items an agent works on side by side."""

    def __init__(self, plan: Plan, limits: Mapping[Doer, int]) -> None:
        self.calendar = Calendar.of(plan)
        self._team = {member.doer: member for member in plan.team}
        self._limits = limits
        self._taken: dict[tuple[Doer, date], float] = defaultdict(float)

    def works(self, doer: Doer, day: date) -> bool:
        """A day off of the plan is one for everybody on it."""
        member = self._team.get(doer)
        return self.calendar.is_workday(day) and (member is None or _there(member, day))

    def capacity(self, doer: Doer) -> float:
        """Full days of work within one of their days."""
        member, limit = self._team.get(doer), self._limits.get(doer)
        if member is None:
            return float(limit or 1)
        return member.share * (member.at_once if limit is None else min(limit, member.at_once))

    def pace(self, item: Item) -> Pace:
        member = self._team.get(item.doer)
        if member is None or item.effort <= member.share:
            return Pace(item.days, item.effort)
        return Pace(stretched(item, member.share), member.share)

    def earliest(self, item: Item, days: int, opens: date, latest: date, *, alone: bool = False) -> Span | None:
        """The first ``days`` of its doer's working days in a row, from ``opens`` on, with room for the item on each.

        None when they would not be over by ``latest``. ``alone``: as if there were no other work.
        """
        row: list[date] = []
        part = self.pace(item).part
        for day in self._days(item.doer, opens, latest):
            if alone or self._taken[item.doer, day] + part <= self.capacity(item.doer) + _EXACT:
                row.append(day)
                if len(row) >= days:
                    return Span(row[-days], row[-1])
            else:
                row.clear()
        return None

    def book(self, item: Item, span: Span) -> None:
        part = self.pace(item).part
        for day in self._days(item.doer, span.start, span.end):
            self._taken[item.doer, day] += part

    def workdays(self, doer: Doer, first: date, last: date) -> int:
        return sum(1 for _ in self._days(doer, first, last))

    def _days(self, doer: Doer, first: date, last: date) -> Iterator[date]:
        day = first
        while day <= last:
            if self.works(doer, day):
                yield day
            day += _DAY


def _there(member: Member, day: date) -> bool:
    if member.workdays is not None and day.weekday() not in member.workdays:
        return False
    return not any(away.start <= day <= away.end for away in member.away)
