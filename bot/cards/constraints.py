"""What was agreed about a plan: in whose words, by whom, which rule keeps it, and whether it is kept now."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from microsoft_teams.cards import AdaptiveCard, CardElement

from bot.cards import dates
from bot.cards.parts import Room, card, heading, line, points, quiet, say, strong, title


@dataclass(frozen=True)
class Agreement:
    id: str
    said: str
    """In the words in which it was agreed."""
    limit: str
    """In ours."""
    by: str
    on: date
    rule: str
    broken: tuple[str, ...]
    """How it is broken now; nothing where it is kept."""


@dataclass(frozen=True)
class Agreements:
    slug: str
    title: str
    today: date
    agreed: tuple[Agreement, ...]


def render(found: Agreements, room: Room) -> AdaptiveCard:
    body: list[CardElement] = [heading("What was agreed"), title(found.title)]
    for one in found.agreed[: room.items]:
        body += _told(one, found.today, room)
    if len(found.agreed) > room.items:
        body.append(line(quiet(f"and {len(found.agreed) - room.items} more")))
    if not found.agreed:
        body.append(line("Nothing was agreed beyond the plan itself. For example: agree no more than two mails a week"))
    broken = sum(bool(one.broken) for one in found.agreed)
    spoken = f"{found.title}: {len(found.agreed)} agreed, {broken or 'none'} of it broken now"
    return card(spoken, body, [say("Risks", f"risks {found.slug}"), say("Status", f"status {found.slug}")])


def _told(one: Agreement, today: date, room: Room) -> list[CardElement]:
    agreed = f"Agreed by {one.by} on {dates.day(one.on, today)} · kept by {one.rule}: {one.limit}"
    told: list[CardElement] = [
        line(strong(one.id), one.said, apart=True),
        line(quiet(agreed), small=True),
        line(strong("Broken now") if one.broken else quiet("Kept")),
    ]
    return [*told, *points(one.broken, room)]
