from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from hypothesis import given

from plans.model.agreed import AtMost, Embargo, NotAfter, NotBefore, Risk, Spend, Unsaid
from plans.model.critic import RULES, Rule, review
from plans.model.plan import Away, Flow, Item, Link, Member, Plan
from plans.words import AgentName, Check, Doer, ItemId, ItemKind, ItemState, Money, PersonId, RiskId, Verb
from tests.unit.model.drawn import FLOW, MONDAY, item, launch, patient, plan_of, plans

SATURDAY = date(2026, 12, 5)
AGREED: dict[str, Any] = {"id": "K1", "text": "agreed", "by": "dana", "on": MONDAY}
DANA = Doer("person:dana")
LIMITS = {AgentName("researcher"): 2, AgentName("writer"): 2}


def _with(item_id: str, plan: Plan | None = None, **change: Any) -> Plan:
    plan = plan or launch()
    found = plan.items[ItemId(item_id)].model_copy(update=change)
    return plan.model_copy(update={"items": {**plan.items, found.id: found}})


def _agreed(one: Any, plan: Plan | None = None) -> Plan:
    return (plan or launch()).model_copy(update={"constraints": (one,)})


def _team(**more: Any) -> Plan:
    return launch().model_copy(update={"team": (Member(doer=DANA, name="Dana", **more),)})


def _alone(**more: Any) -> Plan:
    """Nothing waits for what Dana does, so that nobody else is late when she is."""
    return _with("NA-8", _team(**more), after=())


def _two_mails() -> Plan:
    plan = _with("NA-4", verb=Verb.MESSAGE)
    return _with("NA-5", plan, verb=Verb.MESSAGE)


ONLY: list[tuple[str, str, Plan]] = [
    ("C01", "NA-4", _with("NA-4", after=(ItemId("NA-6"),))),
    ("C01", "NA-4", _with("NA-4", links=(Link(item=ItemId("NA-6"), kind="start_start"),))),
    ("C02", "NA-4", _with("NA-4", parent=None)),
    ("C02", "NA-4", _with("NA-4", parent=ItemId("NA-99"))),
    ("C02", "NA-8", _with("NA-8", parent=ItemId("NA-7"), start=MONDAY, end=MONDAY, after=(), metric="leads")),
    ("C02", "NA-6", _with("NA-6", _with("NA-3", state=ItemState.DROPPED), parent=ItemId("NA-3"))),
    ("C03", "NA-7", _with("NA-7", after=(ItemId("NA-99"),))),
    ("C03", "NA-7", _with("NA-7", links=(Link(item=ItemId("NA-99"), lag=1),))),
    ("C04", "NA-7", _with("NA-7", owner=PersonId(" "))),
    ("C05", "NA-7", _with("NA-7", check=Check(text=" "))),
    ("C06", "NA-6", _with("NA-6", end=date(2026, 12, 28))),
    ("C07", "NA-1", _with("NA-1", end=date(2027, 1, 29))),
    ("C08", "NA-6", _with("NA-6", agent=AgentName("maildesk"))),
    ("C08", "NA-4", _with("NA-4", verb=None)),
    ("C08", "NA-4", _with("NA-4", capability="")),
    ("C09", "NA-5", _with("NA-5", end=date(2026, 12, 2))),
    ("C10", "NA-1", _with("NA-1", metric="fame")),
    ("C11", "NA-8", _with("NA-8", start=SATURDAY, end=date(2026, 12, 7))),
    ("C12", "None", _with("NA-7", budget=Money.of(501))),
    ("C12", "NA-7", _with("NA-7", budget=Money.of(1, "USD"))),
    ("C13", "None", plan_of(*list(launch().items.values())[:3], deadline=launch().deadline)),
    ("C15", "NA-7", _with("NA-7", title=" ")),
    ("C16", "None", _with("NA-7", launch().model_copy(update={"budget": None}), verb=Verb.SPEND)),
    ("C17", "NA-2", _with("NA-2", metric=None)),
    ("C17", "NA-2", _with("NA-2", metric="fame")),
    ("C17", "NA-8", _with("NA-8", metric="fame")),
    ("C18", "NA-7", _alone(share=0.5)),
    ("C18", "NA-7", _alone(away=(Away(start=MONDAY, end=MONDAY),))),
    ("C18", "NA-7", _alone(workdays=(1, 4))),
    ("C19", "NA-7", _with("NA-6", start=MONDAY, end=MONDAY, after=(), days=1)),
    ("C20", "None", _agreed(Spend(**AGREED, most=Money.of(499)))),
    ("C20", "NA-6", _agreed(Spend(**AGREED, most=Money.of(900, "USD")))),
    ("C21", "NA-4", _agreed(NotBefore(**AGREED, item=ItemId("NA-4"), day=date(2026, 12, 1)))),
    ("C21", "NA-6", _agreed(NotBefore(**AGREED, item=ItemId("NA-2"), day=date(2026, 12, 31)))),
    ("C22", "NA-6", _agreed(NotAfter(**AGREED, item=ItemId("NA-6"), day=date(2026, 12, 3)))),
    ("C23", "NA-5", _agreed(Embargo(**AGREED, start=MONDAY, end=date(2026, 12, 2)), _with("NA-5", verb=Verb.PUBLISH))),
    ("C24", "NA-5", _agreed(AtMost(**AGREED, verb=Verb.MESSAGE, most=1), _two_mails())),
    ("C24", "NA-5", _agreed(AtMost(**AGREED, verb=Verb.MESSAGE, most=0, per="day"), _two_mails())),
    ("C25", "NA-7", _agreed(Unsaid(**AGREED, words=("Task  7",)))),
    ("C25", "NA-7", _agreed(Unsaid(**AGREED, words=("game-changing",)), _with("NA-7", instructions="Game-Changing"))),
    ("C26", "NA-2", _with("NA-2", flow=None)),
    ("C26", "NA-2", _with("NA-2", flow=FLOW.model_copy(update={"returns": ""}))),
    ("C27", "NA-7", _with("NA-7", low=3)),
    ("C27", "NA-7", _with("NA-7", high=1)),
    ("C28", "None", _agreed(NotAfter(**AGREED, item=ItemId("NA-99"), day=MONDAY))),
    ("C28", "None", _team().model_copy(update={"team": (Member(doer=Doer("the designer")),)})),
    (
        "C28",
        "None",
        launch().model_copy(
            update={
                "risks": (
                    Risk(id=RiskId("R1"), text="x", probability=0.1, items=(ItemId("NA-99"),), owner=PersonId("d")),
                )
            }
        ),
    ),
]  # fmt: skip
"""A rule, an item that breaks it, and a plan that breaks it and no other."""
BESIDE: list[tuple[str, str, Plan]] = [
    ("C02", "NA-4", _with("NA-4", parent=ItemId("NA-1"))),
    ("C02", "NA-8", _with("NA-8", parent=ItemId("NA-7"))),
    ("C07", "NA-2", _with("NA-2", start=date(2026, 11, 27))),
    ("C09", "NA-7", _with("NA-7", days=3)),
]


def test_a_sound_plan_breaks_no_rule() -> None:
    assert review(launch(), lambda plan, found: None) == []


@pytest.mark.parametrize(("rule", "at", "plan"), ONLY)
def test_each_rule_is_broken_by_a_plan_that_breaks_no_other(rule: str, at: str, plan: Plan) -> None:
    found = review(plan)
    assert {finding.rule for finding in found} == {rule}, [finding.said for finding in found]
    assert at in {str(finding.item) for finding in found}


def test_no_rule_is_without_a_test_of_its_own() -> None:
    assert {rule for rule, _, _ in ONLY} | {"C14"} == {rule.id for rule in RULES}


@pytest.mark.parametrize(("rule", "at", "plan"), BESIDE)
def test_a_plan_may_break_several_rules_at_once(rule: str, at: str, plan: Plan) -> None:
    found = {(finding.rule, str(finding.item)) for finding in review(plan)}
    assert (rule, at) in found
    assert all(finding.said for finding in review(plan))


@pytest.mark.parametrize("kind", [ItemKind.OBJECTIVE, ItemKind.STREAM, ItemKind.TASK])
def test_a_plan_lacking_a_tier_is_told_which(kind: ItemKind) -> None:
    plan = launch()
    kept = [one for one in plan.items.values() if one.kind is not kind]
    found = review(plan_of(*kept, deadline=plan.deadline))
    assert [finding.said for finding in found if finding.rule == "C13"] == [f"there is no {kind}"]


def test_policy_is_asked_about_what_agents_do_and_only_that() -> None:
    asked: list[ItemId] = []

    def precheck(_plan: Plan, found: Item) -> str | None:
        asked.append(found.id)
        return "research is stopped" if found.verb is Verb.READ else None

    findings = review(launch(), precheck)
    assert asked == ["NA-4", "NA-5"]
    assert [(one.rule, one.item) for one in findings] == [("C14", "NA-4")]
    assert findings[0].said == "NA-4 would be forbidden now: research is stopped"


def test_what_is_settled_is_history_and_not_judged() -> None:
    plan = _with("NA-7", owner=PersonId(""), state=ItemState.DROPPED)
    assert review(plan) == []


def test_rules_are_numbered_and_each_has_a_sentence() -> None:
    assert [rule.id for rule in RULES] == [f"C{number:02d}" for number in range(1, len(RULES) + 1)]
    assert all(rule.sentence.endswith(".") for rule in RULES)


def test_a_circle_is_one_finding_and_hides_no_others() -> None:
    ring = [item(1, after=(ItemId("NA-2"),), title=""), item(2, after=(ItemId("NA-1"),))]
    rules = [finding.rule for finding in review(plan_of(*ring))]
    assert rules.count("C01") == 1
    assert {"C02", "C13", "C15"} <= set(rules)


def test_an_agent_that_costs_something_needs_a_budget_from_which_to_pay_it() -> None:
    plan = launch().model_copy(update={"budget": None})
    prices = {AgentName("writer"): Money.of(3), AgentName("researcher"): Money.of(0)}
    assert [(one.rule, one.said) for one in review(plan, prices=prices)] == [
        ("C16", "there is no budget from which to pay NA-5 Task 5")
    ]
    assert review(_with("NA-2", plan, budget=Money.of(10)), prices=prices) == []
    assert review(plan) == [], "what an agent costs is not known here"


def test_a_person_may_leave_a_return_unmeasured_and_nothing_else() -> None:
    left = Flow(trigger="t", feedback="f", unmeasured_by=PersonId("dana"))
    assert review(_with("NA-2", flow=left)) == []
    empty = Flow(unmeasured_by=PersonId("dana"))
    assert [one.said for one in review(_with("NA-2", flow=empty))] == [
        "NA-2 does not say what triggers it and how its effect is fed back"
    ]


def test_a_milestone_moves_what_its_stream_moves_unless_it_names_a_metric() -> None:
    plan = _with("NA-8", metric="leads")
    assert review(plan) == []
    under = _with("NA-3", metric="fame")
    assert [one.item for one in review(under) if one.rule == "C17"] == ["NA-3", "NA-8"]


def test_agents_that_nobody_entered_are_told() -> None:
    assert review(launch(), limits=LIMITS) == []
    known = {AgentName("researcher"): 2}
    assert [(one.rule, one.item) for one in review(launch(), limits=known)] == [("C28", "NA-5")]
    team = launch().model_copy(update={"team": (Member(doer=Doer("agent:nobody")),)})
    assert [one.said for one in review(team, limits=LIMITS)] == [
        "the team names the agent nobody, who is not in the inventory"
    ]


def test_what_waited_for_something_dropped_breaks_no_rule() -> None:
    assert review(_with("NA-4", state=ItemState.DROPPED)) == []


def test_money_for_what_was_dropped_is_free_again() -> None:
    plan = _with("NA-7", budget=Money.of(501), state=ItemState.DROPPED)
    assert review(plan) == []


def test_what_is_done_has_used_its_place_in_the_week_up() -> None:
    plan = _with("NA-4", _two_mails(), state=ItemState.DONE)
    found = review(_agreed(AtMost(**AGREED, verb=Verb.MESSAGE, most=1), plan))
    assert [one.said for one in found] == ["NA-5 is 1 of 2 items that message in the week of Mon 30 Nov; K1 agrees 1"]


@pytest.mark.parametrize("said", ["evolutionary steps", "postrevolutionary", "revolutionarytask"])
def test_a_word_that_is_not_to_be_said_is_looked_for_as_a_whole_word(said: str) -> None:
    assert review(_agreed(Unsaid(**AGREED, words=("revolutionary",)), _with("NA-7", title=said))) == []


@pytest.mark.parametrize("kind", [Spend, NotBefore, NotAfter, Embargo, AtMost, Unsaid])
def test_every_kind_of_agreement_names_the_one_rule_that_keeps_it(kind: Any) -> None:
    keepers = [kind.rule for kind in (Spend, NotBefore, NotAfter, Embargo, AtMost, Unsaid)]
    assert keepers.count(kind.rule) == 1
    assert kind.rule in {rule.id for rule in RULES}


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.id)
def test_no_rule_is_upset_by_an_empty_plan(rule: Rule) -> None:
    found = [one.rule for one in review(plan_of())]
    assert (rule.id in found) == (rule.id == "C13")


@patient
@given(plans())
def test_the_same_plan_is_always_found_to_break_the_same_rules(plan: Plan) -> None:
    again = Plan.model_validate(plan.model_dump(mode="json"))
    assert review(plan) == review(again)
