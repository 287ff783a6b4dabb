"""The rehearsal's clock and its row: held while somebody is asked, kept through restarts."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest
from sqlmodel import Session, select

from plans.store.clock import DOWNTIME, PlanClock
from plans.store.database import Database
from plans.store.tables import AskRow, PlanClockRow
from tests.doubles.clock import ManualClock

DAY = timedelta(days=1)


def opened(database: Database, clock: PlanClock, at: datetime) -> None:
    def ask(tx: Session) -> None:
        ask = AskRow(
            id="a1", kind="revision", entity="p:1", chat="c", allowed=[], hash="h", notice={}, message="m", asked_at=at
        )
        tx.add(ask)
        clock.rebase(tx)

    database.write_now(ask)


def closed(database: Database, clock: PlanClock) -> None:
    def answer(tx: Session) -> None:
        row = tx.get_one(AskRow, "a1")
        row.state = "answered"
        clock.rebase(tx)

    database.write_now(answer)


@pytest.fixture
def plan(database: Database, clock: ManualClock) -> PlanClock:
    found = PlanClock(clock, day_seconds=10)
    database.write_now(found.load)
    return found


def test_it_stands_still_while_somebody_is_asked_and_goes_on_from_there(
    database: Database, clock: ManualClock, plan: PlanClock
) -> None:
    start = plan.now()
    clock.forward(seconds=10)
    opened(database, plan, clock.now())
    clock.forward(seconds=600)
    assert plan.now() == start + DAY
    assert plan.wall_delay(start + 2 * DAY) is None
    assert plan.wall_delay(start) == 0
    closed(database, plan)
    assert plan.now() == start + DAY
    clock.forward(seconds=10)
    assert plan.now() == start + 2 * DAY


def test_it_goes_on_across_a_restart(database: Database, clock: ManualClock, plan: PlanClock) -> None:
    start = plan.now()
    clock.forward(seconds=20)
    database.write_now(plan.rebase)
    clock.forward(seconds=3)
    after = PlanClock(clock, day_seconds=10)
    database.write_now(after.load)
    assert after.now() == plan.now() == start + 2.3 * DAY


def test_a_night_switched_off_does_not_count(database: Database, clock: ManualClock, plan: PlanClock) -> None:
    start = plan.now()
    clock.forward(hours=12)
    after = PlanClock(clock, day_seconds=10)
    database.write_now(after.load)
    assert after.now() == start + DOWNTIME / timedelta(seconds=10) * DAY


def test_what_was_asked_before_a_restart_still_holds_it(
    database: Database, clock: ManualClock, plan: PlanClock
) -> None:
    opened(database, plan, clock.now())
    start = plan.now()
    clock.forward(seconds=5)
    after = PlanClock(clock, day_seconds=10)
    database.write_now(after.load)
    clock.forward(seconds=5)
    assert after.now() == start


def test_a_transaction_that_rolls_back_does_not_hold_it(
    database: Database, clock: ManualClock, plan: PlanClock
) -> None:
    def fails(tx: Session) -> None:
        tx.add(
            AskRow(
                id="a1",
                kind="act",
                entity="d",
                chat="c",
                allowed=[],
                hash="",
                notice={},
                message="",
                asked_at=clock.now(),
            )
        )
        plan.rebase(tx)
        raise KeyError

    start = plan.now()
    with pytest.raises(KeyError):
        database.write_now(fails)
    clock.forward(seconds=10)
    assert plan.now() == start + DAY


def test_in_ordinary_use_nothing_holds_it_and_nothing_is_stored(database: Database, clock: ManualClock) -> None:
    plan = PlanClock(clock)
    database.write_now(plan.load)
    opened(database, plan, clock.now())
    clock.forward(days=1)
    assert plan.now() == clock.now()
    assert database.read_now(lambda tx: tx.exec(select(PlanClockRow)).all()) == []
