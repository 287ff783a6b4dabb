"""How a plan changes: typed edits, applied together and inverted together.

``apply`` returns the new plan; ``invert`` returns the edits that take it back, so that undo is a revision like any
other.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar

from plans.errors import UserError
from plans.model.agreed import Constraint, Risk
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
    ListEdit,
    Move,
    Redate,
    Reestimate,
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
from plans.model.plan import Item, Member, Plan
from plans.words import IN_FLIGHT, ItemId, ItemState


def item_of(plan: Plan, item: ItemId) -> Item:
    """Raises UserError when the plan has no such item."""
    found = plan.items.get(item)
    if found is None:
        raise UserError(f"{plan.title} has no item {item}.", "`status` lists its items.")
    return found


def _changed(plan: Plan, item: Item) -> Plan:
    return plan.model_copy(update={"items": {**plan.items, item.id: item}})


def _inserted(plan: Plan, item: Item, place: int | None) -> Plan:
    if place is None:
        # As most are: a plan of ten thousand items is filled in a second that way, and takes forty as a list.
        return _changed(plan, item)
    items = list(plan.items.items())
    items.insert(place, (item.id, item))
    return plan.model_copy(update={"items": dict(items)})


def _apply_to_item(plan: Plan, edit: ItemEdit) -> Plan:
    item = item_of(plan, edit.item)
    _fits(plan, item, edit)
    return _changed(plan, item.model_copy(update=_update(edit)))


def _fits(plan: Plan, item: Item, edit: ItemEdit) -> None:
    """Raises UserError when the edit makes no sense for the item as it stands."""
    match edit:
        case DropItem(call_off=False) if item.state in IN_FLIGHT:
            raise UserError(
                f"{item.id} is being worked on ({item.state}).",
                f"Call it off with it, say `stop {plan.slug}` first, or let it finish.",
            )
        case Redate() if edit.end < edit.start:
            raise UserError(f"{item.id} would end ({edit.end}) before it starts ({edit.start}).")
        case Reestimate() if not (edit.low or edit.days) <= edit.days <= (edit.high or edit.days):
            raise UserError(
                f"{item.id}: at best {edit.low}, likely {edit.days}, at worst {edit.high} days are not in order."
            )
        case Move() if edit.parent is not None:
            item_of(plan, edit.parent)


def _update(edit: ItemEdit) -> dict[str, object]:
    """The item's fields that the edit sets."""
    if isinstance(edit, DropItem):
        return {"state": ItemState.DROPPED}
    return {name: getattr(edit, name) for name in type(edit).model_fields if name not in ("kind", "item")}


def _apply_to_list(plan: Plan, edit: ListEdit) -> Plan:
    match edit:
        case Agree():
            return plan.model_copy(
                update={"constraints": _put(plan.constraints, edit.constraint, _constraint_key, edit.place)}
            )
        case Lift():
            return plan.model_copy(
                update={"constraints": _taken(plan.constraints, edit.constraint, _constraint_key, "no constraint")}
            )
        case SetRisk():
            return plan.model_copy(update={"risks": _put(plan.risks, edit.risk, _risk_key, edit.place)})
        case CloseRisk():
            return plan.model_copy(update={"risks": _taken(plan.risks, edit.risk, _risk_key, "no risk")})
        case SetMember():
            return plan.model_copy(update={"team": _put(plan.team, edit.member, _member_key, edit.place)})
        case RemoveMember():
            return plan.model_copy(update={"team": _taken(plan.team, edit.doer, _member_key, "nobody called")})


T = TypeVar("T")


def _constraint_key(one: Constraint) -> str:
    return one.id


def _risk_key(one: Risk) -> str:
    return one.id


def _member_key(one: Member) -> str:
    return one.doer


def _put(found: tuple[T, ...], one: T, key: Callable[[T], str], place: int | None) -> tuple[T, ...]:
    """In the place of the one with its key, else where it is told to be."""
    kept = list(found)
    for at, other in enumerate(found):
        if key(other) == key(one):
            kept[at] = one
            return tuple(kept)
    kept.insert(len(kept) if place is None else place, one)
    return tuple(kept)


def _taken(found: tuple[T, ...], wanted: str, key: Callable[[T], str], none: str) -> tuple[T, ...]:
    """Without that one. Raises UserError when it is not there."""
    kept = tuple(one for one in found if key(one) != wanted)
    if len(kept) == len(found):
        raise UserError(f"There is {none} {wanted} on this plan.")
    return kept


def _replaced(plan: Plan, item: Item) -> Plan:
    return _changed(plan, item.model_copy(update={"state": item_of(plan, item.id).state}))


def _apply_one(plan: Plan, edit: Edit) -> Plan:
    match edit:
        case AddItem():
            if edit.item.id in plan.items:
                raise UserError(f"{edit.item.id} is on the plan already.")
            return _inserted(plan, edit.item, edit.place)
        case RemoveItem():
            item_of(plan, edit.item)
            kept = {key: value for key, value in plan.items.items() if key != edit.item}
            return plan.model_copy(update={"items": kept})
        case ReplaceItem():
            return _replaced(plan, edit.item)
        case SetDeadline() | SetBudget():
            return plan.model_copy(update={edit.kind: getattr(edit, edit.kind)})
        case SetFrame():
            return plan.model_copy(update={name: getattr(edit.frame, name) for name in Frame.model_fields})
        case Agree() | Lift() | SetRisk() | CloseRisk() | SetMember() | RemoveMember():
            return _apply_to_list(plan, edit)
        case _:
            return _apply_to_item(plan, edit)


def apply(plan: Plan, edits: Edits) -> Plan:
    """The plan after all edits, in order; the revision number is the caller's to set.

    Raises UserError on the first edit that does not fit; then nothing was applied.
    """
    for edit in edits:
        plan = _apply_one(plan, edit)
    return plan


def _invert_item(item: Item, edit: ItemEdit) -> Edit:
    """The same kind of edit with the item's own values."""
    if isinstance(edit, DropItem | RestoreItem):
        return RestoreItem(item=item.id, state=item.state)
    was = {name: getattr(item, name) for name in type(edit).model_fields if name not in ("kind", "item")}
    return type(edit).model_validate({"item": item.id, **was})


def _invert_list(plan: Plan, edit: ListEdit) -> Edit:
    match edit:
        case Agree(constraint=one):
            old = _found(plan.constraints, one.id, _constraint_key)
            return Lift(constraint=one.id) if old is None else Agree(constraint=old[0])
        case Lift(constraint=key):
            was, place = _standing(plan.constraints, key, _constraint_key)
            return Agree(constraint=was, place=place)
        case SetRisk(risk=risk):
            before = _found(plan.risks, risk.id, _risk_key)
            return CloseRisk(risk=risk.id) if before is None else SetRisk(risk=before[0])
        case CloseRisk(risk=name):
            gone, at = _standing(plan.risks, name, _risk_key)
            return SetRisk(risk=gone, place=at)
        case SetMember(member=member):
            known = _found(plan.team, member.doer, _member_key)
            return RemoveMember(doer=member.doer) if known is None else SetMember(member=known[0])
        case RemoveMember(doer=doer):
            left, seat = _standing(plan.team, doer, _member_key)
            return SetMember(member=left, place=seat)


def _found(found: tuple[T, ...], wanted: str, key: Callable[[T], str]) -> tuple[T, int] | None:
    return next(((one, place) for place, one in enumerate(found) if key(one) == wanted), None)


def _standing(found: tuple[T, ...], wanted: str, key: Callable[[T], str]) -> tuple[T, int]:
    one = _found(found, wanted, key)
    if one is None:
        raise UserError(f"There is no {wanted} on this plan.")
    return one


def _invert_one(plan: Plan, edit: Edit) -> Edit:
    match edit:
        case AddItem():
            return RemoveItem(item=edit.item.id)
        case RemoveItem():
            item = item_of(plan, edit.item)
            return AddItem(item=item, place=list(plan.items).index(item.id))
        case ReplaceItem():
            return ReplaceItem(item=item_of(plan, edit.item.id))
        case SetDeadline():
            return SetDeadline(deadline=plan.deadline)
        case SetBudget():
            return SetBudget(budget=plan.budget)
        case SetFrame():
            return SetFrame(frame=Frame.of(plan))
        case Agree() | Lift() | SetRisk() | CloseRisk() | SetMember() | RemoveMember():
            return _invert_list(plan, edit)
        case _:
            return _invert_item(item_of(plan, edit.item), edit)


def invert(before: Plan, edits: Edits) -> Edits:
    """The edits that take ``apply(before, edits)`` back to ``before``."""
    undo: list[Edit] = []
    plan = before
    for edit in edits:
        undo.append(_invert_one(plan, edit))
        plan = _apply_one(plan, edit)
    return tuple(reversed(undo))
