"""Lost continuations are found again; what ended long ago is forgotten."""

from __future__ import annotations

import logging
from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest
from sqlmodel import Session, select

from plans.engine import Engine
from plans.engine.continuations import Continuations
from plans.engine.housekeeping import Housekeeping
from plans.store.clock import PlanClock
from plans.store.database import Database
from plans.store.tables import PersonRow, PlanClockRow
from tests.doubles.clock import ManualClock
from tests.integration.engine.conftest import Seen, states

Make = Callable[[Database], Engine]


def everybody(tx: Session) -> list[tuple[str, int]]:
    return [(person, 1) for person in tx.exec(select(PersonRow.id))]


def add(database: Database, person: str) -> None:
    database.write_now(lambda tx: tx.add(PersonRow(id=person, teams_id="", name="")))


async def test_what_lost_its_continuation_gets_one_at_the_start_and_each_minute(
    either: Database, clock: ManualClock, engines: Make
) -> None:
    engine, seen = engines(either), Seen()
    engine.on("greet", seen)
    engine.sweep("greet", everybody)
    add(either, "ana")
    await engine.start()
    await seen.until(1)
    add(either, "bob")
    clock.forward(seconds=60)
    engine.nudge()
    await seen.until(2)
    assert seen.calls == [("ana", 1), ("bob", 1)]


async def test_sweeps_come_once_a_minute_and_enqueue_only_what_is_missing(
    database: Database, clock: ManualClock, engine: Engine
) -> None:
    engine.prepare()
    continuations, asked = Continuations(database), []
    keeping = Housekeeping(database, continuations, clock, PlanClock(clock))

    def find(tx: Session) -> list[tuple[str, int]]:
        asked.append(clock.now())
        return everybody(tx)

    keeping.sweep("greet", find)
    add(database, "ana")
    database.write_now(lambda tx: continuations.enqueue(tx, "greet", "ana", 1, delay=3600))
    add(database, "bob")
    await keeping.tidy()
    clock.forward(seconds=59)
    await keeping.tidy()
    assert len(asked) == 1
    assert states(database) == {"greet:ana:1": "DELAYED", "greet:bob:1": "ENQUEUED"}
    clock.forward(seconds=1)
    await keeping.tidy()
    assert len(asked) == 2


async def test_a_finder_that_fails_does_not_stop_the_others(
    database: Database, clock: ManualClock, engine: Engine, caplog: pytest.LogCaptureFixture
) -> None:
    engine.prepare()
    keeping = Housekeeping(database, Continuations(database), clock, PlanClock(clock))

    def fails(tx: Session) -> list[tuple[str, int]]:
        raise RuntimeError("message text")

    keeping.sweep("broken", fails)
    keeping.sweep("greet", everybody)
    add(database, "ana")
    await keeping.tidy()
    assert states(database) == {"greet:ana:1": "ENQUEUED"}
    assert [r.getMessage() for r in caplog.records if r.levelno == logging.ERROR] == [
        "sweep of broken failed (RuntimeError)"
    ]


async def test_what_ended_more_than_a_week_ago_is_forgotten_and_nothing_else(either: Database, engines: Make) -> None:
    engine, seen = engines(either), Seen()
    engine.on("greet", seen)
    await engine.start()
    await either.write(lambda tx: engine.enqueue(tx, "greet", "done", 1))
    await seen.until(1)
    await engine.stop(5)
    either.write_now(lambda tx: engine.enqueue(tx, "greet", "waiting", 1, delay=3600))

    clock = ManualClock(datetime.now(UTC) + timedelta(days=6))
    keeping = Housekeeping(either, Continuations(either), clock, PlanClock(clock))
    await keeping.tidy()
    assert set(states(either)) == {"greet:done:1", "greet:waiting:1"}
    clock.forward(days=2)
    await keeping.tidy()
    assert set(states(either)) == {"greet:waiting:1"}


async def test_a_rehearsals_clock_is_anchored_now_and_then(
    database: Database, clock: ManualClock, engine: Engine
) -> None:
    engine.prepare()
    plan = PlanClock(clock, day_seconds=10)
    database.write_now(plan.load)
    keeping = Housekeeping(database, Continuations(database), clock, plan)
    clock.forward(seconds=5)
    await keeping.tidy()
    row = database.read_now(lambda tx: tx.get_one(PlanClockRow, 1))
    assert (row.wall_at, row.plan_at) == (clock.now(), plan.now())
