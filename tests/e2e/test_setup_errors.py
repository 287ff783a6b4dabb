"""What a newcomer meets when something is in the way: one sentence, the way on, and no traceback."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]


def run(*arguments: str, **environment: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "app.py", *arguments],
        cwd=ROOT,
        env={**{name: os.environ[name] for name in ("PATH", "HOME") if name in os.environ}, **environment},
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )


@pytest.fixture
def taken() -> Iterator[int]:
    with socket.socket() as there:
        there.bind(("127.0.0.1", 0))
        there.listen()
        yield int(there.getsockname()[1])


def said(done: subprocess.CompletedProcess[str], *words: str) -> None:
    assert done.returncode == 2, done.stderr
    assert "Traceback" not in done.stderr
    for word in words:
        assert word in done.stderr


@pytest.mark.parametrize("command", [("serve",), ("demo", "--headless")])
def test_a_port_in_use(command: tuple[str, ...], taken: int, tmp_path: Path) -> None:
    said(run(*command, PORT=str(taken), STEWARD_HOME=str(tmp_path)), str(taken), f"PORT={taken + 1}")


@pytest.mark.parametrize("command", [("serve",), ("demo", "--headless")])
def test_a_home_folder_that_cannot_be_written(command: tuple[str, ...], tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    said(run(*command, STEWARD_HOME=str(tmp_path / "file" / "home")), "cannot be written", "STEWARD_HOME")


def test_an_inventory_with_a_mistake(tmp_path: Path) -> None:
    (tmp_path / "agents.yaml").write_text("agents:\n  - name: scout\n    owner: a\n    vendour: x\n")
    done = run("serve", STEWARD_HOME=str(tmp_path), STEWARD_AGENTS=str(tmp_path / "agents.yaml"))
    said(done, "agents.yaml:", "vendour")


def test_a_setting_that_does_not_exist(tmp_path: Path) -> None:
    said(run("serve", STEWARD_HOMES=str(tmp_path)), "STEWARD_HOMES", "Did you mean STEWARD_HOME?")


def test_no_password_given(tmp_path: Path) -> None:
    done = run("credential", "maildesk", "--person", "x", "--username", "y", STEWARD_HOME=str(tmp_path))
    said(done, "no password")


def test_a_playbook_with_a_mistake(tmp_path: Path) -> None:
    (tmp_path / "mine.yaml").write_text("name: mine\nlabbel: mine\n")
    done = run("serve", STEWARD_HOME=str(tmp_path / "home"), STEWARD_PLAYBOOKS=str(tmp_path))
    said(done, "mine.yaml:2: labbel: unknown key")
