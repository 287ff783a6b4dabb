"""The stage of a demonstration: the bot, three vendors' agents and Teams, each a server of its own on this machine."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pyotp
import yaml

from infra import chromium
from infra.demo.processes import Process, claim, free_port
from infra.sandbox.teams import Teams

DAY_SECONDS = 10.0
_ELSEWHERE = ("DATABASE_URL", "MICROSOFT_APP_ID", "MicrosoftAppId", "MICROSOFT_APP_PASSWORD", "MicrosoftAppPassword")
Progress = Callable[[str], None]


@dataclass(frozen=True)
class Credentials:
    """The demo user's account at the mail desk, and what their authenticator app holds."""

    username: str
    password: str
    seed: str

    def code(self) -> str:
        """What the authenticator app shows now."""
        return pyotp.TOTP(self.seed).now()


def _any_port(_name: str) -> int:
    return free_port()


class Stage:
    """Starts everything in order, and leaves nothing running. In a folder used before, it goes on from there."""

    def __init__(
        self,
        home: Path,
        host: str,
        port: int,
        owner: str,
        progress: Progress,
        port_of: Callable[[str], int] = _any_port,
    ) -> None:
        """``owner`` is the name of whoever will own plan and credential; ``port_of`` gives everybody else's port."""
        self.home, self._host, self._port, self._owner, self._progress = home, host, port, owner, progress
        self._port_of = port_of
        self.teams = Teams(self.bot_url)
        self.bot = self._bot()
        self._agents = [self._agent(name) for name in ("research", "copywriter", "maildesk")]
        self.urls: dict[str, str] = {}

    @property
    def bot_url(self) -> str:
        return f"http://{self._host}:{self._port}/api/messages"

    def _agent(self, name: str) -> Process:
        folder = self.home / name
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        arguments = ["-m", f"infra.sandbox.{name}", "--port", str(self._port_of(name)), "--home", str(folder)]
        if name != "maildesk":
            arguments += ["--day-seconds", str(DAY_SECONDS)]
        return Process(name, arguments, folder / "log")

    def _bot(self) -> Process:
        folder = self.home / "bot"
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        environment = {
            "HOST": self._host,
            "PORT": str(self._port),
            "STEWARD_HOME": str(folder),
            "STEWARD_AGENTS": str(self.home / "agents.yaml"),
            "STEWARD_DAY_SECONDS": str(DAY_SECONDS),
            # Whatever the surroundings say about a real one: this bot is local, and keeps its rows in this folder.
            **dict.fromkeys(_ELSEWHERE, ""),
        }
        return Process("steward", ["app.py", "serve"], self.home / "bot.log", environment=environment)

    async def open(self, person: str = "") -> None:
        """Starts everything; with ``person``, the owner's Entra object id, all but Teams: another client has the chats.

        Raises SetupError for a port in use, no Chromium to be had, or a part that does not start.
        """
        claim(self._host, self._port)
        self._progress("Looking for Chromium, for the vendor that has only a web page")
        found = await asyncio.to_thread(chromium.find, self._progress)
        self._progress(f"Chromium: {found}")
        if not person:
            await self.teams.start(self._port_of("teams"))
            person = self.teams.user(self._owner).id
        self._progress("Starting three vendors' agents: research (MCP), copywriter (A2A), mail desk (web pages only)")
        started = await asyncio.gather(*(agent.start() for agent in self._agents))
        self.urls = {agent.name: url for agent, url in zip(self._agents, started, strict=True)}
        (self.home / "agents.yaml").write_text(yaml.safe_dump(self._inventory()), encoding="utf-8")
        await self._lend_credentials(person)
        self._progress("Starting Steward")
        await self.bot.start()

    def _inventory(self) -> dict[str, Any]:
        answers = {"owner": self._owner}
        return {
            "agents": [
                {"name": "scout", "vendor": "sandbox-research", "url": self.urls["research"], **answers},
                {"name": "quill", "vendor": "sandbox-copywriter", "url": self.urls["copywriter"], **answers},
                {"name": "maildesk", "vendor": "maildesk", "url": self.urls["maildesk"], **answers},
            ]
        }

    @property
    def credentials(self) -> Credentials:
        kept = json.loads((self.home / "maildesk" / "credentials.json").read_text(encoding="utf-8"))
        return Credentials(kept["user"], kept["password"], kept["seed"])

    async def _lend_credentials(self, person: str) -> None:
        """As a user would: ``app.py credential``, with the password on standard input. Once is enough."""
        lent = self.home / "lent"
        if lent.exists() and lent.read_text(encoding="utf-8") == person:
            return
        lend = Process(
            "credential",
            ["app.py", "credential", "maildesk", "--person", person, "--username", self.credentials.username],
            self.home / "bot.log",
            environment=self.bot.environment,
            ready="sealed ",
            given=self.credentials.password,
        )
        await lend.start()
        await lend.stop()
        lent.write_text(person, encoding="utf-8")

    async def told(self, *arguments: str) -> str:
        """The first line that ``app.py`` answers to these arguments, in the bot's surroundings. Raises SetupError."""
        asked = Process(
            arguments[0], ["app.py", *arguments], self.home / "bot.log", environment=self.bot.environment, ready=""
        )
        answer = await asked.start()
        await asked.stop()
        return answer

    async def kill_bot(self) -> None:
        await self.bot.kill()

    async def restart_bot(self) -> None:
        await self.bot.start()

    async def close(self) -> None:
        # The bot first: while it ends it may still tell the agents and Teams something.
        await self.bot.stop()
        await asyncio.gather(*(agent.stop() for agent in self._agents))
        await self.teams.stop()
