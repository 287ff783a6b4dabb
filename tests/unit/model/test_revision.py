"""Edits applied and taken back, and everything that they are refused for."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from hypothesis import given

from plans.errors import UserError
from plans.model.edits import (
    EDITS,
    AddItem,
    CloseRisk,
    DropItem,
    Edit,
    Frame,
    Lift,
    Move,
    Reassign,
    Redate,
    Reestimate,
    RemoveItem,
    RemoveMember,
    ReplaceItem,
    RestoreItem,
    Retitle,
    SetDeadline,
    SetFrame,
    SetWaits,
)
from plans.model.plan import Item, Link, Plan
from plans.model.revision import apply, invert, replay
from plans.words import IN_FLIGHT, AgentName, ConstraintId, Doer, ItemId, ItemState, RiskId
from tests.unit.model.drawn import MONDAY, OWNER, item, launch, patient, plan_of
from tests.unit.model.drawn_edits import Change, changes

NA1, NA2, NA4, NA5, NA9 = (ItemId(f"NA-{number}") for number in (1, 2, 4, 5, 9))
D1, D2 = date(2026, 12, 1), date(2026, 12, 2)


def four(**fields: Any) -> Item:
    """Task 4 of the launch, changed without being validated."""
    return launch().items[NA4].model_copy(update=fields)


def framed(**fields: Any) -> SetFrame:
    return SetFrame(frame=Frame.of(launch()).model_copy(update=fields))


def in_flight(state: ItemState = ItemState.DELEGATED) -> Plan:
    """One task, from Monday to Monday, that an agent works on."""
    return plan_of(item(1, agent=AgentName("a"), state=state))


@patient
@given(changes())
def test_undoing_gives_the_same_plan_back_in_the_same_order(change: Change) -> None:
    plan, edits = change
    back = apply(apply(plan, edits), invert(plan, edits))
    assert back == plan
    assert list(back.items) == list(plan.items)


@patient
@given(changes())
def test_edits_survive_being_written_down(change: Change) -> None:
    assert EDITS.validate_json(EDITS.dump_json(change[1])) == change[1]


@patient
@given(changes())
def test_what_was_signed_once_can_be_repeated(change: Change) -> None:
    plan, edits = change
    assert replay(plan, edits) == apply(plan, edits)


@pytest.mark.parametrize(
    ("edit", "said"),
    [
        (DropItem(item=NA9), "no item NA-9"),
        (AddItem(item=item(4)), "NA-4 is on the plan already"),
        (AddItem(item=item(9, state=ItemState.ASKING)), "NA-9 is new, and nobody can be working on it"),
        (AddItem(item=item(9).model_copy(update={"end": date(2026, 11, 1)})), "NA-9 would end .* before it starts"),
        (Redate(item=NA4, start=D2, end=D1), "NA-4 would end .* before it starts"),
        (Redate(item=NA9, start=D1, end=D2), "no item NA-9"),
        (
            Reestimate.model_construct(item=NA4, days=-3, low=None, high=None, effort=1.0),
            "NA-4: an estimate of -3 days",
        ),
        (Reestimate(item=NA4, days=2, low=3), "NA-4: at best 3, likely 2"),
        (Reestimate(item=NA4, days=2, high=1), "NA-4: .* at worst 1"),
        (ReplaceItem(item=item(9)), "no item NA-9"),
        (ReplaceItem(item=four(end=date(2026, 11, 1))), "NA-4 would end .* before it starts"),
        (ReplaceItem(item=four(after=(NA9,))), "NA-4 would wait for NA-9, which is not on the plan"),
        (ReplaceItem(item=four(parent=NA9)), "NA-4 would be under NA-9, which is not on the plan"),
        (Move(item=NA4, parent=NA4), "NA-4 would be under itself"),
        (Move(item=NA1, parent=NA4), "NA-1 would be under itself: NA-1 under NA-4 under NA-2 under NA-1"),
        (Move(item=NA4, parent=NA9), "NA-4 would be under NA-9"),
        (SetWaits(item=NA4, after=(NA4,)), "NA-4 would wait for itself"),
        (SetWaits(item=NA4, links=(Link(item=NA4, lag=2),)), "NA-4 would wait for itself"),
        (SetWaits(item=NA4, links=(Link(item=NA9, lag=2),)), "NA-4 would wait for NA-9"),
        (RemoveItem(item=NA9), "no item NA-9"),
        (RemoveItem(item=NA4), "NA-4 cannot be taken off the plan: NA-5 waits for it"),
        (RemoveItem(item=NA1), "NA-1 cannot be taken off the plan: NA-2 is under it"),
        (SetDeadline(deadline=date(2026, 11, 1)), "due .* before it begins"),
        (framed(begins=date(2027, 6, 1)), "due .* before it begins"),
        (framed(workdays=()), "at least one working day"),
        (framed(workdays=(7,)), "at least one working day"),
        (framed(zone="Europe/Atlantis"), "no time zone Europe/Atlantis"),
        (Lift(constraint=ConstraintId("K9")), "no constraint K9"),
        (CloseRisk(risk=RiskId("R9")), "no risk R9"),
        (RemoveMember(doer=Doer("role:x")), "nobody called role:x"),
    ],
)
def test_an_edit_that_does_not_fit_is_said_back(edit: Edit, said: str) -> None:
    for way in (apply, invert):
        with pytest.raises(UserError, match=said):
            way(launch(), (edit,))


def test_what_is_named_may_come_with_the_same_edits_in_any_order() -> None:
    new = (SetWaits(item=NA4, after=(NA9,)), Move(item=NA4, parent=NA9), AddItem(item=item(9, parent=NA2)))
    assert apply(launch(), new).items[NA4].after == (NA9,)
    apart = (SetWaits(item=NA5), RemoveItem(item=NA4))
    assert NA4 not in apply(launch(), apart).items


@pytest.mark.parametrize("state", sorted(IN_FLIGHT))
@pytest.mark.parametrize(
    ("edit", "said"),
    [
        (DropItem(item=NA1), "NA-1 is being worked on .* cannot be dropped"),
        (RemoveItem(item=NA1), "NA-1 is being worked on .* cannot be taken off"),
        (Reassign(item=NA1, agent=AgentName("b"), owner=OWNER), "NA-1 is being worked on .* cannot be given to b"),
        (Reassign(item=NA1, agent=None, owner=OWNER), "cannot be given to a person"),
        (ReplaceItem(item=item(1, agent=AgentName("b"))), "NA-1 is being worked on .* cannot be given to b"),
        (Redate(item=NA1, start=D1, end=D2), "NA-1 has begun .* cannot start on 2026-12-01"),
        (ReplaceItem(item=item(1, first=1, agent=AgentName("a"))), "NA-1 has begun"),
    ],
)
def test_what_is_being_worked_on_is_not_taken_away(edit: Edit, said: str, state: ItemState) -> None:
    with pytest.raises(UserError, match=said) as caught:
        apply(in_flight(state), (edit,))
    assert caught.value.way_on


@pytest.mark.parametrize("state", sorted(IN_FLIGHT))
def test_what_is_being_worked_on_can_be_called_off_extended_and_answered_for_by_somebody_else(state: ItemState) -> None:
    plan = in_flight(state)
    assert apply(plan, (DropItem(item=NA1, call_off=True),)).items[NA1].state is ItemState.DROPPED
    other = apply(plan, (Reassign(item=NA1, agent=AgentName("b"), owner=OWNER, call_off=True),)).items[NA1]
    assert (other.agent, other.state) == ("b", state)
    assert apply(plan, (Redate(item=NA1, start=MONDAY, end=D2),)).items[NA1].end == D2
    assert apply(plan, (Reassign(item=NA1, agent=AgentName("a"), owner=OWNER),)) == plan


def test_an_edit_further_back_that_does_not_fit_leaves_the_plan_alone() -> None:
    plan = launch()
    with pytest.raises(UserError):
        apply(plan, (Retitle(item=NA4, title="x"), DropItem(item=ItemId("NA-99"))))
    assert plan == launch()


class Counted(dict[ItemId, Item]):
    """Items that count how often they are gone through."""

    def __init__(self, items: dict[ItemId, Item]) -> None:
        super().__init__(items)
        self.copies = 0

    def keys(self) -> Any:
        self.copies += 1
        return super().keys()

    def __iter__(self) -> Any:
        self.copies += 1
        return super().__iter__()


@pytest.mark.parametrize("way", [apply, invert])
def test_ten_thousand_edits_copy_the_items_no_more_often_than_one(way: Any) -> None:
    copies = []
    for number in (1, 10_000):
        items = Counted(launch().items)
        plan = launch().model_copy(update={"items": items})
        way(plan, tuple(AddItem(item=item(4).model_copy(update={"id": f"NA-{100 + n}"})) for n in range(number)))
        copies.append(items.copies)
    assert copies[0] == copies[1] > 0


def test_ten_thousand_new_items_are_taken_back_in_their_order() -> None:
    plan = launch()
    new = tuple(AddItem(item=item(4).model_copy(update={"id": f"NA-{100 + n}"})) for n in range(10_000))
    full = apply(plan, new)
    assert len(full.items) == 10_008
    assert apply(full, invert(plan, new)) == plan


def test_a_dropped_item_holds_nothing_up_and_can_be_waited_for_by_undo() -> None:
    dropped = apply(launch(), (DropItem(item=NA4),))
    assert NA5 in {one.id for one in dropped.ready(date(2026, 12, 2))}
    change: tuple[Edit, ...] = (SetWaits(item=NA5),)
    assert apply(apply(dropped, change), invert(dropped, change)) == dropped
    assert apply(dropped, (RestoreItem(item=NA4, state=ItemState.PLANNED),)) == launch()
