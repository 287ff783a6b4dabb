from __future__ import annotations

import sys
from datetime import date
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from plans.errors import UserError
from plans.model.levelling import Bottleneck, level
from plans.model.plan import Away, Item, Member, Plan
from plans.model.resources import Resources
from plans.model.schedule import finish, schedule
from plans.words import AgentName, Doer, ItemId, ItemKind, ItemState
from tests.unit.model.drawn import MONDAY, WEEK, busy_plans, item, launch, patient, plan_of
from tests.unit.model.kept import broken

WRITER = AgentName("writer")


def _day(number: int) -> date:
    return WEEK.add_workdays(MONDAY, number)


@settings(patient, max_examples=200)
@given(busy_plans(), st.integers(1, 3), st.booleans())
def test_no_calendar_capacity_or_dependency_is_broken(drawn: tuple[Plan, date], limit: int, quick: bool) -> None:
    plan, today = drawn
    resources = Resources.of(plan, {WRITER: limit})
    found = level(plan, today, resources, seconds=0, quick=quick)
    assert broken(plan, dict(resources.members), found, today) == []
    path = schedule(plan, today)
    assert found.finish >= max(path.finish, found.bound)
    for one, timing in path.timings.items():
        assert found.items[one].start >= timing.early_start
        assert found.items[one].finish >= timing.early_finish


@settings(patient, max_examples=25)
@given(busy_plans())
def test_the_solver_keeps_all_that_too_and_says_the_same_again(drawn: tuple[Plan, date]) -> None:
    plan, today = drawn
    resources = Resources.of(plan, {})
    found = level(plan, today, resources, seconds=0.5, deterministic=True)
    assert broken(plan, dict(resources.members), found, today) == []
    assert found.bound <= found.finish <= level(plan, today, resources, seconds=0).finish
    assert level(plan, today, resources, seconds=0.5, deterministic=True) == found


def _tasks(count: int, **more: Any) -> list[Item]:
    return [item(number, role="designer", **more) for number in range(1, count + 1)]


def test_one_person_does_one_thing_after_the_other() -> None:
    plan = plan_of(*_tasks(3), deadline=_day(5))
    found = level(plan, MONDAY, Resources.of(plan, {}))
    assert sorted(one.start for one in found.items.values()) == [_day(0), _day(1), _day(2)]
    assert found.finish == found.bound == _day(2)
    assert found.optimal
    assert found.bottleneck == Bottleneck(Doer("role:designer"), 2)
    assert finish(plan, MONDAY) == _day(0)


def test_a_team_of_two_takes_two_things_at_once() -> None:
    two = Member(doer=Doer("role:designer"), at_once=2)
    plan = plan_of(*_tasks(4), team=(two,))
    assert level(plan, MONDAY, Resources.of(plan, {})).finish == _day(1)


def test_an_agent_does_as_many_things_at_once_as_its_entry_says() -> None:
    plan = plan_of(*[item(number, agent=WRITER) for number in range(1, 5)])
    assert level(plan, MONDAY, Resources.of(plan, {WRITER: 4})).finish == _day(0)
    assert level(plan, MONDAY, Resources.of(plan, {WRITER: 2})).finish == _day(1)
    assert level(plan, MONDAY, Resources.of(plan, {})).finish == _day(3)


def test_halves_of_a_day_go_side_by_side() -> None:
    plan = plan_of(*_tasks(2, last=3, effort=0.5))
    found = level(plan, MONDAY, Resources.of(plan, {}))
    assert found.finish == _day(3)
    assert found.bottleneck is None


def test_who_has_half_a_day_needs_twice_the_days() -> None:
    half = Member(doer=Doer("role:designer"), share=0.5)
    plan = plan_of(item(1, last=3, role="designer"), team=(half,))
    assert level(plan, MONDAY, Resources.of(plan, {})).finish == _day(7) == finish(plan, MONDAY)


def test_days_away_are_worked_around() -> None:
    away = Away(start=_day(1), end=_day(3), why="holiday")
    member = Member(doer=Doer("role:designer"), away=(away,))
    plan = plan_of(*_tasks(2), team=(member,))
    found = level(plan, MONDAY, Resources.of(plan, {}))
    assert sorted(one.start for one in found.items.values()) == [_day(0), _day(4)]


def test_what_is_being_worked_on_keeps_its_place_and_its_agent() -> None:
    flying = item(1, first=0, last=3, agent=WRITER, state=ItemState.DELEGATED)
    plan = plan_of(flying, item(2, first=0, agent=WRITER))
    found = level(plan, _day(2), Resources.of(plan, {}))
    assert found.items[ItemId("NA-1")] == (_day(0), _day(3))
    assert found.items[ItemId("NA-2")] == (_day(4), _day(4))


def test_an_agent_that_was_given_too_much_finishes_it_and_gets_nothing_more_meanwhile() -> None:
    flying = [item(n, last=3, agent=WRITER, state=ItemState.DELEGATED) for n in (1, 2)]
    plan = plan_of(*flying, item(3, agent=WRITER))
    found = level(plan, _day(1), Resources.of(plan, {}))
    assert {found.items[one.id].finish for one in flying} == {_day(3)}
    assert found.items[ItemId("NA-3")].start == _day(4)


def test_a_person_has_begun_only_as_much_as_one_can() -> None:
    plan = plan_of(item(1, first=0, last=4), item(2, first=1, last=2))
    found = level(plan, _day(2), Resources.of(plan, {}))
    assert found.items[ItemId("NA-1")] == (_day(0), _day(4))
    assert found.items[ItemId("NA-2")] == (_day(5), _day(6))


def test_what_waits_for_a_stream_waits_for_all_that_is_in_it() -> None:
    inside = [item(n, parent=ItemId("NA-1"), role="designer") for n in (2, 3)]
    plan = plan_of(item(1, ItemKind.STREAM), *inside, item(4, after=(ItemId("NA-1"),)))
    found = level(plan, MONDAY, Resources.of(plan, {}))
    assert found.items[ItemId("NA-1")] == (_day(0), _day(1))
    assert found.items[ItemId("NA-4")].start == _day(2)


def test_parts_of_a_day_that_fit_together_go_together() -> None:
    parts = [0.6, 0.6, 0.4, 0.4]
    plan = plan_of(*[item(n, last=1, role="designer", effort=part) for n, part in enumerate(parts, 1)])
    assert level(plan, MONDAY, Resources.of(plan, {})).finish == _day(3)


def test_without_the_solver_the_list_scheduler_answers(monkeypatch: pytest.MonkeyPatch) -> None:
    plan = plan_of(*_tasks(3), *[item(n, first=1, role="editor", after=(ItemId("NA-1"),)) for n in (4, 5)])
    monkeypatch.setitem(sys.modules, "ortools.sat.python", None)
    found = level(plan, MONDAY, Resources.of(plan, {}))
    assert found.method == "list"
    assert found.finish == _day(2)


def test_a_plan_without_open_items_is_level() -> None:
    done = plan_of(item(1, first=3, state=ItemState.DONE))
    found = level(done, _day(5), Resources.of(done, {}))
    assert (found.finish, dict(found.items), found.bottleneck) == (_day(3), {}, None)
    assert found.optimal


def test_an_ordinary_plan_is_levelled_with_its_containers() -> None:
    plan = launch()
    found = level(plan, MONDAY, Resources.of(plan, {}))
    assert broken(plan, {}, found, MONDAY) == []
    assert found.finish == plan.deadline


@pytest.mark.parametrize(
    ("member", "said"),
    [
        (Member(doer=Doer("role:designer"), name="the designer", workdays=()), "the designer is never available"),
        (
            Member(doer=Doer("role:designer"), away=(Away(start=date(2000, 1, 1), end=date(9999, 12, 31)),)),
            "role:designer is never available",
        ),
        (Member(doer=Doer("role:designer"), workdays=(7,)), "working week"),
        (Member(doer=Doer("role:designer"), away=(Away(start=_day(3), end=_day(1)),)), "before they are away"),
    ],
)
def test_who_is_never_available_is_named(member: Member, said: str) -> None:
    plan = plan_of(*_tasks(1), team=(member,))
    with pytest.raises(UserError, match=said):
        level(plan, MONDAY, Resources.of(plan, {}))
    with pytest.raises(UserError, match=said):
        schedule(plan)


def test_an_agent_that_may_do_nothing_is_never_available() -> None:
    with pytest.raises(UserError, match="writer is never available"):
        Resources.of(plan_of(item(1, agent=WRITER)), {WRITER: 0})
