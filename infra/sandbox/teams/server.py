"""The stand-in as a whole: its servers, in the caller's event loop, and the people who use it."""

from __future__ import annotations

import json
import tempfile
import uuid
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import aiohttp
from aiohttp import web

from infra.sandbox.teams.cards import Json
from infra.sandbox.teams.connector import Connector
from infra.sandbox.teams.directory import Directory
from infra.sandbox.teams.faults import Faults
from infra.sandbox.teams.keys import SigningKeys
from infra.sandbox.teams.login import ChannelMetadata, Login, certificate
from infra.sandbox.teams.people import Channel, Chat, TeamsUser

ISSUER = "https://api.botframework.com"
_PATIENCE = aiohttp.ClientTimeout(total=15)
"""How long Teams waits for a bot."""


def _wall() -> datetime:
    return datetime.now(UTC)


class Teams:
    """Teams on loopback. With an app id every request is signed, and the bot has to sign in to answer.

    ``bot_url`` is the bot's ``/api/messages``; it may be set, and changed, at any time.
    """

    def __init__(
        self,
        bot_url: str = "",
        *,
        app_id: str = "",
        app_password: str = "",
        bot_name: str = "Steward",
        now: Callable[[], datetime] = _wall,
    ) -> None:
        self.bot_url = bot_url
        self.app_id = app_id
        self.now = now
        self.keys = SigningKeys()
        self.faults = Faults(now)
        self.metadata = ChannelMetadata(self.keys, ISSUER)
        self.directory = Directory(str(uuid.uuid4()), f"28:{app_id or uuid.uuid4()}", bot_name, now)
        self.login = Login(app_id, app_password, self.directory.tenant, now)
        self.connector = Connector(self.directory, self.faults, self.login.accepts, now)
        self.service_url = ""
        self.metadata_url = ""
        self.login_url = ""
        """The authority with its tenant; only there with an app id."""
        self.ca_file: Path | None = None
        """What REQUESTS_CA_BUNDLE has to name for the login to be trusted."""
        self._folder: tempfile.TemporaryDirectory[str] | None = None
        self._runners: list[web.AppRunner] = []
        self._session: aiohttp.ClientSession | None = None

    async def __aenter__(self) -> Teams:
        await self.start()
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.stop()

    async def start(self, port: int = 0) -> None:
        """Listens on 127.0.0.1; 0 is any free port."""
        app = web.Application(client_max_size=1024 * 1024)
        self.connector.add_to(app)
        self.metadata.add_to(app)
        here = await self._serve(app, port)
        self.service_url = f"http://127.0.0.1:{here}/"
        self.metadata_url = f"http://127.0.0.1:{here}/v1/.well-known/openidconfiguration"
        if self.app_id:
            self._folder = tempfile.TemporaryDirectory(prefix="teams-")
            # TLS looks at the machine's clock, whatever the stand-in's says.
            context, self.ca_file = certificate(Path(self._folder.name), _wall())
            login = web.Application()
            self.login.add_to(login)
            self.login_url = f"https://127.0.0.1:{await self._serve(login, 0, context)}/{self.directory.tenant}"
        self._session = aiohttp.ClientSession(timeout=_PATIENCE)

    async def stop(self) -> None:
        if self._session is not None:
            await self._session.close()
        for runner in self._runners:
            # A client that keeps its TLS connection open would be waited for; MSAL's does.
            for connection in runner.server.connections if runner.server is not None else ():
                if connection.transport is not None:
                    connection.transport.abort()
            await runner.cleanup()
        if self._folder is not None:
            self._folder.cleanup()

    async def _serve(self, app: web.Application, port: int, context: Any = None) -> int:
        runner = web.AppRunner(app, access_log=None, shutdown_timeout=1.0)
        self._runners.append(runner)
        await runner.setup()
        await web.TCPSite(runner, "127.0.0.1", port, ssl_context=context).start()
        return int(runner.addresses[0][1])

    def user(self, name: str) -> TeamsUser:
        """The person of that name; the same one every time."""
        return TeamsUser(self, self.directory.person(name))

    def group_chat(self, name: str, *users: TeamsUser) -> Chat:
        """A chat of several people, as the first of them sees it."""
        members = [user.account.id for user in users]
        made = self.directory.open("groupChat", f"19:{uuid.uuid4().hex}@thread.v2", name, members)
        return Chat(self, users[0], made)

    def channel(self, team: str, name: str, *users: TeamsUser) -> Channel:
        """A channel of a team with these members."""
        channel_id = f"19:{uuid.uuid4().hex}@thread.tacv2"
        data = {"team": {"id": f"19:{uuid.uuid4().hex}@thread.tacv2", "name": team}, "channel": {"id": channel_id}}
        members = [user.account.id for user in users]
        return Channel(self, self.directory.open("channel", channel_id, name, members, data))

    def sign_token(self, *, kid: str | None = None, algorithm: str = "RS256", **claims: Any) -> str:
        """A token such as the channel sends; a claim that is given replaces the right one, None leaves it out."""
        return self.keys.sign(self.claims(**claims), kid, algorithm)

    def claims(self, **changed: Any) -> dict[str, Any]:
        """What a right token says, with changes."""
        now = int(self.now().timestamp())
        right = {"iss": ISSUER, "aud": self.app_id, "nbf": now, "exp": now + 3600, "serviceurl": self.service_url}
        return {name: value for name, value in {**right, **changed}.items() if value is not None}

    async def deliver(self, activity: Json, token: str | None = None) -> tuple[int, Any]:
        """Sends an activity to the bot as Teams does; returns the status and the JSON of the answer, if it is JSON.

        Raises aiohttp.ClientError when the bot is not there.
        """
        if token is None and self.app_id:
            token = self.sign_token()
        headers = {"Authorization": f"Bearer {token}"} if token else {}
        assert self._session is not None
        async with self._session.post(self.bot_url, json=activity, headers=headers) as response:
            raw = await response.read()
            return response.status, json.loads(raw) if response.content_type == "application/json" else None
