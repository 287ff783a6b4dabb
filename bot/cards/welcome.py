"""What a chat sees once, when Steward comes in: what it is for, who brought it, how to begin."""

from __future__ import annotations

from microsoft_teams.cards import AdaptiveCard, CardElement

from bot.cards.parts import card, heading, line, quiet, say, strong
from bot.cards.text import short

EXAMPLE = "own the launch of Northwind Analytics by 2027-01-29: 200 demo requests in the first month, budget 20,000 EUR"


def render(chat_kind: str, installed_by: str) -> AdaptiveCard:
    begin = "write" if chat_kind == "personal" else "mention me and write"
    body: list[CardElement] = [
        heading("Hello, I am Steward"),
        line(
            "I hold the plan for a goal you give me, hand its work to your agents and colleagues, check that it was",
            "done, and tell you in time when something slips. Nothing is published, spent or sent without your yes.",
        ),
        line(strong("To begin,"), f"{begin} a goal with a date, for example:", apart=True),
        line(quiet(EXAMPLE)),
        line("I answer with a plan to approve, edit or reject."),
    ]
    if installed_by:
        body.append(line(quiet(f"Added by {short(installed_by, 120)}."), small=True, apart=True))
    return card("Steward is here: write a goal with a date, and I propose a plan.", body, [say("Help"), say("Agents")])
