"""Forecasts: the arithmetic of the schedule under luck, what it rests on, and what it says when it knows little."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from plans.errors import UserError
from plans.model.calendar import Calendar
from plans.model.forecast import Forecast, forecast
from plans.model.history import Finished, History
from plans.model.plan import Item, Link, Plan
from plans.model.schedule import CycleError, schedule
from plans.words import AgentName, Doer, ItemId, ItemKind, ItemState
from tests.unit.model.drawn import MONDAY, WEEK, item, launch, patient, plan_of, plans

QUILL: dict[str, Any] = {"agent": AgentName("quill"), "capability": "write_copy"}
ONE, TWO, THREE = ItemId("NA-1"), ItemId("NA-2"), ItemId("NA-3")


def _day(number: int) -> date:
    return WEEK.add_workdays(MONDAY, number)


def _sure(number: int, days: int, **more: Any) -> Item:
    """An item about which nothing is uncertain."""
    return item(number, days=days, low=days, high=days, **more)


def _seen(count: int, estimated: int = 4, actual: int = 8, agent: str = "quill") -> History:
    return History(
        tuple(
            Finished(ItemId(f"OLD-{n}"), Doer(f"agent:{agent}"), "write_copy", estimated, actual) for n in range(count)
        )
    )


def _quantiles(found: Forecast) -> tuple[date, date, date]:
    return found.p50, found.p80, found.p95


@patient
@given(plans(), st.integers(0, 60))
def test_quantiles_are_in_order_and_shares_are_shares(plan: Plan, days: int) -> None:
    found = forecast(plan, MONDAY + timedelta(days=days), runs=100)
    assert found.p50 <= found.p80 <= found.p95
    shares = [*found.criticality.values(), *found.ends.values(), *(share for _, share in found.curve)]
    assert all(0 <= share <= 1 for share in shares)
    assert (found.curve[-1][1], found.chance(date.max), found.chance(date.min)) == (1, 1, 0)
    if found.runs:
        assert max(found.criticality.values()) > 0
        assert found.p50 >= MONDAY + timedelta(days=days)


@patient
@given(plans(), st.data())
def test_more_lateness_never_improves_a_forecast(plan: Plan, data: st.DataObject) -> None:
    one = plan.items[data.draw(st.sampled_from(list(plan.items)))]
    more, later = data.draw(st.integers(0, 5)), timedelta(days=data.draw(st.integers(0, 20)))
    slower = one.model_copy(update={"days": one.days + more, "start": one.start + later, "end": one.end + later})
    worse = plan.model_copy(update={"items": {**plan.items, one.id: slower}})
    before, after = forecast(plan, MONDAY, runs=100), forecast(worse, MONDAY, runs=100)
    assert all(a >= b for a, b in zip(_quantiles(after), _quantiles(before), strict=True))
    assert after.on_time <= before.on_time


@patient
@given(plans(), st.integers(0, 30), st.integers(1, 30))
def test_a_day_without_anything_done_never_improves_a_forecast(plan: Plan, day: int, passed: int) -> None:
    if all(one.settled for one in plan.items.values()):
        return
    today = MONDAY + timedelta(days=day)
    before, after = (
        forecast(plan, at, _seen(12, agent="writer"), runs=100) for at in (today, today + timedelta(passed))
    )
    assert all(a >= b for a, b in zip(_quantiles(after), _quantiles(before), strict=True))


@patient
@given(plans())
def test_where_nothing_is_uncertain_it_says_what_the_schedule_says(plan: Plan) -> None:
    sure = {key: one.model_copy(update={"low": one.days, "high": one.days}) for key, one in plan.items.items()}
    plan = plan.model_copy(update={"items": sure})
    found, meant = forecast(plan, MONDAY, runs=3), schedule(plan, MONDAY)
    if meant.timings:
        assert set(_quantiles(found)) == {max(timing.early_finish for timing in meant.timings.values())}


def test_the_same_seed_gives_the_same_forecast_and_another_one_another() -> None:
    plan = plan_of(*(item(n, days=5) for n in range(1, 6)))
    assert forecast(plan, MONDAY, runs=500, seed=7) == forecast(plan, MONDAY, runs=500, seed=7)
    assert forecast(plan, MONDAY, runs=500, seed=7).curve != forecast(plan, MONDAY, runs=500, seed=8).curve


def test_what_changes_elsewhere_on_the_plan_changes_nothing_of_an_items_luck() -> None:
    lone = forecast(plan_of(item(1, days=20)), MONDAY, runs=500)
    beside = forecast(plan_of(item(1, days=20), item(2, days=1)), MONDAY, runs=500)
    assert beside.curve == lone.curve


def test_where_paths_merge_the_latest_of_them_decides() -> None:
    lone = plan_of(item(1, days=5))
    merging = plan_of(*(item(n, days=5) for n in range(1, 9)))
    assert forecast(merging, MONDAY).p50 > forecast(lone, MONDAY).p80
    assert max(forecast(merging, MONDAY).criticality.values()) < 0.3


def test_lags_and_links_from_the_start_are_kept() -> None:
    lagged = plan_of(_sure(1, 2), _sure(2, 3, links=(Link(item=ONE, lag=2),)))
    assert forecast(lagged, MONDAY, runs=1).p50 == _day(6)  # two days, two between, three days
    together = plan_of(_sure(1, 5), _sure(2, 5, links=(Link(item=ONE, kind="start_start", lag=1),)))
    assert forecast(together, MONDAY, runs=1).p50 == _day(5)
    assert forecast(together, MONDAY, runs=1).criticality == {ONE: 1.0, TWO: 1.0}


def test_a_lag_goes_on_behind_what_is_done() -> None:
    done = item(1, first=0, last=1, state=ItemState.DONE)
    assert forecast(plan_of(done, _sure(2, 3, links=(Link(item=ONE, lag=2),))), _day(2), runs=1).p50 == _day(6)
    begun = _sure(2, 3, links=(Link(item=ONE, kind="start_start", lag=3),), **QUILL)
    assert forecast(plan_of(done, begun), _day(2), runs=1).p50 == _day(5)


def test_a_link_to_an_item_further_down_the_plan_is_kept_too() -> None:
    assert forecast(plan_of(_sure(1, 1, links=(Link(item=TWO, lag=1),)), _sure(2, 1)), MONDAY, runs=1).p50 == _day(2)


def test_parents_are_finished_with_their_children_and_take_no_time_of_their_own() -> None:
    plan = plan_of(
        item(1, ItemKind.OBJECTIVE, 0, 40),
        item(2, ItemKind.STREAM, 0, 40, parent=ONE),
        _sure(3, 4, parent=TWO),
        _sure(4, 1, after=(TWO,)),
    )
    found = forecast(plan, MONDAY, runs=1)
    assert found.p50 == _day(4)
    assert found.criticality == {ONE: 0.0, TWO: 1.0, THREE: 1.0, ItemId("NA-4"): 1.0}


def test_a_milestone_is_reached_on_its_day_and_is_no_guess() -> None:
    found = forecast(plan_of(_sure(1, 2), item(2, ItemKind.MILESTONE, 5, after=(ONE,))), MONDAY, runs=50)
    assert (set(_quantiles(found)), found.criticality[ONE]) == ({_day(5)}, 0.0)
    assert found.basis.said == "1 estimate in three points"


def test_enough_experience_stands_alone() -> None:
    found = forecast(plan_of(item(1, days=3, **QUILL)), MONDAY, _seen(12))
    assert abs(WEEK.workdays_between(MONDAY, found.p50) - 6) <= 1
    (ground,) = found.basis.items
    assert (ground.means, ground.samples, ground.ratio) == ("history", 12, 2.0)
    assert ground.said == "12 similar items by quill took 2.0 times the estimate"
    assert (found.basis.said, found.basis.enough) == ("12 similar items by quill", True)


def test_too_little_experience_is_mixed_with_a_guess_and_says_so() -> None:
    plan = plan_of(item(1, days=10, **QUILL))
    none, some, much = (forecast(plan, MONDAY, _seen(n, 10, 40)).p50 for n in (0, 4, 12))
    assert none < some < much
    (ground,) = forecast(plan, MONDAY, _seen(4)).basis.items
    assert ground.means == "blend"
    assert ground.said.endswith("too few to stand alone, so mixed with a guess around 10 days")


def test_experience_with_other_agents_or_other_work_is_not_similar() -> None:
    plan = plan_of(item(1, days=3, **QUILL), item(2, days=3, agent=AgentName("quill"), capability="research"))
    found = forecast(plan, MONDAY, _seen(12, agent="scout"))
    assert {ground.means for ground in found.basis.items} == {"guess"}
    assert (found.basis.said, found.basis.enough) == ("2 guesses", False)


def test_an_estimate_in_three_points_is_kept_to() -> None:
    found = forecast(plan_of(item(1, low=2, days=4, high=9)), MONDAY)
    assert _day(1) == found.curve[0][0] < found.curve[-1][0] <= _day(8)
    assert _day(3) <= found.p50 <= _day(4)
    assert found.basis.items[0].said == "an estimate of 2 to 9 days, likely 4"


def test_what_has_passed_already_is_taken_into_account() -> None:
    out = item(1, low=2, days=4, high=9, state=ItemState.DELEGATED, **QUILL)
    since = History(begun={ONE: MONDAY})
    fresh, late = forecast(plan_of(out), MONDAY, since), forecast(plan_of(out), _day(6), since)
    assert [day for day, _ in late.curve] == [_day(6), _day(7)]
    assert fresh.chance(_day(6)) > late.chance(_day(6)) > 0


def test_what_took_longer_than_anything_known_begins_anew_and_says_so() -> None:
    out = item(1, low=2, days=4, high=9, state=ItemState.DELEGATED, **QUILL)
    found = forecast(plan_of(out), _day(30), History(begun={ONE: MONDAY}))
    assert _day(31) == found.curve[0][0] < found.curve[-1][0] <= _day(38)
    assert found.basis.items[0].said.endswith("it has taken longer than that already")


def test_an_agents_item_that_is_not_out_begins_today_at_the_earliest() -> None:
    found = forecast(plan_of(_sure(1, 3, **QUILL)), _day(10), runs=1)
    assert found.p50 == _day(12)


def test_the_two_drivers_are_those_whose_spread_decides() -> None:
    plan = plan_of(
        item(1, low=1, days=2, high=3),
        item(2, low=5, days=10, high=40, after=(ONE,)),
        item(3, low=5, days=8, high=20, after=(TWO,)),
        item(4, low=1, days=1, high=30),
    )
    found = forecast(plan, MONDAY)
    assert [driver.item for driver in found.drivers] == [TWO, THREE]
    assert found.drivers[0].criticality > 0.9
    assert 1 >= found.drivers[0].pull > found.drivers[1].pull > 0


def test_the_buffer_burns_as_fast_as_the_finish_slips() -> None:
    chain = [_sure(1, 4), _sure(2, 6, after=(ONE,))]
    fresh = forecast(plan_of(*chain, deadline=_day(14)), MONDAY, runs=1).buffer
    assert fresh is not None
    assert (fresh.days, fresh.used, fresh.chain, fresh.share_done, fresh.burn) == (5, 0, (ONE, TWO), 0.0, None)
    done = chain[0].model_copy(update={"state": ItemState.DONE})
    second = chain[1].model_copy(update={"state": ItemState.PLANNED, **QUILL})
    later = forecast(plan_of(done, second, deadline=_day(14)), _day(6), runs=1).buffer
    assert later is not None
    assert (later.used, later.share_used, later.share_done, later.burn) == (2, 0.4, 0.4, 1.0)
    assert forecast(plan_of(*chain, deadline=_day(9)), MONDAY, runs=1).buffer is None


def test_a_plan_without_work_cannot_be_forecast() -> None:
    for plan in (plan_of(), plan_of(item(1, ItemKind.OBJECTIVE), item(2, ItemKind.STREAM, parent=ONE))):
        with pytest.raises(UserError, match="no task or milestone"):
            forecast(plan, MONDAY)


def test_a_plan_that_is_done_was_finished_when_it_was() -> None:
    plan = plan_of(item(1, first=3, state=ItemState.DONE), item(2, first=9, state=ItemState.DROPPED))
    found = forecast(plan, _day(20))
    assert (found.p50, found.p95, found.on_time, found.drivers) == (_day(3), _day(3), 1.0, ())
    assert found.basis.said == "nothing that is still to be done"


def test_a_circle_is_said_as_such() -> None:
    with pytest.raises(CycleError):
        forecast(plan_of(item(1, after=(TWO,)), item(2, after=(ONE,))), MONDAY)


def test_days_off_are_kept_and_chances_hold_over_them() -> None:
    found = forecast(plan_of(_sure(1, 5)), MONDAY, runs=1, holidays={_day(1)})
    assert found.p50 == _day(5)
    assert found.chance(_day(5) + timedelta(days=1)) == 1.0
    assert found.chance(_day(4) + timedelta(days=2)) == 0.0


def test_a_launch_is_forecast_with_all_that_goes_with_it() -> None:
    plan = launch()
    found = forecast(plan, MONDAY, _seen(12, agent="writer"), runs=1000)
    assert found.on_time == found.chance(plan.deadline)
    assert set(found.ends) == {ItemId(f"NA-{n}") for n in (4, 5, 6, 7, 8)}
    assert found.basis.said == "12 similar items by writer, 3 guesses"
    assert Calendar.of(plan).is_workday(found.p80)


def test_a_plan_whose_later_work_is_not_on_it_yet_is_not_enough_to_say() -> None:
    stream = item(1, ItemKind.STREAM, 0, 40)
    task = _sure(2, 3, parent=ONE)
    near = item(3, ItemKind.MILESTONE, 4, after=(TWO,), parent=ONE)
    behind = item(4, ItemKind.MILESTONE, 20, after=(THREE,), parent=ONE)
    assert forecast(plan_of(stream, task, near, behind), MONDAY, runs=1).basis.enough
    far = item(5, ItemKind.MILESTONE, 30, parent=ONE)
    last = item(6, ItemKind.MILESTONE, 40, after=(far.id, near.id), parent=ONE)
    empty = item(7, ItemKind.STREAM, 0, 40)
    found = forecast(plan_of(stream, task, near, behind, far, last, empty), MONDAY, runs=1)
    assert set(found.basis.unplanned) == {far.id, last.id, empty.id}
    assert not found.basis.enough
    reached = far.model_copy(update={"state": ItemState.DONE})
    assert forecast(plan_of(stream, task, near, reached, last), MONDAY, runs=1).basis.enough


def test_a_forecast_takes_at_least_one_run() -> None:
    with pytest.raises(ValueError, match="one run"):
        forecast(launch(), MONDAY, runs=0)
