"""Has DBOS look at its queue when there is something in it.

DBOS 3.4 looks at intervals, and a look costs two milliseconds of CPU on SQLite: ten a second are a fiftieth of a core
for nothing. So the interval is long, and work of this process's own is announced. There is no door for that in the
library: its queue thread sleeps on the event that tells it to stop, and that event is taught to wake for work as well.
Should a later DBOS sleep elsewhere, nothing breaks; work then waits for the next interval.
"""

from __future__ import annotations

import threading
import time
from typing import Final

from dbos import DBOS

INTERVAL: Final = 0.5
"""Wall seconds between two looks when nobody announces anything: what other workers enqueue is found that late."""
_APART: Final = 0.05
"""Wall seconds between two looks at least, so that a hundred announcements are a few looks."""


class Poller:
    """Announces work to one queue's thread; from any thread."""

    def __init__(self, queue: str) -> None:
        self._thread = f"queue-worker-{queue}"
        self._work = threading.Event()
        self._looked = 0.0

    def attach(self, dbos: DBOS) -> None:
        """After the launch."""
        for stop in dbos.background_thread_stop_events:
            self._teach(stop)

    def announce(self) -> None:
        self._work.set()

    def _teach(self, stop: threading.Event) -> None:
        plain_wait, plain_set = stop.wait, stop.set

        def wait(timeout: float | None = None) -> bool:
            if threading.current_thread().name != self._thread:
                return plain_wait(timeout)
            if plain_wait(max(0.0, self._looked + _APART - time.monotonic())):
                return True
            self._work.wait(timeout)
            self._work.clear()
            self._looked = time.monotonic()
            return stop.is_set()

        def set_() -> None:
            plain_set()
            self._work.set()

        stop.wait, stop.set = wait, set_  # type: ignore[method-assign]
