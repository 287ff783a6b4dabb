"""One process per SQLite file: two would recover, and run, each other's work."""

from __future__ import annotations

import sqlite3
from pathlib import Path

from plans.errors import SetupError
from plans.store.database import Database


class Sole:
    """An exclusive lock beside the database, which the system lets go when the process dies, however it dies.

    The lock is SQLite's own, on an empty file: the same on every system.
    """

    def __init__(self, database: Database) -> None:
        self._file = Path(database.url.removeprefix("sqlite:///"))
        self._held: sqlite3.Connection | None = None

    def take(self) -> None:
        """Raises SetupError when another process has it."""
        held = sqlite3.connect(f"{self._file}.lock", timeout=0, isolation_level=None, check_same_thread=False)
        try:
            held.execute("BEGIN EXCLUSIVE")
        except sqlite3.OperationalError as error:
            held.close()
            raise SetupError(
                f"Another Steward is running on {self._file}. Stop it first, or give this one a home of its own "
                "(STEWARD_HOME, or DATABASE_URL for several workers on PostgreSQL)."
            ) from error
        self._held = held

    def leave(self) -> None:
        if self._held is not None:
            self._held.close()
            self._held = None
