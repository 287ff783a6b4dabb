"""From a clause about dates to the changes that it means: moved, extended, estimated, and the deadline."""

from __future__ import annotations

import re
from typing import Final

from plans.errors import UserError
from plans.model.plan import Item
from plans.planning.talk import dated, items, when
from plans.planning.talk.grammar import Clause
from plans.planning.talk.phrases import Heard, Reader, each, items_of, one_of
from plans.planning.talk.setting import Change, Setting, Unclear
from plans.words import ItemKind

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


def _way(clause: Clause) -> tuple[int, str]:
    """Later (1) or earlier (-1), and what was assumed; 0 for “forward”, which people say for both."""
    verb, ways = clause["verb"], {clause.words.get("way", "").casefold(), clause.words.get("way2", "").casefold()}
    if ways & _EARLIER:
        return -1, ""
    if ways & {"later", "late", "behind"}:
        return 1, ""
    if _PULLED.match(verb):
        return -1, ""
    if ways & _FORWARD:
        return 0, ""
    return 1, "" if ways & _LATER or _PUSHED.match(verb) else "I take it that it is to be later."


def _shift(heard: Heard, clause: Clause) -> list[Change] | None:
    amount = when.amount(clause["amount"])
    if amount is None:
        return None
    sign, assumed = _signed(clause, clause["x"], amount)
    if items.means_all(clause["x"]):
        return [dated.all_by(heard.setting, amount, sign, assumed)]
    return each(
        heard, items_of(heard, clause["x"]), lambda setting, item: dated.shift(setting, item, amount, sign, assumed)
    )


def _signed(clause: Clause, what: str, amount: when.Amount) -> tuple[int, str]:
    """The same. Raises Unclear where it could be either."""
    sign, assumed = _way(clause)
    if not sign:
        choices = tuple((way.capitalize(), f"move {what} {amount} {way}") for way in ("later", "earlier"))
        raise Unclear("“Forward” can be either: later or earlier?", "", choices)
    return sign, assumed


def _how_far(heard: Heard, clause: Clause) -> list[Change] | None:
    """Which way is known, and not by how much: asked with the usual amounts."""
    x = clause["x"]
    found = one_of(heard, x)
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
    return each(heard, items_of(heard, clause["x"]), lambda setting, item: change(setting, item, day, to.assumed))


def _start(heard: Heard, clause: Clause) -> list[Change] | None:
    on = when.day(clause["when"], heard.setting)
    if on is None:
        return None
    return each(heard, items_of(heard, clause["x"]), lambda s, item: dated.start_on(s, item, on.start, on.assumed))


def _end(heard: Heard, clause: Clause) -> list[Change] | None:
    on = when.day(clause["when"], heard.setting)
    if on is None:
        return None
    return each(heard, items_of(heard, clause["x"]), lambda s, item: dated.until(s, item, on.end, on.assumed))


def _lengthen(sign: int) -> Reader:
    def read(heard: Heard, clause: Clause) -> list[Change] | None:
        amount = when.amount(clause["amount"])
        if amount is None:
            return None
        return each(heard, items_of(heard, clause["x"]), lambda s, item: dated.lengthen(s, item, amount, sign))

    return read


def _estimate(heard: Heard, clause: Clause) -> list[Change] | None:
    setting, said = heard.setting, clause["days"]
    week = len(set(setting.calendar.workdays))
    spread = _NUMBERS.fullmatch(said.strip())
    amount = when.amount(re.sub(r"^(?:about|only|just)\s+", "", said.strip(), flags=re.IGNORECASE))
    if spread is None and amount is None:
        return None
    found = items_of(heard, clause["x"], _WORK)
    if amount is not None:
        days = amount.workdays(setting.calendar)
        return each(heard, found, lambda s, item: dated.estimate(s, item, days, None, None))
    assert spread is not None
    times = {"day": 1, "week": week, "month": 4 * week}[spread["unit"].casefold()]
    low, high = sorted(_number(spread[name]) * times for name in ("low", "high"))
    if not low:
        raise UserError(f"“{said.strip()}”: nothing takes no time at all.", "Say for example “between 1 and 3 days”.")
    likely = _number(spread["days"]) * times if spread["days"] else 0

    def change(s: Setting, item: Item) -> Change:
        middle = item.days if low <= item.days <= high else (low + high) // 2
        return dated.estimate(s, item, likely or middle, low, high)

    return each(heard, found, change)


def _number(text: str) -> int:
    return when.NUMBERS.get(text.casefold()) or int(text if text.isdecimal() else 0)


def _deadline(heard: Heard, clause: Clause) -> list[Change] | None:
    on = when.day(clause["when"], heard.setting)
    return [dated.deadline(heard.setting, on.end, on.assumed)] if on else None


def _deadline_by(heard: Heard, clause: Clause) -> list[Change] | None:
    amount = when.amount(clause["amount"])
    if amount is None:
        return None
    sign, _ = _signed(clause, "the deadline", amount)
    return [dated.deadline_by(heard.setting, amount, sign)]


READERS: Final[dict[str, Reader]] = {
    "deadline_by": _deadline_by,
    "deadline": _deadline,
    "estimate": _estimate,
    "extend_by": _lengthen(1),
    "shorten_by": _lengthen(-1),
    "end": _end,
    "start_by": _shift,
    "start": _start,
    "shift": _shift,
    "move": _move,
    "how_far": _how_far,
}
