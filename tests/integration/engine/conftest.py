"""A running engine on a database of the test's own; its clocks stand still unless moved."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable

import pytest
from sqlalchemy import text
from sqlmodel import Session

from plans.engine import Engine
from plans.engine.continuations import Continuations
from plans.store.clock import PlanClock
from plans.store.database import Database
from tests.doubles.clock import ManualClock

Starter = Callable[..., Awaitable[Engine]]


class Seen:
    """A handler that notes what it was called with, and says when it was."""

    def __init__(self) -> None:
        self.calls: list[tuple[str, int]] = []
        self._more = asyncio.Event()

    async def __call__(self, entity: str, seq: int) -> None:
        self.calls.append((entity, seq))
        self._more.set()

    async def until(self, count: int) -> None:
        """Waits until it was called that often; fails after 20 s."""
        async with asyncio.timeout(20):
            while len(self.calls) < count:
                self._more.clear()
                await self._more.wait()


@pytest.fixture
async def engines(clock: ManualClock) -> AsyncIterator[Callable[[Database], Engine]]:
    """Makes engines; all are stopped in the end."""
    made: list[Engine] = []

    def make(database: Database, **more: float) -> Engine:
        engine = Engine(database, {"wall": clock, "plan": PlanClock(clock)}, **more)  # type: ignore[arg-type]
        made.append(engine)
        return engine

    yield make
    for engine in made:
        await engine.stop(0)


def enqueue(database: Database, engine: Engine | Continuations, kind: str, *entities: str, delay: float = 0.0) -> None:
    """Number 1 of each entity, in one transaction."""

    def work(tx: Session) -> None:
        for entity in entities:
            engine.enqueue(tx, kind, entity, 1, delay)

    database.write_now(work)


@pytest.fixture
def engine(database: Database, engines: Callable[[Database], Engine]) -> Engine:
    """Not started yet: register first."""
    return engines(database)


def fire_delayed(database: Database) -> None:
    """Makes every delayed continuation due now."""
    table = "workflow_status" if database.lite else "dbos.workflow_status"
    statement = text(f"UPDATE {table} SET delay_until_epoch_ms = 0 WHERE status = 'DELAYED'")
    database.write_now(lambda tx: tx.execute(statement))


def states(database: Database) -> dict[str, str]:
    """What the engine's rows say, by the continuation's name."""
    table = "workflow_status" if database.lite else "dbos.workflow_status"
    statement = text(f"SELECT workflow_uuid, status FROM {table}")
    return database.read_now(lambda tx: {row[0]: row[1] for row in tx.execute(statement)})
