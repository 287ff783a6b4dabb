"""What Teams feels: how soon a message is taken, under a steady load and in a burst."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.bench.crowd import Crowd
from tests.bench.figures import Figure, Report, quantile
from tests.bench.servers import Server, echo, steward, until

pytestmark = [pytest.mark.bench, pytest.mark.timeout(300)]

RATE, SECONDS, ECHO_SECONDS = 20, 60, 20
BURST, BURSTS = 300, 3
SAID = ("status", "help", "plans", "this week")


async def _warm(server: Server, crowd: Crowd) -> None:
    """Everybody is welcomed once, and connections and tokens are there."""
    before = server.sent
    await crowd.burst(crowd.messages(10, "help"))
    await until(lambda: server.sent >= before + 10, 30)


async def _steady(server: Server, seconds: int) -> tuple[list[float], float]:
    """Seconds to each acknowledgement, and CPU seconds per message with all its processing."""
    crowd = Crowd(server.teams, 300)
    await _warm(server, crowd)
    count = RATE * seconds
    before, sent = server.usage().cpu, server.sent
    waits = await crowd.paced(crowd.messages(count, *SAID), RATE)
    await until(lambda: server.sent >= sent + count, 30)
    return waits, (server.usage().cpu - before) / count


async def test_messages_are_acknowledged_while_others_are_processed(report: Report, tmp_path: Path) -> None:
    async with echo(tmp_path) as yardstick:
        await yardstick.start()
        plain, plain_cpu = await _steady(yardstick, ECHO_SECONDS)
    async with steward(tmp_path / "home") as bot:
        await bot.start()
        waits, cpu = await _steady(bot, SECONDS)
    ms = [1000 * quantile(found, 0.99) for found in (waits, plain)]
    middle = [1000 * quantile(found, 0.5) for found in (waits, plain)]
    report.add(
        Figure(f"Acknowledge at {RATE}/s for {SECONDS} s, p99", ms[0], " ms", f"echo bot {ms[1]:.0f} ms", 250),
        Figure("… median", middle[0], " ms", f"echo bot {middle[1]:.0f} ms"),
        Figure("… CPU per message, reply included", 1000 * cpu, " ms", f"echo bot {1000 * plain_cpu:.1f} ms"),
    )


async def _bursts(server: Server) -> tuple[float, float, float]:
    """Acknowledged per second at best, CPU seconds per message, and seconds until all were answered at best."""
    crowd = Crowd(server.teams, BURST)
    await _warm(server, crowd)
    rates, answers, before = [], [], server.usage().cpu
    for _ in range(BURSTS):
        sent = server.sent
        took = await crowd.burst(crowd.messages(BURST, *SAID))
        answered = took + await until(lambda sent=sent: server.sent >= sent + BURST, 60)  # type: ignore[misc]
        rates.append(BURST / took)
        answers.append(answered)
    return max(rates), (server.usage().cpu - before) / (BURST * BURSTS), min(answers)


async def test_a_burst_is_taken_about_as_fast_as_by_a_bot_that_stores_nothing(report: Report, tmp_path: Path) -> None:
    async with steward(tmp_path / "home") as bot:
        await bot.start()
        rate, cpu, answered = await _bursts(bot)
    async with echo(tmp_path) as yardstick:
        await yardstick.start()
        plain, plain_cpu, plain_answered = await _bursts(yardstick)
    report.add(
        Figure(f"Burst of {BURST}, acknowledged of the echo bot's throughput", rate / plain, "",
               f"echo bot {plain:.0f}/s; here {rate:.0f}/s", 0.4, at_least=True),
        Figure("… CPU per message, reply included", 1000 * cpu, " ms", f"echo bot {1000 * plain_cpu:.1f} ms"),
        Figure("… all answered (Teams allows 30 a second)", answered, " s", f"echo bot {plain_answered:.1f} s"),
    )  # fmt: skip
