"""What a vendor says, made harmless before anybody sees it: capped, and free of characters that are not text.

Markdown and HTML stay as they are, character by character: they are shown as text and never rendered. What goes are
control characters, overrides of the reading direction and invisible characters, which can make a reader or a model see
something else than is there.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable
from typing import Final

from plans.ports.work import Question

QUESTION_CHARACTERS: Final = 2_000
OPTIONS: Final = 10
OPTION_CHARACTERS: Final = 200
ARTIFACT_BYTES: Final = 100 * 1024
EXCERPT_CHARACTERS: Final = 500

_KEPT: Final = frozenset("\n\t\u200c\u200d")
"""Line ends and tabs; the joiners, without which some scripts and emoji fall apart."""
_DROPPED: Final = frozenset({"Cc", "Cf", "Cs", "Co", "Cn"})
_LINE_ENDS: Final = str.maketrans({"\u2028": "\n", "\u2029": "\n", "\x85": "\n"})


def clean(text: str, limit: int) -> str:
    """The text without characters that cannot be seen, at most ``limit`` characters long."""
    # Twice the limit is looked at, so that a megabyte of controls costs nothing and a few do not shorten the text.
    seen = text[: limit * 2].replace("\r\n", "\n").replace("\r", "\n").translate(_LINE_ENDS)
    kept = "".join(c for c in seen if c in _KEPT or unicodedata.category(c) not in _DROPPED).strip()
    if len(kept) <= limit:
        return kept
    return kept[: limit - 1] + "…"


def line(text: str, limit: int) -> str:
    """The same, on one line: for names, titles, states and reasons."""
    return " ".join(clean(text, limit).split())


def artifact(text: str) -> str:
    """The text of something an agent made, at most 100 KB in UTF-8."""
    kept = clean(text, ARTIFACT_BYTES).encode()
    return kept[:ARTIFACT_BYTES].decode(errors="ignore")


def excerpt(text: str) -> str:
    return clean(text, EXCERPT_CHARACTERS)


def question(id: str, text: str, options: Iterable[object]) -> Question:
    """An agent's question. Options that are no text or are empty are left out."""
    offered = [line(option, OPTION_CHARACTERS) for option in options if isinstance(option, str)]
    return Question(
        id=line(id, OPTION_CHARACTERS),
        text=clean(text, QUESTION_CHARACTERS),
        options=tuple(dict.fromkeys(option for option in offered if option))[:OPTIONS],
    )
