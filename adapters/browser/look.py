"""Finds an act again in the vendor's own list, by the key that was written into it.

A list that does not also show a row known to be there proves nothing, and something is called absent only when two
looks in a row did not show it. What the list says is data: it is compared and shown, never acted on.
"""

from __future__ import annotations

import asyncio
import logging
import re
from dataclasses import dataclass, field
from typing import Final

from playwright.async_api import Error, Locator

from adapters.browser.script import Column, Verify
from adapters.browser.visit import PageChanged, SessionDead, Visit
from plans.errors import VendorDown
from plans.words import Money

_log = logging.getLogger(__name__)

EXCERPT: Final = 500
_MONEY: Final = re.compile(r"^(?:(?P<before>[A-Z]{3})\s*)?(?P<amount>[\d.,\s]*\d)\s*(?P<after>[A-Z]{3})?$")

_ROWS: Final = r"""table => {
  const heads = [...table.querySelectorAll('thead th')].map(th => th.innerText.trim());
  return [...table.querySelectorAll('tbody tr')].map(tr =>
    Object.fromEntries([...tr.cells].map((td, n) => [heads[n] || String(n), td.innerText.trim().slice(0, 500)])));
}"""


@dataclass(frozen=True)
class Sighting:
    """What one look at the list showed. ``attributes`` and ``excerpt`` are *data*."""

    found: bool
    control: bool
    copies: int = 0
    attributes: dict[str, int | str] = field(default_factory=dict)
    cost: Money | None = None
    excerpt: str = ""

    @property
    def absent(self) -> bool:
        """Certainly not there, as far as one look can tell."""
        return self.control and not self.found


async def look(visit: Visit, verify: Verify, key: str) -> Sighting:
    """Two looks before something counts as absent. Raises SessionDead, VendorDown."""
    seen = await _glance(visit, verify, key)
    if not seen.absent:
        return seen
    await asyncio.sleep(verify.settle)
    return await _glance(visit, verify, key)


async def _glance(visit: Visit, verify: Verify, key: str) -> Sighting:
    await visit.goto(verify.goto)
    rows: list[dict[str, str]] = []
    try:
        table = await visit.one(verify.table)
        rows = await table.evaluate(_ROWS)
    except PageChanged:
        return Sighting(found=False, control=False)
    except Error as error:
        _log.warning("the list could not be read", extra={"error": type(error).__name__})
        return Sighting(found=False, control=False)
    control = any(row.get(verify.control.column) == verify.control.equals for row in rows)
    hits = [number for number, row in enumerate(rows) if row.get(verify.by) == key]
    if not hits:
        return Sighting(found=False, control=control)
    row = rows[hits[0]]
    attributes, cost = _attributes(verify, row)
    return Sighting(
        found=True,
        control=control,
        copies=len(hits),
        attributes=attributes,
        cost=cost,
        excerpt=await _excerpt(visit, verify, table, hits[0]),
    )


async def _excerpt(visit: Visit, verify: Verify, table: Locator, number: int) -> str:
    """The beginning of the whole thing's text; nothing when its page does not show it."""
    try:
        head = await table.locator("thead th").all_inner_texts()
        cell = table.locator("tbody tr").nth(number).locator("td").nth(head.index(verify.detail.column))
        async with visit.page.expect_navigation(wait_until="domcontentloaded"):
            await cell.get_by_role("link").click()
        shown = await visit.one(verify.detail.shows)
        return (await shown.inner_text()).strip()[:EXCERPT]
    except (Error, PageChanged, SessionDead, VendorDown, ValueError):
        return ""


def _attributes(verify: Verify, row: dict[str, str]) -> tuple[dict[str, int | str], Money | None]:
    """What cannot be read as what it should be is left out: the acceptance test then misses it."""
    values: dict[str, int | str] = {}
    cost: Money | None = None
    for name, column in verify.attributes.items():
        text = row.get(column.column)
        value = None if text is None else _value(column, text)
        if isinstance(value, Money):
            cost = value
            values[name] = str(value)
        elif value is not None:
            values[name] = value
    return values, cost


def _value(column: Column, text: str) -> int | str | Money | None:
    if column.kind == "number":
        digits = re.sub(r"[,.\s]", "", text)
        return int(digits) if digits.isdecimal() else None
    return money(text) if column.kind == "money" else text


def money(text: str) -> Money | None:
    """``9.00 EUR``, ``EUR 1,234.50``; a point or comma before the last two digits divides off the cents."""
    match = _MONEY.match(text.strip())
    currency = match and (match["before"] or match["after"])
    if not match or not currency:
        return None
    whole, point, cents = re.sub(r"\s", "", match["amount"]).rpartition(".")
    if not point or len(cents) != 2:
        whole, cents = re.sub(r"\s", "", match["amount"]), "00"
        if whole[-3:-2] == ",":
            whole, cents = whole[:-3], whole[-2:]
    return Money(minor=int(re.sub(r"[.,]", "", whole) or "0") * 100 + int(cents), currency=currency)
