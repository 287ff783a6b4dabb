"""How a plan changes: typed edits, applied together and inverted together.

``apply`` returns the new plan; ``invert`` returns the edits that take it back, so that undo is a revision like any
other; ``replay`` repeats what was signed once. Each takes time in proportion to the items and the edits together.
"""

from __future__ import annotations

from plans.model.edits import (
    AddItem,
    Agree,
    CloseRisk,
    DropItem,
    Edit,
    Edits,
    Frame,
    ItemEdit,
    Lift,
    Reassign,
    RemoveItem,
    RemoveMember,
    ReplaceItem,
    RestoreItem,
    SetBudget,
    SetDeadline,
    SetFrame,
    SetMember,
    SetRisk,
)
from plans.model.listed import inverse_of_list, take_list
from plans.model.misfits import refuse, refuse_whole
from plans.model.plan import Item, Plan
from plans.model.workbench import Workbench, item_of
from plans.words import IN_FLIGHT, ItemState

__all__ = ["apply", "invert", "item_of", "replay"]

_NO_FIELDS = ("kind", "item", "call_off")
"""What of an edit is not a field of the item."""


def apply(plan: Plan, edits: Edits) -> Plan:
    """The plan after all edits, in order; the revision number is the caller's to set.

    Raises UserError on the first edit that does not fit; then nothing was applied.
    """
    bench = Workbench(plan)
    for edit in edits:
        refuse(bench, edit)
        _take(bench, edit)
    refuse_whole(bench, edits)
    return bench.done()


def replay(plan: Plan, edits: Edits) -> Plan:
    """The same of edits that fitted when they were signed, whatever is being worked on by now.

    Raises UserError when they name something that is not there.
    """
    bench = Workbench(plan)
    for edit in edits:
        _take(bench, edit)
    return bench.done()


def invert(before: Plan, edits: Edits) -> Edits:
    """The edits that take ``apply(before, edits)`` back to ``before``. Raises UserError when these do not fit."""
    undo: list[Edit] = []
    bench = Workbench(before)
    for edit in edits:
        refuse(bench, edit)
        undo.append(_inverse(bench, edit))
        _take(bench, edit)
    refuse_whole(bench, edits)
    return tuple(reversed(undo))


def _take(bench: Workbench, edit: Edit) -> None:
    match edit:
        case AddItem():
            bench.insert(edit.item, edit.place)
        case RemoveItem():
            bench.remove(edit.item)
        case ReplaceItem():
            bench.change(edit.item, state=bench.item(edit.item.id).state)
        case SetDeadline() | SetBudget():
            bench.reframe(**{edit.kind: getattr(edit, edit.kind)})
        case SetFrame():
            bench.reframe(**{name: getattr(edit.frame, name) for name in Frame.model_fields})
        case Agree() | Lift() | SetRisk() | CloseRisk() | SetMember() | RemoveMember():
            take_list(bench, edit)
        case _:
            bench.change(bench.item(edit.item), **_update(edit))


def _update(edit: ItemEdit) -> dict[str, object]:
    """The item's fields that the edit sets."""
    if isinstance(edit, DropItem):
        return {"state": ItemState.DROPPED}
    return {name: getattr(edit, name) for name in type(edit).model_fields if name not in _NO_FIELDS}


def _inverse(bench: Workbench, edit: Edit) -> Edit:
    match edit:
        case AddItem():
            return RemoveItem(item=edit.item.id)
        case RemoveItem():
            return AddItem(item=bench.item(edit.item), place=bench.place(edit.item))
        case ReplaceItem():
            return ReplaceItem(item=bench.item(edit.item.id))
        case SetDeadline():
            return SetDeadline(deadline=bench.frame.deadline)
        case SetBudget():
            return SetBudget(budget=bench.frame.budget)
        case SetFrame():
            return SetFrame(frame=Frame.of(bench.frame))
        case Agree() | Lift() | SetRisk() | CloseRisk() | SetMember() | RemoveMember():
            return inverse_of_list(bench.frame, edit)
        case _:
            return _inverse_of_item(bench.item(edit.item), edit)


def _inverse_of_item(item: Item, edit: ItemEdit) -> Edit:
    """The same kind of edit with the item's own values."""
    if isinstance(edit, DropItem | RestoreItem):
        return RestoreItem(item=item.id, state=item.state)
    was = {name: getattr(item, name) for name in type(edit).model_fields if name not in _NO_FIELDS}
    if isinstance(edit, Reassign):
        return Reassign(item=item.id, agent=item.agent, owner=item.owner, call_off=item.state in IN_FLIGHT)
    return type(edit).model_validate({"item": item.id, **was})
