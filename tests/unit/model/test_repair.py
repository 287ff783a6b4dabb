from __future__ import annotations

from dataclasses import dataclass
from datetime import date

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from plans.errors import UserError
from plans.model.calendar import Calendar
from plans.model.critic import review
from plans.model.edits import Redate, SetDeadline
from plans.model.plan import Link, Plan
from plans.model.repair import Moved, Repair, repairs, slip
from plans.model.revision import apply
from plans.model.schedule import finish, schedule
from plans.words import AgentName, ItemId, ItemKind, ItemState, Verb
from tests.unit.model.drawn import MONDAY, WEEK, item, launch, patient, plan_of, plans


def _day(number: int) -> date:
    return WEEK.add_workdays(MONDAY, number)


SPARE = AgentName("spare")


@dataclass(frozen=True)
class Spare:
    name: AgentName = SPARE
    capabilities: tuple[str, ...] = ("research",)
    may: tuple[Verb, ...] = (Verb.READ,)


NA4, NA5, NA6, NA7, NA8 = (ItemId(f"NA-{n}") for n in range(4, 9))


def _by_verb(plan: Plan, item_id: ItemId, today: date, *agents: Spare) -> dict[str, Repair]:
    return {repair.verb: repair for repair in repairs(plan, item_id, today, agents)}


def test_a_slip_tells_what_it_pushes_and_from_when_to_when() -> None:
    found = slip(launch(), NA4, _day(2))
    assert found.moved == (Moved(NA5, _day(3), _day(5)), Moved(NA6, _day(4), _day(6)))
    assert found.finish_before == found.finish_now == launch().deadline


def test_a_slip_without_slack_moves_the_finish() -> None:
    chain = plan_of(item(1), item(2, first=1, after=(ItemId("NA-1"),)), deadline=_day(1))
    found = slip(chain, ItemId("NA-1"), _day(3))
    assert (found.finish_before, found.finish_now) == (_day(1), _day(4))


def test_only_what_this_item_causes_is_laid_at_its_door() -> None:
    both_late = plan_of(item(1), item(2), item(3, first=1, after=(ItemId("NA-2"),)))
    assert slip(both_late, ItemId("NA-1"), _day(2)).moved == ()


def test_extending_keeps_lengths_and_skips_days_off() -> None:
    repair = _by_verb(launch(), NA4, _day(4))["extend"]
    dates = {edit.item: (edit.start, edit.end) for edit in repair.edits if isinstance(edit, Redate)}
    assert dates == {NA4: (_day(0), _day(5)), NA5: (_day(6), _day(7)), NA6: (_day(8), _day(8))}
    assert "NA-5 and NA-6 move back with it" in repair.effect
    assert "in time" in repair.effect
    assert review(apply(launch(), repair.edits)) == []


def test_what_still_fits_behind_an_extended_item_stays_where_it_is() -> None:
    roomy = plan_of(item(1), item(2, first=1, last=9, days=2, after=(ItemId("NA-1"),)))
    assert [edit.kind for edit in _by_verb(roomy, ItemId("NA-1"), _day(3))["extend"].edits] == ["redate"]


def test_extending_past_the_deadline_moves_it_and_says_so() -> None:
    repair = _by_verb(launch(), NA4, _day(18))["extend"]
    after = apply(launch(), repair.edits)
    assert SetDeadline(deadline=_day(22)) in repair.edits
    assert "2 working days after its deadline, which moves along" in repair.effect
    assert repair.finish == after.deadline == _day(22)
    assert review(after) == []


def test_a_stream_is_extended_as_far_as_what_is_under_it() -> None:
    repair = _by_verb(launch(), ItemId("NA-2"), _day(12))["extend"]
    assert Redate(item=ItemId("NA-2"), start=_day(0), end=_day(16)) in repair.edits
    assert set(_by_verb(launch(), ItemId("NA-2"), _day(12))) == {"extend"}


def test_reassigning_goes_to_an_agent_that_can_else_to_the_owner() -> None:
    to_spare = _by_verb(launch(), NA4, _day(2), Spare(capabilities=("write_copy",)), Spare())["reassign"]
    assert apply(launch(), to_spare.edits).items[NA4].agent == "spare"
    assert to_spare.label == "Reassign to spare"
    to_owner = _by_verb(launch(), NA4, _day(2), Spare(may=(Verb.DRAFT,)), Spare(AgentName("researcher")))["reassign"]
    assert apply(launch(), to_owner.edits).items[NA4].agent is None


@pytest.mark.parametrize(
    ("state", "verbs"),
    [
        (ItemState.PLANNED, {"extend", "reassign", "drop"}),
        (ItemState.DELEGATED, {"extend", "reassign"}),
        (ItemState.UNKNOWN, {"extend"}),  # somebody may still be at it: look first
        (ItemState.DONE, set()),
        (ItemState.DROPPED, set()),
    ],
)
def test_only_repairs_that_make_sense_are_offered(state: ItemState, verbs: set[str]) -> None:
    plan = launch()
    late = plan.model_copy(update={"items": {**plan.items, NA4: plan.items[NA4].model_copy(update={"state": state})}})
    found = _by_verb(late, NA4, _day(2), Spare())
    assert set(found) == verbs
    for repair in found.values():
        apply(late, repair.edits)


def test_nobody_else_means_no_reassigning() -> None:
    assert set(_by_verb(launch(), NA7, _day(2), Spare())) == {"extend", "drop"}


def test_a_failed_item_is_planned_again_by_its_repair() -> None:
    plan = plan_of(item(1, agent=AgentName("a"), capability="research", verb=Verb.READ, state=ItemState.FAILED))
    for repair in _by_verb(plan, ItemId("NA-1"), _day(2)).values():
        assert apply(plan, repair.edits).items[ItemId("NA-1")].state in (ItemState.PLANNED, ItemState.DROPPED)


def test_dropping_frees_what_waited() -> None:
    repair = _by_verb(launch(), NA7, _day(4))["drop"]
    assert "NA-8 no longer waits for it" in repair.effect
    assert slip(launch(), NA7, _day(4)).moved
    assert schedule(apply(launch(), repair.edits), _day(2)).timings[NA8].early_finish == _day(2)


def test_objectives_and_what_has_open_items_under_it_are_not_dropped() -> None:
    assert "drop" not in _by_verb(launch(), ItemId("NA-1"), _day(22))
    assert "drop" not in _by_verb(launch(), ItemId("NA-2"), _day(22))


def test_an_item_that_there_is_not_is_said_back() -> None:
    with pytest.raises(UserError, match="no item NA-99"):
        slip(launch(), ItemId("NA-99"), MONDAY)
    with pytest.raises(UserError, match="no item NA-99"):
        repairs(launch(), ItemId("NA-99"), MONDAY)


@patient
@given(plans(), st.integers(0, 40), st.data())
def test_every_repair_applies_and_finishes_when_it_says(plan: Plan, days: int, data: st.DataObject) -> None:
    calendar = Calendar.of(plan)
    late = [one for one in plan.items.values() if not one.settled]
    assume(late)
    one = data.draw(st.sampled_from(late))
    today = calendar.add_workdays(one.end, 1 + days)
    for repair in repairs(plan, one.id, today):
        after = apply(plan, repair.edits)
        assert finish(after, today) == repair.finish
        if repair.verb == "extend":
            extended = after.items[one.id]
            assert calendar.workdays_between(today, extended.end) >= one.days
            assert not schedule(after, today).late(extended) or after.items[one.id].kind is not ItemKind.TASK
            for moved in repair.edits:
                if isinstance(moved, Redate):
                    assert calendar.is_workday(moved.end)
                    assert moved.end >= plan.items[moved.item].end


def test_what_is_linked_moves_back_by_its_lag() -> None:
    linked = item(2, first=3, links=(Link(item=ItemId("NA-1"), lag=2),))
    beside = item(3, last=5, links=(Link(item=ItemId("NA-1"), kind="start_start"),))
    plan = plan_of(item(1), linked, beside)
    extend = _by_verb(plan, ItemId("NA-1"), _day(2))["extend"]
    assert Redate(item=ItemId("NA-2"), start=_day(5), end=_day(5)) in extend.edits
    assert ItemId("NA-3") not in [edit.item for edit in extend.edits if isinstance(edit, Redate)]
    assert "NA-2 and NA-3 no longer wait for it" in _by_verb(plan, ItemId("NA-1"), _day(2))["drop"].effect
    assert slip(plan, ItemId("NA-1"), _day(2)).moved == (Moved(ItemId("NA-2"), _day(3), _day(5)),)
