"""What is charged is read exactly, or not at all."""

from __future__ import annotations

from typing import Any

import pytest

from adapters import prices
from plans.words import Money


@pytest.mark.parametrize(
    ("written", "minor"), [("40 EUR", 4000), ("12.50 EUR", 1250), ("0 EUR", 0), ("0.01 EUR", 1), (" 7  EUR ", 700)]
)
def test_a_price_in_the_inventory_is_read_to_the_cent(written: str, minor: int) -> None:
    assert prices.parse(written) == Money(minor=minor)


@pytest.mark.parametrize(
    "written", ["", "EUR", "40", "40 eur", "40 EURO", "forty EUR", "-1 EUR", "1.005 EUR", "NaN EUR", "1e30 EUR"]
)
def test_what_is_no_price_is_refused(written: str) -> None:
    with pytest.raises(ValueError, match=r"amount|currency"):
        prices.parse(written)


@pytest.mark.parametrize(("amount", "minor"), [("40.00", 4000), (40, 4000), (40.5, 4050), (0.29, 29)])
def test_a_vendors_amount_may_be_text_or_number(amount: Any, minor: int) -> None:
    assert prices.money(amount, "USD") == Money(minor=minor, currency="USD")


@pytest.mark.parametrize("amount", [None, True, [], {}, "", "4O", float("inf"), -1, "9" * 40])
def test_a_vendors_nonsense_is_no_amount(amount: Any) -> None:
    with pytest.raises(ValueError, match="amount"):
        prices.money(amount, "EUR")
