"""Why not, and what to do instead: no dead ends."""

from __future__ import annotations

from collections.abc import Sequence

from microsoft_teams.cards import AdaptiveCard, CardElement

from bot.cards.parts import card, line, say
from bot.cards.text import short

_LONGEST = 900


def render(said: str, way_on: str = "", offers: Sequence[str] = ("help",)) -> AdaptiveCard:
    """``offers`` are texts that could be typed instead; at most five become buttons."""
    told = [short(sentence, _LONGEST) for sentence in (said, way_on.replace("`", "")) if sentence.strip()]
    body: list[CardElement] = [line(sentence) for sentence in told]
    buttons = [say(offer[:1].upper() + offer[1:], offer) for offer in offers[:5]]
    return card(" ".join(told), body, buttons)
