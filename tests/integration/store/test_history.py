"""Changes of one plan made side by side, and the plan as it stood at each of its versions."""

from __future__ import annotations

import asyncio
from datetime import date
from typing import Any

import pytest
from sqlmodel import Session

from plans.errors import Conflict, Overtaken, UserError
from plans.model.edits import EDITS, AddItem, DropItem, Edit, Redate, RestoreItem, Retitle, SetDeadline, SetWaits
from plans.model.plan import Plan
from plans.store import history
from plans.store.database import Database
from plans.store.plans import amend, approve, load, propose, proposed, reject, set_item_state
from plans.store.tables import PersonRow, PlanRow, RevisionRow
from plans.words import ItemId, ItemState, PersonId
from tests.integration.store.test_plans import ANA, NORTHWIND, NOW, adds, begin, change, item

ONE, TWO = ItemId("NA-1"), ItemId("NA-2")
D1, D2, D3 = date(2026, 12, 1), date(2026, 12, 2), date(2027, 2, 1)


@pytest.fixture
def plan(either: Database) -> Database:
    """An approved plan of two tasks, at version 1."""

    def sign(tx: Session) -> None:
        tx.add(PersonRow(id=ANA, teams_id="29:ana", name="Ana Example"))
        approve(tx, begin(tx), ANA, NOW)

    either.write_now(sign)
    return either


def put(database: Database, *edits: Edit) -> str:
    return database.write_now(lambda tx: change(tx, *edits).id)


def sign(database: Database, revision: str, person: PersonId = ANA) -> Plan:
    return database.write_now(lambda tx: approve(tx, tx.get_one(RevisionRow, revision), person, NOW))


def row(database: Database, revision: str) -> RevisionRow:
    return database.read_now(lambda tx: tx.get_one(RevisionRow, revision))


def titled(words: str, item: ItemId = ONE) -> Retitle:
    return Retitle(item=item, title=words)


def dated(item: ItemId = TWO) -> Redate:
    return Redate(item=item, start=D1, end=D2)


def test_proposals_that_touch_different_things_are_all_approved_in_any_order(plan: Database) -> None:
    first, second, third = put(plan, titled("one")), put(plan, dated()), put(plan, SetDeadline(deadline=D3))
    shown = [row(plan, revision).hash for revision in (first, second, third)]
    versions = [sign(plan, revision).revision for revision in (third, first, second)]
    after = plan.read_now(lambda tx: load(tx, NORTHWIND))
    assert (after.items[ONE].title, after.items[TWO].end, after.deadline) == ("one", D2, D3)
    assert versions == [4, 5, 6], "a proposal approved behind a later one gets the next number"
    assert [row(plan, revision).hash for revision in (first, second, third)] == shown
    assert [
        (r.id, r.number, history.proposed_as(r)) for r in plan.read_now(lambda tx: history.signed(tx, NORTHWIND))
    ] == [("northwind:1", 1, 1), ("northwind:4", 4, 4), ("northwind:2", 5, 2), ("northwind:3", 6, 3)]
    assert plan.write_now(lambda tx: change(tx, titled("next"))).number == 7


def test_a_proposal_that_changes_what_was_changed_first_is_replaced_and_says_by_what(plan: Database) -> None:
    loser, other = put(plan, titled("mine"), dated()), put(plan, dated(ONE))
    winner = put(plan, titled("theirs"))
    sign(plan, winner)
    assert (row(plan, loser).state, row(plan, other).state) == ("replaced", "proposed")
    for work in (approve_it(loser), lambda tx: proposed(tx, tx.get_one(RevisionRow, loser))):
        with pytest.raises(Overtaken, match="Version 4, signed by Ana Example, changed the title of NA-1") as caught:
            plan.write_now(work)
        assert "Propose it again" in caught.value.way_on
    assert plan.read_now(lambda tx: load(tx, NORTHWIND)).items[ONE].title == "theirs"


def approve_it(revision: str):  # type: ignore[no-untyped-def]
    return lambda tx: approve(tx, tx.get_one(RevisionRow, revision), ANA, NOW)


@pytest.mark.parametrize(
    ("ours", "said"),
    [
        ((SetWaits(item=ONE, after=(TWO,)),), "changed whether NA-2 is to be done"),
        ((dated(),), "changed whether NA-2 is to be done"),
        ((AddItem(item=item(7).model_copy(update={"after": (TWO,)})),), "changed whether NA-2 is to be done"),
    ],
)
def test_what_rests_on_an_item_that_was_dropped_meanwhile_is_overtaken(
    plan: Database, ours: tuple[Edit, ...], said: str
) -> None:
    late = put(plan, *ours)
    sign(plan, put(plan, DropItem(item=TWO)))
    with pytest.raises(Overtaken, match=said):
        sign(plan, late)


def test_what_touches_nothing_that_changed_and_yet_no_longer_fits_is_overtaken(plan: Database) -> None:
    late = put(plan, SetDeadline(deadline=D1))

    def begin_later(tx: Session) -> str:
        now = load(tx, NORTHWIND)
        from_then = EDITS.validate_python([{"kind": "frame", "frame": {**framed(now), "begins": D2}}])
        return propose(tx, NORTHWIND, from_then, "later", "", ANA, NOW).id

    sign(plan, plan.write_now(begin_later))
    assert row(plan, late).state == "replaced"
    with pytest.raises(Overtaken, match="proposed on version 1 and no longer fits"):
        sign(plan, late)


def framed(plan: Plan) -> dict[str, object]:
    names = ("title", "north_star", "zone", "workdays", "country", "begins", "metrics", "assumptions", "questions")
    return {name: getattr(plan, name) for name in names}


def test_a_proposal_on_the_present_version_that_items_have_outrun_is_said_back_as_it_is(plan: Database) -> None:
    drop = put(plan, DropItem(item=ONE))
    plan.write_now(lambda tx: set_item_state(tx, ONE, ItemState.DELEGATED))
    with pytest.raises(UserError, match="NA-1 is being worked on"):
        sign(plan, drop)
    assert row(plan, drop).state == "proposed"


async def test_two_people_who_approve_a_stale_proposal_at_once_are_both_told(plan: Database) -> None:
    late = put(plan, titled("mine"))
    sign(plan, put(plan, titled("theirs")))
    work = [
        plan.write(lambda tx, who=who: approve(tx, tx.get_one(RevisionRow, late), who, NOW))  # type: ignore[misc]
        for who in (ANA, PersonId("ben"))
    ]
    found = await asyncio.gather(*work, return_exceptions=True)
    assert [type(error) for error in found] == [Overtaken, Overtaken]


@pytest.mark.parametrize("clash", [True, False])
async def test_two_proposals_approved_at_once_are_both_made_unless_they_clash(plan: Database, clash: bool) -> None:
    both = [put(plan, titled("a")), put(plan, titled("b") if clash else dated())]
    work = [plan.write(approve_it(revision)) for revision in both]
    found = await asyncio.gather(*work, return_exceptions=True)
    assert sorted(type(one).__name__ for one in found) == sorted(["Plan", "Overtaken" if clash else "Plan"])
    made = plan.read_now(lambda tx: [r.number for r in history.signed(tx, NORTHWIND)])
    assert len(set(made)) == len(made) == (2 if clash else 3)
    assert plan.read_now(lambda tx: tx.get_one(PlanRow, NORTHWIND).revision) == made[-1]


async def test_one_proposal_approved_twice_at_once_is_made_once(plan: Database) -> None:
    one = put(plan, titled("a"))
    found = await asyncio.gather(*(plan.write(approve_it(one)) for _ in range(2)), return_exceptions=True)
    assert sorted(type(error).__name__ for error in found) == ["Conflict", "Plan"]


def test_what_was_corrected_on_the_newest_version_rests_on_that(plan: Database) -> None:
    open_one = put(plan, titled("mine"))
    sign(plan, put(plan, dated()))
    before = row(plan, open_one).hash

    def correct(tx: Session) -> Plan:
        return amend(tx, tx.get_one(RevisionRow, open_one), (Redate(item=TWO, start=D1, end=D1),))

    shown = plan.write_now(correct)
    assert (shown.items[ONE].title, shown.items[TWO].end) == ("mine", D1)
    found = row(plan, open_one)
    assert (found.base, found.hash != before) == (3, True)
    assert sign(plan, open_one).items[TWO].end == D1


def test_the_plan_at_each_version_is_found_again_but_for_item_states(plan: Database) -> None:
    seen: dict[int, Plan] = {}

    def remember() -> None:
        now = plan.read_now(lambda tx: load(tx, NORTHWIND))
        seen[now.revision] = now

    remember()
    rejected = put(plan, titled("never"))
    plan.write_now(lambda tx: reject(tx, tx.get_one(RevisionRow, rejected), ANA, NOW))
    early = put(plan, SetDeadline(deadline=D3))
    for edits in (
        (titled("a"), *adds(3)),
        (dated(),),
        (DropItem(item=TWO),),
        (RestoreItem(item=ONE, state=ItemState.READY),),
    ):
        sign(plan, put(plan, *edits))
        remember()
    sign(plan, early)
    remember()
    plan.write_now(lambda tx: set_item_state(tx, ItemId("NA-3"), ItemState.DELEGATED))
    head = plan.read_now(lambda tx: load(tx, NORTHWIND))
    assert sorted(seen) == [1, 4, 5, 6, 7, 8]
    for number, then in seen.items():
        back = plan.read_now(lambda tx, n=number: history.standing(tx, head, n))  # type: ignore[misc]
        assert dropped(back) == dropped(then)
        assert stateless(back) == stateless(then)
    empty = plan.read_now(lambda tx: history.standing(tx, head, 0))
    assert (empty.items, empty.revision, empty.title) == ({}, 0, head.title)


def dropped(plan: Plan) -> set[ItemId]:
    return {key for key, item in plan.items.items() if item.state is ItemState.DROPPED}


def stateless(plan: Plan) -> Plan:
    items = {key: item.model_copy(update={"state": ItemState.PLANNED}) for key, item in plan.items.items()}
    return plan.model_copy(update={"items": items})


def test_how_a_change_came_about_is_told_from_what_is_stored(plan: Database) -> None:
    def made(**fields: object) -> str:
        told: dict[str, Any] = {"plan": "northwind", "base": 1, "proposer": ANA, "planned_by": "", **fields}
        return history.origin_of(
            RevisionRow(id="northwind:9", number=9, edits=[], reason="", hash="", created_at=NOW, **told)
        )

    assert made(base=0, planned_by="Planned by Claude.") == "goal"
    assert [made(planned_by=word) for word in ("talk", "import", "repair")] == ["talk", "import", "repair"]
    assert made() == "card"
    assert made(planned_by="Planned by Claude.") == "model"
    assert made(proposer=history.STEWARD) == "rule"
    assert made(undoes=4) == "undo"


def test_a_decided_proposal_is_a_conflict_and_nothing_else(plan: Database) -> None:
    one = put(plan, titled("a"))
    sign(plan, one)
    with pytest.raises(Conflict, match="northwind:2 is approved"):
        sign(plan, one)
