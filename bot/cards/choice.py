"""A command that could mean several plans asks which."""

from __future__ import annotations

from collections.abc import Sequence

from microsoft_teams.cards import AdaptiveCard, CardElement

from bot.cards.parts import Room, card, line, listing, say, strong
from bot.cards.text import short

_BUTTONS = 5
"""One fewer than a card may hold: the local client shows no sixth."""


def render(question: str, choices: Sequence[tuple[str, str]], room: Room) -> AdaptiveCard:
    """``choices``: what each is called, and what choosing it is the same as typing."""
    body: list[CardElement] = [line(short(question, room.line))]
    rest = choices[_BUTTONS:]
    if rest:
        body.append(line("Or type one of these:"))
        body += listing(rest, lambda found: line(strong(found[1]), short(found[0], room.line)), room)
    return card(question, body, [say(name, typed) for name, typed in choices[:_BUTTONS]])
