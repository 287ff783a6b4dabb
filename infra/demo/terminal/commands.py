"""What begins with a stroke: the demonstration's own commands, none of which reaches Steward."""

from __future__ import annotations

import time
from collections.abc import Awaitable, Callable

from infra.demo.terminal.chat import Terminal
from plans.errors import SetupError

_STEP = 30
"""Seconds that an authenticator app shows a code."""


async def run(terminal: Terminal, line: str) -> None:
    """Does what the line says, or tells what there is."""
    name, _, rest = line.removeprefix("/").strip().partition(" ")
    found = [command for command in COMMANDS if command.startswith(name.casefold())] if name else []
    exact = [command for command in found if command == name.casefold()] or found
    if len(exact) != 1:
        terminal.tell(f"There is no /{name}. " + "  ".join(f"/{command}" for command in COMMANDS))
        return
    await COMMANDS[exact[0]][2](terminal, rest.strip())


async def _help(terminal: Terminal, _rest: str) -> None:
    terminal.tell("Write to Steward, or press a button by its number. `help` asks Steward what it understands.")
    for name, (wants, does, _) in COMMANDS.items():
        terminal.tell(f"  {f'/{name} {wants}'.strip():14} {does}")


async def _code(terminal: Terminal, _rest: str) -> None:
    left = _STEP - int(time.time()) % _STEP
    code = terminal.stage.credentials.code()
    terminal.tell(f"{terminal.places.people[0].name}'s authenticator app shows {code}, for {left} more seconds.")


async def _chats(terminal: Terminal, _rest: str) -> None:
    for number, place in enumerate(terminal.places.of(terminal.who), 1):
        here = "→" if place.conversation is terminal.place.conversation else " "
        unread = f", {count} unread" if (count := terminal.unread(place)) else ""
        terminal.tell(f" {here} {number} {place.name}: {', '.join(user.name for user in place.members)}{unread}")


async def _go(terminal: Terminal, rest: str) -> None:
    there = terminal.places.of(terminal.who)
    if not rest.isdecimal() or not 1 <= int(rest) <= len(there):
        terminal.tell("Where to? /go with a number:")
        await _chats(terminal, "")
        return
    await terminal.go(there[int(rest) - 1])


async def _as(terminal: Terminal, rest: str) -> None:
    who = terminal.places.person(rest)
    if who is None:
        terminal.tell("Who? " + " or ".join(f"/as {user.name.split()[0]}" for user in terminal.places.people))
        return
    same = [place.conversation.id for place in terminal.places.of(terminal.who)].index(terminal.place.conversation.id)
    await terminal.go(terminal.places.of(who)[same], who)


async def _open(terminal: Terminal, rest: str) -> None:
    if not rest.isdecimal():
        terminal.tell("Which one? /open with the number of a button.")
        return
    await terminal.choose(int(rest))


async def _goal(terminal: Terminal, _rest: str) -> None:
    await terminal.say(terminal.goal)


async def _again(terminal: Terminal, _rest: str) -> None:
    terminal.again()


async def _new(terminal: Terminal, _rest: str) -> None:
    if terminal.place.conversation.kind != "channel":
        terminal.tell("Threads are for channels: /chats shows which chat is one.")
        return
    terminal.anew = True
    terminal.tell("What you say next begins a new thread.")


async def _cancel(terminal: Terminal, _rest: str) -> None:
    terminal.cancel()


async def _crash(terminal: Terminal, _rest: str) -> None:
    await terminal.stage.kill_bot()
    terminal.tell("kill -9 of Steward. Starting it again…")
    try:
        await terminal.stage.restart_bot()
    except SetupError as error:
        terminal.tell(str(error))
    else:
        terminal.tell("Steward is back, and goes on where it was.")


async def _quit(terminal: Terminal, _rest: str) -> None:
    terminal.quit.set()


COMMANDS: dict[str, tuple[str, str, Callable[[Terminal, str], Awaitable[None]]]] = {
    "goal": ("", "says the example's goal", _goal),
    "code": ("", "what the authenticator app shows", _code),
    "open": ("3", "shows what a card has folded away: the same as its number alone", _open),
    "again": ("", "shows the last cards of this chat once more, and those that wait for an answer", _again),
    "chats": ("", "the chats there are", _chats),
    "go": ("2", "to another chat", _go),
    "as": ("Bob", "be somebody else", _as),
    "new": ("", "begin a new thread in the channel", _new),
    "cancel": ("", "do not send what is being asked for", _cancel),
    "crash": ("", "kill -9 of Steward, and start it again: nothing is lost", _crash),
    "help": ("", "this list", _help),
    "quit": ("", "stop; the next start goes on from here", _quit),
}
"""By name: what it wants, what it does, and how."""
