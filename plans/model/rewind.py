"""A plan as it stood at an earlier revision, worked out from what takes each later one back."""

from __future__ import annotations

from collections.abc import Iterable

from plans.model.edits import Edits
from plans.model.plan import Item, Plan
from plans.model.revision import replay
from plans.words import ItemState


def rewind(plan: Plan, undos: Iterable[Edits]) -> Plan:
    """The plan before the revisions that ``undos`` take back, the newest one's first.

    Exactly the plan that stood then, except for item states, which move by themselves: each item has the state that it
    has now, or is planned where it is dropped or gone by now and was not then. Raises UserError when the undos are not
    the plan's.
    """
    back = plan
    for undo in undos:
        back = replay(back, undo)
    return back.model_copy(update={"items": {key: _as_now(item, plan) for key, item in back.items.items()}})


def _as_now(item: Item, plan: Plan) -> Item:
    if item.state is ItemState.DROPPED:
        return item
    now = plan.items.get(item.id)
    state = ItemState.PLANNED if now is None or now.state is ItemState.DROPPED else now.state
    return item if item.state is state else item.model_copy(update={"state": state})
