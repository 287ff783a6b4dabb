"""What could go wrong: what the sponsor must see, then the rest, the worst first; computed or seen by people."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from microsoft_teams.cards import AdaptiveCard, CardElement

from bot.cards.parts import Room, card, heading, line, quiet, say, section, strong, title


@dataclass(frozen=True)
class RiskLine:
    id: str
    """Empty for what the plan itself shows."""
    said: str
    odds: str
    """``30 %: 5 working days, 2,000 EUR``."""
    hits: str
    """The items, listed; may be empty."""
    effect: str
    """What helps."""
    owner: str


@dataclass(frozen=True)
class Risks:
    slug: str
    title: str
    sponsor: tuple[RiskLine, ...]
    rest: tuple[RiskLine, ...]


def render(found: Risks, room: Room) -> AdaptiveCard:
    body: list[CardElement] = [heading("What could go wrong"), title(found.title)]
    for words, lines in (("The sponsor must see first", found.sponsor), ("The rest, the worst first", found.rest)):
        if lines:
            body += [section(words), *_listed(lines, room)]
    number = len(found.sponsor) + len(found.rest)
    if not number:
        body.append(line("Nothing that I can see, and nobody has named anything."))
    spoken = f"{found.title}: {number or 'no'} risk{'s' * (number != 1)}, {len(found.sponsor)} for the sponsor first"
    return card(spoken, body, [say("Constraints", f"constraints {found.slug}"), say("Status", f"status {found.slug}")])


def _listed(lines: Sequence[RiskLine], room: Room) -> list[CardElement]:
    told: list[CardElement] = []
    for one in lines[: room.items]:
        told.append(line(strong(one.id or "•"), one.said, quiet(f"· {one.odds}"), apart=True))
        told += [line(quiet(words), small=True) for words in (_hit(one), _helps(one)) if words]
    left = len(lines) - room.items
    return [*told, line(quiet(f"and {left} more"))] if left > 0 else told


def _hit(one: RiskLine) -> str:
    watched = f"watched by {one.owner}" if one.id else "seen by me"
    return f"Would hit {one.hits} · {watched}" if one.hits else watched[:1].upper() + watched[1:]


def _helps(one: RiskLine) -> str:
    return f"What helps: {one.effect}" if one.effect else ""
