"""What is stored anyway tells how long work took: briefs with their ends, and people's words."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest
from sqlmodel import Session

from plans.governance import decisions
from plans.model.history import Finished
from plans.model.plan import Item, Plan
from plans.store import plans
from plans.store.database import Database
from plans.store.durations import DAY, ended, history
from plans.store.tables import DelegationRow, RevisionRow
from plans.words import AgentName, Doer, ItemId, ItemState
from tests.integration.governance.world import ADA, NOW, SLUG, plan_of, proposed, task

ONE, TWO, THREE = ItemId("NA-1"), ItemId("NA-2"), ItemId("NA-3")
D20, D24, D27 = (date(2026, 11, day) for day in (20, 24, 27))


def _at(day: int, hour: int = 12) -> datetime:
    return datetime(2026, 11, day, hour, tzinfo=UTC)


def _approved(database: Database, *items: Item) -> Plan:
    def sign(tx: Session) -> Plan:
        return plans.approve(tx, tx.get_one(RevisionRow, proposed(tx, plan_of(*items))), ADA, NOW)

    return database.write_now(sign)


def _briefed(tx: Session, item: ItemId, begun: datetime, done: datetime | None, state: str = "done") -> None:
    tx.add(
        DelegationRow(id=f"{item}.{begun.day}", plan=SLUG, item=item, agent="writer", state=state, key=f"{item}{begun}",
                      brief={}, created_at=begun, ended_at=done)
    )  # fmt: skip
    if state == "done" and done:
        plans.set_item_state(tx, item, ItemState.DONE)


def _said(tx: Session, item: ItemId, at: datetime, day: date | None = None) -> None:
    """The person says that they are done."""
    plans.set_item_state(tx, item, ItemState.DONE)
    made = decisions.record(
        tx, at=at, kind="act", what="", why="", actor=ADA, verdict="allow", plan=SLUG, item=item,
        data={DAY: day.isoformat()} if day else {},
    )  # fmt: skip
    decisions.conclude(tx, made, at, "succeeded")


def _finished(database: Database) -> tuple[Finished, ...]:
    return database.read_now(lambda tx: history(tx, plans.load(tx, SLUG))).finished


def test_an_agents_item_took_from_its_brief_to_its_end_in_working_days(either: Database) -> None:
    _approved(either, task(1, D20, D24, days=3), task(2, D27, D27))
    either.write_now(lambda tx: _briefed(tx, ONE, _at(20), _at(24)))
    assert _finished(either) == (Finished(ONE, Doer("agent:writer"), "write_copy", 3, 3),)
    assert either.read_now(lambda tx: ended(tx, plans.load(tx, SLUG))) == {ONE: D24}


def test_days_are_those_of_the_plans_zone(database: Database) -> None:
    _approved(database, task(1, D20, D24), task(2, D27, D27))
    database.write_now(lambda tx: _briefed(tx, ONE, _at(22, 23), _at(23, 23)))  # after midnight in Berlin, both
    assert [one.actual for one in _finished(database)] == [2]


@pytest.mark.parametrize("state", ["failed", "canceled", "refused"])
def test_what_was_not_done_is_no_experience(database: Database, state: str) -> None:
    _approved(database, task(1, D20, D24), task(2, D27, D27))
    database.write_now(lambda tx: _briefed(tx, ONE, _at(20), _at(24), state))
    assert _finished(database) == ()


def test_only_those_count_who_have_something_open_on_the_plan(database: Database) -> None:
    _approved(database, task(1, D20, D24), task(2, D27, D27, agent=AgentName("scout")))
    database.write_now(lambda tx: _briefed(tx, ONE, _at(20), _at(24)))
    assert _finished(database) == ()


def test_a_persons_item_counts_from_when_it_could_begin_to_their_word(either: Database) -> None:
    _approved(
        either,
        task(1, D20, D20),
        task(2, D20, D27, agent=None, days=2, after=(ONE,)),
        task(3, D27, D27, agent=None),
    )

    def work(tx: Session) -> None:
        _briefed(tx, ONE, _at(20), _at(23))
        _said(tx, TWO, _at(26))

    either.write_now(work)
    (found,) = _finished(either)
    assert found == Finished(TWO, Doer("person:ada"), "write_copy", 2, 3)  # Tuesday to Thursday


def test_in_a_rehearsal_the_day_said_counts_and_not_the_walls(database: Database) -> None:
    _approved(database, task(1, D20, D27, agent=None), task(2, D27, D27, agent=None))
    database.write_now(lambda tx: _said(tx, ONE, _at(20), D27))
    assert [one.actual for one in _finished(database)] == [6]


def test_what_was_done_before_its_window_tells_nothing(database: Database) -> None:
    _approved(database, task(1, D24, D27, agent=None), task(2, D27, D27, agent=None))
    database.write_now(lambda tx: _said(tx, ONE, _at(20)))
    assert _finished(database) == ()


def test_open_work_is_known_to_have_begun(database: Database) -> None:
    _approved(database, task(1, D20, D20), task(2, D20, D27), task(3, D20, D27, agent=None, after=(ONE,)))

    def work(tx: Session) -> None:
        _briefed(tx, ONE, _at(20), _at(23))
        _briefed(tx, TWO, _at(23), None, "working")
        plans.set_item_state(tx, THREE, ItemState.READY)

    database.write_now(work)
    begun = database.read_now(lambda tx: history(tx, plans.load(tx, SLUG))).begun
    assert begun == {TWO: date(2026, 11, 23), THREE: D24}
