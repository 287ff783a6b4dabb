"""The same problem for OR-Tools' CP-SAT: proves how good a schedule is, and finds the best one where there is time.

It starts from the list scheduler's result and stops at its time limit with the best found and the bound it has proved.
Without OR-Tools there is no better schedule than the list scheduler's.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from typing import TYPE_CHECKING, Any

from plans.model.list_schedule import generate, list_schedule
from plans.model.rcpsp import Problem, Solution, Wait

if TYPE_CHECKING:
    from ortools.sat.python import cp_model

MOST = 3000
"""Activities beyond which making the model takes longer than solving it is worth."""
CELLS = 200_000
"""Possible starts of all activities that go by shifts, likewise."""
_SHARE = 0.85
"""Of the time that is given; the rest is the list scheduler's and the model's."""


def solve(problem: Problem, seconds: float = 1.0, seed: int = 0, *, deterministic: bool = False) -> Solution:
    """The best schedule that is found in about so many seconds on two threads, the list scheduler's share included.

    ``deterministic``: on one thread and by the solver's own count of its work instead of the clock, so that every run
    gives the same.
    """
    found = list_schedule(problem, seed)
    if found.optimal or seconds <= 0 or _too_large(problem, found.makespan):
        return found
    try:
        from ortools.sat.python import cp_model  # noqa: PLC0415 - a second and 100 MB that most days need not
    except ImportError:
        return found
    model = _Model(cp_model.CpModel(), problem, found)
    solver = cp_model.CpSolver()
    _tell(solver.parameters, seconds, seed, deterministic)
    status = solver.solve(model.model)
    if status not in (cp_model.OPTIMAL, cp_model.FEASIBLE):
        return found
    bound = max(found.bound, round(solver.best_objective_bound))
    if round(solver.objective_value) >= found.makespan:
        return Solution(found.starts, found.ends, min(bound, found.makespan), found.method)
    # As CP-SAT only looks at the last end, everything else is moved up as far as it goes.
    placed = generate(problem, [solver.value(start) for start in model.starts])
    return Solution(*placed, bound=min(bound, max(placed[1])), method="cp-sat")


def _too_large(problem: Problem, horizon: int) -> bool:
    places = zip(problem.activities, problem.heads, problem.tails, strict=True)
    cells = sum(horizon - head - tail for activity, head, tail in places if activity.shifts)
    return len(problem.activities) > MOST or cells > CELLS


def _tell(parameters: Any, seconds: float, seed: int, deterministic: bool) -> None:
    """How to search. Measured on PSPLIB's hardest instances of 30 jobs (OR-Tools 9.15): with a second to spend, rounds
    of presolve and probing cost more than they bring, and a linear relaxation of everything proves more.
    """
    parameters.random_seed = seed
    parameters.linearization_level = 2
    parameters.max_presolve_iterations = 1
    parameters.cp_model_probing_level = 1
    if deterministic:
        parameters.num_workers = 1
        parameters.max_deterministic_time = seconds
    else:
        parameters.num_workers = 2
        parameters.max_time_in_seconds = seconds * _SHARE


class _Model:
    """Starts within the window that the best known end leaves, and what must hold between them."""

    def __init__(self, model: cp_model.CpModel, problem: Problem, known: Solution) -> None:
        self.model = model
        self._problem = problem
        self._horizon = known.makespan
        self._tables: dict[tuple[int, int], tuple[list[int], list[int]]] = {}
        self.starts: list[cp_model.IntVar] = []
        self._ends: list[cp_model.LinearExprT] = []
        self._intervals: list[cp_model.IntervalVar] = []
        for place in range(len(problem.activities)):
            self._add(place)
            model.add_hint(self.starts[place], known.starts[place])
        self._waits()
        self._capacities()
        makespan = model.new_int_var(problem.floor, known.makespan, "makespan")
        for end in self._ends:
            model.add(makespan >= end)
        model.minimize(makespan)

    def _add(self, place: int) -> None:
        problem, activity = self._problem, self._problem.activities[place]
        first = problem.heads[place]
        last = first if activity.fixed else self._horizon - problem.tails[place]
        if activity.shifts is None or activity.fixed:
            start = self.model.new_int_var(first, last, f"s{place}")
            length = problem.fit(place, first)[1] - first
            self._ends.append(start + length)
            self._intervals.append(self.model.new_fixed_size_interval_var(start, length, f"i{place}"))
        else:
            start, end = self._shifted(place, first, last)
            self._ends.append(end)
            size = self.model.new_int_var(0, self._horizon, f"d{place}")
            self._intervals.append(self.model.new_interval_var(start, size, end, f"i{place}"))
        self.starts.append(start)

    def _shifted(self, place: int, first: int, last: int) -> tuple[cp_model.IntVar, cp_model.IntVar]:
        """Start and end by way of a table: the how-manieth possible start it is tells both."""
        starts, ends = self._table(place)
        low, high = bisect_left(starts, first), bisect_right(starts, last)
        starts, ends = starts[low:high], ends[low:high]
        nth = self.model.new_int_var(0, len(starts) - 1, f"n{place}")
        start = self.model.new_int_var(starts[0], starts[-1], f"s{place}")
        end = self.model.new_int_var(ends[0], ends[-1], f"e{place}")
        self.model.add_element(nth, starts, start)
        self.model.add_element(nth, ends, end)
        return start, end

    def _table(self, place: int) -> tuple[list[int], list[int]]:
        """Every start that there is for as much work on these shifts, and its end."""
        activity = self._problem.activities[place]
        kind = (id(activity.shifts), activity.duration)
        if kind not in self._tables:
            starts: list[int] = []
            ends: list[int] = []
            time = 0
            while time <= self._horizon:
                start, end = self._problem.fit(place, time)
                starts.append(start)
                ends.append(end)
                time = start + 1
            self._tables[kind] = starts, ends
        return self._tables[kind]

    def _waits(self) -> None:
        for one in self._problem.precedences:
            if self._problem.activities[one.after].fixed:
                continue
            before = self.starts[one.before] if one.wait is Wait.START_START else self._ends[one.before]
            after = self._ends[one.after] if one.wait is Wait.FINISH_FINISH else self.starts[one.after]
            self.model.add(after >= before + one.lag)

    def _capacities(self) -> None:
        needs: list[list[tuple[cp_model.IntervalVar, int]]] = [[] for _ in self._problem.capacities]
        for activity, interval in zip(self._problem.activities, self._intervals, strict=True):
            for resource, amount in activity.demands:
                if activity.duration:
                    needs[resource].append((interval, amount))
        for capacity, needed in zip(self._problem.capacities, needs, strict=True):
            intervals, amounts = [one for one, _ in needed], [amount for _, amount in needed]
            if all(2 * amount > capacity for amount in amounts):
                self.model.add_no_overlap(intervals)
            else:
                self.model.add_cumulative(intervals, amounts, capacity)
