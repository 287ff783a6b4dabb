"""One difference between two plans, and the words that all of them are told in."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Literal

from plans.words import ItemId, PersonId

NameOf = Callable[[PersonId], str]
"""Turns a person's id into a name."""
Kind = Literal[
    "added",
    "removed",
    "dropped",
    "state",
    "moved",
    "redated",
    "reowned",
    "reestimated",
    "waits",
    "test",
    "renamed",
    "role",
    "flow",
    "details",
    "constraints",
    "risks",
    "team",
    "frame",
    "deadline",
    "budget",
]


@dataclass(frozen=True)
class Change:
    kind: Kind
    item: ItemId | None
    """Of which item; None for the plan as a whole."""
    about: str
    """What a line about it begins with: ``NA-12 Landing page``, ``Deadline``."""
    said: str

    @property
    def line(self) -> str:
        return f"{self.about}: {self.said}"


def quoted(words: str) -> str:
    """``“words”``, or ``none``."""
    return f"“{words}”" if words else "none"


def listed(parts: Iterable[str]) -> str:
    """``NA-3``, ``NA-3 and NA-4``, ``NA-3, NA-4 and NA-5``."""
    found = list(parts)
    return " and ".join([", ".join(found[:-1]), found[-1]] if len(found) > 1 else found)


def counted(number: int, unit: str) -> str:
    return f"{number} {unit}{'s' * (number != 1)}"
