"""Brings a database's tables to what the code expects. The engine's own tables are the engine's affair.

There are installations to keep, so each change of ``plans.store.tables`` is a revision of its own: ``python -m
plans.store.migrate "forecasts and what came true"`` writes what is missing as the next one.
"""

from __future__ import annotations

import sys
from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.util.exc import CommandError
from sqlalchemy import Connection, create_engine, text
from sqlalchemy.pool import StaticPool

from plans.errors import SetupError
from plans.store.database import Database

_FOLDER = Path(__file__).parent / "migrations"
_LOCK = 0x57E3A2D
"""Any number: PostgreSQL's advisory lock under which one worker at a time upgrades."""


def upgrade(database: Database) -> None:
    """All or nothing, and harmless to repeat, also from several workers at once.

    Raises SetupError when the database was made by a newer Steward.
    """
    with database.engine.connect() as connection:
        if database.lite:
            # pysqlite would begin at the first INSERT only, and leave half a schema behind a kill (Python 3.11).
            connection.exec_driver_sql("BEGIN IMMEDIATE")
        else:
            connection.execute(text("SELECT pg_advisory_xact_lock(:lock)"), {"lock": _LOCK})
        try:
            command.upgrade(configuration(connection), "head")
        except CommandError as error:
            raise SetupError(
                "This database was made by a newer Steward. "
                "Run that one, or point STEWARD_HOME (or DATABASE_URL) somewhere else."
            ) from error
        connection.commit()


def write_next(words: str) -> None:
    """Writes the revision that is missing between the last one and the tables; alembic says where."""
    number = len(list((_FOLDER / "versions").glob("*.py"))) + 1
    engine = create_engine("sqlite://", poolclass=StaticPool)
    with engine.connect() as connection:
        command.upgrade(configuration(connection), "head")
        command.revision(configuration(connection), words, autogenerate=True, rev_id=f"{number:04d}")
    engine.dispose()


def configuration(connection: Connection) -> Config:
    """Alembic's, for its commands to run on that connection; no ini file."""
    config = Config()
    config.set_main_option("script_location", str(_FOLDER).replace("%", "%%"))
    config.set_main_option("path_separator", "os")
    config.attributes["connection"] = connection
    return config


if __name__ == "__main__":
    write_next(sys.argv[1])
