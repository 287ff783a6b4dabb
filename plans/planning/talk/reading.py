"""From a clause to the changes that it means: its phrases are read against the plan.

Each reader returns None when the words do not make that clause after all, so that the next way of reading them is
tried.
"""

from __future__ import annotations

import re
from typing import Final

from plans.errors import UserError
from plans.model.plan import Item
from plans.planning import figures
from plans.planning.talk import doers, handed, items, reading_dates, waiting, when
from plans.planning.talk.grammar import Clause
from plans.planning.talk.phrases import Heard, Reader, each, items_of, one_of
from plans.planning.talk.setting import Change, Setting, Unclear, applied
from plans.words import ItemKind, Money

_TAIL: Final = {
    "when": re.compile(
        r"(?P<when>\b(?:by|until|due|on|before|next|tomorrow|this)\b.+?)(?=\s+(?:for|to|in|into|under)\b|$)"
    ),
    "who": re.compile(r"\b(?:for|done by)\s+(?P<who>.+?)(?=\s+(?:by|until|due|on|to|in|into|under)\b|$)"),
    "x": re.compile(r"\b(?:to|in|into|under)\s+(?P<x>.+?)(?=\s+(?:by|until|due|on|for)\b|$)"),
}


def _give(heard: Heard, clause: Clause) -> list[Change] | None:
    found = items_of(heard, clause["x"], frozenset({ItemKind.TASK}))

    def change(setting: Setting, item: Item) -> Change:
        return handed.assign(setting, item, doers.find(clause["who"], setting, item))

    return each(heard, found, change)


def _drop(heard: Heard, clause: Clause) -> list[Change] | None:
    off = clause.kind == "call_off"
    return each(heard, items_of(heard, clause["x"]), lambda s, item: handed.drop(s, item, call_off=off))


def _restore(heard: Heard, clause: Clause) -> list[Change] | None:
    return each(heard, items_of(heard, clause["x"], dropped=True), handed.put_back)


def _rename(heard: Heard, clause: Clause) -> list[Change] | None:
    return [handed.rename(heard.setting, one_of(heard, clause["x"]), clause["title"])]


def _wait(heard: Heard, clause: Clause) -> list[Change] | None:
    lag = when.amount(clause["amount"]) if clause["amount"] else None
    before = items_of(heard, clause["y"])
    changes: list[Change] = []
    setting = heard.setting
    for item in items_of(heard, clause["x"]):
        for other in before:
            if clause.kind == "wait":
                made = waiting.wait(setting, setting.plan.items[item.id], other, lag)
            elif clause.kind == "beside":
                made = waiting.beside(setting, setting.plan.items[item.id], other)
            else:
                made = waiting.not_wait(setting, setting.plan.items[item.id], other)
            setting = setting.on(applied(setting.plan, made))
            changes.append(made)
    return changes


def _away(heard: Heard, clause: Clause) -> list[Change] | None:
    days = when.stretch(clause["when"], heard.setting)
    taker = doers.find(clause["who"], heard.setting)
    if days is None and clause["when"]:
        return None
    if days is None:
        weeks = (("This week", "this week"), ("Next week", "next week"), ("For two weeks", "for two weeks"))
        choices = tuple((name, f"{taker.doer} is away {span}") for name, span in weeks)
        raise Unclear(f"From when to when is {taker.name} away?", "", choices)
    return [waiting.away(heard.setting, taker, days)]


def _money(heard: Heard, text: str) -> Money | None:
    found = figures.budget(f"budget of {text.strip()}")
    if found is None or found.end < len(f"budget of {text.strip()}"):
        return None
    was = heard.setting.plan.budget
    return found.amount.model_copy(update={"currency": was.currency}) if found.assumed and was else found.amount


def _budget(heard: Heard, clause: Clause) -> list[Change] | None:
    amount = _money(heard, clause["money"])
    return [handed.budget(heard.setting, amount)] if amount else None


def _budget_by(heard: Heard, clause: Clause) -> list[Change] | None:
    amount, was = _money(heard, clause["money"]), heard.setting.plan.budget
    if amount is None or was is None or amount.currency != was.currency:
        return None
    sign = 1 if clause["verb"].casefold() in ("raise", "increase") else -1
    if was.minor + sign * amount.minor < 0:
        raise UserError(f"The budget is {was}: it cannot be cut by {amount}.", "Say what it is to be.")
    return [handed.budget(heard.setting, Money(minor=was.minor + sign * amount.minor, currency=was.currency))]


def _no_budget(heard: Heard, _clause: Clause) -> list[Change] | None:
    return [handed.budget(heard.setting, None)]


def _add(heard: Heard, clause: Clause) -> list[Change] | None:
    setting, tail = heard.setting, f" {clause['tail'].strip()}"
    found = {name: match[name] for name, rule in _TAIL.items() if (match := rule.search(tail))}
    by = when.day(found["when"], setting) if "when" in found else None
    if "when" in found and by is None:
        return None
    taker = doers.find(found["who"], setting) if "who" in found else None
    groups = frozenset({ItemKind.STREAM, ItemKind.OBJECTIVE, ItemKind.MILESTONE})
    if "x" not in found:
        streams = [item for item in setting.plan.of_kind(ItemKind.STREAM) if not item.settled]
        name = handed.named(clause["title"])
        choices = tuple(
            (items.label(one), f"add a {clause['kind']} “{name}” to {one.id}{tail.rstrip()}") for one in streams[:5]
        )
        raise Unclear(f"Where does “{name}” belong?", "", choices)
    parent = items_of(heard, found["x"], groups)[0]
    return [
        handed.add(
            setting,
            clause["title"],
            ItemKind(clause["kind"].casefold()),
            parent,
            by.end if by else None,
            taker,
            by.assumed if by else "",
        )
    ]


READERS: Final[dict[str, Reader]] = {
    **reading_dates.READERS,
    "budget_by": _budget_by,
    "no_budget": _no_budget,
    "budget": _budget,
    "away": _away,
    "add": _add,
    "rename": _rename,
    "not_wait": _wait,
    "beside": _wait,
    "wait": _wait,
    "restore": _restore,
    "call_off": _drop,
    "drop": _drop,
    "give": _give,
}
