"""Rules that keep what was agreed: one for each kind of constraint, which names the rule in turn."""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from datetime import date, timedelta
from typing import TypeVar

from plans.model.agreed import AtMost, Embargo, NotAfter, NotBefore, Spend, Unsaid
from plans.model.critic.case import Case, Said, spending
from plans.model.plan import Item
from plans.words import ItemState, Money

One = TypeVar("One")


def spend(case: Case) -> Said:
    for one in _agreed(case, Spend):
        total = Money(minor=0, currency=one.most.currency)
        for item in spending(case.plan):
            assert item.budget is not None
            if item.budget.currency == total.currency:
                total = total.plus(item.budget)
            else:
                yield item.id, f"has a budget in {item.budget.currency}; {one.id} agrees a sum in {total.currency}"
        if total.minor > one.most.minor:
            yield None, f"the items' budgets come to {total}; {one.id} agrees at most {one.most}"


def not_before(case: Case) -> Said:
    for one in _agreed(case, NotBefore):
        for item in case.under(one.item):
            if item.start < one.day:
                yield item.id, f"starts {case.day(item.start)}; {one.id} agrees not before {case.day(one.day)}"


def not_after(case: Case) -> Said:
    for one in _agreed(case, NotAfter):
        for item in case.under(one.item):
            if item.end > one.day:
                yield item.id, f"ends {case.day(item.end)}; {one.id} agrees no later than {case.day(one.day)}"


def embargo(case: Case) -> Said:
    """The whole window lies outside: an act may happen on any of its days."""
    for one in _agreed(case, Embargo):
        for item in case.open:
            if item.verb in one.verbs and item.start <= one.end and item.end >= one.start:
                yield (
                    item.id,
                    f"would {item.verb} {case.span(item.start, item.end)}; {one.id} is an embargo, "
                    f"{case.span(one.start, one.end)}",
                )


def at_most(case: Case) -> Said:
    """What is done counts too: it has used its place up."""
    for one in _agreed(case, AtMost):
        places: Counter[date] = Counter()
        last: dict[date, Item] = {}
        for item in case.plan.items.values():
            if item.verb is not one.verb or item.state is ItemState.DROPPED:
                continue
            begins = item.end - timedelta(days=item.end.weekday()) if one.per == "week" else item.end
            places[begins] += 1
            if not item.settled and (begins not in last or (last[begins].end, last[begins].id) <= (item.end, item.id)):
                last[begins] = item
        for begins, item in last.items():
            if places[begins] > one.most:
                when = f"in the week of {case.day(begins)}" if one.per == "week" else f"on {case.day(begins)}"
                yield item.id, f"is 1 of {places[begins]} items that {one.verb} {when}; {one.id} agrees {one.most}"


def unsaid(case: Case) -> Said:
    for one in _agreed(case, Unsaid):
        words = (r"\s+".join(map(re.escape, word.split())) for word in one.words if word.split())
        pattern = re.compile(rf"(?<!\w)(?:{'|'.join(words)})(?!\w)", re.IGNORECASE)
        for item in case.open:
            found: dict[str, list[str]] = defaultdict(list)
            for where, text in (("title", item.title), ("instructions", item.instructions)):
                for match in pattern.finditer(text):
                    found[" ".join(match.group().split()).casefold()].append(where)
            for word, places in found.items():
                yield item.id, f"says “{word}” in its {' and '.join(dict.fromkeys(places))}; {one.id} agrees not to"


def _agreed(case: Case, kind: type[One]) -> list[One]:
    return [one for one in case.plan.constraints if isinstance(one, kind)]
