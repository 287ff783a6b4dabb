"""Two clocks. The plan's may be scaled in a rehearsal; the wall's never is."""

from __future__ import annotations

from datetime import datetime
from typing import Protocol


class Clock(Protocol):
    def now(self) -> datetime:
        """The instant, UTC and aware."""
        ...
