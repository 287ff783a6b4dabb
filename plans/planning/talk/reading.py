"""From a clause to the changes that it means: its phrases are read against the plan.

Each reader returns None when the words do not make that clause after all, so that the next way of reading them is
tried.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Collection
from dataclasses import dataclass
from typing import Final

from plans.errors import UserError
from plans.model.plan import Item
from plans.planning import figures
from plans.planning.talk import dated, doers, handed, items, waiting, when
from plans.planning.talk.grammar import Clause
from plans.planning.talk.setting import Change, Setting, Unclear, Unknown, applied
from plans.words import ItemId, ItemKind, Money

_IT: Final = re.compile(r"(?:it|them|that|this|these|those|that one|this one|both)", re.IGNORECASE)
_LIST: Final = re.compile(r"\s*,\s*(?:and\s+)?|\s+and\s+|\s*&\s*", re.IGNORECASE)
_WORK: Final = frozenset({ItemKind.TASK, ItemKind.MILESTONE})
_LATER: Final = frozenset(["later", "back", "backward", "backwards", "out", "off", "late", "behind"])
_EARLIER: Final = frozenset(["earlier", "sooner", "early"])
_FORWARD: Final = frozenset(["forward", "forwards", "ahead", "up", "in"])
_PULLED: Final = re.compile(r"(?:bring|pull|advance|comes?|.* (?:brought|pulled))\b", re.IGNORECASE)
_PUSHED: Final = re.compile(r"(?:postpone|delay|defer|slip|slide|push|.* (?:postponed|delayed|pushed|late))", re.I)
_NUMBERS: Final = re.compile(
    rf"(?:between |from |at best )?(?P<low>{when.NUMBER})(?: \w*days?)?(?:,? (?:to|and|or|at worst|–|-) ?| ?[–-] ?)"
    rf"(?P<high>{when.NUMBER}) (?:working |business )?(?P<unit>day|week|month)s?"
    rf"(?:,? (?:most )?likely (?P<days>{when.NUMBER})(?: days?)?)?",
    re.IGNORECASE,
)
_TAIL: Final = {
    "when": re.compile(
        r"(?P<when>\b(?:by|until|due|on|before|next|tomorrow|this)\b.+?)(?=\s+(?:for|to|in|into|under)\b|$)"
    ),
    "who": re.compile(r"\b(?:for|done by)\s+(?P<who>.+?)(?=\s+(?:by|until|due|on|to|in|into|under)\b|$)"),
    "x": re.compile(r"\b(?:to|in|into|under)\s+(?P<x>.+?)(?=\s+(?:by|until|due|on|for)\b|$)"),
}


@dataclass(frozen=True)
class Heard:
    """What the readers start from: the plan as it is by now, and what “it” means."""

    setting: Setting
    last: tuple[ItemId, ...] = ()


Reader = Callable[[Heard, Clause], list[Change] | None]


def _items(
    heard: Heard, phrase: str, kinds: Collection[ItemKind] = frozenset(ItemKind), *, dropped: bool = False
) -> list[Item]:
    """The one item that the phrase means, or each of those that it lists."""
    plan = heard.setting.plan
    if _IT.fullmatch(phrase.strip()):
        found = [plan.items[one] for one in heard.last if one in plan.items]
        if not found:
            raise Unknown(f"I do not know what “{phrase}” is.", phrase)
        return found
    pieces = [piece for piece in _LIST.split(phrase) if piece.strip()]
    if len(pieces) > 1 and not _exact(plan.items.values(), phrase):
        try:
            listed = [items.find(piece, plan, kinds, dropped=dropped) for piece in pieces]
        except (Unclear, Unknown):
            pass
        else:
            return list({item.id: item for item in listed}.values())
    return [items.find(phrase, plan, kinds, dropped=dropped)]


def _exact(known: Collection[Item], phrase: str) -> bool:
    said = items.quoted(phrase).casefold()
    return any(item.title.casefold() == said for item in known)


def _one(heard: Heard, phrase: str) -> Item:
    return _items(heard, phrase)[0]


def _each(heard: Heard, found: list[Item], change: Callable[[Setting, Item], Change]) -> list[Change]:
    """The change of each item, on the plan as the ones before leave it."""
    changes: list[Change] = []
    setting = heard.setting
    for item in found:
        now = setting.plan.items[item.id]
        made = change(setting, now)
        setting = setting.on(applied(setting.plan, made))
        changes.append(made)
    return changes


def _sign(clause: Clause, phrase: str) -> tuple[int, str]:
    """Later or earlier, and what was assumed. Raises Unclear for “forward”, which people say for both."""
    verb, ways = clause["verb"], {clause.words.get("way", "").casefold(), clause.words.get("way2", "").casefold()}
    if ways & _EARLIER:
        return -1, ""
    if ways & {"later", "late", "behind"}:
        return 1, ""
    if _PULLED.match(verb):
        return -1, ""
    if ways & _FORWARD:
        choices = (("Later", f"{phrase}|later"), ("Earlier", f"{phrase}|earlier"))
        raise Unclear("“Forward” can be either: later or earlier?", phrase, choices)
    return 1, "" if ways & _LATER or _PUSHED.match(verb) else "I take it that it is to be later."


def _shift(heard: Heard, clause: Clause) -> list[Change] | None:
    amount = when.amount(clause["amount"])
    if amount is None:
        return None
    sign, assumed = _signed(clause, clause["x"], str(amount), "move {} {} {}")
    if items.means_all(clause["x"]):
        return [dated.all_by(heard.setting, amount, sign, assumed)]
    return _each(
        heard, _items(heard, clause["x"]), lambda setting, item: dated.shift(setting, item, amount, sign, assumed)
    )


def _signed(clause: Clause, x: str, amount: str, sentence: str) -> tuple[int, str]:
    try:
        return _sign(clause, x)
    except Unclear as unclear:
        ways = (("Later", "later"), ("Earlier", "earlier"))
        choices = tuple((name, sentence.format(x, amount, way)) for name, way in ways)
        raise Unclear(unclear.question, "", choices) from None


def _how_far(heard: Heard, clause: Clause) -> list[Change] | None:
    """Which way is known, and not by how much: asked with the usual amounts."""
    x = clause["x"]
    found = _one(heard, x)
    way = "earlier" if _PULLED.match(clause["verb"]) or clause["way"].casefold() in _EARLIER else "later"
    choices = tuple(
        (f"{much} {way}", f"move {found.id} {much} {way}") for much in ("1 day", "3 days", "1 week", "2 weeks")
    )
    raise Unclear(f"How much {way}, {items.label(found)}?", "", choices)


def _move(heard: Heard, clause: Clause) -> list[Change] | None:
    to = when.day(clause["when"], heard.setting)
    if to is None:
        return None
    change = dated.start_on if to.week else dated.end_on
    day = to.start if to.week else to.end
    return _each(heard, _items(heard, clause["x"]), lambda setting, item: change(setting, item, day, to.assumed))


def _start(heard: Heard, clause: Clause) -> list[Change] | None:
    on = when.day(clause["when"], heard.setting)
    if on is None:
        return None
    return _each(heard, _items(heard, clause["x"]), lambda s, item: dated.start_on(s, item, on.start, on.assumed))


def _end(heard: Heard, clause: Clause) -> list[Change] | None:
    on = when.day(clause["when"], heard.setting)
    if on is None:
        return None
    return _each(heard, _items(heard, clause["x"]), lambda s, item: dated.until(s, item, on.end, on.assumed))


def _lengthen(sign: int) -> Reader:
    def read(heard: Heard, clause: Clause) -> list[Change] | None:
        amount = when.amount(clause["amount"])
        if amount is None:
            return None
        return _each(heard, _items(heard, clause["x"]), lambda s, item: dated.lengthen(s, item, amount, sign))

    return read


def _estimate(heard: Heard, clause: Clause) -> list[Change] | None:
    setting, said = heard.setting, clause["days"]
    week = len(set(setting.calendar.workdays))
    spread = _NUMBERS.fullmatch(said.strip())
    amount = when.amount(re.sub(r"^(?:about|only|just)\s+", "", said.strip(), flags=re.IGNORECASE))
    if spread is None and amount is None:
        return None
    found = _items(heard, clause["x"], _WORK)
    if amount is not None:
        days = amount.workdays(setting.calendar)
        return _each(heard, found, lambda s, item: dated.estimate(s, item, days, None, None))
    assert spread is not None
    times = {"day": 1, "week": week, "month": 4 * week}[spread["unit"].casefold()]
    low, high = sorted(_number(spread[name]) * times for name in ("low", "high"))
    if not low:
        raise UserError(f"“{said.strip()}”: nothing takes no time at all.", "Say for example “between 1 and 3 days”.")
    likely = _number(spread["days"]) * times if spread["days"] else 0

    def change(s: Setting, item: Item) -> Change:
        middle = item.days if low <= item.days <= high else (low + high) // 2
        return dated.estimate(s, item, likely or middle, low, high)

    return _each(heard, found, change)


def _number(text: str) -> int:
    return when.NUMBERS.get(text.casefold()) or int(text if text.isdecimal() else 0)


def _give(heard: Heard, clause: Clause) -> list[Change] | None:
    found = _items(heard, clause["x"], frozenset({ItemKind.TASK}))

    def change(setting: Setting, item: Item) -> Change:
        return handed.assign(setting, item, doers.find(clause["who"], setting, item))

    return _each(heard, found, change)


def _drop(heard: Heard, clause: Clause) -> list[Change] | None:
    off = clause.kind == "call_off"
    return _each(heard, _items(heard, clause["x"]), lambda s, item: handed.drop(s, item, call_off=off))


def _restore(heard: Heard, clause: Clause) -> list[Change] | None:
    return _each(heard, _items(heard, clause["x"], dropped=True), handed.put_back)


def _rename(heard: Heard, clause: Clause) -> list[Change] | None:
    return [handed.rename(heard.setting, _one(heard, clause["x"]), clause["title"])]


def _wait(heard: Heard, clause: Clause) -> list[Change] | None:
    lag = when.amount(clause["amount"]) if clause["amount"] else None
    before = _items(heard, clause["y"])
    changes: list[Change] = []
    setting = heard.setting
    for item in _items(heard, clause["x"]):
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


def _deadline(heard: Heard, clause: Clause) -> list[Change] | None:
    on = when.day(clause["when"], heard.setting)
    return [dated.deadline(heard.setting, on.end, on.assumed)] if on else None


def _deadline_by(heard: Heard, clause: Clause) -> list[Change] | None:
    amount = when.amount(clause["amount"])
    if amount is None:
        return None
    sign, _ = _signed(clause, "the deadline", str(amount), "move {} {} {}")
    return [dated.deadline_by(heard.setting, amount, sign)]


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
    parent = _items(heard, found["x"], groups)[0]
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
    "deadline_by": _deadline_by,
    "deadline": _deadline,
    "budget_by": _budget_by,
    "no_budget": _no_budget,
    "budget": _budget,
    "away": _away,
    "add": _add,
    "rename": _rename,
    "not_wait": _wait,
    "beside": _wait,
    "wait": _wait,
    "estimate": _estimate,
    "restore": _restore,
    "call_off": _drop,
    "drop": _drop,
    "extend_by": _lengthen(1),
    "shorten_by": _lengthen(-1),
    "give": _give,
    "end": _end,
    "start_by": _shift,
    "start": _start,
    "shift": _shift,
    "move": _move,
    "how_far": _how_far,
}
