"""A plan's days as whole numbers from today on, for the scheduler that knows no calendars.

Where everybody works the plan's days, the numbers count working days, and nothing else needs saying. Where somebody has
days of their own, they count all days, and each activity goes by the shifts of who does it.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, timedelta
from typing import Protocol

from plans.model.calendar import Calendar
from plans.model.rcpsp import Shifts


class Axis(Protocol):
    uniform: bool
    """Whether a number is a working day of the plan, for everybody."""

    def time(self, day: date) -> int:
        """The number of the first working time on or after the day."""
        ...

    def day(self, time: int) -> date: ...

    def shifts(self, calendar: Calendar) -> Shifts | None: ...


def axis_of(calendar: Calendar, calendars: Iterable[Calendar], today: date) -> Axis:
    """``calendar``: the plan's; ``calendars``: those of everybody who does something."""
    if all(one is calendar for one in calendars):
        return _Workdays(calendar, today)
    return _Days(today)


class _Workdays:
    uniform = True

    def __init__(self, calendar: Calendar, today: date) -> None:
        self._calendar = calendar
        self._first = calendar.rank(calendar.next_workday(today))

    def time(self, day: date) -> int:
        return self._calendar.rank(self._calendar.next_workday(day)) - self._first

    def day(self, time: int) -> date:
        return self._calendar.day(self._first + time)

    def shifts(self, calendar: Calendar) -> None:
        """All work the same days, and these are counted."""


class _Days:
    uniform = False

    def __init__(self, today: date) -> None:
        self._today = today
        self._shifts: dict[Calendar, _Workshifts] = {}

    def time(self, day: date) -> int:
        return (day - self._today).days

    def day(self, time: int) -> date:
        return self._today + timedelta(days=time)

    def shifts(self, calendar: Calendar) -> Shifts:
        if calendar not in self._shifts:
            self._shifts[calendar] = _Workshifts(calendar, self._today)
        return self._shifts[calendar]


class _Workshifts:
    """Somebody's working days, as numbers of all days."""

    def __init__(self, calendar: Calendar, today: date) -> None:
        self._calendar = calendar
        self._today = today.toordinal()

    def forward(self, time: int, duration: int) -> tuple[int, int]:
        if not duration:
            return time, time
        start = self._calendar.next_workday(date.fromordinal(self._today + time))
        last = self._calendar.day(self._calendar.rank(start) + duration - 1)
        return start.toordinal() - self._today, last.toordinal() - self._today + 1

    def backward(self, time: int, duration: int) -> tuple[int, int]:
        if not duration:
            return time, time
        last = self._calendar.rank(date.fromordinal(self._today + time - 1))
        start, end = self._calendar.day(last - duration + 1), self._calendar.day(last)
        return start.toordinal() - self._today, end.toordinal() - self._today + 1
