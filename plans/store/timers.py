"""Timers are rows: set and cleared inside the transaction of what they belong to.

The engine takes what is due, on both clocks, in batches (``plans.engine``). A key names a timer for ever: setting it
again moves it. Timers set on the plan's clock run as fast, and stand as still, as that clock does.
"""

from __future__ import annotations

from datetime import datetime
from typing import Literal

from sqlalchemy import delete
from sqlalchemy.dialects import postgresql, sqlite
from sqlmodel import Session, col

from plans.store.tables import TimerRow

ClockName = Literal["plan", "wall"]


def set_timer(tx: Session, key: str, due_at: datetime, clock: ClockName, kind: str, entity: str) -> None:
    """Makes the timer fall due at that instant (UTC, aware) of that clock, or moves it there.

    Written past the session's own objects, so that a timer can be set again while its old row is being consumed.
    """
    insert = sqlite.insert if tx.get_bind().dialect.name == "sqlite" else postgresql.insert
    changed = {"clock": clock, "due_at": due_at, "kind": kind, "entity": entity}
    tx.execute(insert(TimerRow).values(key=key, **changed).on_conflict_do_update(index_elements=["key"], set_=changed))


def clear_timer(tx: Session, key: str) -> None:
    """Takes the timer away; there need not be one."""
    tx.execute(delete(TimerRow).where(col(TimerRow.key) == key).execution_options(synchronize_session=False))
