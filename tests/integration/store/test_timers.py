"""Timers are rows of the transaction that sets them."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from sqlmodel import Session, select

from plans.store.database import Database
from plans.store.tables import TimerRow
from plans.store.timers import clear_timer, set_timer

NOON = datetime(2026, 11, 20, 12, 0, tzinfo=UTC)


def timers(database: Database) -> list[tuple[str, datetime, str, str, str]]:
    return database.read_now(
        lambda tx: [(row.key, row.due_at, row.clock, row.kind, row.entity) for row in tx.exec(select(TimerRow))]
    )


def test_setting_a_timer_again_moves_it(either: Database) -> None:
    either.write_now(lambda tx: set_timer(tx, "k", NOON, "plan", "slip", "NA-1"))
    later = NOON + timedelta(microseconds=1)
    either.write_now(lambda tx: set_timer(tx, "k", later, "wall", "poll", "d1"))
    assert timers(either) == [("k", later, "wall", "poll", "d1")]


def test_a_timer_goes_with_the_transaction_that_set_it(either: Database) -> None:
    def work(tx: Session) -> None:
        set_timer(tx, "k", NOON, "plan", "slip", "NA-1")
        raise KeyError

    with pytest.raises(KeyError):
        either.write_now(work)
    assert timers(either) == []


def test_clearing_takes_the_one_timer_and_asks_for_none(either: Database) -> None:
    def work(tx: Session) -> None:
        set_timer(tx, "a", NOON, "wall", "poll", "x")
        set_timer(tx, "b", NOON, "wall", "poll", "x")
        clear_timer(tx, "a")
        clear_timer(tx, "never set")

    either.write_now(work)
    assert [key for key, *_ in timers(either)] == ["b"]


def test_a_naive_instant_is_refused(database: Database) -> None:
    with pytest.raises(Exception, match="naive"):
        database.write_now(lambda tx: set_timer(tx, "k", datetime(2026, 11, 20), "wall", "poll", "d"))  # noqa: DTZ001
