"""The whole bot, met as Teams meets it: over HTTP, with signed tokens, and answering through the connector."""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AsyncExitStack
from pathlib import Path

import pytest
from aiohttp import web

from app import steward
from infra.sandbox.claude import ClaudeSandbox
from infra.sandbox.teams import Teams
from infra.settings import Settings, load
from tests.doubles.processes import sandbox

__all__ = ["sandbox"]

APP_ID, APP_PASSWORD = "00000000-0000-0000-0000-00000000b07a", "the bot's own password"

Start = Callable[..., Awaitable[Teams]]


@pytest.fixture
async def start(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Start]:
    """Starts the bot with these environment variables on top; returns the Teams it is in."""
    async with AsyncExitStack() as stack:

        async def begin(**environment: str) -> Teams:
            teams = await stack.enter_async_context(Teams(app_id=APP_ID, app_password=APP_PASSWORD))
            assert teams.ca_file is not None
            told = {
                "STEWARD_HOME": str(tmp_path / "home"),
                "STEWARD_AGENTS": str(tmp_path / "agents.yaml"),
                "MICROSOFT_APP_ID": APP_ID,
                "MICROSOFT_APP_PASSWORD": APP_PASSWORD,
                "STEWARD_CHANNEL_METADATA_URL": teams.metadata_url,
                "STEWARD_LOGIN_URL": teams.login_url,
                "REQUESTS_CA_BUNDLE": str(teams.ca_file),
                "ANTHROPIC_API_KEY": "",
                **environment,
            }
            for name, value in told.items():
                monkeypatch.setenv(name, value)
            teams.bot_url = f"http://127.0.0.1:{await _serve(stack, load())}/api/messages"
            return teams

        yield begin


async def _serve(stack: AsyncExitStack, told: Settings) -> int:
    app = await stack.enter_async_context(steward(told))
    runner = web.AppRunner(app, access_log=None)
    await runner.setup()
    stack.push_async_callback(runner.cleanup)
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    return int(runner.addresses[0][1])


@pytest.fixture
async def claude() -> AsyncIterator[ClaudeSandbox]:
    sandbox = ClaudeSandbox("sk-ant-e2e-canary")
    await sandbox.start()
    yield sandbox
    await sandbox.stop()
