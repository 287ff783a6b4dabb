"""A program in a terminal of its own, used by a person: what they type, and what they see."""

from __future__ import annotations

import asyncio
import contextlib
import os
import pty
import re
import signal
import subprocess
import sys
import termios
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Final

_ROOT: Final = Path(__file__).parents[2]
_CONTROL: Final = re.compile(r"\x1b\[[0-9;?]*[A-Za-z]|\r")
_SIZE: Final = (60, 110)
_OWN: Final = """\
import fcntl, os, sys, termios
fcntl.ioctl(0, termios.TIOCSCTTY, 0)
os.execv(sys.executable, [sys.executable, *sys.argv[1:]])
"""
"""Makes the terminal the program's own before it begins: Ctrl-C and a closed window are signals then."""


class PseudoTerminal:
    """``seen`` is everything that was written so far, without colours; each ``see`` reads on from the last."""

    def __init__(self, process: subprocess.Popen[bytes], master: int) -> None:
        self.process = process
        self._master = master
        self._raw = b""
        self._news = asyncio.Event()
        self._read = 0
        asyncio.get_running_loop().add_reader(master, self._hear)

    def _hear(self) -> None:
        try:
            heard = os.read(self._master, 65536)
        except OSError:
            heard = b""
        if not heard:
            asyncio.get_running_loop().remove_reader(self._master)
        self._raw += heard
        self._news.set()

    @property
    def seen(self) -> str:
        return _CONTROL.sub("", self._raw.decode("utf-8", errors="replace"))

    async def see(self, pattern: str, seconds: float = 60) -> re.Match[str]:
        """The next text that fits, once it is there. Raises TimeoutError, with the end of what is there instead."""
        try:
            async with asyncio.timeout(seconds):
                while (found := re.compile(pattern).search(self.seen, self._read)) is None:
                    self._news.clear()
                    await self._news.wait()
        except TimeoutError:
            raise TimeoutError(f"{pattern!r} was not to be seen; there is:\n{self.seen[-3000:]}") from None
        self._read = found.end()
        return found

    def type(self, line: str) -> None:
        """Types it, and Enter."""
        os.write(self._master, f"{line}\n".encode())

    def key(self, key: str) -> None:
        os.write(self._master, key.encode())

    async def press(self, button: str, seconds: float = 60) -> None:
        """The next button whose title begins so, by the number that it has on the screen."""
        found = await self.see(rf"\[(\d+)\] {button}", seconds)
        self.type(found[1])

    def shut(self) -> None:
        """Closes the window: the program is told that its terminal is gone."""
        asyncio.get_running_loop().remove_reader(self._master)
        os.close(self._master)
        self._master = -1

    async def ended(self, seconds: float = 30) -> int:
        """The exit status, once the program has ended. Raises TimeoutError."""
        async with asyncio.timeout(seconds):
            return await asyncio.to_thread(self.process.wait)

    def close(self) -> None:
        """Whatever it does, it ends now."""
        if self._master >= 0:
            self.shut()
        with contextlib.suppress(ProcessLookupError):
            os.killpg(self.process.pid, signal.SIGKILL)
        self.process.wait()


@asynccontextmanager
async def terminal(*arguments: str, environment: Mapping[str, str]) -> AsyncIterator[PseudoTerminal]:
    """Runs ``python <arguments>`` from the project's folder, with nothing but that environment."""
    master, slave = pty.openpty()
    termios.tcsetwinsize(slave, _SIZE)
    process = await asyncio.to_thread(
        subprocess.Popen,
        [sys.executable, "-c", _OWN, *arguments],
        cwd=_ROOT,
        env={"TERM": "xterm", **environment},
        stdin=slave,
        stdout=slave,
        stderr=slave,
        start_new_session=True,
    )
    os.close(slave)
    found = PseudoTerminal(process, master)
    try:
        yield found
    finally:
        found.close()
