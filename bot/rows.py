"""Inserts that do not mind finding the row there already, the same on SQLite and PostgreSQL."""

from __future__ import annotations

from typing import Any

from sqlalchemy.dialects import postgresql, sqlite
from sqlmodel import Session, SQLModel


def insert_once(tx: Session, row: SQLModel) -> bool:
    """Inserts the row unless its key is taken; tells whether it did. On PostgreSQL it waits for whoever is ahead."""
    statement = _insert(tx, row).on_conflict_do_nothing().returning(*type(row).__table__.primary_key)  # type: ignore[attr-defined]
    return tx.execute(statement).first() is not None


def insert_or_update(tx: Session, row: SQLModel, *columns: str) -> None:
    """Inserts the row, or brings these columns of the one with its key up to date."""
    insert = _insert(tx, row)
    key = type(row).__table__.primary_key  # type: ignore[attr-defined]
    changed = {column: insert.excluded[column] for column in columns}
    tx.execute(insert.on_conflict_do_update(index_elements=list(key), set_=changed))


def _insert(tx: Session, row: SQLModel) -> Any:
    dialect = sqlite if tx.get_bind().dialect.name == "sqlite" else postgresql
    return dialect.insert(type(row)).values(**row.model_dump())
