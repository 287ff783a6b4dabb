"""The database, as the rooms use it: a function on a session, run off the event loop, in one transaction.

On SQLite all writes of this process go through one thread, so that they queue here instead of colliding on the file's
lock; readers see the last committed state (WAL). On PostgreSQL writers run side by side and a serialization failure is
tried again: what is handed in must be pure database work, safe to run twice, with no network call in it.
"""

from __future__ import annotations

import asyncio
import sqlite3
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any, TypeVar

from sqlalchemy import Engine, event
from sqlalchemy.exc import OperationalError
from sqlalchemy.orm import sessionmaker
from sqlmodel import Session, create_engine

T = TypeVar("T")

_TRIES = 5


def _lite(connection: sqlite3.Connection, _record: Any) -> None:
    # The pragmas that DBOS sets on its own connections to the same file (3.4.0); WAL is a property of the file.
    connection.isolation_level = "IMMEDIATE"
    for pragma in ("busy_timeout=30000", "foreign_keys=ON", "synchronous=NORMAL"):
        connection.execute(f"PRAGMA {pragma}")


class Database:
    """One engine, and the threads that use it."""

    def __init__(self, url: str, readers: int = 4) -> None:
        self.url = url
        self.lite = url.startswith("sqlite")
        self.engine = self._open(url)
        self._sessions = sessionmaker(self.engine, class_=Session, expire_on_commit=False)
        self._writers = ThreadPoolExecutor(1 if self.lite else 8, "db-write")
        self._readers = ThreadPoolExecutor(readers, "db-read")

    def _open(self, url: str) -> Engine:
        if not self.lite:
            return create_engine(url.replace("postgresql:", "postgresql+psycopg:", 1), pool_size=16)
        path = Path(url.removeprefix("sqlite:///"))
        with sqlite3.connect(path) as connection:
            connection.execute("PRAGMA journal_mode=WAL")
        connection.close()
        engine = create_engine(url, connect_args={"check_same_thread": False})
        event.listen(engine, "connect", _lite)
        return engine

    async def write(self, work: Callable[[Session], T]) -> T:
        """Runs ``work`` in a transaction that commits when it returns and rolls back when it raises."""
        return await asyncio.get_running_loop().run_in_executor(self._writers, self.write_now, work)

    async def read(self, work: Callable[[Session], T]) -> T:
        return await asyncio.get_running_loop().run_in_executor(self._readers, self.read_now, work)

    def write_now(self, work: Callable[[Session], T]) -> T:
        """The same, on the calling thread: for start-up and for tests."""
        for left in range(_TRIES - 1, -1, -1):
            try:
                with self._sessions() as session, session.begin():
                    return work(session)
            except OperationalError as error:
                if self.lite or not left or getattr(error.orig, "sqlstate", "") not in ("40001", "40P01"):
                    raise
        raise AssertionError("unreachable")

    def read_now(self, work: Callable[[Session], T]) -> T:
        with self._sessions() as session:
            return work(session)

    def close(self) -> None:
        self._writers.shutdown()
        self._readers.shutdown()
        self.engine.dispose()
