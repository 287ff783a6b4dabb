from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from plans.model.critic import RULES, review
from plans.model.plan import Item, Plan
from plans.words import AgentName, Check, ItemId, ItemKind, ItemState, Money, PersonId, Verb
from tests.unit.model.drawn import item, launch, plan_of

SATURDAY = date(2026, 12, 5)


def _with(item_id: str, **change: Any) -> Plan:
    plan = launch()
    found = plan.items[ItemId(item_id)].model_copy(update=change)
    return plan.model_copy(update={"items": {**plan.items, found.id: found}})


BROKEN: list[tuple[str, str, Plan]] = [
    ("C01", "NA-4", _with("NA-4", after=(ItemId("NA-6"),))),
    ("C02", "NA-4", _with("NA-4", parent=None)),
    ("C02", "NA-4", _with("NA-4", parent=ItemId("NA-99"))),
    ("C02", "NA-4", _with("NA-4", parent=ItemId("NA-1"))),
    ("C02", "NA-8", _with("NA-8", parent=ItemId("NA-7"))),
    ("C03", "NA-7", _with("NA-7", after=(ItemId("NA-99"),))),
    ("C04", "NA-7", _with("NA-7", owner=PersonId(" "))),
    ("C05", "NA-7", _with("NA-7", check=Check(text=" "))),
    ("C06", "NA-6", _with("NA-6", end=date(2026, 12, 29))),
    ("C07", "NA-1", _with("NA-1", end=date(2027, 1, 29))),
    ("C07", "NA-2", _with("NA-2", start=date(2026, 11, 27))),
    ("C08", "NA-6", _with("NA-6", agent=AgentName("maildesk"))),
    ("C08", "NA-4", _with("NA-4", verb=None)),
    ("C08", "NA-4", _with("NA-4", capability="")),
    ("C09", "NA-7", _with("NA-7", days=3)),
    ("C09", "NA-5", _with("NA-5", end=date(2026, 12, 2))),
    ("C10", "NA-1", _with("NA-1", metric="fame")),
    ("C11", "NA-8", _with("NA-8", start=SATURDAY, end=SATURDAY)),
    ("C12", "None", _with("NA-7", budget=Money.of(501))),
    ("C12", "NA-7", _with("NA-7", budget=Money.of(1, "USD"))),
    ("C15", "NA-7", _with("NA-7", title=" ")),
]


def test_a_sound_plan_breaks_no_rule() -> None:
    assert review(launch(), lambda plan, found: None) == []


@pytest.mark.parametrize(("rule", "at", "plan"), BROKEN)
def test_each_rule_finds_what_breaks_it(rule: str, at: str, plan: Plan) -> None:
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
