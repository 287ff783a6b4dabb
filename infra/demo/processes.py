"""The processes of a demonstration: started, waited for, killed the hard way, and never left behind."""

from __future__ import annotations

import asyncio
import contextlib
import os
import signal
import socket
import sys
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from plans.errors import SetupError

ROOT = Path(__file__).parents[2]
_START = 60.0
"""Wall seconds a process may take to say that it is ready."""


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def claim(host: str, port: int) -> None:
    """Raises SetupError when somebody else listens there."""
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError as error:
            raise SetupError(
                f"Port {port} on {host} cannot be used ({error.strerror}). Stop what is using it, or choose another: "
                f"PORT={port + 1}."
            ) from None


@dataclass
class Process:
    """One of ours, in a process of its own. ``ready`` begins the line on stdout that says it serves."""

    name: str
    arguments: list[str]
    log: Path
    ready: str = "ready "
    environment: Mapping[str, str] = field(default_factory=dict)
    given: str = field(default="", repr=False)
    """What it finds on standard input, e.g. a password."""
    _running: asyncio.subprocess.Process | None = None
    _drain: asyncio.Task[None] | None = None

    @property
    def pid(self) -> int | None:
        return self._running.pid if self._running else None

    async def start(self) -> str:
        """Starts it and returns what follows ``ready``. Raises SetupError with the end of its log."""
        with self.log.open("ab") as log:
            self._running = await asyncio.create_subprocess_exec(
                sys.executable,
                *self.arguments,
                cwd=ROOT,
                env={**os.environ, **self.environment},
                stdin=asyncio.subprocess.PIPE,
                stdout=asyncio.subprocess.PIPE,
                stderr=log,
                start_new_session=True,
            )
        assert self._running.stdin is not None
        self._running.stdin.write(self.given.encode())
        self._running.stdin.close()
        try:
            async with asyncio.timeout(_START):
                said = await self._until_ready(self._running)
        except TimeoutError:
            said = None
        if said is None:
            await self.stop()
            raise SetupError(f"{self.name} did not start. Its last words: {self._last_words()}")
        self._drain = asyncio.create_task(self._forget(self._running))
        return said

    async def _until_ready(self, running: asyncio.subprocess.Process) -> str | None:
        assert running.stdout is not None
        async for line in running.stdout:
            said = line.decode(errors="replace").strip()
            if said.startswith(self.ready):
                return said.removeprefix(self.ready)
        return None

    async def _forget(self, running: asyncio.subprocess.Process) -> None:
        # An unread pipe would fill up and stop the process.
        assert running.stdout is not None
        async for _ in running.stdout:
            pass

    def _last_words(self) -> str:
        lines = self.log.read_text(errors="replace").strip().splitlines()
        return lines[-1][:400] if lines else f"none (see {self.log})"

    async def kill(self) -> None:
        """kill -9, of it and of everything it started."""
        await self._end(signal.SIGKILL)

    async def stop(self) -> None:
        """Asks it to end; insists after ten seconds."""
        await self._end(signal.SIGTERM)

    async def _end(self, how: signal.Signals) -> None:
        running, self._running = self._running, None
        if running is None:
            return
        _signal(running.pid, how)
        try:
            async with asyncio.timeout(10):
                await running.wait()
        except TimeoutError:
            _signal(running.pid, signal.SIGKILL)
            await running.wait()
        _signal(running.pid, signal.SIGKILL)
        if self._drain is not None:
            self._drain.cancel()


def _signal(group: int, how: signal.Signals) -> None:
    # The group outlives its leader: a killed bot's browser is in it.
    with contextlib.suppress(ProcessLookupError, PermissionError):
        os.killpg(group, how)
