"""Notices as Teams messages: one file per card, one thought per card, rendered with less until it fits.

``render`` promises a message below ``LIMIT`` bytes in which every foreign string shows as text, and which a client
without cards can still read.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any, Final

from microsoft_teams.cards import AdaptiveCard

from bot.cards import (
    act,
    challenge,
    change,
    item,
    late,
    progress,
    proposal,
    question,
    revision,
    said,
    slip,
    week,
    widening,
)
from bot.cards.parts import Activity, Room, message
from bot.cards.trim import trimmed
from plans.ports.people import (
    ActNotice,
    ChallengeNotice,
    ChangeNotice,
    ItemNotice,
    LateNotice,
    Notice,
    ProgressNotice,
    ProposalNotice,
    QuestionNotice,
    RevisionNotice,
    SaidNotice,
    SlipNotice,
    WeekNotice,
    WideningNotice,
)

LIMIT: Final = 28 * 1024
"""Bytes of a message, counted as Teams does: its JSON in UTF-16. More is taken, but not shown everywhere."""
ROOMS: Final = (
    Room(12, 9000, 240),
    Room(8, 4000, 160),
    Room(6, 1200, 100),
    Room(6, 600, 48),
    Room(4, 400, 60),
    Room(2, 160, 40),
)

_CARDS: Final[dict[type[Notice], Callable[[Any, Room], AdaptiveCard]]] = {
    ProposalNotice: proposal.render,
    ChangeNotice: change.render,
    SaidNotice: said.render,
    ActNotice: act.render,
    QuestionNotice: question.render,
    ChallengeNotice: challenge.render,
    SlipNotice: slip.render,
    LateNotice: late.render,
    RevisionNotice: revision.render,
    ItemNotice: item.render,
    WeekNotice: week.render,
    WideningNotice: widening.render,
}


def size(activity: Activity) -> int:
    return len(json.dumps(activity, ensure_ascii=False).encode("utf-16-le", "surrogatepass"))


def fitted(make: Callable[[Room], AdaptiveCard]) -> Activity:
    """The first rendering that fits; each next one folds and shortens more."""
    for room in ROOMS:
        activity = message(make(room))
        if size(activity) < LIMIT:
            return activity
    raise ValueError(f"a card does not fit into {LIMIT} bytes even at its smallest")


def render(notice: Notice) -> Activity:
    if isinstance(notice, ProgressNotice):
        return progress.render(notice)
    return fitted(lambda room: _card(trimmed(notice, room), room))


def content(activity: Activity) -> dict[str, Any]:
    """The card inside a message: what an invoke is answered with. Raises LookupError when there is none."""
    found: dict[str, Any] = activity["attachments"][0]["content"]
    return found


def _card(notice: Notice, room: Room) -> AdaptiveCard:
    return _CARDS[type(notice)](notice, room)
