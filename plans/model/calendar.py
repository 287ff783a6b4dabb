"""Working days, and where a day of a plan's zone ends.

A plan speaks of days; the store and the clocks speak of instants. This is the only place that turns one into the
other. Counting is arithmetic on ranks (the how-manieth working day since 1 January 0001), so that ten thousand items
cost no loops over days.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Collection
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from functools import cached_property, lru_cache
from zoneinfo import ZoneInfo

from plans.model.plan import Plan

_NEAR = timedelta(days=300)
_WEEKDAYS = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")
_MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")


def today(now: datetime, zone: str) -> date:
    """The day it is in the zone at that instant (UTC, aware)."""
    return now.astimezone(ZoneInfo(zone)).date()


def day_end(day: date, zone: str) -> datetime:
    """The instant (UTC) at which the day is over in the zone: the next day's first.

    On nights in which clocks change the local day has 23 or 25 hours; where midnight itself is skipped, the next day
    begins at the first instant that exists.
    """
    midnight = datetime.combine(day + timedelta(days=1), time(), ZoneInfo(zone))
    return midnight.astimezone(UTC)


def spoken(day: date, year: int | None = None) -> str:
    """``Fri 4 Dec``; with the year unless it is the one given."""
    said = f"{_WEEKDAYS[day.weekday()]} {day.day} {_MONTHS[day.month - 1]}"
    return said if day.year == year else f"{said} {day.year}"


def near(day: date, today: date) -> str:
    """``Fri 29 Jan``; with the year where a reader of that day could take it for another one: from 300 days on."""
    return spoken(day, day.year if abs(day - today) <= _NEAR else None)


@dataclass(frozen=True)
class Calendar:
    """The working days of a plan. Raises ValueError when there is no working weekday at all."""

    workdays: tuple[int, ...] = (0, 1, 2, 3, 4)
    """Monday is 0."""
    holidays: Collection[date] = field(default=frozenset())

    def __post_init__(self) -> None:
        if not self._week or not set(self._week) <= set(range(7)):
            raise ValueError(f"working days are numbers from 0 (Monday) to 6, at least one: {self.workdays}")

    @classmethod
    def of(cls, plan: Plan, holidays: Collection[date] = frozenset()) -> Calendar:
        """The same one for the same days: it remembers what it has worked out."""
        return _calendar(plan.workdays, frozenset(holidays))

    @cached_property
    def _week(self) -> tuple[int, ...]:
        return tuple(sorted(set(self.workdays)))

    @cached_property
    def _off(self) -> tuple[int, ...]:
        """Holidays that fall on what would be working days, as ordinals."""
        return tuple(sorted(day.toordinal() for day in set(self.holidays) if day.weekday() in self._week))

    @cached_property
    def _ranks(self) -> dict[date, int]:
        return {}

    @cached_property
    def _days(self) -> dict[int, date]:
        return {}

    def rank(self, day: date) -> int:
        """How many working days there are up to and including the day, since the calendar's beginning."""
        known = self._ranks.get(day)
        if known is None:
            known = self._ranks[day] = self._count(day)
        return known

    def day(self, rank: int) -> date:
        """The working day of that rank: ``day(rank(d)) == d`` for every working day."""
        known = self._days.get(rank)
        if known is None:
            known = self._days[rank] = self._find(rank)
        return known

    def _count(self, day: date) -> int:
        ordinal = day.toordinal()
        weeks, rest = divmod(ordinal, 7)
        within = sum(1 for weekday in self._week if weekday < rest)
        return weeks * len(self._week) + within - bisect_right(self._off, ordinal)

    def _find(self, rank: int) -> date:
        wanted = rank
        while True:
            weeks, place = divmod(wanted - 1, len(self._week))
            ordinal = weeks * 7 + self._week[place] + 1
            shifted = rank + bisect_right(self._off, ordinal)
            if shifted == wanted:
                return date.fromordinal(ordinal)
            wanted = shifted

    def is_workday(self, day: date) -> bool:
        return day.weekday() in self._week and day not in self.holidays

    def next_workday(self, day: date) -> date:
        """The day itself if it is one, else the first after it."""
        return day if self.is_workday(day) else self.day(self.rank(day) + 1)

    def previous_workday(self, day: date) -> date:
        """The day itself if it is one, else the last before it."""
        return self.day(self.rank(day))

    def add_workdays(self, day: date, days: int) -> date:
        """That many working days on (or back, if negative) from the day.

        A day off counts as the working day after it when going on, and as the one before it when going back: what
        takes two days and begins on Saturday ends ``add_workdays(saturday, 1)``, which is Tuesday.
        """
        begun = self.next_workday(day) if days >= 0 else self.previous_workday(day)
        return self.day(self.rank(begun) + days)

    def workdays_between(self, start: date, end: date) -> int:
        """The working days from start to end, both included; none when end lies before start."""
        return max(0, self.rank(end) - self.rank(start - timedelta(days=1)))


@lru_cache(maxsize=64)
def _calendar(workdays: tuple[int, ...], holidays: frozenset[date]) -> Calendar:
    return Calendar(workdays, holidays)
