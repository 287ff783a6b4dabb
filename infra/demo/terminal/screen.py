"""The terminal: what is shown goes above the line being typed, in one write, so that nothing flickers or is lost.

Without a terminal on both sides it is a plain stream: lines in, lines out. Either may close at any moment; from then on
nothing is shown, and ``gone`` says so.
"""

from __future__ import annotations

import asyncio
import codecs
import contextlib
import os
import sys
import termios
import threading
import tty
from collections.abc import Callable, Iterator

from rich.console import Console, RenderableType
from rich.text import Text

from infra.demo.terminal.editor import Editor
from infra.demo.terminal.markup import veiled

_PLAIN_WIDTH = 120
_SIGNAL_KEYS = (termios.VSUSP, termios.VQUIT)


class Screen:
    """``gone`` is set when there is nobody to show anything to."""

    def __init__(self, console: Console | None = None) -> None:
        self.console = console or Console(highlight=False, soft_wrap=False)
        self.interactive = self.console.is_terminal and sys.stdin.isatty()
        if not self.console.is_terminal:
            self.console.width = _PLAIN_WIDTH
        self.gone = asyncio.Event()
        self._editor = Editor()
        self._prompt: Text | None = None

    @property
    def width(self) -> int:
        return min(self.console.width, 100)

    def show(self, *found: RenderableType) -> None:
        """Above the line being typed."""
        with self.console.capture() as captured:
            for one in found:
                self.console.print(one)
        self._write(f"{self._wiped()}{captured.get()}{self._line()}")

    def ask(self, prompt: str, *, masked: bool = False, veil: bool = True, offered: str = "") -> None:
        """What the next line answers. A line half typed is kept, unless it was typed where it could not be seen.

        With ``veil``, what looks like a one-time code is hidden while it is typed.
        """
        if masked != self._editor.masked:
            self._editor.text, self._editor.cursor = "", 0
        self._editor.masked, self._editor.offered = masked, offered
        self._editor.veil = veiled if veil else None
        self._prompt = Text(prompt, "bold cyan")
        self._redraw()

    async def read(self, lines: asyncio.Queue[str | None]) -> None:
        """Puts every line into the queue, and None at the end of input. Runs until it is cancelled."""
        if self.interactive:
            await self._read_keys(lines)
        else:
            await _read_stream(lines)

    def close(self) -> None:
        """No line is being typed any more."""
        self._prompt = None
        self._write(self._wiped())

    def _redraw(self) -> None:
        self._write(f"{self._wiped()}{self._line()}")

    def _wiped(self) -> str:
        return "\r\x1b[K" if self.interactive else ""

    def _line(self) -> str:
        if not self.interactive or self._prompt is None:
            return ""
        room = max(self.console.width - self._prompt.cell_len - 1, 8)
        seen, cursor, offer = self._editor.view(room)
        with self.console.capture() as captured:
            self.console.print(Text.assemble(self._prompt, (seen, "dim" if offer else "")), end="", no_wrap=True)
        return f"{captured.get()}\r\x1b[{self._prompt.cell_len + cursor}C"

    def _write(self, text: str) -> None:
        if self.gone.is_set() or not text:
            return
        try:
            self.console.file.write(text)
            self.console.file.flush()
        except (OSError, ValueError):
            self._leave()

    def _leave(self) -> None:
        self.gone.set()
        # What is still buffered would fail once more when Python ends.
        with contextlib.suppress(OSError):
            nowhere = os.open(os.devnull, os.O_WRONLY)
            os.dup2(nowhere, sys.stdout.fileno())
            os.close(nowhere)

    async def _read_keys(self, lines: asyncio.Queue[str | None]) -> None:
        loop, keyboard = asyncio.get_running_loop(), sys.stdin.fileno()
        decode = codecs.getincrementaldecoder("utf-8")(errors="ignore")

        def typed() -> None:
            try:
                raw = os.read(keyboard, 4096)
            except OSError:
                raw = b""
            for line in self._editor.feed(decode.decode(raw)):
                lines.put_nowait(line)
            if not raw or self._editor.ended:
                loop.remove_reader(keyboard)
                lines.put_nowait(None)
            self._redraw()

        with _unbuffered(keyboard):
            loop.add_reader(keyboard, typed)
            try:
                await asyncio.Event().wait()
            finally:
                loop.remove_reader(keyboard)


@contextlib.contextmanager
def _unbuffered(keyboard: int) -> Iterator[None]:
    """Every key at once and not echoed, but for Ctrl-C, which stays a signal; afterwards all as it was."""
    before = termios.tcgetattr(keyboard)
    tty.setcbreak(keyboard, termios.TCSANOW)
    during = termios.tcgetattr(keyboard)
    for key in _SIGNAL_KEYS:  # Stopped, the demonstration would leave the terminal as it is now.
        during[6][key] = b"\0"
    termios.tcsetattr(keyboard, termios.TCSANOW, during)
    try:
        yield
    finally:
        with contextlib.suppress(termios.error):
            termios.tcsetattr(keyboard, termios.TCSADRAIN, before)


async def _read_stream(lines: asyncio.Queue[str | None]) -> None:
    """In a thread of its own: standard input may be a file, which an event loop cannot wait for."""
    loop = asyncio.get_running_loop()

    def tell(put: Callable[[str | None], None], line: str | None) -> None:
        with contextlib.suppress(RuntimeError):  # The loop is closed: nobody listens any more.
            loop.call_soon_threadsafe(put, line)

    def read() -> None:
        # Not sys.stdin itself: a thread that waits in it would hold its lock when Python ends.
        with open(sys.stdin.fileno(), "rb", buffering=0, closefd=False) as stream:
            for raw in iter(stream.readline, b""):
                tell(lines.put_nowait, raw.decode("utf-8", errors="replace").rstrip("\r\n"))
        tell(lines.put_nowait, None)

    threading.Thread(target=read, name="standard input", daemon=True).start()
    await asyncio.Event().wait()
