"""Rules about people's and agents' time: is there any way to do all of it within the windows?

A window is not an effort: a day's work in a week's window leaves room for others. So nothing is added up over windows;
each doer's tasks are dealt out day by day, by two orders of precedence one after the other, and only what neither can
place is told. Both are sufficient, not necessary (with several heads, an assignment may exist that neither finds); they
are linear in the days of work, up to a heap's logarithm. Earliest deadline first is optimal for one head that may
change between tasks (Liu and Layland, 1973); least laxity first sees long tasks in time where there are several.
"""

from __future__ import annotations

import heapq
from collections.abc import Iterable, Sequence
from datetime import date
from typing import Literal

from plans.model.availability import percent
from plans.model.critic.case import Case, Said
from plans.model.critic.seats import Seat
from plans.model.plan import Item
from plans.words import ItemId

First = Literal["deadline", "laxity"]
_SHOWN = 4
_TOLD = 12
"""Overloaded items of one doer that are told with what they stand beside."""


def present(case: Case) -> Said:
    """What even the plan's own days have no room for is not the doer's doing (``windows.roomy``)."""
    for name, seat in case.cramped.items():
        item = case.plan.items[name]
        has = max(0, seat.closes(item.end) - seat.opens(item.start) + 1)
        yield name, f"takes {seat.name} {seat.needs(item)} days of their own by {case.day(item.end)}; there are {has}"


def kept(case: Case) -> Said:
    for duty in case.duties:
        seat = duty.seat
        alone = [item for item in duty.tasks if seat.fits(item)]
        over = overloaded(seat, alone)
        for number, item in enumerate(over):
            beside = _beside(item, alone) if number < _TOLD else ""
            yield item.id, f"is more than {seat.name} can do by {case.day(item.end)}{beside}"


def overloaded(seat: Seat, tasks: Sequence[Item]) -> list[Item]:
    """The tasks that cannot be placed within their windows; each of them would fit alone."""
    _, late = deal(seat, tasks)
    return min(late, deal(seat, tasks, "laxity")[1], key=len) if late else []


def deal(
    seat: Seat, tasks: Iterable[Item], first: First = "deadline", *, patient: bool = False
) -> tuple[dict[ItemId, date], list[Item]]:
    """Gives out the doer's days: when each task is finished, and the ones that are not within their windows.

    What is late is given up, so that it makes nothing else late; or, if ``patient``, done all the same, for as long as
    the doer has days that are looked at.
    """
    coming = sorted(tasks, key=lambda item: (item.start, item.end, item.id), reverse=True)
    heap: list[tuple[int, int, ItemId, Item, int]] = []
    done: dict[ItemId, date] = {}
    late: list[Item] = []
    at = 0
    while heap or coming:
        if not heap:
            at = max(at, seat.opens(coming[-1].start))
        while coming and seat.opens(coming[-1].start) <= at:
            item = coming.pop()
            heapq.heappush(heap, _entry(seat, item, item.days * percent(item.effort), first))
        day = seat.day(at)
        if day is None:
            late += [entry[3] for entry in heap] + coming
            break
        again, left = [], seat.capacity
        while heap and left:
            _, ends, _, item, remaining = heapq.heappop(heap)
            if ends < at and not patient:
                late.append(item)
                continue
            given = min(seat.pace(item), remaining, left)
            left -= given
            if given < remaining:
                again.append(_entry(seat, item, remaining - given, first))
                continue
            done[item.id] = day
            if day > item.end:
                late.append(item)
        for entry in again:
            heapq.heappush(heap, entry)
        at += 1
    return done, sorted(late, key=lambda item: (item.end, item.id))


def _entry(seat: Seat, item: Item, remaining: int, first: First) -> tuple[int, int, ItemId, Item, int]:
    ends = seat.closes(item.end)
    needs = -(-remaining // seat.pace(item))
    return ends if first == "deadline" else ends - needs, ends, item.id, item, remaining


def _beside(item: Item, tasks: Sequence[Item]) -> str:
    """The doer's other tasks that compete for the same days."""
    others = [one.id for one in tasks if one.id != item.id and one.start <= item.end and one.end >= item.start]
    if not others:
        return ""
    shown = [*others[:_SHOWN], f"{len(others) - _SHOWN} more"] if len(others) > _SHOWN else others
    return f", beside {' and '.join([', '.join(shown[:-1]), shown[-1]] if len(shown) > 1 else shown)}"
