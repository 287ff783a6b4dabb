"""Everything that the Playground's page is used against: three vendors' agents, the bot, the Playground, on ports of
their own; and what is read back from their databases."""

from __future__ import annotations

import asyncio
import json
import sqlite3
from contextlib import closing
from pathlib import Path
from typing import Any

import pyotp
import yaml

from infra.demo.playground import OWNER, Playground
from infra.demo.processes import Process, free_port

DAY_SECONDS = 6.0


class World:
    """Starts it all, and leaves nothing running. ``home`` gets every log and database."""

    def __init__(self, home: Path) -> None:
        self.home = home
        self.said: list[str] = []
        """The Playground's words of progress."""
        port = free_port()
        self.address = ""
        self.bot = Process("steward", ["app.py", "serve"], home / "bot.log", environment=self._environment(port))
        self.playground = Playground(home, f"http://127.0.0.1:{port}/api/messages", free_port(), self.said.append)
        self._agents: list[Process] = []

    def _environment(self, port: int) -> dict[str, str]:
        return {
            "HOST": "127.0.0.1",
            "PORT": str(port),
            "STEWARD_HOME": str(self.home / "bot"),
            "STEWARD_AGENTS": str(self.home / "agents.yaml"),
            "STEWARD_DAY_SECONDS": str(DAY_SECONDS),
            "ANTHROPIC_API_KEY": "",
        }

    async def open(self, *, agents: bool = True) -> None:
        names = {"scout": "research", "quill": "copywriter", "maildesk": "maildesk"} if agents else {}
        self._agents = [self._agent(name, kind) for name, kind in names.items()]
        urls = await asyncio.gather(*(agent.start() for agent in self._agents))
        vendors = {"scout": "sandbox-research", "quill": "sandbox-copywriter", "maildesk": "maildesk"}
        inventory = [
            {"name": agent.name, "vendor": vendors[agent.name], "url": url, "owner": OWNER.name}
            for agent, url in zip(self._agents, urls, strict=True)
        ]
        (self.home / "agents.yaml").write_text(yaml.safe_dump({"agents": inventory}))
        if agents:
            await self._lend()
        await self.bot.start()
        self.address = await self.playground.start()

    def _agent(self, name: str, kind: str) -> Process:
        folder = self.home / kind
        folder.mkdir()
        arguments = ["-m", f"infra.sandbox.{kind}", "--port", "0", "--home", str(folder)]
        if kind != "maildesk":
            arguments += ["--day-seconds", str(DAY_SECONDS)]
        return Process(name, arguments, folder / "log")

    async def _lend(self) -> None:
        kept = self._credentials()
        lend = Process(
            "credential",
            ["app.py", "credential", "maildesk", "--person", OWNER.id, "--username", kept["user"]],
            self.home / "bot.log",
            environment=self.bot.environment,
            ready="sealed ",
            given=kept["password"],
        )
        await lend.start()
        await lend.stop()

    def _credentials(self) -> dict[str, str]:
        kept: dict[str, str] = json.loads((self.home / "maildesk" / "credentials.json").read_text())
        return kept

    def code(self) -> str:
        """What Ann's authenticator app shows now."""
        return pyotp.TOTP(self._credentials()["seed"]).now()

    def ask(self, query: str, *values: Any) -> list[tuple[Any, ...]]:
        """From the bot's database."""
        return self._ask(self.home / "bot" / "steward.db", query, *values)

    def mailings(self) -> int:
        """How many campaigns the mail desk has really sent for us; it has some of its own as well."""
        [(reference,)] = self.ask("SELECT key FROM delegation WHERE agent = 'maildesk'")
        query = "SELECT count(*) FROM campaign WHERE reference = ?"
        [(sent,)] = self._ask(self.home / "maildesk" / "maildesk.db", query, reference)
        return int(sent)

    def _ask(self, database: Path, query: str, *values: Any) -> list[tuple[Any, ...]]:
        with closing(sqlite3.connect(f"file:{database}?mode=ro", uri=True, timeout=10)) as connection:
            return connection.execute(query, values).fetchall()

    async def close(self) -> None:
        await self.playground.stop()
        await self.bot.stop()
        for agent in self._agents:
            await agent.stop()
