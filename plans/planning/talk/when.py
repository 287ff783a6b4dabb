"""Amounts of time, days, and stretches of days, as people say them about a plan."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, timedelta

from plans.errors import UserError
from plans.model.calendar import Calendar, spoken
from plans.planning import dates
from plans.planning.talk.setting import Setting

NUMBERS = {
    **{"a": 1, "an": 1, "another": 1, "one": 1, "two": 2, "three": 3, "four": 4, "five": 5, "six": 6, "seven": 7},
    **{"eight": 8, "nine": 9, "ten": 10, "eleven": 11, "twelve": 12, "a couple of": 2, "couple of": 2},
}
NUMBER = rf"(?:\d{{1,3}}|{'|'.join(sorted(NUMBERS, key=len, reverse=True))})"
_UNITS = r"(?:working |business |work |calendar )?(?:days?|weeks?|months?|fortnights?)"
AMOUNT = rf"(?:(?:about|another|some)\s+)?{NUMBER}(?:\s+(?:more|full|whole))?[\s-]+{_UNITS}"
_AMOUNT = re.compile(
    rf"(?:(?:about|another|some)\s+)?(?P<n>{NUMBER})(?:\s+\w+)??[\s-]+(?:\w+ )?(?P<unit>day|week|month|fortnight)s?",
    re.IGNORECASE,
)
_WEEKDAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
_WEEKDAY = rf"(?P<weekday>{'|'.join(_WEEKDAYS)}|mon|tues?|wed|thu(?:rs)?|fri|sat|sun)"
_ON = r"(?:(?:on|by|to|until|till|before|from|for|in|at|during|starting|due)\s+)*(?:the\s+)?"
_NEXT_DAY = re.compile(rf"{_ON}(?P<which>next\s+|this\s+|coming\s+)?{_WEEKDAY}", re.IGNORECASE)
_WEEK = re.compile(
    rf"{_ON}(?P<edge>(?:the\s+)?(?:end|beginning|start|week)\s+of\s+)?(?:the\s+)?"
    r"(?:(?P<which>this|next|coming)\s+week|week\s+after\s+(?P<after>next)"
    r"|(?P<real>calendar\s+week|iso\s+week|cw|kw)\s*(?P<cw>\d{1,2})|week\s+(?P<n>\d{1,3}))",
    re.IGNORECASE,
)
_WEEK_OF = re.compile(rf"{_ON}week of\s+(?:the\s+)?", re.IGNORECASE)
_FILLING = re.compile(rf"[\s,.]*{_ON}[\s,.]*(?:(?:end|close)\s+of\s+(?:day|business)\s*)?", re.IGNORECASE)
_FROM_TO = re.compile(r"(?:from\s+|between\s+)?(?P<a>.+?)\s+(?:to|until|till|through|and|–|-)\s+(?P<b>.+)", re.I)
_SHARED = re.compile(
    r"(?:from\s+|between\s+)?(?:the\s+)?(?P<a>\d{1,2})(?:st|nd|rd|th)?\s*(?:to|until|till|and|–|-)\s*(?P<b>\d{1,2}\D.*)",
    re.IGNORECASE,
)
_FOR = re.compile(rf"for\s+(?P<length>{AMOUNT})(?:\s+from\s+(?P<a>.+))?", re.IGNORECASE)


_MOST = {"day": 400, "week": 104, "fortnight": 52, "month": 24}


@dataclass(frozen=True)
class Amount:
    """So many working days, weeks or months."""

    number: int
    unit: str

    def __str__(self) -> str:
        return f"{self.number} {self.unit}{'s' * (self.number != 1)}"

    def from_(self, day: date, calendar: Calendar, sign: int = 1) -> date:
        """That much later (or earlier, with -1), on a working day. Raises UserError past the calendar's end."""
        if self.unit == "day":
            return calendar.add_workdays(day, sign * self.number)
        return calendar.next_workday(dates.later(day, sign * self.number, self.unit))

    def workdays(self, calendar: Calendar) -> int:
        week = len(set(calendar.workdays))
        return {"day": 1, "week": week, "month": 4 * week}[self.unit] * self.number


@dataclass(frozen=True)
class Stretch:
    """From one day to another, both included; one day where only one was said."""

    start: date
    end: date
    assumed: str = ""
    week: bool = False
    """Whether a week was said rather than a day."""


def amount(text: str) -> Amount | None:
    """The amount that the text is; None when it is none. Raises UserError for none at all."""
    found = _AMOUNT.fullmatch(text.strip())
    if found is None:
        return None
    said = found["n"].casefold()
    number, unit = NUMBERS.get(said) or int(said if said.isdecimal() else 0), found["unit"].casefold()
    if not number:
        raise UserError(f"“{text.strip()}” moves nothing.", "Say by how much, e.g. “3 days” or “a week”.")
    if number > _MOST[unit]:
        raise UserError(f"“{text.strip()}” is more than a plan is changed by.", "Is the number right?")
    return Amount(2 * number, "week") if unit == "fortnight" else Amount(number, unit)


def day(text: str, setting: Setting) -> Stretch | None:
    """The day, or the week, that the text says and nothing beside; None when it says none.

    Raises UserError for a day that does not exist or has passed.
    """
    for read in (_week, _weekday, _dated):
        found = read(text.strip(), setting)
        if found is not None:
            if found.end < setting.today:
                raise UserError(f"{found.end} has passed: today is {setting.today}.", "Name a day to come.")
            if found.end > dates.add_months(setting.today, 60):
                raise UserError(f"{found.end} is more than five years away.", "Is the year right?")
            return found
    return None


def stretch(text: str, setting: Setting) -> Stretch | None:
    """The days that the text says: ``from … to …``, ``in week 3``, ``until …`` (from today), ``for two weeks``."""
    said = text.strip()
    if not said:
        return None
    one = day(said, setting)
    if one is not None:
        until = re.match(r"(?:until|till)\b", said, re.IGNORECASE)
        return Stretch(setting.today, one.end, one.assumed) if until else one
    lasting = _FOR.fullmatch(said)
    if lasting is not None:
        return _lasting(lasting, setting)
    shared = _SHARED.fullmatch(said)
    if shared is not None:
        last = day(shared["b"], setting)
        return _span(last.end.replace(day=int(shared["a"])), last) if last and _in(shared["a"], last) else None
    both = _FROM_TO.fullmatch(said)
    first, end = (day(both["a"], setting), day(both["b"], setting)) if both else (None, None)
    return _span(first.start, end) if first and end else None


def _in(number: str, last: Stretch) -> bool:
    return 1 <= int(number) <= last.end.day


def _span(start: date, last: Stretch) -> Stretch:
    if last.end < start:
        raise UserError(f"{last.end} comes before {start}.", "Name the first day first.")
    return Stretch(start, last.end, last.assumed)


def _lasting(found: re.Match[str], setting: Setting) -> Stretch | None:
    length = amount(found["length"])
    first = day(found["a"], setting) if found["a"] else Stretch(setting.today, setting.today)
    if length is None or first is None:
        return None
    return Stretch(first.start, length.from_(first.start, setting.calendar) - timedelta(days=1))


def _week(text: str, setting: Setting) -> Stretch | None:
    found = _WEEK.fullmatch(text)
    if found is None:
        return None
    this = setting.today - timedelta(days=setting.today.weekday())
    assumed = ""
    if found["cw"]:
        monday = _calendar_week(int(found["cw"]), setting.today)
    elif found["n"]:
        first = setting.plan.begins - timedelta(days=setting.plan.begins.weekday())
        monday = first + timedelta(weeks=max(1, int(found["n"])) - 1)
        assumed = f"Week {found['n']} is the plan's, from {spoken(monday)}."
    else:
        monday = this + timedelta(weeks=2 if found["after"] else int(found["which"].casefold() != "this"))
    edge = (found["edge"] or "").casefold()
    last = setting.calendar.previous_workday(monday + timedelta(days=6))
    if "end" in edge:
        return Stretch(last, last, assumed)
    first = setting.calendar.next_workday(monday)
    if "beginning" in edge or "start" in edge:
        return Stretch(first, first, assumed)
    return Stretch(first, max(first, last), assumed, week=True)


def _calendar_week(number: int, today: date) -> date:
    """The Monday of the next calendar week of that number. Raises UserError when no year has it."""
    for year in (today.year, today.year + 1):
        try:
            monday = date.fromisocalendar(year, number, 1)
        except ValueError:
            continue
        if monday + timedelta(days=6) >= today:
            return monday
    raise UserError(f"There is no calendar week {number}.", "They go from 1 to 52 or 53.")


def _weekday(text: str, setting: Setting) -> Stretch | None:
    found = _NEXT_DAY.fullmatch(text)
    if found is None:
        return None
    wanted = next(at for at, name in enumerate(_WEEKDAYS) if name.startswith(found["weekday"].casefold()[:3]))
    ahead = (wanted - setting.today.weekday()) % 7
    if (found["which"] or "").strip().casefold() == "next":
        ahead = 7 - setting.today.weekday() + wanted
    when = setting.today + timedelta(days=ahead or 7)
    said = re.sub(_ON, "", text, count=1, flags=re.IGNORECASE)
    return Stretch(when, when, f"“{said}” means {when}.")


def _dated(text: str, setting: Setting) -> Stretch | None:
    week = _WEEK_OF.match(text)
    if week is not None:
        found = _dated(text[week.end() :], setting)
        monday = found.start - timedelta(days=found.start.weekday()) if found else setting.today
        return Stretch(setting.calendar.next_workday(monday), monday + timedelta(days=6), week=True) if found else None
    return _one_day(text, setting)


def _one_day(text: str, setting: Setting) -> Stretch | None:
    found = dates.first(text, setting.today)
    if found is None:
        return None
    rest: Callable[[str], bool] = lambda part: _FILLING.fullmatch(part) is not None  # noqa: E731
    if not rest(text[: found.start]) or not rest(text[found.end :]):
        return None
    return Stretch(found.day, found.day, found.assumed)
