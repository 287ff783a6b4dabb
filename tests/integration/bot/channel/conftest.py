"""Teams on loopback: anonymous, or with signed requests."""

from __future__ import annotations

from collections.abc import AsyncIterator

import aiohttp
import pytest

from infra.sandbox.teams import Teams
from tests.doubles.clock import ManualClock
from tests.integration.bot.channel.serving import APP_ID, PASSWORD, Recorder, serving


@pytest.fixture
def receiver() -> Recorder:
    return Recorder()


@pytest.fixture
async def teams(clock: ManualClock) -> AsyncIterator[Teams]:
    """Without an app id: nothing is signed."""
    async with Teams(now=clock.now) as found:
        yield found


@pytest.fixture
async def signed(clock: ManualClock) -> AsyncIterator[Teams]:
    """With an app id: requests are signed, and the bot has to sign in."""
    async with Teams(app_id=APP_ID, app_password=PASSWORD, now=clock.now) as found:
        yield found


@pytest.fixture
async def bot(teams: Teams, receiver: Recorder, clock: ManualClock) -> AsyncIterator[str]:
    """The address of an anonymous bot."""
    async with serving(teams, receiver, clock) as url:
        yield url


@pytest.fixture
async def guarded(signed: Teams, receiver: Recorder, clock: ManualClock) -> AsyncIterator[str]:
    """The address of a bot that checks signatures."""
    async with serving(signed, receiver, clock) as url:
        yield url


@pytest.fixture
async def http() -> AsyncIterator[aiohttp.ClientSession]:
    async with aiohttp.ClientSession() as session:
        yield session
