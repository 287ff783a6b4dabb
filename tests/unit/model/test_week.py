"""The derived week: what is chosen, carried over, left and moved, on any plan and on small ones."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from plans.model.calendar import Calendar
from plans.model.edits import Redate
from plans.model.plan import Away, Item, Link, Member, Plan
from plans.model.priority import bound
from plans.model.revision import apply
from plans.model.week import Week, derive, following, monday_of, opening, room
from plans.model.workload import Workload
from plans.words import IN_FLIGHT, AgentName, Doer, ItemId, ItemKind, ItemState, Tier
from tests.unit.model.drawn import MONDAY, WEEK, item, patient, plan_of

STREAM = ItemId("NA-100")
AGENT = Doer("agent:writer")
LIMITS = {AGENT: 2}


def day(number: int) -> date:
    """Working days from the Monday on: 4 is Friday, 5 the Monday after."""
    return WEEK.add_workdays(MONDAY, number)


def task(number: int, first: int, last: int | None = None, **more: Any) -> Item:
    return item(number, first=first, last=last, **{"parent": STREAM, **more})


def planned(*tasks: Item, last: int = 30, **more: Any) -> Plan:
    return plan_of(item(100, ItemKind.STREAM, 0, last), *tasks, **more)


def week_of(plan: Plan, today: date = MONDAY, **more: Any) -> Week:
    return derive(plan, monday_of(today), today, **more)


def days_of(week: Week) -> dict[str, tuple[date, date]]:
    return {slot.item: (slot.start, slot.end) for slot in week.chosen}


def reasons(week: Week) -> dict[str, tuple[str, str]]:
    return {left.item: (left.because, left.of) for left in week.left}


def moves(week: Week) -> list[Redate]:
    found = [edit for edit in week.edits if isinstance(edit, Redate)]
    assert len(found) == len(week.edits)
    return found


def windows(week: Week) -> dict[str, tuple[date, date]]:
    return {edit.item: (edit.start, edit.end) for edit in moves(week)}


def test_what_is_due_and_ready_is_chosen_and_nothing_moves() -> None:
    plan = planned(task(1, 0, 1), task(2, 2, 3, after=(ItemId("NA-1"),)), task(3, 7))
    week = week_of(plan)
    assert days_of(week) == {"NA-1": (day(0), day(1)), "NA-2": (day(2), day(3))}
    assert reasons(week) == {"NA-3": ("later", day(7).isoformat())}
    assert (week.edits, week.carried, week.outside) == ((), (), ())


def test_what_is_late_is_carried_over_first_and_what_waits_for_it_moves_within_the_stream() -> None:
    plan = planned(task(1, 0, 1), task(2, 5, 5, after=(ItemId("NA-1"),)), task(3, 5, 9, days=2))
    week = week_of(plan, day(5))
    assert week.carried == (ItemId("NA-1"),)
    # The one that still keeps its window has its days before the one that cannot.
    assert days_of(week) == {"NA-1": (day(5), day(6)), "NA-3": (day(7), day(8)), "NA-2": (day(9), day(9))}
    assert windows(week) == {"NA-1": (day(5), day(6)), "NA-2": (day(9), day(9))}


def test_one_person_does_one_thing_at_a_time_and_the_rest_moves_to_the_week_after() -> None:
    plan = planned(*(task(n, 0, 4) for n in (1, 2)))
    week = week_of(plan)
    assert days_of(week) == {"NA-1": (day(0), day(4))}
    assert reasons(week) == {"NA-2": ("capacity", "person:dana")}
    assert windows(week) == {"NA-2": (day(5), day(9))}


def test_an_agent_works_on_as_many_as_its_limit_says() -> None:
    plan = planned(*(task(n, 0, 4, agent=AgentName("writer")) for n in (1, 2, 3)))
    assert set(days_of(week_of(plan, limits=LIMITS))) == {"NA-1", "NA-2"}
    assert set(days_of(week_of(plan))) == {"NA-1"}


def test_a_part_of_a_day_leaves_room_for_another() -> None:
    plan = planned(*(task(n, 0, 4, effort=0.5) for n in (1, 2, 3)))
    assert set(days_of(week_of(plan))) == {"NA-1", "NA-2"}


def test_who_has_half_a_day_takes_twice_as_long() -> None:
    plan = planned(task(1, 0, 3, days=2, role="designer"), team=(Member(doer=Doer("role:designer"), share=0.5),))
    assert days_of(week_of(plan)) == {"NA-1": (day(0), day(3))}


def test_days_away_are_passed_over() -> None:
    away = Away(start=day(0), end=day(1))
    plan = planned(task(1, 0, 4, days=2, role="designer"), team=(Member(doer=Doer("role:designer"), away=(away,)),))
    assert days_of(week_of(plan)) == {"NA-1": (day(2), day(3))}


def test_what_a_person_has_to_answer_first_is_left_out_and_so_is_what_waits_for_it() -> None:
    plan = planned(task(1, 0, 1), task(2, 2, 3, after=(ItemId("NA-1"),)))
    week = week_of(plan, blocked={ItemId("NA-1"): "an answer from Dana"})
    assert reasons(week) == {"NA-1": ("blocked", "an answer from Dana"), "NA-2": ("waits", "NA-1")}
    assert (week.chosen, week.edits) == ((), ())


def test_what_failed_waits_for_a_decision() -> None:
    assert reasons(week_of(planned(task(1, 0, 1, state=ItemState.FAILED)))) == {"NA-1": ("failed", "")}


@pytest.mark.parametrize(
    "parent", [None, ItemId("NA-7"), ItemId("NA-101"), ItemId("NA-102")], ids=["none", "gone", "objective", "dropped"]
)
def test_what_serves_nothing_on_the_tactical_tier_is_not_chosen(parent: ItemId | None) -> None:
    others = (
        item(101, ItemKind.OBJECTIVE, 0, 30),
        item(102, ItemKind.STREAM, 0, 30, state=ItemState.DROPPED),
    )
    assert reasons(week_of(planned(*others, task(1, 0, 1, parent=parent)))) == {"NA-1": ("untraced", "")}


def test_what_no_longer_fits_its_stream_is_told_and_not_touched() -> None:
    plan = planned(task(1, 0, 1), task(2, 3, 4, after=(ItemId("NA-1"),)), last=4, deadline=day(20))
    week = week_of(plan, day(5))
    assert [(found.item, found.span, found.until) for found in week.outside] == [("NA-1", (day(5), day(6)), day(4))]
    assert reasons(week) == {"NA-2": ("waits", "NA-1")}
    assert (week.chosen, week.edits) == ((), ())
    after = apply(plan, room(plan, week, day(5)))
    assert after.items[STREAM].end >= after.items[ItemId("NA-2")].end == day(8)
    assert week_of(after, day(5)).outside == ()


def test_room_beyond_the_deadline_moves_the_deadline_along() -> None:
    plan = planned(task(1, 0, 1), last=4, deadline=day(4))
    assert apply(plan, room(plan, week_of(plan, day(5)), day(5))).deadline == day(6)


def test_what_is_under_way_goes_on_and_takes_its_doers_time() -> None:
    busy = task(1, 0, 6, state=ItemState.READY)
    week = week_of(planned(busy, task(2, 5, 9, days=2)), day(5))
    assert days_of(week) == {"NA-1": (day(5), day(6)), "NA-2": (day(7), day(8))}
    assert week.edits == ()


def test_what_an_agent_is_late_with_is_carried_and_keeps_its_window() -> None:
    late = task(1, 0, 1, agent=AgentName("writer"), state=ItemState.DELEGATED)
    week = week_of(planned(late), day(5))
    assert (week.carried, week.edits) == (("NA-1",), ())


def test_a_lag_and_a_common_start_are_kept() -> None:
    lag = Link(item=ItemId("NA-1"), lag=2)
    beside = Link(item=ItemId("NA-1"), kind="start_start", lag=1)
    plan = planned(
        task(1, 0, agent=AgentName("a")),
        task(2, 0, 4, days=1, links=(lag,), agent=AgentName("b")),
        task(3, 0, 4, days=1, links=(beside,), agent=AgentName("c")),
    )
    assert days_of(week_of(plan)) == {"NA-1": (day(0), day(0)), "NA-2": (day(3), day(3)), "NA-3": (day(1), day(1))}


def test_what_waits_for_a_milestone_begins_behind_its_day() -> None:
    plan = planned(
        item(101, ItemKind.MILESTONE, 2, parent=STREAM),
        task(1, 0, parent=ItemId("NA-101")),
        task(2, 0, 4, days=1, after=(ItemId("NA-101"),)),
    )
    assert days_of(week_of(plan))["NA-2"] == (day(3), day(3))


def test_what_is_pushed_out_of_the_week_pushes_what_waits_for_it_in_later_weeks() -> None:
    plan = planned(task(1, 0, 4), task(2, 5, 6, role="b", after=(ItemId("NA-1"),)))
    week = week_of(plan, day(2))
    # Nobody has begun it, and five days are left to do.
    assert windows(week) == {"NA-1": (day(2), day(6)), "NA-2": (day(7), day(8))}


def test_the_next_week_is_seen_as_this_one_will_leave_it() -> None:
    plan = planned(task(1, 0, 1), task(2, 5, 6, after=(ItemId("NA-1"),)))
    week = week_of(plan)
    after = following(plan, week)
    assert after.items[ItemId("NA-1")].state is ItemState.DONE
    assert set(days_of(week_of(after, day(5)))) == {"NA-2"}


def test_a_week_opens_on_its_first_working_day() -> None:
    assert opening(plan_of(workdays=(2, 3)), MONDAY) == MONDAY + timedelta(days=2)
    assert opening(plan_of(), MONDAY + timedelta(days=6)) == MONDAY


def test_items_that_wait_in_a_circle_are_left_out_and_the_rest_is_derived() -> None:
    plan = planned(task(1, 0, after=(ItemId("NA-2"),)), task(2, 0, after=(ItemId("NA-1"),)), task(3, 0))
    week = week_of(plan)
    assert set(days_of(week)) == {"NA-3"}
    assert {left.because for left in week.left} == {"waits"}


@st.composite
def weeks(draw: st.DrawFn) -> tuple[Plan, date, dict[ItemId, str]]:
    """A plan with two streams, a milestone and a team, on any day; and what is blocked."""
    tops = [
        item(100, ItemKind.STREAM, 0, draw(st.integers(3, 30))),
        item(101, ItemKind.STREAM, draw(st.integers(0, 5)), 30),
    ]
    tops.append(item(102, ItemKind.MILESTONE, 0, draw(st.integers(0, 12)), parent=ItemId("NA-101")))
    found: list[Item] = []
    for number in range(1, draw(st.integers(1, 10)) + 1):
        before = [one.id for one in found] + ([ItemId("NA-102")] if number > 6 else [])
        ids = st.lists(st.sampled_from(before), unique=True, max_size=2) if before else st.just([])
        first, length = draw(st.integers(0, 9)), draw(st.integers(1, 4))
        links = tuple(
            Link(item=one, kind="start_start", lag=draw(st.integers(0, 2)))
            if draw(st.booleans())
            else Link(item=one, lag=draw(st.integers(1, 3)))
            for one in draw(ids)
        )
        found.append(
            task(
                number,
                first,
                first + length - 1 + draw(st.integers(0, 4)),
                days=length,
                effort=draw(st.sampled_from([0.3, 0.5, 1.0])),
                parent=draw(st.sampled_from([STREAM, ItemId("NA-101"), ItemId("NA-102") if number < 7 else STREAM])),
                after=tuple(draw(ids)),
                links=links,
                agent=draw(st.sampled_from([None, None, AgentName("writer")])),
                role=draw(st.sampled_from(["", "designer"])),
                state=draw(
                    st.sampled_from(
                        [
                            ItemState.PLANNED,
                            ItemState.PLANNED,
                            ItemState.READY,
                            ItemState.DELEGATED,
                            ItemState.DONE,
                            ItemState.FAILED,
                            ItemState.DROPPED,
                        ]
                    )
                ),
            )
        )
    away = Away(start=day(draw(st.integers(0, 6))), end=day(draw(st.integers(7, 8))))
    member = Member(
        doer=Doer("role:designer"),
        share=draw(st.sampled_from([0.4, 1.0])),
        at_once=draw(st.integers(1, 2)),
        workdays=draw(st.sampled_from([None, (0, 1, 2)])),
        away=draw(st.sampled_from([(), (away,)])),
    )
    workdays = draw(st.sampled_from([(0, 1, 2, 3, 4), (0, 2, 3, 5)]))
    plan = plan_of(*tops, *found, team=(member,), workdays=workdays, deadline=day(draw(st.integers(10, 30))))
    stuck = draw(st.lists(st.sampled_from([one.id for one in found]), max_size=2))
    return plan, MONDAY + timedelta(days=draw(st.integers(0, 12))), dict.fromkeys(stuck, "an answer")


Case = tuple[Plan, date, Mapping[ItemId, str]]


def derived(case: Case) -> Week:
    plan, today, blocked = case
    return derive(plan, monday_of(today), today, LIMITS, blocked)


def under_way(one: Item, today: date) -> bool:
    return one.state in IN_FLIGHT or (one.agent is None and one.state is ItemState.READY and one.start < today)


@patient
@given(weeks())
def test_every_chosen_task_traces_to_the_tactical_tier_and_keeps_within_it(case: Case) -> None:
    plan, today, _ = case
    week = derived(case)
    for slot in week.chosen:
        one = plan.items[slot.item]
        assert one.parent is not None
        parent = plan.items[one.parent]
        assert parent.tier is Tier.TACTICAL
        assert slot.start >= today
        assert week.monday <= slot.start <= slot.end <= week.monday + timedelta(days=6)
        assert slot.done <= min(parent.end, bound(plan, one))
        assert slot.start >= parent.start or under_way(one, today)


@patient
@given(weeks())
def test_no_day_off_is_worked_on_and_nobody_does_more_than_they_can(case: Case) -> None:
    plan, today, _ = case
    week = derived(case)
    load = Workload(plan, LIMITS)
    for slot in week.chosen:
        one = plan.items[slot.item]
        assert load.works(one.doer, slot.start)
        assert load.works(one.doer, slot.done)
    for offset in range(7):
        on = week.monday + timedelta(days=offset)
        busy = [plan.items[slot.item] for slot in week.chosen if slot.start <= on <= slot.done]
        for doer in {one.doer for one in busy if load.works(one.doer, on)}:
            parts = [(load.pace(one).part, under_way(one, today)) for one in busy if one.doer == doer]
            if not all(begun for _, begun in parts):
                assert sum(part for part, _ in parts) <= load.capacity(doer) + 1e-6


@patient
@given(weeks())
def test_nothing_begins_before_what_it_waits_for_is_done(case: Case) -> None:
    plan, today, _ = case
    week = derived(case)
    after = apply(plan, week.edits)
    calendar, slots = Calendar.of(plan), {slot.item: slot for slot in week.chosen}
    for slot in week.chosen:
        one = after.items[slot.item]
        if under_way(plan.items[slot.item], today):
            continue
        for before in one.after:
            if before in slots:
                assert slot.start > slots[before].done
            elif not plan.items[before].settled:
                assert slot.start > after.items[before].end
        for link in one.links:
            if link.item in slots and link.kind == "finish_start":
                assert calendar.rank(slot.start) > calendar.rank(slots[link.item].done) + link.lag
            if link.item in slots and link.kind == "start_start":
                assert calendar.rank(slot.start) >= calendar.rank(slots[link.item].start) + link.lag


@patient
@given(weeks())
def test_edits_stay_within_the_tiers_above_and_never_go_to_an_earlier_day(case: Case) -> None:
    plan, _, blocked = case
    week = derived(case)
    after = apply(plan, week.edits)
    for edit in moves(week):
        old, new = plan.items[edit.item], after.items[edit.item]
        assert (old.kind, old.id in blocked) == (ItemKind.TASK, False)
        assert new.start >= old.start
        assert new.start <= new.end <= bound(plan, old)
    for slot in week.chosen:
        one = after.items[slot.item]
        late = one.state in IN_FLIGHT and plan.items[slot.item].end < case[1]
        assert slot.done <= one.end or late


@patient
@given(weeks())
def test_deriving_what_was_derived_changes_nothing(case: Case) -> None:
    plan, today, blocked = case
    week = derived(case)
    again = derived((apply(plan, week.edits), today, blocked))
    assert again.edits == ()
    assert (again.chosen, again.outside) == (week.chosen, week.outside)


@patient
@given(weeks())
def test_every_open_task_of_the_week_is_chosen_or_told_why_not(case: Case) -> None:
    plan = case[0]
    week = derived(case)
    told = {slot.item for slot in week.chosen} | {left.item for left in week.left} | {out.item for out in week.outside}
    for one in plan.of_kind(ItemKind.TASK):
        if not one.settled and one.start <= week.monday + timedelta(days=6):
            assert one.id in told
        if one.settled:
            assert one.id not in told
