"""Runs the checks side by side: each in a thread and an event loop of its own, so that none can stop another.

The threads are daemons: a look that hangs is reported and left behind, and does not keep the process from ending.
"""

from __future__ import annotations

import asyncio
import importlib
import queue
import threading
import time
from collections.abc import Callable, Sequence
from typing import Final

from infra.doctor.finding import Check, Finding

LIMIT: Final = 5.0
"""Wall seconds for each check."""
_GRACE: Final = 1.0
"""Seconds that a check's thread gets beyond its limit to say so itself."""

Progress = Callable[[Sequence[str]], None]


def examine(
    checks: Sequence[Check], limit: float = LIMIT, progress: Progress = lambda waiting: None
) -> tuple[Finding, ...]:
    """A finding for every check, in their order. ``progress`` is told the names of those still being looked at."""
    results: queue.Queue[tuple[int, Finding]] = queue.Queue()
    findings: dict[int, Finding] = {}
    names = [check.name for check in checks]
    progress(names)
    unloadable = {number for number, check in enumerate(checks) if not _load(check)}
    for number, check in enumerate(checks):
        if number in unloadable:
            findings[number] = _broken(check, "ImportError")
        else:
            work = (number, check, limit, results)
            threading.Thread(target=_work, args=work, name=f"look at {check.name}", daemon=True).start()
    deadline = time.monotonic() + limit + _GRACE
    while len(findings) < len(checks):
        try:
            number, finding = results.get(timeout=max(0.0, deadline - time.monotonic()))
        except queue.Empty:
            break
        findings[number] = finding
        progress([name for place, name in enumerate(names) if place not in findings])
    return tuple(findings.get(number) or _late(check, limit) for number, check in enumerate(checks))


def _load(check: Check) -> bool:
    try:
        for module in check.loads:
            importlib.import_module(module)
    except ImportError:
        return False
    return True


def _work(number: int, check: Check, limit: float, results: queue.Queue[tuple[int, Finding]]) -> None:
    results.put((number, _looked(check, limit)))


def _looked(check: Check, limit: float) -> Finding:
    try:
        looked = check.look()
        if isinstance(looked, Finding):
            return looked
        return asyncio.run(asyncio.wait_for(looked, limit))
    except TimeoutError:
        return _late(check, limit)
    except Exception as error:  # isolated: whatever one check meets, the others are told all the same
        return _broken(check, type(error).__name__)


def _late(check: Check, limit: float) -> Finding:
    return Finding(
        check.name, check.unseen, f"did not answer within {limit:g} s", "Ask again; see that it is reachable."
    )


def _broken(check: Check, kind: str) -> Finding:
    return Finding(check.name, check.unseen, f"could not be looked at ({kind})", "Report this: it should not happen.")
