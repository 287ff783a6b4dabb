"""On which days an item is worked on, and how many of them it takes: its doer's working week, absences and share.

Whoever is not on the plan's team works the plan's days, all day. Only tasks take somebody's time: objectives, streams
and milestones go by the plan's calendar.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, timedelta
from typing import NamedTuple

from plans.errors import UserError
from plans.model.calendar import Calendar
from plans.model.plan import Item, Member, Plan
from plans.words import Doer, ItemKind

_YEARS_AHEAD = 10
"""Who has no working day in so many years is never available."""


def percent(part: float) -> int:
    """A part of a day as whole percent, at least one."""
    return max(1, round(part * 100))


def stretched(item: Item, share: float) -> int:
    """The days that an item takes whoever has that part of each for it: more than estimated, where it asks for more."""
    asked, there = percent(item.effort), percent(share)
    return item.days if asked <= there else -(-item.days * asked // there)


class Pace(NamedTuple):
    """The days on which an item is worked on, and how many of them it takes."""

    calendar: Calendar
    days: int


@dataclass(frozen=True)
class Availability:
    """When everybody on a plan can work."""

    calendar: Calendar
    """The plan's own."""
    members: dict[Doer, tuple[Calendar, float]]
    """The team's calendars, and the part of a day that each of them has for one item."""

    @classmethod
    def of(cls, plan: Plan, holidays: Collection[date] = frozenset()) -> Availability:
        """Raises UserError for somebody who is never available, and for a country whose holidays are not known."""
        span = _span(plan) if plan.team else (plan.begins, plan.deadline)
        return cls(
            Calendar.of(plan, holidays),
            {member.doer: (_calendar(plan, member, span, holidays), member.share) for member in plan.team},
        )

    def of_doer(self, doer: Doer) -> Calendar:
        return self.members[doer][0] if doer in self.members else self.calendar

    def of_item(self, item: Item) -> Pace:
        """What takes more of a day than its doer has is stretched over more days. Raises UserError for no days."""
        if item.days < 1:
            raise UserError(f"{item.id} is estimated at {item.days} working days.", "An estimate is one day or more.")
        if not self.members or item.kind is not ItemKind.TASK or item.doer not in self.members:
            return Pace(self.calendar, item.days)
        calendar, share = self.members[item.doer]
        return Pace(calendar, stretched(item, share))


def named(member: Member) -> str:
    """What people call them, else the doer as it stands on the plan."""
    return member.name or member.doer


def _span(plan: Plan) -> tuple[date, date]:
    """From the earliest day on which anything of the plan can happen to one by which everything must have."""
    first = min([plan.begins, *(item.start for item in plan.items.values())])
    last = max([plan.begins, plan.deadline, *(item.end for item in plan.items.values())])
    return first, last.replace(year=min(9999, last.year + _YEARS_AHEAD), day=min(last.day, 28))


def _calendar(plan: Plan, member: Member, span: tuple[date, date], holidays: Collection[date]) -> Calendar:
    if member.workdays is None and not member.away:
        return Calendar.of(plan, holidays)
    if member.workdays is not None and not member.workdays:
        raise UserError(
            f"{named(member)} is never available: their working week has no day.", "Give them at least one."
        )
    off = set(holidays)
    for away in member.away:
        if away.end < away.start:
            raise UserError(f"{named(member)} would be back ({away.end}) before they are away ({away.start}).")
        # Days before the plan or long after it are nobody's concern, and an absence may be entered as for ever.
        first, last = max(away.start, span[0]), min(away.end, span[1])
        off.update(first + timedelta(days=day) for day in range((last - first).days + 1))
    calendar = Calendar.within(plan, member.workdays or plan.workdays, off)
    if not calendar.workdays_between(*span):
        raise UserError(
            f"{named(member)} is never available: not one working day from {span[0]} to {span[1]}.",
            "Shorten the days away, or give what they do to somebody else.",
        )
    return calendar
