"""The list scheduler: activities one after the other, each as soon as it fits, in orders that are known to be good.

Serial schedule generation under several priority rules (Kolisch and Hartmann, 1999), each improved forward and backward
(double justification: Valls, Ballestín and Quintanilla, 2005), then a number of biased random orders, drawn from the
seed that is handed in. Deterministic; takes milliseconds for tens of activities and seconds for ten thousand.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from heapq import heapify, heappop, heappush
from itertools import chain
from random import Random

import rustworkx as rx

from plans.model.rcpsp import Activity, Precedence, Problem, Shifts, Solution, Wait

_EFFORT = 16_000
"""Activities that are placed before the search ends: about a tenth of a second, whatever the size."""
_LARGE = 2000
"""From so many activities on, one rule and one improvement have to do."""

Placed = tuple[tuple[int, ...], tuple[int, ...]]
"""Starts and ends."""


class _Profile:
    """How much of each resource is taken at each time."""

    def __init__(self, problem: Problem) -> None:
        self._problem = problem
        self._taken: list[list[int]] = [[] for _ in problem.capacities]
        self._hopeless: dict[tuple[object, ...], tuple[int, int]] = {}
        """Of a kind of activity: from one time to before another it fits nowhere. What is taken only grows."""

    def take(self, activity: Activity, start: int, end: int) -> None:
        for resource, amount in activity.demands:
            row = self._taken[resource]
            if len(row) < end:
                row.extend([0] * (end - len(row)))
            for time in range(start, end):
                row[time] += amount

    def _clash(self, activity: Activity, start: int, end: int) -> int:
        """The last time between start and end at which something is short; -1: it fits."""
        for resource, amount in activity.demands:
            row, left = self._taken[resource], self._problem.capacities[resource] - amount
            for time in range(min(end, len(row)) - 1, start - 1, -1):
                if row[time] > left:
                    return time
        return -1

    def slot(self, place: int, earliest: int) -> tuple[int, int]:
        """The first start from ``earliest`` on at which there is enough of everything, and its end."""
        activity, fit = self._problem.activities[place], self._problem.fit
        if not activity.demands:
            return fit(place, earliest)
        kind = (activity.demands, activity.duration, id(activity.shifts))
        since, until = self._hopeless.get(kind, (earliest, earliest))
        time = earliest
        while True:
            if since <= time < until:
                time = until
            start, end = fit(place, time)
            clash = self._clash(activity, start, end)
            if clash < 0:
                if start >= since and earliest <= until:
                    self._hopeless[kind] = (min(earliest, since), max(start, until))
                return start, end
            time = clash + 1


def generate(problem: Problem, keys: Sequence[float], floor: int = 0) -> Placed:
    """Serial schedule generation: of what may be placed, always the one with the lowest key; none before ``floor``."""
    activities, profile = problem.activities, _Profile(problem)
    starts, ends = [0] * len(activities), [0] * len(activities)
    for place, activity in enumerate(activities):
        if activity.fixed:
            starts[place], ends[place] = problem.fit(place, activity.earliest)
            profile.take(activity, starts[place], ends[place])
    blocked = [len(waits) for waits in problem.before]
    heap = [(keys[place], place) for place, count in enumerate(blocked) if not count]
    heapify(heap)
    while heap:
        _, place = heappop(heap)
        activity = activities[place]
        if not activity.fixed:
            earliest = max(activity.earliest, floor)
            for one in problem.before[place]:
                earliest = max(earliest, problem.bound(one, starts[one.before], ends[one.before]))
            starts[place], ends[place] = profile.slot(place, earliest)
            profile.take(activity, starts[place], ends[place])
        for one in problem.behind[place]:
            blocked[one.after] -= 1
            if not blocked[one.after]:
                heappush(heap, (keys[one.after], one.after))
    return tuple(starts), tuple(ends)


class _Mirrored:
    """Shifts seen from the horizon backwards."""

    def __init__(self, shifts: Shifts, horizon: int) -> None:
        self._shifts = shifts
        self._horizon = horizon

    def forward(self, time: int, duration: int) -> tuple[int, int]:
        start, end = self._shifts.backward(self._horizon - time, duration)
        return self._horizon - end, self._horizon - start

    def backward(self, time: int, duration: int) -> tuple[int, int]:
        start, end = self._shifts.forward(self._horizon - time, duration)
        return self._horizon - end, self._horizon - start


_MIRRORED = {
    Wait.FINISH_START: Wait.FINISH_START,
    Wait.START_START: Wait.FINISH_FINISH,
    Wait.FINISH_FINISH: Wait.START_START,
}


def _mirror(problem: Problem, horizon: int) -> Problem:
    """The same problem with time running backwards from the horizon; earliest starts are left to be checked."""
    shifts = {id(one.shifts): _Mirrored(one.shifts, horizon) for one in problem.activities if one.shifts}
    activities = [
        Activity(
            one.duration,
            one.demands,
            horizon - problem.fit(place, one.earliest)[1] if one.fixed else 0,
            one.fixed,
            shifts.get(id(one.shifts)),
        )
        for place, one in enumerate(problem.activities)
    ]
    precedences = [
        Precedence(one.after, one.before, one.lag, _MIRRORED[one.wait])
        for one in problem.precedences
        # What is under way waits for nothing any more.
        if not problem.activities[one.after].fixed
    ]
    return Problem(tuple(activities), problem.capacities, tuple(precedences))


class _Search:
    """Keeps the best schedule, and counts the work."""

    def __init__(self, problem: Problem, first: Placed) -> None:
        self._problem = problem
        self._horizon = 2 * max(first[1])
        self._backwards = _mirror(problem, self._horizon)
        self.spent = 0
        self.best = first
        self.improve(first, 5)

    @property
    def settled(self) -> bool:
        """Whether nothing is left to be found."""
        return max(self.best[1]) <= self._problem.floor

    def attempt(self, keys: Sequence[float]) -> None:
        self.spent += len(keys)
        self.improve(generate(self._problem, keys), 3)

    def improve(self, placed: Placed, rounds: int) -> None:
        """Justifies it to the right, then to the left, for as long as that makes it end sooner."""
        for _ in range(rounds):
            found = self._justified(placed)
            if found is None or max(found[1]) >= max(placed[1]):
                break
            placed = found
        if max(placed[1]) < max(self.best[1]):
            self.best = placed

    def _justified(self, placed: Placed) -> Placed | None:
        horizon = self._horizon
        if max(placed[1]) > horizon or self.spent > _EFFORT:  # worse than twice as long as the first is beyond help
            return None
        self.spent += 2 * len(placed[0])
        right = generate(self._backwards, [horizon - end for end in placed[1]], horizon - max(placed[1]))
        starts = [horizon - end for end in right[1]]
        if any(start < one.earliest for start, one in zip(starts, self._problem.activities, strict=True)):
            return None
        return generate(self._problem, starts)


def _rules(problem: Problem) -> Iterator[list[float]]:
    """Keys of the priority rules, the best first."""
    durations = [one.duration for one in problem.activities]
    yield [duration - tail for duration, tail in zip(durations, problem.tails, strict=True)]  # latest finish
    yield [-tail for tail in problem.tails]  # latest start
    slack = [-tail - head for tail, head in zip(problem.tails, problem.heads, strict=True)]
    yield [float(one) for one in slack]  # least slack
    graph: rx.PyDiGraph[int, None] = rx.PyDiGraph()
    graph.add_nodes_from(range(len(durations)))
    graph.add_edges_from_no_data([(one.before, one.after) for one in problem.precedences])
    behind = [rx.descendants(graph, place) for place in range(len(durations))]
    yield [-float(len(one)) for one in behind]  # most successors
    yield [-float(own + sum(durations[one] for one in all_)) for own, all_ in zip(durations, behind, strict=True)]


def _orders(problem: Problem, search: _Search, random: Random) -> Iterator[list[float]]:
    """Latest starts, blurred; then, for the second half of the work, the best schedule so far, blurred."""
    spread = max(2.0, 0.35 * max(problem.tails))
    while search.spent < _EFFORT // 2:
        yield [random.uniform(0, spread) - tail for tail in problem.tails]
    spread = max(2.0, 0.15 * max(search.best[1]))
    while search.spent < _EFFORT:
        yield [start + random.uniform(0, spread) for start in search.best[0]]


def list_schedule(problem: Problem, seed: int = 0, *, quick: bool = False) -> Solution:
    """The best schedule that the list scheduler finds; the same for the same problem and seed.

    ``quick``: one priority rule, not improved, as it is asked for again and again by somebody who is waiting.
    """
    rules = _rules(problem)
    best = generate(problem, next(rules))
    if not quick and max(best[1], default=0) > problem.floor:
        best = _searched(problem, best, rules, Random(seed))
    return Solution(*best, bound=problem.floor, method="list")


def _searched(problem: Problem, first: Placed, rules: Iterator[list[float]], random: Random) -> Placed:
    search = _Search(problem, first)
    if len(problem.activities) > _LARGE:
        return search.best
    for keys in chain(rules, _orders(problem, search, random)):
        if search.settled:
            break
        search.attempt(keys)
    return search.best
