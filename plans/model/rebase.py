"""Whether two changes of a plan, made without knowing of each other, get in each other's way.

Optimistic concurrency control (Kung and Robinson, 1981), told in fields: a change writes some fields and relies on
some. It can be put on top of changes that came before it as long as none of them wrote what it writes or relies on,
and none of them relied on what it writes. Then the order in which the two are made does not matter, but for the order
of items and lists. Whether it still fits is for ``apply`` to say.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final, NamedTuple

from plans.model.edits import (
    AddItem,
    Agree,
    CloseRisk,
    DropItem,
    Edit,
    Edits,
    Frame,
    Lift,
    ListEdit,
    Move,
    RemoveItem,
    RemoveMember,
    ReplaceItem,
    RestoreItem,
    SetBudget,
    SetDeadline,
    SetFrame,
    SetMember,
    SetRisk,
    SetWaits,
)
from plans.words import ItemId

PLAN: Final = "the plan"
THERE: Final = "being on the plan"
_FIELDS: Final = {
    "redate": "dates",
    "reassign": "assignment",
    "retitle": "title",
    "reestimate": "estimate",
    "move": "parent",
    "waits": "waits",
    "recheck": "acceptance test",
    "role": "role",
    "flow": "trigger, feedback and return",
}
"""What the edits of one thing about an item write, by their kind."""
_WHOLE: Final = (*_FIELDS.values(), "details")


class Touch(NamedTuple):
    """One field of one thing; told as ``the dates of NA-12``."""

    what: str
    field: str

    def __str__(self) -> str:
        return f"the {self.field} of {self.what}" if self.field != THERE else f"whether {self.what} is to be done"


def touches(edits: Edits) -> frozenset[Touch]:
    """What the edits write."""
    return frozenset(touch for edit in edits for touch in _written(edit))


def relies(edits: Edits) -> frozenset[Touch]:
    """What the edits take for granted: that what they name is on the plan, and not dropped."""
    return frozenset(Touch(item, THERE) for edit in edits for item in _named(edit))


def clashes(ours: Edits, theirs: Edits) -> tuple[Touch, ...]:
    """What of theirs gets in the way of ours, sorted; nothing when either can be made first."""
    mine, other = touches(ours), touches(theirs)
    return tuple(sorted((mine & other) | (relies(ours) & other) | (mine & relies(theirs))))


def _written(edit: Edit) -> Iterator[Touch]:
    match edit:
        case AddItem():
            yield Touch(edit.item.id, THERE)
        case RemoveItem() | DropItem() | RestoreItem():
            yield Touch(edit.item, THERE)
        case ReplaceItem():
            yield from (Touch(edit.item.id, field) for field in _WHOLE)
        case SetFrame():
            yield from (Touch(PLAN, name.replace("_", " ")) for name in Frame.model_fields)
        case SetDeadline() | SetBudget():
            yield Touch(PLAN, edit.kind)
        case Agree() | Lift() | SetRisk() | CloseRisk() | SetMember() | RemoveMember():
            yield _listed(edit)
        case _:
            yield Touch(edit.item, _FIELDS[edit.kind])


def _listed(edit: ListEdit) -> Touch:
    match edit:
        case Agree():
            return Touch(edit.constraint.id, "wording")
        case Lift():
            return Touch(edit.constraint, "wording")
        case SetRisk():
            return Touch(edit.risk.id, "assessment")
        case CloseRisk():
            return Touch(edit.risk, "assessment")
        case SetMember():
            return Touch(edit.member.doer, "time")
        case RemoveMember():
            return Touch(edit.doer, "time")


def _named(edit: Edit) -> Iterator[ItemId]:
    match edit:
        case AddItem() | ReplaceItem():
            yield from edit.item.waits
            if edit.item.parent is not None:
                yield edit.item.parent
            if isinstance(edit, ReplaceItem):
                yield edit.item.id
        case SetWaits():
            yield from (edit.item, *edit.after, *(link.item for link in edit.links))
        case Move():
            yield from (edit.item, *((edit.parent,) if edit.parent else ()))
        case Agree() | SetRisk():
            yield from _concerned(edit)
        case AddItem() | RemoveItem() | DropItem() | RestoreItem():
            return
        case Lift() | CloseRisk() | SetMember() | RemoveMember() | SetFrame() | SetDeadline() | SetBudget():
            return
        case _:
            yield edit.item


def _concerned(edit: Agree | SetRisk) -> Iterator[ItemId]:
    """The items that an agreement or a risk is about."""
    if isinstance(edit, SetRisk):
        yield from edit.risk.items
    elif edit.constraint.kind in ("not_before", "not_after"):
        yield edit.constraint.item
