"""Killed with a thousand items waiting, and started again: how long until it does something."""

from __future__ import annotations

import time
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from sqlmodel import Session

from tests.bench import seed
from tests.bench.crowd import Crowd
from tests.bench.figures import Figure, Report
from tests.bench.servers import Server, echo, steward, until

pytestmark = [pytest.mark.bench, pytest.mark.timeout(180)]

PLANS, EACH, SAID, KILLS = 50, 20, 50, 3


def _stock(home: Path) -> int:
    first = datetime.now(UTC).date() + timedelta(days=7)
    made = [seed.plan(n, f"person-{n}", first=first, due=EACH, waiting=True) for n in range(PLANS)]

    def store(tx: Session) -> int:
        seed.keep(tx, made, [f"chat-{number}" for number in range(PLANS)])
        return seed.wait(tx, made)

    with seed.database(home) as database:
        return database.write_now(store)


async def _kill_and_restart(bot: Server, crowd: Crowd) -> tuple[float, float]:
    """Seconds from the start of the new process until it was ready, and until Teams got the first message."""
    bot.teams.faults.answer(503, times=10_000)
    await crowd.burst(crowd.messages(SAID, "status"))
    await bot.process.kill()
    bot.teams.faults.clear()
    before, began = bot.sent, time.monotonic()
    ready = await bot.start()
    await until(lambda: bot.sent > before, 60)
    effect = time.monotonic() - began
    await until(lambda: bot.sent >= before + SAID, 60)
    return ready, effect


async def _plain(server: Server) -> float:
    """Seconds until an echo bot has answered its first message."""
    began = time.monotonic()
    await server.start()
    crowd = Crowd(server.teams, 1)
    await crowd.burst(crowd.messages(1, "hello"))
    await until(lambda: server.sent > 0, 10)
    return time.monotonic() - began


async def test_after_a_kill_work_goes_on_within_seconds(report: Report, tmp_path: Path) -> None:
    waiting = _stock(tmp_path / "home")
    async with steward(tmp_path / "home") as bot:
        await bot.start()
        crowd = Crowd(bot.teams, SAID)
        took = [await _kill_and_restart(bot, crowd) for _ in range(KILLS)]
    async with echo(tmp_path) as yardstick:
        plain = await _plain(yardstick)
    ready, effect = (max(values) for values in zip(*took, strict=True))
    report.add(
        Figure(f"kill -9 with {waiting} items waiting: start to first effect", effect, " s",
               f"echo bot's first answer {plain:.1f} s", 6.0),
        Figure("… start to ready", ready, " s", "–"),
    )  # fmt: skip
