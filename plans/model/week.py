"""The weekly tier, derived: which tasks belong to a week, on which days, and what has to change for that.

No model and no clock: a function of the plan. What is late is carried over, what its doer has no time for or what waits
moves back, all within the windows of the tactical tier; what those have no room for is not touched but told, because
to move them is the owner's to say. Deriving what was derived changes nothing: windows only ever move to later days, and
it is looked again until none does.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from types import MappingProxyType

from plans.model.calendar import Calendar
from plans.model.edits import Edits, Redate, SetDeadline
from plans.model.outlook import Outlook
from plans.model.placing import Left, Outside, Placing
from plans.model.plan import Plan
from plans.model.repair import widened
from plans.model.revision import apply
from plans.model.workload import Span
from plans.words import Doer, ItemId, ItemKind, ItemState

_WEEK = timedelta(days=6)
_NONE: Mapping[Doer, int] = MappingProxyType({})
_FREE: Mapping[ItemId, str] = MappingProxyType({})


@dataclass(frozen=True)
class Slot:
    """A task of the week, and its days within the week."""

    item: ItemId
    start: date
    end: date
    done: date
    """When it should be done: in this week or a later one."""


@dataclass(frozen=True)
class Week:
    """What a week holds; its days go from ``monday`` to the Sunday after."""

    monday: date
    chosen: tuple[Slot, ...]
    """In the order in which they get their days: the most pressing first."""
    carried: tuple[ItemId, ...]
    """Those of the chosen ones that should have been done before."""
    left: tuple[Left, ...]
    """What could be looked for in the week and is not there, as on the plan."""
    outside: tuple[Outside, ...]
    """What can no longer be done within the tiers above it."""
    edits: Edits
    """What has to change: windows of tasks, each within that of its parent."""


def monday_of(day: date) -> date:
    return day - timedelta(days=day.weekday())


def opening(plan: Plan, day: date) -> date:
    """The first working day of the week that the day lies in, or of the next that has one."""
    monday = monday_of(day)
    return Calendar.of(plan).next_workday(monday)


def derive(
    plan: Plan,
    monday: date,
    today: date,
    limits: Mapping[Doer, int] = _NONE,
    blocked: Mapping[ItemId, str] = _FREE,
) -> Week:
    """The week that begins on ``monday``, as it looks on ``today``, both days of the plan's zone.

    ``limits``: how many items each agent works on side by side, one unless it is named. ``blocked``: what waits for a
    person's word, and for which. Nothing is placed before today.
    """
    since, sunday = max(monday, today), monday + _WEEK
    now, left = plan, dict[ItemId, Left]()
    while True:
        found = Placing(now, since, sunday, limits, blocked)
        # Why something is put off is known where it is: when it is looked again, its window simply opens later.
        left = {**found.left, **{item: why for item, why in left.items() if item not in found.outside}}
        if not found.moved:
            break
        now = apply(now, tuple(Redate(item=item, start=a, end=b) for item, (a, b) in found.moved.items()))
    tasks = [item for item in found.order if plan.items[item].kind is ItemKind.TASK and item in found.places]
    slots = [_slot(plan, item, found.places[item], sunday) for item in tasks]
    chosen = tuple(slot for slot in slots if slot.start <= sunday)
    days = {slot.item for slot in chosen}
    return Week(
        monday=monday,
        chosen=chosen,
        carried=tuple(slot.item for slot in chosen if plan.items[slot.item].end < since),
        left=tuple(left[item] for item in plan.items if item in left and item not in days),
        outside=tuple(found.outside[item] for item in plan.items if item in found.outside),
        edits=changes(plan, now),
    )


def _slot(plan: Plan, item: ItemId, span: Span, sunday: date) -> Slot:
    return Slot(item, span.start, min(span.end, Calendar.of(plan).previous_workday(sunday)), span.end)


def following(plan: Plan, week: Week) -> Plan:
    """The plan as it will be when the week is over, if it goes as derived."""
    after = apply(plan, week.edits)
    sunday = week.monday + _WEEK
    done = {slot.item for slot in week.chosen if slot.done <= sunday}
    items = {
        key: item.model_copy(update={"state": ItemState.DONE}) if key in done else item
        for key, item in after.items.items()
    }
    return after.model_copy(update={"items": items})


def room(plan: Plan, week: Week, today: date) -> Edits:
    """What would have to change, beside the week's own edits, for everything outside to fit: windows of the tiers
    above, of what waits, and the deadline. For the owner to say. Raises CycleError.
    """
    before = after = apply(plan, week.edits)
    for found in week.outside:
        item = after.items[found.item]
        window = (item.start if item.state is not ItemState.PLANNED else found.span.start, found.span.end)
        after = apply(after, widened(Outlook(after, today), found.item, window))
    return changes(before, after)


def changes(before: Plan, after: Plan) -> Edits:
    """The windows that differ, as edits, and the deadline."""
    moved: Edits = tuple(
        Redate(item=item.id, start=item.start, end=item.end)
        for item in after.items.values()
        if (item.start, item.end) != (before.items[item.id].start, before.items[item.id].end)
    )
    return moved if before.deadline == after.deadline else (*moved, SetDeadline(deadline=after.deadline))
