"""What a demonstration keeps between two starts: its folder, its ports, and what its user has agreed to.

Each client has a folder of its own, because the chats of one mean nothing to another. A lock sees to it that only one
demonstration at a time uses a folder, and that the next one begins only when nothing of the last is running any more.
"""

from __future__ import annotations

import asyncio
import contextlib
import fcntl
import json
import os
import shutil
import socket
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from infra.demo.processes import free_port
from infra.settings import make_home
from plans.errors import SetupError

_ENDING = 20.0
"""Wall seconds that a killed demonstration may take until nothing of it is left."""
Progress = Callable[[str], None]


def read(path: Path) -> dict[str, Any]:
    """A JSON object that was written here before; empty when there is none that can be read."""
    with contextlib.suppress(OSError, ValueError):
        found = json.loads(path.read_text(encoding="utf-8"))
        if isinstance(found, dict):
            return found
    return {}


def write(path: Path, content: dict[str, Any]) -> None:
    """All or nothing, readable by its owner only."""
    fresh = path.with_name(f"{path.name}.new")
    fresh.touch(mode=0o600)
    fresh.write_text(json.dumps(content, ensure_ascii=False), encoding="utf-8")
    fresh.replace(path)


def forget(folder: Path) -> None:
    """Everything kept there."""
    shutil.rmtree(folder, ignore_errors=True)


class Lock:
    """Held by a demonstration and by whatever it has started."""

    def __init__(self, folder: Path) -> None:
        self._path = folder.with_name(f"{folder.name}.lock")
        self.descriptor = os.open(self._path, os.O_RDWR | os.O_CREAT, 0o600)

    async def take(self, progress: Progress) -> None:
        """Waits for what a killed demonstration left behind. Raises SetupError when one is running."""
        told, end = False, time.monotonic() + _ENDING
        while not self._taken():
            holder = os.pread(self.descriptor, 32, 0).decode().strip()
            if _lives(holder) or time.monotonic() > end:
                raise SetupError(
                    f"A demonstration is running here already (process {holder or 'unknown'}). Stop it with Ctrl-C, "
                    "or set STEWARD_HOME to another folder and PORT to another port."
                )
            if not told:
                told = True
                progress("Waiting until nothing of the last demonstration is running any more")
            await asyncio.sleep(0.1)
        os.ftruncate(self.descriptor, 0)
        os.pwrite(self.descriptor, f"{os.getpid()}\n".encode(), 0)

    def _taken(self) -> bool:
        try:
            fcntl.flock(self.descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            return False
        return True

    def release(self) -> None:
        os.close(self.descriptor)


def _lives(pid: str) -> bool:
    if not pid.isdecimal():
        return False
    try:
        os.kill(int(pid), 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return True


@contextmanager
def held(home: Path, client: str) -> Iterator[tuple[Path, Lock]]:
    """The client's folder below the home folder, and its lock, not taken yet. Raises SetupError."""
    folder = make_home(make_home(home) / "demo").resolve() / client
    lock = Lock(folder)
    try:
        yield folder, lock
    finally:
        lock.release()


class Ports:
    """Which server listens where, the same at every start: what was sent to an address finds it again."""

    def __init__(self, folder: Path, progress: Progress) -> None:
        self._path, self._progress = folder / "ports.json", progress

    def get(self, name: str) -> int:
        """The port of before, unless somebody else has taken it meanwhile."""
        kept = read(self._path)
        before = kept.get(name)
        if isinstance(before, int) and _free(before):
            return before
        if before is not None:
            self._progress(f"Port {before} is in use by somebody else now; {name} takes another")
        found = free_port()
        write(self._path, {**kept, name: found})
        return found


def _free(port: int) -> bool:
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port))
        except OSError:
            return False
        return True
