"""What it costs that nothing happens: a thousand open plans, a minute long."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from infra.sandbox.claude import ClaudeSandbox
from tests.bench import seed
from tests.bench.figures import Figure, Report
from tests.bench.servers import echo, steward

pytestmark = [pytest.mark.bench, pytest.mark.timeout(180)]

PLANS, SETTLE, SECONDS = 1_000, 10, 60


def _stock(home: Path) -> None:
    first = datetime.now(UTC).date() + timedelta(days=7)
    made = [seed.plan(number, f"person-{number}", first=first) for number in range(PLANS)]
    with seed.database(home) as database:
        database.write_now(lambda tx: seed.keep(tx, made, [f"chat-{number}" for number in range(PLANS)]))


async def test_a_thousand_open_plans_cost_next_to_nothing(report: Report, tmp_path: Path) -> None:
    home = tmp_path / "home"
    _stock(home)
    claude = ClaudeSandbox("sk-ant-bench")
    url = await claude.start()
    try:
        async with (
            steward(home, ANTHROPIC_API_KEY="sk-ant-bench", ANTHROPIC_BASE_URL=url) as bot,
            echo(tmp_path) as yardstick,
        ):
            await bot.start()
            await yardstick.start()
            await asyncio.sleep(SETTLE)
            began, plain = bot.usage(), yardstick.usage()
            await asyncio.sleep(SECONDS)
            ended, plain_ended = bot.usage(), yardstick.usage()
    finally:
        await claude.stop()
    share, plain_share = [
        100 * (after.cpu - before.cpu) / SECONDS for before, after in ((began, ended), (plain, plain_ended))
    ]
    report.add(
        Figure(f"Idle with {PLANS} open plans for {SECONDS} s: model calls", len(claude.seen), "", "–", 0),
        Figure("… share of a core", share, " %", f"echo bot {plain_share:.1f} %", 2.0),
        Figure("… resident", ended.megabytes, " MB", f"echo bot {plain_ended.megabytes:.0f} MB", 300),
    )
