"""The items of a plan as a table, one a row, to be worked on in any spreadsheet and read back.

A cell that says the same as the plan does changes nothing, in whatever form a spreadsheet has put it; a column that
was taken out, a row that was deleted, leave things as they are. A row without an id is a new item.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any, Final

from plans.model.calendar import Calendar
from plans.model.exchange import cells, table
from plans.model.exchange.reading import Known, Problems, Said, Source
from plans.model.plan import Flow, Item, Plan
from plans.words import Check, ItemId, ItemKind, ItemState

COLUMNS: Final = (
    *("id", "kind", "title", "parent", "owner", "agent", "role", "start", "end", "days", "low", "high", "effort"),
    *("waits_for", "check", "expects", "state", "capability", "verb", "recipient", "instructions", "metric", "budget"),
    *("trigger", "feedback", "returns", "unmeasured_by"),
)
_FLOW: Final = frozenset({"trigger", "feedback", "returns", "unmeasured_by"})
_NEEDED: Final = ("kind", "title", "owner", "start", "end", "days")
"""What no item is without; a new one may leave all but title and end to be filled in."""
_NAMED: Final = {"after": "waits_for", "links": "waits_for"}
_NAME: Final = re.compile(r"[A-Z][A-Z0-9]*-\d{1,6}")


def text(plan: Plan, known: Known, *, empty: bool = True) -> str:
    """The table, with commas and CRLF. ``empty``: whether columns stand there in which nothing does."""
    rows = [_row(item, known) for item in plan.items.values()]
    columns = [
        name for name in COLUMNS if empty or name in ("id", "title", "state") or any(row[name] for row in rows)
    ]  # fmt: skip
    return table.written(columns, ([row[name] for name in columns] for row in rows))


def _row(item: Item, known: Known) -> dict[str, str]:
    flow = item.flow or Flow()
    return {
        "id": item.id,
        "kind": item.kind,
        "title": item.title,
        "parent": item.parent or "",
        "owner": known.name(item.owner),
        "agent": item.agent or "",
        "role": item.role,
        "start": item.start.isoformat(),
        "end": item.end.isoformat(),
        "days": str(item.days),
        "low": str(item.low or ""),
        "high": str(item.high or ""),
        "effort": f"{item.effort!r}".removesuffix(".0"),
        "waits_for": cells.waits(item.after, item.links),
        "check": item.check.text,
        "expects": cells.expects(item.check.expects),
        "state": item.state,
        "capability": item.capability,
        "verb": item.verb or "",
        "recipient": item.recipient or "",
        "instructions": item.instructions,
        "metric": item.metric or "",
        "budget": cells.money(item.budget),
        "trigger": flow.trigger,
        "feedback": flow.feedback,
        "returns": flow.returns,
        "unmeasured_by": known.name(flow.unmeasured_by) if flow.unmeasured_by else "",
    }


def read(told: str, plan: Plan, known: Known, name: str, *, pasted: bool = False) -> Said:
    """What the table says about the plan. Raises Unreadable with every cell that cannot be read.

    ``pasted``: it came through a chat, which does not keep white space and takes out what cannot be seen; such
    differences are none then.
    """
    found = table.rows(told, name, COLUMNS, ragged=pasted)
    reader = _Reader(plan, known, name, found, pasted=pasted)
    for row in found:
        reader.take(row)
    return reader.settle()


class _Reader:
    """One pass over the rows; collects what is wrong with them."""

    def __init__(self, plan: Plan, known: Known, name: str, rows: list[table.Row], *, pasted: bool) -> None:
        self._plan = plan
        self._known = known
        self._name = name
        self._pasted = pasted
        self._problems = Problems()
        self._lines: dict[ItemId, int] = {}
        self._items: dict[ItemId, Item] = {}
        self._states: dict[ItemId, ItemState] = {}
        self._order = cells.order_of([row.cells.get(column, "") for row in rows for column in ("start", "end")])
        self._next = max(known.next_number, *(_number(row.cells.get("id", "")) + 1 for row in rows), 1) if rows else 1
        self._calendar = Calendar.of(plan)
        self._currency = plan.budget.currency if plan.budget else "EUR"
        self._metrics = {metric.name for metric in plan.metrics}

    def settle(self) -> Said:
        self._problems.settle()
        return Said(Source(self._name, self._lines, _NAMED), self._items, self._states)

    def take(self, row: table.Row) -> None:
        item = self._id(row)
        if item is None:
            return
        self._lines[item] = row.line
        before = self._plan.items.get(item)
        was = _row(before, self._known) if before else {}
        said = {
            column: cell
            for column, cell in row.cells.items()
            if column != "id" and not (before and self._same(cell, was[column]))
        }
        read = {column: self._value(row, column, cell, new=before is None) for column, cell in said.items()}
        values = {column: value for column, value in read.items() if value is not _BAD}
        if len(values) < len(said):
            return
        state = values.pop("state", None)
        if state is not None:
            self._states[item] = state
        made = self._new(row, item, values) if before is None else self._changed(before, values)
        if made is not None:
            self._items[item] = made

    def _id(self, row: table.Row) -> ItemId | None:
        told = row.cells.get("id", "").strip()
        if not told:
            self._next += 1
            return ItemId(f"{self._plan.prefix}-{self._next - 1}")
        item = told if told in self._plan.items else cells.item_id(told)
        where = f"{self._name}, line {row.line}, column id"
        if item in self._lines:
            self._problems.add(where, f"{item} stands in line {self._lines[ItemId(item)]} already")
            return None
        if item not in self._plan.items and not (
            _NAME.fullmatch(item) and item.rpartition("-")[0] == self._plan.prefix
        ):
            self._problems.add(
                where,
                f"“{told[:40]}” is no item of {self._plan.title}, whose ids begin with {self._plan.prefix}-; leave the "
                "cell empty for a new item",
            )
            return None
        return ItemId(item)

    def _same(self, cell: str, was: str) -> bool:
        return cell == was or (self._pasted and _essence(cell) == _essence(was))

    def _value(self, row: table.Row, column: str, cell: str, *, new: bool) -> Any:
        """What the cell says; ``_BAD`` when it cannot be read."""
        try:
            if not cell.strip() and not (cell and column in _TEXTS):
                if column in _NEEDED and (not new or column in ("title", "end")):
                    raise ValueError("it is empty")
                return _EMPTY.get(column)
            return self._readers[column](self, cell)
        except ValueError as error:
            self._problems.add(f"{self._name}, line {row.line}, column {column}", str(error))
            return _BAD

    def _new(self, row: table.Row, item: ItemId, values: dict[str, Any]) -> Item | None:
        where = f"{self._name}, line {row.line}"
        missing = [column for column in ("title", "end") if column not in values]
        if missing:
            self._problems.add(where, f"a new item needs the column {missing[0]}")
            return None
        end = values["end"]
        start = values.pop("start", None) or end
        days = values.pop("days", None) or max(1, self._calendar.workdays_between(start, end))
        blank: dict[str, Any] = {
            "id": item,
            "kind": values.pop("kind", None) or ItemKind.TASK,
            "title": values["title"],
            "parent": None,
            "owner": values.pop("owner", None) or self._plan.owner,
            "start": start,
            "end": end,
            "days": days,
            "check": Check(text=""),
        }
        return self._made(Item(**blank), values, where, days)

    def _changed(self, before: Item, values: dict[str, Any]) -> Item | None:
        where = f"{self._name}, line {self._lines[before.id]}"
        return self._made(before, values, where, values.get("days", before.days)) if values else before

    def _made(self, item: Item, values: dict[str, Any], where: str, days: int) -> Item | None:
        update = {column: value for column, value in values.items() if column in Item.model_fields}
        if "waits_for" in values:
            update["after"], update["links"] = values["waits_for"] or ((), ())
        if values.keys() & {"check", "expects"}:
            update["check"] = Check(
                text=values.get("check", item.check.text), expects=values.get("expects", item.check.expects) or {}
            )
        if values.keys() & _FLOW:
            told = (item.flow or Flow()).model_copy(update={name: values[name] for name in _FLOW & values.keys()})
            update["flow"] = told if told != Flow() else None
        made = item.model_copy(update=update)
        low, high = made.low or days, made.high or days
        if not low <= days <= high:
            self._problems.add(
                f"{where}, column days",
                f"at best {low}, likely {days} and at worst {high} working days do not go from less to more",
            )
            return None
        return made

    def _metric(self, cell: str) -> str:
        if cell.strip() not in self._metrics:
            names = ", ".join(self._metrics) or "none"
            raise ValueError(f"the plan has no metric “{cell.strip()[:40]}”; its metrics are {names}")
        return cell.strip()

    _readers: Final[dict[str, Callable[[_Reader, str], Any]]] = {
        "kind": lambda _, cell: cells.kind(cell),
        "title": lambda _, cell: cell,
        "parent": lambda _, cell: cells.item_id(cell),
        "owner": lambda self, cell: self._known.person(cell.strip()),
        "agent": lambda self, cell: self._known.agent(cell.strip()),
        "role": lambda _, cell: cell,
        "start": lambda self, cell: cells.day(cell, self._order),
        "end": lambda self, cell: cells.day(cell, self._order),
        "days": lambda _, cell: cells.workdays(cell),
        "low": lambda _, cell: cells.workdays(cell),
        "high": lambda _, cell: cells.workdays(cell),
        "effort": lambda _, cell: cells.effort(cell),
        "waits_for": lambda _, cell: cells.read_waits(cell),
        "check": lambda _, cell: cell,
        "expects": lambda _, cell: cells.read_expects(cell),
        "state": lambda _, cell: cells.state(cell),
        "capability": lambda _, cell: cell.strip(),
        "verb": lambda _, cell: cells.verb(cell),
        "recipient": lambda _, cell: cell,
        "instructions": lambda _, cell: cell,
        "metric": lambda self, cell: self._metric(cell),
        "budget": lambda self, cell: cells.read_money(cell, self._currency),
        "trigger": lambda _, cell: cell,
        "feedback": lambda _, cell: cell,
        "returns": lambda _, cell: cell,
        "unmeasured_by": lambda self, cell: self._known.person(cell.strip()),
    }


_BAD: Final = object()
"""Stands for a value that could not be read."""
_TEXTS: Final = frozenset({"role", "check", "recipient", "instructions", "trigger", "feedback", "returns"})
"""Columns in which white space is text."""
_EMPTY: Final = {
    **dict.fromkeys(_TEXTS | {"capability"}, ""),
    "recipient": None,
    "effort": 1.0,
}
"""What an empty cell means where it is not None."""


def _number(told: str) -> int:
    found = re.search(r"-(\d{1,9})\s*$", told)
    return int(found.group(1)) if found else 0


def _essence(cell: str) -> str:
    """What is left of a text when everything that a chat may change is taken out."""
    return "".join(char for char in cell if char.isprintable() and not char.isspace())
