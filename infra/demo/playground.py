"""The Microsoft 365 Agents Playground as a local Teams client: fetched by npx when it is wanted, never kept here.

Its licence is for evaluation, and it listens on all interfaces; whoever starts it says so first. It is told about
people of ours, sends no telemetry, opens no browser, and nothing of it is left running after ``stop``.
"""

from __future__ import annotations

import asyncio
import contextlib
import os
import re
import signal
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final
from uuid import NAMESPACE_DNS, uuid5

import aiohttp
import yaml

from infra import node
from plans.errors import SetupError

PACKAGE: Final = "@microsoft/m365agentsplayground"
VERSION: Final = "0.2.28"
"""The one that is tested; its commands and its configuration are not promised to stay."""
TENANT: Final = str(uuid5(NAMESPACE_DNS, "contoso.example"))
_CONFIG: Final = ".m365agentsplayground.yml"
_FETCH: Final = 300.0
"""Wall seconds that npm may take to fetch it, the first time."""
_SERVE: Final = 30.0
"""Wall seconds from its first word until it serves."""
_STOP: Final = 5.0
_PATIENCE: Final = 10.0
"""Wall seconds between two words of progress."""
_LISTENING: Final = re.compile(r"Listening on (\d+)")
_PROBLEM: Final = re.compile(r"npm (?:error|ERR!) code (\S+)|(Error: .{1,200})|^(YAML path .{1,200})", re.MULTILINE)

Progress = Callable[[str], None]


@dataclass(frozen=True)
class Person:
    """Somebody in the Playground's tenant."""

    name: str

    @property
    def _alias(self) -> str:
        return self.name.split()[0].lower()

    @property
    def id(self) -> str:
        """Their Entra object id, by which Steward knows them; the same on every machine."""
        return str(uuid5(NAMESPACE_DNS, f"{self._alias}.contoso.example"))

    def told(self) -> dict[str, str]:
        """As the Playground's configuration wants it, its spelling included."""
        given, _, surname = self.name.partition(" ")
        address = f"{self._alias}@contoso.example"
        return {
            "id": f"29:{self._alias}",
            "name": self.name,
            "userPrincipleName": address,
            "aadObjectId": self.id,
            "givenName": given,
            "surname": surname,
            "email": address,
        }


OWNER: Final = Person("Ann Example")
"""Who types and clicks in the Playground."""
OTHERS: Final = tuple(
    map(Person, ("Bob Stranger", "Carla Example", "Deniz Example", "Emil Example", "Farah Example"))
)  # fmt: skip
"""The rest of the group chat and the team; it wants at least five."""


def configuration() -> dict[str, Any]:
    """The people, chats and channels that it shows. Ids stay the same, so that a second start meets the same chats."""
    return {
        "version": "0.1.1",
        "tenantId": TENANT,
        "bot": {"id": "28:steward", "name": "Steward"},
        "currentUser": OWNER.told(),
        "users": [person.told() for person in OTHERS],
        "personalChat": {"id": "a:ann"},
        "groupChat": {"id": "19:launch-team@thread.v2", "name": "Launch team"},
        "team": {
            "id": "19:marketing@thread.tacv2",
            "name": "Marketing",
            "aadGroupId": str(uuid5(NAMESPACE_DNS, "marketing.contoso.example")),
            "channels": [{"id": "19:launch@thread.tacv2", "name": "Launch"}],
        },
    }


class Playground:
    """One Playground, in a process group of its own."""

    def __init__(self, home: Path, bot_url: str, port: int, progress: Progress) -> None:
        """``bot_url`` is where the bot takes messages; ``port`` the one to serve on, or another if that is taken."""
        self._folder = home / "playground"
        self._bot_url, self._port, self._progress = bot_url, port, progress
        self._log = self._folder / "log"
        self._running: asyncio.subprocess.Process | None = None

    async def start(self) -> str:
        """Returns the address to open in a browser, once it serves.

        Raises SetupError when npm cannot be had or cannot fetch it, or when it does not come up.
        """
        self._folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        (self._folder / _CONFIG).write_text(yaml.safe_dump(configuration(), sort_keys=False), encoding="utf-8")
        npx = await node.npx(self._progress)
        self._progress("Starting the Microsoft 365 Agents Playground (the first time, npm fetches about 15 MB)")
        try:
            with self._log.open("wb") as log:
                self._running = await asyncio.create_subprocess_exec(
                    *npx,
                    "--yes",
                    f"--package={PACKAGE}@{VERSION}",
                    *("agentsplayground", "start", "--channel-id", "msteams", "--disable-telemetry"),
                    *("--app-endpoint", self._bot_url, "--port", str(self._port)),
                    cwd=self._folder,
                    env=_environment(),
                    stdin=asyncio.subprocess.DEVNULL,
                    stdout=log,
                    stderr=log,
                    start_new_session=True,
                )
            port = await self._listening(self._running)
            await self._serving(self._running, port)
        except BaseException:
            await self.stop()
            raise
        return f"http://localhost:{port}"

    async def stop(self) -> None:
        """Ends it and all that it started. May be called again, or without a start."""
        running, self._running = self._running, None
        if running is None:
            return
        _signal(running.pid, signal.SIGTERM)
        try:
            async with asyncio.timeout(_STOP):
                await running.wait()
        except TimeoutError:
            pass
        finally:
            # npm may be gone before what it started is.
            _signal(running.pid, signal.SIGKILL)
        await running.wait()

    async def _listening(self, running: asyncio.subprocess.Process) -> int:
        """The port it says it took."""
        began = told = time.monotonic()
        while (now := time.monotonic()) < began + _FETCH:
            if found := _LISTENING.search(self._said()):
                return int(found[1])
            if running.returncode is not None:
                raise self._failed("could not be fetched or started")
            if now > told + _PATIENCE:
                told = now
                self._progress(f"npm is still at it, for {now - began:.0f} s now…")
            await asyncio.sleep(0.1)
        raise self._failed(f"was not there after {_FETCH:.0f} s")

    async def _serving(self, running: asyncio.subprocess.Process, port: int) -> None:
        """Waits for its answer: it says that it listens before it has read its configuration."""
        url = f"http://127.0.0.1:{port}/_internal/v1/testConfig"
        async with aiohttp.ClientSession(timeout=aiohttp.ClientTimeout(total=5)) as session:
            end = time.monotonic() + _SERVE
            while running.returncode is None and time.monotonic() < end:
                with contextlib.suppress(aiohttp.ClientError, TimeoutError, ValueError):
                    async with session.get(url) as response:
                        if response.ok and TENANT in await response.text():
                            return
                await asyncio.sleep(0.1)
        raise self._failed("did not come up")

    def _said(self) -> str:
        """Its own log too: there it says what it does not like about its configuration."""
        logs = (self._log, self._folder / "devTools" / "m365agentsplayground.log")
        return "\n".join(log.read_text("utf-8", errors="replace") for log in logs if log.exists())

    def _failed(self, how: str) -> SetupError:
        found = _PROBLEM.search(self._said())
        why = f" ({next(filter(None, found.groups()))})" if found else ""
        return SetupError(
            f"The Microsoft 365 Agents Playground {how}{why}. It comes from npm's registry: see that npm can reach it, "
            f"or use the chat in the terminal, which needs neither. Its log: {self._log}"
        )


def _environment() -> dict[str, str]:
    # The Playground would look for a bot on this machine behind the proxy that npm may need.
    near = "127.0.0.1,localhost"
    direct = {name: ",".join(filter(None, (os.environ.get(name), near))) for name in ("NO_PROXY", "no_proxy")}
    impatient = {
        "npm_config_fetch_retries": "1",
        "npm_config_fetch_retry_mintimeout": "1000",
        "npm_config_fetch_retry_maxtimeout": "5000",
        "npm_config_fetch_timeout": "60000",
        "npm_config_update_notifier": "false",
        "npm_config_fund": "false",
    }
    return {**os.environ, **direct, **impatient, "TEAMSAPPTESTER_BROWSER": "none"}


def _signal(group: int, how: signal.Signals) -> None:
    with contextlib.suppress(ProcessLookupError, PermissionError):
        os.killpg(group, how)
