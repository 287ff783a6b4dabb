"""Which item is meant: by its id, by its title, or by words of its title."""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping
from functools import lru_cache

from plans.errors import UserError
from plans.model.plan import Item, Plan
from plans.planning.talk.likeness import NOT_ALIKE, Likeness, Names, stems
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


@lru_cache(maxsize=8)
def _names(titles: tuple[tuple[ItemId, str], ...]) -> Names[ItemId]:
    """Kept, because the phrases of a sentence are looked for one after the other among the same titles."""
    return Names(titles)


def _score(like: Likeness) -> float:
    return like.told + 0.25 * like.covered


def _candidates(plan: Plan, kinds: Collection[ItemKind], dropped: bool) -> list[list[Item]]:
    """The items that the phrase can mean, the likeliest first: those that can still change, then the rest."""
    ranked: list[list[Item]] = [[], [], []]
    for item in plan.items.values():
        wanted = (item.state is ItemState.DROPPED) is dropped
        fit = wanted and item.kind in kinds and (dropped or not item.settled)
        ranked[0 if fit else 1 if wanted else 2].append(item)
    return ranked


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
    likes = _names(tuple((item.id, item.title) for item in plan.items.values())).like(said)
    perhaps: list[Item] = []
    for candidates in _candidates(plan, kinds, dropped):
        found = _exact(said, likes, candidates) or _likely(likes, candidates)
        if len(found) == 1:
            return found[0]
        if found:
            choices = tuple((label(item), item.id) for item in found[:_OFFERED])
            raise Unclear(f"Which one is “{title(said, 60)}”?", phrase, choices)
        perhaps += [item for item in candidates if likes.get(item.id, NOT_ALIKE).told >= _PERHAPS]
    near = sorted(perhaps, key=lambda item: -_score(likes[item.id]))[:_OFFERED]
    raise Unknown(
        f"{plan.title} has nothing called “{title(said, 60)}”.", phrase, tuple((label(item), item.id) for item in near)
    )


def _exact(said: str, likes: Mapping[ItemId, Likeness], candidates: list[Item]) -> list[Item]:
    """What is called exactly that, else what is called that but for endings and little words."""
    called = [item for item in candidates if item.title.casefold() == said.casefold()]
    return called or [item for item in candidates if item.id in likes and stems(item.title) == stems(said)]


def _likely(likes: Mapping[ItemId, Likeness], candidates: list[Item]) -> list[Item]:
    sure = [(_score(likes[item.id]), item) for item in candidates if likes.get(item.id, NOT_ALIKE).told >= _SURE]
    best = max((score for score, _ in sure), default=0.0)
    near = [(score, item) for score, item in sure if best - score < _NEAR]
    return [item for _, item in sorted(near, key=lambda pair: -pair[0])]
