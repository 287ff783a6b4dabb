"""Whether an item can be changed as it stands, and if not why, and what can be said instead."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date

from plans.errors import UserError
from plans.model.calendar import near
from plans.model.edits import DropItem, Edits, Reassign, Redate, Reestimate
from plans.model.knock_on import Window
from plans.model.plan import Item, Plan
from plans.planning.talk.setting import Setting
from plans.words import IN_FLIGHT, ItemId, ItemState


def called(item: Item) -> str:
    return f"{item.id} {item.title}"


def who(item: Item, setting: Setting) -> str:
    return item.agent or (f"the {item.role}" if item.role else setting.name_of(item.owner))


def require_open(item: Item) -> None:
    """Raises UserError for what is done or was given up."""
    if item.state is ItemState.DONE:
        raise UserError(f"{called(item)} is done already.", "What is done stays as it is; `undo` takes a change back.")
    if item.state is ItemState.DROPPED:
        raise UserError(f"{called(item)} was dropped.", f"`put back {item.id}` takes it up again.")


def require_idle(item: Item, setting: Setting, instead: str) -> None:
    """Raises UserError for what is settled or being worked on. ``instead``: what can be said."""
    require_open(item)
    if item.state in IN_FLIGHT:
        raise UserError(f"{called(item)} is being worked on by {who(item, setting)} ({item.state}).", instead)


def require_fit(plan: Plan, edits: Edits) -> None:
    """Raises UserError when an item has moved on so far that what was worked out some time ago no longer fits."""
    for edit in edits:
        item = plan.items.get(edit.item) if isinstance(edit, Redate | Reassign | DropItem | Reestimate) else None
        if item is None:
            continue
        if item.state is ItemState.DONE or (isinstance(edit, Reassign) and item.state in IN_FLIGHT):
            raise UserError(
                f"{called(item)} is {item.state} by now, so this no longer fits.", "Say it once more: I look again."
            )


def below(item: Item, setting: Setting) -> Iterator[Item]:
    """Everything open under the item that nobody is working on, itself first."""
    yield item
    for child in setting.plan.children(item.id):
        if not child.settled and child.state not in IN_FLIGHT:
            yield from below(child, setting)


def require_room(windows: Mapping[ItemId, Window], setting: Setting) -> None:
    """Raises UserError when one of the windows opens before today, or before what its item waits for is over."""
    plan, calendar = setting.plan, setting.calendar
    first = calendar.next_workday(setting.today)
    for item_id, (start, end) in windows.items():
        item = plan.items[item_id]
        if start < min(item.start, first) or end < first:
            raise UserError(
                f"{called(item)} would then be {_span(start, end, setting.today)}, which is past.",
                f"The earliest is {near(first, setting.today)}: `start {item.id} on {first}`.",
            )
        before = _last_before(item, windows, setting)
        if before is not None and start < item.start and before.end >= start:
            opens = calendar.add_workdays(before.end, 1)
            raise UserError(
                f"{called(item)} waits for {called(before)}, which ends {near(before.end, setting.today)}: it cannot "
                f"start {near(start, setting.today)}.",
                f"`start {item.id} on {opens}` is the earliest; or say “{item.id} no longer waits for {before.id}”.",
            )


def _span(start: date, end: date, today: date) -> str:
    return near(end, today) if start == end else f"{near(start, today)} to {near(end, today)}"


def _last_before(item: Item, windows: Mapping[ItemId, Window], setting: Setting) -> Item | None:
    """The last to end of what it waits for and does not move along."""
    items = setting.plan.items
    waits = (items[one] for one in item.after if one in items and one not in windows and not items[one].settled)
    return max(waits, key=lambda one: one.end, default=None)
