"""Every command, with what it does; the most used as buttons."""

from __future__ import annotations

from collections.abc import Sequence

from microsoft_teams.cards import AdaptiveCard, CardElement

from bot.cards.parts import card, heading, label, line, quiet, say
from bot.cards.text import short
from bot.cards.welcome import EXAMPLE


def render(commands: Sequence[tuple[str, str]], hello: str = "") -> AdaptiveCard:
    """``commands``: how each is typed, and what it does. ``hello`` greets, if somebody did."""
    body: list[CardElement] = [
        heading("What you can say"),
        label("A goal with a date", "I propose a plan for it. For example:"),
        line(quiet(EXAMPLE)),
        *(label(typed, what) for typed, what in commands),
    ]
    if hello:
        body.insert(0, line(short(hello, 200)))
    buttons = [say("Status"), say("This week"), say("Plans"), say("Agents")]
    return card("What you can say to Steward", body, buttons)
