"""A plan while edits are put to it: its items are copied once, however many edits there are.

Ten thousand edits are one copy and ten thousand steps. The plan that was handed in stays as it is; what comes out of
``done`` is another one.
"""

from __future__ import annotations

from typing import Any

from plans.errors import UserError
from plans.model.plan import Item, Plan
from plans.words import ItemId


def item_of(plan: Plan, item: ItemId) -> Item:
    """Raises UserError when the plan has no such item."""
    found = plan.items.get(item)
    if found is None:
        raise _unknown(plan, item)
    return found


def _unknown(plan: Plan, item: ItemId) -> UserError:
    return UserError(f"{plan.title} has no item {item}.", "`status` lists its items.")


class Workbench:
    """Frame, items and the reader's order, each changed in place."""

    def __init__(self, plan: Plan) -> None:
        self.frame = plan
        """Everything but the items; its own are those of the beginning."""
        self.items = dict(plan.items)
        self._order = list(plan.items)

    def item(self, item: ItemId) -> Item:
        """Raises UserError when it is not there."""
        found = self.items.get(item)
        if found is None:
            raise _unknown(self.frame, item)
        return found

    def place(self, item: ItemId) -> int:
        """Where it stands in the reader's order. What was added last is mostly asked for first."""
        return len(self._order) - 1 if self._order[-1] == item else self._order.index(item)

    def insert(self, item: Item, place: int | None) -> None:
        self._order.insert(len(self._order) if place is None else place, item.id)
        self.items[item.id] = item

    def remove(self, item: ItemId) -> None:
        """Raises UserError when it is not there."""
        self.item(item)
        del self._order[self.place(item)]
        del self.items[item]

    def change(self, item: Item, **fields: Any) -> None:
        self.items[item.id] = item.model_copy(update=fields)

    def reframe(self, **fields: Any) -> None:
        self.frame = self.frame.model_copy(update=fields)

    def done(self) -> Plan:
        return self.frame.model_copy(update={"items": {key: self.items[key] for key in self._order}})
