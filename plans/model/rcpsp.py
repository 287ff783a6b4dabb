"""Scheduling with limited resources in whole numbers: activities, what they need, what they wait for.

The resource-constrained project scheduling problem (RCPSP) with generalised precedence, earliest starts, activities
that are under way, and shifts: the times at which an activity can be worked on. Times are integers from 0, ends
exclusive; an activity holds what it needs from its start to its end. Nothing here knows of plans and days: see
``levelling``.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from functools import cached_property
from typing import Literal, NamedTuple, Protocol


class Wait(StrEnum):
    """Between which ends of two activities a lag is kept."""

    FINISH_START = "finish_start"
    START_START = "start_start"
    FINISH_FINISH = "finish_finish"


class Precedence(NamedTuple):
    """``after`` keeps a lag behind ``before``; activities by their index."""

    before: int
    after: int
    lag: int = 0
    wait: Wait = Wait.FINISH_START


class Shifts(Protocol):
    """When an activity can be worked on."""

    def forward(self, time: int, duration: int) -> tuple[int, int]:
        """The earliest start from that time on, and the end of as much work begun there."""
        ...

    def backward(self, time: int, duration: int) -> tuple[int, int]:
        """The latest start such that so much work is over by that time, and its end."""
        ...


class Demand(NamedTuple):
    """So much of a resource, by its index."""

    resource: int
    amount: int


@dataclass(frozen=True)
class Activity:
    duration: int
    demands: tuple[Demand, ...] = ()
    earliest: int = 0
    fixed: bool = False
    """Whether it starts at ``earliest`` and nowhere else: it is under way."""
    shifts: Shifts | None = None
    """None: it can be worked on at any time."""


@dataclass(frozen=True)
class Problem:
    """Raises ValueError for what no schedule can keep: a circle, or a demand above the capacity."""

    activities: tuple[Activity, ...]
    capacities: tuple[int, ...]
    precedences: tuple[Precedence, ...] = ()

    def __post_init__(self) -> None:
        for place, activity in enumerate(self.activities):
            for demand in activity.demands:
                if demand.amount > self.capacities[demand.resource]:
                    raise ValueError(
                        f"activity {place} needs {demand.amount} of resource {demand.resource}, "
                        f"which has {self.capacities[demand.resource]}"
                    )
        if len(self.sequence) < len(self.activities):
            raise ValueError("activities wait for each other in a circle")

    @cached_property
    def before(self) -> tuple[tuple[Precedence, ...], ...]:
        """What each activity waits for."""
        return self._by([precedence.after for precedence in self.precedences])

    @cached_property
    def behind(self) -> tuple[tuple[Precedence, ...], ...]:
        """What waits for each activity."""
        return self._by([precedence.before for precedence in self.precedences])

    def _by(self, ends: Sequence[int]) -> tuple[tuple[Precedence, ...], ...]:
        found: list[list[Precedence]] = [[] for _ in self.activities]
        for end, precedence in zip(ends, self.precedences, strict=True):
            found[end].append(precedence)
        return tuple(tuple(one) for one in found)

    @cached_property
    def sequence(self) -> tuple[int, ...]:
        """The activities such that each comes behind what it waits for; less where they wait in a circle."""
        blocked = [len(waits) for waits in self.before]
        found = [place for place, count in enumerate(blocked) if not count]
        for place in found:
            for precedence in self.behind[place]:
                blocked[precedence.after] -= 1
                if not blocked[precedence.after]:
                    found.append(precedence.after)
        return tuple(found)

    def fit(self, place: int, time: int) -> tuple[int, int]:
        """Start and end of an activity begun as soon as possible from that time on, going by its shifts alone."""
        activity = self.activities[place]
        if activity.shifts is None:
            return time, time + activity.duration
        return activity.shifts.forward(time, activity.duration)

    def bound(self, precedence: Precedence, start: int, end: int) -> int:
        """The earliest start that a precedence leaves, when the activity before goes from start to end."""
        if precedence.wait is Wait.FINISH_START:
            return end + precedence.lag
        if precedence.wait is Wait.START_START:
            return start + precedence.lag
        activity, over = self.activities[precedence.after], end + precedence.lag
        if activity.shifts is None:
            return over - activity.duration
        begun, ends = activity.shifts.backward(over, activity.duration)
        return begun if ends == over else begun + 1

    @cached_property
    def heads(self) -> tuple[int, ...]:
        """The earliest starts, were there enough of every resource."""
        return tuple(start for start, _ in self.unlimited())

    def unlimited(self) -> list[tuple[int, int]]:
        """The earliest starts and ends, were there enough of every resource."""
        found = [(0, 0)] * len(self.activities)
        for place in self.sequence:
            activity = self.activities[place]
            start = activity.earliest
            if not activity.fixed:
                start = max([start, *(self.bound(one, *found[one.before]) for one in self.before[place])])
            found[place] = self.fit(place, start)
        return found

    @cached_property
    def tails(self) -> tuple[int, ...]:
        """How long the whole takes at least from the start of each activity on."""
        found = [0] * len(self.activities)
        for place in reversed(self.sequence):
            duration = self.activities[place].duration
            found[place] = max([duration, *(self._tail(duration, one, found) for one in self.behind[place])])
        return tuple(found)

    def _tail(self, duration: int, one: Precedence, tails: Sequence[int]) -> int:
        follower = self.activities[one.after]
        if follower.fixed:  # it starts when it starts, whatever it should have waited for
            return 0
        gap = {
            Wait.FINISH_START: duration + one.lag,
            Wait.START_START: one.lag,
            Wait.FINISH_FINISH: duration + one.lag - follower.duration,
        }
        return gap[one.wait] + tails[one.after]

    @cached_property
    def floor(self) -> int:
        """No schedule ends sooner: the critical path, and the work there is for each resource."""
        ends = [end for _, end in self.unlimited()]
        work = [0] * len(self.capacities)
        first = [max(ends, default=0)] * len(self.capacities)
        for place, activity in enumerate(self.activities):
            for demand in activity.demands:
                work[demand.resource] += activity.duration * demand.amount
                first[demand.resource] = min(first[demand.resource], self.heads[place])
        loads = [
            start + -(-amount // capacity)
            for start, amount, capacity in zip(first, work, self.capacities, strict=True)
            if amount
        ]
        return max([0, *ends, *loads])


@dataclass(frozen=True)
class Solution:
    """A schedule that keeps everything asked. ``bound``: no schedule ends before."""

    starts: tuple[int, ...]
    ends: tuple[int, ...]
    bound: int
    method: Literal["list", "cp-sat"]

    @property
    def makespan(self) -> int:
        return max(self.ends, default=0)

    @property
    def optimal(self) -> bool:
        return self.makespan <= self.bound
