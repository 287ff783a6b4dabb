"""Edits that make no sense for the plan as it stands, each refused in a sentence that names the item and the reason.

What an item must be to be worth approving is the critic's; here stands what no revision may do: impossible values,
names of what is not there, and taking something away from somebody who is working on it without saying so.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable
from datetime import date
from zoneinfo import ZoneInfo

from plans.errors import UserError
from plans.model.edits import (
    AddItem,
    DropItem,
    Edit,
    Edits,
    Move,
    Reassign,
    Redate,
    Reestimate,
    RemoveItem,
    ReplaceItem,
    SetDeadline,
    SetFrame,
    SetWaits,
)
from plans.model.plan import Item
from plans.model.workbench import Workbench
from plans.words import IN_FLIGHT, ItemId


def refuse(bench: Workbench, edit: Edit) -> None:
    """Raises UserError when the edit makes no sense where the bench stands."""
    match edit:
        case AddItem(item=item):
            _new(bench, item)
        case RemoveItem(item=name) if bench.item(name).state in IN_FLIGHT:
            raise _busy(bench, bench.item(name), "taken off the plan")
        case DropItem(item=name, call_off=False) if bench.item(name).state in IN_FLIGHT:
            raise _busy(bench, bench.item(name), "dropped")
        case Redate():
            _window(edit.item, edit.start, edit.end)
            _begun(bench.item(edit.item), edit.start)
        case Reassign(item=name, call_off=False):
            item = bench.item(name)
            if item.state in IN_FLIGHT and edit.agent != item.agent:
                raise _busy(bench, item, f"given to {edit.agent or 'a person'}")
        case Reestimate():
            _estimate(edit.item, edit.low, edit.days, edit.high)
        case ReplaceItem(item=item):
            _replace(bench, item)


def refuse_whole(bench: Workbench, edits: Edits) -> None:
    """The same, of what can only be told when all edits are in: they may name items that others of them bring.

    Raises UserError.
    """
    related = {_item(edit) for edit in edits if isinstance(edit, Move | SetWaits | ReplaceItem)}
    standing = [bench.items[item] for item in related if item in bench.items]
    _related(bench, standing)
    removed = {edit.item for edit in edits if isinstance(edit, RemoveItem)} - bench.items.keys()
    if removed:
        _unneeded(bench, removed)
    if any(isinstance(edit, SetDeadline | SetFrame) for edit in edits):
        _framed(bench)


def _item(edit: Move | SetWaits | ReplaceItem) -> ItemId:
    return edit.item.id if isinstance(edit, ReplaceItem) else edit.item


def _busy(bench: Workbench, item: Item, what: str) -> UserError:
    return UserError(
        f"{item.id} is being worked on ({item.state}) and cannot be {what}.",
        f"Call it off with it, say `stop {bench.frame.slug}` first, or let it finish.",
    )


def _new(bench: Workbench, item: Item) -> None:
    if item.id in bench.items:
        raise UserError(f"{item.id} is on the plan already.")
    if item.state in IN_FLIGHT:
        raise UserError(f"{item.id} is new, and nobody can be working on it ({item.state}) already.")
    _window(item.id, item.start, item.end)


def _window(item: ItemId, start: date, end: date) -> None:
    if end < start:
        raise UserError(f"{item} would end ({end}) before it starts ({start}).")


def _begun(item: Item, start: date) -> None:
    """What somebody works on has begun when it did."""
    if item.state in IN_FLIGHT and start != item.start:
        raise UserError(
            f"{item.id} has begun ({item.state}): it started on {item.start} and cannot start on {start}.",
            "Move its end alone, or call it off.",
        )


def _estimate(item: ItemId, low: int | None, days: int, high: int | None) -> None:
    least, most = days if low is None else low, days if high is None else high
    if least < 1:
        raise UserError(f"{item}: an estimate of {least} days is none; one is the least.")
    if not least <= days <= most:
        raise UserError(f"{item}: at best {least}, likely {days}, at worst {most} days are not in order.")


def _replace(bench: Workbench, new: Item) -> None:
    old = bench.item(new.id)
    _window(new.id, new.start, new.end)
    _begun(old, new.start)
    if old.state in IN_FLIGHT and new.agent != old.agent:
        raise _busy(bench, old, f"given to {new.agent or 'a person'}")


def _related(bench: Workbench, items: Iterable[Item]) -> None:
    """Every parent and everything waited for is there, and nothing is under itself or waits for itself."""
    clear: set[ItemId] = set()
    for item in items:
        for before in item.waits:
            if before == item.id:
                raise UserError(f"{item.id} would wait for itself.")
            if before not in bench.items:
                raise UserError(f"{item.id} would wait for {before}, which is not on the plan.")
        if item.parent is not None and item.parent not in bench.items:
            raise UserError(f"{item.id} would be under {item.parent}, which is not on the plan.")
        _under(bench, item, clear)


def _under(bench: Workbench, item: Item, clear: set[ItemId]) -> None:
    """``clear``: items whose way up is known to end."""
    line = {item.id: None}
    above = item.parent
    while above in bench.items and above not in clear:
        if above in line:
            names = [*line, above]
            way = " under ".join(names[names.index(above) :])
            raise UserError(f"{item.id} would be under itself: {way}.")
        line[above] = None
        above = bench.items[above].parent
    clear.update(line)


def _unneeded(bench: Workbench, removed: Collection[ItemId]) -> None:
    for item in bench.items.values():
        missed = next((before for before in item.waits if before in removed), None)
        if missed:
            raise UserError(
                f"{missed} cannot be taken off the plan: {item.id} waits for it.", f"Drop {missed} instead."
            )
        if item.parent in removed:
            raise UserError(
                f"{item.parent} cannot be taken off the plan: {item.id} is under it.", f"Move {item.id} first."
            )


def _framed(bench: Workbench) -> None:
    plan = bench.frame
    if plan.deadline < plan.begins:
        raise UserError(f"The plan would be due ({plan.deadline}) before it begins ({plan.begins}).")
    if not plan.workdays or not set(plan.workdays) <= set(range(7)):
        raise UserError("A plan needs at least one working day a week, Monday to Sunday.")
    try:
        ZoneInfo(plan.zone)
    except (LookupError, ValueError, OSError):
        raise UserError(f"There is no time zone {plan.zone}.", "Name one like Europe/Berlin.") from None
