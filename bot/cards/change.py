"""A change of a plan that stands, to be approved or rejected: what would change, and what would not fit then."""

from __future__ import annotations

from microsoft_teams.cards import Action, AdaptiveCard, CardElement, TextInput

from bot.cards import dates
from bot.cards.parts import Room, button, card, fate_line, form, heading, label, line, points, quiet, section, title
from plans.ports.people import ChangeNotice


def render(notice: ChangeNotice, room: Room) -> AdaptiveCard:
    body: list[CardElement] = [
        heading(f"Proposed change: version {notice.revision}"),
        title(notice.title),
        line(notice.reason),
        *points(notice.changes, room),
    ]
    for words, found in (("What would not fit", notice.broken), ("What falls out of line below it", notice.fallout)):
        if found:
            body += [section(words), *points(found, room)]
    if notice.finish_before != notice.finish_after:
        before, after = (dates.day(day, notice.today) for day in (notice.finish_before, notice.finish_after))
        body.append(label("Finish", f"{after} instead of {before}"))
    if notice.fate:
        spoken = f"Change of {notice.title}: {notice.fate.word} by {notice.fate.by}"
        return card(spoken, [fate_line(notice.fate), *body])
    body.append(line(quiet(f"Proposed by {notice.proposer} · {notice.approver} decides"), small=True))
    spoken = f"Proposed change of {notice.title}: {notice.reason} {notice.approver} can approve it."
    return card(spoken, body, _actions(notice))


def _actions(notice: ChangeNotice) -> list[Action]:
    bound = {"ask": notice.ask, "hash": notice.hash}
    reason = TextInput(id="reason", label="Why not?", is_multiline=True, max_length=500)
    return [
        button("Approve", "approve", bound, "positive", alone=True),
        form("Reject", [reason], button("Reject the change", "reject", bound, "destructive"), "destructive"),
    ]
