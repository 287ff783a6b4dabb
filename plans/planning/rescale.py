"""A proposed plan fitted to a nearer deadline: every window keeps its place, its first week its days.

What lies behind the first week moves forward in proportion, and nothing passes what it waits for. A window may become
shorter than the estimate; then the estimate follows, down to one day, and what it takes at worst stays. Whether the
result still holds together is the critic's to say.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta

from plans.model.agreed import Embargo
from plans.model.calendar import Calendar
from plans.model.edits import Agree, Edit, Edits, Redate, Reestimate, SetDeadline
from plans.model.plan import Item, Plan
from plans.model.schedule import order
from plans.words import ItemId, ItemKind

_KEPT = 5
"""Working days at the beginning that stay as they are."""
_LEAVES = (ItemKind.TASK, ItemKind.MILESTONE)
Window = tuple[int, int]
"""Working days counted from the plan's first: the first one, and the one behind the last."""


def nearer(plan: Plan, deadline: date) -> Edits:
    """The edits that end the plan by that day, which lies before its deadline. Raises CycleError."""
    calendar = Calendar.of(plan)
    first = calendar.rank(calendar.next_workday(plan.begins))
    old, new = (calendar.rank(day) - first + 1 for day in (plan.deadline, deadline))
    windows = _windows(plan, calendar, first, old, new)
    moved = [edit for item, window in windows.items() for edit in _edits(plan.items[item], window, calendar, first)]
    return (SetDeadline(deadline=deadline), *moved, *_embargoes(plan, deadline))


def _windows(plan: Plan, calendar: Calendar, first: int, old: int, new: int) -> dict[ItemId, Window]:
    kept = min(_KEPT, new)

    def place(bound: int) -> int:
        return bound if bound <= kept else kept + (bound - kept) * (new - kept) // max(1, old - kept)

    def window(item: Item) -> Window:
        return place(calendar.rank(item.start) - first), place(calendar.rank(item.end) - first + 1)

    found: dict[ItemId, Window] = {}
    sequence = [plan.items[item] for item in order(plan) if not plan.items[item].settled]
    leaves = [item for item in sequence if item.kind in _LEAVES]
    # A wait with a lag is no part of the order, so what it pushes is looked at again until nothing moves.
    for _ in leaves:
        before = dict(found)
        for item in leaves:
            opens, closes = window(item)
            earliest = _earliest(item, found)
            if item.kind is ItemKind.MILESTONE:
                closes = max(closes, earliest + 1)
                opens = closes - 1
            else:
                opens = max(opens, earliest)
                closes = max(closes, opens + 1)
            found[item.id] = (opens, closes)
        if found == before:
            break
    for item in sequence:
        if item.kind not in _LEAVES:
            inside = [found[child.id] for child in plan.children(item.id) if child.id in found]
            opens, closes = window(item)
            found[item.id] = (min([opens, *(w[0] for w in inside)]), max([closes, *(w[1] for w in inside)]))
    return found


def _earliest(item: Item, found: dict[ItemId, Window]) -> int:
    """The first day on which it may begin, as far as is known of what it waits for."""
    days = [found[before][1] for before in item.after if before in found]
    for link in item.links:
        if link.item in found:
            days.append(found[link.item][link.kind == "finish_start"] + link.lag)
    return max(days, default=0)


def _edits(item: Item, window: Window, calendar: Calendar, first: int) -> Iterator[Edit]:
    opens, closes = window
    start, end = calendar.day(first + opens), calendar.day(first + closes - 1)
    days = closes - opens
    if item.days > days:
        low = min(item.low, days) if item.low else None
        yield Reestimate(item=item.id, days=days, low=low, high=item.high, effort=item.effort)
    if (start, end) != (item.start, item.end):
        yield Redate(item=item.id, start=start, end=end)


def _embargoes(plan: Plan, deadline: date) -> Iterator[Edit]:
    """An embargo that ended on the eve of the deadline does so still."""
    eve = timedelta(days=1)
    for agreed in plan.constraints:
        if isinstance(agreed, Embargo) and agreed.end == plan.deadline - eve and agreed.start < deadline:
            yield Agree(constraint=agreed.model_copy(update={"end": deadline - eve}))
