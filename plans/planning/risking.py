"""A risk as people say it: what could happen, how likely, what it would take, whom it hits, and what helps.

``the venue falls through, 30 %, 5 days, 2,000 EUR, hits NA-12, mitigation: book a second one, sponsor``
"""

from __future__ import annotations

import re
from typing import Final

from plans.errors import UserError
from plans.model.agreed import Risk
from plans.model.plan import Plan
from plans.planning.figures import budget
from plans.words import ItemId, Money, PersonId, RiskId

EXAMPLE: Final = (
    "risk add the venue falls through, 30 %, 5 days, 2,000 EUR, hits NA-12, mitigation: book a second one, sponsor"
)
_MITIGATION: Final = re.compile(
    r"[,;.]?\s*\b(?:mitigation|mitigate|we|so we)\b:?\s+(?P<words>.+)$", re.IGNORECASE | re.DOTALL
)
_SPONSOR: Final = re.compile(
    r"[,;.]?\s*\b(?:(?:tell|show|for|to|inform) (?:it )?(?:to )?(?:the |our )?)?sponsor"
    r"(?: must see(?: it)?(?: first)?)?\s*[.]?$",
    re.IGNORECASE,
)
_PROBABILITY: Final = re.compile(
    r"[,;]?\s*(?:probability|chance|likelihood)?:?\s*(?P<n>\d{1,3}(?:[.,]\d+)?)\s?(?:%|percent\b)", re.IGNORECASE
)
_DAYS: Final = re.compile(
    r"[,;]?\s*(?:costs?|takes?|loses?)?\s*\b(?P<n>\d{1,3})\s?(?:working )?(?P<unit>day|week)s?\b", re.IGNORECASE
)
_NAME = r"[a-z][a-z0-9]{0,11}-\d{1,6}"
_ITEM: Final = re.compile(_NAME, re.IGNORECASE)
_ITEMS: Final = re.compile(
    rf"[,;]?\s*\b(?:hits|items?|would hit|on)\s+(?P<items>{_NAME}(?:(?:\s*,\s*|\s+and\s+|\s*&\s*|\s+){_NAME})*)",
    re.IGNORECASE,
)


def read(text: str, plan: Plan, owner: PersonId, name: RiskId) -> Risk:
    """Raises UserError when it names no probability, says nothing, or hits what is not on the plan."""
    said = " ".join(text.split())
    said, sponsor = _without(said, _SPONSOR)
    said, mitigation = _without(said, _MITIGATION)
    if sponsor is None and mitigation is not None:
        _, sponsor = _without(mitigation.group(), _SPONSOR)
    said, items = _without(said, _ITEMS)
    said, likely = _without(said, _PROBABILITY)
    days = _DAYS.search(said)
    if days is not None and days.group()[0] in ",;":
        said = said[: days.start()] + said[days.end() :]
    cost = _cost(said)
    said = said[: cost[1]] + said[cost[2] :] if cost else said
    words = re.sub(r"(?:\s*[,;]\s*)+", ", ", said).strip(" ,;:.")
    if not words:
        raise UserError("What could go wrong?", f"For example: “{EXAMPLE}”.")
    if likely is None or not 0 < (probability := float(likely["n"].replace(",", "."))) <= 100:
        raise UserError("How likely is it? Say it in percent, from 1 to 100.", f"For example: “{EXAMPLE}”.")
    return Risk(
        id=name,
        text=words[:400],
        probability=probability / 100,
        days=0 if days is None else int(days["n"]) * (5 if days["unit"].casefold() == "week" else 1),
        cost=cost[0] if cost else None,
        items=_items(plan, items),
        mitigation=_words(mitigation),
        owner=owner,
        sponsor=sponsor is not None,
    )


def _without(text: str, pattern: re.Pattern[str]) -> tuple[str, re.Match[str] | None]:
    match = pattern.search(text)
    return (text, None) if match is None else (text[: match.start()] + text[match.end() :], match)


def _words(mitigation: re.Match[str] | None) -> str:
    return mitigation["words"].strip(" .,;")[:400] if mitigation else ""


def _items(plan: Plan, match: re.Match[str] | None) -> tuple[ItemId, ...]:
    found = [ItemId(item.upper()) for item in _ITEM.findall(match["items"])] if match else []
    missing = [item for item in found if item not in plan.items]
    if missing:
        raise UserError(f"{plan.title} has no item {missing[0]}.", "`status` lists its items.")
    return tuple(dict.fromkeys(found))


def _cost(text: str) -> tuple[Money, int, int] | None:
    """The sum that it would cost: an amount with its currency."""
    match = re.search(
        r"[,;]?\s*(?:costs?\s*)?(?:[€$£]\s?[\d.,]+k?|[\d.,]+\s?k?\s?(?:€|\$|£|eur(?:os?)?|usd|gbp|chf)\b)",
        text,
        re.IGNORECASE,
    )
    if match is None:
        return None
    found = budget(f"budget {match.group().strip(' ,;')}")
    return None if found is None else (found.amount, match.start(), match.end())
