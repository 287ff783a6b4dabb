"""Due timers: consumed in the transaction of what they cause, in batches, on both clocks."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable
from datetime import datetime, timedelta

import pytest
from sqlmodel import Session, select

from plans.engine import Engine
from plans.engine.alarm import LONGEST_SLEEP, Alarm
from plans.store.clock import PlanClock
from plans.store.database import Database
from plans.store.tables import AskRow, PersonRow, TimerRow
from plans.store.timers import ClockName, set_timer
from tests.doubles.clock import ManualClock
from tests.integration.engine.conftest import Seen

HOUR = timedelta(hours=1)


def plant(database: Database, due_at: datetime, clock: ClockName, *names: str) -> None:
    """Sets timers of kind ``slip``, named like their entities."""

    def work(tx: Session) -> None:
        for name in names:
            set_timer(tx, name, due_at, clock, "slip", name)

    database.write_now(work)


def timers(database: Database) -> dict[str, TimerRow]:
    return database.read_now(lambda tx: {row.key: row for row in tx.exec(select(TimerRow))})


def people(database: Database) -> list[str]:
    return sorted(database.read_now(lambda tx: tx.exec(select(PersonRow.id)).all()))


def met(tx: Session, rows: list[TimerRow]) -> None:
    """An effect in the database: one person per timer."""
    tx.add_all(PersonRow(id=row.entity, teams_id="", name="") for row in rows)
    tx.flush()


@pytest.fixture
def alarm(either: Database, clock: ManualClock) -> Alarm:
    return Alarm(either, clock, PlanClock(clock))


async def test_two_hundred_timers_due_at_once_are_one_batch(either: Database, clock: ManualClock, alarm: Alarm) -> None:
    batches: list[list[str]] = []

    def note(tx: Session, rows: list[TimerRow]) -> None:
        batches.append([row.entity for row in rows])
        met(tx, rows)

    alarm.when("slip", note)
    names = [f"{n:03}" for n in range(200)]
    plant(either, clock.now(), "plan", *names)
    await alarm.ring()
    assert batches == [names]
    assert people(either) == names
    assert timers(either) == {}


async def test_more_than_a_batch_is_done_in_one_ring(database: Database, clock: ManualClock) -> None:
    alarm, sizes = Alarm(database, clock, PlanClock(clock)), []
    alarm.when("slip", lambda tx, rows: sizes.append(len(rows)))
    plant(database, clock.now(), "wall", *map(str, range(1200)))
    await alarm.ring()
    assert sizes == [500, 500, 200]


async def test_only_what_is_due_is_taken_and_each_kind_by_its_own_handler(
    either: Database, clock: ManualClock, alarm: Alarm
) -> None:
    got: dict[str, list[str]] = {"a": [], "b": []}
    alarm.when("a", lambda tx, rows: got["a"].extend(row.entity for row in rows))
    alarm.when("b", lambda tx, rows: got["b"].extend(row.entity for row in rows))

    def four(tx: Session) -> None:
        set_timer(tx, "1", clock.now(), "wall", "b", "second")
        set_timer(tx, "2", clock.now() - HOUR, "wall", "b", "first")
        set_timer(tx, "3", clock.now(), "plan", "a", "other kind")
        set_timer(tx, "4", clock.now() + timedelta(microseconds=1), "wall", "a", "not due")

    either.write_now(four)
    await alarm.ring()
    assert got == {"a": ["other kind"], "b": ["first", "second"]}
    assert list(timers(either)) == ["4"]


async def test_a_failing_timer_is_put_off_alone_and_its_effects_are_undone(
    either: Database, clock: ManualClock, alarm: Alarm, caplog: pytest.LogCaptureFixture
) -> None:
    def fails_for_one(tx: Session, rows: list[TimerRow]) -> None:
        met(tx, rows)
        if any(row.entity == "bad" for row in rows):
            raise RuntimeError("the code is 123456")

    alarm.when("slip", fails_for_one)
    plant(either, clock.now(), "plan", "good", "bad", "fine")
    await alarm.ring()
    assert people(either) == ["fine", "good"]
    left = timers(either)
    assert {key: (row.due_at, row.clock) for key, row in left.items()} == {
        "bad": (clock.now() + timedelta(seconds=60), "wall")
    }
    assert [r.getMessage() for r in caplog.records if r.levelno == logging.ERROR] == [
        "timer bad failed (RuntimeError); again in a minute"
    ]
    assert "123456" not in caplog.text


async def test_a_timer_nobody_handles_is_put_off_too(database: Database, clock: ManualClock) -> None:
    alarm = Alarm(database, clock, PlanClock(clock))
    database.write_now(lambda tx: set_timer(tx, "k", clock.now(), "wall", "unheard-of", "x"))
    await alarm.ring()
    assert timers(database)["k"].due_at == clock.now() + timedelta(seconds=60)


async def test_a_handler_may_set_the_same_timer_again(either: Database, clock: ManualClock, alarm: Alarm) -> None:
    def again(tx: Session, rows: list[TimerRow]) -> None:
        for row in rows:
            set_timer(tx, row.key, clock.now() + HOUR, "plan", row.kind, row.entity)

    alarm.when("slip", again)
    either.write_now(lambda tx: set_timer(tx, "k", clock.now(), "plan", "slip", "x"))
    await alarm.ring()
    assert timers(either)["k"].due_at == clock.now() + HOUR


async def test_the_plans_timers_run_as_fast_as_the_plan(database: Database, clock: ManualClock) -> None:
    plan = PlanClock(clock, day_seconds=10)
    database.write_now(plan.load)
    alarm = Alarm(database, clock, plan)
    alarm.when("slip", met)
    tomorrow = clock.now() + timedelta(days=1)
    plant(database, tomorrow, "plan", "plan")
    plant(database, tomorrow, "wall", "wall")
    clock.forward(seconds=9.9)
    await alarm.ring()
    assert people(database) == []
    clock.forward(seconds=0.1)
    await alarm.ring()
    assert people(database) == ["plan"]
    clock.forward(days=1)
    await alarm.ring()
    assert people(database) == ["plan", "wall"]


async def test_the_plans_timers_stand_while_somebody_is_asked(database: Database, clock: ManualClock) -> None:
    plan = PlanClock(clock, day_seconds=10)
    database.write_now(plan.load)
    alarm = Alarm(database, clock, plan)
    alarm.when("slip", met)

    def ask(tx: Session) -> None:
        tx.add(
            AskRow(
                id="a",
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

    plant(database, clock.now() + timedelta(days=1), "plan", "plan")
    database.write_now(ask)
    clock.forward(days=1)
    await alarm.ring()
    assert people(database) == []
    assert await alarm.delay() == LONGEST_SLEEP


@pytest.mark.parametrize(("ahead", "delay"), [(0.2, 0.2), (3600, LONGEST_SLEEP), (-5, 0)])
async def test_it_sleeps_until_the_next_timer_or_half_a_second(
    database: Database, clock: ManualClock, ahead: float, delay: float
) -> None:
    alarm = Alarm(database, clock, PlanClock(clock))
    assert await alarm.delay() == LONGEST_SLEEP
    database.write_now(lambda tx: set_timer(tx, "w", clock.now() + timedelta(seconds=ahead), "wall", "x", "x"))
    assert await alarm.delay() == pytest.approx(delay)


async def test_a_running_engine_rings_by_itself_and_a_timer_leads_to_a_continuation(
    either: Database, clock: ManualClock, engines: Callable[[Database], Engine]
) -> None:
    engine, seen = engines(either), Seen()
    engine.on("wake", seen)

    def wake(tx: Session, rows: list[TimerRow]) -> None:
        for row in rows:
            engine.enqueue(tx, "wake", row.entity, 1)

    engine.when("slip", wake)
    await engine.start()
    plant(either, clock.now() + HOUR, "plan", "x")
    clock.forward(hours=1)
    await asyncio.to_thread(engine.nudge)
    await seen.until(1)
    assert timers(either) == {}
