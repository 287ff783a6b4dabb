from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from plans.errors import UserError
from plans.model.edits import (
    EDITS,
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
from plans.model.plan import Plan
from plans.model.revision import apply, invert
from plans.words import AgentName, ItemId, ItemState, Money, PersonId
from tests.unit.model.drawn import MONDAY, item, launch, patient, plan_of, plans

_dates = st.integers(0, 60).map(lambda days: MONDAY + timedelta(days=days))


def _of_item(found: ItemId) -> st.SearchStrategy[Edit]:
    return st.one_of(
        st.just(DropItem(item=found)),
        st.builds(RestoreItem, item=st.just(found), state=st.sampled_from(ItemState)),
        st.builds(
            lambda start, days: Redate(item=found, start=start, end=start + timedelta(days=days)),
            _dates,
            st.integers(0, 9),
        ),
        st.builds(
            Reassign,
            item=st.just(found),
            agent=st.sampled_from([None, AgentName("a"), AgentName("b")]),
            owner=st.sampled_from([PersonId("dana"), PersonId("kim")]),
        ),
        st.builds(Retitle, item=st.just(found), title=st.text(max_size=8)),
        st.just(RemoveItem(item=found)),
    )


@st.composite
def changes(draw: st.DrawFn) -> tuple[Plan, tuple[Edit, ...]]:
    """A plan, and any edits that fit it one after the other."""
    plan = draw(plans())
    now, edits = plan, []
    for number in range(draw(st.integers(0, 6))):
        choices: list[st.SearchStrategy[Edit]] = [
            st.builds(SetDeadline, deadline=_dates),
            st.builds(SetBudget, budget=st.none() | st.builds(Money, minor=st.integers(0, 9_999))),
            st.builds(AddItem, item=st.just(item(100 + number)), place=st.none() | st.integers(0, len(now.items))),
            *(_of_item(found) for found in now.items),
        ]
        edit = draw(st.one_of(choices))
        try:
            now = apply(now, (edit,))
        except UserError:
            continue
        edits.append(edit)
    return plan, tuple(edits)


@patient
@given(changes())
def test_undoing_gives_the_same_plan_back_in_the_same_order(change: tuple[Plan, tuple[Edit, ...]]) -> None:
    plan, edits = change
    back = apply(apply(plan, edits), invert(plan, edits))
    assert back == plan
    assert list(back.items) == list(plan.items)


@patient
@given(changes())
def test_edits_survive_being_written_down(change: tuple[Plan, tuple[Edit, ...]]) -> None:
    assert EDITS.validate_json(EDITS.dump_json(change[1])) == change[1]


@pytest.mark.parametrize(
    ("edit", "said"),
    [
        (DropItem(item=ItemId("NA-9")), "no item NA-9"),
        (AddItem(item=item(4)), "on the plan already"),
        (Redate(item=ItemId("NA-4"), start=date(2026, 12, 2), end=date(2026, 12, 1)), "before it starts"),
        (RemoveItem(item=ItemId("NA-9")), "no item NA-9"),
    ],
)
def test_an_edit_that_does_not_fit_is_said_back(edit: Edit, said: str) -> None:
    with pytest.raises(UserError, match=said):
        apply(launch(), (edit,))


@pytest.mark.parametrize("state", [ItemState.DELEGATED, ItemState.ASKING, ItemState.UNKNOWN])
def test_what_is_being_worked_on_is_not_dropped(state: ItemState) -> None:
    with pytest.raises(UserError, match="being worked on") as caught:
        apply(plan_of(item(1, state=state)), (DropItem(item=ItemId("NA-1")),))
    assert "stop northwind" in caught.value.way_on


def test_an_edit_further_back_that_does_not_fit_leaves_the_plan_alone() -> None:
    plan = launch()
    with pytest.raises(UserError):
        apply(plan, (Retitle(item=ItemId("NA-4"), title="x"), DropItem(item=ItemId("NA-99"))))
    assert plan == launch()
