"""How much a phrase is like a name: by stems, each weighed by how rare it is among the names.

On a plan for Northwind Analytics, “Northwind” tells no item from another and “webinar” does. Weights are the inverse
document frequency of the field (Spärck Jones 1972).
"""

from __future__ import annotations

import difflib
import math
import re
from collections.abc import Hashable, Iterable, Mapping
from functools import lru_cache
from typing import Final, Generic, NamedTuple, TypeVar

Key = TypeVar("Key", bound=Hashable)

_FILLING = (
    "a|an|the|this|that|our|my|your|their|its|of|for|to|and|with|on|in|at|by|from|as|item|items|task|tasks|milestone"
    "|milestones|stream|streams|step|part|thing|agent|person"
)
_IGNORED = frozenset(_FILLING.split("|"))
_ENDINGS = ("ations", "ation", "ings", "ing", "ers", "er", "ies", "ed", "es", "s", "y", "e")
_SHORTEST = 3
"""Letters of a stem."""
_READABLE = 4
"""Letters of a word in which a slip of the finger is still seen."""
_SLIPS = 2


class Likeness(NamedTuple):
    """How much of a phrase a name has, and how much of the name the phrase has; both from 0 to 1."""

    told: float
    covered: float


NOT_ALIKE: Final = Likeness(0.0, 0.0)


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


def _alike(said: str, written: str) -> float:
    """1 for the same; less for the beginning of a longer word, and for a slip of the finger; else 0."""
    if said == written:
        return 1.0
    short, long = sorted((said, written), key=len)
    if len(short) < _READABLE:
        return 0.0
    if long.startswith(short):
        return 0.9
    if len(long) - len(short) > _SLIPS or said.isdecimal() or not set(said[:2]) & set(written[:2]):
        return 0.0
    return 0.8 if difflib.SequenceMatcher(None, said, written).ratio() >= 0.82 else 0.0


class Names(Generic[Key]):
    """Things by the stems of their names, with the weight of every stem."""

    def __init__(self, names: Iterable[tuple[Key, str]]) -> None:
        known = {key: set(stems(name)) for key, name in names}
        self._having: dict[str, list[Key]] = {}
        for key, found in known.items():
            for word in found:
                self._having.setdefault(word, []).append(key)
        self._weights = {word: math.log(1 + len(known) / len(keys)) for word, keys in self._having.items()}
        self._heaviest = math.log(1 + max(1, len(known)))
        self._whole = {key: sum(self._weights[word] for word in found) for key, found in known.items()}

    def like(self, phrase: str) -> dict[Key, Likeness]:
        """Every name that has anything of the phrase, and how much."""
        said = dict.fromkeys(stems(phrase))
        heard: dict[Key, dict[str, tuple[float, str]]] = {}
        for word in said:
            for written, keys in self._having.items():
                like = _alike(word, written)
                for key in keys if like else ():
                    best = heard.setdefault(key, {})
                    best[word] = max(best.get(word, (0.0, "")), (like, written))
        return {key: self._measured(said, key, best) for key, best in heard.items()}

    def _measured(self, said: Iterable[str], key: Key, best: Mapping[str, tuple[float, str]]) -> Likeness:
        weights = [self._weights[best[word][1]] if word in best else self._heaviest for word in said]
        told = sum(self._weights[written] * like for like, written in best.values())
        met = {written for _, written in best.values()}
        return Likeness(told / sum(weights), sum(self._weights[word] for word in met) / self._whole[key])
