"""A browser counts as found when it runs; what cannot be found or installed is said with the way on."""

from __future__ import annotations

from pathlib import Path

import pytest

from infra import chromium
from plans.errors import SetupError


def _program(path: Path, text: str) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(f"#!/bin/sh\n{text}\n")
    path.chmod(0o755)
    return path


@pytest.fixture
def bare(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A machine with nothing on it, whose downloads fail at once."""
    monkeypatch.setenv("PATH", str(tmp_path / "bin"))
    monkeypatch.setenv("PLAYWRIGHT_BROWSERS_PATH", str(tmp_path / "browsers"))
    monkeypatch.setenv("PLAYWRIGHT_DOWNLOAD_HOST", "http://127.0.0.1:9")
    return tmp_path


def test_the_systems_browser_is_taken_and_a_stub_that_does_not_run_is_passed_over(bare: Path) -> None:
    _program(bare / "bin/chromium", "echo 'install me first' >&2; exit 1")
    real = _program(bare / "bin/google-chrome", "echo Chromium 156")
    assert chromium.find() == real


def test_a_browser_that_playwright_installed_is_found(bare: Path) -> None:
    _program(bare / "browsers/chromium-1200/chrome-linux64/chrome", "exit 0")
    newer = _program(bare / "browsers/chromium-1255/chrome-linux64/chrome", "exit 0")
    assert chromium.find() == newer


def test_debians_package_is_installed_when_nothing_else_works(bare: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("os.geteuid", lambda: 0)
    made = bare / "bin/chromium"
    script = f'[ "$1" = install ] || exit 1; printf "#!/bin/sh\\nexit 0\\n" > {made}; /bin/chmod 755 {made}'
    _program(bare / "bin/apt-get", script)
    said: list[str] = []
    assert chromium.find(said.append) == made
    assert [text.split()[0] for text in said] == ["No", "Playwright's"]


def test_without_any_way_it_says_what_to_do(bare: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("os.geteuid", lambda: 1000)
    _program(bare / "bin/apt-get", "touch /nonexistent/never")
    with pytest.raises(SetupError, match="apt-get install chromium"):
        chromium.find()
