"""Two changes of one plan, made without knowing of each other."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import assume, given

from plans.errors import UserError
from plans.model.agreed import NotAfter, Risk, Spend
from plans.model.edits import (
    AddItem,
    Agree,
    CloseRisk,
    DropItem,
    Edit,
    Edits,
    Frame,
    Move,
    Reassign,
    Redate,
    RemoveItem,
    ReplaceItem,
    Retitle,
    SetBudget,
    SetDeadline,
    SetFrame,
    SetMember,
    SetRisk,
    SetWaits,
)
from plans.model.plan import Member, Plan
from plans.model.rebase import clashes
from plans.model.revision import apply
from plans.words import ConstraintId, Doer, ItemId, Money, PersonId, RiskId
from tests.unit.model.drawn import MONDAY, OWNER, item, launch, patient
from tests.unit.model.drawn_edits import rivals
from tests.unit.model.held import held

NA2, NA3, NA4, NA5, NA7, NA9 = (ItemId(f"NA-{number}") for number in (2, 3, 4, 5, 7, 9))
AGREED: dict[str, Any] = {"id": ConstraintId("K1"), "text": "so", "by": OWNER, "on": MONDAY}
RISK = Risk(id=RiskId("R1"), text="rain", probability=0.5, owner=OWNER)


def dated(item: ItemId) -> Redate:
    return Redate(item=item, start=MONDAY, end=MONDAY)


@patient
@given(rivals())
def test_changes_that_do_not_clash_can_be_made_in_either_order(case: tuple[Plan, Edits, Edits]) -> None:
    plan, ours, theirs = case
    assume(not clashes(ours, theirs))

    def both(first: Edits, second: Edits) -> Any:
        try:
            return held(apply(apply(plan, first), second))
        except UserError:
            return None

    assert both(ours, theirs) == both(theirs, ours)


@patient
@given(rivals())
def test_clashing_is_mutual(case: tuple[Plan, Edits, Edits]) -> None:
    _, ours, theirs = case
    assert clashes(ours, theirs) == clashes(theirs, ours)


@pytest.mark.parametrize(
    ("ours", "theirs"),
    [
        (dated(NA4), dated(NA5)),
        (dated(NA4), Retitle(item=NA4, title="x")),
        (dated(NA4), Reassign(item=NA4, agent=None, owner=PersonId("kim"))),
        (SetDeadline(deadline=MONDAY), SetBudget(budget=None)),
        (SetDeadline(deadline=MONDAY), SetFrame(frame=Frame.of(launch()))),
        (AddItem(item=item(8, parent=NA2)), AddItem(item=item(9, parent=NA2))),
        (SetWaits(item=NA7, after=(NA4,)), dated(NA4)),
        (Agree(constraint=Spend(**AGREED, most=Money.of(1))), CloseRisk(risk=RiskId("K1x"))),
        (SetMember(member=Member(doer=Doer("role:a"))), SetMember(member=Member(doer=Doer("role:b")))),
    ],
)
def test_what_touches_different_things_does_not_clash(ours: Edit, theirs: Edit) -> None:
    assert clashes((ours,), (theirs,)) == ()


@pytest.mark.parametrize(
    ("ours", "theirs", "said"),
    [
        (dated(NA4), dated(NA4), "the dates of NA-4"),
        (dated(NA4), ReplaceItem(item=item(4)), "the dates of NA-4"),
        (dated(NA4), DropItem(item=NA4), "whether NA-4 is to be done"),
        (dated(NA4), RemoveItem(item=NA4), "whether NA-4 is to be done"),
        (DropItem(item=NA4), DropItem(item=NA4), "whether NA-4 is to be done"),
        (SetWaits(item=NA7, after=(NA4,)), DropItem(item=NA4), "whether NA-4 is to be done"),
        (AddItem(item=item(9, parent=NA2)), DropItem(item=NA2), "whether NA-2 is to be done"),
        (Move(item=NA4, parent=NA3), DropItem(item=NA3), "whether NA-3 is to be done"),
        (AddItem(item=item(9)), AddItem(item=item(9, title="other")), "whether NA-9 is to be done"),
        (SetDeadline(deadline=MONDAY), SetDeadline(deadline=MONDAY), "the deadline of the plan"),
        (Agree(constraint=NotAfter(**AGREED, item=NA4, day=MONDAY)), DropItem(item=NA4), "whether NA-4 is to be done"),
        (Agree(constraint=Spend(**AGREED, most=Money.of(1))), Agree(constraint=Spend(**AGREED, most=Money.of(2))),
         "the wording of K1"),
        (SetRisk(risk=RISK), CloseRisk(risk=RISK.id), "the assessment of R1"),
    ],
)  # fmt: skip
def test_what_clashes_is_named(ours: Edit, theirs: Edit, said: str) -> None:
    assert said in [str(touch) for touch in clashes((ours,), (theirs,))]
