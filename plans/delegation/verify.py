"""Was it done? The acceptance test against what was read back, by comparison and nothing else."""

from __future__ import annotations

from pydantic import BaseModel, ConfigDict

from plans.ports.work import Evidence
from plans.words import Check


class Finding(BaseModel):
    """``passed`` is None when the reading proves nothing either way."""

    model_config = ConfigDict(frozen=True)

    passed: bool | None
    said: str


def _met(expected: int | str, seen: int | str | None) -> bool:
    if isinstance(expected, int):
        try:
            return seen is not None and int(seen) >= expected
        except ValueError:
            return False
    return str(seen or "").strip().casefold() == expected.strip().casefold()


def _short(name: str, want: int | str, seen: int | str | None) -> str:
    floor = "at least " if isinstance(want, int) else ""
    return f"{name} is {'missing' if seen is None else seen}, not {floor}{want}"


def judge(check: Check, evidence: Evidence) -> Finding:
    """Numbers in the test are floors, words must be equal; a missing attribute fails."""
    if not evidence.found and not evidence.control:
        return Finding(passed=None, said=f"{evidence.source} could not be read well enough to tell")
    if not evidence.found:
        return Finding(passed=False, said=f"{evidence.source} does not show it")
    broken = [
        _short(name, want, evidence.attributes.get(name))
        for name, want in check.expects.items()
        if not _met(want, evidence.attributes.get(name))
    ]
    if broken:
        return Finding(passed=False, said=f"{evidence.source} shows it, but " + "; ".join(broken))
    seen = ", ".join(f"{name} {evidence.attributes[name]}" for name in check.expects)
    return Finding(passed=True, said=f"read back from {evidence.source}" + (f": {seen}" if seen else ""))
