"""Something became of an item: done and verified, failed, unknown, moved to somebody else."""

from __future__ import annotations

from microsoft_teams.cards import Action, AdaptiveCard, CardElement

from bot.cards.parts import Room, card, fold, heading, line, quiet, quote, say, title
from bot.cards.text import clean, one_line
from plans.ports.people import ItemNotice

_SAID = 160
"""Characters of the agent's own words that stand open; more is folded."""


def render(notice: ItemNotice, room: Room) -> AdaptiveCard:
    state = f"{notice.state[:1].upper()}{notice.state[1:]}"
    body: list[CardElement] = [heading(state), title(f"{notice.item} {notice.title}")]
    if notice.detail:
        body.append(line(notice.detail))
    actions: list[Action] = []
    words = clean(notice.quote[: _SAID * 2])
    if words and len(words) <= _SAID and "\n" not in words:
        body.append(line(f"{notice.who} says: “{one_line(words)}”"))
    elif words:
        folded, toggle = fold("quote", "What it said", [quote(notice.quote, room)])
        body.append(folded)
        actions.append(toggle)
    body.append(line(quiet(f"{notice.who} · {notice.plan}"), small=True))
    spoken = f"{notice.item} {notice.title}: {notice.state}. {notice.detail}"
    return card(spoken, body, [*actions, say("Why?", f"why {notice.item}")])
