"""What one call to Claude comes back with: a reply, or one of two errors. Apart, so that the SDK need not be loaded."""

from __future__ import annotations

from dataclasses import dataclass

from plans.ports.brain import Usage


class TryAgain(Exception):
    """Nothing is wrong with the request. ``after`` is how many seconds the server asked to wait, if it did."""

    def __init__(self, said: str, after: float | None = None) -> None:
        super().__init__(said)
        self.said = said
        self.after = after


class Rejected(Exception):
    """Asking again would not help; ``said`` tells why, fit for a card."""

    def __init__(self, said: str) -> None:
        super().__init__(said)
        self.said = said


@dataclass(frozen=True)
class Reply:
    text: str
    stop: str
    """The API's stop reason."""
    refusal: str
    """Why it was refused, where the API says so."""
    usage: Usage
