"""A plan's open items as a problem for the scheduler: activities, capacities and what waits for what.

A container is two activities, which take nobody's time: its own days, and a gate behind its children for whoever waits
for it. What keeps its place is one without demands; the time that it takes is taken by activities of its own, so that
somebody who was given too much is busy, and no more than busy.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from plans.model.plan import Link
from plans.model.rcpsp import Activity, Demand, Precedence, Problem, Wait
from plans.model.standing import Standing
from plans.words import Doer, ItemId


@dataclass
class _Builder:
    standing: Standing
    doers: dict[Doer, int] = field(default_factory=dict)
    activities: list[Activity] = field(default_factory=list)
    precedences: list[Precedence] = field(default_factory=list)
    places: dict[ItemId, int] = field(default_factory=dict)
    gates: dict[ItemId, int] = field(default_factory=dict)
    """Of containers that somebody waits for."""

    def add(self, activity: Activity) -> int:
        self.activities.append(activity)
        return len(self.activities) - 1

    def demands(self, doer: Doer, amount: int) -> tuple[Demand, ...]:
        return (Demand(self.doers.setdefault(doer, len(self.doers)), amount),) if amount else ()

    def place(self, item_id: ItemId) -> None:
        standing = self.standing
        item, span, axis = standing.plan.items[item_id], standing.spans[item_id], standing.axis
        if item_id in standing.kept:
            times = standing.times(item_id)
            activity = Activity(len(times), earliest=times.start, fixed=True)
        else:
            earliest = axis.time(max(span.start, standing.now(item_id)))
            demands = self.demands(item.doer, standing.resources.demand(item))
            activity = Activity(span.pace.days, demands, earliest, shifts=axis.shifts(span.pace.calendar))
        self.places[item_id] = self.add(activity)

    def occupy(self) -> None:
        """The time that what keeps its place takes, whoever's it is."""
        for doer, start, end, amount in self.standing.busy:
            self.add(Activity(end - start, self.demands(doer, amount), start, fixed=True))

    def gate(self, container: ItemId) -> None:
        """Opens when the container's own days and all its children are over."""
        gate = self.gates[container] = self.add(Activity(0))
        self.precedences.append(Precedence(self.places[container], gate))
        self.precedences += [Precedence(self.over(child), gate) for child in self.standing.children[container]]

    def over(self, item: ItemId) -> int:
        return self.gates.get(item, self.places[item])

    def wait(self, item_id: ItemId) -> None:
        if item_id in self.standing.kept:
            return
        item, after = self.standing.plan.items[item_id], self.places[item_id]
        self.precedences += [Precedence(self.over(before), after) for before in item.after if before in self.places]
        for link in item.links:
            if link.item in self.places:
                self._link(link, after)

    def _link(self, link: Link, after: int) -> None:
        wait = Wait(link.kind)
        if wait is Wait.START_START and link.item in self.standing.kept:
            return  # when it began is known, and its follower's earliest start goes by it
        before = self.places[link.item] if wait is Wait.START_START else self.over(link.item)
        if not link.lag or self.standing.axis.uniform:
            self.precedences.append(Precedence(before, after, link.lag, wait))
            return
        # The plan's working days between are an activity of nobody's.
        between = self.add(Activity(link.lag, shifts=self.standing.axis.shifts(self.standing.paces.calendar)))
        self.precedences += [Precedence(before, between, 0, wait), Precedence(between, after)]


@dataclass(frozen=True)
class Network:
    """The problem, and which item is which of its activities."""

    problem: Problem
    places: Mapping[ItemId, int]
    doers: tuple[Doer, ...]
    """Whose time each of its resources is."""


def network(standing: Standing) -> Network:
    """The problem of sharing out everybody's time. Containers that hold nobody up are left out of it."""
    builder = _Builder(standing)
    gated = _gated(standing)
    for item in standing.sequence:
        if item not in standing.children or item in gated or _waits(standing, item):
            builder.place(item)
            if item in gated:
                builder.gate(item)
    for item in standing.sequence:
        if item in builder.places:
            builder.wait(item)
    builder.occupy()
    doers = tuple(builder.doers)
    capacities = tuple(standing.resources.capacity(doer) for doer in doers)
    return Network(Problem(tuple(builder.activities), capacities, tuple(builder.precedences)), builder.places, doers)


def _waits(standing: Standing, item: ItemId) -> bool:
    return any(before in standing.spans for before in standing.plan.items[item].waits)


def _gated(standing: Standing) -> set[ItemId]:
    """The containers for whose end somebody waits, and all containers in them."""
    gated: set[ItemId] = set()
    for item_id in standing.sequence:
        item = standing.plan.items[item_id]
        gated.update(item.after)
        gated.update(link.item for link in item.links if link.kind == "finish_start")
    for item_id in reversed(standing.sequence):  # parents first
        if item_id in gated:
            gated.update(standing.children.get(item_id, ()))
    return gated & standing.children.keys()
