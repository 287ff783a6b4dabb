"""Writes the critic's rules into the README: ``uv run python -m infra.rules``. A test says whether they are current."""

from __future__ import annotations

import re
import sys
from pathlib import Path
from typing import Final

from plans.model.critic import RULES

README: Final = Path(__file__).parents[1] / "README.md"
_BLOCK: Final = re.compile(r"(<!-- rules: [^\n]* -->\n)(.*?)(<!-- /rules -->)", re.DOTALL)


def table() -> str:
    """The rules as a table, by number."""
    lines = [f"| {rule.id} | {rule.sentence} |" for rule in RULES]
    return "\n".join(["| rule | says |", "|---|---|", *lines, ""])


def written(readme: str) -> str:
    """The README with the rules as they are in the code. Raises ValueError when it has no place for them."""
    if not _BLOCK.search(readme):
        raise ValueError("README.md has no block between <!-- rules: … --> and <!-- /rules -->")
    return _BLOCK.sub(lambda found: f"{found[1]}{table()}{found[3]}", readme)


def main() -> None:
    before = README.read_text(encoding="utf-8")
    after = written(before)
    README.write_text(after, encoding="utf-8")
    sys.stdout.write("The README's rules were current.\n" if before == after else "The README's rules are written.\n")


if __name__ == "__main__":
    main()
