"""How a plan changes: typed edits, applied together, inverted together, told as a diff.

An edit names what it changes and to what. ``apply`` returns the new plan; ``invert`` returns the edits that take it
back, so that undo is a revision like any other.
"""

from __future__ import annotations

from datetime import date
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field, TypeAdapter

from plans.errors import UserError
from plans.model.plan import Item, Plan
from plans.words import IN_FLIGHT, AgentName, ItemId, ItemState, Money, PersonId


class _Edit(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class AddItem(_Edit):
    kind: Literal["add"] = "add"
    item: Item
    place: int | None = None
    """Where in the reader's order, counted from 0; None means last."""


class RemoveItem(_Edit):
    """Takes an item off as if it had never been there: the inverse of adding it."""

    kind: Literal["remove"] = "remove"
    item: ItemId


class DropItem(_Edit):
    """Gives an item up; it stays visible as dropped, and what waited for it no longer does."""

    kind: Literal["drop"] = "drop"
    item: ItemId


class RestoreItem(_Edit):
    kind: Literal["restore"] = "restore"
    item: ItemId
    state: ItemState


class Redate(_Edit):
    kind: Literal["redate"] = "redate"
    item: ItemId
    start: date
    end: date


class Reassign(_Edit):
    kind: Literal["reassign"] = "reassign"
    item: ItemId
    agent: AgentName | None
    owner: PersonId


class Retitle(_Edit):
    kind: Literal["retitle"] = "retitle"
    item: ItemId
    title: str


class SetDeadline(_Edit):
    kind: Literal["deadline"] = "deadline"
    deadline: date


class SetBudget(_Edit):
    kind: Literal["budget"] = "budget"
    budget: Money | None


Edit = Annotated[
    AddItem | RemoveItem | DropItem | RestoreItem | Redate | Reassign | Retitle | SetDeadline | SetBudget,
    Field(discriminator="kind"),
]
Edits = tuple[Edit, ...]
EDITS: TypeAdapter[Edits] = TypeAdapter(Edits)
"""Reads and writes a revision's edits as JSON."""


def item_of(plan: Plan, item: ItemId) -> Item:
    """Raises UserError when the plan has no such item."""
    found = plan.items.get(item)
    if found is None:
        raise UserError(f"{plan.title} has no item {item}.", "`status` lists its items.")
    return found


def _changed(plan: Plan, item: Item) -> Plan:
    return plan.model_copy(update={"items": {**plan.items, item.id: item}})


def _inserted(plan: Plan, item: Item, place: int | None) -> Plan:
    items = list(plan.items.items())
    items.insert(len(items) if place is None else place, (item.id, item))
    return plan.model_copy(update={"items": dict(items)})


def _apply_to_item(plan: Plan, edit: DropItem | RestoreItem | Redate | Reassign | Retitle) -> Plan:
    item = item_of(plan, edit.item)
    match edit:
        case DropItem():
            if item.state in IN_FLIGHT:
                raise UserError(
                    f"{item.id} is being worked on ({item.state}).",
                    f"Say `stop {plan.slug}` first, or let it finish.",
                )
            return _changed(plan, item.model_copy(update={"state": ItemState.DROPPED}))
        case RestoreItem():
            return _changed(plan, item.model_copy(update={"state": edit.state}))
        case Redate():
            if edit.end < edit.start:
                raise UserError(f"{item.id} would end ({edit.end}) before it starts ({edit.start}).")
            return _changed(plan, item.model_copy(update={"start": edit.start, "end": edit.end}))
        case Reassign():
            return _changed(plan, item.model_copy(update={"agent": edit.agent, "owner": edit.owner}))
        case Retitle():
            return _changed(plan, item.model_copy(update={"title": edit.title}))


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
        case SetDeadline():
            return plan.model_copy(update={"deadline": edit.deadline})
        case SetBudget():
            return plan.model_copy(update={"budget": edit.budget})
        case _:
            return _apply_to_item(plan, edit)


def apply(plan: Plan, edits: Edits) -> Plan:
    """The plan after all edits, in order; the revision number is the caller's to set.

    Raises UserError on the first edit that does not fit; then nothing was applied.
    """
    for edit in edits:
        plan = _apply_one(plan, edit)
    return plan


def _invert_one(plan: Plan, edit: Edit) -> Edit:
    match edit:
        case AddItem():
            return RemoveItem(item=edit.item.id)
        case RemoveItem():
            item = item_of(plan, edit.item)
            return AddItem(item=item, place=list(plan.items).index(item.id))
        case DropItem() | RestoreItem():
            return RestoreItem(item=edit.item, state=item_of(plan, edit.item).state)
        case Redate():
            item = item_of(plan, edit.item)
            return Redate(item=item.id, start=item.start, end=item.end)
        case Reassign():
            item = item_of(plan, edit.item)
            return Reassign(item=item.id, agent=item.agent, owner=item.owner)
        case Retitle():
            return Retitle(item=edit.item, title=item_of(plan, edit.item).title)
        case SetDeadline():
            return SetDeadline(deadline=plan.deadline)
        case SetBudget():
            return SetBudget(budget=plan.budget)


def invert(before: Plan, edits: Edits) -> Edits:
    """The edits that take ``apply(before, edits)`` back to ``before``."""
    undo: list[Edit] = []
    plan = before
    for edit in edits:
        undo.append(_invert_one(plan, edit))
        plan = _apply_one(plan, edit)
    return tuple(reversed(undo))
