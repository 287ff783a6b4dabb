"""Signing and taking back: the plan, the log, the notice, the overtaken cards and the continuation, all at once."""

from __future__ import annotations

from datetime import date

import pytest
from sqlalchemy import text
from sqlmodel import Session, select

from plans.engine import Engine
from plans.errors import Conflict, NotAllowed, Overtaken, UserError
from plans.governance.decisions import of_item, open_decisions
from plans.governance.revisions import Revisions
from plans.model.edits import AddItem, DropItem, Edit, Reassign, Redate, RestoreItem, Retitle
from plans.model.plan import Plan
from plans.ports.people import RevisionNotice
from plans.store import plans
from plans.store.clock import PlanClock
from plans.store.database import Database
from plans.store.tables import AskRow, DecisionRow, RevisionRow
from plans.words import AgentName, AskKind, ItemId, ItemState, PersonId, PlanSlug
from tests.doubles.clock import ManualClock
from tests.integration.governance.world import (
    ADA,
    BOB,
    NOW,
    SLUG,
    Board,
    asked,
    asks,
    plan_of,
    posted,
    proposed,
    task,
)

ONE, TWO, THREE = ItemId("NA-1"), ItemId("NA-2"), ItemId("NA-3")
D20, D23, D24, D27 = (date(2026, 11, day) for day in (20, 23, 24, 27))


class House:
    """A plan of two tasks, signed by its owner."""

    def __init__(self, database: Database, clock: ManualClock) -> None:
        self.database = database
        plan_clock = PlanClock(clock)
        engine = Engine(database, {"wall": clock, "plan": plan_clock})
        engine.prepare()
        self.asks = asks(clock)
        self.revisions = Revisions(self.asks, Board(), engine, clock, plan_clock)
        self.signed: list[int] = []
        self.revisions.on_signed(lambda _tx, plan: self.signed.append(plan.revision))
        self.first = database.write_now(lambda tx: proposed(tx, plan_of(task(1, D20, D23), task(2, D24, D27))))
        self.sign(self.first)

    def propose(self, *edits: Edit) -> str:
        return self.database.write_now(lambda tx: plans.propose(tx, SLUG, edits, "because", "", ADA, NOW).id)

    def sign(self, revision: str, person: PersonId = ADA, item: ItemId | None = None) -> Plan:
        return self.database.write_now(
            lambda tx: self.revisions.sign(tx, tx.get_one(RevisionRow, revision), person, item)
        )

    def change(self, *edits: Edit) -> Plan:
        return self.sign(self.propose(*edits))

    def undo(self, person: PersonId = ADA, number: int | None = None) -> Plan:
        return self.database.write_now(lambda tx: self.revisions.undo(tx, SLUG, person, number))

    def plan(self) -> Plan:
        return self.database.read_now(lambda tx: plans.load(tx, SLUG))

    def state(self, item: ItemId, state: ItemState) -> None:
        self.database.write_now(lambda tx: plans.set_item_state(tx, item, state))

    def notice(self, number: int) -> RevisionNotice | None:
        found = self.database.read_now(lambda tx: posted(tx, f"revision:{SLUG}:{number}"))
        assert found is None or isinstance(found, RevisionNotice)
        return found

    def notice_of(self, revision: str) -> RevisionNotice:
        found = self.database.read_now(lambda tx: posted(tx, f"revision:{revision}"))
        assert isinstance(found, RevisionNotice)
        return found

    def continuations(self) -> list[str]:
        names = text("SELECT workflow_uuid FROM workflow_status ORDER BY workflow_uuid")
        return [name for (name,) in self.database.read_now(lambda tx: tx.execute(names).all())]


@pytest.fixture
def house(database: Database, clock: ManualClock) -> House:
    return House(database, clock)


def later(item: ItemId = TWO) -> Redate:
    return Redate(item=item, start=D24, end=date(2026, 12, 4))


def renamed(words: str) -> Retitle:
    return Retitle(item=ONE, title=words)


def same_but_for_revision(first: Plan, second: Plan) -> bool:
    return first.model_copy(update={"revision": 0}) == second.model_copy(update={"revision": 0})


def test_the_first_signature_makes_the_plan_without_repeating_it_as_a_diff(house: House) -> None:
    assert [item.state for item in house.plan().items.values()] == [ItemState.PLANNED] * 2
    assert house.notice(1) is None
    assert house.signed == [1]
    assert house.continuations() == ["plan:northwind:1"]


def test_a_signature_is_logged_told_and_continued(house: House) -> None:
    revision = house.propose(later())
    plan = house.sign(revision, item=TWO)
    notice = house.notice(2)
    assert notice is not None
    assert (notice.by, notice.reason, notice.number, notice.finish) == ("Ada Lovelace", "because", 2, date(2026, 12, 4))
    assert notice.changes == ("NA-2 Task 2: ends Fri 4 Dec instead of Fri 27 Nov",)
    assert (plan.revision, house.signed) == (2, [1, 2])
    assert house.continuations() == ["plan:northwind:1", "plan:northwind:2"]
    ((decision, outcome),) = house.database.read_now(lambda tx: of_item(tx, TWO))
    assert (decision.kind, decision.approver, decision.verdict, decision.why) == ("revision", ADA, "allow", "because")
    assert outcome is not None
    assert outcome.state == "succeeded"
    assert house.database.read_now(lambda tx: open_decisions(tx, SLUG)) == []


def test_only_the_owner_signs_and_takes_back(house: House) -> None:
    revision = house.propose(later())
    with pytest.raises(NotAllowed, match="Only Ada Lovelace"):
        house.sign(revision, BOB)
    house.sign(revision)
    with pytest.raises(NotAllowed, match="Only Ada Lovelace"):
        house.undo(BOB)
    assert house.plan().revision == 2


def test_a_signature_that_fails_leaves_nothing_behind(house: House) -> None:
    house.revisions.on_signed(lambda _tx, _plan: (_ for _ in ()).throw(Conflict("no")))
    revision = house.propose(later())
    with pytest.raises(Conflict):
        house.sign(revision)
    assert (house.plan().revision, house.notice(2), house.continuations()) == (1, None, ["plan:northwind:1"])
    assert len(house.database.read_now(lambda tx: tx.exec(select(DecisionRow)).all())) == 1


def card(house: House, revision: str) -> AskRow:
    """The revision's card, with buttons."""

    def ask(tx: Session) -> AskRow:
        row = asked(tx, house.asks, kind=AskKind.REVISION)
        row.entity = revision
        return row

    return house.database.write_now(ask)


def test_proposals_that_change_the_same_are_overtaken_and_their_cards_say_by_what(house: House) -> None:
    winner, loser, other = house.propose(later()), house.propose(later(), renamed("X")), house.propose(renamed("Y"))
    cards = [card(house, revision) for revision in (winner, loser, other)]
    house.sign(winner)
    rows = house.database.read_now(lambda tx: [tx.get_one(AskRow, row.id).state for row in cards])
    assert rows == ["open", "void", "open"]
    fate = house.database.read_now(lambda tx: posted(tx, cards[1].message)).fate
    assert fate.word == "Replaced"
    assert fate.note == (
        "Version 2, signed by Ada Lovelace, changed the dates of NA-2, which this rests on or changes too. "
        "Propose it again."
    )
    with pytest.raises(Overtaken):
        house.sign(loser)
    house.sign(other)
    assert (house.plan().items[ONE].title, house.plan().items[TWO].end) == ("Y", date(2026, 12, 4))


def test_a_proposal_put_onto_later_versions_says_so_and_what_that_does_to_the_finish(house: House) -> None:
    waiting = house.propose(renamed("Y"))
    house.change(later())
    house.sign(waiting)
    notice = house.notice_of(waiting)
    assert notice.number == 4
    assert notice.notes == (
        "Proposed on version 1 and put onto version 3: nothing that it touches had changed in between.",
        "With what was signed in between the plan finishes Fri 4 Dec, not Fri 27 Nov.",
    )
    assert notice.changes == ("NA-1 Y: called that instead of “Task 1”",)
    decision = house.database.read_now(lambda tx: tx.exec(select(DecisionRow)).all())[-1]
    assert {name: decision.data[name] for name in ("origin", "base", "onto")} == {
        "origin": "card",
        "base": 1,
        "onto": 3,
    }
    assert house.undo(number=4).items[ONE].title == "Task 1"


def test_a_proposal_on_the_present_version_has_nothing_to_say_about_that(house: House) -> None:
    house.change(later())
    notice = house.notice(2)
    assert notice is not None
    assert notice.notes == ()


def test_undo_does_not_take_an_item_from_an_agent_that_works_on_it_by_now(house: House) -> None:
    house.change(Reassign(item=ONE, agent=AgentName("other"), owner=ADA))
    house.state(ONE, ItemState.DELEGATED)
    with pytest.raises(UserError, match="NA-1 is delegated by now") as error:
        house.undo()
    assert "stop northwind" in error.value.way_on


def test_an_owner_who_left_is_told_by_what_is_known_of_them(house: House) -> None:
    gone = PersonId("aad-4711")
    house.change(Reassign(item=ONE, agent=None, owner=gone))
    notice = house.notice(2)
    assert notice is not None
    assert notice.changes == ("NA-1 Task 1: done by aad-4711 instead of writer",)
    house.change(Reassign(item=ONE, agent=None, owner=BOB))
    assert house.plan().items[ONE].owner == BOB


@pytest.mark.parametrize(
    "edits",
    [
        (later(),),
        (DropItem(item=TWO),),
        (Reassign(item=ONE, agent=AgentName("other"), owner=BOB),),
        (AddItem(item=task(3, D24, D27)), renamed("New"), later()),
    ],
)
def test_undo_restores_the_exact_plan_as_a_revision_of_its_own(house: House, edits: tuple[Edit, ...]) -> None:
    before = house.plan()
    house.change(*edits)
    assert not same_but_for_revision(before, house.plan())
    house.undo()
    assert same_but_for_revision(before, house.plan())
    assert house.plan().revision == 3
    notice = house.notice(3)
    assert notice is not None
    assert notice.reason == "Takes back version 2: because"
    assert house.continuations()[-1] == "plan:northwind:3"


def test_undo_again_takes_back_the_change_before_and_stops_at_the_first(house: House) -> None:
    seen = [house.plan()]
    for words in ("A", "B", "C"):
        seen.append(house.change(renamed(words)))
    house.undo()
    house.change(renamed("D"))
    for expected in (seen[2], seen[1], seen[0]):
        assert same_but_for_revision(house.undo(), expected)
    with pytest.raises(UserError, match="as it was first approved") as error:
        house.undo()
    assert error.value.way_on
    assert same_but_for_revision(house.plan(), seen[0])


def test_the_same_undo_button_four_times_takes_back_once(house: House) -> None:
    house.change(renamed("A"))
    house.change(renamed("B"))
    titles = [house.undo(number=3).items[ONE].title for _ in range(4)]
    assert titles == ["A"] * 4
    assert house.plan().revision == 4


def test_an_older_undo_button_is_refused_naming_what_came_after(house: House) -> None:
    house.change(renamed("A"))
    house.change(renamed("B"))
    house.change(renamed("C"))
    with pytest.raises(UserError, match="versions 3 to 4 came after it") as error:
        house.undo(number=2)
    assert error.value.way_on == "Take back version 4 first: `undo`."
    with pytest.raises(UserError, match="has no version 99: its versions are 1 to 4"):
        house.undo(number=99)
    house.undo()
    with pytest.raises(UserError, match=r"Version 5 is not the last change .* that stands; it takes another one back"):
        house.undo(number=5)
    assert house.plan().items[ONE].title == "B"


def test_undo_does_not_remove_what_is_being_worked_on_or_done(house: House) -> None:
    house.change(AddItem(item=task(3, D24, D27)))
    for state in (ItemState.DELEGATED, ItemState.DONE):
        house.state(THREE, state)
        with pytest.raises(UserError, match=f"NA-3 is {state} by now"):
            house.undo()
    house.state(THREE, ItemState.FAILED)
    assert THREE not in house.undo().items


def test_an_item_that_was_being_worked_on_when_it_changed_is_planned_again_by_undo(house: House) -> None:
    house.state(ONE, ItemState.DELEGATED)
    house.change(
        Reassign(item=ONE, agent=AgentName("other"), owner=ADA, call_off=True),
        RestoreItem(item=ONE, state=ItemState.PLANNED),
    )
    back = house.undo().items[ONE]
    assert (back.state, back.agent) == (ItemState.PLANNED, "writer")


def test_what_was_done_meanwhile_stays_done(house: House) -> None:
    house.change(RestoreItem(item=ONE, state=ItemState.READY))
    house.state(ONE, ItemState.DONE)
    with pytest.raises(UserError, match="NA-1 is done by now"):
        house.undo()
    assert house.plan().items[ONE].state is ItemState.DONE


def test_an_undo_is_logged_under_the_item_of_what_it_takes_back(house: House) -> None:
    house.sign(house.propose(later()), item=TWO)
    house.undo()
    told = house.database.read_now(lambda tx: [row.why for row, _ in of_item(tx, TWO)])
    assert told == ["because", "Takes back version 2: because"]


def test_there_is_nothing_to_take_back_of_a_plan_that_does_not_exist(house: House) -> None:
    with pytest.raises(UserError, match="There is no plan"):
        house.database.write_now(lambda tx: house.revisions.undo(tx, PlanSlug("none"), ADA))
