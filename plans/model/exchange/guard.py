"""Text in a table that no spreadsheet may evaluate, and the same text back.

A cell that begins with ``=``, ``+``, ``-``, ``@``, a tab or a line end is a formula or a new cell to some program; an
apostrophe in front makes it text to all of them. Whoever opens the file with another separator sees cells begin inside
of our texts too, so what follows a separator is guarded like a beginning (OWASP, *CSV injection*). Where apostrophes
stood in such a place already, one more is put and one is taken back, so that every text comes back as it was.
"""

from __future__ import annotations

import re
from typing import Final

_BEGINNING: Final = r"=+\-@＝＋－＠"
_INSIDE: Final = re.compile(rf"([,;|\t\r\n])('*)(?=[{_BEGINNING}])")
_START: Final = re.compile(rf"^'*(?=[{_BEGINNING}\t\r\n])")
_INSIDE_BACK: Final = re.compile(rf"([,;|\t\r\n])'('*)(?=[{_BEGINNING}])")
_START_BACK: Final = re.compile(rf"^'(?='*[{_BEGINNING}\t\r\n])")


def guarded(text: str) -> str:
    return _START.sub(lambda found: f"'{found.group()}", _INSIDE.sub(r"\1'\2", text), count=1)


def unguarded(text: str) -> str:
    """The text that was guarded; what was typed into a cell without a guard is taken as it is."""
    return _START_BACK.sub("", _INSIDE_BACK.sub(r"\1\2", text), count=1)
