"""Teams as it was when the demonstration stopped: people, chats and cards in one JSON file, written as they change.

So ids stay valid over a restart, and cards from before can still be pressed.
"""

from __future__ import annotations

import asyncio
from pathlib import Path

from infra.demo import kept
from infra.sandbox.teams.directory import Directory

_DELAY = 0.1
"""Wall seconds in which changes are gathered; as much may be forgotten by a kill."""


class Remembered:
    """Lives on one event loop."""

    def __init__(self, path: Path, directory: Directory) -> None:
        self._path, self._directory = path, directory
        self._saving: asyncio.TimerHandle | None = None

    def begin(self) -> bool:
        """Restores what there is, and keeps it from now on. Tells whether there was anything."""
        found = kept.read(self._path)
        try:
            if found:
                self._directory.restore(found)
        except (LookupError, TypeError, ValueError):
            found = {}
        self._directory.listeners.append(self._soon)
        return bool(found)

    def _soon(self) -> None:
        if self._saving is None:
            self._saving = asyncio.get_running_loop().call_later(_DELAY, self.save)

    def save(self) -> None:
        """Now."""
        if self._saving is not None:
            self._saving.cancel()
            self._saving = None
        kept.write(self._path, self._directory.dump())
