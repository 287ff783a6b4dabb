"""Numbers in a goal, found without a model: its budget, and the figures it wants to reach.

Thousands may be grouped by comma, dot, space or apostrophe, as in 20,000, 20.000 and 20 000; ``k``, ``m`` and their
words multiply. Money is a budget where the text says so; other money is a figure to reach.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from plans.errors import UserError
from plans.planning.dates import add_months, later
from plans.words import Money

CURRENCIES = {"€": "EUR", "eur": "EUR", "euro": "EUR", "euros": "EUR", "$": "USD", "usd": "USD", "dollars": "USD"}
CURRENCIES |= {"£": "GBP", "gbp": "GBP", "pounds": "GBP", "chf": "CHF", "francs": "CHF"}
_TIMES = {"k": 1_000, "thousand": 1_000, "m": 1_000_000, "mn": 1_000_000, "million": 1_000_000}
_MOST = Decimal(1_000_000_000)

_GROUPED = r"\d{1,3}(?:[,.'’ \u202f\u00a0]\d{3})+(?:[.,]\d{1,2})?"
_NUMBER = rf"(?P<n>{_GROUPED}|\d+(?:[.,]\d+)?)(?:\s?(?P<x>k|mn?|thousand|million)\b)?"
_UNIT = r"€|\$|£|(?:eur|euros?|usd|dollars|gbp|pounds|chf|francs)\b"
_MONEY = rf"(?P<sign>[-−])?\s?(?:(?P<before>{_UNIT})\s?)?{_NUMBER}(?:\s?(?P<after>{_UNIT}))?"
_MOST_WORDS = r"up to|at most|no more than|max(?:imum)?"
_SPENT = (
    r"\b(?:with\s+)?(?:an?\s+|our\s+|the\s+)?(?:budget(?:ed)?|spend(?:ing)?|costs?|costing)\b"
    rf"(?:\s+(?:of|is|at|to|under|limit(?:ed)?|{_MOST_WORDS}))*\s*:?\s*"
)
_BUDGETS = (
    re.compile(_SPENT + _MONEY, re.IGNORECASE),
    re.compile(rf"\b(?:with|for|on|within|{_MOST_WORDS})\s+(?:an?\s+|our\s+)?{_MONEY}\s+budget\b", re.IGNORECASE),
    re.compile(rf"(?<![\w.,]){_MONEY}\s+(?:(?:as|in)\s+)?(?:(?:a|the)\s+)?budget\b", re.IGNORECASE),
    re.compile(rf"\b(?:for|{_MOST_WORDS})\s+{_MONEY}(?!\s*\w)", re.IGNORECASE),
)
_UNIT_WORD = r"(?!(?:in|within|during|over|by|per|from|for|at|until|and|or|on|with|the|to|of)\b)[^\W\d_][\w’'-]*"
_WINDOW = (
    r"(?:in|within|during|over)\s+(?:the\s+)?(?:first\s+)?"
    r"(?:(?P<count>\d{1,3}|two|three|four|six)\s+)?(?P<span>day|week|month|quarter|year)s?\b"
)
_FIGURE = re.compile(
    rf"(?<![\w.,-])(?:(?P<lead>{_UNIT})\s?)?{_NUMBER}\s?(?P<percent>%)?"
    rf"(?:\s*(?P<unit>{_UNIT_WORD}(?:\s+{_UNIT_WORD}){{0,3}}))?(?:\s+(?P<window>{_WINDOW}))?",
    re.IGNORECASE,
)
_WORDS = {"two": 2, "three": 3, "four": 4, "six": 6}


@dataclass(frozen=True)
class Target:
    """A figure the goal wants to reach, e.g. 200 demo requests in the first month."""

    amount: float
    unit: str
    window: str
    """As it was said, e.g. ``in the first month``; empty where nothing was."""
    due: date
    """The window's last day, counted from the deadline."""

    def __str__(self) -> str:
        amount = f"{int(self.amount):,}" if self.amount.is_integer() else f"{self.amount:,}"
        return " ".join(part for part in (amount, self.unit, self.window) if part)


@dataclass(frozen=True)
class Budget:
    amount: Money
    start: int
    end: int
    assumed: str = ""


def number(text: str) -> Decimal:
    """``20,000``, ``20.000``, ``20 000``, ``1.5``, ``1,5`` as people mean them: groups of three are thousands."""
    if re.fullmatch(_GROUPED, text):
        cents = re.search(r"[.,](\d{1,2})$", text)
        whole = re.sub(r"\D", "", text[: cents.start()] if cents else text)
        return Decimal(f"{int(whole)}.{cents[1]}") if cents else Decimal(int(whole))
    return Decimal(text.replace(",", "."))


def _amount(match: re.Match[str]) -> Decimal:
    return number(match["n"]) * _TIMES.get((match["x"] or "").casefold(), 1)


def budget(text: str) -> Budget | None:
    """The sum the goal allows. Raises UserError when it is negative or beyond any plan's."""
    for pattern in _BUDGETS:
        for match in pattern.finditer(text):
            unit = match["before"] or match["after"]
            if unit is None and "budget" not in match.group().casefold():
                continue
            amount = _amount(match)
            if match["sign"]:
                raise UserError(f"A budget cannot be negative: “{match.group().strip()}”.", "Say what may be spent.")
            if amount > _MOST:
                raise UserError(f"A budget of {amount:,} is beyond any plan of mine.", "Is the sum right?")
            currency = CURRENCIES[unit.casefold()] if unit else "EUR"
            assumed = "" if unit else f"The budget of {amount:,} is in EUR."
            return Budget(Money(minor=int(amount * 100), currency=currency), match.start(), match.end(), assumed)
    return None


def _due(match: re.Match[str], deadline: date) -> date:
    span = match["span"]
    if span is None:
        return deadline
    count = match["count"]
    number_of = 1 if count is None else _WORDS.get(count.casefold()) or int(count)
    if span.casefold() == "quarter":
        return add_months(deadline, 3 * number_of)
    return later(deadline, number_of, span.casefold())


def _unit(match: re.Match[str]) -> str:
    lead = CURRENCIES[match["lead"].casefold()] if match["lead"] else ""
    return " ".join(part for part in (match["percent"], lead, match["unit"]) if part)


def targets(text: str, deadline: date) -> tuple[Target, ...]:
    """The figures in a text from which deadline and budget are already taken; at most six, without a unit none."""
    found: list[Target] = []
    for match in _FIGURE.finditer(text):
        unit = _unit(match)
        amount = _amount(match)
        if unit and 0 < amount <= _MOST * 1000:
            window = match["window"] or ""
            found.append(Target(float(amount), unit, window, _due(match, deadline)))
    return tuple(found[:6])
