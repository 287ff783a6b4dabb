"""What the phrases of a clause mean on the plan: the items of a list, and what “it” is."""

from __future__ import annotations

import re
from collections.abc import Callable, Collection
from dataclasses import dataclass
from typing import Final

from plans.model.plan import Item
from plans.planning.talk import items
from plans.planning.talk.grammar import Clause
from plans.planning.talk.setting import Change, Setting, Unclear, Unknown, applied
from plans.words import ItemId, ItemKind

_IT: Final = re.compile(r"(?:it|them|that|this|these|those|that one|this one|both)", re.IGNORECASE)
_LIST: Final = re.compile(r"\s*,\s*(?:and\s+)?|\s+and\s+|\s*&\s*", re.IGNORECASE)


@dataclass(frozen=True)
class Heard:
    """What the readers start from: the plan as it is by now, and what “it” means."""

    setting: Setting
    last: tuple[ItemId, ...] = ()


Reader = Callable[[Heard, Clause], list[Change] | None]


def items_of(
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


def one_of(heard: Heard, phrase: str) -> Item:
    return items_of(heard, phrase)[0]


def each(heard: Heard, found: list[Item], change: Callable[[Setting, Item], Change]) -> list[Change]:
    """The change of each item, on the plan as the ones before leave it."""
    changes: list[Change] = []
    setting = heard.setting
    for item in found:
        now = setting.plan.items[item.id]
        made = change(setting, now)
        setting = setting.on(applied(setting.plan, made))
        changes.append(made)
    return changes
