"""What if: the same sentences, meant as a question; several, set apart by “or”, are alternatives."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Final

from plans.planning.talk.grammar import LONGEST, parts
from plans.planning.talk.setting import Ambiguous, NotUnderstood, Setting, Understood
from plans.planning.talk.understand import read, said
from plans.planning.titles import title

_ASKED: Final = re.compile(
    r"(?:(?:hey|hi|hello|ok|okay|and|so|steward|please)[,:]? +)*"
    r"(?:what (?:if|about(?: if)?|happens (?:if|when)|would happen if|(?:would|does) it (?:mean|cost|do) if)"
    r"|suppose(?: that)?|imagine(?: that)?|how about(?: if)?|compare)\b[,:]? *(?P<body>[^\s?].*)",
    re.IGNORECASE,
)
_OR: Final = re.compile(
    r",?\s+or(?:\s+what)?(?:\s+if)?\s+|;?\s+(?:versus|vs\.?)\s+|\?\s*(?:or\s+)?(?:and\s+)?what\s+if\s+",
    re.IGNORECASE,
)
_MOST: Final = 4
"""Alternatives that are compared: each has a button."""
ASK: Final = "what if "


@dataclass(frozen=True)
class Wondered:
    """What was asked, as one or several ways in which the plan could change."""

    alternatives: tuple[Understood, ...]


def asks(text: str) -> bool:
    """Whether it is asked what would be if."""
    return _ASKED.fullmatch(said(text)) is not None


def wonder(text: str, setting: Setting) -> Wondered | Ambiguous | NotUnderstood | None:
    """The alternatives, each on the plan as it stands; None when nothing is asked that way. Raises UserError."""
    line = said(text)
    found = _ASKED.fullmatch(line)
    if found is None:
        return None
    if len(line) > LONGEST:
        return NotUnderstood(title(line, 80), f"That is longer than the {LONGEST} characters that I read at once.")
    ways = parts(found["body"], _OR)
    if len(ways) > _MOST:
        return NotUnderstood(title(line, 80), f"I compare at most {_MOST} ways at once.")
    understood: list[Understood] = []
    for at, way in enumerate(ways):
        outcome = read(parts(way), setting, understood[-1].about if understood else ())
        if isinstance(outcome, Understood):
            understood.append(outcome)
            continue
        before = [one.typed for one in understood]
        choices = tuple(
            (name, ASK + " or ".join([*before, sentence, *ways[at + 1 :]])) for name, sentence in outcome.choices
        )
        if isinstance(outcome, Ambiguous):
            return Ambiguous(outcome.question, choices)
        return NotUnderstood(outcome.part, outcome.why, choices)
    return Wondered(tuple(understood))
