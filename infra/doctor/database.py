"""The database, looked at without changing it: is it there, can it be read, and do its tables fit this code?"""

from __future__ import annotations

import sqlite3
from contextlib import closing
from enum import Enum
from pathlib import Path
from typing import Any, Final
from urllib.parse import quote

from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, Engine, create_engine, inspect
from sqlalchemy.engine import make_url
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.pool import NullPool

from infra.doctor.finding import Check, Finding, Level
from infra.doctor.serving import Answer, local, who
from infra.settings import Settings
from plans.errors import SetupError
from plans.store import migrate

_CONNECT: Final = 4
"""Seconds to connect, below a check's own limit: a thread cannot be stopped from outside."""
_REASONS: Final = (
    ("refused", "nothing listens there"),
    ("authentication", "it does not accept the user or the password"),
    ("does not exist", "it has no such database or user"),
    ("resolve", "its host is not known"),
    ("translate host", "its host is not known"),
    ("timeout", "it does not answer"),
    ("closed the connection", "it hangs up"),
    ("not a database", "the file is no SQLite database"),
    ("unable to open", "the file cannot be opened"),
    ("locked", "the file is locked"),
)
"""What a driver says, and what of that is told. Its own words may repeat the address, password included."""


class Schema(Enum):
    """How the tables stand to this code."""

    ABSENT = "is made at the first start"
    EMPTY = "is there and empty; its tables are made at the first start"
    CURRENT = "is up to date"
    OLDER = "is older than this code; it is upgraded at the next start"
    NEWER = "was made by a newer Steward"


def check(told: Settings) -> Check:
    return Check("database", lambda: look(told), Level.PROBLEM)


async def look(told: Settings) -> Finding:
    named = "the PostgreSQL of DATABASE_URL" if _server(told) else str(_file(told))
    try:
        found = schema(told)
        taken = not _server(told) and _held(_file(told))
    except SetupError as error:
        return Finding(
            "database", Level.PROBLEM, f"{named}: {error}", "Set DATABASE_URL right, or start what it names."
        )
    if found is Schema.NEWER:
        way_on = "Run that one, or point STEWARD_HOME (or DATABASE_URL) somewhere else."
        return Finding("database", Level.PROBLEM, f"{named} {found.value}", way_on)
    if taken and await who(local(told)) is not Answer.STEWARD:
        said = f"{named} is in use by a Steward that does not serve on port {told.port}"
        return Finding("database", Level.PROBLEM, said, "Stop that one, or give this one a STEWARD_HOME of its own.")
    return Finding("database", Level.OK, f"{named} {found.value}")


def schema(told: Settings) -> Schema:
    """Raises SetupError, in words of ours, when the database cannot be read."""
    try:
        if not _server(told) and not _file(told).exists():
            return _to_be_made(told)
        with _engine(told).connect() as connection:
            return _compared(connection)
    except (SQLAlchemyError, sqlite3.Error, ValueError) as error:
        known = str(error).lower()
        raise SetupError(next((said for sign, said in _REASONS if sign in known), "it cannot be read")) from None


def _server(told: Settings) -> bool:
    return not told.database.startswith("sqlite")


def _file(told: Settings) -> Path:
    return Path(told.database.removeprefix("sqlite:///"))


def _to_be_made(told: Settings) -> Schema:
    if told.database_url and not _file(told).parent.is_dir():
        raise SetupError("its folder does not exist")
    return Schema.ABSENT


def _engine(told: Settings) -> Engine:
    if _server(told):
        if make_url(told.database).drivername.partition("+")[0] != "postgresql":
            raise SetupError("only postgresql://… and sqlite:///… are served")
        limits: dict[str, Any] = {"connect_timeout": _CONNECT, "options": f"-c statement_timeout={_CONNECT * 1000}"}
        url = told.database.replace("postgresql:", "postgresql+psycopg:", 1)
        return create_engine(url, poolclass=NullPool, connect_args=limits)
    # Read only: opening it as the store does would make a file, or turn one into WAL.
    address = f"file:{quote(str(_file(told)))}?mode=ro"
    return create_engine("sqlite://", poolclass=NullPool, creator=lambda: sqlite3.connect(address, 1.0, uri=True))


def _compared(connection: Connection) -> Schema:
    at = MigrationContext.configure(connection).get_current_revision()
    if at is None:
        return Schema.OLDER if inspect(connection).get_table_names() else Schema.EMPTY
    revisions = ScriptDirectory.from_config(migrate.configuration(connection))
    if at == revisions.get_current_head():
        return Schema.CURRENT
    return Schema.OLDER if at in {known.revision for known in revisions.walk_revisions()} else Schema.NEWER


def _held(file: Path) -> bool:
    """Whether a process has the database to itself (``plans.engine.sole``): its lock shuts readers out too."""
    lock = Path(f"{file}.lock")
    if not lock.exists():
        return False
    with closing(sqlite3.connect(f"file:{quote(str(lock))}?mode=ro", 0.0, uri=True)) as connection:
        try:
            connection.execute("SELECT name FROM sqlite_master").fetchall()
        except sqlite3.OperationalError as error:
            if "locked" in str(error):
                return True
            raise
    return False
