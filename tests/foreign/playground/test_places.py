"""The same page in a group chat and in a channel: mentions, threads, and two people at once."""

from __future__ import annotations

import asyncio
import json

import aiohttp
import pytest

from infra.demo.playground import OTHERS, OWNER, configuration
from tests.foreign.playground.conftest import Begin
from tests.foreign.playground.test_main_job import GOAL

pytestmark = pytest.mark.foreign


async def test_two_people_in_a_group_chat_press_at_once_and_only_the_owner_counts(begin: Begin) -> None:
    world, window = await begin(agents=False)
    await window.go("Launch team")
    await window.mention(GOAL)
    card = await window.card(button="Approve")
    await window.shoot("group-proposal")
    [(ask, message)] = world.ask("SELECT a.id, m.activity_id FROM ask a JOIN message m ON m.key = a.message")
    [(notice,)] = world.ask("SELECT notice FROM ask")
    button = {"steward": {"verb": "approve", "ask": ask, "hash": json.loads(notice)["hash"]}}
    press = {
        "name": "adaptiveCard/action",
        "value": {"action": {"type": "Action.Execute", "verb": "approve", "data": button}, "trigger": "manual"},
        "from": {"id": OTHERS[0].told()["id"]},
        "conversation": {"id": configuration()["groupChat"]["id"]},
        "replyToId": message,
    }

    async def bob() -> str:
        async with (
            aiohttp.ClientSession() as session,
            session.post(f"{world.address}/_conversation/v1/invoke", json=press) as response,
        ):
            return await response.text()

    told, *_ = await asyncio.gather(bob(), window.press(card, "Approve"), bob())
    assert OWNER.name in told
    await window.card("Approved", OWNER.name)
    await window.shoot("group-approved")
    assert world.ask("SELECT state, answered_by FROM ask") == [("answered", OWNER.id)]
    await window.mention("status")
    await window.card("Launch of Northwind Analytics", "Status")
    await window.shoot("group-status")


async def test_what_is_asked_in_a_channel_is_answered_in_its_thread(begin: Begin) -> None:
    world, window = await begin(agents=False)
    await window.go("Marketing - Launch")
    await window.mention("help")
    await window.card("What you can say")
    await window.shoot("channel")
    await window.mention(GOAL)
    await window.card(button="Approve")
    await window.shoot("channel-plan")
    asked = world.ask("SELECT chat FROM ask")
    [channel] = configuration()["team"]["channels"]
    assert len(asked) == 1
    assert asked[0][0].startswith(f"{channel['id']};messageid=")
    assert world.ask("SELECT key, error FROM message WHERE state <> 'sent'") == []
