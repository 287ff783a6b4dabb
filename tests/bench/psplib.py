"""Schedules a zip of PSPLIB instances: ``uv run python -m tests.bench.psplib <zip> [seconds]``.

Three ways: the critical path of the same work as a plan (resources left aside), the list scheduler alone, and the
levelled schedule with so many seconds for each instance. Whether a schedule is feasible is counted out from the file.
"""

from __future__ import annotations

import sys
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from plans.model.calendar import Calendar
from plans.model.cpsat import solve
from plans.model.list_schedule import list_schedule
from plans.model.plan import Item, Plan
from plans.model.rcpsp import Activity, Problem, Solution
from plans.model.schedule import schedule
from plans.words import Check, ItemId, ItemKind, PersonId, PlanSlug
from tests.bench.psplib_file import Instance, Known, read

_BEGINS = date(2026, 11, 30)


@dataclass(frozen=True)
class Run:
    """One instance, scheduled one way."""

    instance: str
    makespan: int
    bound: int
    feasible: bool
    seconds: float
    known: Known

    @property
    def best(self) -> int:
        """What it is measured by: the best known end, else the bound that was proved."""
        return self.known.upper or self.known.lower or self.bound

    @property
    def gap(self) -> float:
        """Above the best known, in percent; below it, where that was not the optimum."""
        return 100 * (self.makespan - self.best) / self.best if self.best else 0.0

    @property
    def optimal(self) -> bool:
        """Known to be: by the table, or because the bound was proved."""
        return self.makespan == self.known.optimum or self.makespan <= self.bound


@dataclass(frozen=True)
class Summary:
    way: str
    runs: Sequence[Run]

    @property
    def feasible(self) -> int:
        return sum(run.feasible for run in self.runs)

    @property
    def optimal(self) -> int:
        return sum(run.optimal for run in self.runs)

    @property
    def gap(self) -> float:
        return sum(run.gap for run in self.runs) / len(self.runs)

    @property
    def seconds(self) -> float:
        return sum(run.seconds for run in self.runs) / len(self.runs)

    @property
    def slowest(self) -> float:
        return max(run.seconds for run in self.runs)

    def line(self) -> str:
        count = len(self.runs)
        worst = max(self.runs, key=lambda run: run.gap)
        return (
            f"{self.way:<14} feasible {self.feasible}/{count}   optimal {self.optimal} ({self.optimal / count:.1%})   "
            f"mean gap {self.gap:.3f} %   worst {worst.gap:.1f} % ({worst.instance})   "
            f"time mean {self.seconds:.3f} s, most {self.slowest:.2f} s"
        )


Solver = Callable[[Problem], Solution]


def run(instances: Sequence[Instance], known: dict[str, Known], way: str, solver: Solver) -> Summary:
    runs = []
    for instance in instances:
        began = time.perf_counter()
        found = solver(instance.problem)
        took = time.perf_counter() - began
        starts = dict(zip(instance.durations, found.starts, strict=True))
        ends = max(instance.end(job, starts) for job in starts)
        runs.append(
            Run(
                instance.name,
                ends,
                found.bound,
                not instance.broken(starts),
                took,
                known.get(instance.name, Known(None, None)),
            )
        )
    return Summary(way, runs)


def critical_path(instance: Instance) -> int:
    """Working days that the instance takes as a plan, by ``plans.model.schedule``; jobs without duration left out."""
    real = {job: ItemId(f"PS-{job}") for job, duration in instance.durations.items() if duration}
    before: dict[ItemId, list[ItemId]] = {item: [] for item in real.values()}
    for job, followers in instance.successors.items():
        for follower in followers:
            if job in real and follower in real:
                before[real[follower]].append(real[job])
    owner = PersonId("dana")
    items = {
        item: Item(
            id=item,
            kind=ItemKind.TASK,
            title=item,
            parent=None,
            owner=owner,
            start=_BEGINS,
            end=_BEGINS,
            check=Check(text="done"),
            days=instance.durations[job],
            after=tuple(before[item]),
        )
        for job, item in real.items()
    }
    plan = Plan(
        slug=PlanSlug("psplib"),
        prefix="PS",
        title=instance.name,
        goal="",
        north_star="",
        owner=owner,
        zone="UTC",
        begins=_BEGINS,
        deadline=_BEGINS,
        items=items,
    )
    return Calendar().workdays_between(_BEGINS, schedule(plan).finish) if items else 0


def above(instances: Sequence[Instance], known: dict[str, Known]) -> list[str]:
    """Instances whose critical path is longer than their best known schedule: there must be none."""
    found = []
    for instance in instances:
        upper = known.get(instance.name, Known(None, None)).upper
        if upper is not None and critical_path(instance) > upper:
            found.append(instance.name)
    return found


def warm() -> None:
    """Loads what loads on first use, which is no part of scheduling."""
    solve(Problem((Activity(1), Activity(1)), ()), 0.1)
    from ortools.sat.python import cp_model  # noqa: PLC0415 - measured apart from what follows

    cp_model.CpSolver()


def main(arguments: Sequence[str]) -> int:
    if len(arguments) not in (1, 2):
        print("uv run python -m tests.bench.psplib <zip> [seconds per instance]", file=sys.stderr)  # noqa: T201
        return 2
    try:
        instances, known = read(Path(arguments[0]))
    except (OSError, ValueError) as error:
        print(f"{arguments[0]} cannot be read: {error}", file=sys.stderr)  # noqa: T201
        return 2
    seconds = float(arguments[1]) if len(arguments) > 1 else 1.0
    warm()
    sized = sum(1 for one in instances if known.get(one.name, Known(None, None)).optimum is not None)
    print(f"{len(instances)} instances, optimum known of {sized}")  # noqa: T201
    over = above(instances, known)
    print(f"critical path  above the best known end on {len(over)} {' '.join(over[:5])}")  # noqa: T201
    listed = run(instances, known, "list scheduler", list_schedule)
    print(listed.line())  # noqa: T201
    levelled = run(instances, known, "levelled", lambda problem: solve(problem, seconds))
    print(levelled.line())  # noqa: T201
    return 0 if not over and listed.feasible == levelled.feasible == len(instances) else 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
