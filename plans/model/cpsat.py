"""The same problem for OR-Tools' CP-SAT: proves how good a schedule is, and finds the best one where there is time.

It starts from the list scheduler's result and stops at its time limit with the best found and the bound it has proved.
Without OR-Tools there is no better schedule than the list scheduler's.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from plans.model.list_schedule import generate, list_schedule
from plans.model.rcpsp import Problem, Solution, Wait

if TYPE_CHECKING:
    from ortools.sat.python import cp_model

MOST = 3000
"""Activities beyond which the model alone takes longer than its solving is worth."""
_SHARE = 0.85
"""Of the time that is given; the rest is the list scheduler's and the model's."""


def solve(problem: Problem, seconds: float = 1.0, seed: int = 0, *, deterministic: bool = False) -> Solution:
    """The best schedule that is found in about so many seconds on two threads, the list scheduler's share included.

    ``deterministic``: on one thread and by the solver's own count of its work instead of the clock, so that every run
    gives the same.
    """
    found = list_schedule(problem, seed)
    if found.optimal or not problem.activities or len(problem.activities) > MOST or seconds <= 0:
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
        last = first if activity.fixed else max(first, self._horizon - problem.tails[place])
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
        pairs: list[tuple[int, int]] = []
        time = first
        while time <= last or not pairs:
            start, end = self._problem.fit(place, time)
            if pairs and end > self._horizon:
                break
            pairs.append((start, end))
            time = start + 1
        nth = self.model.new_int_var(0, len(pairs) - 1, f"n{place}")
        start_var = self.model.new_int_var(pairs[0][0], pairs[-1][0], f"s{place}")
        end_var = self.model.new_int_var(pairs[0][1], pairs[-1][1], f"e{place}")
        self.model.add_element(nth, [start for start, _ in pairs], start_var)
        self.model.add_element(nth, [end for _, end in pairs], end_var)
        return start_var, end_var

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
