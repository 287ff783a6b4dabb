"""How the values of an item stand in a table's cells, and how they are read: forgiving of how spreadsheets write them.

Every reader raises ValueError with the reason, as the end of a sentence whose beginning names the cell.
"""

from __future__ import annotations

import json
import re
from datetime import date
from typing import Final, Literal

from plans.model.plan import Link
from plans.words import ItemId, ItemKind, ItemState, Money, Verb

LONGEST: Final = 10_000
"""Working days of one item: forty years. More is a slip of the finger, and beyond what a calendar can count."""
YEARS: Final = (1970, 2200)
_ISO: Final = re.compile(r"(\d{4})-(\d{1,2})-(\d{1,2})(?:[T ]00:00(?::00)?)?")
_DOTTED: Final = re.compile(r"(\d{1,2})\.\s?(\d{1,2})\.\s?(\d{4})")
SLASHED: Final = re.compile(r"(\d{1,2})/(\d{1,2})/(\d{4})")
Order = Literal["day", "month", ""]
"""Which comes first in ``3/4/2027``; empty: not known."""
_WAIT: Final = re.compile(
    r"(?P<item>[A-Za-z][A-Za-z0-9]*-\d+)(?:\s*(?P<kind>FS|SS))?(?:\s*\+\s*(?P<lag>\d{1,3})\s*d?)?", re.IGNORECASE
)
_TOKEN: Final = r'"(?:[^"\\]|\\.)*"'
_EXPECT: Final = re.compile(rf"\s*({_TOKEN}|[^;=>\"\n]+?)\s*(>=|=)\s*({_TOKEN}|[^;\"\n]*?)\s*(?:[;\n]|$)")
_PLAIN: Final = re.compile(r'[^;=>"\n]+')
_GROUPED: Final = re.compile(r"-?\d{1,3}(?:,\d{3})+(?:\.\d{1,2})?")
_AMOUNT: Final = re.compile(r"-?\d+(?:[.,]\d{1,2})?")


def day(cell: str, order: Order = "") -> date:
    """``2026-11-30`` or ``30.11.2026``; ``30/11/2026`` where the file's other dates tell the order."""
    text = cell.strip()
    if found := _ISO.fullmatch(text):
        year, month, number = map(int, found.groups())
    elif found := _DOTTED.fullmatch(text):
        number, month, year = map(int, found.groups())
    elif found := SLASHED.fullmatch(text):
        if not order:
            raise ValueError(f"“{text}” can be read in two ways; write it as year-month-day")
        first, second, year = map(int, found.groups())
        number, month = (first, second) if order == "day" else (second, first)
    else:
        raise ValueError(f"“{text[:40]}” is no date; write it as year-month-day, such as 2026-11-30")
    return _existing(text, year, month, number)


def _existing(text: str, year: int, month: int, number: int) -> date:
    if not YEARS[0] <= year <= YEARS[1]:
        raise ValueError(f"“{text}” is not within the years {YEARS[0]} to {YEARS[1]}")
    try:
        return date(year, month, number)
    except ValueError:
        leap = "; that year has no 29 February" if (month, number) == (2, 29) else ""
        raise ValueError(f"“{text}” does not exist{leap}") from None


def order_of(cells: list[str]) -> Order:
    """Which comes first in the slashed dates of a file, as far as one of them tells; empty when they contradict."""
    found = [match for cell in cells if (match := SLASHED.fullmatch(cell.strip()))]
    days = any(int(match.group(1)) > 12 for match in found)
    months = any(int(match.group(2)) > 12 for match in found)
    if days == months:
        return ""
    return "day" if days else "month"


def workdays(cell: str) -> int:
    text = cell.strip()
    found = re.fullmatch(r"(\d{1,9})(?:[.,]0+)?", text)
    if found is None or not int(found.group(1)):
        raise ValueError(f"“{text[:40]}” is no number of working days; write a whole number from 1")
    if int(found.group(1)) > LONGEST:
        raise ValueError(f"{text} working days are more than {LONGEST:,}")
    return int(found.group(1))


def effort(cell: str) -> float:
    text = cell.strip()
    percent = re.fullmatch(r"(\d{1,3}(?:[.,]\d+)?)\s?%", text)
    try:
        part = float(percent.group(1).replace(",", ".")) / 100 if percent else float(text.replace(",", "."))
    except ValueError:
        part = 0.0
    if not 0 < part <= 1:
        raise ValueError(f"“{text[:40]}” is no part of a day; write a number above 0 and up to 1")
    return part


def kind(cell: str) -> ItemKind:
    try:
        return ItemKind(cell.strip().lower())
    except ValueError:
        raise ValueError(f"“{cell.strip()[:40]}” is none of {', '.join(ItemKind)}") from None


def verb(cell: str) -> Verb:
    try:
        return Verb(cell.strip().lower())
    except ValueError:
        raise ValueError(f"“{cell.strip()[:40]}” is none of {', '.join(Verb)}") from None


def state(cell: str) -> ItemState:
    try:
        return ItemState(cell.strip().lower())
    except ValueError:
        raise ValueError(f"“{cell.strip()[:40]}” is none of {', '.join(ItemState)}") from None


def item_id(cell: str) -> ItemId:
    return ItemId(re.sub(r"\s", "", cell).upper())


def waits(after: tuple[ItemId, ...], links: tuple[Link, ...]) -> str:
    """``NA-3; NA-4+2d; NA-5 SS+1d``: a plain wait, one with two working days between, one from start to start."""
    told = [str(item) for item in after]
    for link in links:
        kind = " SS" if link.kind == "start_start" else ""
        told.append(f"{link.item}{kind}{f'+{link.lag}d' if link.lag else ''}")
    return "; ".join(told)


def read_waits(cell: str) -> tuple[tuple[ItemId, ...], tuple[Link, ...]]:
    after: list[ItemId] = []
    links: list[Link] = []
    for part in filter(None, (part.strip() for part in re.split(r"[;,\n]", cell))):
        found = _WAIT.fullmatch(part)
        if found is None:
            raise ValueError(f"“{part[:40]}” is no dependency; write NA-3, NA-3+2d or NA-3 SS+1d")
        item, lag = item_id(found["item"]), int(found["lag"] or 0)
        if item in after or any(link.item == item for link in links):
            raise ValueError(f"it names {item} twice")
        if lag > 500:
            raise ValueError(f"a lag of {lag} working days is more than 500")
        if (found["kind"] or "").upper() == "SS":
            links.append(Link(item=item, kind="start_start", lag=lag))
        elif lag:
            links.append(Link(item=item, lag=lag))
        else:
            after.append(item)
    return tuple(after), tuple(links)


def expects(floors: dict[str, int | str]) -> str:
    """``words>=200; tone=warm``: a number is a floor, a text must be equal. What would be misread is quoted."""
    return "; ".join(
        f"{_token(name)}>={value}" if isinstance(value, int) else f"{_token(name)}={_token(value)}"
        for name, value in floors.items()
    )


def _token(text: str) -> str:
    return text if _PLAIN.fullmatch(text) and text == text.strip() else json.dumps(text, ensure_ascii=False)


def read_expects(cell: str) -> dict[str, int | str]:
    found: dict[str, int | str] = {}
    place = 0
    while place < len(cell.rstrip()):
        match = _EXPECT.match(cell, place)
        if match is None:
            raise ValueError(f"“{cell[place : place + 40].strip()}” is no expectation; write words>=200 or tone=warm")
        name, sign, value = _word(match.group(1)), match.group(2), _word(match.group(3))
        if sign == ">=" and not re.fullmatch(r"-?\d{1,30}", value):
            raise ValueError(f"“{value[:40]}” is no whole number; write {name}>=200, or {name}=… for a text")
        found[name] = int(value) if sign == ">=" else value
        place = match.end()
    return found


def _word(token: str) -> str:
    try:
        return str(json.loads(token)) if token.startswith('"') else token
    except ValueError:
        raise ValueError(f"{token[:40]} is not quoted as in JSON") from None


def money(amount: Money | None) -> str:
    """``1000 EUR``, ``1000.50 EUR``."""
    if amount is None:
        return ""
    units, cents = divmod(abs(amount.minor), 100)
    return f"{'-' if amount.minor < 0 else ''}{units}{f'.{cents:02d}' if cents else ''} {amount.currency}"


def read_money(cell: str, currency: str) -> Money:
    """``currency``: of an amount that names none."""
    number, _, named = cell.strip().partition(" ")
    if _GROUPED.fullmatch(number):
        number = number.replace(",", "")
    if not _AMOUNT.fullmatch(number) or number.startswith("-") or len(number) > 15:
        raise ValueError(f"“{cell.strip()[:40]}” is no amount; write 1000 EUR or 1000.50 EUR")
    units, _, cents = number.replace(",", ".").partition(".")
    return Money(minor=int(units) * 100 + int(cents.ljust(2, "0")), currency=named.strip() or currency)
