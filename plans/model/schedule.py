"""When things can happen: the critical path over what an item waits for, its window, its doer's days and its children.

The critical path method (Kelley and Walker, 1959) with the generalised precedence of finish-start and start-start lags,
on working days. An item is pushed back by its window, by what it waits for (finished the day before, or with a lag in
working days of the plan, or merely begun), and a parent by its children. A task is worked on only on its doer's days.
The backward pass runs from the plan's deadline, or from the finish where that lies later. How many things somebody can
do at once is not asked here: see ``levelling``. Pure, and linear in items and edges.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from types import MappingProxyType
from typing import NamedTuple

from plans.model.availability import Availability, Pace
from plans.model.calendar import Calendar
from plans.model.order import CycleError, order
from plans.model.plan import Item, Link, Plan
from plans.words import IN_FLIGHT, ItemId, ItemState

__all__ = [
    "CycleError",
    "Schedule",
    "Span",
    "Timing",
    "begun",
    "earliest",
    "end_of",
    "finish",
    "forward",
    "order",
    "schedule",
]

_DAY = timedelta(days=1)


@dataclass(frozen=True)
class Timing:
    """When one item can happen; days of the plan's zone, both ends included."""

    early_start: date
    early_finish: date
    late_start: date
    late_finish: date
    slack: int
    """Working days by which it may slip before the plan's finish moves past its deadline (or moves at all)."""
    free: int
    """Working days by which it may slip before anything else on the plan is pushed back."""


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


def begun(item: Item) -> bool:
    """Whether somebody may be at work on it. Of a person's item nothing is seen, so it is given the benefit."""
    return item.agent is None or item.state in IN_FLIGHT


class Span(NamedTuple):
    """The earliest days of an item."""

    start: date
    own: date
    """When its own days are over."""
    finish: date
    """When its children are done, too."""
    pace: Pace


def _open_links(plan: Plan, item: Item, spans: Mapping[ItemId, Span]) -> Iterator[tuple[Link, date, date]]:
    """The item's links that hold it up, with start and finish of what is waited for.

    When something was done is not on the plan, only that it was: a lag behind it counts from its window.
    """
    for link in item.links:
        before = plan.items.get(link.item)
        if before is None or before.state is ItemState.DROPPED:
            continue
        span = spans.get(link.item)
        yield (link, before.start, before.end) if span is None else (link, span.start, span.finish)


def forward(plan: Plan, paces: Availability, sequence: Sequence[ItemId], today: date | None) -> dict[ItemId, Span]:
    """Earliest start and finish of the open items."""
    spans: dict[ItemId, Span] = {}
    children: dict[ItemId, date] = {}
    for item_id in sequence:
        item = plan.items[item_id]
        if item.settled:
            continue
        pace = paces.of_item(item)
        calendar = pace.calendar
        start = item.start
        for before in item.after:
            if before in spans:
                start = max(start, spans[before].finish + _DAY)
        for link, first, last in _open_links(plan, item, spans) if item.links else ():
            start = max(start, paces.calendar.free_from(link, first, last))
        if today and not begun(item):
            start = max(start, today)
        start = calendar.next_workday(start)
        own = calendar.day(calendar.rank(start) + pace.days - 1)
        if today and item.end < today:
            own = max(own, calendar.next_workday(today))
        finish = max(own, children.get(item_id, own))
        spans[item_id] = Span(start, own, finish, pace)
        if item.parent is not None:
            children[item.parent] = max(children.get(item.parent, finish), finish)
    return spans


class _Bounds:
    """The latest starts and finishes of items, pushed back from what comes behind them."""

    def __init__(self, calendar: Calendar, last: date) -> None:
        self._calendar = calendar
        self._last = last
        self._starts: dict[ItemId, date] = {}
        self._finishes: dict[ItemId, date] = {}

    def finish(self, item: ItemId) -> date:
        """The latest finish that is asked of it, its parent's with it."""
        return self._finishes.get(item, self._last)

    def rank(self, item: ItemId, span: Span) -> int:
        """The latest finish as a rank of its own calendar, such that its latest start is kept, too."""
        calendar = span.pace.calendar
        latest = calendar.rank(self.finish(item))
        if item in self._starts:
            slip = calendar.rank(self._starts[item]) - calendar.rank(span.start)
            latest = min(latest, calendar.rank(span.finish) + slip)
        return latest

    def begin(self, item: ItemId, span: Span, finish: date) -> int:
        """The latest start as a rank of its own calendar: its own days before that finish, and as early as is asked.

        Both count: what contains others may begin long before its own days are over, as they take until its finish.
        """
        calendar = span.pace.calendar
        latest = calendar.rank(finish) - (calendar.rank(span.own) - calendar.rank(span.start))
        return min(latest, calendar.rank(self._starts[item])) if item in self._starts else latest

    def ask(self, item: ItemId, finish: date) -> None:
        self._finishes[item] = min(self.finish(item), finish)

    def push(self, plan: Plan, item: Item, start: date) -> None:
        """What it waits for must let it start that day."""
        for before in item.after:
            self.ask(before, start - _DAY)
        for link in item.links:
            if link.item not in plan.items:
                continue
            if link.kind == "finish_start":
                free = self._calendar.day(self._calendar.rank(start - _DAY) - link.lag + 1)
                self.ask(link.item, free - _DAY)
            else:
                begun = self._calendar.day(self._calendar.rank(start) - link.lag) if link.lag else start
                self._starts[link.item] = min(self._starts.get(link.item, begun), begun)


def _timings(
    plan: Plan, calendar: Calendar, sequence: Sequence[ItemId], spans: Mapping[ItemId, Span]
) -> dict[ItemId, Timing]:
    """The backward pass: latest days, and slack against the plan (total) and against what comes next (free)."""
    last = max([plan.deadline, *(span.finish for span in spans.values())])
    total, free = _Bounds(calendar, last), _Bounds(calendar, last)
    timings: dict[ItemId, Timing] = {}
    for item_id in reversed(sequence):
        span = spans.get(item_id)
        if span is None:
            continue
        item, own = plan.items[item_id], span.pace.calendar
        if item.parent is not None and item.parent in spans:
            total.ask(item_id, total.finish(item.parent))
            free.ask(item_id, spans[item.parent].finish)
        now, late = own.rank(span.finish), total.rank(item_id, span)
        late_finish = max(span.finish, own.day(late))
        late_start = max(span.start, own.day(total.begin(item_id, span, late_finish)))
        timings[item_id] = Timing(
            early_start=span.start,
            early_finish=span.finish,
            late_start=late_start,
            late_finish=late_finish,
            slack=late - now,
            free=free.rank(item_id, span) - now,
        )
        total.push(plan, item, late_start)
        free.push(plan, item, span.start)
    return timings


def end_of(plan: Plan, finishes: Mapping[ItemId, date], today: date | None) -> date:
    """The last open item's finish as promised or as it can be; with none open, the last done one's."""
    open_ends = [max(plan.items[item].end, finish) for item, finish in finishes.items()]
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
    (before its doer's next working day, when today is none). ``sequence``: the plan's ``order``, where it is known
    already. Slack is counted in the working days of who does the item. Raises CycleError, and UserError for somebody
    who is never available.
    """
    paces = Availability.of(plan, holidays)
    sequence = order(plan) if sequence is None else sequence
    spans = forward(plan, paces, sequence, today)
    timings = _timings(plan, paces.calendar, sequence, spans)
    return Schedule(
        timings=MappingProxyType({item: timings[item] for item in spans}),
        finish=end_of(plan, {item: span.finish for item, span in spans.items()}, today),
        critical=tuple(item for item in spans if not timings[item].slack),
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
    spans = forward(plan, Availability.of(plan, holidays), order(plan) if sequence is None else sequence, today)
    finishes = {item: span.finish for item, span in spans.items()}
    return finishes, end_of(plan, finishes, today)


def finish(plan: Plan, today: date | None = None, holidays: Collection[date] = frozenset()) -> date:
    """When the plan will be finished at the earliest. Raises CycleError."""
    return earliest(plan, today, holidays)[1]
