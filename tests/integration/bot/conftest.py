"""The bot's office for a test."""

from __future__ import annotations

import pytest

from plans.store.database import Database
from tests.doubles.clock import ManualClock
from tests.integration.bot.office import Office


@pytest.fixture
def office(database: Database, clock: ManualClock) -> Office:
    return Office(database, clock)
