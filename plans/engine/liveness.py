"""Several workers on one PostgreSQL: each shows that it lives, and takes over what a dead one left half done.

DBOS itself recovers only what its own executor id left behind. A worker wrongly taken for dead does no harm: DBOS
fences it off at its next write, and a continuation has to bear being run twice anyway.
"""

from __future__ import annotations

import asyncio
import logging
from typing import Any, Final

from dbos import DBOSClient
from sqlalchemy import BigInteger, ColumnElement, cast, delete, extract, func, text
from sqlalchemy.dialects.postgresql import insert
from sqlmodel import Session, col, select

from plans.engine.continuations import QUEUE
from plans.store.database import Database
from plans.store.tables import WorkerBeatRow

DEAD_AFTER: Final = 6
"""Beats missed."""
_FORGET_AFTER: Final = 86400
_LOCK: Final = 0x57E3A2E

_log = logging.getLogger(__name__)


class Liveness:
    """One worker's beat. ``every``: wall seconds; the instants compared are all the database's own."""

    def __init__(self, database: Database, client: DBOSClient, executor: str, every: float) -> None:
        self._database = database
        self._client = client
        self._executor = executor
        self._every = every

    async def beat(self) -> None:
        """Before the launch too: a worker without a beat counts as dead."""
        await self._database.write(self._beat)

    async def forever(self) -> None:
        while True:
            try:
                await self.beat()
                await self._database.write(self._take_over)
            except Exception as error:
                _log.error("the beat failed (%s)", type(error).__name__)
            await asyncio.sleep(self._every)

    async def farewell(self) -> None:
        """What this worker leaves is taken over at once rather than after ``DEAD_AFTER`` beats."""
        await self._database.write(
            lambda tx: tx.execute(delete(WorkerBeatRow).where(col(WorkerBeatRow.executor) == self._executor))
        )

    def _beat(self, tx: Session) -> None:
        row = insert(WorkerBeatRow).values(executor=self._executor, seen=_ago(0))
        tx.execute(row.on_conflict_do_update(index_elements=["executor"], set_={"seen": _ago(0)}))
        tx.execute(delete(WorkerBeatRow).where(col(WorkerBeatRow.seen) < _ago(_FORGET_AFTER)))

    def _take_over(self, tx: Session) -> None:
        # One worker at a time: a second one, deciding on what it read before, would take from the first.
        if not tx.execute(text("SELECT pg_try_advisory_xact_lock(:lock)"), {"lock": _LOCK}).scalar_one():
            return
        pending = self._client.list_workflows(status="PENDING", load_input=False, load_output=False)
        alive = {self._executor, *tx.exec(select(WorkerBeatRow.executor).where(self._living()))}
        orphans = [found.workflow_id for found in pending if found.executor_id not in alive]
        if orphans:
            _log.warning("taking over %d continuations of a dead worker", len(orphans))
            self._client.resume_workflows(orphans, queue_name=QUEUE)

    def _living(self) -> ColumnElement[bool]:
        return col(WorkerBeatRow.seen) >= _ago(self._every * DEAD_AFTER)


def _ago(seconds: float) -> ColumnElement[Any]:
    """The database's clock, so many seconds back, as ``Instant`` stores it."""
    return cast(extract("epoch", func.clock_timestamp()) * 1_000_000, BigInteger) - int(seconds * 1_000_000)
