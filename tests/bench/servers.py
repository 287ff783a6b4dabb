"""The bot and the echo bot under measurement, each in a process of its own, and the Teams they are in."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

import psutil

from infra.demo.processes import Process
from infra.sandbox.teams import Teams

APP_ID, APP_PASSWORD = "00000000-0000-0000-0000-00000000b07a", "the bot's own password"
_QUIET = {"ANTHROPIC_API_KEY": "", "MICROSOFT_APP_ID": "", "MICROSOFT_APP_PASSWORD": "", "DATABASE_URL": ""}


@dataclass(frozen=True)
class Usage:
    """What a process has used so far: seconds of CPU, and the megabytes it holds now."""

    cpu: float
    megabytes: float


class Server:
    """A bot that Teams can talk to."""

    def __init__(self, process: Process, teams: Teams) -> None:
        self.process = process
        self.teams = teams

    async def start(self) -> float:
        """Wall seconds until it was ready."""
        began = time.monotonic()
        self.teams.bot_url = await self.process.start()
        return time.monotonic() - began

    def usage(self) -> Usage:
        assert self.process.pid is not None
        running = psutil.Process(self.process.pid)
        times, memory = running.cpu_times(), running.memory_info()
        return Usage(times.user + times.system, memory.rss / 2**20)

    @property
    def sent(self) -> int:
        """How many requests the bot has made to Teams so far."""
        return len(self.teams.connector.calls)


def _serving(home: Path, told: dict[str, str]) -> Process:
    home.mkdir(parents=True, exist_ok=True)
    return Process("steward", ["app.py", "serve"], home / "log", environment=told)


@asynccontextmanager
async def steward(home: Path, *, signed: bool = True, **environment: str) -> AsyncIterator[Server]:
    """``app.py serve``; with ``signed``, Teams signs every request and the bot signs in. Not started yet."""
    async with Teams(app_id=APP_ID, app_password=APP_PASSWORD) if signed else Teams() as teams:
        told = {**_QUIET, "PORT": "0", "STEWARD_HOME": str(home), "STEWARD_AGENTS": str(home / "agents.yaml")}
        if signed:
            told |= {
                "MICROSOFT_APP_ID": APP_ID,
                "MICROSOFT_APP_PASSWORD": APP_PASSWORD,
                "STEWARD_CHANNEL_METADATA_URL": teams.metadata_url,
                "STEWARD_LOGIN_URL": teams.login_url,
                "REQUESTS_CA_BUNDLE": str(teams.ca_file),
            }
        process = _serving(home, told | environment)
        try:
            yield Server(process, teams)
        finally:
            await process.stop()


@asynccontextmanager
async def echo(home: Path) -> AsyncIterator[Server]:
    """The baseline, in a Teams of its own that signs nothing. Not started yet."""
    async with Teams() as teams:
        process = Process("echo", ["-m", "tests.bench.echo"], home / "echo.log")
        try:
            yield Server(process, teams)
        finally:
            await process.stop()


async def until(holds: Callable[[], bool], seconds: float, every: float = 0.01) -> float:
    """Waits; returns the wall seconds it took. Raises TimeoutError."""
    began = time.monotonic()
    async with asyncio.timeout(seconds):
        while not holds():
            await asyncio.sleep(every)
    return time.monotonic() - began
