"""What has to move when some items do: what waits for them is pushed back, their parents are widened around them.

Nothing is pulled forward: that an item could begin sooner is no reason that it must.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date, timedelta

from plans.model.calendar import Calendar
from plans.model.edits import Edit, Redate, SetDeadline
from plans.model.outlook import Outlook
from plans.model.plan import Item, Plan
from plans.words import IN_FLIGHT, ItemId, ItemKind

Window = tuple[date, date]
"""First and last day, both included."""


def _behind(calendar: Calendar, item: Item, window: Window, opens: date) -> Window:
    """The window behind what the item waits for: the same if the item still fits, else as long as before.

    What somebody works on has begun already, and only ends later.
    """
    start, end = window
    if opens <= start or calendar.add_workdays(opens, item.days - 1) <= end:
        return window
    length = max(calendar.workdays_between(start, end), item.days)
    return start if item.state in IN_FLIGHT else opens, calendar.add_workdays(opens, length - 1)


def _opens(outlook: Outlook, item: Item, windows: Mapping[ItemId, Window]) -> Iterator[date]:
    """The days from which on what it waits for lets it begin; nothing when none of that has moved."""
    items, calendar = outlook.plan.items, outlook.calendar

    def window(before: ItemId) -> Window:
        return windows.get(before, (items[before].start, items[before].end))

    waited = [before for before in item.waits if before in items and not items[before].settled]
    if not any(before in windows for before in waited):
        return
    for before in item.after:
        if before in waited:
            yield calendar.next_workday(window(before)[1] + timedelta(days=1))
    for link in item.links:
        if link.item in waited:
            yield calendar.next_workday(calendar.free_from(link, *window(link.item)))


def redated(outlook: Outlook, moved: Mapping[ItemId, Window]) -> list[Edit]:
    """The edits that give these items their windows, push back what no longer fits behind them, and widen parents.

    Where that ends after the plan's deadline, the deadline moves along. Raises CycleError.
    """
    plan = outlook.plan
    windows: dict[ItemId, Window] = dict(moved)
    inside: dict[ItemId, list[Window]] = {}
    for item_id in outlook.sequence:
        item = plan.items[item_id]
        if item.settled:
            continue
        window = windows.get(item_id, (item.start, item.end))
        opens = max(_opens(outlook, item, windows), default=None)
        if opens is not None:
            window = _behind(outlook.calendar, item, window, opens)
        under = inside.get(item_id, ())
        start = min([window[0], *(first for first, _ in under)])
        end = max([window[1], *(last for _, last in under)])
        if (start, end) != (item.start, item.end):
            windows[item_id] = (start, end)
            if item.parent is not None:
                inside.setdefault(item.parent, []).append((start, end))
    last = max((end for _, end in windows.values()), default=plan.deadline)
    edits: list[Edit] = [
        Redate(item=item, start=start, end=end)
        for item, (start, end) in windows.items()
        if (start, end) != (plan.items[item].start, plan.items[item].end)
    ]
    if last > plan.deadline:
        edits.append(SetDeadline(deadline=last))
    return edits


def reframed(plan: Plan, deadline: date) -> list[Edit]:
    """The edits that set the plan's deadline, and take along the windows that follow it.

    Those are what reaches to the old deadline, objectives and streams, and any of them or of the milestones that lie
    beyond the new one. Tasks stay: whether they still fit is the critic's to say.
    """
    calendar = Calendar.of(plan)
    last, old = calendar.previous_workday(deadline), calendar.previous_workday(plan.deadline)
    framed = (
        item
        for item in plan.items.values()
        if not item.settled
        and item.kind is not ItemKind.TASK
        and (item.end > last or (item.end >= old and item.kind is not ItemKind.MILESTONE))
    )
    return [SetDeadline(deadline=deadline), *(_within(item, last) for item in framed)]


def _within(item: Item, last: date) -> Edit:
    end = last if item.start <= last else item.end
    start = end if item.kind is ItemKind.MILESTONE and item.start == item.end else item.start
    return Redate(item=item.id, start=start, end=end)
