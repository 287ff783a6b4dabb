"""How good and how fast levelling is: on PSPLIB's instances where there is a zip of them, else on made ones.

``PSPLIB_ZIP`` names the zip. The baseline is the plainest scheduler there is: one pass, jobs as they are numbered.
"""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from plans.model.cpsat import solve
from plans.model.list_schedule import generate, list_schedule
from plans.model.rcpsp import Problem, Solution
from tests.bench import psplib
from tests.bench.figures import Figure, Report
from tests.bench.psplib_file import Instance, Known, read
from tests.bench.psplib_made import made

pytestmark = [pytest.mark.bench, pytest.mark.timeout(3600)]

MADE = 40


def _instances() -> tuple[str, list[Instance], dict[str, Known]]:
    path = os.environ.get("PSPLIB_ZIP")
    if path:
        return (Path(path).stem, *read(Path(path)))
    pairs = [made(number) for number in range(MADE)]
    return "made", [instance for instance, _ in pairs], {one.name: Known(end, end) for one, end in pairs}


def _plain(problem: Problem) -> Solution:
    return Solution(*generate(problem, list(range(len(problem.activities)))), bound=problem.floor, method="list")


def test_schedules_are_feasible_and_next_to_optimal(report: Report) -> None:
    name, instances, known = _instances()
    psplib.warm()
    assert psplib.above(instances, known) == []
    plain = psplib.run(instances, known, "plain", _plain)
    listed = psplib.run(instances, known, "list", list_schedule)
    levelled = psplib.run(instances, known, "levelled", lambda problem: solve(problem, 1.0))
    count = len(instances)
    assert listed.feasible == levelled.feasible == count
    gap, time = f"one plain pass {plain.gap:.1f} %", f"one plain pass {plain.seconds * 1000:.1f} ms"
    report.add(
        Figure(f"{count} instances ({name}), list scheduler: mean gap", listed.gap, " %", gap, 3.0),
        Figure("… mean time", listed.seconds, " s", time),
        Figure("… levelled: mean gap", levelled.gap, " %", gap, 0.1),
        Figure(
            "… optimal", 100 * levelled.optimal / count, " %", f"one plain pass {plain.optimal / count:.0%}", 97, True
        ),
        Figure("… mean time", levelled.seconds, " s", time, 1.0),
    )
