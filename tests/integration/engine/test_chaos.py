"""Processes are killed in the middle; nothing they had taken on is lost."""

from __future__ import annotations

import asyncio
import sys
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from functools import partial

import pytest
from sqlmodel import select

from plans.engine import Engine
from plans.store.database import Database
from plans.store.tables import PersonRow
from tests.integration.engine.conftest import enqueue, states

pytestmark = pytest.mark.chaos


@asynccontextmanager
async def worker(database: Database, seconds: float) -> AsyncIterator[asyncio.subprocess.Process]:
    """A process that is killed with SIGKILL in the end, if it was not before."""
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "tests.integration.engine.worker_process", database.url, str(seconds)
    )
    try:
        yield process
    finally:
        if process.returncode is None:
            process.kill()
        await process.wait()


async def noted(database: Database, what: str, enough: Callable[[set[tuple[str, int]]], bool]) -> set[tuple[str, int]]:
    """The jobs that began or ended, with the worker's process id, once there are enough."""
    async with asyncio.timeout(60):
        while True:
            rows = await database.read(lambda tx: tx.exec(select(PersonRow.id)).all())
            split = [row.split(":") for row in rows]
            found = {(entity, int(pid)) for kind, entity, pid in split if kind == what}
            if enough(found):
                return found
            await asyncio.sleep(0.05)  # the other side is a process of its own: there is nothing to await


def by(pid: int, found: set[tuple[str, int]]) -> bool:
    return any(worker == pid for _, worker in found)


async def test_a_job_cut_by_kill_9_runs_again_in_the_next_process(database: Database, engine: Engine) -> None:
    engine.prepare()
    enqueue(database, engine, "job", *(f"j{n}" for n in range(6)))
    for _ in range(3):
        async with worker(database, 3600) as process:
            await noted(database, "begin", partial(by, process.pid))
    async with worker(database, 0):
        ended = await noted(database, "end", lambda found: len(found) == 6)
    assert {entity for entity, _ in ended} == {f"j{n}" for n in range(6)}


async def test_a_killed_workers_jobs_are_taken_over_by_the_other(
    postgres: Database, engines: Callable[[Database], Engine]
) -> None:
    engine = engines(postgres)
    engine.prepare()
    enqueue(postgres, engine, "job", *(f"j{n}" for n in range(4)))
    async with worker(postgres, 3600) as first:
        await noted(postgres, "begin", lambda found: len(found) == 4)
        async with worker(postgres, 0) as second:
            enqueue(postgres, engine, "job", "alive")
            await noted(postgres, "end", lambda found: found == {("alive", second.pid)})
            assert sum(state == "PENDING" for state in states(postgres).values()) == 4, "a living worker keeps its own"
            first.kill()
            ended = await noted(postgres, "end", lambda found: len(found) == 5)
    assert ended == {(entity, second.pid) for entity in ("alive", "j0", "j1", "j2", "j3")}
