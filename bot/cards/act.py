"""One act, whole, for a yes or a no: who does what to whom, with which words, for how much, under which rule."""

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
    quiet,
    quote,
    section,
    strong,
    title,
)
from plans.ports.people import ActNotice

_SHOWN = 700
"""Characters of the act's text that stand open; the rest is one press away."""
_DOES = {
    "read": "reads",
    "draft": "drafts",
    "publish": "publishes",
    "message": "sends",
    "spend": "spends",
    "change": "changes",
}


def render(notice: ActNotice, room: Room) -> AdaptiveCard:
    does = _DOES.get(notice.verb, notice.verb)
    body: list[CardElement] = [
        heading("May this be done?"),
        title(notice.title),
        line(strong(notice.agent), does, f"· {notice.item} of {notice.plan}"),
        label("To", notice.recipient or "nobody outside"),
        label("Cost", f"at most {notice.amount}"),
    ]
    if notice.fate:
        body.insert(0, fate_line(notice.fate))
    actions = _actions(notice)
    if notice.text:
        opening = Room(room.items, min(_SHOWN, room.chars), room.line)
        body += [section("With this text"), quote(notice.text, opening)]
        if len(notice.text) > _SHOWN and room.chars > _SHOWN:
            whole, toggle = fold("whole", "Whole text", [quote(notice.text, room)])
            body.append(whole)
            actions.append(toggle)
    body += [label("Why you are asked", notice.policy), label("Taking it back", notice.undo)]
    if not notice.fate:
        body.append(line(quiet(f"{notice.approver} decides; waits until {dates.day(notice.expires)}."), small=True))
    return card(_spoken(notice, does), body, actions)


def _spoken(notice: ActNotice, does: str) -> str:
    if notice.fate:
        return f"{notice.title}: {notice.fate.word} by {notice.fate.by}"
    to = f" to {notice.recipient}" if notice.recipient else ""
    return f"{notice.approver}, may this be done? {notice.agent} {does}{to}: {notice.title}"


def _actions(notice: ActNotice) -> list[Action]:
    if notice.fate:
        return []
    bound = {"ask": notice.ask, "hash": notice.hash}
    reason = TextInput(id="reason", label="Why not?", is_multiline=True, max_length=500)
    return [
        button("Approve", "approve", bound, "positive", alone=True),
        form("Reject", [reason], button("Reject this", "reject", bound, "destructive"), "destructive"),
    ]
