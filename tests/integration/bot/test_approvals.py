"""Clicks: once, by whom it was asked, on what was shown; everything else is refused in private."""

from __future__ import annotations

import asyncio
from datetime import date
from typing import Any

import pytest
from sqlmodel import Session, select

from bot.incoming import InvokeAnswer
from plans.errors import UserError
from plans.model.edits import Redate, Retitle
from plans.store import plans
from plans.store.tables import AskRow, DecisionRow, InboundRow, ItemRow, OutcomeRow, PlanRow, RevisionRow
from plans.words import ItemId, ItemState
from tests.integration.bot.office import ANN, CHANNEL, EVE, GOAL, SLUG, Office, task
from tests.unit.bot.walk import runs, shown, titles

CARD = "application/vnd.microsoft.card.adaptive"
PRIVATE = "application/vnd.microsoft.activity.message"


async def proposed(office: Office) -> dict[str, Any]:
    """The card of a proposal in the channel."""
    await office.hear(GOAL, chat=CHANNEL)
    return await office.card((await office.asked()).message)


def action(card: dict[str, Any], title: str) -> dict[str, Any]:
    """The button of that title, also inside a form."""
    for found in card["actions"]:
        if found["title"] == title:
            inner: list[dict[str, Any]] = found.get("card", {}).get("actions", [found])
            return inner[0]
    raise AssertionError(f"no button {title}: {titles(card)}")


async def counted(office: Office, table: Any) -> int:
    return len(await office.database.read(lambda tx: tx.exec(select(table)).all()))


async def test_the_owners_yes_makes_the_plan_and_replaces_the_card(office: Office) -> None:
    card = await proposed(office)
    answer = await office.press(action(card, "Approve"), chat=CHANNEL)

    assert (answer.status, answer.type) == (200, CARD)
    assert "Approved by Ann Example" in runs(answer.value)
    assert titles(answer.value) == ["The plan"]
    row = await office.database.read(lambda tx: tx.exec(select(PlanRow)).one())
    assert (row.state, row.revision) == ("active", 1)
    outcomes = await office.database.read(lambda tx: tx.exec(select(OutcomeRow)).all())
    assert {found.state for found in outcomes} == {"succeeded"}


async def test_the_same_click_delivered_four_times_counts_once(office: Office) -> None:
    button = action(await proposed(office), "Approve")
    answers = await asyncio.gather(*(office.press(button, chat=CHANNEL) for _ in range(4)))
    assert all(answer.type == CARD and answer == answers[0] for answer in answers)
    assert await counted(office, RevisionRow) == 1
    signed = await office.database.read(lambda tx: tx.exec(select(DecisionRow.kind)).all())
    assert sorted(signed) == ["plan", "revision"]


@pytest.mark.parametrize("title", ["Approve", "Edit", "Reject"])
async def test_a_strangers_click_is_refused_in_private_and_logged(office: Office, title: str) -> None:
    card = await proposed(office)
    answer = await office.press(action(card, title), EVE, CHANNEL)

    assert answer.type == PRIVATE
    assert "Only Ann Example may answer this" in answer.value
    assert await office.card((await office.asked()).message) == card, "the card is as it was"
    refusals = await office.database.read(
        lambda tx: tx.exec(select(DecisionRow).where(DecisionRow.kind == "refusal")).all()
    )
    assert [(row.actor, row.verdict) for row in refusals] == [(EVE, "deny")]


async def test_reject_keeps_the_reason_and_the_plan_is_gone(office: Office) -> None:
    card = await proposed(office)
    answer = await office.press(action(card, "Reject"), chat=CHANNEL, reason="Too dear <b>by far</b>")
    assert "Rejected by Ann Example" in runs(answer.value)
    assert "Too dear <b>by far</b>" in runs(answer.value)
    assert "no plan here yet" in shown((await office.hear("status", chat=CHANNEL))["attachments"])


async def test_editing_shows_a_corrected_proposal_in_the_same_message_under_a_new_hash(office: Office) -> None:
    card = await proposed(office)
    before = await office.asked()
    edited = await office.press(action(card, "Edit"), chat=CHANNEL, deadline="2027-02-05", budget="30000")

    after = await office.asked()
    assert (after.id, after.message) == (before.id, before.message)
    assert after.hash != before.hash
    assert "Fri 5 Feb, in 11 weeks" in runs(edited.value)
    assert "30,000 EUR" in runs(edited.value)
    stale = await office.press(action(card, "Approve"), chat=CHANNEL)
    assert stale.type == PRIVATE, "what was shown before is not what would be approved now"
    await office.press(action(edited.value, "Approve"), chat=CHANNEL)
    row = await office.database.read(lambda tx: tx.exec(select(PlanRow)).one())
    assert (row.frame["deadline"], row.frame["budget"]["minor"]) == ("2027-02-05", 3_000_000)


async def test_a_nearer_deadline_moves_the_whole_plan_forward(office: Office) -> None:
    card = await proposed(office)
    edited = await office.press(action(card, "Edit"), chat=CHANNEL, deadline="2027-01-22")
    assert "Fri 22 Jan, in 9 weeks" in runs(edited.value)
    await office.press(action(edited.value, "Approve"), chat=CHANNEL)
    ends = await office.database.read(lambda tx: [row.end for row in tx.exec(select(ItemRow)).all()])
    assert max(ends) == date(2027, 1, 22)


async def test_an_item_that_is_left_out_of_the_proposal_is_not_begun(office: Office) -> None:
    card = await proposed(office)
    choices = action_inputs(card, "Edit", "drop")
    edited = await office.press(action(card, "Edit"), chat=CHANNEL, drop=choices[-1], deadline="2027-01-29")
    assert edited.type == CARD
    await office.press(action(edited.value, "Approve"), chat=CHANNEL)
    item = await office.database.read(lambda tx: tx.get_one(ItemRow, choices[-1]))
    assert item.state == ItemState.DROPPED


def action_inputs(card: dict[str, Any], title: str, name: str) -> list[str]:
    form = next(found for found in card["actions"] if found["title"] == title)
    field = next(field for field in form["card"]["body"] if field["id"] == name)
    return [choice["value"] for choice in field["choices"]]


@pytest.mark.parametrize(
    ("inputs", "said"),
    [
        ({}, "Nothing was changed"),
        ({"deadline": "2027-02-30"}, "does not exist"),
        ({"deadline": "2026-11-01"}, "is past"),
        ({"budget": "lots"}, "not a number"),
        ({"budget": "-5"}, "no budget"),
        ({"budget": "1"}, "does not fit"),
        ({"drop": "XX-1"}, "not on the plan"),
        ({"deadline": "2026-11-24"}, "does not fit"),
    ],
)
async def test_an_edit_that_does_not_fit_is_said_back_and_the_card_stays(
    office: Office, inputs: dict[str, str], said: str
) -> None:
    card = await proposed(office)
    answer = await office.press(action(card, "Edit"), ANN, CHANNEL, **inputs)
    assert answer.type == PRIVATE
    assert said in answer.value
    assert await office.card((await office.asked()).message) == card


@pytest.mark.parametrize(
    "value",
    [
        {},
        {"action": "Approve"},
        {"action": {"data": None}},
        {"action": {"data": {"steward": "approve"}}},
        {"action": {"data": {"steward": {"verb": "approve"}}}},
        {"action": {"data": {"steward": {"verb": "format", "ask": "a", "hash": "b"}}}},
        {"action": {"data": {"steward": {"verb": "approve", "ask": "a", "hash": "b"}, "reason": {"deep": 1}}}},
        {"action": {"data": {"steward": {"verb": "approve", "ask": "a" * 500, "hash": "b"}}}},
        {"action": {"data": {"steward": {"verb": "approve", "ask": "unknown", "hash": "b"}}}},
        {"action": {"data": {"steward": {"verb": "say"}}}},
        {"action": {"data": {"steward": {"verb": "undo", "plan": "p"}}}},
    ],
)
async def test_a_button_that_cannot_be_read_is_answered_in_words(office: Office, value: dict[str, Any]) -> None:
    answer = await office.reception.click(office.incoming(kind="invoke", value=value))
    assert answer.type == PRIVATE
    assert answer.value


async def test_an_old_cards_button_tells_what_became_of_it(office: Office) -> None:
    card = await proposed(office)
    await office.press(action(card, "Approve"), chat=CHANNEL)
    late = await office.press(action(card, "Reject"), chat=CHANNEL, reason="second thoughts")
    assert late.type == CARD
    assert "Approved by Ann Example" in runs(late.value)
    assert (await office.database.read(lambda tx: tx.exec(select(PlanRow)).one())).state == "active"


async def said_by_button(office: Office, text: str, times: int) -> list[InvokeAnswer]:
    button = {"verb": "say", "data": {"steward": {"verb": "say", "text": text}}}
    return [await office.press(button, chat=CHANNEL) for _ in range(times)]


async def test_a_say_button_is_the_same_as_typing_and_counts_once_per_press(office: Office) -> None:
    await office.own()
    for answer in await said_by_button(office, "Status", 4):
        assert answer.type == PRIVATE
    [row] = await office.database.read(lambda tx: tx.exec(select(InboundRow)).all())
    await office.handler.turn(row.id, 0)
    assert "Northwind Analytics" in shown(await office.card(f"reply:{row.id}"))
    office.clock.forward(seconds=61)
    await said_by_button(office, "Status", 1)
    assert await counted(office, InboundRow) == 2


async def test_a_press_just_past_the_minute_is_still_the_same_press(office: Office) -> None:
    office.clock.forward(seconds=55)
    await said_by_button(office, "Status", 1)
    office.clock.forward(seconds=10)
    await said_by_button(office, "Status", 1)
    assert await counted(office, InboundRow) == 1


async def test_undo_on_a_revisions_card_takes_that_revision_back_once(office: Office) -> None:
    await office.own(task(1))
    before = await office.database.read(lambda tx: tx.get_one(ItemRow, "NA-1").end)

    def change(tx: Any) -> None:
        moved = Redate(item=ItemId("NA-1"), start=before, end=before.replace(day=30))
        office.revisions.sign(tx, plans.propose(tx, SLUG, (moved,), "later", "", ANN, office.clock.now()), ANN)

    await office.database.write(change)
    card = await office.card(f"revision:{SLUG}:2")
    assert titles(card) == ["Undo"]
    for _ in range(2):
        await office.press(card["actions"][0], chat=CHANNEL)
        for row in await office.database.read(lambda tx: tx.exec(select(InboundRow)).all()):
            await office.handler.turn(row.id, 0)
        office.clock.forward(minutes=5)
    assert await office.database.read(lambda tx: tx.get_one(ItemRow, "NA-1").end) == before
    assert await counted(office, RevisionRow) == 3


async def test_a_card_whose_proposal_was_overtaken_names_what_got_in_its_way_and_what_can_be_said_next(
    office: Office,
) -> None:
    await office.own()

    def overtake(tx: Session) -> str:
        def put(title: str) -> RevisionRow:
            edit = Retitle(item=ItemId("NA-1"), title=title)
            return plans.propose(tx, SLUG, (edit,), "a better name", "talk", ANN, office.clock.now())

        mine, theirs = put("Mine"), put("Theirs")
        office.revisions.sign(tx, theirs, ANN)
        return mine.id

    late = await office.database.write(overtake)
    for verb, inputs in (("approve", {}), ("edit", {"deadline": "2027-02-05"})):

        def press(tx: Session, verb: str = verb, inputs: dict[str, str] = inputs) -> None:
            ask = AskRow(id="a", kind="revision", entity=late, chat=CHANNEL, allowed=[ANN], hash="", notice={},
                         message="m", asked_at=office.clock.now())  # fmt: skip
            office.proposals.clicked(tx, ask, verb, inputs, ANN)

        with pytest.raises(UserError, match="Version 3, signed by Ann Example, changed the title of NA-1") as caught:
            await office.database.write(press)
        assert caught.value.way_on.startswith("Propose it again")
