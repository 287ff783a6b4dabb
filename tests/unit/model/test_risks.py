"""What could go wrong, ranked: stated and computed side by side."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from hypothesis import given

from plans.model.agreed import Risk
from plans.model.plan import Member, Plan
from plans.model.risks import Seen, Threat, ranked
from plans.words import AgentName, Doer, ItemId, ItemState, Money, PersonId, RiskId
from tests.unit.model.drawn import MONDAY, WEEK, launch, patient, plans


def _risk(number: int, probability: float = 0.3, days: int = 0, **more: Any) -> Risk:
    told: dict[str, Any] = {"id": RiskId(f"R{number}"), "text": f"risk {number}", "owner": PersonId("eve")}
    return Risk(**{**told, "probability": probability, "days": days, **more})


def _with(plan: Plan | None = None, **changes: dict[str, Any]) -> Plan:
    plan = plan or launch()
    named = {ItemId(name.replace("_", "-")): change for name, change in changes.items()}
    items = {key: one.model_copy(update=named.get(key, {})) for key, one in plan.items.items()}
    return plan.model_copy(update={"items": items})


def _computed(plan: Plan, seen: Seen | None = None, today: date = MONDAY) -> list[Threat]:
    return [one for one in ranked(plan, today, seen) if not one.id]


def _said(plan: Plan, seen: Seen | None = None, today: date = MONDAY) -> list[str]:
    return [one.text for one in _computed(plan, seen, today)]


def test_risks_are_ranked_by_probability_times_their_share_of_time_and_money() -> None:
    risks = (
        _risk(1, 0.1, 10),
        _risk(2, 0.4, 10),
        _risk(3, 0.4, 0, cost=Money.of(900)),
        _risk(4, 0.4, 0, cost=Money.of(900, "USD")),
    )
    plan = launch().model_copy(update={"risks": risks})
    assert [one.id for one in ranked(plan, MONDAY) if one.id] == ["R3", "R2", "R1", "R4"]


def test_what_the_sponsor_must_see_comes_first() -> None:
    plan = launch().model_copy(update={"risks": (_risk(1, 0.4, 10), _risk(2, 0.01, 0, sponsor=True), _risk(3, 0.6, 1))})
    found = ranked(plan, MONDAY)
    assert [(one.id, one.sponsor) for one in found][:3] == [("R3", True), ("R2", True), ("R1", False)]


def test_a_quiet_plan_shows_nothing() -> None:
    assert _said(launch()) == []


def test_a_critical_path_without_slack_is_told_with_its_items_and_the_days_at_worst() -> None:
    plan = _with(NA_6={"start": WEEK.add_workdays(MONDAY, 20), "end": WEEK.add_workdays(MONDAY, 20), "high": 4})
    [tight] = _computed(plan)
    assert tight.text == "The critical path has no slack: a day lost on NA-6 is a day lost at the end"
    assert (tight.days, tight.items, tight.owner) == (3, ("NA-6",), "dana")


def _leaning() -> Plan:
    far = {"start": WEEK.add_workdays(MONDAY, 20), "end": WEEK.add_workdays(MONDAY, 20), "days": 1, "after": ()}
    return _with(NA_4=far, NA_5={"after": ()}, NA_6=far, NA_7=far, NA_8={"after": ()})


def test_one_doer_who_holds_most_of_the_critical_tasks_is_named() -> None:
    plan = _leaning().model_copy(update={"team": (Member(doer=Doer("person:dana"), name="Dana"),)})
    assert "2 of the 3 critical tasks hang on Dana" in _said(plan)
    assert "2 of the 3 critical tasks hang on one person" in _said(_leaning())
    spread = _with(_leaning(), NA_6={"role": "designer"})
    assert not any("hang on" in said for said in _said(spread))
    held = _with(spread, NA_4={"agent": None, "role": "designer"})
    assert "2 of the 3 critical tasks hang on the designer" in _said(held)


def test_a_question_open_on_the_critical_path_is_told() -> None:
    plan = _with(_leaning(), NA_4={"state": ItemState.ASKING})
    assert "NA-4 on the critical path waits for an answer" in _said(plan)
    assert not any("waits" in said for said in _said(_with(NA_4={"state": ItemState.ASKING})))


def test_agents_nobody_entered_and_agents_without_a_record_are_told() -> None:
    researcher, writer = AgentName("researcher"), AgentName("writer")
    seen = Seen(inventory={writer}, proven=set())
    assert _said(launch(), seen) == [
        "researcher is not in the inventory and cannot be reached",
        "writer has no record: it has finished nothing yet",
    ]
    assert _said(launch(), Seen(inventory={researcher, writer}, proven={researcher, writer})) == []


def test_a_forecast_below_even_odds_is_told() -> None:
    [told] = _computed(launch(), Seen(chance=0.4))
    assert told.text == "The forecast gives the deadline 40 %"
    assert told.probability == pytest.approx(0.6)
    assert _said(launch(), Seen(chance=0.5)) == []


def test_what_goes_on_without_something_dropped_is_told() -> None:
    plan = _with(NA_4={"state": ItemState.DROPPED})
    assert _said(plan) == ["NA-5 Task 5 goes on without NA-4, which it waited for and which was dropped"]


def test_a_plan_that_ends_late_is_told() -> None:
    plan = _with(NA_7={"days": 40})
    told = next(one for one in _computed(plan) if "after its deadline" in one.text)
    assert (told.text, told.probability) == ("As things stand the plan ends Mon 25 Jan, after its deadline", 1.0)
    assert (told.days, told.sponsor) == (20, True)


@patient
@given(plans())
def test_every_threat_has_a_probability_and_speaks_of_open_items(plan: Plan) -> None:
    for one in _computed(plan, Seen(inventory=set(), proven=set(), chance=0.1)):
        assert 0 < one.probability <= 1
        assert one.weight >= 0
        assert all(not plan.items[item].settled for item in one.items)
