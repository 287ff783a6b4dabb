"""Reads sets of scheduling problems as PSPLIB publishes them (Kolisch and Sprecher, 1996): a zip of ``.sm`` files.

Best known ends may lie beside them: a CSV with a header, or PSPLIB's own tables by parameter and instance.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from zipfile import ZipFile

from plans.model.rcpsp import Activity, Demand, Precedence, Problem


@dataclass(frozen=True)
class Instance:
    """One problem as its file has it; jobs by their number."""

    name: str
    durations: dict[int, int]
    needs: dict[int, tuple[int, ...]]
    """Of each resource."""
    successors: dict[int, tuple[int, ...]]
    capacities: tuple[int, ...]

    @property
    def problem(self) -> Problem:
        """The same for the scheduler; activities in the order of their jobs."""
        places = {job: place for place, job in enumerate(self.durations)}
        return Problem(
            tuple(
                Activity(duration, tuple(Demand(one, amount) for one, amount in enumerate(self.needs[job]) if amount))
                for job, duration in self.durations.items()
            ),
            self.capacities,
            tuple(
                Precedence(places[job], places[follower])
                for job, followers in self.successors.items()
                for follower in followers
            ),
        )

    def broken(self, starts: dict[int, int]) -> list[str]:
        """What a schedule breaks, counted out from the file alone: it knows nothing of the scheduler."""
        said = [f"{job} is not scheduled" for job in self.durations if job not in starts]
        if said:
            return said
        said = [f"{job} starts at {start}" for job, start in starts.items() if start < 0]
        for job, followers in self.successors.items():
            said += [f"{one} starts before {job} ends" for one in followers if starts[one] < self.end(job, starts)]
        for resource, capacity in enumerate(self.capacities):
            for time in range(max(self.end(job, starts) for job in starts)):
                used = sum(self.needs[job][resource] for job in starts if starts[job] <= time < self.end(job, starts))
                if used > capacity:
                    said.append(f"{used} of resource {resource + 1} at {time}, there are {capacity}")
        return said

    def end(self, job: int, starts: dict[int, int]) -> int:
        return starts[job] + self.durations[job]


@dataclass(frozen=True)
class Known:
    """Between which ends the best schedule is known to lie; None: not known."""

    lower: int | None
    upper: int | None

    @property
    def optimum(self) -> int | None:
        return self.upper if self.lower == self.upper else None


def read(path: Path) -> tuple[list[Instance], dict[str, Known]]:
    """The instances of a zip by name, and what is known of them. Raises ValueError for what is no such file."""
    instances: list[Instance] = []
    tables: list[tuple[str, str]] = []
    with ZipFile(path) as archive:
        for name in sorted(archive.namelist(), key=_natural):
            stem = Path(name).name
            if name.endswith("/") or stem.startswith("."):
                continue
            text = archive.read(name).decode("latin-1")
            if "PRECEDENCE RELATIONS" in text:
                instances.append(parse(Path(stem).stem, text))
            elif Path(stem).suffix.lower() in (".csv", ".txt", ".sm", ".dat"):
                tables.append((stem, text))
    if not instances:
        raise ValueError(f"{path} holds no .sm instance")
    known: dict[str, Known] = {}
    for stem, text in tables:
        for name, lower, upper in _table(stem, text, {one.name for one in instances}):
            before = known.get(name, Known(None, None))
            known[name] = Known(lower or before.lower, upper or before.upper)
    return instances, known


def _natural(name: str) -> list[tuple[int, str]]:
    return [(int(part), "") if part.isdigit() else (-1, part) for part in re.split(r"(\d+)", name) if part]


def _rows(text: str, title: str) -> Iterator[list[int]]:
    """The rows of numbers below a title, up to the next line of stars."""
    for line in text.split(title, 1)[1].splitlines()[1:]:
        if line.startswith("*"):
            return
        if line.split() and all(word.isdigit() for word in line.split()):
            yield [int(word) for word in line.split()]


def parse(name: str, text: str) -> Instance:
    """One ``.sm`` file. Raises ValueError for more than one mode or what cannot be renewed."""
    relations = list(_rows(text, "PRECEDENCE RELATIONS"))
    requests = list(_rows(text, "REQUESTS/DURATIONS"))
    capacities = next(_rows(text, "RESOURCEAVAILABILITIES"))
    if any(modes != 1 for _, modes, *_ in relations) or re.search(r"nonrenewable\s*:\s*[1-9]", text):
        raise ValueError(f"{name} has several modes, or resources that are used up")
    return Instance(
        name,
        {job: duration for job, _, duration, *_ in requests},
        {job: tuple(needs) for job, _, _, *needs in requests},
        {job: tuple(followers) for job, _, _, *followers in relations},
        tuple(capacities),
    )


def _table(stem: str, text: str, names: set[str]) -> Iterator[tuple[str, int | None, int | None]]:
    """Rows of a table of ends: instance, lower and upper bound."""
    rows = [re.split(r"[,;\s]+", line.strip()) for line in text.splitlines()]
    header: list[str] = next((row for row in rows if any(word.isalpha() for word in row)), [])
    family = re.match(r"[a-z]+\d+", stem.lower())
    for row in rows:
        name = Path(row[0]).stem
        if name in names:
            columns, values = header[1:], row[1:]
        elif family and len(row) > 2 and f"{family[0]}{row[0]}_{row[1]}" in names:
            name, columns, values = f"{family[0]}{row[0]}_{row[1]}", [], row[2:3]
        else:
            continue
        lower, upper = None, None
        for at, value in enumerate(values):
            title = (columns[at] if at < len(columns) else stem).lower()
            if not value.isdigit():
                continue
            if "lb" in title or "low" in title:
                lower = int(value)
            elif "ub" in title or "upp" in title or "hrs" in title or "best" in title:
                upper = int(value)
            elif "opt" in title or "makespan" in title:
                lower = upper = int(value)
        yield name, lower, upper
