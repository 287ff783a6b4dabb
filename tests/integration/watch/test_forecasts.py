"""Forecasts are made every Monday and judged every night, by code alone."""

from __future__ import annotations

import threading
from datetime import date, datetime, timedelta
from typing import Any

import pytest
from sqlmodel import select

from plans.engine import Engine
from plans.engine.alarm import Alarm
from plans.governance.revisions import Revisions
from plans.model.calendar import day_end
from plans.model.edits import DropItem
from plans.model.forecast import Forecast, forecast
from plans.model.plan import Item
from plans.store import plans
from plans.store.clock import PlanClock
from plans.store.database import Database
from plans.store.tables import ForecastRow, RevisionRow, TimerRow
from plans.watch.forecasts import NIGHTLY, WEEKLY, Forecasts
from plans.words import ItemId, ItemState
from tests.doubles.clock import ManualClock
from tests.integration.governance.world import ADA, NOW, SLUG, Board, asks, plan_of, proposed, task

ONE, TWO = ItemId("NA-1"), ItemId("NA-2")
SUNDAY, MONDAY, TUESDAY = (date(2026, 11, day) for day in (22, 23, 24))


class House:
    """An approved plan, forecast, with the engine's alarm to ring its timers; continuations are taken by hand."""

    def __init__(self, database: Database, clock: ManualClock, *items: Item) -> None:
        self.database, self.clock = database, clock
        self.plan_clock = PlanClock(clock)
        engine = Engine(database, {"wall": clock, "plan": self.plan_clock})
        engine.prepare()
        revisions = Revisions(asks(clock), Board(), engine, clock, self.plan_clock)
        self.forecasts = Forecasts(database, engine, revisions, self.plan_clock)
        self.alarm = Alarm(database, clock, self.plan_clock)
        self.alarm.when(WEEKLY, self.forecasts.on_monday)
        self.alarm.when(NIGHTLY, self.forecasts.on_night)
        first = database.write_now(lambda tx: proposed(tx, plan_of(*items)))
        database.write_now(lambda tx: revisions.sign(tx, tx.get_one(RevisionRow, first), ADA))

    async def pass_to(self, instant: datetime) -> None:
        self.clock.set(instant)
        await self.alarm.ring()

    def state(self, item: ItemId, state: ItemState) -> None:
        self.database.write_now(lambda tx: plans.set_item_state(tx, item, state))

    def kept(self) -> list[ForecastRow]:
        return list(self.database.read_now(lambda tx: tx.exec(select(ForecastRow)).all()))

    def timers(self) -> dict[str, datetime]:
        return {row.kind: row.due_at for row in self.database.read_now(lambda tx: tx.exec(select(TimerRow)).all())}

    def continuations(self) -> list[str]:
        with self.database.engine.connect() as connection:
            found = connection.exec_driver_sql("SELECT workflow_uuid FROM workflow_status").scalars().all()
        return [name for name in found if name.startswith(f"{WEEKLY}:")]


@pytest.fixture
def house(database: Database, clock: ManualClock) -> House:
    return House(database, clock, task(1, MONDAY, TUESDAY, days=2), task(2, TUESDAY, TUESDAY, after=(ONE,)))


async def test_a_plans_forecast_is_asked_for_each_monday_in_its_zone(house: House) -> None:
    assert house.timers() == {
        WEEKLY: day_end(SUNDAY, "Europe/Berlin"),
        NIGHTLY: day_end(date(2026, 11, 20), "Europe/Berlin"),
    }
    await house.pass_to(day_end(SUNDAY, "Europe/Berlin"))
    assert house.continuations() == [f"{WEEKLY}:{SLUG}:{MONDAY.toordinal()}"]
    assert house.kept() == [], "it is not computed inside the timers' transaction"
    assert house.timers()[WEEKLY] == day_end(SUNDAY + timedelta(days=7), "Europe/Berlin")


async def test_it_is_made_once_a_day_however_often_it_is_asked_for(house: House) -> None:
    for _ in range(2):
        await house.forecasts.make(SLUG, 0)
    rows = house.kept()
    assert sorted(row.id.rpartition(":")[2] for row in rows) == ["NA-1", "NA-2", "deadline", "p80"]
    assert {(row.plan, row.at) for row in rows} == {(SLUG, NOW)}


async def test_it_is_computed_neither_on_the_event_loop_nor_in_a_transaction(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    threads: list[str] = []

    def watched(*args: Any, **more: Any) -> Forecast:
        threads.append(threading.current_thread().name)
        return forecast(*args, **more)

    monkeypatch.setattr("plans.watch.forecasts.forecast", watched)
    await house.forecasts.make(SLUG, 0)
    (name,) = threads
    assert name != threading.main_thread().name
    assert not name.startswith("db-")


async def test_a_plan_that_changes_meanwhile_is_worked_out_again(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    revisions: list[int] = []

    def meddled(plan: Any, *args: Any, **more: Any) -> Forecast:
        if not revisions:
            row = house.database.write_now(lambda tx: plans.propose(tx, SLUG, (DropItem(item=TWO),), "", "", ADA, NOW))
            house.database.write_now(lambda tx: plans.approve(tx, tx.get_one(RevisionRow, row.id), ADA, NOW))
        revisions.append(plan.revision)
        return forecast(plan, *args, **more)

    monkeypatch.setattr("plans.watch.forecasts.forecast", meddled)
    await house.forecasts.make(SLUG, 0)
    assert revisions == [1, 2]
    assert {row.item for row in house.kept()} == {None, ONE}


async def test_every_night_it_is_seen_what_has_come_true(house: House) -> None:
    await house.forecasts.make(SLUG, 0)
    house.state(ONE, ItemState.DONE)
    await house.pass_to(day_end(date(2026, 11, 20), "Europe/Berlin"))
    assert {row.item: row.came_true for row in house.kept() if row.item} == {ONE: True, TWO: None}
    await house.pass_to(day_end(TUESDAY, "Europe/Berlin"))
    assert {row.item: row.came_true for row in house.kept() if row.item} == {ONE: True, TWO: False}


async def test_a_plan_that_is_done_and_judged_is_left_in_peace(house: House) -> None:
    await house.forecasts.make(SLUG, 0)
    for item in (ONE, TWO):
        house.state(item, ItemState.DONE)
    await house.pass_to(day_end(date(2026, 11, 20), "Europe/Berlin"))
    assert {row.came_true for row in house.kept()} == {True}
    assert set(house.timers()) == {WEEKLY}
    await house.pass_to(day_end(SUNDAY, "Europe/Berlin"))
    assert (house.timers(), house.continuations()) == ({}, [])
    before = house.kept()
    await house.forecasts.make(SLUG, 0)
    assert len(house.kept()) == len(before)


async def test_a_plan_that_goes_in_circles_has_no_forecast(database: Database, clock: ManualClock) -> None:
    house = House(database, clock, task(1, MONDAY, TUESDAY))
    with database.engine.begin() as connection:
        connection.exec_driver_sql("UPDATE item SET body = json_set(body, '$.after', json('[\"NA-1\"]'))")
    await house.forecasts.make(SLUG, 0)
    assert house.kept() == []


async def test_plans_from_before_forecasts_were_kept_are_taken_up_at_the_start(house: House) -> None:
    with house.database.engine.begin() as connection:
        connection.exec_driver_sql("DELETE FROM timer")
    house.database.write_now(house.forecasts.arm_all)
    assert set(house.timers()) == {WEEKLY, NIGHTLY}
    moved = house.timers()
    house.clock.set(NOW + timedelta(days=30))
    house.database.write_now(house.forecasts.arm_all)
    assert house.timers() == moved, "what is due already is not put off"
