"""``app.py demo --headless``: plays the main job and says, line by line, whether it happened."""

from __future__ import annotations

import asyncio
import contextlib
import shutil
import signal
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

from infra.demo.actor import OWNER
from infra.demo.play import Play
from infra.demo.processes import free_port
from infra.demo.stage import DAY_SECONDS, Stage
from infra.demo.transcript import Transcript
from infra.settings import Settings, make_home

_WEEKS = 10


def goal_for(today: date) -> str:
    """The example's goal, ten weeks ahead."""
    deadline = today + timedelta(weeks=_WEEKS)
    return (
        f"own the launch of Northwind Analytics by {deadline:%Y-%m-%d}: 200 demo requests in the first month, "
        "budget 20,000 EUR"
    )


async def _play(home: Path, settings: Settings, goal: str, transcript: Transcript) -> bool:
    stage = Stage(home, settings.host, settings.port or free_port(), OWNER, transcript.note)
    task = asyncio.current_task()
    assert task is not None
    for number in (signal.SIGINT, signal.SIGTERM):
        asyncio.get_running_loop().add_signal_handler(number, task.cancel)
    try:
        await stage.open()
        await Play(stage, transcript, goal).run()
    finally:
        with contextlib.suppress(asyncio.CancelledError):
            await asyncio.shield(stage.close())
    return transcript.table()


def headless(settings: Settings, goal: str | None) -> int:
    """Returns the exit status: 0 when every line really happened, 1 when not, 130 when interrupted.

    Raises SetupError with the way on when the demonstration cannot begin.
    """
    home = make_home(make_home(settings.home) / "demo") / "headless"
    shutil.rmtree(home, ignore_errors=True)
    make_home(home)
    transcript = Transcript()
    transcript.note(f"A day of the plan takes {DAY_SECONDS:.0f} s. Everything is kept in {home}; logs are there too.")
    try:
        kept = asyncio.run(_play(home.resolve(), settings, goal or goal_for(datetime.now(UTC).date()), transcript))
    except (asyncio.CancelledError, KeyboardInterrupt):
        transcript.note("Stopped. Nothing is left running.")
        return 130
    return 0 if kept else 1
