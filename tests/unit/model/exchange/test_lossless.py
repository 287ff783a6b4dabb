"""A plan as JSON: all of it comes back, by the schema that is published, and what does not fit is told."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import jsonschema
import pytest
from hypothesis import given, settings

from plans.model.edits import AddItem, Agree, SetBudget, SetDeadline, SetFrame, SetMember, SetRisk
from plans.model.exchange import compare, lossless
from plans.model.exchange.compare import Change
from plans.model.exchange.reading import Unreadable
from plans.model.plan import Plan
from plans.model.revision import apply
from plans.words import ItemId, ItemState
from tests.unit.model.drawn import patient
from tests.unit.model.exchange.dressed import KNOWN, dressed, flying, whole

SCHEMA = Path(lossless.__file__).with_name("plan.schema.json")


def read(text: str) -> Plan:
    return lossless.read(lossless.loaded(text, "plan.json"), "plan.json")


def compared(plan: Plan, wanted: Plan) -> Change:
    return compare.changes(plan, lossless.said(wanted, "plan.json"), KNOWN)


@given(dressed())
@settings(patient, max_examples=40)
def test_a_plan_comes_back_as_it_was_and_changes_nothing(plan: Plan) -> None:
    again = read(lossless.text(plan))
    assert again == plan
    assert list(again.items) == list(plan.items)
    assert compared(plan, again).edits == ()


def test_a_file_fits_its_schema() -> None:
    jsonschema.validate(json.loads(lossless.text(whole())), json.loads(SCHEMA.read_text(encoding="utf-8")))


def test_the_published_schema_is_that_of_the_models() -> None:
    told = "uv run app.py plan schema > plans/model/exchange/plan.schema.json"
    assert SCHEMA.read_text(encoding="utf-8") == lossless.schema(), told


def test_a_whole_plan_that_differs_in_everything_becomes_it() -> None:
    plan = flying(ItemState.PLANNED)
    wanted = whole().model_copy(
        update={
            "title": "Northwind II",
            "deadline": plan.deadline.replace(year=plan.deadline.year + 1, month=3),
            "budget": None,
        }
    )
    wanted = wanted.model_copy(
        update={
            "items": {**wanted.items, ItemId("NA-9"): wanted.items[ItemId("NA-7")].model_copy(update={"id": "NA-9"})}
        }
    )
    found = compared(plan, wanted)
    kinds = {type(edit) for edit in found.edits}
    assert kinds >= {AddItem, Agree, SetBudget, SetDeadline, SetFrame, SetMember, SetRisk}
    assert found.notes == ()
    again = apply(plan, found.edits)
    added = again.items[ItemId("NA-9")].model_copy(update={"state": ItemState.PLANNED})
    assert again.model_copy(update={"items": {**again.items, added.id: added}}) == wanted


def test_what_is_absent_from_a_whole_plan_stays_and_is_told() -> None:
    plan = whole()
    wanted = plan.model_copy(update={"constraints": plan.constraints[1:], "risks": (), "team": (), "goal": "another"})
    found = compared(plan, wanted)
    assert found.edits == ()
    assert found.notes == (
        "Not in the file (agreed): K1. They stay as they are.",
        "Not in the file (risks): R1. They stay as they are.",
        "Not in the file (people): role:designer. They stay as they are.",
        "The goal in the file reads differently; a plan's goal stays in the words in which it was given.",
    )


def test_items_of_another_plan_are_refused() -> None:
    plan = whole()
    foreign = plan.items[ItemId("NA-7")].model_copy(update={"id": ItemId("XY-1")})
    with pytest.raises(Unreadable, match="XY-1 cannot be of Northwind, whose ids begin with NA-"):
        compared(plan, plan.model_copy(update={"items": {**plan.items, foreign.id: foreign}}))


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"zone": "Mars/Olympus"}, "plan.json, zone: “Mars/Olympus” is no time zone"),
        ({"workdays": []}, "plan.json, workdays: they are numbers from 0 (Monday) to 6"),
        ({"workdays": [9]}, "plan.json, workdays: they are numbers from 0 (Monday) to 6"),
        ({"deadline": "9999-12-31"}, "plan.json, deadline: 9999-12-31 is not within the years"),
        ({"title": " "}, "plan.json, title: it is empty"),
    ],
    ids=str,
)
def test_a_frame_whose_days_cannot_be_counted_is_refused(change: dict[str, Any], said: str) -> None:
    body = json.loads(lossless.text(whole()))
    body["plan"].update(change)
    with pytest.raises(Unreadable) as refused:
        compared(whole(), read(json.dumps(body)))
    assert refused.value.problems[0].startswith(said)


@pytest.mark.parametrize(
    ("where", "value", "said"),
    [
        ("days", 0, "plan.json, NA-5, days: input should be greater than or equal to 1."),
        ("low", 9, "plan.json, NA-5: an estimate goes from low over likely to high."),
        (
            "start",
            "2026-02-30",
            "plan.json, NA-5, start: input should be a valid date or datetime, day value is outside",
        ),
        ("colour", "red", "plan.json, NA-5, colour: there is no such field."),
        ("id", "NA-6", "plan.json, items: NA-5 stands under the name NA-6."),
        ("end", "2026-12-01", "plan.json, NA-5, end: it ends 2026-12-01, before it starts 2026-12-02."),
        ("owner", "eve", "plan.json, NA-5, owner: nobody called “eve” is known here."),
        ("agent", "writter", "plan.json, NA-5, agent: there is no agent “writter”; the nearest is writer."),
        ("parent", "NA-77", "plan.json, NA-5, parent: there is no item NA-77"),
        ("after", ["NA-6"], "plan.json, NA-5, after: These items wait for each other in a circle: NA-5"),
    ],
)
def test_an_item_that_does_not_fit_is_refused_with_its_field(where: str, value: object, said: str) -> None:
    body = json.loads(lossless.text(whole()))
    body["plan"]["items"]["NA-5"][where] = value
    with pytest.raises(Unreadable) as refused:
        compared(whole(), read(json.dumps(body)))
    assert refused.value.problems[0].startswith(said)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ('{"format":', "plan.json, line 1, column 11: Expecting value."),
        ('{"a": 1,\n"a": 2}', "plan.json: “a” stands there twice."),
        ('{"a": NaN}', "plan.json: NaN is no number."),
        ("[" * 100_000, "plan.json: it is nested too deeply."),
        ('{"a": "\\ud800"}', "plan.json: it holds characters that are no text."),
        ('{"a": "\\u0000"}', "plan.json: it holds characters that are no text."),
        (
            '{"format": "steward/plan", "version": 2}',
            "plan.json: it was written by a newer Steward (version 2; this one reads 1).",
        ),
        ('{"format": "steward/plan", "version": 1}', "plan.json, plan: field required."),
    ],
    ids=range(8),
)
def test_json_that_is_no_plan_is_refused(text: str, said: str) -> None:
    with pytest.raises(Unreadable) as refused:
        read(text)
    assert refused.value.problems[0] == said
