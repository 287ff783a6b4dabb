"""From the moment something falls due to the alert that says so: one, and two hundred at once.

Two hundred of one plan are told in four messages: the three worst on a card each, and one card that lists the rest. Two
hundred plans with one each are two hundred cards.

Teams takes 7 messages a second in a chat and 30 in a tenant, and the bot keeps to that. So of two hundred alerts in one
chat it is measured when they are written, and those that are to be sent at once are in chats of eight tenants.
"""

from __future__ import annotations

import asyncio
import sqlite3
import time
from contextlib import closing
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import aiohttp
import pytest
from sqlmodel import Session

from plans.model.calendar import day_end
from tests.bench import seed
from tests.bench.crowd import Crowd
from tests.bench.figures import Figure, Report
from tests.bench.servers import Server, steward

pytestmark = [pytest.mark.bench, pytest.mark.timeout(120)]

MANY, TENANTS = 200, 8
CARDS = 3
"""Alerts of one plan at once that have a card each; one more card lists the others."""
DAY_SECONDS = 24.0
NOON = datetime(2027, 1, 4, 12, tzinfo=UTC)


@dataclass(frozen=True)
class Told:
    """Wall seconds after the due moment."""

    written: float
    sent: float


def _stock(home: Path, bot: Server, plans: int, due: int) -> list[str]:
    """Plans, each in a chat of its own, with so many items due at midnight; returns the chats."""
    crowd = Crowd(bot.teams, plans)
    directory = bot.teams.directory
    with seed.database(home) as database:
        chats = [chat.id for chat in crowd.chats]

        def store(tx: Session) -> None:
            for number, chat in enumerate(crowd.chats):
                seed.chat(tx, chat, f"tenant-{number % TENANTS}", bot.teams.service_url, directory.bot_id)
            owners = [chat.user.id for chat in crowd.chats]
            made = [seed.plan(n, owner, first=seed.MONDAY, due=due) for n, owner in enumerate(owners)]
            seed.keep(tx, made, chats)
            seed.clock(tx, NOON)

        database.write_now(store)
    return chats


def _falls_due(home: Path) -> float:
    """The wall's instant (seconds since 1970) at which the plan's clock shows midnight."""
    with closing(sqlite3.connect(f"file:{home}/steward.db?mode=ro", uri=True)) as connection:
        plan_at, wall_at = connection.execute("SELECT plan_at, wall_at FROM plan_clock").fetchone()
    left = day_end(seed.MONDAY, "UTC").timestamp() - plan_at / 1e6
    return float(wall_at / 1e6 + left * DAY_SECONDS / 86400)


async def _written(home: Path, messages: int, alerts: int) -> float:
    """When that many messages were there to read, and that many alerts to be answered."""
    with closing(sqlite3.connect(f"file:{home}/steward.db?mode=ro", uri=True)) as connection:
        async with asyncio.timeout(60):
            while connection.execute("SELECT count(*) FROM message").fetchone()[0] < messages:
                await asyncio.sleep(0.02)
        at = time.time()
        assert connection.execute("SELECT count(*) FROM message").fetchone()[0] == messages
        assert connection.execute("SELECT count(*) FROM ask WHERE kind = 'repair'").fetchone()[0] == alerts
    return at


async def _alerts(home: Path, plans: int, due: int) -> Told:
    """Starts the bot half a day before the moment and waits until everything that is due has been told."""
    told = plans * min(due, CARDS + 1)
    async with steward(home, signed=False, STEWARD_DAY_SECONDS=str(DAY_SECONDS)) as bot:
        chats = _stock(home, bot, plans, due)
        await bot.start()
        at = _falls_due(home)
        assert at > time.time() + 1, "the moment had passed when the bot was ready"
        written = await _written(home, told, plans * due)
        places = [bot.teams.directory.conversation(chat) for chat in chats]
        async with asyncio.timeout(60):
            while not all(place and place.messages for place in places):
                await asyncio.sleep(0.02)
        # In each chat the first: that a chat with more takes longer is the pace that Teams allows.
        sent = max(next(iter(place.messages.values())).posted_at for place in places if place)
        return Told(written - at, sent.timestamp() - at)


async def _bare(count: int) -> float:
    """Seconds to post that many messages to the same stand-in, eight at a time, with nothing behind it."""
    async with steward(Path(), signed=False) as bot, aiohttp.ClientSession() as session:
        crowd = Crowd(bot.teams, count)
        gate = asyncio.Semaphore(8)

        async def post(chat: str) -> None:
            async with (
                gate,
                session.post(
                    f"{bot.teams.service_url}v3/conversations/{chat}/activities",
                    json={"type": "message", "text": "late"},
                ) as response,
            ):
                assert response.status == 201

        began = time.monotonic()
        await asyncio.gather(*(post(chat.id) for chat in crowd.chats))
        return time.monotonic() - began


async def test_who_is_late_is_told_within_two_seconds(report: Report, tmp_path: Path) -> None:
    one, many, wide = [
        await _alerts(tmp_path / name, plans, due)
        for name, plans, due in (("one", 1, 1), ("many", 1, MANY), ("wide", MANY, 1))
    ]
    bare, bare_many = await _bare(1), await _bare(MANY)
    alone = f"bare posting {bare_many:.1f} s"
    report.add(
        Figure("Due moment to alert sent, one item", one.sent, " s", f"bare posting {bare:.2f} s", 2.0),
        Figure(f"… {MANY} at once, of one plan: all told, in {CARDS + 1} cards", many.written, " s", alone, 2.0),
        Figure(f"… {MANY} at once, of {MANY} plans: all written", wide.written, " s", alone, 2.0),
        Figure(f"… the same, all sent to {MANY} chats of {TENANTS} tenants", wide.sent, " s", alone, 2.0),
    )
