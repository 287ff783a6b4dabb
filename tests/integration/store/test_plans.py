"""The repository of plans: what is proposed, approved, turned down and taken back."""

from __future__ import annotations

import time
from datetime import UTC, date, datetime, timedelta

import pytest
from sqlmodel import Session, select

from plans.errors import Conflict, UserError
from plans.model.edits import EDITS, AddItem, DropItem, Edit, Edits, Redate, RemoveItem, Retitle, SetDeadline
from plans.model.plan import Item, Plan
from plans.store.database import Database
from plans.store.plans import (
    approve,
    create_proposal,
    free_prefix,
    free_slug,
    load,
    propose,
    proposed,
    reject,
    set_item_state,
)
from plans.store.tables import ItemRow, PlanRow, RevisionRow
from plans.words import ChatId, Check, ItemId, ItemKind, ItemState, Money, PersonId, PlanSlug

NOW = datetime(2026, 11, 20, 9, 0, tzinfo=UTC)
ANA = PersonId("ana")
NORTHWIND = PlanSlug("northwind")


def frame(slug: str = "northwind", prefix: str = "NA") -> Plan:
    return Plan(
        slug=PlanSlug(slug),
        prefix=prefix,
        title="Northwind Analytics",
        goal="own the launch",
        north_star="200 demo requests",
        owner=ANA,
        zone="Europe/Berlin",
        begins=date(2026, 11, 20),
        deadline=date(2027, 1, 29),
        budget=Money.of(20_000),
    )


def item(number: int, prefix: str = "NA", state: ItemState = ItemState.PROPOSED) -> Item:
    return Item(
        id=ItemId(f"{prefix}-{number}"),
        kind=ItemKind.TASK,
        title=f"Überschrift {number} 🚀",
        parent=None,
        owner=ANA,
        start=date(2026, 11, 23),
        end=date(2026, 11, 24),
        check=Check(text="there is a page", expects={"words": 300}),
        state=state,
    )


def adds(*numbers: int, prefix: str = "NA") -> Edits:
    return tuple(AddItem(item=item(number, prefix)) for number in numbers)


def begin(tx: Session, edits: Edits | None = None) -> RevisionRow:
    return create_proposal(tx, frame(), edits or adds(1, 2), ChatId("c"), "the goal", "playbook launch", NOW)


def change(tx: Session, *edits: Edit) -> RevisionRow:
    return propose(tx, NORTHWIND, edits, "because", "", ANA, NOW)


def retitled(title: str) -> Retitle:
    return Retitle(item=ItemId("NA-1"), title=title)


@pytest.fixture
def approved(either: Database) -> Database:
    either.write_now(lambda tx: approve(tx, begin(tx), ANA, NOW))
    return either


def test_a_proposal_is_shown_and_not_yet_the_plan(either: Database) -> None:
    revision = either.write_now(begin)
    assert (revision.id, revision.number, revision.base, revision.state) == ("northwind:1", 1, 0, "proposed")
    assert either.read_now(lambda tx: load(tx, NORTHWIND)) == frame()
    shown = either.read_now(lambda tx: proposed(tx, revision))
    assert (list(shown.items), shown.revision) == (["NA-1", "NA-2"], 1)
    assert either.read_now(lambda tx: tx.get_one(PlanRow, "northwind").state) == "proposed"


def test_an_approved_proposal_is_the_plan_with_its_items_planned(either: Database) -> None:
    revision = either.write_now(begin)
    after = either.write_now(lambda tx: approve(tx, tx.get_one(RevisionRow, revision.id), ANA, NOW))
    assert after == either.read_now(lambda tx: load(tx, NORTHWIND))
    assert after.revision == 1
    assert after.items == {
        number.id: number for number in (item(1, state=ItemState.PLANNED), item(2, state=ItemState.PLANNED))
    }
    row = either.read_now(lambda tx: tx.get_one(RevisionRow, revision.id))
    assert (row.state, row.signed_by, row.signed_at) == ("approved", ANA, NOW)
    assert either.read_now(lambda tx: tx.get_one(PlanRow, "northwind").state) == "active"


@pytest.mark.parametrize(
    "edits",
    [
        adds(3),
        (retitled("new"), Redate(item=ItemId("NA-2"), start=date(2026, 12, 1), end=date(2026, 12, 2))),
        (DropItem(item=ItemId("NA-1")), SetDeadline(deadline=date(2027, 2, 1))),
        (RemoveItem(item=ItemId("NA-2")),),
    ],
)
def test_an_undo_is_a_revision_that_restores_the_plan(approved: Database, edits: Edits) -> None:
    before = approved.read_now(lambda tx: load(tx, NORTHWIND))

    def there_and_back(tx: Session) -> tuple[Plan, Plan]:
        there = propose(tx, NORTHWIND, edits, "try", "", ANA, NOW)
        changed = approve(tx, there, ANA, NOW)
        undo = EDITS.validate_python(there.undo)
        back = propose(tx, NORTHWIND, undo, "undo", "", ANA, NOW, undoes=there.number)
        assert (back.number, back.undoes) == (3, 2)
        return changed, approve(tx, back, ANA, NOW)

    changed, after = approved.write_now(there_and_back)
    assert changed != before
    assert after == before.model_copy(update={"revision": 3})
    assert after == approved.read_now(lambda tx: load(tx, NORTHWIND))


@pytest.mark.parametrize("decide", [approve, reject])
def test_a_decided_proposal_is_not_decided_again(either: Database, decide: object) -> None:
    def twice(tx: Session) -> None:
        row = begin(tx)
        for step in (decide, approve):
            step(tx, row, ANA, NOW)  # type: ignore[operator]

    with pytest.raises(Conflict):
        either.write_now(twice)


def test_turning_down_the_only_proposal_turns_down_the_plan(either: Database) -> None:
    def work(tx: Session) -> list[str]:
        states = []
        first, second = begin(tx), change(tx, *adds(1))
        for row in (first, second):
            reject(tx, row, ANA, NOW)
            states.append(tx.get_one(PlanRow, "northwind").state)
        change(tx, *adds(1, 2, 3))
        return [*states, tx.get_one(PlanRow, "northwind").state]

    assert either.write_now(work) == ["proposed", "rejected", "proposed"]


def test_turning_down_a_change_leaves_the_plan_active(approved: Database) -> None:
    approved.write_now(lambda tx: reject(tx, change(tx, retitled("no")), ANA, NOW))
    assert approved.read_now(lambda tx: tx.get_one(PlanRow, "northwind").state) == "active"


def test_the_hash_binds_plan_number_and_edits(either: Database) -> None:
    def hashes(tx: Session) -> set[str]:
        same = [begin(tx), change(tx, *adds(1, 2)), change(tx, *adds(1, 3))]
        other = create_proposal(tx, frame("other", "OT"), adds(1, 2), ChatId("c"), "", "", NOW)
        return {row.hash for row in [*same, other]}

    found = either.write_now(hashes)
    assert len(found) == 4
    assert all(len(value) == 64 for value in found)


def test_item_numbers_are_not_given_twice_even_while_proposed(either: Database) -> None:
    def work(tx: Session) -> list[int]:
        row = begin(tx, adds(1, 7))
        numbers = [tx.get_one(PlanRow, "northwind").next_number]
        reject(tx, row, ANA, NOW)
        change(tx, *adds(9))
        return [*numbers, tx.get_one(PlanRow, "northwind").next_number]

    assert either.write_now(work) == [8, 10]


def test_an_items_state_moves_in_its_row_and_in_the_plan(approved: Database) -> None:
    approved.write_now(lambda tx: set_item_state(tx, ItemId("NA-2"), ItemState.DONE))
    assert approved.read_now(lambda tx: load(tx, NORTHWIND)).items[ItemId("NA-2")].state is ItemState.DONE
    assert approved.read_now(lambda tx: tx.exec(select(ItemRow.id).where(ItemRow.state == "done")).all()) == ["NA-2"]


def test_items_keep_their_order_and_new_ones_come_last(approved: Database) -> None:
    def work(tx: Session) -> Plan:
        approve(tx, change(tx, RemoveItem(item=ItemId("NA-1")), *adds(5, 4)), ANA, NOW)
        return approve(tx, change(tx, retitled("x").model_copy(update={"item": "NA-2"}), *adds(3)), ANA, NOW)

    approved.write_now(work)
    assert list(approved.read_now(lambda tx: load(tx, NORTHWIND)).items) == ["NA-2", "NA-5", "NA-4", "NA-3"]


@pytest.mark.parametrize(
    ("work", "said"),
    [
        (lambda tx: load(tx, PlanSlug("nowhere")), "no plan nowhere"),
        (lambda tx: propose(tx, PlanSlug("nowhere"), (), "", "", ANA, NOW), "no plan nowhere"),
        (lambda tx: set_item_state(tx, ItemId("NA-99"), ItemState.DONE), "no item NA-99"),
        (lambda tx: change(tx, Retitle(item=ItemId("NA-99"), title="x")), "no item NA-99"),
        (lambda tx: change(tx, *adds(1)), "NA-1 is on the plan already"),
    ],
)
def test_what_is_not_there_is_said_and_nothing_is_stored(approved: Database, work: object, said: str) -> None:
    with pytest.raises(UserError, match=said):
        approved.write_now(work)  # type: ignore[arg-type]
    assert approved.read_now(lambda tx: tx.exec(select(RevisionRow.number)).all()) == [1]


@pytest.mark.parametrize("edits", [(DropItem(item=ItemId("NA-1")),), (*adds(1), retitled("x"))])
def test_a_first_revision_only_adds_items(database: Database, edits: Edits) -> None:
    with pytest.raises(ValueError, match="adds items"):
        database.write_now(lambda tx: begin(tx, edits))
    assert database.read_now(lambda tx: tx.exec(select(PlanRow)).all()) == []


def test_a_first_revision_with_the_same_item_twice_is_refused(database: Database) -> None:
    with pytest.raises(UserError, match="already"):
        database.write_now(lambda tx: begin(tx, adds(1, 1)))
    assert database.read_now(lambda tx: tx.exec(select(PlanRow)).all()) == []


@pytest.mark.parametrize(
    ("wanted", "slug", "prefix"),
    [
        ("Northwind", "northwind-2", "NORTHW"),
        ("NA", "na", "NA2"),
        ("  Einführung: Büro!  ", "einfuhrung-buro", "EINFUH"),
        ("起動", "plan", "P"),
        ("x" * 200, "x" * 48, "XXXXXX"),
    ],
)
def test_names_are_plain_short_and_free(either: Database, wanted: str, slug: str, prefix: str) -> None:
    either.write_now(begin)
    assert either.read_now(lambda tx: (free_slug(tx, wanted), free_prefix(tx, wanted))) == (slug, prefix)


def test_ten_thousand_items_load_in_well_under_a_second(database: Database) -> None:
    def fill(tx: Session) -> None:
        approve(tx, begin(tx, adds(1)), ANA, NOW)
        body = item(1, state=ItemState.PLANNED).model_dump(mode="json")
        tx.bulk_insert_mappings(
            ItemRow.__mapper__,  # type: ignore[attr-defined]
            [
                {"id": f"NA-{n}", "plan": "northwind", "position": n, "kind": "task", "state": "planned"}
                | {"end": NOW.date() + timedelta(days=n % 90), "body": {**body, "id": f"NA-{n}"}}
                for n in range(2, 10_001)
            ],
        )

    database.write_now(fill)
    start = time.process_time()
    assert len(database.read_now(lambda tx: load(tx, NORTHWIND)).items) == 10_000
    assert time.process_time() - start < 1.0
