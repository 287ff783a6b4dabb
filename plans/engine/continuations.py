"""Continuations: short pieces of work, each named by what it is for, each run to its end at least once.

One DBOS workflow serves them all and looks the handler up by kind, so that a deploy has no workflow code to respect.
It never ends in an error, for nothing could run it again under its name: a failure becomes a delayed continuation
with a name of its own. Arguments are ids, in JSON.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable, Iterable
from functools import partial
from typing import Final

from dbos import DBOS, DBOSClient, EnqueueOptions, WorkflowSerializationFormat
from sqlalchemy import event
from sqlalchemy.exc import OperationalError
from sqlmodel import Session

from plans.errors import Conflict
from plans.store.database import Database

APPLICATION: Final = "steward"
QUEUE: Final = "continuations"
WORKFLOW: Final = "continuation"
RETRIES: Final = 8
_LONGEST: Final = 60.0
_DATABASE_AWAY: Final = 1.0
_CHUNK: Final = 500
_ANNOUNCED: Final = "continuations announced"
_UNWIND: Final = 5.0
"""Wall seconds that a cancelled handler gets to let go of what it holds."""

Handler = Callable[[str, int], Awaitable[None]]

_log = logging.getLogger(__name__)


def backoff(attempt: int) -> float:
    """Wall seconds to wait before that retry (from 1): 1, 2, 4 … 60."""
    return min(_LONGEST, 2.0 ** (attempt - 1))


def workflow_id(kind: str, entity: str, seq: int, attempt: int = 0) -> str:
    return f"{kind}:{entity}:{seq}" + (f"~{attempt}" if attempt else "")


class Continuations:
    """The handlers by kind, what is running now, and how one is put on the queue."""

    def __init__(self, database: Database, announce: Callable[[], None] = lambda: None, concurrency: int = 0) -> None:
        """``announce`` is called, on any thread, when there is work to begin; ``concurrency``: how many run at once."""
        self._database = database
        self._announce = announce
        self._concurrency = concurrency
        # On our own engine: an enqueue is then part of the caller's transaction, on the same connection.
        self.client = DBOSClient(system_database_engine=database.engine, application_name=APPLICATION, lazy=True)
        self._handlers: dict[str, Handler] = {}
        self._running: set[asyncio.Task[None]] = set()
        self._parked = asyncio.Event()
        self._draining = False

    def on(self, kind: str, handler: Handler) -> None:
        """Raises ValueError when the kind has a handler: two would race for the same work."""
        if kind in self._handlers:
            raise ValueError(f"{kind} has a handler already")
        self._handlers[kind] = handler

    def enqueue(self, tx: Session, kind: str, entity: str, seq: int, delay: float = 0.0, attempt: int = 0) -> None:
        """Runs after ``tx`` commits and ``delay`` wall seconds have passed; once per name, however often enqueued."""
        options: EnqueueOptions = {
            "workflow_name": WORKFLOW,
            "queue_name": QUEUE,
            "workflow_id": workflow_id(kind, entity, seq, attempt),
            "serialization_type": WorkflowSerializationFormat.PORTABLE,
        }
        if delay > 0:
            options["delay_seconds"] = delay
        else:
            self._announce_commit(tx)
        self.client.enqueue_in_transaction(tx, options, kind, entity, seq, attempt)

    def _announce_commit(self, tx: Session) -> None:
        if tx.info.setdefault(_ANNOUNCED, False):
            return
        tx.info[_ANNOUNCED] = True

        def committed(_: Session) -> None:
            tx.info[_ANNOUNCED] = False
            self._announce()

        event.listen(tx, "after_commit", committed, once=True)

    def missing(self, kind: str, wanted: Iterable[tuple[str, int]]) -> list[tuple[str, int]]:
        """Those of ``wanted`` that were never enqueued. Blocking: call it off the loop."""
        names = {workflow_id(kind, entity, seq): (entity, seq) for entity, seq in wanted}
        ids = list(names)
        for start in range(0, len(ids), _CHUNK):
            chunk = ids[start : start + _CHUNK]
            for found in self.client.list_workflows(workflow_ids=chunk, load_input=False, load_output=False):
                names.pop(found.workflow_id, None)
        return list(names.values())

    def register(self) -> None:
        """Makes the one workflow known to DBOS; before its launch."""

        async def continuation(kind: str, entity: str, seq: int, attempt: int) -> None:
            await self.run(kind, entity, seq, attempt)

        DBOS.workflow(name=WORKFLOW)(continuation)

    async def run(self, kind: str, entity: str, seq: int, attempt: int) -> None:
        """Runs the handler; a failure is logged by ids and class, never by message, and tried again later.

        Cancellation and DBOS' own control flow (both BaseException) pass: the row stays as it is and runs again.
        """
        task = asyncio.current_task()
        assert task is not None
        self._running.add(task)
        task.add_done_callback(self._ended)  # not before DBOS has written that it ended
        try:
            if self._draining:
                await self._parked.wait()
            await self._handlers[kind](entity, seq)
        except Conflict:
            _log.debug("stale", extra={"continuation": workflow_id(kind, entity, seq, attempt)})
        except Exception as error:
            await self._failed(kind, entity, seq, attempt, error)

    def _ended(self, task: asyncio.Task[None]) -> None:
        if len(self._running) >= self._concurrency:
            self._announce()  # others may have been waiting for the place
        self._running.discard(task)

    async def _failed(self, kind: str, entity: str, seq: int, attempt: int, error: Exception) -> None:
        name = workflow_id(kind, entity, seq, attempt)
        about = {"continuation": name, "error": type(error).__name__}
        if attempt >= RETRIES:
            _log.error("dead: %s failed %d times (%s)", name, attempt + 1, about["error"], extra=about)
            return
        _log.warning("%s failed (%s); trying again", name, about["error"], extra=about)
        again = partial(
            self.enqueue, kind=kind, entity=entity, seq=seq, delay=backoff(attempt + 1), attempt=attempt + 1
        )
        while True:
            try:
                await self._database.write(again)
                return
            except OperationalError:
                # Without its retry the work would be lost: hold on to it until the database is back, or we are killed.
                await asyncio.sleep(_DATABASE_AWAY)

    async def drain(self, grace: float) -> None:
        """Begins nothing more, lets what is running end for ``grace`` wall seconds, and cancels the rest."""
        self._draining = True
        if self._running and grace > 0:
            await asyncio.wait(set(self._running), timeout=grace)
        await self.cancel()

    async def cancel(self) -> None:
        """What is cancelled stays pending in its row and runs again: at the next start, or on another worker."""
        left = set(self._running)
        for task in left:
            task.cancel()
        if left:
            await asyncio.wait(left, timeout=_UNWIND)
