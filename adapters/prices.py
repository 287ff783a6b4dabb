"""Amounts as people and vendors write them: ``40 EUR`` in the inventory, ``{"amount": "40.00", …}`` on the wire."""

from __future__ import annotations

import re
from decimal import Decimal, InvalidOperation
from typing import Final

from plans.words import Money

_CURRENCY: Final = re.compile(r"[A-Z]{3}")
_MOST: Final = Decimal(1_000_000_000)


def money(amount: object, currency: object) -> Money:
    """An amount in a currency of two decimals. Raises ValueError when it is not one, or is negative or absurd."""
    if isinstance(amount, bool) or not isinstance(amount, int | float | str):
        raise ValueError("the amount is no number")
    if not isinstance(currency, str) or not _CURRENCY.fullmatch(currency):
        raise ValueError("the currency is not three capital letters, e.g. EUR")
    try:
        exact = Decimal(str(amount).strip())
    except InvalidOperation:
        raise ValueError("the amount is no number") from None
    if not exact.is_finite() or not 0 <= exact <= _MOST:
        raise ValueError("the amount is out of range")
    cents = exact * 100
    if cents != int(cents):
        raise ValueError("the amount has more than two decimals")
    return Money(minor=int(cents), currency=currency)


def parse(text: str) -> Money:
    """Reads ``40 EUR`` or ``12.50 EUR``. Raises ValueError."""
    amount, _, currency = text.strip().partition(" ")
    return money(amount, currency.strip())
