"""When things can happen: the critical path over an item's ``after`` edges, its window and its children.

The critical path method (Kelley and Walker, 1959) on working days. Three constraints push an item back: its window
does not open earlier, what it waits for must be done the working day before, and a parent is not done before its
children. The backward pass runs from the plan's deadline, or from the finish where that lies later. Pure, and linear
in items and edges.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from types import MappingProxyType

from plans.errors import UserError
from plans.model.calendar import Calendar
from plans.model.plan import Item, Plan
from plans.words import IN_FLIGHT, ItemId, ItemState

_SHOWN = 12
"""Items of a cycle that are named in a sentence; the error carries them all."""


class CycleError(UserError):
    """Items wait for each other in a circle. ``cycle`` names them in order, the first one once."""

    def __init__(self, cycle: tuple[ItemId, ...]) -> None:
        shown = (
            [*cycle[: _SHOWN - 1], f"… {len(cycle) - _SHOWN} more …", cycle[-1]] if len(cycle) > _SHOWN else [*cycle]
        )
        super().__init__(
            f"These items wait for each other in a circle: {' → '.join([*shown, cycle[0]])}.",
            "Take one of them off the wait, so that one can begin.",
        )
        self.cycle = cycle


@dataclass(frozen=True)
class Timing:
    """When one item can happen; days of the plan's zone, both ends included."""

    early_start: date
    early_finish: date
    late_start: date
    late_finish: date
    slack: int
    """Working days by which it may slip before the plan's finish moves past its deadline (or moves at all)."""


@dataclass(frozen=True)
class Schedule:
    """Timings of the open items; what is done or dropped holds nothing up and has none."""

    timings: Mapping[ItemId, Timing]
    finish: date
    """When the plan is finished at the earliest, going by its windows and what is late."""
    critical: tuple[ItemId, ...]
    """The open items without slack, in the order in which they can be done."""

    def late(self, item: Item) -> bool:
        """Whether the item can no longer be done within its window."""
        timing = self.timings.get(item.id)
        return timing is not None and timing.early_finish > item.end


def _circle(plan: Plan, blocked: Mapping[ItemId, int], waits: Mapping[ItemId, list[ItemId]]) -> tuple[ItemId, ...]:
    """One cycle among the items that could not be put in order, told from the plan's first of them onwards."""
    at = next(item for item in plan.items if blocked.get(item, 0))
    path: dict[ItemId, int] = {}
    while at not in path:
        path[at] = len(path)
        at = next(before for before in waits[at] if blocked[before])
    circle = list(path)[path[at] :]
    circle.reverse()
    order = {item: place for place, item in enumerate(plan.items)}
    first = min(range(len(circle)), key=lambda place: order[circle[place]])
    return tuple(circle[first:] + circle[:first])


def _waits(plan: Plan) -> dict[ItemId, list[ItemId]]:
    """What each item cannot finish without: what it is after, and its children."""
    found: dict[ItemId, list[ItemId]] = {item: [] for item in plan.items}
    for item in plan.items.values():
        found[item.id] += [before for before in item.waits if before in plan.items]
        if item.parent in found:
            found[item.parent].append(item.id)
    return found


def order(plan: Plan) -> list[ItemId]:
    """The items such that each comes behind what it waits for, else as on the plan. Raises CycleError.

    What is waited for but not on the plan is the critic's to complain about; it holds nothing up here.
    """
    waits = _waits(plan)
    behind: dict[ItemId, list[ItemId]] = {item: [] for item in plan.items}
    for item, befores in waits.items():
        for before in befores:
            behind[before].append(item)
    blocked = {item: len(befores) for item, befores in waits.items()}
    free = deque(item for item, count in blocked.items() if not count)
    done: list[ItemId] = []
    while free:
        item = free.popleft()
        done.append(item)
        for follower in behind[item]:
            blocked[follower] -= 1
            if not blocked[follower]:
                free.append(follower)
    if len(done) < len(plan.items):
        raise CycleError(_circle(plan, blocked, waits))
    return done


def begun(item: Item) -> bool:
    """Whether somebody may be at work on it. Of a person's item nothing is seen, so it is given the benefit."""
    return item.agent is None or item.state in IN_FLIGHT


def _forward(
    plan: Plan, calendar: Calendar, sequence: Sequence[ItemId], today: date | None
) -> tuple[dict[ItemId, int], dict[ItemId, int]]:
    """Earliest start and finish of the open items, as ranks of working days."""
    starts: dict[ItemId, int] = {}
    finishes: dict[ItemId, int] = {}
    children: dict[ItemId, int] = {}
    now = calendar.rank(calendar.next_workday(today)) if today else 0
    for item_id in sequence:
        item = plan.items[item_id]
        if item.settled:
            continue
        opens = calendar.rank(calendar.next_workday(item.start))
        start = max([opens, *(finishes[before] + 1 for before in item.after if before in finishes)])
        if not begun(item):
            start = max(start, now)
        finish = max(start + item.days - 1, children.get(item_id, 0))
        if today and item.end < today:
            finish = max(finish, now)
        starts[item_id], finishes[item_id] = start, finish
        if item.parent is not None:
            children[item.parent] = max(children.get(item.parent, 0), finish)
    return starts, finishes


def _backward(plan: Plan, sequence: Sequence[ItemId], last: int, length: Callable[[ItemId], int]) -> dict[ItemId, int]:
    """Latest finish of the open items as ranks, such that nothing ends behind ``last``."""
    latest: dict[ItemId, int] = {}
    for item_id in reversed(sequence):
        item = plan.items[item_id]
        if item.settled:
            continue
        own = min(latest.get(item_id, last), latest.get(item.parent, last) if item.parent else last)
        latest[item_id] = own
        for before in item.after:
            latest[before] = min(latest.get(before, last), own - length(item_id))
    return latest


def _finish(plan: Plan, calendar: Calendar, finishes: Mapping[ItemId, int], today: date | None) -> date:
    """The last open item's finish as promised or as it can be; with none open, the last done one's."""
    open_ends = [max(plan.items[item].end, calendar.day(rank)) for item, rank in finishes.items()]
    if open_ends:
        return max(open_ends)
    done = [item.end for item in plan.items.values() if item.state is ItemState.DONE]
    if not done:
        return plan.begins
    return min(max(done), today) if today else max(done)


def schedule(
    plan: Plan,
    today: date | None = None,
    holidays: Collection[date] = frozenset(),
    sequence: Sequence[ItemId] | None = None,
) -> Schedule:
    """Forward and backward pass. With ``today`` what is late counts as late; without, the plan as it was meant.

    An open item past its end cannot finish before today, and one that no agent has begun cannot begin before today
    (before the next working day, when today is none). ``sequence``: the plan's ``order``, where it is known already.
    Raises CycleError.
    """
    calendar = Calendar.of(plan, holidays)
    sequence = order(plan) if sequence is None else sequence
    starts, finishes = _forward(plan, calendar, sequence, today)
    deadline = calendar.rank(plan.deadline)
    last = max([deadline, *finishes.values()])
    latest = _backward(plan, sequence, last, lambda item: finishes[item] - starts[item] + 1)
    timings: dict[ItemId, Timing] = {}
    for item, finish in finishes.items():
        late = latest[item]
        timings[item] = Timing(
            early_start=calendar.day(starts[item]),
            early_finish=calendar.day(finish),
            late_start=calendar.day(late - (finish - starts[item])),
            late_finish=calendar.day(late),
            slack=late - finish,
        )
    return Schedule(
        timings=MappingProxyType(timings),
        finish=_finish(plan, calendar, finishes, today),
        critical=tuple(item for item in sequence if item in timings and not timings[item].slack),
    )


def earliest(
    plan: Plan,
    today: date | None = None,
    holidays: Collection[date] = frozenset(),
    sequence: Sequence[ItemId] | None = None,
) -> tuple[dict[ItemId, date], date]:
    """The forward pass alone: when each open item, and when the plan, will be finished at the earliest.

    The same days as ``schedule`` gives, in less than half the time. Raises CycleError.
    """
    calendar = Calendar.of(plan, holidays)
    _, finishes = _forward(plan, calendar, order(plan) if sequence is None else sequence, today)
    return {item: calendar.day(rank) for item, rank in finishes.items()}, _finish(plan, calendar, finishes, today)


def finish(plan: Plan, today: date | None = None, holidays: Collection[date] = frozenset()) -> date:
    """When the plan will be finished at the earliest. Raises CycleError."""
    return earliest(plan, today, holidays)[1]
