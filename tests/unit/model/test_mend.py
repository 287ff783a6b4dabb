"""What the code puts right by itself, what it says about it, and what it leaves to a person."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from hypothesis import given

from plans.model.agreed import Embargo, NotAfter, NotBefore
from plans.model.critic import Finding, review
from plans.model.edits import Redate, ReplaceItem
from plans.model.mend import Mended, mend, question
from plans.model.plan import Away, Member, Plan
from plans.model.revision import apply
from plans.words import Doer, ItemId, ItemKind, ItemState, Money, PersonId, Verb
from tests.unit.model.drawn import FLOW, MONDAY, WEEK, item, launch, patient, plan_of, plans

AGREED: dict[str, Any] = {"id": "K1", "text": "agreed", "by": "dana", "on": MONDAY}
SATURDAY = date(2026, 12, 5)


def _day(number: int) -> date:
    return WEEK.add_workdays(MONDAY, number)


def _with(item_id: str, plan: Plan | None = None, **change: Any) -> Plan:
    plan = plan or launch()
    found = plan.items[ItemId(item_id)].model_copy(update=change)
    return plan.model_copy(update={"items": {**plan.items, found.id: found}})


def _mended(plan: Plan) -> Mended:
    findings = review(plan)
    assert findings, "there is something to mend"
    found = mend(plan, findings)
    assert list(found.left) == review(apply(plan, found.edits))
    assert all(any(f"{item} " in line for line in found.told) for item in _touched(found))
    return found


def _touched(found: Mended) -> set[str]:
    edits: tuple[Any, ...] = found.edits
    return {edit.item.id if isinstance(edit, ReplaceItem) else edit.item for edit in edits}


def _windows(plan: Plan, found: Mended) -> dict[str, tuple[date, date]]:
    after = apply(plan, found.edits)
    return {
        edit.item: (after.items[edit.item].start, after.items[edit.item].end)
        for edit in found.edits
        if isinstance(edit, Redate)
    }


def test_a_window_on_a_day_off_is_moved_onto_a_working_day() -> None:
    plan = _with("NA-8", start=SATURDAY, end=SATURDAY)
    found = _mended(plan)
    assert (found.left, found.told) == ((), ("I moved NA-8 Milestone 8 to Mon 7 Dec: C09, C11.",))
    assert _windows(plan, found) == {"NA-8": (date(2026, 12, 7), date(2026, 12, 7))}


def test_a_window_too_short_is_made_longer_and_what_is_above_it_with_it() -> None:
    plan = _with("NA-6", days=8)
    found = _mended(plan)
    assert found.left == ()
    assert _windows(plan, found) == {"NA-2": (_day(0), _day(11)), "NA-6": (_day(4), _day(11))}
    assert found.told == (
        "I let NA-2 Stream 2 end Tue 15 Dec: C09.",
        "I let NA-6 Task 6 end Tue 15 Dec: C09.",
    )


def test_what_begins_before_what_it_waits_for_is_over_moves_behind_it() -> None:
    plan = _with("NA-5", start=_day(0), end=_day(1))
    found = _mended(plan)
    assert (found.left, _windows(plan, found)) == ((), {"NA-5": (_day(2), _day(3))})


def test_a_window_outside_its_parents_widens_that() -> None:
    plan = _with("NA-6", start=_day(12), end=_day(12))
    found = _mended(plan)
    assert _windows(plan, found) == {"NA-2": (_day(0), _day(12))}
    assert found.told == ("I let NA-2 Stream 2 end Wed 16 Dec: C09.",)


def test_an_owner_and_a_metric_are_taken_from_above() -> None:
    plan = _with("NA-2", _with("NA-7", owner=PersonId("")), metric=None)
    found = _mended(plan)
    after = apply(plan, found.edits)
    assert (found.left, after.items[ItemId("NA-7")].owner, after.items[ItemId("NA-2")].metric) == ((), "dana", "leads")
    assert found.told == (
        "NA-7 Task 7 is answered for by the plan's owner: C04.",
        "NA-2 Stream 2 moves leads, as NA-1 does: C17.",
    )


def test_what_lacks_both_owner_and_metric_gets_both() -> None:
    plan = _with("NA-2", owner=PersonId(" "), metric="fame")
    found = _mended(plan)
    assert (found.left, apply(plan, found.edits).items[ItemId("NA-2")].owner) == ((), "dana")


def test_whoever_has_too_much_to_do_does_it_by_earliest_deadline() -> None:
    plan = _with("NA-6", start=MONDAY, end=MONDAY, after=(), days=1)
    found = _mended(plan)
    assert (found.left, found.told) == (
        (),
        (
            "I let NA-7 Task 7 end Wed 2 Dec: C19.",
            "I moved NA-8 Milestone 8 to Thu 3 Dec: so that the rest fits.",
        ),
    )


def test_days_away_are_waited_for() -> None:
    away = Member(doer=Doer("person:dana"), away=(Away(start=_day(0), end=_day(2)),))
    plan = launch().model_copy(update={"team": (away,)})
    found = _mended(plan)
    assert found.left == ()
    assert _windows(plan, found)["NA-7"] == (_day(0), _day(4))


def test_a_flow_nobody_stated_is_asked_about_and_not_made_up() -> None:
    found = _mended(_with("NA-2", flow=None))
    assert found.edits == ()
    assert question(launch(), found.left[0]) == (
        "NA-2 “Stream 2” does not say what triggers it, how its effect is fed back and what it returns (C26). "
        "What is it?"
    )


def test_what_is_about_the_plan_as_a_whole_is_asked_as_a_sentence() -> None:
    assert question(launch(), Finding("C12", None, "the items' budgets come to much")) == (
        "The items' budgets come to much (C12). What shall be done about it?"
    )


@pytest.mark.parametrize(
    ("agreed", "windows"),
    [
        (NotBefore(**AGREED, item=ItemId("NA-6"), day=_day(6)), {"NA-6": (_day(6), _day(6))}),
        (Embargo(**AGREED, start=_day(4), end=_day(5)), {"NA-6": (_day(6), _day(6))}),
        (Embargo(**AGREED, start=SATURDAY, end=_day(5)), {}),
    ],
)
def test_what_was_agreed_moves_what_it_is_about(agreed: Any, windows: dict[str, tuple[date, date]]) -> None:
    plan = _with("NA-6", launch().model_copy(update={"constraints": (agreed,)}), verb=Verb.PUBLISH)
    found = mend(plan, review(plan))
    assert (found.left, _windows(plan, found)) == ((), windows)


def test_what_an_embargo_ends_before_is_done_before_it() -> None:
    plan = _with("NA-7", launch(), verb=Verb.PUBLISH, end=_day(4))
    plan = _with("NA-8", plan.model_copy(update={"constraints": (Embargo(**AGREED, start=_day(3), end=_day(9)),)}))
    assert _windows(plan, _mended(plan)) == {"NA-7": (_day(0), _day(2))}


def test_where_there_is_no_room_it_is_left_and_told() -> None:
    early = NotAfter(**AGREED, item=ItemId("NA-6"), day=_day(2))
    found = _mended(launch().model_copy(update={"constraints": (early,)}))
    assert {one.rule for one in found.left} & {"C09", "C22"}


def test_a_plan_going_round_in_a_circle_is_left_alone() -> None:
    found = _mended(_with("NA-4", after=(ItemId("NA-6"),), end=SATURDAY))
    assert (found.edits, {one.rule for one in found.left}) == ((), {"C01", "C11"})


def test_money_is_never_moved() -> None:
    found = _mended(_with("NA-7", budget=Money.of(501)))
    assert found.edits == ()


@patient
@given(plans(most=8))
def test_dates_are_put_right_whatever_they_were_if_there_is_time(plan: Plan) -> None:
    plan = plan.model_copy(update={"deadline": date(2029, 1, 1)})
    found = mend(plan, review(plan))
    assert not {one.rule for one in found.left} & {"C06", "C07", "C09", "C11"}
    assert list(found.left) == review(apply(plan, found.edits))


@patient
@given(plans())
def test_mending_never_breaks_more_than_it_found_and_leaves_what_is_settled(plan: Plan) -> None:
    findings = review(plan)
    found = mend(plan, findings)
    assert len(found.left) <= len(findings)
    touched = {edit.item for edit in found.edits if isinstance(edit, Redate)}
    assert not {one for one in touched if plan.items[one].settled}


def test_what_somebody_is_working_on_is_not_moved() -> None:
    plan = plan_of(
        item(1, ItemKind.OBJECTIVE, 0, 9, metric="leads"),
        item(2, ItemKind.STREAM, 0, 9, parent=ItemId("NA-1"), metric="leads", flow=FLOW),
        item(3, start=SATURDAY, end=SATURDAY, parent=ItemId("NA-2"), state=ItemState.DELEGATED),
    )
    assert _mended(plan).edits == ()
