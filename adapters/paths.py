"""Plain paths into what a vendor answered: names and dots, no expressions."""

from __future__ import annotations

from typing import Any


def at(data: Any, path: str | None) -> Any:
    """What stands at a dotted path, or None."""
    if not path:
        return None
    for name in path.split("."):
        data = data.get(name) if isinstance(data, dict) else None
    return data


def text_at(data: Any, path: str | None) -> str:
    """The text at a path; empty when there is none, or something else."""
    found = at(data, path)
    return found if isinstance(found, str) else ""
