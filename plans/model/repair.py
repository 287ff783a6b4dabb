"""An item has slipped: what it moves, and the ways to mend it, each as edits with their effect worked out.

Nothing here decides or changes anything: a person picks a repair, and its edits become a revision. Every number in an
effect comes from the schedule of the plan as it would be.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Literal, NamedTuple, Protocol

from plans.model.calendar import Calendar, near
from plans.model.edits import DropItem, Edit, Edits, Reassign, Redate, RestoreItem, SetDeadline
from plans.model.knock_on import redated
from plans.model.outlook import Outlook
from plans.model.plan import Item, Plan
from plans.model.revision import item_of
from plans.words import IN_FLIGHT, AgentName, ItemId, ItemKind, ItemState, Verb

_SHOWN = 4


class Able(Protocol):
    """What is asked of an agent that could take an item over; the inventory's entries have it."""

    @property
    def name(self) -> AgentName: ...
    @property
    def capabilities(self) -> tuple[str, ...]: ...
    @property
    def may(self) -> tuple[Verb, ...]: ...


class Moved(NamedTuple):
    item: ItemId
    old_end: date
    new_end: date


@dataclass(frozen=True)
class Slip:
    """What it does to the plan that the item is late, if nobody does anything about it."""

    item: ItemId
    finish_before: date
    """When the plan would finish had the item kept its window."""
    finish_now: date
    moved: tuple[Moved, ...]
    """The other items that can no longer keep theirs, in the order in which they can be done."""


@dataclass(frozen=True)
class Repair:
    verb: Literal["extend", "reassign", "drop"]
    label: str
    """What the button says."""
    effect: str
    """What it does to the finish date and to the items behind it, in a sentence or two."""
    edits: Edits
    finish: date
    """When the plan finishes with it."""


def slip(plan: Plan, item: ItemId, today: date, holidays: Collection[date] = frozenset()) -> Slip:
    """What the lateness of this one item does, compared with the day on which it was due, had it been done then.

    Raises UserError when the plan has no such item, CycleError when nothing can be put in order.
    """
    return slip_of(Outlook(plan, today, holidays), item)


def slip_of(outlook: Outlook, item: ItemId) -> Slip:
    """The same, one item after the other of one plan."""
    plan, today = outlook.plan, outlook.today
    late = item_of(plan, item)
    done = late.model_copy(update={"state": ItemState.DONE})
    kept = plan.model_copy(update={"items": {**plan.items, item: done}})
    (before, finish), now = outlook.earliest_of(kept, min(late.end, today)), outlook.now
    pushed = outlook.dependents(item)
    moved = []
    for other, timing in now.timings.items():
        if other in pushed and other in before:
            old = max(plan.items[other].end, before[other])
            if timing.early_finish > old:
                moved.append(Moved(other, old, timing.early_finish))
    finish_before = max(finish, late.end)
    return Slip(item, finish_before, max(now.finish, finish_before), tuple(moved))


def _window(outlook: Outlook, item: Item) -> tuple[date, date]:
    """A window long enough to do the item from today on, or what is under it, behind what it waits for."""
    timing, today, calendar = outlook.now.timings[item.id], outlook.today, outlook.calendar
    needed = timing.early_finish
    if item.kind not in (ItemKind.OBJECTIVE, ItemKind.STREAM):
        opens = calendar.next_workday(max(today, timing.early_start))
        needed = calendar.add_workdays(opens, item.days - 1)
    return item.start, max(item.end, needed)


def _list(ids: Sequence[ItemId]) -> str:
    shown = [*ids[:_SHOWN], f"{len(ids) - _SHOWN} more"] if len(ids) > _SHOWN else [*ids]
    return " and ".join([", ".join(shown[:-1]), shown[-1]] if len(shown) > 1 else shown)


def _finish_said(plan: Plan, finish: date, today: date, calendar: Calendar, edits: Iterable[Edit]) -> str:
    if finish <= plan.deadline:
        return f"The plan finishes {near(finish, today)}, in time."
    over = calendar.rank(finish) - calendar.rank(plan.deadline)
    moves = any(isinstance(edit, SetDeadline) for edit in edits)
    return (
        f"The plan finishes {near(finish, today)}, {over} working day{'s' * (over != 1)} after its deadline"
        f"{', which moves along' if moves else ''}."
    )


def _pushed(plan: Plan, item: Item, edits: Iterable[Edit]) -> str:
    pushed = [
        edit.item
        for edit in edits
        if isinstance(edit, Redate) and edit.item != item.id and edit.end > plan.items[edit.item].end
    ]
    if not pushed:
        return "Nothing else moves."
    return f"{_list(pushed)} {'moves' if len(pushed) == 1 else 'move'} back with it."


def _extend(outlook: Outlook, item: Item) -> Repair:
    plan, today, calendar = outlook.plan, outlook.today, outlook.calendar
    window = _window(outlook, item)
    edits = tuple(redated(outlook, {item.id: window}))
    if item.state is ItemState.FAILED:
        edits += (RestoreItem(item=item.id, state=ItemState.PLANNED),)
    finish = outlook.finish_with(edits)
    until = near(window[1], today)
    again = "It is tried again. " if item.state is ItemState.FAILED else ""
    effect = f"{again}{_pushed(plan, item, edits)} {_finish_said(plan, finish, today, calendar, edits)}"
    return Repair("extend", f"Extend to {until}", effect, edits, finish)


def _reassign(outlook: Outlook, item: Item, agents: Sequence[Able]) -> Repair | None:
    """To another agent that can, else from its agent to its owner; None when there is nobody else to do it."""
    if item.state is ItemState.UNKNOWN or item.kind is not ItemKind.TASK:
        return None
    able = [
        agent.name
        for agent in agents
        if item.capability in agent.capabilities and item.verb in agent.may and agent.name != item.agent
    ]
    if not able and item.agent is None:
        return None
    taker = able[0] if able else None
    plan, today, calendar = outlook.plan, outlook.today, outlook.calendar
    window = _window(outlook, item)
    edits: list[Edit] = [
        Reassign(item=item.id, agent=taker, owner=item.owner, call_off=item.state in IN_FLIGHT),
    ]
    if item.state not in (ItemState.PROPOSED, ItemState.PLANNED, ItemState.READY):
        edits.append(RestoreItem(item=item.id, state=ItemState.PLANNED))
    moves = redated(outlook, {item.id: window})
    edits += moves
    finish = outlook.finish_with(tuple(edits))
    effect = (
        f"To be done by {near(window[1], today)}. "
        f"{_pushed(plan, item, moves)} {_finish_said(plan, finish, today, calendar, moves)}"
    )
    return Repair("reassign", f"Reassign to {taker or 'its owner'}", effect, tuple(edits), finish)


def _drop(outlook: Outlook, item: Item) -> Repair | None:
    """None for what somebody is working on, for an objective, and for what still has open items under it."""
    plan, today, calendar = outlook.plan, outlook.today, outlook.calendar
    if item.state in IN_FLIGHT or item.kind is ItemKind.OBJECTIVE:
        return None
    if any(not child.settled for child in plan.children(item.id)):
        return None
    edits: Edits = (DropItem(item=item.id),)
    finish = outlook.finish_with(edits)
    freed = [other.id for other in plan.items.values() if item.id in other.waits and not other.settled]
    free = (
        f"{_list(freed)} no longer {'waits' if len(freed) == 1 else 'wait'} for it."
        if freed
        else "Nothing waits for it."
    )
    effect = f"{free} {_finish_said(plan, finish, today, calendar, edits)}"
    return Repair("drop", f"Drop {item.id}", effect, edits, finish)


def repairs(
    plan: Plan, item: ItemId, today: date, agents: Sequence[Able] = (), holidays: Collection[date] = frozenset()
) -> tuple[Repair, ...]:
    """The repairs that make sense, in the order extend, reassign, drop; none for what is done or dropped.

    ``agents`` are candidates in order of preference, and only those that may be given work now. Raises UserError when
    the plan has no such item.
    """
    return repairs_of(Outlook(plan, today, holidays), item, agents)


def repairs_of(outlook: Outlook, item: ItemId, agents: Sequence[Able] = ()) -> tuple[Repair, ...]:
    """The same, one item after the other of one plan."""
    late = item_of(outlook.plan, item)
    if late.settled:
        return ()
    found = (_extend(outlook, late), _reassign(outlook, late, agents), _drop(outlook, late))
    return tuple(repair for repair in found if repair is not None)


def widened(outlook: Outlook, item: ItemId, window: tuple[date, date]) -> Edits:
    """The edits that give an item its window, whatever else has to move for it: what waits, its parents, the deadline.

    Raises UserError when the plan has no such item, CycleError when nothing can be put in order.
    """
    return tuple(redated(outlook, {item: window}))
