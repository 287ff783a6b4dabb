"""``app.py demo``: the bot and three vendors' agents on a fast clock, and a client in which a person meets them.

Whatever ends it (Ctrl-C, a signal, the end of input, the terminal closing, kill -9) ends everything that it started.
"""

from __future__ import annotations

import asyncio
import signal
from collections.abc import AsyncIterator, Coroutine
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Literal

from infra.demo import guide, kept, playground
from infra.demo.guard import Guard
from infra.demo.kept import Ports
from infra.demo.playground import Playground
from infra.demo.processes import claim, free_port
from infra.demo.remembered import Remembered
from infra.demo.run import goal_for
from infra.demo.stage import Stage
from infra.demo.terminal import commands, looks
from infra.demo.terminal.chat import Terminal
from infra.demo.terminal.places import OWNER
from infra.demo.terminal.screen import Screen
from infra.settings import Settings, make_home
from plans.errors import SetupError

Client = Literal["terminal", "playground"]
_PLAYGROUND_PORT = 56150
_INTERRUPTED = 130
_ENDS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)


class NoPlayground(SetupError):
    """The Playground cannot be had here; the terminal can."""


class Demonstration:
    """One run. Lives on one event loop."""

    def __init__(self, told: Settings, screen: Screen, goal: str | None, *, fresh: bool) -> None:
        self._told, self._screen, self._fresh = told, screen, fresh
        self._goal = goal or goal_for(datetime.now(UTC).date())
        self._port = told.port or free_port()

    def _progress(self, said: str) -> None:
        self._screen.show(looks.note(f"· {said}"))

    @asynccontextmanager
    async def _stage(self, client: Client) -> AsyncIterator[tuple[Stage, Ports]]:
        """A stage in the client's folder, not opened yet; in the end nothing of it is running."""
        claim(self._told.host, self._port)
        with kept.held(self._told.home, client) as (folder, lock):
            await lock.take(self._progress)
            if self._fresh:
                kept.forget(folder)
            make_home(folder)
            guard = Guard()
            await guard.start((lock.descriptor,))
            ports = Ports(folder, self._progress)
            stage = Stage(folder, self._told.host, self._port, OWNER, self._progress, ports.get)
            try:
                yield stage, ports
            finally:
                self._screen.close()
                self._progress("Stopping…")
                await stage.close()
                await guard.stop()

    async def terminal(self) -> None:
        """Talks here until the input ends. Raises SetupError."""
        async with self._stage("terminal") as (stage, _):
            memory = Remembered(stage.home / "teams.json", stage.teams.directory)
            before = memory.begin()
            try:
                await stage.open()
                await self._talk(Terminal(stage, self._screen, self._goal), before)
            finally:
                memory.save()

    async def _talk(self, terminal: Terminal, before: bool) -> None:
        self._screen.show("", guide.again() if before else guide.terminal(self._goal), "")
        await terminal.go(terminal.place)
        async with asyncio.TaskGroup() as group:
            lines: asyncio.Queue[str | None] = asyncio.Queue()
            helpers = [group.create_task(running) for running in (terminal.watch(), *self._reading(lines))]
            terminal.prompt()
            while not terminal.quit.is_set() and (line := await lines.get()) is not None:
                if line.startswith("/"):
                    await commands.run(terminal, line)
                else:
                    await terminal.take(line)
                terminal.prompt()
            for helper in helpers:
                helper.cancel()

    def _reading(self, lines: asyncio.Queue[str | None]) -> list[Coroutine[Any, Any, None]]:
        async def gone() -> None:
            await self._screen.gone.wait()
            lines.put_nowait(None)

        return [self._screen.read(lines), gone()]

    async def playground(self) -> None:
        """Serves the Playground until interrupted. Raises NoPlayground, and SetupError for anything else."""
        async with self._stage("playground") as (stage, _):
            client = Playground(stage.home, stage.bot_url, _PLAYGROUND_PORT, self._progress)
            try:
                try:
                    address = await client.start()
                except SetupError as error:
                    raise NoPlayground(str(error)) from None
                await stage.open(playground.OWNER.id)
                self._screen.show("", guide.playground(address, self._goal), "")
                await self._attend(stage)
            finally:
                await client.stop()

    async def _attend(self, stage: Stage) -> None:
        """The owner's authenticator app, while everything else happens in the browser."""
        async with asyncio.TaskGroup() as group:
            lines: asyncio.Queue[str | None] = asyncio.Queue()
            helpers = [group.create_task(running) for running in self._reading(lines)]
            while True:
                self._screen.ask("/code shows the one-time code, /quit stops › ")
                line = await lines.get()
                if line is None and not self._screen.interactive and not self._screen.gone.is_set():
                    continue  # Started without a terminal, it runs until it is told to end.
                if line is None or line.strip() == "/quit":
                    break
                self._screen.show(looks.note(f"The authenticator app shows {stage.credentials.code()}."))
            for helper in helpers:
                helper.cancel()


def interactive(told: Settings, wanted: Client | None, goal: str | None, *, fresh: bool) -> int:
    """Returns the exit status: 0 when the person ended it, 130 when a signal did. Raises SetupError with the way on."""
    screen = Screen()
    client = wanted or _agreed(make_home(told.home) / "demo", screen)
    if wanted == "playground":
        _tell_once(make_home(told.home) / "demo", screen)
    show = Demonstration(told, screen, goal, fresh=fresh)
    return asyncio.run(_until_ended(_either(show, screen, client, forced=wanted is not None)))


async def _either(show: Demonstration, screen: Screen, client: Client, *, forced: bool) -> None:
    if client == "playground":
        try:
            await show.playground()
        except NoPlayground as error:
            if forced:
                raise
            screen.show(looks.note(f"{error}\nSo here is the chat in the terminal."))
        else:
            return
    await show.terminal()


async def _until_ended(showing: Coroutine[Any, Any, None]) -> int:
    """Runs it; a signal stops it in order, and only once: what is being stopped is not to be disturbed."""
    task = asyncio.ensure_future(showing)
    ended = asyncio.Event()

    def end() -> None:
        if not ended.is_set():
            ended.set()
            task.cancel()

    for number in _ENDS:
        asyncio.get_running_loop().add_signal_handler(number, end)
    try:
        await task
    except asyncio.CancelledError:
        if not ended.is_set():
            raise
    return _INTERRUPTED if ended.is_set() else 0


def _agreed(folder: Path, screen: Screen) -> Client:
    """Which client it is to be: asked once, at a terminal; elsewhere there is nobody to ask."""
    if not screen.interactive:
        return "terminal"
    answers = make_home(folder) / "answers.json"
    said = kept.read(answers).get("playground")
    if said is None:
        screen.show(
            guide.LICENCE, "Without it, the chat with Steward opens here in the terminal, where nothing else is needed."
        )
        said = input("Open the Playground? [y/N] ").strip().casefold() in ("y", "yes")
        kept.write(answers, {"playground": said})
    elif not said:
        screen.show(looks.note("The chat opens here, as you chose; --playground opens the Playground."))
    return "playground" if said else "terminal"


def _tell_once(folder: Path, screen: Screen) -> None:
    """Asking for the Playground by name is a yes, but what it means is said all the same."""
    answers = make_home(folder) / "answers.json"
    if not kept.read(answers).get("playground"):
        screen.show(guide.LICENCE)
        kept.write(answers, {"playground": True})
