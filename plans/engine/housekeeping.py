"""What the engine does now and then: find work that lost its continuation, and forget work long done.

Both go by the injected wall clock, and begin when the engine does.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable
from datetime import datetime, timedelta
from functools import partial
from typing import Final

from sqlmodel import Session

from plans.engine.continuations import Continuations
from plans.ports.time import Clock
from plans.store.clock import ANCHOR_EVERY, PlanClock
from plans.store.database import Database

Finder = Callable[[Session], list[tuple[str, int]]]

SWEEP_EVERY: Final = timedelta(minutes=1)
FORGET_EVERY: Final = timedelta(days=1)
KEEP: Final = timedelta(days=7)
_CHUNK: Final = 1000
_ENDED: Final = ["SUCCESS", "ERROR", "CANCELLED", "MAX_RECOVERY_ATTEMPTS_EXCEEDED"]

_log = logging.getLogger(__name__)


class Housekeeping:
    """Runs each chore when its time has come; a chore that fails is logged and comes again."""

    def __init__(self, database: Database, continuations: Continuations, wall: Clock, plan: PlanClock) -> None:
        self._database = database
        self._continuations = continuations
        self._wall = wall
        self._plan = plan
        self._finders: dict[str, Finder] = {}
        self._chores = [(SWEEP_EVERY, self._sweep), (FORGET_EVERY, self._forget)]
        if plan.scaled:
            self._chores.append((ANCHOR_EVERY, self._anchor))
        self._next: dict[int, datetime] = {}

    def sweep(self, kind: str, finder: Finder) -> None:
        """Raises ValueError when the kind has a finder."""
        if kind in self._finders:
            raise ValueError(f"{kind} has a finder already")
        self._finders[kind] = finder

    async def tidy(self) -> None:
        """Does what is due."""
        now = self._wall.now()
        for number, (every, chore) in enumerate(self._chores):
            if now < self._next.get(number, now):
                continue
            self._next[number] = now + every
            await chore()

    async def _sweep(self) -> None:
        for kind, finder in self._finders.items():
            try:
                wanted = await self._database.read(finder)
                missing = await asyncio.to_thread(self._continuations.missing, kind, wanted)
                if missing:
                    _log.warning("sweep: %d %s without a continuation", len(missing), kind)
                    await self._database.write(partial(self._enqueue, kind=kind, missing=missing))
            except Exception as error:
                _log.error("sweep of %s failed (%s)", kind, type(error).__name__)

    def _enqueue(self, tx: Session, kind: str, missing: list[tuple[str, int]]) -> None:
        for entity, seq in missing:
            self._continuations.enqueue(tx, kind, entity, seq)

    async def _forget(self) -> None:
        """DBOS keeps what has ended for ever (3.4, without its paid companion)."""
        client = self._continuations.client
        before = (self._wall.now() - KEEP).isoformat()
        ended = partial(
            client.list_workflows,
            status=_ENDED,
            completed_before=before,
            limit=_CHUNK,
            load_input=False,
            load_output=False,
        )
        while found := await asyncio.to_thread(ended):
            await self._database.write(partial(self._delete, ids=[workflow.workflow_id for workflow in found]))

    def _delete(self, _: Session, ids: list[str]) -> None:
        """In the thread of our own writes, though not in their transaction: SQLite has room for one writer."""
        self._continuations.client.delete_workflows(ids)

    async def _anchor(self) -> None:
        await self._database.write(self._plan.rebase)
