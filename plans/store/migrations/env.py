"""Alembic's entry: always online, always on the connection that ``plans.store.migrate`` hands over."""

from __future__ import annotations

from typing import Any, Literal

from alembic import context
from sqlalchemy.sql.schema import SchemaItem
from sqlmodel import SQLModel
from sqlmodel.sql.sqltypes import AutoString

from plans.store import tables
from plans.store.columns import Instant

OURS = SQLModel.metadata
assert tables.__name__, "importing the tables is what fills the metadata"


def ours(item: SchemaItem, name: str | None, kind: str, reflected: bool, other: SchemaItem | None) -> bool:
    """The engine keeps its tables in the same SQLite file: autogenerate would drop them."""
    return kind != "table" or name in OURS.tables


def plain(kind: str, item: Any, _context: Any) -> str | Literal[False]:
    """Column types as the database knows them: a revision must not change when our code does."""
    if kind != "type":
        return False
    return "sa.String()" if isinstance(item, AutoString) else "sa.BigInteger()" if isinstance(item, Instant) else False


context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=OURS,
    include_object=ours,
    compare_type=True,
    render_as_batch=True,
    render_item=plain,
)
with context.begin_transaction():
    context.run_migrations()
