from __future__ import annotations

import time
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from plans.model.calendar import Calendar
from plans.model.plan import Item, Plan
from plans.model.schedule import CycleError, begun, finish, order, schedule
from plans.words import AgentName, ItemId, ItemKind, ItemState
from tests.unit.model.drawn import MONDAY, WEEK, item, launch, patient, plan_of, plans


def _day(number: int) -> date:
    return WEEK.add_workdays(MONDAY, number)


def _paths(plan: Plan, at: Item) -> list[list[Item]]:
    """Every chain of open items that ends with this one."""
    before = [plan.items[one] for one in at.after if not plan.items[one].settled]
    return [[*path, at] for one in before for path in _paths(plan, one)] or [[at]]


@patient
@given(plans(most=8))
def test_no_chain_of_items_is_longer_than_the_critical_path(plan: Plan) -> None:
    calendar = Calendar.of(plan)
    found = schedule(plan)
    for one in plan.items.values():
        if one.settled:
            assert one.id not in found.timings
            continue
        for path in _paths(plan, one):
            ends = calendar.add_workdays(path[0].start, sum(step.days for step in path) - 1)
            assert ends <= found.timings[one.id].early_finish <= found.finish


@patient
@given(plans(), st.integers(0, 60))
def test_every_timing_keeps_to_the_calendar_and_to_its_bounds(plan: Plan, days: int) -> None:
    calendar, now = Calendar.of(plan), MONDAY + timedelta(days=days)
    found = schedule(plan, now)
    for one, timing in found.timings.items():
        for day in (timing.early_start, timing.early_finish, timing.late_start, timing.late_finish):
            assert calendar.is_workday(day)
        assert plan.items[one].start <= timing.early_start <= timing.early_finish
        assert timing.slack >= 0
        assert calendar.rank(timing.late_finish) - calendar.rank(timing.early_finish) == timing.slack
        if plan.items[one].end < now:
            assert timing.early_finish >= now
        if not begun(plan.items[one]):
            assert timing.early_start >= now
        for before in plan.items[one].after:
            if before in found.timings:
                assert found.timings[before].early_finish < timing.early_start
                assert found.timings[before].late_finish < timing.late_start


@patient
@given(plans(), st.integers(0, 60))
def test_time_passing_never_brings_the_finish_forward(plan: Plan, days: int) -> None:
    open_items = [one for one in plan.items.values() if not one.settled]
    if open_items:
        assert finish(plan, MONDAY + timedelta(days=days)) >= finish(plan)


def test_slack_is_what_an_item_may_slip_before_the_deadline_moves() -> None:
    found = schedule(launch())
    assert found.finish == launch().deadline
    assert found.timings[ItemId("NA-4")].slack == 16 == found.timings[ItemId("NA-6")].slack
    assert found.timings[ItemId("NA-3")].slack == 0
    assert set(found.critical) == {"NA-3", "NA-1"}


def test_a_late_item_pushes_what_waits_for_it_and_its_parents() -> None:
    plan = launch()
    found = schedule(plan, _day(18))
    assert found.timings[ItemId("NA-4")].early_finish == _day(19)  # not begun: two days from today
    assert found.timings[ItemId("NA-6")].early_start == _day(22)
    assert found.timings[ItemId("NA-1")].early_finish == found.finish == _day(22) > plan.deadline
    assert found.late(plan.items[ItemId("NA-2")])
    assert not found.late(plan.items[ItemId("NA-3")])


def test_an_item_that_is_being_worked_on_can_still_finish_today() -> None:
    working = plan_of(item(1, first=0, last=3, agent=AgentName("writer"), state=ItemState.DELEGATED))
    assert schedule(working, _day(6)).timings[ItemId("NA-1")].early_finish == _day(6)


def test_on_a_day_off_today_means_the_next_working_day() -> None:
    saturday = MONDAY + timedelta(days=5)
    assert finish(plan_of(item(1)), saturday) == MONDAY + timedelta(days=7)
    assert finish(plan_of(item(1)), saturday, {MONDAY + timedelta(days=7)}) == MONDAY + timedelta(days=8)


@pytest.mark.parametrize("state", [ItemState.DONE, ItemState.DROPPED])
def test_what_is_settled_holds_nothing_up(state: ItemState) -> None:
    plan = plan_of(item(1, first=0, last=4, state=state), item(2, first=1, after=(ItemId("NA-1"),)))
    assert finish(plan) == _day(1)


def test_a_plan_that_is_done_finished_when_its_last_item_did() -> None:
    done = item(1, first=3, state=ItemState.DONE)
    assert finish(plan_of(done, item(2, first=9, state=ItemState.DROPPED))) == _day(3)
    assert finish(plan_of(done), _day(1)) == _day(1)
    assert finish(plan_of()) == MONDAY


@pytest.mark.parametrize("size", [1, 3, 300])
def test_a_circle_is_named_in_order(size: int) -> None:
    ring = [item(n, after=(ItemId(f"NA-{n - 1 if n > 1 else size}"),)) for n in range(1, size + 1)]
    tail = item(size + 1, after=(ItemId(f"NA-{size}"),))
    with pytest.raises(CycleError) as caught:
        order(plan_of(item(0), *ring, tail))
    assert caught.value.cycle == tuple(f"NA-{n}" for n in range(1, size + 1))
    assert caught.value.said.endswith("→ NA-1.")
    assert len(caught.value.said) < 250
    assert caught.value.way_on


def test_a_child_that_waits_for_its_own_parent_is_a_circle() -> None:
    with pytest.raises(CycleError, match=r"NA-1 → NA-2"):
        finish(plan_of(item(1, ItemKind.STREAM), item(2, parent=ItemId("NA-1"), after=(ItemId("NA-1"),))))


def test_ten_thousand_items_in_one_chain_take_less_than_two_seconds() -> None:
    chain = [item(n, after=(ItemId(f"NA-{n - 1}"),) if n else (), start=MONDAY, end=MONDAY) for n in range(10_000)]
    plan = plan_of(*chain)
    begun_at = time.process_time()
    assert finish(plan, MONDAY) == WEEK.add_workdays(MONDAY, sum(one.days for one in chain) - 1)
    assert time.process_time() - begun_at < 2
