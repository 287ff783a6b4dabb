"""Other people's words, made safe to show.

Every string that a person, a model or a vendor wrote passes ``clean`` before it stands on a card, and then stands in a
text run, which no Teams client parses as Markdown. ``escape`` is for the places that do parse it.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from typing import Final

_BREAKS: Final = re.compile(r"\r\n?|[\u2028\u2029\u0085\v\f]")
_INVISIBLE: Final = frozenset("\u034f\u115f\u1160\u17b4\u17b5\u2800\u3164\uffa0")
"""Characters that Unicode calls letters or marks and that show as nothing; invisible text hides instructions."""
_DROPPED: Final = frozenset({"Cc", "Cf", "Cs", "Co", "Cn"})
"""Controls, formats (zero width, bidi, tags), lone surrogates, private use, unassigned."""
_MARKS_IN_A_ROW: Final = 4
"""Enough for every written language; more is a flood over the neighbouring lines."""
_UNBROKEN: Final = re.compile(r"([!-,.0-~\u00a1-\u024f\u0370-\u0482\u048a-\u052f]{24})(?=[^\s/\-\u0300-\u036f])")
"""As much of one word as stands on one line of a title on a phone."""
_MARKDOWN: Final = re.compile(r"([\\`*_\[\]<>|~&]|(?<=\])\(|^[#+\-](?=\s|#|$)|^={3,}|(?<=^\d)[.)]|(?<=^\d\d)[.)])")
"""What Markdown would read: anywhere, after a bracket, or at the beginning of a line. No more than that is escaped,
because the clients on phones show a backslash that nothing needed."""


def clean(text: str) -> str:
    """The text with everything invisible or reordering removed: what is left shows as what it is, in its order.

    Removes bidi controls, zero-width and other format characters, control characters except line breaks, lone
    surrogates and floods of combining marks. Breaks up ``{{``, which cards would otherwise evaluate.
    """
    whole = _BREAKS.sub("\n", text)
    if not whole.isascii() or not whole.isprintable():
        whole = "".join(_visible(whole))
    return re.sub(r"\{(?=\{)", "{ ", whole).strip()


def _visible(text: str) -> Iterator[str]:
    marks = 0
    for char in text:
        category = unicodedata.category(char)
        marks = marks + 1 if category in ("Mn", "Me") else 0
        if char == "\n":
            yield char
        elif category == "Zs" or char == "\t":
            yield " "
        elif marks <= _MARKS_IN_A_ROW and not (category in _DROPPED or char in _INVISIBLE or _selects_variation(char)):
            yield char


def _selects_variation(char: str) -> bool:
    return "\ufe00" <= char <= "\ufe0e" or "\U000e0100" <= char <= "\U000e01ef"


def one_line(text: str) -> str:
    """Clean, with line breaks and runs of spaces turned into single spaces."""
    return " ".join(clean(text).split())


def shorten(text: str, limit: int) -> str:
    """At most ``limit`` characters: cut at a word where one ends nearby, an ellipsis for what is missing."""
    if len(text) <= limit:
        return text
    cut = text[: limit - 1]
    space = cut.rfind(" ")
    return (cut[:space] if space > limit * 2 // 3 else cut).rstrip() + "…"


def short(text: str, limit: int) -> str:
    """One clean line of at most ``limit`` characters; looks at no more of the text than can matter."""
    return shorten(one_line(text[: limit * 4]), limit)


def breakable(text: str) -> str:
    """The text with a place to break, invisible, every so often in what has none: renderers cut off what is too long.

    Web addresses and the like have such places of their own, and can be copied as they are.
    """
    return _UNBROKEN.sub("\\1\u200b", text)


def escape(text: str) -> str:
    """Clean text as Markdown that shows exactly it: no emphasis, link, list, heading, HTML, entity or mention."""
    return _MARKDOWN.sub(r"\\\1", one_line(text))
