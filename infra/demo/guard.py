"""Nothing of a demonstration outlives it, not even when it is killed the hard way.

A second, tiny process waits for the first one's end on a pipe; then it ends everything that carries the first one's
mark in its environment, which every process inherits from the one that started it. Run by its path, it needs nothing
but the standard library. Where there is no ``/proc``, only an orderly end tidies up.
"""

from __future__ import annotations

import asyncio
import contextlib
import os
import secrets
import signal
import sys
import time
from collections.abc import Iterable
from pathlib import Path

_MARK = "DEMONSTRATION"
_PROCESSES = Path("/proc")
_WATCHED = _PROCESSES.is_dir()
_GRACE = 5.0
"""Wall seconds that what is left over gets to end by itself."""


class Guard:
    """Marks what is started from now on, by this process and its children, and sees that it ends with this process."""

    def __init__(self) -> None:
        self._running: asyncio.subprocess.Process | None = None

    async def start(self, keep: Iterable[int] = ()) -> None:
        """``keep`` are file descriptors that stay open until everything has ended: a lock, say."""
        if not _WATCHED:
            return
        os.environ.pop(_MARK, None)
        mark = secrets.token_hex(16)
        self._running = await asyncio.create_subprocess_exec(
            *(sys.executable, "-S", "-E", __file__, mark),
            stdin=asyncio.subprocess.PIPE,
            stdout=asyncio.subprocess.DEVNULL,
            stderr=asyncio.subprocess.DEVNULL,
            start_new_session=True,
            pass_fds=tuple(keep),
        )
        os.environ[_MARK] = mark

    async def stop(self) -> None:
        """Ends what is left. May be called again, or without a start."""
        running, self._running = self._running, None
        if running is None or running.stdin is None:
            return
        running.stdin.close()
        await running.wait()
        os.environ.pop(_MARK, None)


def _marked(mark: str) -> list[int]:
    """Everything that was started under this mark and lives."""
    wanted, found = f"{_MARK}={mark}".encode(), []
    for folder in _PROCESSES.iterdir():
        # A process may end while it is looked at; others' are not readable.
        with contextlib.suppress(OSError):
            if folder.name.isdecimal() and wanted in (folder / "environ").read_bytes().split(b"\0"):
                found.append(int(folder.name))
    return found


def _end(mark: str) -> None:
    """Asks everything marked to end, then insists; until nothing is left, whatever was started meanwhile."""
    asked, patience = set[int](), time.monotonic() + _GRACE
    while left := _marked(mark):
        late = time.monotonic() > patience
        for pid in left:
            if late or pid not in asked:
                asked.add(pid)
                with contextlib.suppress(ProcessLookupError, PermissionError):
                    os.kill(pid, signal.SIGKILL if late else signal.SIGTERM)
        time.sleep(0.1)


def main() -> None:
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, signal.SIG_IGN)
    while os.read(0, 4096):
        pass
    _end(sys.argv[1])


if __name__ == "__main__":
    main()
