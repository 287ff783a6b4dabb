"""The sandbox's agents as real processes: started on a free port, killed at the end, restarted on the same one."""

from __future__ import annotations

import asyncio
import subprocess
import sys
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

_ROOT = Path(__file__).parents[2]
_PATIENCE = 60


class Running:
    """One agent. ``url`` is what it said on its ready line; it stays the same over a restart."""

    def __init__(self, module: str, home: Path, options: tuple[str, ...]) -> None:
        self._module = module
        self._home = home
        self._options = options
        self._errors = home.parent / f"{home.name}.err"
        self._port = "0"
        self._process: subprocess.Popen[str] | None = None
        self.url = ""

    async def start(self) -> Running:
        async with asyncio.timeout(_PATIENCE):
            said = await asyncio.to_thread(self._run)
        assert said.startswith("ready "), self._errors.read_text()
        self.url = said.split()[1]
        self._port = self.url.split(":")[2].split("/")[0]
        return self

    def _run(self) -> str:
        command = [sys.executable, "-m", self._module, "--home", str(self._home), "--port", self._port, *self._options]
        with self._errors.open("a") as errors:
            self._process = subprocess.Popen(command, cwd=_ROOT, stdout=subprocess.PIPE, stderr=errors, text=True)
        assert self._process.stdout is not None
        return self._process.stdout.readline()

    def kill(self) -> None:
        """As ``kill -9`` does: nothing is tidied up."""
        if self._process is not None:
            self._process.kill()
            self._process.wait()
            assert self._process.stdout is not None
            self._process.stdout.close()
            self._process = None


class Sandbox:
    """Starts agents, and knows which to kill."""

    def __init__(self, home: Path) -> None:
        self.home = home
        self._started: list[Running] = []

    async def start(self, agent: str, *, day: float = 0.5, fault: str = "") -> Running:
        """``agent`` is a module of the sandbox, e.g. ``research``; ``day`` how many seconds a day of work takes."""
        home = self.home / f"{agent}-{len(self._started)}"
        home.mkdir()
        options = ("--day-seconds", str(day), *(("--fault", fault) if fault else ()))
        running = Running(f"infra.sandbox.{agent}", home, options)
        self._started.append(running)
        return await running.start()

    def close(self) -> None:
        for running in self._started:
            running.kill()


@pytest.fixture
async def sandbox(tmp_path: Path) -> AsyncIterator[Sandbox]:
    found = Sandbox(tmp_path)
    try:
        yield found
    finally:
        found.close()
