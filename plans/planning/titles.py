"""Names made fit to be shown and filed: free text stays text, but nothing in it may steer what surrounds it.

Markdown and HTML are kept as data, for the card to show literally. Control characters and the marks that turn the
direction of writing are taken out of titles: they could make a card read otherwise than it is stored.
"""

from __future__ import annotations

import re
import unicodedata

TITLE_LIMIT = 120
"""Characters."""

_UNSTORABLE = re.compile("[\x00\ud800-\udfff]")
"""No database holds these in text."""
_STEERING = re.compile(
    "[\u061c\u180e\u200b\u200e\u200f\u202a-\u202e\u2060-\u2064\u2066-\u206f\ufeff\U000e0000-\U000e007f]"
)
"""Direction marks, invisible joiners of words, and the tag characters; the joiners that scripts and emoji need stay."""


def storable(text: str) -> str:
    """The text as it was, less what cannot be stored at all."""
    return _UNSTORABLE.sub("", text)


def plain(text: str) -> str:
    """Without control, direction and tag characters; every run of white space is one space."""
    kept = _STEERING.sub("", storable(text))
    kept = "".join(" " if unicodedata.category(sign) in ("Cc", "Zl", "Zp") else sign for sign in kept)
    return " ".join(kept.split())


def title(text: str, limit: int = TITLE_LIMIT) -> str:
    """Plain, and no longer than the limit; what is cut ends in an ellipsis."""
    found = plain(text)
    return found if len(found) <= limit else f"{found[: limit - 1].rstrip()}…"


def _ascii_words(text: str) -> list[str]:
    flat = unicodedata.normalize("NFKD", re.sub(r"<[^>]*>", " ", plain(text))).encode("ascii", "ignore").decode()
    return re.findall(r"[A-Za-z0-9]+", flat)


def slug(subject: str) -> str:
    """What the plan is called in chat, e.g. ``northwind-analytics``; ``plan`` where the name has no Latin letters."""
    return "-".join(_ascii_words(subject)).lower()[:40].strip("-") or "plan"


def prefix(subject: str) -> str:
    """What the items' ids begin with: two to four capitals, e.g. ``NA``."""
    words = [word for word in _ascii_words(subject) if word[0].isalpha()]
    if not words:
        return "PL"
    if len(words) == 1:
        return re.sub(r"[^A-Z]", "", words[0].upper())[:2].ljust(2, "P")
    return "".join(word[0] for word in words[:4]).upper()
