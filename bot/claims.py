"""Who is sending which message: the outbox's rows, claimed for a while by one worker.

A chat's next message is its pending row of the lowest number; as long as any row of the chat is claimed, nobody takes
another, so that a chat is always served by one worker. A claim that has run out is taken over; what its former holder
then reports is recorded nowhere. All instants are the wall clock's.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import false, text
from sqlmodel import Session, and_, col, func, or_, select, update

from plans.store.tables import ChatRow, MessageRow

_LOCK = 0x57E3A2D
"""Names the outbox among PostgreSQL's advisory locks."""


@dataclass(frozen=True)
class Claim:
    """A message as it stood when it was claimed."""

    key: str
    chat: ChatRow
    activity: dict[str, Any]
    version: int
    activity_id: str | None
    attempts: int
    until: datetime
    """The claim's end; with the key it tells this claim from any other."""


def serialise(tx: Session) -> None:
    """From here to the commit no other transaction numbers or claims messages.

    Otherwise two could both take the same number, or two workers two messages of one chat.
    """
    if tx.get_bind().dialect.name == "postgresql":
        tx.execute(text("SELECT pg_advisory_xact_lock(:name)"), {"name": _LOCK})
    else:
        # The sqlite3 module begins a transaction, and with it takes the write lock, at the first change only.
        tx.exec(update(MessageRow).where(false()).values(number=0))


def next_number(tx: Session) -> int:
    return (tx.exec(select(func.max(MessageRow.number))).one() or 0) + 1


def pending(tx: Session, now: datetime) -> bool:
    """Whether any message's time has come, its chat free or not: one look into an index, for asking often."""
    some = select(MessageRow.key).where(MessageRow.state == "pending", MessageRow.not_before <= now).limit(1)
    return tx.exec(some).first() is not None


def due(tx: Session, now: datetime, most: int) -> list[str]:
    """Keys of the messages that can be sent now: at most one per chat, oldest first."""
    claimed = select(MessageRow.chat).where(col(MessageRow.claimed_until) > now)
    heads = (
        select(func.min(MessageRow.number).label("number"), col(MessageRow.chat).label("chat"))
        .where(MessageRow.state == "pending", col(MessageRow.chat).not_in(claimed))
        .group_by(col(MessageRow.chat))
        .subquery()
    )
    return list(
        tx.exec(
            select(MessageRow.key)
            .join(heads, and_(col(MessageRow.number) == heads.c.number, col(MessageRow.chat) == heads.c.chat))
            .where(MessageRow.not_before <= now)
            .order_by(col(MessageRow.number))
            .limit(most)
        )
    )


def take(tx: Session, now: datetime, until: datetime, most: int) -> list[Claim]:
    """Claims what is due."""
    serialise(tx)
    claims = []
    for key in due(tx, now, most):
        free = or_(col(MessageRow.claimed_until).is_(None), col(MessageRow.claimed_until) <= now)
        guarded = update(MessageRow).where(col(MessageRow.key) == key, col(MessageRow.state) == "pending", free)
        if tx.exec(guarded.values(claimed_until=until)).rowcount != 1:
            continue
        row = tx.get_one(MessageRow, key)
        chat = tx.get(ChatRow, row.chat)
        if chat is None:
            row.state, row.error = "failed", "Steward has never been in this chat."
            continue
        claims.append(Claim(key, chat, row.activity, row.version, row.activity_id, row.attempts, until))
    return claims


def void(tx: Session) -> None:
    """Frees every claim: its holder is known to be gone."""
    tx.exec(update(MessageRow).where(col(MessageRow.claimed_until).is_not(None)).values(claimed_until=None))


def _held(tx: Session, claim: Claim) -> MessageRow | None:
    """The claimed row, freed; None when the claim has been taken over."""
    row = tx.get(MessageRow, claim.key, with_for_update=True)
    if row is None or row.claimed_until != claim.until:
        return None
    row.claimed_until = None
    tx.add(row)
    return row


def sent(tx: Session, claim: Claim, activity_id: str, now: datetime) -> None:
    """Teams shows the version that was claimed; a newer one stays pending."""
    row = _held(tx, claim)
    if row is None:
        return
    row.sent_version, row.sent_at, row.attempts, row.error = claim.version, now, 0, ""
    if row.chat == claim.chat.id:
        row.activity_id = activity_id
    if row.version == claim.version:
        row.state = "sent"


def put_off(tx: Session, claim: Claim, until: datetime, why: str) -> None:
    """It is tried again later; the chat waits for it."""
    row = _held(tx, claim)
    if row is not None:
        row.attempts, row.not_before, row.error = row.attempts + 1, until, why


def lost(tx: Session, claim: Claim) -> None:
    """The message is gone from Teams: its row is posted anew."""
    row = _held(tx, claim)
    if row is not None:
        row.activity_id = None


def give_up(tx: Session, claim: Claim, why: str, tell: Callable[[Session, MessageRow], None] | None) -> None:
    """It will never be shown as it is; a newer version still gets its chance."""
    row = _held(tx, claim)
    if row is None or row.version != claim.version:
        return
    row.state, row.error = "failed", why
    if tell is not None:
        tell(tx, row)
