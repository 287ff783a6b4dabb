"""The database is judged without being touched."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pytest
from sqlalchemy import text

from infra.doctor.finding import Finding, Level
from infra.doctor.run import diagnose
from plans.store import migrate
from plans.store.database import Database
from tests.integration.infra.conftest import PATIENCE, Ask


@pytest.fixture(params=["sqlite", "postgresql"])
def url(request: pytest.FixtureRequest, tmp_path: Path, environment: pytest.MonkeyPatch) -> str:
    lite = request.param == "sqlite"
    found = f"sqlite:///{tmp_path}/steward.db" if lite else str(request.getfixturevalue("postgres_url"))
    environment.setenv("DATABASE_URL", found)
    return found


def _upgraded(url: str, revision: str = "") -> None:
    with closing(Database(url)) as database:
        migrate.upgrade(database)
        if revision:
            with database.engine.begin() as connection:
                connection.execute(text("UPDATE alembic_version SET version_num = :at"), {"at": revision})


async def test_a_database_that_fits_is_up_to_date(url: str, ask: Ask) -> None:
    _upgraded(url)
    finding = (await ask())["database"]
    assert (finding.level, finding.said.endswith("is up to date")) == (Level.OK, True)


async def test_a_database_of_a_newer_steward_is_a_problem(url: str, ask: Ask) -> None:
    _upgraded(url, "9999")
    finding = (await ask())["database"]
    assert finding.level is Level.PROBLEM
    assert finding.said.endswith("was made by a newer Steward")
    assert "STEWARD_HOME" in finding.do


async def test_an_empty_database_gets_its_tables_at_the_first_start(url: str, ask: Ask) -> None:
    Database(url).close()
    finding = (await ask())["database"]
    assert (finding.level, "made at the first start" in finding.said) == (Level.OK, True)


async def test_an_older_database_is_upgraded_at_the_next_start(
    url: str, ask: Ask, monkeypatch: pytest.MonkeyPatch
) -> None:
    _upgraded(url)
    monkeypatch.setattr("alembic.script.ScriptDirectory.get_current_head", lambda _: "0999")
    finding = (await ask())["database"]
    assert (finding.level, "upgraded at the next start" in finding.said) == (Level.OK, True)


def test_looking_makes_no_file_and_changes_none(environment: pytest.MonkeyPatch, tmp_path: Path) -> None:
    file = tmp_path / "steward.db"
    environment.setenv("DATABASE_URL", f"sqlite:///{file}")
    assert "made at the first start" in _told().said
    assert not list(tmp_path.iterdir())
    with closing(sqlite3.connect(file)) as connection:
        connection.execute("CREATE TABLE theirs (id INTEGER)")
    before = file.read_bytes()
    assert _told().level is Level.OK
    assert [path.name for path in tmp_path.iterdir()] == ["steward.db"]
    assert file.read_bytes() == before


def _told() -> Finding:
    return next(finding for finding in diagnose(PATIENCE) if finding.check == "database")


def _garbage(folder: Path) -> str:
    (folder / "garbage.db").write_text("no database at all " * 100)
    return f"sqlite:///{folder}/garbage.db"


@pytest.mark.parametrize(
    ("made", "said"),
    [
        (_garbage, "the file is no SQLite database"),
        (lambda folder: f"sqlite:///{folder}/nowhere/steward.db", "its folder does not exist"),
        (lambda folder: f"sqlite:///{folder}", "it cannot be read"),
        (lambda folder: "mysql://localhost/steward", "only postgresql"),
        (lambda folder: "postgresql://ann@127.0.0.1:1/steward", "nothing listens there"),
        (lambda folder: "postgresql://ann@nowhere.invalid/steward", "its host is not known"),
        (lambda folder: "nonsense", "it cannot be read"),
    ],
)
async def test_a_database_that_cannot_be_used_is_a_problem_with_its_reason(
    made: Callable[[Path], str], said: str, environment: pytest.MonkeyPatch, tmp_path: Path, ask: Ask
) -> None:
    environment.setenv("DATABASE_URL", made(tmp_path))
    finding = (await ask())["database"]
    assert finding.level is Level.PROBLEM
    assert said in finding.said
    assert "DATABASE_URL" in finding.do


async def test_a_database_that_the_server_does_not_have_is_a_problem(
    environment: pytest.MonkeyPatch, postgres_url: str, ask: Ask
) -> None:
    environment.setenv("DATABASE_URL", postgres_url.replace("/t", "/u", 1))
    finding = (await ask())["database"]
    assert (finding.level, "has no such database" in finding.said) == (Level.PROBLEM, True)
