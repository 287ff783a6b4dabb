"""What falls out of line below a change, and that nothing does below one that changes nothing above."""

from __future__ import annotations

from datetime import date
from typing import Any

from hypothesis import given

from plans.model.edits import (
    AddItem,
    DropItem,
    Frame,
    Redate,
    SetBudget,
    SetDeadline,
    SetFrame,
)
from plans.model.plan import Plan
from plans.model.revision import apply
from plans.model.tiers import Fallout, fallout
from plans.words import ItemId, ItemKind, ItemState, Money
from tests.unit.model.drawn import MONDAY, WEEK, item, launch, patient, plans


def _day(number: int) -> date:
    return WEEK.add_workdays(MONDAY, number)


def _redate(name: str, first: int, last: int) -> Redate:
    return Redate(item=ItemId(name), start=_day(first), end=_day(last))


def _fallout(*edits: Any, plan: Plan | None = None) -> tuple[Fallout, ...]:
    before = plan or launch()
    return fallout(before, apply(before, edits))


def _said(*edits: Any, plan: Plan | None = None) -> list[str]:
    return [one.said for one in _fallout(*edits, plan=plan)]


def test_a_stream_made_shorter_leaves_out_what_lies_outside() -> None:
    assert _said(_redate("NA-2", 1, 3)) == [
        "NA-4 Task 4 starts Mon 30 Nov, before NA-2 now does (Tue 1 Dec)",
        "NA-6 Task 6 ends Fri 4 Dec, after NA-2 now does (Thu 3 Dec)",
    ]


def test_what_the_same_change_moves_along_is_not_told() -> None:
    assert _said(_redate("NA-2", 0, 3), _redate("NA-6", 3, 3)) == []


def test_what_is_under_several_is_told_once_for_the_nearest() -> None:
    found = _fallout(_redate("NA-1", 0, 2), _redate("NA-2", 0, 3))
    assert [(one.item, one.above) for one in found] == [
        ("NA-6", "NA-2"),
        ("NA-2", "NA-1"),
        ("NA-3", "NA-1"),
        ("NA-5", "NA-1"),
    ]


def test_a_task_under_a_milestone_follows_the_stream_above_both() -> None:
    plan = apply(launch(), (AddItem(item=item(9, first=2, parent=ItemId("NA-8"))),))
    found = _fallout(_redate("NA-3", 0, 1), plan=plan)
    assert [one.item for one in found] == ["NA-8", "NA-9"]


def test_dropping_a_stream_tells_its_open_items_and_dropping_an_item_what_waited_for_it() -> None:
    assert _said(DropItem(item=ItemId("NA-3"))) == [
        "NA-7 Task 7 is derived from NA-3, which is dropped",
        "NA-8 Milestone 8 is derived from NA-3, which is dropped",
    ]
    assert _said(DropItem(item=ItemId("NA-4"))) == ["NA-5 Task 5 waited for NA-4, which is dropped, and no longer does"]


def test_an_earlier_deadline_tells_everything_beyond() -> None:
    found = _fallout(SetDeadline(deadline=_day(5)))
    assert [(one.item, one.above) for one in found] == [("NA-1", None), ("NA-2", None), ("NA-3", None)]
    assert found[0].said == "NA-1 Objective 1 ends Mon 28 Dec, beyond the new deadline Mon 7 Dec"
    assert _said(SetDeadline(deadline=_day(30))) == []


def test_a_later_beginning_tells_what_starts_before() -> None:
    frame = Frame.of(launch()).model_copy(update={"begins": _day(1)})
    assert [one.item for one in _fallout(SetFrame(frame=frame))] == ["NA-1", "NA-2", "NA-3", "NA-4", "NA-7"]


def test_a_cut_budget_tells_the_items_behind_which_it_is_used_up() -> None:
    plan = apply(launch(), (AddItem(item=item(9, first=6, parent=ItemId("NA-2"), budget=Money.of(300))),))
    assert _said(SetBudget(budget=Money.of(600)), plan=plan) == [
        "NA-9 Task 9 (300 EUR) is beyond the budget of 600 EUR"
    ]
    assert len(_said(SetBudget(budget=Money.of(100)), plan=plan)) == 2
    assert _said(SetBudget(budget=Money.of(2000)), plan=plan) == []
    assert _said(SetBudget(budget=None), plan=plan) == []


def test_another_target_date_or_metric_tells_the_streams_that_move_it() -> None:
    plan = launch()
    metric = plan.metrics[0].model_copy(update={"target": 20.0, "due": _day(10)})
    frame = Frame.of(plan)
    assert _said(SetFrame(frame=frame.model_copy(update={"metrics": (metric,)}))) == [
        f"{name} {title} moves leads, whose target is 20 leads instead of 10 and which is due Mon 14 Dec instead of "
        "Mon 28 Dec"
        for name, title in (("NA-2", "Stream 2"), ("NA-3", "Stream 3"))
    ]
    assert _said(SetFrame(frame=frame.model_copy(update={"metrics": ()})))[0] == (
        "NA-2 Stream 2 moves leads, which is no metric of the plan any more"
    )


def test_an_objective_measured_by_something_else_tells_the_streams_under_it() -> None:
    plan = launch()
    objective = plan.items[ItemId("NA-1")].model_copy(update={"metric": "fame"})
    after = plan.model_copy(update={"items": {**plan.items, objective.id: objective}})
    assert fallout(plan, after)[0].said == "NA-2 Stream 2 moves leads; NA-1 is measured by fame now"


def test_what_is_settled_falls_out_of_nothing() -> None:
    plan = launch()
    done = {
        key: one.model_copy(update={"state": ItemState.DONE})
        for key, one in plan.items.items()
        if one.kind is ItemKind.TASK
    }
    plan = plan.model_copy(update={"items": {**plan.items, **done}})
    assert [one.item for one in _fallout(_redate("NA-2", 1, 3), plan=plan)] == []


@patient
@given(plans())
def test_nothing_falls_out_of_a_plan_that_does_not_change(plan: Plan) -> None:
    assert fallout(plan, plan) == ()
