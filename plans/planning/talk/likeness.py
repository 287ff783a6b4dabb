"""How much a phrase is like a name: by stems, each weighed by how rare it is among the names.

On a plan for Northwind Analytics, “Northwind” tells no item from another and “webinar” does. Weights are the inverse
document frequency of the field (Spärck Jones 1972).
"""

from __future__ import annotations

import difflib
import math
import re
from collections import Counter
from collections.abc import Hashable, Iterable
from functools import lru_cache
from typing import Generic, TypeVar

Key = TypeVar("Key", bound=Hashable)

_FILLING = (
    "a|an|the|this|that|our|my|your|their|its|of|for|to|and|with|on|in|at|by|from|as|item|items|task|tasks|milestone"
    "|milestones|stream|streams|step|part|thing|agent|person"
)
_IGNORED = frozenset(_FILLING.split("|"))
_ENDINGS = ("ations", "ation", "ings", "ing", "ers", "er", "ies", "ed", "es", "s", "y", "e")
_SHORTEST = 3
"""Letters of a stem."""


@lru_cache(maxsize=4096)
def stem(word: str) -> str:
    """Without the commonest endings: writer, writing, writes and write are one."""
    for ending in _ENDINGS:
        if word.endswith(ending) and len(word) - len(ending) >= _SHORTEST and not word.endswith("ss"):
            return word[: -len(ending)]
    return word


def stems(text: str) -> tuple[str, ...]:
    """The stems that matter, in order; all of them where none does."""
    words = [word for word in re.findall(r"[^\W_]+", text.casefold().replace("’s", "").replace("'s", ""))]
    return tuple(stem(word) for word in words if word not in _IGNORED) or tuple(stem(word) for word in words)


@lru_cache(maxsize=8192)
def _alike(said: str, written: str) -> float:
    """1 for the same; less for the beginning of a longer word, and for a slip of the finger; else 0."""
    if said == written:
        return 1.0
    short, long = sorted((said, written), key=len)
    if len(short) >= 4 and long.startswith(short):
        return 0.9
    if len(short) >= 4 and difflib.SequenceMatcher(None, said, written).ratio() >= 0.82:
        return 0.8
    return 0.0


class Names(Generic[Key]):
    """Things by the stems of their names, with the weight of every stem."""

    def __init__(self, names: Iterable[tuple[Key, str]]) -> None:
        self._stems = {key: stems(name) for key, name in names}
        counted = Counter(found for known in self._stems.values() for found in set(known))
        self._weights = {found: math.log(1 + len(self._stems) / often) for found, often in counted.items()}
        self._heaviest = math.log(1 + max(1, len(self._stems)))

    def likeness(self, phrase: str, key: Key) -> tuple[float, float]:
        """How much of the phrase the name has, and how much of the name the phrase has; both from 0 to 1."""
        said, written = stems(phrase), self._stems[key]
        if not said or not written:
            return 0.0, 0.0
        best = {word: max((_alike(word, other), other) for other in written) for word in said}
        weigh = [(self._weights[other] if like else self._heaviest, like) for like, other in best.values()]
        told = sum(weight * like for weight, like in weigh) / sum(weight for weight, _ in weigh)
        met = {other for like, other in best.values() if like}
        whole = sum(self._weights[other] for other in set(written))
        return told, sum(self._weights[other] for other in met) / whole
