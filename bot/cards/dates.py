"""Dates and lengths of time in words."""

from __future__ import annotations

from datetime import date, timedelta

from plans.model.calendar import near, spoken


def day(when: date, today: date | None = None) -> str:
    """``Fri 29 Jan``; with the year where the reader could take it for another one, or nobody knows when they read."""
    return spoken(when) if today is None else near(when, today)


def month(when: date, today: date) -> str:
    """``Jan``; with the year where ``day`` would name it."""
    return day(when, today).split(" ", 2)[2]


def due(when: date, today: date) -> str:
    """``Fri 29 Jan, in 10 weeks``."""
    return f"{day(when, today)}, {away((when - today).days)}"


def span(start: date, end: date, today: date) -> str:
    """``Mon 23 to Fri 27 Nov``, or one day where both are the same."""
    if start == end:
        return day(end, today)
    if (start.year, start.month) == (end.year, end.month):
        return f"{start:%a} {start.day} to {day(end, today)}"
    return f"{day(start, today)} to {day(end, today)}"


def away(days: int) -> str:
    """``today``, ``tomorrow``, ``in 5 days``, ``in 10 weeks``, ``3 days ago``."""
    named = {0: "today", 1: "tomorrow", -1: "yesterday"}.get(days)
    if named:
        return named
    return f"in {length(days)}" if days > 0 else f"{length(-days)} ago"


def length(days: int) -> str:
    """A number of days as people say it: days to a fortnight, then weeks, then months."""
    if days < 14:
        return _counted(days, "day")
    if days < 100:
        return _counted(round(days / 7), "week")
    return _counted(round(days / 30.44), "month")


def lasting(time: timedelta) -> str:
    """``2 minutes``, ``90 seconds``, ``3 hours``, ``2 days``, to the nearest second."""
    seconds = max(0, round(time.total_seconds()))
    for size, unit in ((86_400, "day"), (3_600, "hour"), (60, "minute")):
        if seconds >= 2 * size or (seconds == size):
            return _counted(seconds // size, unit)
    return _counted(seconds, "second")


def _counted(number: int, unit: str) -> str:
    return f"{number} {unit}" if number == 1 else f"{number} {unit}s"
