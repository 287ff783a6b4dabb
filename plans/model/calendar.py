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
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from plans.errors import UserError

if TYPE_CHECKING:  # a plan asks its calendar which items are ready
    from plans.model.plan import Link, Plan

_YEARS_ON = 10
"""Public holidays are known until so many years after a plan's deadline."""
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
        """The plan's working week, less its country's public holidays and the days given.

        The same one for the same days: it remembers what it has worked out. Raises UserError when the plan's country
        is none whose holidays are known, or its week has no working day.
        """
        return Calendar.within(plan, plan.workdays, holidays)

    @classmethod
    def within(cls, plan: Plan, workdays: tuple[int, ...], holidays: Collection[date] = frozenset()) -> Calendar:
        """The same with another working week: that of somebody on the plan."""
        off = frozenset(holidays)
        if plan.country:
            first, last = sorted((plan.begins.year, plan.deadline.year))
            off |= public_holidays(plan.country, max(1, first - 1), min(9999, last + _YEARS_ON))
        try:
            return _calendar(workdays, off)
        except ValueError as error:
            raise UserError(
                f"A working week of {plan.title} has no working day, or one that there is not: {list(workdays)}.",
                "Its days are numbers from 0 (Monday) to 6 (Sunday), e.g. [0, 1, 2, 3, 4].",
            ) from error

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
                return _date(ordinal)
            wanted = shifted

    def free_from(self, link: Link, start: date, finish: date) -> date:
        """The first day that a link leaves to the item behind it, when the one before has this start and finish.

        The link's lag is counted in the working days of this calendar; the day itself may be a day off.
        """
        if link.kind == "start_start":
            return self.add_workdays(start, link.lag) if link.lag else start
        return self.day(self.rank(finish) + link.lag) + timedelta(days=1)

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


def _date(ordinal: int) -> date:
    """Raises UserError for a day that no calendar has."""
    try:
        return date.fromordinal(ordinal)
    except (ValueError, OverflowError) as error:
        raise UserError(
            "The plan leads beyond the years that a calendar has (1 to 9999).", "Look for an estimate that is too long."
        ) from error


@lru_cache(maxsize=64)
def _calendar(workdays: tuple[int, ...], holidays: frozenset[date]) -> Calendar:
    return Calendar(workdays, holidays)


@lru_cache(maxsize=64)
def public_holidays(code: str, first: int, last: int) -> frozenset[date]:
    """The public holidays of a country (``DE``) or of a part of it (``DE-BY``), in the years from first to last.

    Raises UserError, naming the code, when it is none that is known.
    """
    import holidays  # noqa: PLC0415 - loads when the first plan names a country: start-up is measured

    country, _, part = code.strip().upper().partition("-")
    try:
        return frozenset(holidays.country_holidays(country, subdiv=part or None, years=range(first, last + 1)))
    except NotImplementedError as error:
        what = f"part {part!r} of {country}" if country in holidays.list_supported_countries() else f"country {code!r}"
        raise UserError(
            f"There is no {what} whose public holidays I know.",
            "Countries are written as in ISO 3166: `DE`, or with the part whose holidays count, `DE-BY`.",
        ) from error
