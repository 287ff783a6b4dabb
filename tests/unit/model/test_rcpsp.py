from __future__ import annotations

import sys
from itertools import permutations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from plans.model.cpsat import solve
from plans.model.list_schedule import generate, list_schedule
from plans.model.rcpsp import Activity, Demand, Precedence, Problem, Solution, Wait
from tests.bench.psplib_file import Instance
from tests.bench.psplib_made import made
from tests.unit.model.drawn import patient


class EveryOther:
    """Work on even times only."""

    def forward(self, time: int, duration: int) -> tuple[int, int]:
        start = time + time % 2
        return (start, start + 2 * duration - 1) if duration else (time, time)

    def backward(self, time: int, duration: int) -> tuple[int, int]:
        last = (time - 1) - (time - 1) % 2
        return (last - 2 * (duration - 1), last + 1) if duration else (time, time)


SHIFTS = EveryOther()


@st.composite
def problems(draw: st.DrawFn) -> Problem:
    count = draw(st.integers(1, 8))
    capacities = tuple(draw(st.lists(st.integers(1, 4), min_size=1, max_size=2)))
    activities = [
        Activity(
            draw(st.integers(0, 4)),
            tuple(
                Demand(resource, draw(st.integers(1, capacity)))
                for resource, capacity in enumerate(capacities)
                if draw(st.booleans())
            ),
            draw(st.integers(0, 5)),
            shifts=draw(st.sampled_from([None, None, SHIFTS])),
        )
        for _ in range(count)
    ]
    precedences = [
        Precedence(before, after, draw(st.integers(0, 3)), draw(st.sampled_from(list(Wait))))
        for after in range(count)
        for before in range(after)
        if draw(st.integers(0, 3)) == 0
    ]
    return Problem(tuple(activities), capacities, tuple(precedences))


def broken(problem: Problem, found: Solution) -> list[str]:
    """What a solution does not keep, time by time."""
    said = []
    for place, activity in enumerate(problem.activities):
        start, end = found.starts[place], found.ends[place]
        if start < activity.earliest or (start, end) != problem.fit(place, start):
            said.append(f"{place} from {start} to {end}")
    for one in problem.precedences:
        before = found.starts[one.before] if one.wait is Wait.START_START else found.ends[one.before]
        after = found.ends[one.after] if one.wait is Wait.FINISH_FINISH else found.starts[one.after]
        if after < before + one.lag:
            said.append(f"{one}")
    for resource, capacity in enumerate(problem.capacities):
        for time in range(found.makespan):
            used = sum(
                demand.amount
                for place, activity in enumerate(problem.activities)
                for demand in activity.demands
                if demand.resource == resource and found.starts[place] <= time < found.ends[place]
            )
            if used > capacity:
                said.append(f"resource {resource} at {time}: {used}")
    return said


@settings(patient, max_examples=300)
@given(problems(), st.integers(0, 3))
def test_the_list_scheduler_keeps_everything_and_gives_the_same_again(problem: Problem, seed: int) -> None:
    found = list_schedule(problem, seed)
    assert broken(problem, found) == []
    assert problem.floor <= found.makespan <= list_schedule(problem, quick=True).makespan
    assert list_schedule(problem, seed) == found


@settings(patient, max_examples=60)
@given(problems())
def test_the_solver_keeps_everything_and_proves_no_more_than_there_is(problem: Problem) -> None:
    found = solve(problem, 1.0, deterministic=True)
    assert broken(problem, found) == []
    assert found.bound <= found.makespan <= list_schedule(problem).makespan
    # Of small problems the best order is found by trying them all, at least where nothing ends out of order.
    if len(problem.activities) <= 5:
        best = min(max(generate(problem, keys)[1]) for keys in permutations(range(len(problem.activities))))
        assert found.bound <= best
        assert found.makespan <= best


@pytest.mark.parametrize("number", range(4))
def test_made_instances_are_solved_to_the_end_that_is_built_into_them(number: int) -> None:
    instance, optimum = made(number)
    problem = instance.problem
    found = solve(problem, 2.0, deterministic=True)
    assert not _broken(instance, list_schedule(problem))
    assert not _broken(instance, found)
    assert (found.makespan, found.optimal) == (optimum, True)


def test_the_solver_ends_sooner_where_the_list_does_not_find_the_best() -> None:
    instance, optimum = made(0, jobs=18)
    assert list_schedule(instance.problem).makespan > optimum
    found = solve(instance.problem, 5.0, deterministic=True)
    assert (found.makespan, found.method) == (optimum, "cp-sat")


def _broken(instance: Instance, found: Solution) -> list[str]:
    return instance.broken(dict(zip(instance.durations, found.starts, strict=True)))


HARD = Problem(
    tuple(
        Activity(duration, (Demand(0, amount),))
        for duration, amount in [(7, 3), (5, 4), (4, 2), (6, 5), (3, 3), (8, 2), (2, 4), (5, 3), (4, 4), (6, 2), (3, 1)]
    ),
    (6,),
)


def test_what_is_under_way_stays_where_it_is_and_the_rest_goes_around_it() -> None:
    under_way = Activity(2, (Demand(0, 1),), earliest=3, fixed=True)
    problem = Problem((Activity(4, (Demand(0, 1),)), Activity(3, (Demand(0, 1),)), under_way), (1,))
    found = solve(problem, 1.0, deterministic=True)
    assert (found.starts, found.optimal) == ((5, 0, 3), True)


def test_without_the_solver_the_list_schedule_stands(monkeypatch: pytest.MonkeyPatch) -> None:
    assert not list_schedule(HARD, quick=True).optimal
    monkeypatch.setitem(sys.modules, "ortools.sat.python", None)
    assert solve(HARD) == list_schedule(HARD)


def test_no_time_for_the_solver_leaves_it_at_the_list() -> None:
    assert solve(HARD, 0) == list_schedule(HARD)


@pytest.mark.parametrize(
    ("precedences", "said"),
    [((Precedence(0, 1), Precedence(1, 0)), "circle"), ((), "needs 3 of resource 0")],
)
def test_what_no_schedule_can_keep_is_refused(precedences: tuple[Precedence, ...], said: str) -> None:
    amount = 1 if precedences else 3
    with pytest.raises(ValueError, match=said):
        Problem((Activity(1, (Demand(0, amount),)), Activity(1)), (2,), precedences)
