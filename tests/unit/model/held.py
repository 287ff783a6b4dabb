"""What a plan holds, whatever its order: items, and the entries of its lists."""

from __future__ import annotations

from typing import Any

from plans.model.plan import Item, Plan

_LISTS = ("workdays", "metrics", "assumptions", "questions", "team", "constraints", "risks")


def held(plan: Plan) -> dict[str, Any]:
    fields = {name: getattr(plan, name) for name in Plan.model_fields if name not in ("items", "revision")}
    return {
        **fields,
        **{name: frozenset(fields[name]) for name in _LISTS},
        "items": {key: _held(item) for key, item in plan.items.items()},
    }


def _held(item: Item) -> dict[str, Any]:
    fields = {name: getattr(item, name) for name in Item.model_fields}
    return {**fields, "after": frozenset(item.after), "links": frozenset(item.links)}
