"""Scheduling problems with an end that is known because it is built in, in the form of PSPLIB's files.

A rectangle of capacity and time is cut into jobs that fill it to the last unit: no schedule is shorter than the
rectangle, and the cut is one that is as long. Precedences are drawn between jobs that do not overlap in the cut.
"""

from __future__ import annotations

from random import Random
from typing import NamedTuple

from tests.bench.psplib_file import Instance


class _Block(NamedTuple):
    start: int
    end: int
    low: int
    high: int


def made(seed: int, jobs: int = 16, horizon: int = 40, capacity: int = 12) -> tuple[Instance, int]:
    """An instance and its optimum; always the same for a seed. Jobs 1 and ``jobs`` + 2 are source and sink."""
    random = Random(seed)
    blocks = [_Block(0, horizon, 0, capacity)]
    while len(blocks) < jobs:
        blocks += _cut(random, blocks.pop(max(range(len(blocks)), key=lambda place: _size(blocks[place]))))
    random.shuffle(blocks)
    numbered = dict(enumerate(blocks, 2))
    sink = len(blocks) + 2
    successors: dict[int, tuple[int, ...]] = {1: tuple(numbered), sink: ()}
    for job, block in numbered.items():
        later = [other for other, behind in numbered.items() if behind.start >= block.end]
        successors[job] = (*sorted(random.sample(later, min(len(later), random.randint(0, 3)))), sink)
    needs = {job: (block.high - block.low, random.randint(0, 3)) for job, block in numbered.items()}
    instance = Instance(
        f"made{jobs}_{seed + 1}",
        {1: 0, **{job: block.end - block.start for job, block in numbered.items()}, sink: 0},
        {1: (0, 0), **needs, sink: (0, 0)},
        successors,
        (capacity, 3 * capacity),
    )
    return instance, horizon


def _size(block: _Block) -> int:
    return (block.end - block.start) * (block.high - block.low)


def _cut(random: Random, block: _Block) -> list[_Block]:
    """In two, across time or across capacity."""
    start, end, low, high = block
    if end - start > 1 and (high - low == 1 or random.random() < 0.55):
        at = random.randint(start + 1, end - 1)
        return [_Block(start, at, low, high), _Block(at, end, low, high)]
    at = random.randint(low + 1, high - 1)
    return [_Block(start, end, low, at), _Block(start, end, at, high)]


def text(instance: Instance) -> str:
    """The instance as PSPLIB would publish it."""
    count = len(instance.capacities)
    stars = "*" * 72
    followers = [f"{job:5} 1 {len(behind)} {' '.join(map(str, behind))}" for job, behind in instance.successors.items()]
    requests = [
        f"{job:5} 1 {duration} {' '.join(map(str, instance.needs[job]))}"
        for job, duration in instance.durations.items()
    ]
    heads = " ".join(f"R {number}" for number in range(1, count + 1))
    return "\n".join(
        [
            stars,
            f"jobs (incl. supersource/sink ):  {len(instance.durations)}",
            "RESOURCES",
            f"  - renewable                 :  {count}   R",
            "  - nonrenewable              :  0   N",
            stars,
            "PRECEDENCE RELATIONS:",
            "jobnr.    #modes  #successors   successors",
            *followers,
            stars,
            "REQUESTS/DURATIONS:",
            f"jobnr. mode duration  {heads}",
            "-" * 72,
            *requests,
            stars,
            "RESOURCEAVAILABILITIES:",
            heads,
            " ".join(map(str, instance.capacities)),
            stars,
        ]
    )
