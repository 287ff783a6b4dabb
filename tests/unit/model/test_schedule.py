from __future__ import annotations

import time
from datetime import date, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from plans.errors import UserError
from plans.model.availability import Availability
from plans.model.calendar import Calendar
from plans.model.plan import Away, Item, Link, Member, Plan
from plans.model.schedule import CycleError, begun, finish, order, schedule
from plans.words import AgentName, Doer, ItemId, ItemKind, ItemState
from tests.unit.model.drawn import MONDAY, WEEK, busy_plans, item, launch, patient, plan_of, plans


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


NA1, NA2, NA3 = (ItemId(f"NA-{n}") for n in range(1, 4))


def _linked(*links: Link, **more: Any) -> Plan:
    """Item 1 takes three days; item 2, a day long, is linked to it."""
    return plan_of(item(1, last=2), item(2, links=links, **more), deadline=_day(20))


@pytest.mark.parametrize(
    ("link", "start"),
    [
        (Link(item=NA1, lag=2), 5),
        (Link(item=NA1, kind="start_start"), 0),
        (Link(item=NA1, kind="start_start", lag=2), 2),
    ],
)
def test_a_link_holds_up_by_its_lag(link: Link, start: int) -> None:
    plan = _linked(link)
    assert schedule(plan).timings[NA2].early_start == _day(start)
    assert schedule(plan, MONDAY).timings[NA2].early_start == _day(start)


def test_slack_reaches_back_through_links() -> None:
    found = schedule(_linked(Link(item=NA1, lag=2)))
    assert (found.timings[NA1].slack, found.timings[NA1].free) == (15, 0)
    assert (found.timings[NA2].slack, found.timings[NA2].free) == (15, 15)
    found = schedule(_linked(Link(item=NA1, kind="start_start", lag=4)))
    assert found.timings[NA1].late_start == _day(16)
    assert (found.timings[NA1].slack, found.timings[NA1].free) == (16, 0)


def test_free_slack_ends_where_the_next_begins() -> None:
    found = schedule(launch())
    assert found.timings[ItemId("NA-4")].free == 0
    assert found.timings[ItemId("NA-6")].free == 6  # until its stream ends
    assert found.timings[ItemId("NA-7")].free == 0


@patient
@given(busy_plans())
def test_free_slack_is_what_an_item_may_slip_with_nothing_else_moving(drawn: tuple[Plan, date]) -> None:
    plan, _ = drawn
    found = schedule(plan)
    for one, timing in found.timings.items():
        assert 0 <= timing.free <= timing.slack
        own = plan.items[one]
        if own.kind is not ItemKind.TASK:
            continue
        # Slipped to the last of its free days, it leaves every other item where it was.
        slipped = own.model_copy(update={"start": _slipped(plan, own, timing.early_start, timing.free)})
        after = schedule(plan.model_copy(update={"items": {**plan.items, one: slipped}}))
        assert {k: t.early_start for k, t in after.timings.items() if k != one} == {
            k: t.early_start for k, t in found.timings.items() if k != one
        }


def _slipped(plan: Plan, item: Item, start: date, days: int) -> date:
    """That many of its doer's days later."""
    return Availability.of(plan).of_item(item).calendar.add_workdays(start, days)


@patient
@given(busy_plans())
def test_late_days_can_be_kept_without_the_plan_ending_later(drawn: tuple[Plan, date]) -> None:
    """All items begun as late as they may be: the dependencies hold, and the plan ends when it should."""
    plan, _ = drawn
    found = schedule(plan)
    late = {
        one: plan.items[one].model_copy(update={"start": timing.late_start}) for one, timing in found.timings.items()
    }
    after = schedule(plan.model_copy(update={"items": {**plan.items, **late}}))
    last = max([plan.deadline, *(timing.early_finish for timing in found.timings.values())])
    for timing in after.timings.values():
        assert timing.early_finish <= last


def test_a_lag_behind_what_is_done_counts_from_its_window() -> None:
    done = item(1, last=2, state=ItemState.DONE)
    for link, start in ((Link(item=NA1, lag=2), 5), (Link(item=NA1, kind="start_start", lag=4), 4)):
        plan = plan_of(done, item(2, links=(link,)))
        assert schedule(plan).timings[NA2].early_start == _day(start)
        assert [one.id for one in plan.ready(_day(start))] == [NA2]
        assert not list(plan.ready(_day(start - 1)))


@pytest.mark.parametrize("link", [Link(item=NA1, lag=9), Link(item=NA1, kind="start_start", lag=9)])
def test_a_link_to_what_is_dropped_or_unknown_holds_nothing_up(link: Link) -> None:
    for plan in (plan_of(item(1, state=ItemState.DROPPED), item(2, links=(link,))), plan_of(item(2, links=(link,)))):
        assert schedule(plan).timings[NA2].early_start == _day(0)
        assert [one.id for one in plan.ready(MONDAY)] == [NA2]


def test_from_start_to_start_one_may_begin_when_the_other_has() -> None:
    link = Link(item=NA1, kind="start_start")
    agent = AgentName("writer")
    waiting = plan_of(item(1, last=2, agent=agent), item(2, links=(link,)))
    assert [one.id for one in waiting.ready(MONDAY)] == [NA1]
    working = plan_of(item(1, last=2, agent=agent, state=ItemState.DELEGATED), item(2, links=(link,)))
    assert [one.id for one in working.ready(MONDAY)] == [NA2]
    persons = plan_of(item(1, last=2), item(2, links=(link,)))
    assert [one.id for one in persons.ready(MONDAY)] == [NA1, NA2]


def test_a_circle_through_links_is_named() -> None:
    ring = [
        item(1, links=(Link(item=NA3, lag=1),)),
        item(2, after=(NA1,)),
        item(3, links=(Link(item=NA2, kind="start_start"),)),
    ]
    with pytest.raises(CycleError) as caught:
        order(plan_of(*ring))
    assert caught.value.cycle == (NA1, NA2, NA3)


def test_dropping_an_item_opens_its_circle() -> None:
    ring = [item(1, after=(NA2,), state=ItemState.DROPPED), item(2, after=(NA1,)), item(3, after=(NA2,))]
    assert schedule(plan_of(*ring)).timings[NA3].early_start == _day(1)


@patient
@given(plans())
def test_items_come_behind_what_they_wait_for_else_as_on_the_plan(plan: Plan) -> None:
    found = order(plan)
    place = {one: number for number, one in enumerate(found)}
    assert sorted(found) == sorted(plan.items)
    assert all(place[before] < place[one.id] for one in plan.items.values() for before in one.waits)
    plain = plan.model_copy(update={"items": {k: v.model_copy(update={"after": ()}) for k, v in plan.items.items()}})
    assert order(plain) == list(plan.items)


def test_an_item_is_done_on_its_doers_days_only() -> None:
    sundays = Member(doer=Doer("role:editor"), workdays=(6,))
    away = Member(doer=Doer("person:dana"), away=(Away(start=_day(1), end=_day(5)),))
    plan = plan_of(item(1, last=1, role="editor"), item(2, last=1), item(3, after=(NA1,)), team=(sundays, away))
    found = schedule(plan).timings
    assert (found[NA1].early_start, found[NA1].early_finish) == (date(2026, 12, 6), date(2026, 12, 13))
    assert (found[NA2].early_start, found[NA2].early_finish) == (_day(0), _day(6))
    assert found[NA3].early_start == _day(10)


def test_a_part_of_a_day_stretches_what_takes_more() -> None:
    third = Member(doer=Doer("role:editor"), share=0.3)
    plan = plan_of(item(1, last=1, role="editor"), item(2, last=1, role="editor", effort=0.3), team=(third,))
    found = schedule(plan).timings
    assert found[NA1].early_finish == _day(6)
    assert found[NA2].early_finish == _day(1)


def test_public_holidays_push_the_finish() -> None:
    christmas: dict[str, Any] = {"start": date(2026, 12, 24), "end": date(2026, 12, 24), "days": 2}
    assert finish(plan_of(item(1, **christmas))) == date(2026, 12, 25)
    assert finish(plan_of(item(1, **christmas), country="DE")) == date(2026, 12, 28)


def test_a_deadline_at_the_weekend_means_the_working_day_before() -> None:
    found = schedule(plan_of(item(1), deadline=date(2026, 12, 5)))
    assert found.timings[NA1].slack == 4
    assert found.timings[NA1].late_finish == date(2026, 12, 4)


@pytest.mark.parametrize("days", [0, -3])
def test_an_estimate_below_one_day_is_said_in_words(days: int) -> None:
    plan = plan_of(item(1).model_copy(update={"days": days}))
    with pytest.raises(UserError, match=f"NA-1 is estimated at {days} working days"):
        schedule(plan)


def test_a_window_that_ends_before_it_starts_is_late_and_nothing_worse() -> None:
    plan = plan_of(item(1, start=_day(3), end=_day(1), days=1))
    assert schedule(plan).late(plan.items[NA1])


def test_ten_thousand_items_in_one_chain_take_less_than_two_seconds() -> None:
    chain = [item(n, after=(ItemId(f"NA-{n - 1}"),) if n else (), start=MONDAY, end=MONDAY) for n in range(10_000)]
    plan = plan_of(*chain)
    begun_at = time.process_time()
    assert finish(plan, MONDAY) == WEEK.add_workdays(MONDAY, sum(one.days for one in chain) - 1)
    assert time.process_time() - begun_at < 2
