"""Finds a Chromium that runs, or installs one: the system's, else Playwright's own, else Debian's package.

A browser counts as found only when it answers ``--version``: distributions put stubs on PATH that merely say what to
install, and a downloaded browser may lack system libraries. ``python -m infra.chromium`` does the same by hand.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

from plans.errors import SetupError

NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "chrome", "microsoft-edge")
_PLAYWRIGHT_BINARIES = (
    "chromium-*/chrome-linux*/chrome",
    "chromium-*/chrome-mac*/*.app/Contents/MacOS/*",
    "chromium-*/chrome-win*/chrome.exe",
)
_DEBIAN = (
    ("apt-get", "update", "-q"),
    ("apt-get", "install", "-y", "-q", "--no-install-recommends", "chromium", "fonts-liberation"),
)
_DOWNLOAD_SECONDS = 300

Progress = Callable[[str], None]


def find(progress: Progress = lambda said: None) -> Path:
    """The browser's executable. ``progress`` gets a sentence before each slow step.

    May download for minutes: call it off the event loop. Raises SetupError saying what to do when nothing works.
    """
    if found := look():
        return found
    for install in (_install_playwright, _install_debian):
        if install(progress) and (found := look()):
            return found
    raise SetupError(
        "There is no Chromium here and none could be installed. Install it with your system's package manager "
        "(Debian and Ubuntu: sudo apt-get install chromium), or run: python -m playwright install --with-deps chromium"
    )


def look() -> Path | None:
    """The browser that is here and runs, if one does. Installs nothing. May take seconds: off the event loop."""
    return next((candidate for candidate in _present() if _runs(candidate)), None)


def _present() -> Iterator[Path]:
    for name in NAMES:
        if found := shutil.which(name):
            yield Path(found)
    folder = _playwright_folder()
    for pattern in _PLAYWRIGHT_BINARIES:
        yield from sorted(folder.glob(pattern), reverse=True)


def _playwright_folder() -> Path:
    """Where Playwright keeps the browsers that it downloads (its documentation, 'Managing browser binaries')."""
    if told := os.environ.get("PLAYWRIGHT_BROWSERS_PATH"):
        return Path(told)
    if sys.platform == "win32":
        return Path(os.environ.get("LOCALAPPDATA", Path.home() / "AppData/Local")) / "ms-playwright"
    return Path.home() / ("Library/Caches" if sys.platform == "darwin" else ".cache") / "ms-playwright"


def _runs(executable: Path) -> bool:
    if sys.platform == "win32":  # chrome.exe --version opens a window there
        return executable.is_file()
    return _call((str(executable), "--version"), seconds=30)


def _install_playwright(progress: Progress) -> bool:
    progress("No Chromium found. Downloading Playwright's (about 150 MB)…")
    return _call((sys.executable, "-m", "playwright", "install", "chromium"), seconds=_DOWNLOAD_SECONDS)


def _install_debian(progress: Progress) -> bool:
    if not shutil.which("apt-get") or os.geteuid() != 0:
        return False
    progress("Playwright's download did not work. Installing Debian's chromium package…")
    quiet = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
    done = [_call(step, seconds=_DOWNLOAD_SECONDS, environment=quiet) for step in _DEBIAN]
    return done[-1]  # an old package index may do


def _call(command: Sequence[str], *, seconds: float, environment: dict[str, str] | None = None) -> bool:
    try:
        done = subprocess.run(command, capture_output=True, timeout=seconds, env=environment, check=False)
    except (OSError, subprocess.TimeoutExpired):
        return False
    return done.returncode == 0


def _tell(said: str) -> None:
    sys.stderr.write(f"{said}\n")


def main() -> int:
    try:
        found = find(_tell)
    except SetupError as error:
        _tell(str(error))
        return 1
    sys.stdout.write(f"{found}\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
