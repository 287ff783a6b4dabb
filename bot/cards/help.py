"""Every command, with what it does: the most used at once and as buttons, the others folded."""

from __future__ import annotations

from collections.abc import Sequence

from microsoft_teams.cards import AdaptiveCard, CardElement

from bot.cards.parts import card, fold, heading, label, line, quiet, say
from bot.cards.text import short
from bot.cards.welcome import EXAMPLE


def render(everyday: Sequence[tuple[str, str]], more: Sequence[tuple[str, str]], hello: str = "") -> AdaptiveCard:
    """Commands: how each is typed, and what it does. ``hello`` greets, if somebody did."""
    folded, toggle = fold("more", "Everything else", _listed(more))
    body: list[CardElement] = [
        heading("What you can say"),
        label("A goal with a date", "I propose a plan for it. For example:"),
        line(quiet(EXAMPLE)),
        *_listed(everyday),
        folded,
    ]
    if hello:
        body.insert(0, line(short(hello, 200)))
    buttons = [say("Status"), say("This week"), say("Plans"), say("Agents"), toggle]
    return card("What you can say to Steward", body, buttons)


def _listed(commands: Sequence[tuple[str, str]]) -> list[CardElement]:
    return [label(typed, what) for typed, what in commands]
