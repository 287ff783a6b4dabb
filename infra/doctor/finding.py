"""What a check is, and what it finds."""

from __future__ import annotations

from collections.abc import Callable, Coroutine
from dataclasses import dataclass
from enum import StrEnum
from typing import Any


class Level(StrEnum):
    OK = "ok"
    NOTE = "note"
    """Worth knowing; nothing is wrong."""
    WARNING = "warning"
    """Steward serves, but not all of it works."""
    PROBLEM = "problem"
    """Steward could not serve."""


@dataclass(frozen=True)
class Finding:
    """One line. Never a secret, never an exception's own text: either may repeat what it was given."""

    check: str
    level: Level
    said: str
    do: str = ""
    """What to do about it; empty when there is nothing to do."""


Look = Callable[[], Finding] | Callable[[], Coroutine[Any, Any, Finding]]


@dataclass(frozen=True)
class Check:
    """One thing to look at. ``look`` may block, and may raise: it runs in a thread of its own, for a limited time."""

    name: str
    look: Look
    unseen: Level = Level.WARNING
    """How bad it is if this cannot be looked at, or not in time."""
    loads: tuple[str, ...] = ()
    """Heavy modules that it needs: loaded before its time runs."""

    def ok(self, said: str) -> Finding:
        return Finding(self.name, Level.OK, said)


def found(check: str, level: Level, said: str, do: str = "") -> Callable[[], Finding]:
    """A look whose result is known already."""
    return lambda: Finding(check, level, said, do)
