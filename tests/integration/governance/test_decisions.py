"""The log: before and after, once each, and an item's story told from it."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from sqlmodel import Session

from plans.errors import Conflict
from plans.governance.decisions import approve, conclude, of_item, open_decisions, record
from plans.governance.story import story
from plans.store.database import Database
from plans.store.tables import DecisionRow, OutcomeRow
from plans.words import DecisionId, ItemId, Money
from tests.integration.governance.world import ADA, BOB, NOW, people
from tests.unit.governance.test_acts import ACT

ITEM = ItemId("NA-3")


def recorded(tx: Session, what: str = "mail the list", **more: Any) -> DecisionId:
    given: dict[str, Any] = {"at": NOW, "kind": "act", "why": "it is due", "actor": "mailer", "verdict": "ask"}
    return record(tx, what=what, plan="northwind", item=ITEM, act=ACT, **{**given, **more})


def test_a_decision_keeps_the_act_with_its_hash(database: Database) -> None:
    found = database.write_now(lambda tx: recorded(tx, rules=("card-of-its-own",), policy="f00"))
    row = database.read_now(lambda tx: tx.get_one(DecisionRow, found))
    assert (row.act_hash, row.act) == (ACT.hash(), ACT.model_dump(mode="json"))
    assert (row.rules, row.policy, row.approver) == (["card-of-its-own"], "f00", None)


def test_a_yes_is_added_once_and_never_replaced(database: Database) -> None:
    found = database.write_now(recorded)
    for _ in range(2):
        database.write_now(lambda tx: approve(tx, found, ADA))
    with pytest.raises(Conflict):
        database.write_now(lambda tx: approve(tx, found, BOB))
    assert database.read_now(lambda tx: tx.get_one(DecisionRow, found)).approver == ADA
    with pytest.raises(Conflict):
        database.write_now(lambda tx: approve(tx, DecisionId("none"), ADA))


def test_an_outcome_is_written_once(database: Database) -> None:
    found = database.write_now(recorded)
    database.write_now(lambda tx: conclude(tx, found, NOW, "succeeded", "read back", {"found": True}, Money.of(5)))
    later = NOW + timedelta(days=1)
    database.write_now(lambda tx: conclude(tx, found, later, "succeeded", "again"))
    row = database.read_now(lambda tx: tx.get_one(OutcomeRow, found))
    assert (row.at, row.verified, row.cost_minor) == (NOW, "read back", 500)
    with pytest.raises(Conflict):
        database.write_now(lambda tx: conclude(tx, found, later, "failed"))


def test_an_unknown_outcome_gives_way_to_what_a_look_has_found(database: Database) -> None:
    found = database.write_now(recorded)
    database.write_now(lambda tx: conclude(tx, found, NOW, "unknown", "the reply was lost"))
    database.write_now(lambda tx: conclude(tx, found, NOW, "succeeded", "it is in the list"))
    assert database.read_now(lambda tx: tx.get_one(OutcomeRow, found)).state == "succeeded"
    with pytest.raises(Conflict):
        database.write_now(lambda tx: conclude(tx, found, NOW, "unknown"))


def test_there_is_no_outcome_without_a_decision(database: Database) -> None:
    with pytest.raises(Conflict):
        database.write_now(lambda tx: conclude(tx, DecisionId("none"), NOW, "succeeded"))


def test_the_items_decisions_come_in_the_order_of_writing_with_their_outcomes(database: Database) -> None:
    def write(tx: Session) -> None:
        for number in range(20):
            found = recorded(tx, f"step {number}")
            if number % 2:
                conclude(tx, found, NOW, "succeeded")
        recorded(tx, "earlier", at=NOW - timedelta(days=1))

    database.write_now(write)
    found = database.read_now(lambda tx: of_item(tx, ITEM))
    assert [row.what for row, _ in found] == ["earlier", *(f"step {number}" for number in range(20))]
    assert [outcome is not None for _, outcome in found[1:]] == [bool(number % 2) for number in range(20)]
    still = database.read_now(lambda tx: open_decisions(tx, "northwind"))
    assert [row.what for row in still] == ["earlier", *(f"step {number}" for number in range(0, 20, 2))]
    assert database.read_now(lambda tx: open_decisions(tx, "other")) == []


def test_a_story_names_people_and_tells_what_was_read_back(database: Database) -> None:
    seen = {"source": "maildesk list", "attributes": {"sent": 12}, "excerpt": "<b>sent</b>", "found": True}

    def write(tx: Session) -> None:
        people(tx)
        found = recorded(tx, rules=("card-of-its-own",))
        approve(tx, found, ADA)
        conclude(tx, found, NOW, "succeeded", "12 sent", seen, Money.of(5))
        recorded(tx, "again", verdict="deny")

    database.write_now(write)
    first, second = database.read_now(lambda tx: story(tx, ITEM))
    assert (first.approver, first.outcome, first.verified) == ("Ada Lovelace", "succeeded", "12 sent")
    assert (first.source, first.seen, first.quote, first.cost) == (
        "maildesk list",
        {"sent": "12"},
        "<b>sent</b>",
        Money.of(5),
    )
    assert (second.outcome, second.verdict, second.cost) == ("", "deny", None)
    assert database.read_now(lambda tx: story(tx, ItemId("NA-99"))) == ()
