"""What every test can ask for: a real SQLite file of its own, and clocks that stand still."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlmodel import SQLModel

from plans.store import tables
from plans.store.database import Database
from tests.doubles.clock import ManualClock

assert tables


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
