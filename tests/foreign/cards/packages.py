"""Microsoft's card renderer from npm, at exact versions, in a per-user cache folder that no repository sees."""

from __future__ import annotations

import asyncio
import contextlib
import os
import shutil
import tempfile
from pathlib import Path
from typing import Final

from infra import node

PACKAGES: Final = ("adaptivecards@3.0.6", "markdown-it@15.0.3")
"""The renderer, and the Markdown library that clients give it for its text blocks."""
_FILES: Final = (
    "adaptivecards/dist/adaptivecards.js",
    "adaptivecards/dist/adaptivecards.css",
    "markdown-it/dist/browser/markdown-it.umd.min.js",
)
_SECONDS: Final = 150.0


async def installed() -> tuple[Path, Path, Path]:
    """Script and style sheet of the renderer, and the Markdown library; fetched once per user. Raises SetupError."""
    cache = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "steward-tests"
    folder = cache / "-".join(name.replace("@", "-") for name in PACKAGES)
    if not folder.is_dir():
        cache.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(dir=cache) as fresh:
            await _install(Path(fresh))
            # Another test process may have been quicker; what it put there is the same.
            with contextlib.suppress(OSError):
                shutil.move(Path(fresh, "node_modules"), folder)
    script, style, markdown = (folder / name for name in _FILES)
    return script, style, markdown


async def _install(folder: Path) -> None:
    options = ("--prefix", str(folder), "--no-save", "--no-package-lock", "--ignore-scripts", "--omit=optional")
    process = await asyncio.create_subprocess_exec(
        *await node.npm(),
        "install",
        *options,
        *PACKAGES,
        cwd=folder,
        stdin=asyncio.subprocess.DEVNULL,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.STDOUT,
    )
    async with asyncio.timeout(_SECONDS):
        said, _ = await process.communicate()
    assert process.returncode == 0, said.decode(errors="replace")
