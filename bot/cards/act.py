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

_SHOWN = 400
"""Characters of the act's text that stand open; all of it is one press away."""
_DOES = {
    "read": "reads",
    "draft": "drafts",
    "publish": "publishes",
    "message": "sends it",
    "spend": "spends",
    "change": "changes",
}


def render(notice: ActNotice, room: Room) -> AdaptiveCard:
    does = _DOES.get(notice.verb, notice.verb)
    body: list[CardElement] = [
        heading("May this be done?"),
        title(f"{notice.item} {notice.title}"),
        line(strong("Who:"), f"{notice.agent} {does}"),
        label("To", notice.recipient or "nobody outside"),
        label("Cost", f"at most {notice.amount}"),
    ]
    if notice.fate:
        folded, toggle = fold("text", "Its text", [quote(notice.text, room)])
        text: tuple[list[CardElement], list[Action]] = ([folded], [toggle]) if notice.text else ([], [])
        return card(_spoken(notice, does), [fate_line(notice.fate), *body[1:], *text[0]], text[1])
    actions = _actions(notice)
    if notice.text:
        shown, toggles = _text(notice.text, room)
        body += [section("With this text"), *shown]
        actions += toggles
    body += [
        label("Why you are asked", notice.policy),
        label("Taking it back", notice.undo),
        line(quiet(f"{notice.approver} decides, by {_until(notice)} · {notice.plan}"), small=True),
    ]
    return card(_spoken(notice, does), body, actions)


def _until(notice: ActNotice) -> str:
    """Nobody waits for a year: the day is told without it."""
    until = notice.expires.date()
    return dates.day(until, until)


def _text(text: str, room: Room) -> tuple[list[CardElement], list[Action]]:
    """The text, or how it begins and the button that puts all of it in that place."""
    if len(text) <= _SHOWN or room.chars <= _SHOWN:
        return [quote(text, room)], []
    opening = quote(text, Room(room.items, _SHOWN, room.line), rest="“Whole text” shows the rest.")
    opening.id = "opening"
    whole, toggle = fold("whole", "Whole text", [quote(text, room)], instead=opening)
    return [opening, whole], [toggle]


def _spoken(notice: ActNotice, does: str) -> str:
    if notice.fate:
        return f"{notice.title}: {notice.fate.word} by {notice.fate.by}"
    to = f" to {notice.recipient}" if notice.recipient else ""
    return f"{notice.approver}, may this be done? {notice.agent} {does}{to}: {notice.title}"


def _actions(notice: ActNotice) -> list[Action]:
    bound = {"ask": notice.ask, "hash": notice.hash}
    reason = TextInput(id="reason", label="Why not?", is_multiline=True, max_length=500)
    return [
        button("Approve", "approve", bound, "positive", alone=True),
        form("Reject", [reason], button("Reject this", "reject", bound, "destructive"), "destructive"),
    ]
