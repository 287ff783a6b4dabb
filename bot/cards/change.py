"""A change of a plan that stands, to be approved or rejected: what would change, and what would not fit then.

Of what would not fit a few lines are shown and the rest is folded; once the card is answered, all of it is folded.
"""

from __future__ import annotations

from microsoft_teams.cards import Action, AdaptiveCard, CardElement, TextInput

from bot.cards import dates
from bot.cards.parts import (
    Room,
    button,
    card,
    fate_line,
    fold,
    form,
    heading,
    label,
    line,
    points,
    quiet,
    section,
    title,
)
from plans.ports.people import ChangeNotice

_SHOWN = 2
"""Lines of what would not fit that are shown at first."""


def render(notice: ChangeNotice, room: Room) -> AdaptiveCard:
    head: list[CardElement] = [
        heading(f"Proposed change: version {notice.revision}"),
        title(notice.title),
        line(notice.reason),
    ]
    changes = points(notice.changes, room)
    if notice.finish_before != notice.finish_after:
        before, after = (dates.day(day, notice.today) for day in (notice.finish_before, notice.finish_after))
        changes.append(label("Finish", f"{after} instead of {before}"))
    if notice.fate:
        folded, toggle = fold("change", "The change", [*changes, *_misfits(notice, room)])
        spoken = f"Change of {notice.title}: {notice.fate.word} by {notice.fate.by}"
        return card(spoken, [fate_line(notice.fate), *head, folded], [toggle])
    body = [*head, *changes, *_misfits(notice, room, _SHOWN)]
    body.append(line(quiet(f"Proposed by {notice.proposer} · {notice.approver} decides"), small=True))
    actions = _actions(notice)
    if max(len(notice.broken), len(notice.fallout)) > _SHOWN:
        folded, toggle = fold("all", "All of it", _misfits(notice, room))
        body.append(folded)
        actions.append(toggle)
    spoken = f"Proposed change of {notice.title}: {notice.reason} {notice.approver} can approve it."
    return card(spoken, body, actions)


def _misfits(notice: ChangeNotice, room: Room, most: int | None = None) -> list[CardElement]:
    """What the change breaks and what falls out of line; ``most``: lines of each, the rest counted."""
    told: list[CardElement] = []
    for words, found in (("What would not fit", notice.broken), ("What falls out of line below it", notice.fallout)):
        shown = found[:most]
        if found:
            told += [section(words), *points(shown, room)]
        if len(shown) < len(found):
            told.append(line(quiet(f"and {len(found) - len(shown)} more")))
    return told


def _actions(notice: ChangeNotice) -> list[Action]:
    bound = {"ask": notice.ask, "hash": notice.hash}
    reason = TextInput(id="reason", label="Why not?", is_multiline=True, max_length=500)
    return [
        button("Approve", "approve", bound, "positive", alone=True),
        form("Reject", [reason], button("Reject the change", "reject", bound, "destructive"), "destructive"),
    ]
