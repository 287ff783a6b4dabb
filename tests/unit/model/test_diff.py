from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from hypothesis import given

from plans.model.agreed import AtMost, Embargo, NotAfter, NotBefore, Risk, Spend, Unsaid
from plans.model.diff import changes, lines
from plans.model.edits import (
    AddItem,
    Agree,
    CloseRisk,
    DropItem,
    Edit,
    Frame,
    Lift,
    Move,
    Reassign,
    Recheck,
    Redate,
    Reestimate,
    RemoveItem,
    RemoveMember,
    ReplaceItem,
    RestoreItem,
    Retitle,
    SetBudget,
    SetDeadline,
    SetFlow,
    SetFrame,
    SetMember,
    SetRisk,
    SetRole,
    SetWaits,
)
from plans.model.plan import Away, Flow, Link, Member, Metric
from plans.model.revision import apply
from plans.words import (
    AgentName,
    Check,
    ConstraintId,
    Doer,
    ItemId,
    ItemState,
    Money,
    PersonId,
    RiskId,
    Verb,
)
from tests.unit.model.drawn import MONDAY, OWNER, item, launch, patient
from tests.unit.model.drawn_edits import Change
from tests.unit.model.drawn_edits import changes as drawn
from tests.unit.model.held import held

NA4, NA7, NA8 = ItemId("NA-4"), ItemId("NA-7"), ItemId("NA-8")
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
        ((RemoveItem(item=NA8),), ("NA-8 Milestone 8: removed",)),
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


def agreed(number: int = 1) -> dict[str, Any]:
    return {"id": ConstraintId(f"K{number}"), "text": "so be it", "by": OWNER, "on": MONDAY}


def framed(**fields: Any) -> SetFrame:
    return SetFrame(frame=Frame.of(launch()).model_copy(update=fields))


RISK = Risk(id=RiskId("R1"), text="rain", probability=0.25, days=3, cost=Money.of(9), items=(NA4,), owner=OWNER)
HALF = Member(doer=Doer("role:designer"), name="Zoë", share=0.5, workdays=(0, 1))
FRIDAY = date(2026, 12, 4)


@pytest.mark.parametrize(
    ("kind", "edit", "told"),
    [
        ("moved", Move(item=NA4, parent=ItemId("NA-3")), "NA-4 Task 4: under NA-3 instead of NA-2"),
        ("reestimated", Reestimate(item=NA4, days=3, low=1, high=5, effort=0.5),
         "NA-4 Task 4: takes 3 days (1 at best, 5 at worst) at 0.5 of a day each instead of 2 days"),
        ("waits", SetWaits(item=NA7, after=(NA4,), links=(Link(item=ItemId("NA-5"), kind="start_start", lag=1),)),
         "NA-7 Task 7: waits for NA-4 and NA-5 to start, 1 working day before"),
        ("waits", SetWaits(item=NA8), "NA-8 Milestone 8: no longer waits for NA-7"),
        ("test", Recheck(item=NA4, check=Check(text="it is there", expects={"words": 300})),
         "NA-4 Task 4: measured by words 300 instead of nothing"),
        ("test", Recheck(item=NA4, check=Check(text="it is good")),
         "NA-4 Task 4: done when “it is good” instead of “it is there”"),
        ("role", SetRole(item=NA4, role="designer"), "NA-4 Task 4: role designer instead of none"),
        ("flow", SetFlow(item=NA4, flow=Flow(trigger="a call")), "NA-4 Task 4: trigger “a call” instead of none"),
        ("flow", SetFlow(item=NA4, flow=Flow()), "NA-4 Task 4: trigger, feedback and return are asked for"),
        ("flow", SetFlow(item=NA4, flow=Flow(unmeasured_by=OWNER)),
         "NA-4 Task 4: its return need not be measured, says Dana"),
        ("details", ReplaceItem(item=launch().items[NA4].model_copy(update={"verb": Verb.DRAFT, "instructions": "x"})),
         "NA-4 Task 4: other instructions; verb draft instead of read"),
        ("budget", ReplaceItem(item=launch().items[NA4].model_copy(update={"budget": Money.of(5)})),
         "NA-4 Task 4: budget 5 EUR instead of none"),
        ("constraints", Agree(constraint=Spend(**agreed(), most=Money.of(500))),
         "K1: agreed: “so be it” (at most 500 EUR; Dana on Mon 30 Nov)"),
        ("constraints", Agree(constraint=NotBefore(**agreed(), item=NA4, day=FRIDAY)),
         "K1: agreed: “so be it” (NA-4 not before Fri 4 Dec; Dana on Mon 30 Nov)"),
        ("constraints", Agree(constraint=NotAfter(**agreed(), item=NA4, day=FRIDAY)),
         "K1: agreed: “so be it” (NA-4 over by Fri 4 Dec; Dana on Mon 30 Nov)"),
        ("constraints", Agree(constraint=Embargo(**agreed(), start=MONDAY, end=FRIDAY)),
         "K1: agreed: “so be it” (no publish or message from Mon 30 Nov to Fri 4 Dec; Dana on Mon 30 Nov)"),
        ("constraints", Agree(constraint=AtMost(**agreed(), verb=Verb.MESSAGE, most=2)),
         "K1: agreed: “so be it” (at most 2 to message a week; Dana on Mon 30 Nov)"),
        ("constraints", Agree(constraint=Unsaid(**agreed(), words=("cheap", "free"))),
         "K1: agreed: “so be it” (never “cheap” and “free”; Dana on Mon 30 Nov)"),
        ("risks", SetRisk(risk=RISK), "R1: a new risk: “rain” (25%, 3 working days, 9 EUR, NA-4; watched by Dana)"),
        ("team", SetMember(member=HALF), "Zoë: 0.5 of a working day, 1 item at once; 2 days a week"),
        ("team", SetMember(member=Member(doer=Doer("agent:a"), away=(Away(start=MONDAY, end=FRIDAY),))),
         "agent:a: 1 of a working day, 1 item at once; away Mon 30 Nov to Fri 4 Dec"),
        ("frame", framed(title="South"), "Title: “South” instead of “Northwind”"),
        ("frame", framed(north_star=""), "North star: none instead of “it is live”"),
        ("frame", framed(zone="UTC"), "Time zone: UTC instead of Europe/Berlin"),
        ("frame", framed(workdays=(0, 1)), "Working days: Mon and Tue instead of Mon, Tue, Wed, Thu and Fri"),
        ("frame", framed(country="DE-BY"), "Public holidays: DE-BY instead of none"),
        ("frame", framed(begins=FRIDAY), "Begins: Fri 4 Dec instead of Mon 30 Nov"),
        ("frame", framed(assumptions=("rain",)), "Assumption: “rain”"),
        ("frame", framed(questions=("rain?",)), "Question: “rain?”"),
        ("frame", framed(metrics=(*launch().metrics, Metric(name="m", unit="u", baseline=1, target=2, due=FRIDAY))),
         "Metric: m from 1 to 2 u by Fri 4 Dec"),
    ],
)  # fmt: skip
def test_every_kind_of_change_is_told_in_words(kind: str, edit: Edit, told: str) -> None:
    before, after = launch(), apply(launch(), (edit,))
    assert lines(before, after, lambda person: NAMES[person]) == (told,)
    assert {change.kind for change in changes(before, after)} == {kind}


@pytest.mark.parametrize(
    ("first", "then", "told"),
    [
        (Agree(constraint=Spend(**agreed(), most=Money.of(1))), Lift(constraint=ConstraintId("K1")),
         "K1: lifted: “so be it”"),
        (SetRisk(risk=RISK), CloseRisk(risk=RISK.id), "R1: closed: “rain”"),
        (SetMember(member=HALF), RemoveMember(doer=HALF.doer),
         "Zoë: full working days again, one thing at a time"),
        (DropItem(item=NA4), SetWaits(item=NA7, after=(NA4,)), "NA-7 Task 7: waits for NA-4 (which is dropped)"),
    ],
)  # fmt: skip
def test_what_is_taken_back_or_rests_on_what_was_dropped_is_told(first: Edit, then: Edit, told: str) -> None:
    before = apply(launch(), (first,))
    assert lines(before, apply(before, (then,))) == (told,)


def test_a_person_and_an_agent_of_one_name_are_told_apart() -> None:
    plan = apply(launch(), (Reassign(item=NA7, agent=AgentName("dana"), owner=OWNER),))
    assert lines(launch(), plan) == ("NA-7 Task 7: done by dana instead of their namesake",)


def test_people_and_agents_who_are_not_known_any_more_are_told_by_their_ids() -> None:
    plan = apply(launch(), (Reassign(item=NA7, agent=None, owner=PersonId("aad-4711")),))
    assert lines(launch(), plan) == ("NA-7 Task 7: done by aad-4711 instead of dana",)


def test_one_thing_that_changed_is_one_line_and_as_many_changes_as_there_are() -> None:
    after = apply(launch(), (Retitle(item=NA7, title="Price"), Redate(item=NA7, start=FRIDAY, end=FRIDAY)))
    found = changes(launch(), after)
    assert [(change.kind, change.item) for change in found] == [("renamed", NA7), ("redated", NA7), ("redated", NA7)]
    assert len(lines(launch(), after)) == 1


@patient
@given(drawn())
def test_nothing_is_told_exactly_when_the_plans_hold_the_same(case: Change) -> None:
    plan, made = case
    after = apply(plan, made)
    assert (lines(plan, after) == ()) == (held(plan) == held(after))
    assert lines(plan, plan) == ()
