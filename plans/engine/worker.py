"""The engine: what the other rooms register with, and its life from start to stop.

On SQLite it is the only process on its file, and says so to a second one; on PostgreSQL it is one worker of several.
"""

from __future__ import annotations

import asyncio
import logging
import socket
import uuid
from typing import ClassVar, Final, TypedDict

from dbos import DBOS
from sqlmodel import Session

from plans.engine.alarm import Alarm, When
from plans.engine.continuations import APPLICATION, QUEUE, Continuations, Handler
from plans.engine.housekeeping import Finder, Housekeeping
from plans.engine.liveness import Liveness
from plans.engine.poller import INTERVAL, Poller
from plans.engine.sole import Sole
from plans.errors import SetupError
from plans.ports.time import Clock
from plans.store.clock import PlanClock
from plans.store.database import Database

_LISTEN: Final = 0.25
"""How often DBOS looks for messages on SQLite. There are none; but stopping waits for that look."""
_THREADS: Final = 32
_LITE_CONCURRENCY: Final = 8
"""More at once and the engine's writes starve on the file's lock (stalls of 30 s, measured with 50)."""

_log = logging.getLogger(__name__)


class Clocks(TypedDict):
    wall: Clock
    plan: PlanClock


class Engine:
    """Register handlers, then ``start``. ``enqueue`` works from ``prepare`` on, whether it runs or not."""

    _started: ClassVar[Engine | None] = None

    def __init__(
        self,
        database: Database,
        clocks: Clocks,
        *,
        executor_id: str = "local",
        concurrency: int = _LITE_CONCURRENCY,
        beat: float = 5.0,
    ) -> None:
        """``concurrency``: continuations at once, never more than 8 on SQLite. ``beat``: wall seconds (``liveness``).

        On PostgreSQL the default ``executor_id`` becomes one of this process's own.
        """
        self._database = database
        self._concurrency = min(concurrency, _LITE_CONCURRENCY) if database.lite else concurrency
        if not database.lite and executor_id == "local":
            executor_id = f"{socket.gethostname()}-{uuid.uuid4().hex[:12]}"
        self._executor = executor_id
        self._poller = Poller(QUEUE)
        self._continuations = Continuations(database, self._poller.announce, self._concurrency)
        self._alarm = Alarm(database, clocks["wall"], clocks["plan"])
        self._housekeeping = Housekeeping(database, self._continuations, clocks["wall"], clocks["plan"])
        self._liveness = None if database.lite else Liveness(database, self._continuations.client, executor_id, beat)
        self._sole = Sole(database) if database.lite else None
        self._ticking: asyncio.Task[None] | None = None
        self._beating: asyncio.Task[None] | None = None
        self._wake = asyncio.Event()
        self._loop: asyncio.AbstractEventLoop | None = None

    def on(self, kind: str, handler: Handler) -> None:
        """The handler is awaited with (entity, seq), at least once per enqueued name.

        What it raises is tried again, after 1, 2, 4 … 60 s and 8 times at most; ``Conflict`` means that the
        continuation is stale, and is not. Raises ValueError when the kind has one.
        """
        self._continuations.on(kind, handler)

    def when(self, kind: str, handler: When) -> None:
        """The handler gets the due timers of that kind inside the transaction that consumes them.

        It must be pure database work. What it raises puts the timers off by a minute, the failing ones alone. Raises
        ValueError when the kind has one.
        """
        self._alarm.when(kind, handler)

    def sweep(self, kind: str, finder: Finder) -> None:
        """The finder tells what should have had a continuation: (entity, seq); asked at start and each minute.

        Raises ValueError when the kind has one.
        """
        self._housekeeping.sweep(kind, finder)

    def enqueue(self, tx: Session, kind: str, entity: str, seq: int, delay: float = 0.0) -> None:
        """Puts the continuation ``kind:entity:seq`` on the queue when ``tx`` commits; once per name, ever.

        ``delay``: wall seconds.
        """
        self._continuations.enqueue(tx, kind, entity, seq, delay)

    def nudge(self) -> None:
        """Makes the alarm look at once; from any thread."""
        if self._loop is not None and not self._loop.is_closed():
            self._loop.call_soon_threadsafe(self._wake.set)

    def prepare(self) -> None:
        """Creates or upgrades the engine's tables (blocking). ``start`` does it too."""
        _quiet()
        DBOS.migrate(self._database.url)
        # Before the launch: a queue that DBOS does not find then is looked for a second later (3.4.0).
        self._continuations.client.register_queue(
            QUEUE, worker_concurrency=self._concurrency, polling_interval_sec=INTERVAL
        )

    async def start(self) -> None:
        """Takes up what was left, then works until ``stop``.

        Raises SetupError when another process works on the same SQLite file, or another engine in this process.
        """
        if Engine._started is not None:
            raise SetupError("An engine is running in this process already; DBOS allows one.")
        if self._sole is not None:
            self._sole.take()
        Engine._started = self
        try:
            await self._launch()
        except BaseException:
            await self._shut()
            raise
        self._ticking = asyncio.create_task(self._tick(), name="alarm")

    async def _launch(self) -> None:
        self._loop = asyncio.get_running_loop()
        await asyncio.to_thread(self.prepare)
        if self._liveness is not None:
            await self._liveness.beat()
            self._beating = asyncio.create_task(self._liveness.forever(), name="liveness")
        self._continuations.register()
        dbos = DBOS(
            config={
                "name": APPLICATION,
                "system_database_url": self._database.url,
                # Constant: DBOS leaves what was begun under another version lying for ever.
                "application_version": APPLICATION,
                "executor_id": self._executor,
                "max_executor_threads": _THREADS,
                "run_migrations": False,
                "log_level": "ERROR",
                "notification_listener_polling_interval_sec": _LISTEN,
            }
        )
        # On the loop's own thread: DBOS then runs continuations on this loop.
        DBOS.launch()
        self._poller.attach(dbos)

    async def _tick(self) -> None:
        while True:
            self._wake.clear()
            try:
                await self._housekeeping.tidy()
                pause = await self._alarm.delay()
                if pause <= 0.0:
                    await self._alarm.ring()
                    pause = await self._alarm.delay()
            except Exception as error:
                _log.error("the alarm failed (%s)", type(error).__name__)
                pause = 1.0
            try:
                async with asyncio.timeout(pause):
                    await self._wake.wait()
            except TimeoutError:
                continue

    async def stop(self, grace: float = 5.0) -> None:
        """Lets continuations end for ``grace`` wall seconds; what has not ended then runs again, at the next start.

        An engine that was stopped is not started again: make a new one. Does nothing when it is not running.
        """
        if Engine._started is not self:
            return
        await _cancelled(self._ticking)
        await self._continuations.drain(grace)
        await self._shut()

    async def _shut(self) -> None:
        await asyncio.to_thread(DBOS.destroy, destroy_registry=True)
        await self._continuations.cancel()
        await _cancelled(self._beating)
        if self._liveness is not None:
            await self._liveness.farewell()
        self._continuations.client.destroy()
        if self._sole is not None:
            self._sole.leave()
        self._loop = None
        Engine._started = None


async def _cancelled(task: asyncio.Task[None] | None) -> None:
    if task is not None:
        task.cancel()
        await asyncio.wait([task])


def _quiet() -> None:
    """DBOS' errors go the way of all logs; with no handler of its own it would open one on the console."""
    log = logging.getLogger("dbos")
    log.setLevel(logging.ERROR)
    if not log.handlers:
        log.addHandler(logging.NullHandler())
