"""When a plan will be finished, as odds: thousands of runs of its network, each with its own luck (Monte Carlo).

Adding up likely durations along one path hides that where paths merge the latest of them decides; runs do not
(Van Slyke, 1963). What each item's odds rest on is part of the result, and so is that nothing much is known.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from functools import cached_property
from types import MappingProxyType
from typing import Final

from plans.errors import UserError
from plans.model.calendar import Calendar
from plans.model.forecast_buffer import Buffer, buffer
from plans.model.forecast_network import WORK, Network, Node
from plans.model.forecast_runs import simulate
from plans.model.forecast_spread import Grounds, Spread, by, spread, under_way
from plans.model.history import History
from plans.model.plan import Plan
from plans.model.schedule import finish, order
from plans.words import Doer, ItemId, ItemKind

RUNS: Final = 10_000
_DRIVERS: Final = 2


@dataclass(frozen=True)
class Driver:
    """An item that decides when the plan is finished."""

    item: ItemId
    title: str
    criticality: float
    """Share of the runs in which it is on the longest path."""
    pull: float
    """How much of the finish's spread is its own: its criticality times its spread by that of the finish (the schedule
    sensitivity index, Vanhoucke 2010)."""
    said: str
    """What its odds rest on."""


@dataclass(frozen=True)
class Basis:
    """What a forecast was computed from. Milestones are reached, not worked on, and have no grounds."""

    items: tuple[Grounds, ...]
    unplanned: tuple[ItemId, ...] = ()
    """Open streams and milestones for which no work is on the plan yet. Of the whole plan nothing can be said then:
    its curve takes them as reached on their dates."""

    @property
    def enough(self) -> bool:
        """Whether there is more than guesses, and nothing unplanned; if not, the odds are no better than that."""
        return not self.unplanned and any(one.means != "guess" for one in self.items)

    @property
    def said(self) -> str:
        """``12 similar items by quill, 2 estimates in three points, 3 guesses``."""
        similar: dict[tuple[Doer, int, float], None] = {(g.doer, g.samples, g.ratio): None for g in self.items}
        said = [_counted(samples, f"similar item {by(doer)}", f"similar items {by(doer)}")
                for doer, samples, _ in similar if samples]  # fmt: skip
        for means, one, more in (
            ("estimate", "estimate in three points", "estimates in three points"),
            ("guess", "guess", "guesses"),
        ):
            number = sum(ground.means == means for ground in self.items)
            said += [_counted(number, one, more)] if number else []
        return ", ".join(said) or "nothing that is still to be done"


@dataclass(frozen=True)
class Forecast:
    """Odds as of ``today``, a day of the plan's zone. Shares are between 0 and 1."""

    today: date
    deadline: date
    runs: int
    curve: tuple[tuple[date, float], ...]
    """The days on which the plan may be finished, each with the share of runs in which it is by then; never empty."""
    criticality: Mapping[ItemId, float]
    """Of every open item: the share of runs in which it is on the longest path."""
    ends: Mapping[ItemId, float]
    """Of every open task and milestone: the chance that it is done by its own end."""
    drivers: tuple[Driver, ...]
    """The items that decide most, the first of them most; at most two."""
    basis: Basis
    buffer: Buffer | None
    """None when the plan has none, or nothing is open."""

    @cached_property
    def p50(self) -> date:
        """As likely before as after."""
        return self.by(0.5)

    @cached_property
    def p80(self) -> date:
        """The date to promise."""
        return self.by(0.8)

    @cached_property
    def p95(self) -> date:
        return self.by(0.95)

    @property
    def on_time(self) -> float:
        """The chance of making the deadline."""
        return self.chance(self.deadline)

    def by(self, share: float) -> date:
        """The first day by which the plan is finished in at least that share of the runs."""
        return next(day for day, reached in self.curve if reached >= share)

    def chance(self, day: date) -> float:
        """The share of runs in which the plan is finished by that day."""
        place = bisect_right(self.curve, day, key=lambda point: point[0])
        return self.curve[place - 1][1] if place else 0.0


def likely(plan: Plan, today: date, history: History, holidays: Collection[date] = frozenset()) -> float | None:
    """The chance of making the deadline; None for a plan of which nothing can be forecast."""
    try:
        return forecast(plan, today, history, holidays=holidays).on_time
    except UserError:
        return None


def forecast(
    plan: Plan,
    today: date,
    history: History = History(),  # noqa: B008 - immutable, like all of the model
    *,
    runs: int = RUNS,
    seed: int = 0,
    holidays: Collection[date] = frozenset(),
) -> Forecast:
    """Same plan, day, history and seed: same result. ``today``: a day of the plan's zone.

    Raises CycleError for a plan whose items wait for each other, and UserError for one without a task or milestone.
    """
    if runs < 1:
        raise ValueError("a forecast takes at least one run")
    if not any(item.kind in WORK for item in plan.items.values()):
        raise UserError(f"{plan.title} has no task or milestone whose end could be forecast.", "Give it some work.")
    calendar, sequence = Calendar.of(plan, holidays), order(plan)
    network, spreads, grounds = _drawn_from(Network.of_today(plan, calendar, sequence, today, history.begun), history)
    if not network.work:
        return _over(plan, today, holidays)
    ends = [calendar.rank(node.item.end) for node in network.nodes]
    tally = simulate(network, spreads, ends, runs, seed)
    reached, curve = 0, []
    for rank, count in tally.finishes.items():
        reached += count
        curve.append((calendar.day(rank), reached / runs))
    critical = {node.item.id: count / runs for node, count in zip(network.nodes, tally.critical, strict=True)}
    tasks = [item for item in (network.nodes[row].item for row in network.work) if item.kind is ItemKind.TASK]
    in_time = {network.nodes[row].item.id: tally.in_time[row] / runs for row in network.work}
    return Forecast(
        today=today,
        deadline=plan.deadline,
        runs=runs,
        curve=tuple(curve),
        criticality=MappingProxyType(critical),
        ends=MappingProxyType(in_time),
        drivers=_drivers(network, spreads, grounds, critical, _deviation(tally.finishes)),
        basis=Basis(tuple(grounds[task.id] for task in tasks), tuple(_unplanned(plan, sequence))),
        buffer=buffer(Network.as_meant(plan, calendar, sequence), network, calendar.rank(plan.deadline)),
    )


def _drawn_from(network: Network, history: History) -> tuple[Network, list[Spread], dict[ItemId, Grounds]]:
    """Each item's durations, given that they have not been reached yet; and the network without items whose have."""
    ratios = history.ratios()
    nodes: list[Node] = []
    spreads: list[Spread] = []
    grounds: dict[ItemId, Grounds] = {}
    for node in network.nodes:
        found, ground = spread(node.item, ratios)
        left = under_way(found.table, node.elapsed or 0)
        if left is None:
            # Longer than anything known: as if it began today, because what there is says nothing else.
            ground = replace(ground, said=f"{ground.said}; it has taken longer than that already")
        nodes.append(replace(node, opens=node.floor, elapsed=0) if left is None else node)
        spreads.append(found if left is None else replace(found, table=left))
        grounds[node.item.id] = ground
    return replace(network, nodes=tuple(nodes)), spreads, grounds


def _unplanned(plan: Plan, sequence: Sequence[ItemId]) -> Iterator[ItemId]:
    """A milestone's work is under it, or what it waits for; that of one behind other milestones may be theirs."""
    under: dict[ItemId, list[ItemId]] = {}
    for item in plan.items.values():
        if item.parent is not None:
            under.setdefault(item.parent, []).append(item.id)
    without: set[ItemId] = set()
    for key in sequence:
        item, parts = plan.items[key], under.get(key, [])
        if item.kind is ItemKind.MILESTONE:
            parts = [one for one in (*parts, *item.waits) if one in plan.items]
            lacking = not any(plan.items[one].kind is ItemKind.TASK for one in parts)
            lacking = lacking and (not parts or any(one in without for one in parts))
        else:
            lacking = item.kind is ItemKind.STREAM and not parts
        if lacking and not item.settled:
            without.add(key)
            yield key


def _drivers(
    network: Network,
    spreads: Sequence[Spread],
    grounds: Mapping[ItemId, Grounds],
    critical: Mapping[ItemId, float],
    deviation: float,
) -> tuple[Driver, ...]:
    """Tasks alone: a milestone decides nothing."""
    found = []
    for row in network.work:
        item = network.nodes[row].item
        if item.kind is ItemKind.TASK and critical[item.id]:
            pull = critical[item.id] * float(spreads[row].table.std()) / deviation if deviation else 0.0
            found.append(Driver(item.id, item.title, critical[item.id], pull, grounds[item.id].said))
    return tuple(sorted(found, key=lambda one: (-one.pull, -one.criticality))[:_DRIVERS])


def _deviation(finishes: Mapping[int, int]) -> float:
    """Standard deviation of the finish, in working days."""
    runs = sum(finishes.values())
    mean = sum(rank * count for rank, count in finishes.items()) / runs
    return float((sum(count * (rank - mean) ** 2 for rank, count in finishes.items()) / runs) ** 0.5)


def _over(plan: Plan, today: date, holidays: Collection[date]) -> Forecast:
    """Everything is settled: there is nothing uncertain about that."""
    return Forecast(
        today=today,
        deadline=plan.deadline,
        runs=0,
        curve=((finish(plan, today, holidays), 1.0),),
        criticality=MappingProxyType({}),
        ends=MappingProxyType({}),
        drivers=(),
        basis=Basis(()),
        buffer=None,
    )


def _counted(number: int, one: str, more: str) -> str:
    return f"{number} {one if number == 1 else more}"
