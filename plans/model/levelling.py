"""When things can happen with the people and agents there are: the critical path, levelled to everybody's time.

Nobody is given more than they can do on a day, on none but their own working days, and nothing before what it waits
for. The list scheduler gives a good schedule in milliseconds; OR-Tools' CP-SAT improves it within its time limit and
proves how much there is to gain. Windows are promises, not limits: like ``schedule``, levelling begins nothing before
its window and tells how late it ends.
"""

from __future__ import annotations

from bisect import bisect_right
from collections import Counter
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date
from types import MappingProxyType
from typing import Literal, NamedTuple

from plans.model.cpsat import solve
from plans.model.list_schedule import list_schedule
from plans.model.network import Network, network
from plans.model.plan import Plan
from plans.model.rcpsp import Solution
from plans.model.resources import Resources
from plans.model.schedule import end_of
from plans.model.standing import Standing
from plans.words import Doer, ItemId


class Placed(NamedTuple):
    """The days on which an item is begun and finished, of the plan's zone."""

    start: date
    finish: date


class Bottleneck(NamedTuple):
    """Who holds the finish up."""

    doer: Doer
    days: int
    """Working days of the plan that the items which decide the finish stand still because the doer is busy."""


@dataclass(frozen=True)
class Levelled:
    items: Mapping[ItemId, Placed]
    """The open items; what is done or dropped is gone."""
    finish: date
    """When the plan is finished, going by its windows and by everybody's time, as ``Schedule.finish`` does."""
    bound: date
    """No schedule that keeps all this finishes before."""
    method: Literal["list", "cp-sat"]
    bottleneck: Bottleneck | None
    """None where nobody's time holds the finish up."""

    @property
    def optimal(self) -> bool:
        """Whether it is proved that it cannot finish sooner."""
        return self.finish <= self.bound


def level(
    plan: Plan,
    today: date,
    resources: Resources,
    *,
    seconds: float = 1.0,
    deterministic: bool = False,
    quick: bool = False,
    holidays: Collection[date] = frozenset(),
) -> Levelled:
    """Start and finish of every open item, such that the last is finished as soon as possible.

    ``today``: a day of the plan's zone. ``seconds``: for CP-SAT, on two threads, behind the list scheduler; none of
    them leaves it at the list. ``deterministic``: the same result in every run. ``quick``: one pass of the list
    scheduler, in a few milliseconds for an ordinary plan. Raises CycleError, and UserError for somebody who is never
    available.
    """
    standing = Standing(plan, today, resources, holidays)
    found = network(standing)
    if quick:
        solution = list_schedule(found.problem, quick=True)
    else:
        solution = solve(found.problem, seconds, deterministic=deterministic)
    placed = _placed(standing, found, solution)
    finish = end_of(plan, {item: one.finish for item, one in placed.items()}, today)
    return Levelled(
        MappingProxyType(placed),
        finish,
        finish if solution.optimal else min(finish, _bound(standing, solution)),
        solution.method,
        _bottleneck(standing, found, solution),
    )


def _placed(standing: Standing, found: Network, solution: Solution) -> dict[ItemId, Placed]:
    placed: dict[ItemId, Placed] = {}
    for item in standing.sequence:
        span, place = standing.spans[item], found.places.get(item)
        if item in standing.kept:
            start, finish = span.start, standing.rest(item)[1]
        elif place is None:
            start, finish = span.start, span.own
        else:
            start, finish = (standing.axis.day(time) for time in (solution.starts[place], solution.ends[place] - 1))
        children = (placed[child].finish for child in standing.children.get(item, ()))
        placed[item] = Placed(start, max([finish, *children]))
    return {item: placed[item] for item in standing.sequence}


def _bound(standing: Standing, solution: Solution) -> date:
    """The critical path's finish, or what the scheduler has proved."""
    path = {item: span.finish for item, span in standing.spans.items()}
    return max(end_of(standing.plan, path, standing.today), standing.axis.day(solution.bound - 1))


def _bottleneck(standing: Standing, found: Network, solution: Solution) -> Bottleneck | None:
    """Who makes the items on the way back from the finish stand still, most of all."""
    problem, still = found.problem, Counter[Doer]()
    if not problem.activities:
        return None
    ending = _by_end(found, solution)
    at, calendar = max(range(len(problem.activities)), key=lambda place: solution.ends[place]), standing.paces.calendar
    while True:
        activity, start = problem.activities[at], solution.starts[at]
        waits = problem.before[at] if not activity.fixed else ()
        bounds = {
            one.before: problem.bound(one, solution.starts[one.before], solution.ends[one.before]) for one in waits
        }
        free = problem.fit(at, max([activity.earliest, *bounds.values()]))[0]
        if start > free:
            resource = activity.demands[0].resource
            ends = ending[resource]
            rival = ends[bisect_right(ends, (start, len(problem.activities))) - 1][1]
            days = standing.axis.day(max(free, solution.starts[rival])), standing.axis.day(start)
            still[found.doers[resource]] += calendar.workdays_between(*days) - 1
            at = rival
        elif free > activity.earliest:
            at = max(bounds, key=lambda place: bounds[place])
        else:
            break
    return Bottleneck(*still.most_common(1)[0]) if +still else None


def _by_end(found: Network, solution: Solution) -> dict[int, list[tuple[int, int]]]:
    """Ends and activities of each doer, in order."""
    ending: dict[int, list[tuple[int, int]]] = {place: [] for place in range(len(found.doers))}
    for place, activity in enumerate(found.problem.activities):
        for demand in activity.demands:
            ending[demand.resource].append((solution.ends[place], place))
    for ends in ending.values():
        ends.sort()
    return ending
