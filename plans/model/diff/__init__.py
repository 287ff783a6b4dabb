"""What a revision changes, told in lines a person reads: two plans compared, whatever edits lie between them.

Nothing is told exactly when the plans hold the same: the order of items and of what is listed is not told, nor the
number of the revision, and never what no edit can change (name, owner and goal of a plan).
"""

from __future__ import annotations

from collections.abc import Iterator

from plans.model.diff.agreed import agreed
from plans.model.diff.change import Change, Kind, NameOf
from plans.model.diff.frame import frame
from plans.model.diff.items import item_changes, new_item
from plans.model.plan import Plan

__all__ = ["Change", "Kind", "NameOf", "changes", "lines"]


def changes(before: Plan, after: Plan, name_of: NameOf = str) -> tuple[Change, ...]:
    """Everything that differs, one by one: the frame, what was agreed, the items as on the plan, removed ones last.

    A year is told far from the plan's first day. ``name_of`` turns a person's id into a name.
    """
    return tuple(_changes(before, after, name_of))


def lines(before: Plan, after: Plan, name_of: NameOf = str) -> tuple[str, ...]:
    """The same in one line per changed thing, e.g. ``NA-12 Landing page: ends Fri 4 Dec instead of Wed 2 Dec``."""
    told: list[str] = []
    last: Change | None = None
    for change in _changes(before, after, name_of):
        if last is not None and change.item is not None and change.item == last.item:
            told[-1] += f"; {change.said}"
        else:
            told.append(change.line)
        last = change
    return tuple(told)


def _changes(before: Plan, after: Plan, name_of: NameOf) -> Iterator[Change]:
    yield from frame(before, after)
    yield from agreed(before, after, name_of)
    for item in after.items.values():
        old = before.items.get(item.id)
        if old is None:
            yield new_item(item, before.begins, name_of)
        elif old != item:
            yield from item_changes(old, item, after, before.begins, name_of)
    for item in before.items.values():
        if item.id not in after.items:
            yield Change("removed", item.id, f"{item.id} {item.title}", "removed")
