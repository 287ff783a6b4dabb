"""Something became of an item: done and verified, failed, unknown, moved to somebody else."""

from __future__ import annotations

from microsoft_teams.cards import AdaptiveCard, CardElement

from bot.cards.parts import Room, card, fold, heading, line, quiet, quote, say, strong, title
from plans.ports.people import ItemNotice


def render(notice: ItemNotice, room: Room) -> AdaptiveCard:
    body: list[CardElement] = [
        heading(notice.item),
        title(notice.title),
        line(strong(f"{notice.state[:1].upper()}{notice.state[1:]}:"), notice.detail),
        line(quiet(f"{notice.who} · {notice.plan}"), small=True),
    ]
    why = say(f"Why {notice.item}?", f"why {notice.item}")
    spoken = f"{notice.item} {notice.title}: {notice.state}. {notice.detail}"
    if not notice.quote.strip():
        return card(spoken, body, [why])
    words, toggle = fold("quote", f"What {notice.who[:30]} said", [quote(notice.quote, room)])
    return card(spoken, [*body, words], [toggle, why])
