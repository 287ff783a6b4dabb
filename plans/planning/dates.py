"""Dates as people write them in a goal, found without a model.

ISO (2027-01-29), with a month's name (29 January 2027, Jan 29), with dots (29.01.2027), with slashes where only one
reading is possible, ``in 10 weeks``, ``tomorrow``, ``end of January``. A day that does not exist is named as such,
instead of being overlooked.
"""

from __future__ import annotations

import calendar
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date, timedelta

from plans.errors import UserError

MONTHS = (
    *("January", "February", "March", "April", "May", "June", "July"),
    *("August", "September", "October", "November", "December"),
)
_MONTH = "|".join([*MONTHS, *(name[:3] for name in MONTHS), "Sept"])
_DAY = r"(?P<d>\d{1,2})(?:st|nd|rd|th)?"
_YEAR = r"(?P<y>\d{4})"
_BOUND = r"(?:\b(?:no later than|not later than|due(?: on| by)?|by|until|till|before|deadline:?|on|for)\s+(?:the\s+)?)?"
_FIRM = re.compile(r"(?:later than|due|by|until|till|before|deadline)\b", re.IGNORECASE)
_WAY_ON = "Name the day as year-month-day, e.g. “by 2027-01-29”."


@dataclass(frozen=True)
class Found:
    """A date in a text: the day, and the stretch of text that says it."""

    day: date
    start: int
    end: int
    assumed: str = ""
    """What had to be assumed, in a sentence."""


def _pattern(body: str) -> re.Pattern[str]:
    return re.compile(rf"{_BOUND}(?<![\w.,/-]){body}(?![\w/]|[.,-]\d)", re.IGNORECASE)


_ISO = _pattern(r"(?P<y>\d{4})-(?P<m>\d{1,2})-(?P<d>\d{1,2})")
_DOTS = _pattern(r"(?P<d>\d{1,2})\.\s?(?P<m>\d{1,2})\.\s?(?P<y>\d{4}|\d{2})")
_SLASHES = _pattern(r"(?P<a>\d{1,2})/(?P<b>\d{1,2})/(?P<y>\d{4})")
_DAY_MONTH = _pattern(rf"{_DAY}\.?\s+(?:of\s+)?(?P<month>{_MONTH})\b\.?(?:,?\s+{_YEAR})?")
_MONTH_DAY = _pattern(rf"(?P<month>{_MONTH})\b\.?\s+(?:the\s+)?{_DAY}(?:,?\s+{_YEAR})?")
_MONTH_END = _pattern(rf"(?:the\s+)?end\s+of\s+(?P<month>{_MONTH})\b\.?(?:,?\s+{_YEAR})?")
_SPAN = _pattern(r"(?:in|within)\s+(?P<n>\d{1,4}|an?|one|two|three|four|six)\s+(?P<unit>day|week|month|year)s?")
_NEAR = _pattern(r"(?P<near>today|tomorrow)")
_BARE_MONTH = re.compile(rf"\b(?:by|until|before|in)\s+(?P<month>{_MONTH})\s+{_YEAR}\b", re.IGNORECASE)

_WORDS = {"a": 1, "an": 1, "one": 1, "two": 2, "three": 3, "four": 4, "six": 6}


def add_months(day: date, months: int) -> date:
    """The same day of a later month, or that month's last where it has no such day."""
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    return date(year, month + 1, min(day.day, calendar.monthrange(year, month + 1)[1]))


def later(day: date, amount: int, unit: str) -> date:
    """So many days, weeks, months or years on. Raises UserError past the calendar's end."""
    try:
        match unit:
            case "day":
                return day + timedelta(days=amount)
            case "week":
                return day + timedelta(weeks=amount)
            case "month":
                return add_months(day, amount)
            case _:
                return add_months(day, 12 * amount)
    except (OverflowError, ValueError):
        raise UserError(f"{amount} {unit}s from now is further than any calendar goes.", _WAY_ON) from None


def _month(name: str) -> int:
    return next(number for number, full in enumerate(MONTHS, 1) if full[:3].casefold() == name[:3].casefold())


def _made(year: int, month: int, day: int, said: str) -> date:
    """Raises UserError naming what is impossible about it."""
    if not 1 <= month <= 12:
        raise UserError(f"“{said}” is no date: there is no month {month}.", _WAY_ON)
    if year < 1:
        raise UserError(f"“{said}” is no date: there is no year {year}.", _WAY_ON)
    days = calendar.monthrange(year, month)[1]
    if not 1 <= day <= days:
        raise UserError(
            f"“{said}” is no date: {MONTHS[month - 1]} {year} has {days} days.",
            f"Did you mean {date(year, month, days)}? {_WAY_ON}",
        )
    return date(year, month, day)


def _said(match: re.Match[str]) -> str:
    return re.sub(rf"^{_BOUND}", "", match.group(), flags=re.IGNORECASE)


def _numbered(match: re.Match[str], _today: date) -> tuple[date, str]:
    year = int(match["y"])
    said = _said(match)
    return _made(year + 2000 if len(match["y"]) == 2 else year, int(match["m"]), int(match["d"]), said), ""


def _slashed(match: re.Match[str], _today: date) -> tuple[date, str]:
    first, second, year = int(match["a"]), int(match["b"]), int(match["y"])
    said = _said(match)
    if first <= 12 and second <= 12 and first != second:
        raise UserError(f"“{said}” can be read in two ways.", _WAY_ON)
    return (_made(year, second, first, said) if first > 12 or first == second else _made(year, first, second, said)), ""


def _named(match: re.Match[str], today: date) -> tuple[date, str]:
    month, said = _month(match["month"]), _said(match)
    last = "d" not in match.re.groupindex
    year = int(match["y"]) if match["y"] else today.year
    number = 31 if last else int(match["d"])
    if not match["y"] and (month, number) < (today.month, today.day):
        year += 1
    if last:
        number = calendar.monthrange(max(year, 1), month)[1]
    day = _made(year, month, number, said)
    return day, "" if match["y"] else f"“{said}” means {day}."


def _spanned(match: re.Match[str], today: date) -> tuple[date, str]:
    number = _WORDS.get(match["n"].casefold())
    day = later(today, int(match["n"]) if number is None else number, match["unit"].casefold())
    return day, f"“{_said(match)}” means {day}."


def _near(match: re.Match[str], today: date) -> tuple[date, str]:
    return today + timedelta(days=match["near"].casefold() == "tomorrow"), ""


_Reader = Callable[[re.Match[str], date], tuple[date, str]]
_READERS: tuple[tuple[re.Pattern[str], _Reader], ...] = (
    (_ISO, _numbered),
    (_DOTS, _numbered),
    (_SLASHES, _slashed),
    (_MONTH_END, _named),
    (_DAY_MONTH, _named),
    (_MONTH_DAY, _named),
    (_SPAN, _spanned),
    (_NEAR, _near),
)


def _verb(match: re.Match[str]) -> bool:
    """“may 20 people” and “march 5 abreast” are no dates; the month's capital, a year or a “by” makes them one."""
    groups = match.re.groupindex
    month = match["month"] if "month" in groups else ""
    return month in ("may", "march", "mar") and not match["y"] and not _FIRM.match(match.group())


def _stretches(text: str) -> Iterator[tuple[int, re.Match[str], _Reader]]:
    """Every stretch that says a date, with its rank; where two patterns overlap the earlier pattern has it."""
    taken: list[tuple[int, int]] = []
    for pattern, reader in _READERS:
        for match in pattern.finditer(text):
            if _verb(match) or any(match.start() < end and start < match.end() for start, end in taken):
                continue
            taken.append(match.span())
            yield 0 if _FIRM.match(match.group()) else 2 if pattern is _SPAN else 1, match, reader


def days(text: str, today: date) -> tuple[Found, ...]:
    """Every date in a text, past ones too, in the order in which they stand there.

    Raises UserError for one that does not exist, or can be read in two ways.
    """
    found = []
    for _, match, reader in _stretches(text):
        day, assumed = reader(match, today)
        found.append(Found(day, match.start(), match.end(), assumed))
    return tuple(sorted(found, key=lambda one: one.start))


def first(text: str, today: date) -> Found | None:
    """The first date that the text says, past or to come; None when it says none. Raises UserError for an impossible
    one.
    """
    best = min(_stretches(text), key=lambda stretch: stretch[1].start(), default=None)
    if best is None:
        return None
    _, match, reader = best
    day, assumed = reader(match, today)
    return Found(day, match.start(), match.end(), assumed)


def deadline(text: str, today: date) -> Found:
    """The date a goal is due: the first that ``by`` or its like goes before, else the first that stands alone, else
    the first span from today.

    Raises UserError: there is none, it does not exist, can be read in two ways, has passed, or lies more than five
    years ahead.
    """
    best = min(_stretches(text), key=lambda stretch: (stretch[0], stretch[1].start()), default=None)
    if best is None:
        bare = _BARE_MONTH.search(text)
        said = f"“{bare['month']} {bare['y']}” names no day." if bare else "The goal names no date."
        raise UserError(said, f"Say by when. {_WAY_ON}")
    _, match, reader = best
    day, assumed = reader(match, today)
    if day < today:
        raise UserError(f"{day} has passed: today is {today}.", f"Name a day to come. {_WAY_ON}")
    if day > add_months(today, 60):
        raise UserError(f"{day} is more than five years away. Is the year right?", _WAY_ON)
    return Found(day, match.start(), match.end(), assumed)
