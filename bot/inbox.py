"""Every activity once: what Teams sends is stored, and its continuation with it, in one transaction.

Teams sends an activity again when it thinks that the first one was lost (up to four times); the row's key makes the
others no-ops. People and chats are kept up to date on the way, because the address to answer to may change.
"""

from __future__ import annotations

from datetime import datetime
from typing import Protocol

from sqlmodel import Session, col, select

from bot.incoming import Incoming
from bot.rows import insert_once, insert_or_update
from plans.ports.time import Clock
from plans.store.database import Database
from plans.store.tables import ChatRow, InboundRow, PersonRow

TURN = "turn"
"""The kind of the continuation that handles what was received; its entity is the row's id."""


class Enqueuer(Protocol):
    def enqueue(self, tx: Session, kind: str, entity: str, seq: int, delay: float = 0.0) -> None:
        """Starts a continuation when the transaction commits."""
        ...


class Inbox:
    """Stores what arrives and has it handled."""

    def __init__(self, database: Database, engine: Enqueuer, wall: Clock) -> None:
        self._database = database
        self._engine = engine
        self._wall = wall

    async def receive(self, incoming: Incoming) -> None:
        """Never call it with an invoke: a click may carry a one-time code, and this stores what it is given.

        Raises ValueError for one.
        """
        if incoming.kind == "invoke":
            raise ValueError("an invoke is not stored")
        now = self._wall.now()
        await self._database.write(lambda tx: self._store(tx, incoming, now))

    def _store(self, tx: Session, incoming: Incoming, now: datetime) -> None:
        row = InboundRow(id=incoming.key, at=now, activity=incoming.model_dump(mode="json"))
        # First of all, so that on SQLite everything below happens under the write lock.
        if not insert_once(tx, row):
            return
        remember(tx, incoming)
        self._engine.enqueue(tx, TURN, incoming.key, 0)


def remember(tx: Session, incoming: Incoming) -> None:
    """Keeps what the activity tells about its chat and its sender."""
    chat, person = incoming.chat, incoming.person
    insert_or_update(
        tx,
        ChatRow(**chat.model_dump()),
        *("kind", "service_url", "tenant", "bot_id"),
        *(("name",) if chat.name else ()),
    )
    if person.teams_id == chat.bot_id:
        return
    personal = chat.kind == "personal"
    insert_or_update(
        tx,
        PersonRow(**person.model_dump(), personal_chat=chat.id if personal else None),
        "teams_id",
        *(("name",) if person.name else ()),
        *(("personal_chat",) if personal else ()),
    )


def load(tx: Session, inbound: str) -> Incoming | None:
    """What was received under that key; None when it was handled already, or never came."""
    row = tx.get(InboundRow, inbound)
    if row is None or row.handled_at is not None:
        return None
    return Incoming.model_validate(row.activity)


def mark_handled(tx: Session, inbound: str, now: datetime) -> bool:
    """Tells that the activity's work is done. False: somebody has done so before."""
    row = tx.get(InboundRow, inbound, with_for_update=True)
    if row is None or row.handled_at is not None:
        return False
    row.handled_at = now
    tx.add(row)
    return True


def unhandled(tx: Session) -> list[tuple[str, int]]:
    """What should have a continuation, for the engine's sweep: (entity, seq)."""
    rows = tx.exec(select(InboundRow.id).where(col(InboundRow.handled_at).is_(None)))
    return [(found, 0) for found in rows]
