from __future__ import annotations

from datetime import date

import pytest

from plans.model.diff import lines
from plans.model.edits import (
    AddItem,
    DropItem,
    Edit,
    Reassign,
    Redate,
    RemoveItem,
    RestoreItem,
    Retitle,
    SetBudget,
    SetDeadline,
)
from plans.model.revision import apply
from plans.words import AgentName, ItemId, ItemState, Money, PersonId
from tests.unit.model.drawn import item, launch

NA4, NA7 = ItemId("NA-4"), ItemId("NA-7")
NAMES = {PersonId("dana"): "Dana", PersonId("kim"): "Kim"}


@pytest.mark.parametrize(
    ("edits", "told"),
    [
        ((), ()),
        (
            (Redate(item=NA4, start=date(2026, 11, 30), end=date(2026, 12, 4)),),
            ("NA-4 Task 4: ends Fri 4 Dec instead of Tue 1 Dec",),
        ),
        (
            (Redate(item=NA7, start=date(2026, 12, 1), end=date(2027, 1, 4)), Retitle(item=NA7, title="Price")),
            (
                (
                    "NA-7 Price: called that instead of “Task 7”; starts Tue 1 Dec instead of Mon 30 Nov; "
                    "ends Mon 4 Jan instead of Tue 1 Dec"
                ),
            ),
        ),
        (
            (Reassign(item=NA4, agent=None, owner=PersonId("dana")),),
            ("NA-4 Task 4: done by Dana instead of researcher",),
        ),
        (
            (Reassign(item=NA4, agent=AgentName("researcher"), owner=PersonId("kim")),),
            ("NA-4 Task 4: answered for by Kim instead of Dana",),
        ),
        ((DropItem(item=NA7),), ("NA-7 Task 7: dropped",)),
        ((DropItem(item=NA7), RestoreItem(item=NA7, state=ItemState.PLANNED)), ()),
        ((RestoreItem(item=NA7, state=ItemState.DONE),), ("NA-7 Task 7: done instead of planned",)),
        ((RemoveItem(item=NA7),), ("NA-7 Task 7: removed",)),
        (
            (AddItem(item=item(9, first=1, last=2)),),
            ("NA-9 Task 9: new, Tue 1 Dec to Wed 2 Dec, done by Dana",),
        ),
        (
            (SetDeadline(deadline=date(2027, 1, 4)), SetBudget(budget=Money.of(1500))),
            ("Deadline: Mon 4 Jan instead of Mon 28 Dec", "Budget: 1,500 EUR instead of 1,000 EUR"),
        ),
    ],
)
def test_a_revision_is_told_in_lines(edits: tuple[Edit, ...], told: tuple[str, ...]) -> None:
    assert lines(launch(), apply(launch(), edits), lambda person: NAMES[person]) == told


def test_what_is_taken_up_again_says_so() -> None:
    dropped = apply(launch(), (DropItem(item=NA7),))
    assert lines(dropped, launch()) == ("NA-7 Task 7: taken up again (planned)",)
