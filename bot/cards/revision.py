"""A revision was signed: what changed, who said so, and how to take it back."""

from __future__ import annotations

from microsoft_teams.cards import AdaptiveCard, CardElement

from bot.cards import dates
from bot.cards.parts import Room, button, card, heading, label, line, points, quiet
from plans.ports.people import RevisionNotice


def render(notice: RevisionNotice, room: Room) -> AdaptiveCard:
    body: list[CardElement] = [
        heading(f"Plan changed: version {notice.number}"),
        line(notice.reason),
        *points(notice.changes, room),
        *(line(note) for note in notice.notes[: room.items]),
        label("Finish", dates.due(notice.finish, notice.today) if notice.today else dates.day(notice.finish)),
        line(quiet(f"Signed by {notice.by} · {notice.plan}"), small=True),
    ]
    undo = button("Undo", "undo", {"plan": notice.plan, "number": notice.number})
    spoken = f"{notice.plan} changed, signed by {notice.by}: {notice.reason}"
    return card(spoken, body, [undo] if notice.number > 1 else [])
