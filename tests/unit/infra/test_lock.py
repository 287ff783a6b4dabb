"""The pins are exact, complete, and rewriting them changes nothing else."""

from __future__ import annotations

import tomllib
from pathlib import Path

from infra.lock import rewrite

PYPROJECT = Path(__file__).parents[3] / "pyproject.toml"


def test_rewriting_replaces_the_pins_and_keeps_the_rest() -> None:
    before = PYPROJECT.read_text(encoding="utf-8")
    after = rewrite(before, ["left-pad==1.0 ; sys_platform == 'win32'"])
    old, new = tomllib.loads(before), tomllib.loads(after)
    assert new["tool"]["uv"].pop("constraint-dependencies") == ["left-pad==1.0 ; sys_platform == 'win32'"]
    old["tool"]["uv"].pop("constraint-dependencies")
    assert new == old


def test_every_direct_dependency_is_pinned_exactly() -> None:
    project = tomllib.loads(PYPROJECT.read_text(encoding="utf-8"))
    pins = {pin.split("==")[0] for pin in project["tool"]["uv"]["constraint-dependencies"]}
    asked = [*project["project"]["dependencies"], *project["dependency-groups"]["dev"]]
    names = {name.split("[")[0].split(">")[0].split("=")[0].lower().replace("_", "-") for name in asked}
    assert names <= pins
