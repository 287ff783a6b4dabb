"""Forecasts are kept, and settled by what the store says was done, and when."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from functools import partial

import pytest
from sqlmodel import Session, select

from plans.model.edits import DropItem
from plans.model.forecast import forecast
from plans.model.plan import Item, Plan
from plans.store import forecasts, plans
from plans.store.database import Database
from plans.store.tables import DelegationRow, ForecastRow, RevisionRow
from plans.words import ItemId, ItemKind, ItemState
from tests.integration.governance.world import ADA, NOW, SLUG, plan_of, proposed, task

ONE, TWO = ItemId("NA-1"), ItemId("NA-2")
D20, D24, FAR = date(2026, 11, 20), date(2026, 11, 24), date(2026, 12, 18)


@pytest.fixture
def kept(either: Database) -> Database:
    """A plan of two items, one of them far away, and what was forecast of it on Friday the 20th."""

    def make(tx: Session) -> None:
        row = tx.get_one(RevisionRow, proposed(tx, plan_of(_sure(1, D20, D24), _sure(2, FAR, FAR))))
        _keep(tx, plans.approve(tx, row, ADA, NOW))

    either.write_now(make)
    return either


def _sure(number: int, start: date, end: date) -> Item:
    return task(number, start, end, days=3, low=2, high=4)


def _keep(tx: Session, plan: Plan, day: date = D20, now: datetime = NOW) -> int:
    return forecasts.keep(tx, plan, forecast(plan, day, runs=400), now)


def test_of_a_plan_that_is_not_all_there_yet_only_near_items_are_kept(database: Database) -> None:
    far = task(2, FAR, FAR, kind=ItemKind.MILESTONE)

    def make(tx: Session) -> None:
        row = tx.get_one(RevisionRow, proposed(tx, plan_of(_sure(1, D20, D24), far)))
        _keep(tx, plans.approve(tx, row, ADA, NOW))

    database.write_now(make)
    assert set(_rows(database)) == {ONE}


def _rows(database: Database) -> dict[str, ForecastRow]:
    rows = database.read_now(lambda tx: tx.exec(select(ForecastRow)).all())
    return {row.id.rpartition(":")[2]: row for row in rows}


def _noon(day: date) -> datetime:
    return datetime(day.year, day.month, day.day, 12, tzinfo=UTC)


def _done(tx: Session, item: ItemId, day: date) -> None:
    tx.add(
        DelegationRow(id=f"{item}.1", plan=SLUG, item=item, agent="writer", state="done", key=item, brief={},
                      created_at=NOW, ended_at=_noon(day))
    )  # fmt: skip
    plans.set_item_state(tx, item, ItemState.DONE)


def _resolve(database: Database, day: date) -> int:
    return database.write_now(lambda tx: forecasts.resolve(tx, plans.load(tx, SLUG), _noon(day)))


def test_the_plan_by_its_deadline_and_p80_and_what_ends_soon_are_kept_once_a_day(kept: Database) -> None:
    rows = _rows(kept)
    assert set(rows) == {"deadline", "p80", ONE}
    assert (rows["deadline"].by, rows["deadline"].probability) == (FAR, 0.0)  # three days do not fit into the last one
    assert rows["p80"].probability >= 0.8
    assert (rows[ONE].item, rows[ONE].by) == (ONE, D24)
    assert 0 < rows[ONE].probability < 1
    assert kept.write_now(lambda tx: _keep(tx, plans.load(tx, SLUG))) == 0
    assert kept.write_now(lambda tx: _keep(tx, plans.load(tx, SLUG), D20 + timedelta(days=1))) == 3


@pytest.mark.parametrize(("day", "true"), [(D20, True), (D24, True), (D24 + timedelta(days=1), False)])
def test_an_item_is_judged_by_the_day_on_which_it_was_done(kept: Database, day: date, true: bool) -> None:
    kept.write_now(lambda tx: _done(tx, ONE, day))
    assert _resolve(kept, day + timedelta(days=3)) == 2
    row = _rows(kept)[ONE]
    assert (row.came_true, row.resolved_at) == (true, _noon(day + timedelta(days=3)))


def test_as_long_as_its_day_is_not_over_nothing_is_judged(kept: Database) -> None:
    assert _resolve(kept, D24) == 3
    assert _resolve(kept, D24 + timedelta(days=1)) == 2
    assert _rows(kept)[ONE].came_true is False


def test_a_plan_is_judged_by_the_last_of_its_items(kept: Database) -> None:
    for item, day in ((ONE, D24), (TWO, FAR)):
        kept.write_now(partial(_done, item=item, day=day))
    assert _resolve(kept, FAR) == 0
    rows = _rows(kept)
    assert (rows["deadline"].came_true, rows["p80"].came_true) == (True, True)
    found = kept.read_now(lambda tx: forecasts.resolved(tx, [SLUG]))
    assert sorted(true for _, true in found) == [True, True, True]


def test_what_was_dropped_before_its_day_is_not_scored(kept: Database) -> None:
    def drop(tx: Session) -> None:
        row = plans.propose(tx, SLUG, (DropItem(item=ONE),), "", "", ADA, NOW)
        plans.approve(tx, row, ADA, NOW)

    kept.write_now(drop)
    assert _resolve(kept, D24) == 2
    row = _rows(kept)[ONE]
    assert (row.came_true, row.resolved_at) == (None, _noon(D24))
    assert kept.read_now(lambda tx: forecasts.resolved(tx, [SLUG])) == []
    assert kept.read_now(lambda tx: forecasts.waiting(tx, [SLUG])) == 2


def test_what_is_judged_stays_judged(kept: Database) -> None:
    _resolve(kept, D24 + timedelta(days=1))
    kept.write_now(lambda tx: _done(tx, ONE, D20))
    _resolve(kept, FAR)
    assert _rows(kept)[ONE].came_true is False
