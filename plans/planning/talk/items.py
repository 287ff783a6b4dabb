"""Which item is meant: by its id, by its title, or by words of its title."""

from __future__ import annotations

import re
from collections.abc import Collection

from plans.errors import UserError
from plans.model.plan import Item, Plan
from plans.planning.talk.likeness import Names, stems
from plans.planning.talk.setting import Unclear, Unknown
from plans.planning.titles import title
from plans.words import ItemId, ItemKind, ItemState

_ID = re.compile(r"(?:the\s+)?(?:(?:item|task|milestone|stream)\s+)?([a-z][a-z0-9]{0,11})\s?-\s?(\d{1,6})\b", re.I)
_ALL = re.compile(r"(?:everything|all(?: of it)?|it all|all items|the whole (?:plan|thing)|the plan)", re.I)
_SURE, _PERHAPS = 0.6, 0.3
"""Of what was said, how much a title must have for it to be meant, and for it to be offered."""
_NEAR = 0.12
"""Two items whose scores are nearer than that could both be meant."""
_OFFERED = 5


def quoted(text: str) -> str:
    """Without the quotation marks around it, if it stands in some."""
    return text.strip().strip("“”\"„«»'‘’`").strip()


def means_all(phrase: str) -> bool:
    return _ALL.fullmatch(phrase.strip()) is not None


def label(item: Item) -> str:
    return title(f"{item.id} {item.title}", 60)


def _score(names: Names[ItemId], phrase: str, item: ItemId) -> tuple[float, float]:
    told, covered = names.likeness(phrase, item)
    return told, told + 0.25 * covered


def _candidates(plan: Plan, kinds: Collection[ItemKind], dropped: bool) -> list[list[Item]]:
    """The items that the phrase can mean, the likeliest first: those that can still change, then the rest."""
    wanted = [item for item in plan.items.values() if (item.state is ItemState.DROPPED) is dropped]
    fit = [item for item in wanted if item.kind in kinds and (dropped or not item.settled)]
    return [fit, [item for item in wanted if item not in fit], [i for i in plan.items.values() if i not in wanted]]


def find(phrase: str, plan: Plan, kinds: Collection[ItemKind] = frozenset(ItemKind), *, dropped: bool = False) -> Item:
    """The item that the phrase means, of these kinds if one is, open ones before those that are settled.

    ``dropped``: look for one that was given up. Raises Unclear when several fit about as well, Unknown when none does,
    and UserError for the id of an item that is not on the plan.
    """
    named = _ID.match(phrase.strip())
    if named is not None:
        item = plan.items.get(ItemId(f"{named[1]}-{int(named[2])}".upper()))
        if item is not None:
            return item
        if named[1].upper() == plan.prefix:
            raise UserError(
                f"{plan.title} has no item {named[1].upper()}-{int(named[2])}.", "`status` lists its items."
            )
    said = quoted(phrase)
    names: Names[ItemId] = Names((item.id, item.title) for item in plan.items.values())
    perhaps: list[Item] = []
    for candidates in _candidates(plan, kinds, dropped):
        exact = [item for item in candidates if item.title.casefold() == said.casefold()]
        exact = exact or [item for item in candidates if stems(item.title) == stems(said)]
        found = exact or _likely(names, said, candidates)
        if len(found) == 1:
            return found[0]
        if found:
            choices = tuple((label(item), item.id) for item in found[:_OFFERED])
            raise Unclear(f"Which one is “{title(said, 60)}”?", phrase, choices)
        perhaps += [item for item in candidates if _score(names, said, item.id)[0] >= _PERHAPS]
    near = sorted(perhaps, key=lambda item: -_score(names, said, item.id)[1])[:_OFFERED]
    raise Unknown(
        f"{plan.title} has nothing called “{title(said, 60)}”.", phrase, tuple((label(item), item.id) for item in near)
    )


def _likely(names: Names[ItemId], said: str, candidates: list[Item]) -> list[Item]:
    scored = [(score, item) for item in candidates for told, score in [_score(names, said, item.id)] if told >= _SURE]
    best = max((score for score, _ in scored), default=0.0)
    near = [(score, item) for score, item in scored if best - score < _NEAR]
    return [item for _, item in sorted(near, key=lambda pair: -pair[0])]
