"""Rewrites the exact pins of the whole closure in pyproject.toml: ``uv run python -m infra.lock``.

``uv.lock`` stays out of the repository, since it records where packages were downloaded from; the pins in
``[tool.uv] constraint-dependencies`` hold everybody to the same versions without it.
"""

from __future__ import annotations

import re
import subprocess
import sys
import tempfile
from pathlib import Path

_PINS = re.compile(r"^constraint-dependencies = \[\n(?:  .*\n)*\]\n", re.MULTILINE)
_PIN = re.compile(r"^([\w.-]+(?:\[[\w,-]+\])?==[^\s;]+)(\s*;\s*.+)?$")


def resolve(pyproject: str) -> list[str]:
    """The newest versions that fit, one pin each, with the markers that uv found they need."""
    with tempfile.TemporaryDirectory() as folder:
        Path(folder, "pyproject.toml").write_text(_PINS.sub("", pyproject), encoding="utf-8")
        exported = subprocess.run(
            ["uv", "export", "--all-groups", "--no-hashes", "--no-annotate", "--no-header", "--project", folder],
            check=True,
            capture_output=True,
            text=True,
        ).stdout
    found = (_PIN.match(line.strip()) for line in exported.splitlines())
    return sorted({re.sub(r"\[.*?\]", "", pin.group(1)) + (pin.group(2) or "").rstrip() for pin in found if pin})


def rewrite(pyproject: str, pins: list[str]) -> str:
    lines = "".join(f"  {_quoted(pin)},\n" for pin in pins)
    block = f"constraint-dependencies = [\n{lines}]\n"
    bare = _PINS.sub("", pyproject)
    return bare.replace("[tool.uv]\n", f"[tool.uv]\n{block}", 1)


def _quoted(pin: str) -> str:
    return '"' + pin.replace('"', "'") + '"'


def main() -> int:
    path = Path(__file__).parent.parent / "pyproject.toml"
    text = path.read_text(encoding="utf-8")
    pins = resolve(text)
    path.write_text(rewrite(text, pins), encoding="utf-8")
    sys.stdout.write(f"{len(pins)} pins written to {path.name}\n")
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
