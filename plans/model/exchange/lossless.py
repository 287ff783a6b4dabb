"""A whole plan as JSON, nothing lost: its frame, team, agreements, risks and items.

The file names its format and version. Its schema is published beside this file (``plan.schema.json``) and is made from
the very models that read it.
"""

from __future__ import annotations

import json
import re
from typing import Any, Final, Literal, NoReturn

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from plans.model.exchange.reading import Said, Source, Unreadable
from plans.model.plan import Plan
from plans.words import ItemId

FORMAT: Final = "steward/plan"
VERSION: Final = 1


class PlanFile(BaseModel):
    """A plan of Steward's in a file."""

    model_config = ConfigDict(extra="forbid", title="A plan of Steward's")

    format: Literal["steward/plan"] = FORMAT
    version: Literal[1] = VERSION
    plan: Plan = Field(description="Items are keyed by their ids, in the order in which a reader wants them.")


def schema() -> str:
    """JSON Schema (draft 2020-12) of the file."""
    told = {"$schema": "https://json-schema.org/draft/2020-12/schema", **PlanFile.model_json_schema()}
    return json.dumps(told, indent=2, ensure_ascii=False) + "\n"


def text(plan: Plan) -> str:
    return json.dumps(PlanFile(plan=plan).model_dump(mode="json"), indent=2, ensure_ascii=False) + "\n"


def loaded(told: str, name: str) -> Any:
    """The JSON in the text. Raises Unreadable with line and column, also for a name that stands twice in one place."""
    try:
        found = json.loads(told.removeprefix("\ufeff"), object_pairs_hook=_once, parse_constant=_no_constant)
    except json.JSONDecodeError as error:
        raise Unreadable([f"{name}, line {error.lineno}, column {error.colno}: {error.msg}."]) from None
    except RecursionError:
        raise Unreadable([f"{name}: it is nested too deeply."]) from None
    except ValueError as error:
        raise Unreadable([f"{name}: {error}."]) from None
    if not _storable(found):
        raise Unreadable([f"{name}: it holds characters that are no text."])
    return found


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for key, value in pairs:
        if key in found:
            raise ValueError(f"“{key[:60]}” stands there twice")
        found[key] = value
    return found


def _no_constant(constant: str) -> NoReturn:
    raise ValueError(f"{constant} is no number")


def _storable(value: Any) -> bool:
    match value:
        case str():
            return "\0" not in value and not any("\ud800" <= char <= "\udfff" for char in value)
        case dict():
            return all(_storable(key) and _storable(one) for key, one in value.items())
        case list():
            return all(map(_storable, value))
        case _:
            return True


def read(found: Any, name: str) -> Plan:
    """The plan in what was loaded. Raises Unreadable with the place of everything that does not fit."""
    version = found.get("version") if isinstance(found, dict) else None
    if isinstance(version, int) and version > VERSION:
        raise Unreadable([f"{name}: it was written by a newer Steward (version {version}; this one reads {VERSION})."])
    try:
        plan = PlanFile.model_validate(found).plan
    except ValidationError as error:
        raise Unreadable(f"{name}, {_place(one['loc'])}: {_reason(one)}." for one in error.errors()) from None
    wrong = [
        f"{name}, items: {key} stands under the name {item.id}." for key, item in plan.items.items() if key != item.id
    ]
    if wrong:
        raise Unreadable(wrong)
    return plan


def _place(where: tuple[int | str, ...]) -> str:
    """``NA-3, days`` for what lies in an item, else the way there."""
    steps = [str(step) for step in where]
    if steps[:2] == ["plan", "items"] and len(steps) > 2:
        return ", ".join(steps[2:])
    return " → ".join(steps) or "the whole"


def _reason(one: Any) -> str:
    said = str(one["msg"])
    if one["type"] == "extra_forbidden":
        return "there is no such field"
    if one["type"] == "value_error":
        return re.sub(r"^Value error, (?:[A-Z0-9]+-\d+: )?", "", said)
    return said[:1].lower() + said[1:]


def said(plan: Plan, name: str) -> Said:
    """What a plan's file says, to be compared with the plan as it stands."""
    states = {item.id: item.state for item in plan.items.values()}
    return Said(Source(name), dict[ItemId, Any](plan.items), states, plan)
