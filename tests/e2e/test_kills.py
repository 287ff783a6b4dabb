"""kill -9 of the bot's process, wherever it stands: nothing lost, nothing done twice."""

from __future__ import annotations

import asyncio
import contextlib
import random
from collections.abc import AsyncIterator
from pathlib import Path

import aiohttp
import pytest

from infra.demo.actor import OWNER, offers, shows
from infra.demo.processes import free_port
from infra.demo.records import Records
from infra.demo.stage import Stage
from infra.sandbox.teams.conversation import Message
from infra.sandbox.teams.people import Chat, NotDelivered

pytestmark = pytest.mark.chaos

LAUNCH = "own the launch of Northwind Analytics in 10 weeks: 200 demo requests in the first month, budget 20,000 EUR"


@pytest.fixture
async def stage(tmp_path: Path) -> AsyncIterator[Stage]:
    found = Stage(tmp_path, "127.0.0.1", free_port(), OWNER, lambda _: None)
    try:
        await found.open()
        yield found
    finally:
        await found.close()


async def _proposed(stage: Stage) -> tuple[Chat, Message]:
    chat = stage.teams.user(OWNER).personal_chat()
    await chat.install()
    await chat.say(LAUNCH)
    return chat, await chat.wait_for(offers("Approve", "Reject the plan"), timeout=30)


async def test_a_proposal_survives_and_is_approved_once_afterwards(stage: Stage) -> None:
    chat, card = await _proposed(stage)
    await stage.kill_bot()
    await stage.restart_bot()
    for _ in range(4):
        await chat.press(card, "approve")
    await chat.wait_for(lambda m: m.id == card.id and shows("Approved")(m))
    assert sum(1 for m in chat.messages if offers("Reject the plan")(m)) == 0
    assert len({row[0] for row in Records(stage.home).delegations()}) == len(Records(stage.home).delegations())


async def test_an_unsent_message_is_sent_after_the_kill_and_once(stage: Stage) -> None:
    chat, card = await _proposed(stage)
    assert card
    stage.teams.faults.answer(503, times=10_000)
    await chat.say("status")
    async with asyncio.timeout(20):
        await stage.teams.faults.met.wait()
    await stage.kill_bot()
    stage.teams.faults.clear()
    await stage.restart_bot()
    await chat.wait_for(lambda m: m.text.startswith("Status"), timeout=30)
    assert sum(1 for message in chat.messages if message.text.startswith("Status")) == 1


async def _attend(chat: Chat, stage: Stage, pressed: set[str]) -> None:
    """Ann, answering whatever is asked, as often as it takes while the bot keeps dying."""
    while True:
        for message in chat.messages:
            if message.buttons and message.id not in pressed:
                with contextlib.suppress(NotDelivered, aiohttp.ClientError, LookupError, OSError):
                    await _answer(chat, stage, message)
        await asyncio.sleep(0.2)


async def _answer(chat: Chat, stage: Stage, message: Message) -> None:
    for button in ("Send code", "Approve", "Drop", "Confident", "Warm", "Try again"):
        if offers(button)(message):
            verb = next(title for title in message.buttons if title.startswith(button))
            inputs = {"code": stage.credentials.code()} if button == "Send code" else None
            await chat.press(message, verb, inputs)
            return


@pytest.mark.timeout(600)
@pytest.mark.parametrize("seed", [1, 2])
async def test_killed_at_random_moments_the_job_is_done_and_each_part_once(stage: Stage, seed: int) -> None:
    chance, records = random.Random(seed), Records(stage.home)
    chat, _ = await _proposed(stage)
    attending = asyncio.create_task(_attend(chat, stage, set()))

    async def sent() -> str:
        while True:
            for _, agent, state, key, _ in records.delegations():
                if agent == "maildesk" and state == "done":
                    return key
            await asyncio.sleep(0.2)

    done = asyncio.create_task(sent())
    try:
        async with asyncio.timeout(400):
            for _ in range(8):
                if not done.done():
                    await asyncio.wait([done], timeout=chance.uniform(2.0, 9.0))
                    await stage.kill_bot()
                    await stage.restart_bot()
            key = await done
    finally:
        attending.cancel()
    assert len(records.campaigns(key)) == 1
    assert sum(len(records.campaigns(row[3])) for row in records.delegations() if row[1] == "maildesk") == 1
    assert [state for _, agent, state, _, _ in records.delegations() if agent == "scout"] == ["done"]
