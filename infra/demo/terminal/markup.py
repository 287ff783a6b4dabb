"""Words from elsewhere, made fit for a terminal: no control characters, and the little Markdown that cards carry."""

from __future__ import annotations

import re
from datetime import datetime

from rich.text import Text

from bot.typed_codes import code_in

_CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069]")
_MARKS = re.compile(r"\\(?P<plain>[^\w\s])|\*\*(?P<bold>[^*\n]+)\*\*|(?<!\w)_(?P<slanted>[^_\n]+)_(?!\w)"
                    r"|\[(?P<words>[^\]\n]+)\]\((?P<link>[^)\s]+)\)")  # fmt: skip
_TIME = re.compile(r"\{\{(DATE|TIME)\(([^,)]+)(?:,\s*\w+)?\)\}\}")
HIDDEN = "••••••"


def bare(text: str) -> str:
    """Without what would steer the terminal, or turn the reading direction around."""
    return _CONTROL.sub("", text.replace("\r\n", "\n").replace("\r", "\n").replace("\t", " "))


def marked(text: str, style: str = "") -> Text:
    """A card's text block: bold, slanted, links, escapes, and instants in the reader's own zone."""
    text = _TIME.sub(_local, bare(text))
    made, done = Text(style=style), 0
    for found in _MARKS.finditer(text):
        made.append(text[done : found.start()])
        done = found.end()
        if found["plain"]:
            made.append(found["plain"])
        elif found["bold"]:
            made.append(found["bold"], "bold")
        elif found["slanted"]:
            made.append(found["slanted"], "italic")
        else:
            made.append(f"{found['words']} <{found['link']}>")
    made.append(text[done:])
    return made


def _local(found: re.Match[str]) -> str:
    try:
        instant = datetime.fromisoformat(found[2].strip()).astimezone()
    except ValueError:
        return found[2]
    return f"{instant:%H:%M}" if found[1] == "TIME" else f"{instant:%a} {instant.day} {instant:%b %Y}"


def veiled(text: str) -> str:
    """What may be shown and kept of something typed: whatever Steward would take for a one-time code is not in it."""
    code = code_in(text)
    if code is None:
        return text
    typed = code.reveal()
    return text.replace(typed, HIDDEN) if typed in text else HIDDEN
