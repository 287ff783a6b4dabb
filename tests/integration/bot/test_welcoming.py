"""Steward comes into a chat, once or again: one welcome, and what waits for an answer is not lost from sight."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlmodel import Session

from bot import claims
from plans.store.tables import MessageRow
from tests.integration.bot.office import ANN, GOAL, Office, personal
from tests.unit.bot.walk import titles

WELCOME = f"welcome:{personal(ANN)}"


async def added(office: Office, how: str = "add") -> None:
    """An installationUpdate: a client sends it whenever it opens its chat anew."""
    incoming = office.incoming(kind="installed").model_copy(update={"name": how})
    await office.reception.receive(incoming)
    await office.handler.turn(incoming.key, 0)


async def sent(office: Office) -> list[str]:
    """Has Teams take everything that is pending; returns the keys in the order in which it did."""
    now, taken = office.clock.now(), []

    def send(tx: Session) -> str | None:
        for claim in claims.take(tx, now, now + timedelta(minutes=1), 1):
            claims.sent(tx, claim, claim.activity_id or f"m:{claim.key}:{claim.version}", now)
            return claim.key
        return None

    while key := await office.database.write(send):
        taken.append(key)
    return taken


async def row(office: Office, key: str) -> MessageRow:
    return next(row for row in await office.messages() if row.key == key)


async def test_who_adds_steward_again_is_not_welcomed_again_but_sees_what_is_open_as_the_newest_message(
    office: Office,
) -> None:
    await added(office)
    await office.hear(GOAL)
    ask = await office.asked()
    await sent(office)
    before = await row(office, ask.message)

    await added(office)

    assert await sent(office) == [ask.message]
    after = await row(office, ask.message)
    assert (before.activity_id, before.activity) != (after.activity_id, after.activity)
    assert after.activity == before.activity, "the same card, with buttons that count"
    assert [message.key for message in await office.messages(personal(ANN))][-1] == ask.message
    assert [message.key for message in await office.messages()].count(WELCOME) == 1


async def test_a_card_shown_again_is_answered_in_its_new_place_and_then_stays_away(office: Office) -> None:
    await added(office)
    await office.hear(GOAL)
    ask = await office.asked()
    await sent(office)
    await added(office)
    await sent(office)
    shown = await row(office, ask.message)
    [approve] = [action for action in (await office.card(ask.message))["actions"] if action["title"] == "Approve"]

    await office.press(approve)

    await sent(office)
    answered = await row(office, ask.message)
    assert answered.activity_id == shown.activity_id
    assert "Approve" not in titles(await office.card(ask.message))
    await added(office)
    assert await sent(office) == []


@pytest.mark.parametrize("how", ["add-upgrade", "remove"])
async def test_an_upgrade_takes_no_card_away_and_brings_none_again(office: Office, how: str) -> None:
    await added(office)
    await office.hear(GOAL)
    await sent(office)
    await added(office, how)
    assert await sent(office) == []
