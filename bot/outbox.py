"""Every message once: what Teams is to show is a row, written with whatever made it true.

``post`` puts a message into the outbox; posting under the same key replaces it in place. The ``Relay`` then makes
Teams agree with the rows: chats side by side, within a chat one message at a time, in the order in which they were
posted. A crash between Teams taking a message and the row saying so shows it twice; a message is never lost.
"""

from __future__ import annotations

import asyncio
import json
import logging
import random
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any, Protocol

from sqlmodel import Session

from bot import claims
from bot.channel.failures import MessageGone, SendLater, SendRefused
from plans.ports.time import Clock
from plans.store.database import Database
from plans.store.tables import ChatRow, MessageRow

EVERY = 0.5
"""Seconds between looks at the rows when nobody nudges."""
LEASE = timedelta(seconds=90)
"""Longer than a sender may take for one message."""
_FIRST, _LAST = 1.0, 300.0
_log = logging.getLogger(__name__)

OnFailed = Callable[[Session, MessageRow], None]


class Sender(Protocol):
    async def send(self, chat: ChatRow, activity: dict[str, Any], activity_id: str | None) -> str:
        """Posts, or replaces the message of that id; returns its id. Raises what ``bot.channel.failures`` lists."""
        ...


def post(tx: Session, chat: str, key: str, activity: dict[str, Any], now: datetime) -> None:
    """Has the chat show the activity under this key. The same again is a no-op; another one replaces it in place.

    ``now`` is the wall clock's. A key that moves to another chat is posted anew there.
    """
    claims.serialise(tx)
    activity = json.loads(json.dumps(activity))  # As the column gives it back, so that the two can be compared.
    row = tx.get(MessageRow, key, with_for_update=True, populate_existing=True)
    if row is None:
        number = claims.next_number(tx)
        tx.add(MessageRow(key=key, number=number, chat=chat, activity=activity, not_before=now, created_at=now))
        tx.flush()
        return
    if row.activity == activity and row.chat == chat:
        return
    if row.chat != chat:
        row.chat, row.activity_id, row.number = chat, None, claims.next_number(tx)
    row.activity = activity
    row.version += 1
    row.state, row.attempts, row.not_before, row.error = "pending", 0, now, ""
    tx.add(row)
    tx.flush()


def repeat(tx: Session, key: str, now: datetime) -> None:
    """Has the chat show the message again, as its newest; from then on it is that one which is replaced in place.

    ``now`` is the wall clock's. The older one stays as it is: no client of ours can be relied on to delete.
    """
    claims.serialise(tx)
    row = tx.get_one(MessageRow, key, with_for_update=True, populate_existing=True)
    row.activity_id, row.number = None, claims.next_number(tx)
    row.version += 1
    row.state, row.attempts, row.not_before, row.error = "pending", 0, now, ""
    tx.add(row)
    tx.flush()


class Relay:
    """Carries the outbox's rows to Teams; any number of workers may run one on the same PostgreSQL database."""

    def __init__(
        self,
        database: Database,
        sender: Sender,
        wall: Clock,
        *,
        on_failed: OnFailed | None = None,
        side_by_side: int = 8,
        jitter: Callable[[], float] = random.random,
    ) -> None:
        """``on_failed`` runs in the transaction that gives a message up; ``side_by_side`` bounds the chats at once."""
        self._database = database
        self._sender = sender
        self._wall = wall
        self._on_failed = on_failed
        self._side_by_side = side_by_side
        self._jitter = jitter
        self._wake = asyncio.Event()
        self._sending: set[asyncio.Task[None]] = set()
        self._loop: asyncio.AbstractEventLoop | None = None
        self._running: asyncio.Task[None] | None = None

    async def start(self) -> None:
        """Begins. On SQLite, where there is one process, claims left by one that was killed are void."""
        if self._database.lite:
            await self._database.write(claims.void)
        self._loop = asyncio.get_running_loop()
        self._running = asyncio.create_task(self._run())

    async def stop(self, grace: float = 5.0) -> None:
        """Gives messages on their way ``grace`` seconds; what is not sent by then stays in the outbox."""
        if self._running is not None:
            self._running.cancel()
            await asyncio.wait([self._running])
        if self._sending:
            await asyncio.wait(self._sending, timeout=grace)
        for task in self._sending:
            task.cancel()

    def nudge(self) -> None:
        """Tells that something was posted, after the commit; from any thread."""
        if self._loop is not None:
            self._loop.call_soon_threadsafe(self._wake.set)

    async def _run(self) -> None:
        while True:
            self._wake.clear()
            try:
                await self._turn()
            except Exception as error:
                # The message of a database error quotes its parameters, which are people's words.
                _log.error("the outbox could not be read: %s", type(error).__name__)
            try:
                async with asyncio.timeout(EVERY):
                    await self._wake.wait()
            except TimeoutError:
                continue

    async def _turn(self) -> None:
        """Starts what is due, as far as there is room."""
        room = self._side_by_side - len(self._sending)
        now = self._wall.now()
        # Looked at first, so that an idle relay never takes SQLite's write lock.
        if room <= 0 or not await self._database.read(lambda tx: claims.pending(tx, now) and claims.due(tx, now, 1)):
            return
        for claim in await self._database.write(lambda tx: claims.take(tx, now, now + LEASE, room)):
            task = asyncio.create_task(self._deliver(claim))
            self._sending.add(task)
            task.add_done_callback(self._done)

    def _done(self, task: asyncio.Task[None]) -> None:
        self._sending.discard(task)
        self._wake.set()
        if not task.cancelled() and (error := task.exception()) is not None:
            # The row stays claimed until its lease runs out, then it is tried again.
            _log.error("a message could not be handled: %s", type(error).__name__)

    async def _deliver(self, claim: claims.Claim) -> None:
        try:
            sent = await self._sender.send(claim.chat, claim.activity, claim.activity_id)
        except MessageGone:
            await self._database.write(lambda tx: claims.lost(tx, claim))
        except SendRefused as error:
            refused = str(error)
            _log.warning("message %s given up: %s", claim.key, refused)
            await self._database.write(lambda tx: claims.give_up(tx, claim, refused, self._on_failed))
        except SendLater as error:
            said, delay = str(error), self._delay(claim.attempts, error.retry_after)
            _log.warning("message %s is tried again in %.0f s: %s", claim.key, delay, said)
            until = self._wall.now() + timedelta(seconds=delay)
            await self._database.write(lambda tx: claims.put_off(tx, claim, until, said))
        else:
            now = self._wall.now()
            await self._database.write(lambda tx: claims.sent(tx, claim, sent, now))

    def _delay(self, attempts: int, retry_after: float | None) -> float:
        """Seconds to wait: doubling, spread by a fifth either way, and never less than the channel asked for."""
        backoff: float = min(_LAST, _FIRST * 2 ** min(attempts, 20)) * (0.8 + 0.4 * self._jitter())
        return max(backoff, retry_after or 0.0)
