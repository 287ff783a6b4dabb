"""The demonstration in a terminal, used by hand: what a newcomer without Node.js meets."""

from __future__ import annotations

import os
from collections.abc import Mapping
from pathlib import Path

import psutil
import pytest

from tests.doubles.pseudo_terminal import PseudoTerminal, terminal

INTERRUPT = "\x03"
INTERRUPTED = 130


@pytest.fixture
def environment(tmp_path: Path) -> Mapping[str, str]:
    path = os.pathsep.join(folder for folder in os.get_exec_path() if os.path.isabs(folder))
    return {"PATH": path, "STEWARD_HOME": str(tmp_path), "PORT": "0"}


def left_running(home: str) -> list[str]:
    """Command lines of whatever still runs with that home folder."""
    found = []
    for process in psutil.process_iter():
        try:
            if process.environ().get("STEWARD_HOME") == home or home in " ".join(process.cmdline()):
                found.append(" ".join(process.cmdline()))
        except psutil.Error:
            continue
    return found


async def deal(seen: PseudoTerminal, last: str) -> None:
    """Presses what is asked for, in whatever order it comes, up to the button that begins with ``last``."""
    pressed = ""
    while pressed != last:
        found = await seen.see(rf"\[(\d+)\] (Extend|Confident|Approve|{last})", 120)
        seen.type(found[1])
        pressed = found[2]


async def send_code(seen: PseudoTerminal) -> bool:
    """Whether the code that was asked for has sent the mail."""
    await deal(seen, "Send code")
    await seen.see(r"\? One-time code")
    seen.type("/code")
    code = (await seen.see(r"authenticator app shows (\d{6})"))[1]
    before = len(seen.seen)
    seen.type(code)
    found = await seen.see("read back from Maildesk|not being asked for any more", 120)
    assert code not in seen.seen[before:], "a code is not shown again"
    return found[0].startswith("read back")


async def goal(seen: PseudoTerminal) -> None:
    """Gives the goal that is offered."""
    await seen.see("personal chat ›")
    seen.key("\t\n")


async def test_who_stops_it_goes_on_where_they_stopped_and_can_forget_it_all(environment: Mapping[str, str]) -> None:
    demo = ("app.py", "demo", "--terminal")
    async with terminal(*demo, environment=environment) as seen:
        await seen.see("First +Press Tab")
        await goal(seen)
        await seen.press("Edit")
        for answer in ("", "15000", "", "", ""):
            await seen.see(r"\? .*/cancel stops")
            seen.type(answer)
        await seen.see("of a budget of 15,000 EUR")
        await seen.press("Approve")
        await seen.see("Approved by Ann Example")
        async with terminal(*demo, environment=environment) as second:
            await second.see("A demonstration is running here already")
            assert await second.ended() == 2
        seen.type("/go 2")
        await seen.see("Launch team ›")
        seen.type("status")
        await seen.see("I know of no plan here|There is no plan|Give me a goal")
        seen.key(INTERRUPT)
        assert await seen.ended() == INTERRUPTED
    assert left_running(environment["STEWARD_HOME"]) == []
    async with terminal(*demo, environment=environment) as seen:
        await seen.see("where you stopped")
        seen.type("status")
        await seen.see(r"(?s)Status.*Launch of Northwind Analytics.*of 15,000 EUR")
        seen.type("/quit")
        assert await seen.ended() == 0
    async with terminal(*demo, "--fresh", environment=environment) as seen:
        await seen.see("First +Press Tab")
        assert "Approved" not in seen.seen
        seen.key(INTERRUPT)
        await seen.ended()
    assert left_running(environment["STEWARD_HOME"]) == []


@pytest.mark.chaos
@pytest.mark.timeout(420)
async def test_the_whole_job_by_hand_with_the_window_closed_while_a_code_is_asked_for(
    environment: Mapping[str, str],
) -> None:
    demo = ("app.py", "demo", "--terminal")
    async with terminal(*demo, environment=environment) as seen:
        await goal(seen)
        await deal(seen, "Send code")
        await seen.see(r"\? One-time code")
        seen.shut()
        assert await seen.ended() == INTERRUPTED
    assert left_running(environment["STEWARD_HOME"]) == []
    async with terminal(*demo, environment=environment) as seen:
        await seen.see("where you stopped")
        while not await send_code(seen):
            """The card of before was void: the page that wanted its code is gone, and the next one asks for another."""
        for said, answered in (("undo", "version"), ("why NA-24", "read back"), ("status", "Status")):
            seen.type(said)
            await seen.see(answered)
        seen.type("/quit")
        assert await seen.ended() == 0
