"""The yardstick: an echo bot on Microsoft's Agents SDK. It checks no token and stores nothing.

``python -m tests.bench.echo`` serves on a free port of this machine and says ``ready <address>``.
"""

from __future__ import annotations

import asyncio
import sys
from typing import Any

from aiohttp import web
from microsoft_agents.activity import TurnContextProtocol
from microsoft_agents.hosting.aiohttp import CloudAdapter
from microsoft_agents.hosting.core import ActivityHandler, RestChannelServiceClientFactory
from microsoft_agents.hosting.core.authorization import (
    AccessTokenProviderBase,
    AgentAuthConfiguration,
    AnonymousTokenProvider,
    ClaimsIdentity,
)


class Anonymous:
    """Implements the SDK's ``Connections``: no token is ever needed."""

    _tokens = AnonymousTokenProvider()

    def get_connection(self, connection_name: str) -> AccessTokenProviderBase:
        return self._tokens

    def get_default_connection(self) -> AccessTokenProviderBase:
        return self._tokens

    def get_token_provider(self, claims_identity: ClaimsIdentity, service_url: str) -> AccessTokenProviderBase:
        return self._tokens

    def get_token_provider_from_activity(
        self, claims_identity: ClaimsIdentity, activity: object
    ) -> AccessTokenProviderBase:
        return self._tokens

    def get_default_connection_configuration(self) -> AgentAuthConfiguration:
        return AgentAuthConfiguration()


class Echo(ActivityHandler):
    async def on_message_activity(self, turn_context: TurnContextProtocol[Any]) -> None:
        await turn_context.send_activity(f"You said: {turn_context.activity.text}")


async def serve() -> None:
    adapter = CloudAdapter(channel_service_client_factory=RestChannelServiceClientFactory(Anonymous()))
    bot = Echo()

    async def messages(request: web.Request) -> web.Response:
        answer = await adapter.process(request, bot)
        assert answer is not None
        return answer

    app = web.Application()
    app.router.add_post("/api/messages", messages)
    runner = web.AppRunner(app, access_log=None)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    sys.stdout.write(f"ready http://127.0.0.1:{runner.addresses[0][1]}/api/messages\n")
    sys.stdout.flush()
    await asyncio.Event().wait()


if __name__ == "__main__":
    asyncio.run(serve())
