"""One line on how things go: plain text, replaced in place."""

from __future__ import annotations

from bot.cards.parts import Activity
from bot.cards.text import clean, shorten
from plans.ports.people import ProgressNotice

_LONGEST = 4_000


def render(notice: ProgressNotice) -> Activity:
    return said(notice.text)


def said(text: str) -> Activity:
    """A message of plain words: no Markdown, no mention, whatever is in them."""
    words = shorten(clean(text[: 2 * _LONGEST]), _LONGEST) or "…"
    return {"type": "message", "textFormat": "plain", "text": words, "summary": shorten(words, 200)}
