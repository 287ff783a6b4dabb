"""The database that the settings name, with its tables up to date."""

from __future__ import annotations

from infra import settings
from infra.settings import Settings
from plans.store import migrate
from plans.store.database import Database


def opened(told: Settings) -> Database:
    """Raises SetupError when the home folder cannot be used, or the database is a newer Steward's."""
    settings.make_home(told.home)
    database = Database(told.database)
    migrate.upgrade(database)
    return database
