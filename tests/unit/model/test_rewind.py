"""A plan as it stood, from the edits that take each revision back."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from plans.model.edits import DropItem, Edits, RestoreItem
from plans.model.plan import Plan
from plans.model.revision import apply, invert
from plans.model.rewind import rewind
from plans.words import ItemId, ItemState
from tests.unit.model.drawn import launch, patient, plans
from tests.unit.model.drawn_edits import edits

NA4 = ItemId("NA-4")


def stateless(plan: Plan) -> Plan:
    """The same plan, of whose items is known only whether they are dropped."""
    items = {
        key: item.model_copy(update={"state": item.state if item.state is ItemState.DROPPED else ItemState.PLANNED})
        for key, item in plan.items.items()
    }
    return plan.model_copy(update={"items": items})


@st.composite
def histories(draw: st.DrawFn) -> tuple[Plan, list[tuple[Plan, Edits]]]:
    """The plan as it is, and each plan before a revision with what takes that back, oldest first.

    Item states move by themselves in between.
    """
    plan = draw(plans(6))
    history: list[tuple[Plan, Edits]] = []
    for step in range(draw(st.integers(1, 4))):
        change = draw(edits(plan, 3, 100 * (step + 1)))
        history.append((plan, invert(plan, change)))
        plan = apply(plan, change)
        alive = sorted(key for key, item in plan.items.items() if item.state is not ItemState.DROPPED)
        moved = draw(st.sets(st.sampled_from(alive))) if alive else set()
        state = draw(st.sampled_from([ItemState.DELEGATED, ItemState.DONE]))
        plan = apply(plan, tuple(RestoreItem(item=key, state=state) for key in sorted(moved)))
    return plan, history


@patient
@given(histories())
def test_every_plan_of_a_history_is_found_again_but_for_item_states(
    case: tuple[Plan, list[tuple[Plan, Edits]]],
) -> None:
    head, history = case
    undos: list[Edits] = []
    for before, undo in reversed(history):
        undos.append(undo)
        back = rewind(head, undos)
        assert stateless(back) == stateless(before)
        assert list(back.items) == list(before.items)


def test_an_item_that_was_dropped_since_was_not_then_and_others_are_as_they_are_now() -> None:
    drop = (DropItem(item=NA4),)
    head = apply(launch(), (*drop, RestoreItem(item=ItemId("NA-5"), state=ItemState.DONE)))
    back = rewind(head, [invert(launch(), drop)])
    assert back.items[NA4].state is ItemState.PLANNED
    assert back.items[ItemId("NA-5")].state is ItemState.DONE
    assert rewind(head, []) == head
