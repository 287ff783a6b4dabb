"""Agreements and risks in a chat: proposed, shown with what they break, approved, listed, taken back."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from sqlmodel import select

from plans.model.plan import Plan
from plans.store import plans
from plans.store.tables import AskRow, DecisionRow, RevisionRow
from plans.words import AgentName, ItemId, Verb
from tests.integration.bot.office import ANN, BOB, CHANNEL, EVE, SLUG, Office, personal, task
from tests.unit.bot.walk import runs, shown, titles

MAIL: dict[str, Any] = {"agent": AgentName("maildesk"), "capability": "send_campaign", "verb": Verb.MESSAGE}


async def _plan(office: Office) -> Plan:
    return await office.database.read(lambda tx: plans.load(tx, SLUG))


def _words(activity: dict[str, Any]) -> str:
    return str(activity.get("text", "")) + shown(activity.get("attachments", []))


async def _card(office: Office) -> dict[str, Any]:
    return await office.card((await office.asked()).message)


def _button(card: dict[str, Any], name: str) -> dict[str, Any]:
    return next(action for action in card["actions"] if action["title"] == name)


async def _approve(office: Office) -> None:
    await office.press(_button(await _card(office), "Approve"), chat=CHANNEL)


async def test_an_agreement_is_shown_with_the_items_that_break_it_and_holds_from_the_yes_on(office: Office) -> None:
    await office.own(task(1, **MAIL), task(2, **MAIL))
    reply = await office.hear("agree no more than one mail a week", chat=CHANNEL)

    assert reply["text"] == "Proposed for Northwind Analytics: version 2 is on its card, and you can approve it."
    card = await _card(office)
    told = runs(card)
    assert titles(card) == ["Approve", "Reject"]
    assert "Rule C24 keeps it: at most 1 item a week that messages people." in told
    assert "K1: agreed: “no more than one mail a week”" in told
    assert "NA-2 is 1 of 2 items that message in the week of Mon 23 Nov; K1 agrees 1 (C24)" in told
    assert (await _plan(office)).constraints == (), "nothing holds before the yes"

    await _approve(office)
    [one] = (await _plan(office)).constraints
    assert (one.id, one.by, one.on) == ("K1", ANN, date(2026, 11, 20))
    listed = _words(await office.hear("constraints", chat=CHANNEL))
    assert "no more than one mail a week" in listed
    assert "Agreed by Ann Example on Fri 20 Nov · kept by C24" in listed
    assert "Broken now" in listed
    assert "NA-2 is 1 of 2 items" in listed


async def test_what_is_kept_is_said_to_be_kept(office: Office) -> None:
    await office.own(task(1))
    await office.hear("embargo until 25 January 2027", chat=CHANNEL)
    await _approve(office)
    listed = _words(await office.hear("what was agreed?", chat=CHANNEL))
    assert "Kept" in listed
    assert "Broken now" not in listed


async def test_an_agreement_is_lifted_as_a_proposal_and_its_number_is_never_given_out_again(office: Office) -> None:
    await office.own(task(1))
    await office.hear("agree NA-1 by 2026-12-01", chat=CHANNEL)
    await _approve(office)
    await office.hear("lift k1", chat=CHANNEL)
    assert "K1: lifted: “NA-1 by 2026-12-01”" in runs(await _card(office))
    await _approve(office)
    assert (await _plan(office)).constraints == ()
    await office.hear("agree NA-1 by 2026-12-02", chat=CHANNEL)
    await _approve(office)
    assert [one.id for one in (await _plan(office)).constraints] == ["K2"]


async def test_the_owner_decides_where_the_plan_lives_when_somebody_else_proposes(office: Office) -> None:
    await office.own(task(1, owner=BOB, agent=None))
    await office.meet(BOB)
    reply = await office.hear("agree NA-1 by 2026-12-01", BOB, personal(BOB))
    assert reply["text"].endswith("and Ann Example can approve it.")
    ask = await office.asked()
    assert (ask.chat, ask.allowed) == (CHANNEL, [ANN])
    refused = await office.press(_button(await _card(office), "Approve"), BOB, CHANNEL)
    assert "Only Ann Example may answer this." in str(refused)
    await _approve(office)
    assert [one.by for one in (await _plan(office)).constraints] == [BOB]


async def test_a_rejected_change_is_kept_in_the_log_and_changes_nothing(office: Office) -> None:
    await office.own(task(1))
    await office.hear("agree NA-1 by 2026-12-01", chat=CHANNEL)
    reject = _button(await _card(office), "Reject")["card"]["actions"][0]
    await office.press(reject, chat=CHANNEL, reason="too early")
    assert (await _plan(office)).constraints == ()

    found = await office.database.read(lambda tx: tx.exec(select(RevisionRow)).all())
    assert [(row.number, row.state) for row in found] == [(1, "approved"), (2, "rejected")]
    rows = await office.database.read(lambda tx: tx.exec(select(DecisionRow).where(DecisionRow.kind == "plan")).all())
    assert [row.what for row in rows] == ["A change of Northwind Analytics was proposed"]


@pytest.mark.parametrize(
    ("said", "answer"),
    [
        ("agree", "What was agreed?"),
        ("agree to be nice", "I do not know how to keep “be nice”."),
        ("agree NA-9 by 2026-12-01", "Northwind Analytics has no item NA-9."),
        ("agree embargo until 30 February", "is no date"),
        ("lift K7", "Northwind Analytics has no agreement K7."),
        ("lift", "Which agreement?"),
        ("risk add rain", "How likely is it?"),
        ("risk close R3", "Northwind Analytics has no risk R3."),
        ("risk close", "Which risk?"),
    ],
)
async def test_what_cannot_be_understood_is_asked_about_and_nothing_is_stored(
    office: Office, said: str, answer: str
) -> None:
    await office.own(task(1))
    reply = await office.hear(said, chat=CHANNEL)
    assert answer in _words(reply)
    assert titles(reply["attachments"][0]["content"]), "there is a way on"
    assert await office.database.read(lambda tx: tx.exec(select(AskRow)).all()) == []


async def test_a_stranger_to_the_plan_proposes_nothing(office: Office) -> None:
    await office.own(task(1))
    reply = await office.hear("agree NA-1 by 2026-12-01", EVE, personal(EVE))
    assert "There is no plan here yet." in _words(reply)


async def test_which_plan_is_meant_can_be_said_at_the_end(office: Office) -> None:
    await office.own(task(1))
    await office.hear(f"agree at most one post a day for {SLUG}", chat=personal(ANN))
    await _approve(office)
    assert [one.text for one in (await _plan(office)).constraints] == ["at most one post a day"]


async def test_risks_are_listed_with_what_they_would_hit_the_sponsors_first(office: Office) -> None:
    await office.own(task(1), task(2, after=(ItemId("NA-1"),)))
    said = "risk add finance says no, 60 %, 90 days, 500 EUR, hits NA-2, mitigation: ask early, sponsor"
    await office.hear(said, chat=CHANNEL)
    assert "It could happen: “finance says no” (60 %: 90 working days, 500 EUR)." in runs(await _card(office))
    await _approve(office)

    listed = _words(await office.hear("what could go wrong?", chat=CHANNEL))
    assert listed.index("The sponsor must see first") < listed.index("finance says no") < listed.index("The rest")
    assert "Would hit NA-2 · watched by Ann Example" in listed
    assert "What helps: ask early" in listed
    assert "scout has no record: it has finished nothing yet" in listed

    await office.hear("risk close R1", chat=CHANNEL)
    await _approve(office)
    assert (await _plan(office)).risks == ()
