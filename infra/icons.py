"""Renders the app's icons: ``python -m infra.icons`` makes ``manifest/*.png`` from ``manifest/*.svg`` with Chromium.

The pictures are drawn by ourselves; whoever changes an SVG runs this and commits both.
"""

from __future__ import annotations

import subprocess
from pathlib import Path
from typing import Final

from infra import chromium

FOLDER: Final = Path(__file__).parents[1] / "manifest"
SIZES: Final = {"color": 192, "outline": 32}
"""Pixels of each icon's side, as Teams wants them."""


def render(browser: Path, source: Path, target: Path, size: int) -> None:
    """Takes a picture of the SVG on nothing. Raises CalledProcessError or TimeoutExpired."""
    subprocess.run(
        (
            str(browser),
            *("--headless", "--no-sandbox", "--disable-gpu", "--hide-scrollbars", "--force-device-scale-factor=1"),
            *("--default-background-color=00000000", f"--window-size={size},{size}", f"--screenshot={target}"),
            source.as_uri(),
        ),
        check=True,
        capture_output=True,
        timeout=60,
    )


def main() -> None:
    browser = chromium.find()
    for name, size in SIZES.items():
        render(browser, FOLDER / f"{name}.svg", FOLDER / f"{name}.png", size)


if __name__ == "__main__":
    main()
