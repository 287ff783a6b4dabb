"""A bot that is nothing but its endpoint, over real HTTP, and a receiver that keeps what it is handed."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import aiohttp
from aiohttp import web

from bot.channel.auth import ChannelAuth, SigningKeys
from bot.channel.endpoint import Endpoint
from bot.channel.settings import ChannelSettings
from bot.incoming import Incoming, InvokeAnswer, Receiver
from infra.sandbox.teams import Teams
from plans.ports.time import Clock
from plans.words import Secret

APP_ID = "11111111-2222-3333-4444-555555555555"
PASSWORD = "not-a-real-password"


class Recorder:
    """A receiver with memory."""

    def __init__(self) -> None:
        self.received: list[Incoming] = []
        self.clicked: list[Incoming] = []
        self.codes: set[str] = set()
        """Texts that are taken as codes."""
        self.answer = InvokeAnswer.message("Seen.")
        self.failure: Exception | None = None

    async def receive(self, incoming: Incoming) -> None:
        if self.failure is not None:
            raise self.failure
        self.received.append(incoming)

    async def intercept(self, incoming: Incoming) -> bool:
        return incoming.text in self.codes

    async def click(self, incoming: Incoming) -> InvokeAnswer:
        self.clicked.append(incoming)
        if self.failure is not None:
            raise self.failure
        return self.answer


def settings_for(teams: Teams) -> ChannelSettings:
    """What a bot has to be told to trust this stand-in."""
    if not teams.app_id:
        return ChannelSettings()
    return ChannelSettings(
        app_id=teams.app_id,
        app_password=Secret(PASSWORD),
        metadata_url=teams.metadata_url,
        login_url=teams.login_url,
    )


@asynccontextmanager
async def serving(teams: Teams, receiver: Receiver, wall: Clock) -> AsyncIterator[str]:
    """Serves the endpoint on a free port, introduces it to Teams, and gives its address."""
    async with aiohttp.ClientSession() as session:
        settings = settings_for(teams)
        auth = ChannelAuth(settings, SigningKeys(session, settings.metadata_url, wall), wall)
        app = web.Application()
        app.router.add_post("/api/messages", Endpoint(auth, receiver, wall).handle)
        runner = web.AppRunner(app, access_log=None)
        await runner.setup()
        await web.TCPSite(runner, "127.0.0.1", 0).start()
        teams.bot_url = f"http://127.0.0.1:{runner.addresses[0][1]}/api/messages"
        try:
            yield teams.bot_url
        finally:
            await runner.cleanup()
