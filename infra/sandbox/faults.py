"""How a sandbox agent can be told to misbehave, so that tests and demos see what a real vendor does on a bad day."""

from __future__ import annotations

import argparse
from dataclasses import dataclass
from typing import Final

KINDS: Final = {
    "garbage": "answers something that is not its protocol",
    "silent": "takes the work and never finishes it",
    "twice": "delivers the same work a second time",
    "late=<factor>": "needs that many times longer",
    "refuse": "takes no work at all",
}


@dataclass(frozen=True)
class Fault:
    """``kind`` is empty for an agent that behaves; ``factor`` stretches the time a piece of work takes."""

    kind: str = ""
    factor: float = 1.0

    @classmethod
    def parse(cls, text: str) -> Fault:
        """Reads ``silent`` or ``late=3``. Raises argparse.ArgumentTypeError for anything else."""
        kind, _, factor = text.partition("=")
        if kind == "late":
            try:
                return cls("late", max(1.0, float(factor)))
            except ValueError:
                raise argparse.ArgumentTypeError("late wants a number, as in late=3") from None
        if text in KINDS:
            return cls(text)
        raise argparse.ArgumentTypeError(f"no such fault: {text} (there are {', '.join(KINDS)})")
