"""A goal, a plan, a yes and its effects, over HTTP and with signed tokens."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
import yaml

from infra.sandbox.claude import ClaudeSandbox
from infra.sandbox.teams.conversation import Message
from infra.sandbox.teams.people import Chat, NotDelivered
from tests.doubles.processes import Sandbox
from tests.e2e.conftest import Start

GOAL = "own the launch of Northwind Analytics by 2027-01-29: 200 demo requests in the first month, budget 20,000 EUR"


def text_of(message: Message) -> str:
    return json.dumps(message.card) if message.card else message.text


def proposal(message: Message) -> bool:
    return "Approve" in message.buttons


async def said(chat: Chat, text: str, *words: str) -> Message:
    """What is answered to it, once it shows all the words."""
    since = chat.change
    await chat.say(text)
    return await chat.wait_for(lambda m: all(word.lower() in m.text.lower() for word in words), since=since)


async def test_a_goal_becomes_one_proposal_with_a_sign_of_life_first(start: Start) -> None:
    teams = await start()
    chat = teams.user("Ann Example").personal_chat()
    await chat.install()
    await chat.say(GOAL, times=4)
    card = await chat.wait_for(proposal)
    # A plan made in a few milliseconds may overtake the words "Reading your goal" in their own message.
    assert chat.conversation.typing >= 1
    told = await chat.wait_for(lambda m: "Here is my plan" in m.text)
    assert sum(1 for message in chat.messages if "my plan" in message.text) == 1, told
    assert sum(1 for message in chat.messages if proposal(message)) == 1
    shown = text_of(card)
    for part in ("North star", "Objectives", "Streams", "This week", "Assumptions", "Cost", "no Claude key is set"):
        assert part in shown


async def test_a_thread_in_a_channel_is_answered_in_that_thread(start: Start) -> None:
    teams = await start()
    ann = teams.user("Ann Example")
    channel = teams.channel("Marketing", "Launch", ann)
    await channel.install(ann)
    thread = channel.new_thread(ann)
    await thread.say(GOAL)
    card = await thread.wait_for(proposal)
    await thread.press(card, "approve")
    await thread.wait_for(lambda m: m.id == card.id and "Approved" in m.text)
    other = channel.new_thread(ann)
    await other.say("status")
    answer = await other.wait_for(lambda m: bool(m.text))
    assert answer.id not in {message.id for message in thread.messages}


async def test_research_is_delegated_and_read_back(start: Start, sandbox: Sandbox, tmp_path: Path) -> None:
    scout = await sandbox.start("research")
    entry = {"name": "scout", "vendor": "sandbox-research", "url": scout.url, "owner": "ann@contoso.example"}
    (tmp_path / "agents.yaml").write_text(yaml.safe_dump({"agents": [entry]}))
    teams = await start()
    chat = teams.user("Ann Example").personal_chat()
    await chat.install()
    await chat.say(GOAL)
    card = await chat.wait_for(proposal)
    await chat.press(card, "approve")
    done = await chat.wait_for(lambda m: "Verified: read back from" in m.text, timeout=30)
    assert "40 EUR" in done.text
    item = next(word for word in done.text.split() if word.startswith("NA-"))
    why = await said(chat, f"why {item}", "read back")
    assert "Allowed" in why.text


async def test_claude_plans_when_there_is_a_key_and_a_playbook_when_it_fails(
    start: Start, claude: ClaudeSandbox
) -> None:
    claude.refuse()
    teams = await start(ANTHROPIC_API_KEY="sk-ant-e2e-canary", ANTHROPIC_BASE_URL=claude.url)
    chat = teams.user("Ann Example").personal_chat()
    await chat.install()
    await chat.say(GOAL)
    card = await chat.wait_for(proposal, timeout=30)
    assert len(claude.seen) == 1
    assert "playbook" in text_of(card)
    assert "refus" in text_of(card)


@pytest.mark.parametrize(
    ("goal", "words"),
    [
        ("own", ["goal"]),
        ("own the launch of Northwind", ["date"]),
        ("own the launch of Northwind by 2020-01-01", ["has passed"]),
        ("own the launch of Northwind by 30 Feb 2027", ["February"]),
        ("own the launch of Northwind by " + "x" * 10_000, ["4,000"]),
        ("own the launch of Northwind by tomorrow", ["earliest"]),
    ],
)
async def test_a_goal_that_cannot_be_planned_is_said_back_with_the_way_on(
    goal: str, words: list[str], start: Start
) -> None:
    teams = await start()
    chat = teams.user("Ann Example").personal_chat()
    await chat.install()
    answer = await said(chat, goal, *words)
    assert not proposal(answer)
    plans = await said(chat, "plans", "no plan")
    assert not proposal(plans)


async def test_names_are_shown_as_text_whatever_is_in_them(start: Start) -> None:
    teams = await start()
    chat = teams.user("Eve **bold** <b>x</b> \u202eevil").personal_chat()
    await chat.install()
    await chat.say("own the launch of [Click](https://evil.example) <at>Everyone</at> \u202egnp by 2027-01-29")
    card = await chat.wait_for(proposal)
    shown = text_of(card)
    assert "\\u202e" not in shown
    blocks = [block for block in _blocks(card.card) if block.get("type") == "TextBlock"]
    assert not any("evil.example" in str(block.get("text")) for block in blocks)


def _blocks(node: object) -> list[dict[str, object]]:
    if isinstance(node, list):
        return [block for part in node for block in _blocks(part)]
    if isinstance(node, dict):
        return [node, *(block for part in node.values() for block in _blocks(part))]
    return []


async def test_what_is_not_signed_by_teams_is_refused(start: Start) -> None:
    teams = await start()
    chat = teams.user("Ann Example").personal_chat()
    await chat.install()
    teams.app_id = ""  # from here on nothing is signed
    with pytest.raises(NotDelivered) as refused:
        await chat.say("hello")
    assert refused.value.status == 401
