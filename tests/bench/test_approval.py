"""From the click on Approve to the first thing that an agent is asked to do."""

from __future__ import annotations

import asyncio
import time
from pathlib import Path

import pytest
import yaml
from mcp import Client
from yarl import URL

from infra.demo.actor import offers
from infra.demo.processes import Process
from tests.bench.figures import Figure, Report
from tests.bench.servers import Server, steward
from tests.bench.wiretap import Wiretap, wiretap

pytestmark = [pytest.mark.bench, pytest.mark.timeout(180)]

ROUNDS = 5
GOAL = "own the launch of Product {} in 10 weeks: 200 demo requests in the first month, budget 20,000 EUR"


async def _approve(bot: Server, tap: Wiretap, number: int) -> float:
    """Seconds from the click to the first job that the research agent is given."""
    chat = bot.teams.user(f"Ann {number}").personal_chat()
    chat.conversation.installed = True
    await chat.say(GOAL.format(number))
    card = await chat.wait_for(offers("Approve", "Reject the plan"), timeout=30)
    began = time.monotonic()
    clicked = asyncio.create_task(chat.press(card, "approve"))
    heard = await tap.heard(20)
    await clicked
    return heard - began


async def _bare(url: str, tap: Wiretap) -> float:
    """The same first call with the SDK alone, which is loaded already."""
    began = time.monotonic()
    async with Client(url) as client:
        await client.call_tool("start_research", {"topic": "Anything", "brief": "At all", "reference": "bare"})
        return await tap.heard(20) - began


async def test_an_approved_plan_reaches_its_first_agent_within_a_second(report: Report, tmp_path: Path) -> None:
    home = tmp_path / "home"
    home.mkdir()
    scout = Process("scout", ["-m", "infra.sandbox.research", "--home", str(tmp_path / "scout")], tmp_path / "log")
    try:
        real = URL(await scout.start())
        async with wiretap(str(real.host), int(real.port or 0), b'"start_research"') as tap, steward(home) as bot:
            here = str(real.with_port(tap.port))
            entry = {"name": "scout", "vendor": "sandbox-research", "url": here, "owner": "ann@contoso.example"}
            (home / "agents.yaml").write_text(yaml.safe_dump({"agents": [entry]}), encoding="utf-8")
            await bot.start()
            took = [await _approve(bot, tap, number) for number in range(ROUNDS)]
            bare = await _bare(here, tap)
    finally:
        await scout.stop()
    report.add(
        Figure("Approve to the agent's first job, the first time after the start", took[0], " s",
               f"MCP SDK alone {bare:.2f} s", 1.0),
        Figure(f"… slowest of the next {ROUNDS - 1}", max(took[1:]), " s", f"MCP SDK alone {bare:.2f} s", 1.0),
    )  # fmt: skip
