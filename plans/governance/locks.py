"""Holding a row to the end of the transaction, on SQLite and PostgreSQL alike."""

from __future__ import annotations

from typing import TypeVar

from sqlalchemy import inspect, update
from sqlmodel import Session, SQLModel

Row = TypeVar("Row", bound=SQLModel)


def hold(tx: Session, table: type[Row], key: str) -> Row | None:
    """The row as it now stands, held against every other writer until the transaction ends; None if there is none.

    ``SELECT … FOR UPDATE`` means nothing on SQLite, where a read does not even begin a transaction: two writers could
    read the same state and both act on it. An update that changes nothing takes the lock on either database.
    """
    tx.flush()  # or reading the row anew would lose what the session has not written yet
    column = inspect(table).primary_key[0]
    tx.execute(
        update(table).where(column == key).values({column.name: key}).execution_options(synchronize_session=False)
    )
    return tx.get(table, key, populate_existing=True)
