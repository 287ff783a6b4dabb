"""How much there is of whoever does something: their own working days, and what they can take on each of them.

Work is counted in whole percent of a full day, as in the schedule, so that sums are exact. Only tasks take time: a
milestone is a point, and a stream or an objective is made of what is under it. A task is done by one head: where there
are several of a doer, they do not share one.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cached_property

from plans.model.availability import percent, stretched
from plans.model.calendar import Calendar
from plans.model.plan import Item, Member, Plan
from plans.words import AgentName, Doer, ItemKind


@dataclass(frozen=True)
class Seat:
    """One doer's time. Days are told by their number among the doer's own working days: any steady count will do."""

    doer: Doer
    calendar: Calendar
    share: int
    """What there is on a day for one task."""
    capacity: int
    """What there is on a day for all of them."""
    member: Member | None
    first: date
    last: date
    """The days between which they are looked at, both included; only asked for who has days of their own."""

    @property
    def name(self) -> str:
        """What people call them; the owner of an item is not named by an id."""
        if self.member is not None and self.member.name:
            return self.member.name
        kind, _, name = self.doer.partition(":")
        return {"agent": name, "role": f"the {name}"}.get(kind, "its owner")

    @property
    def ordinary(self) -> bool:
        """Whether their working days are the plan's, all of them."""
        return self.member is None or (self.member.workdays is None and not self.member.away)

    @cached_property
    def _own(self) -> tuple[date, ...]:
        assert self.member is not None
        off = self.calendar.holidays
        week = self.calendar.workdays if self.member.workdays is None else self.member.workdays
        days = (self.first + timedelta(days=count) for count in range((self.last - self.first).days + 1))
        return tuple(
            day
            for day in days
            if day.weekday() in week
            and day not in off
            and not any(away.start <= day <= away.end for away in self.member.away)
        )

    def opens(self, day: date) -> int:
        """The number of the first of their days from that day on."""
        if self.ordinary:
            return self.calendar.rank(self.calendar.next_workday(day))
        return bisect_left(self._own, day)

    def closes(self, day: date) -> int:
        """The number of the last of their days up to that day."""
        return self.calendar.rank(day) if self.ordinary else bisect_right(self._own, day) - 1

    def day(self, number: int) -> date | None:
        """The day of that number; None where it lies behind what is looked at."""
        if self.ordinary:
            return self.calendar.day(number)
        return self._own[number] if number < len(self._own) else None

    def pace(self, item: Item) -> int:
        """What it gets of each of its days."""
        return min(percent(item.effort), self.share)

    def needs(self, item: Item) -> int:
        """Their days that the item takes by itself: longer than estimated for who has less time than it asks."""
        return stretched(item, self.member.share if self.member else 1.0)

    def fits(self, item: Item) -> bool:
        """Whether the item alone can be done within its window."""
        return self.closes(item.end) - self.opens(item.start) + 1 >= self.needs(item)


@dataclass(frozen=True)
class Duty:
    """Somebody's time, and the open tasks that ask for it."""

    seat: Seat
    tasks: tuple[Item, ...]


def duties(plan: Plan, calendar: Calendar, limits: Mapping[AgentName, int] | None) -> tuple[Duty, ...]:
    """Everybody who has open tasks; agents only as far as anything is known of how much they take at once."""
    members = {member.doer: member for member in plan.team}
    tasks: dict[Doer, list[Item]] = defaultdict(list)
    for item in plan.items.values():
        if item.kind is ItemKind.TASK and not item.settled:
            doer = item.doer
            if not item.agent or doer in members or item.agent in (limits or ()):
                tasks[doer].append(item)
    found = []
    for doer, mine in tasks.items():
        member = members.get(doer)
        last = max(plan.deadline, *(task.end for task in mine))
        share = percent(member.share if member else 1.0)
        capacity = share * _heads(doer, member, limits)
        seat = Seat(doer, calendar, share, capacity, member, min(task.start for task in mine), last)
        found.append(Duty(seat, tuple(mine)))
    return tuple(found)


def _heads(doer: Doer, member: Member | None, limits: Mapping[AgentName, int] | None) -> int:
    """An agent's inventory says how many briefs it takes at once; the team may say that the plan has fewer of them."""
    kind, _, name = doer.partition(":")
    limit = limits.get(AgentName(name)) if kind == "agent" and limits is not None else None
    most = [heads for heads in (limit, member.at_once if member else None) if heads is not None]
    return max(1, min(most, default=1))
