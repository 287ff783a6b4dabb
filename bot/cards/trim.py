"""Everything a card is to show, made clean and short before it is laid out: safe by construction, whatever is in it.

Ids, hashes and verbs stay as they are. Long quotations and the options of a question are the layout's to cut, because
it says what is missing.
"""

from __future__ import annotations

import dataclasses
from typing import Any, Final, TypeVar, cast

from pydantic import BaseModel

from bot.cards.parts import Room
from bot.cards.text import short

_AS_IS: Final = frozenset(
    {"kind", "ask", "hash", "plan", "slug", "id", "item", "agent", "verb", "options", "text", "quote", "fate"}
)
_SENTENCES: Final = frozenset(
    {
        "detail",
        "effect",
        "policy",
        "why",
        "reason",
        "said",
        "evidence",
        "note",
        "notes",
        "goal",
        "planned_by",
        "later",
    }
)
"""Fields that hold sentences rather than a name or a title; they get three times the room."""

T = TypeVar("T")


def trimmed(found: T, room: Room) -> T:
    """A copy of a notice or of a card's view in which every text is clean, on one line, and within the room."""
    if isinstance(found, BaseModel):
        fields = {name: getattr(found, name) for name in type(found).model_fields}
        return cast(T, found.model_copy(update=_trimmed(fields, room)))
    if dataclasses.is_dataclass(found) and not isinstance(found, type):
        fields = {field.name: getattr(found, field.name) for field in dataclasses.fields(found)}
        return cast(T, dataclasses.replace(found, **_trimmed(fields, room)))
    return found


def _trimmed(fields: dict[str, Any], room: Room) -> dict[str, Any]:
    return {name: _value(name, value, room) for name, value in fields.items() if name not in _AS_IS}


def _value(name: str, value: Any, room: Room) -> Any:
    limit = room.line * 3 if name in _SENTENCES else room.line
    if isinstance(value, str):
        return short(value, limit)
    if isinstance(value, tuple):
        # What stands behind what there is room for is counted, never shown.
        shown = [short(part, limit) if isinstance(part, str) else trimmed(part, room) for part in value[: room.items]]
        return (*shown, *value[room.items :])
    return value
