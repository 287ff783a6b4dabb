"""Start, stop, and what is found again afterwards."""

from __future__ import annotations

import asyncio
import subprocess
import sys
import textwrap
from collections.abc import Callable

import pytest

from plans.engine import Engine
from plans.errors import SetupError
from plans.store.database import Database
from tests.integration.engine.conftest import Seen, states

Make = Callable[[Database], Engine]

HOLDER = """
    import asyncio, sys
    from plans.engine import Engine
    from plans.store.clock import PlanClock, WallClock
    from plans.store.database import Database

    async def main():
        wall = WallClock()
        await Engine(Database(sys.argv[1]), {"wall": wall, "plan": PlanClock(wall)}).start()
        sys.stdout.write("up\\n")
        sys.stdout.flush()
        await asyncio.Event().wait()

    asyncio.run(main())
"""


async def test_a_second_process_on_the_same_file_is_refused_until_the_first_is_gone(
    database: Database, engines: Make
) -> None:
    first = await asyncio.create_subprocess_exec(
        sys.executable, "-c", textwrap.dedent(HOLDER), database.url, stdout=subprocess.PIPE
    )
    try:
        assert first.stdout is not None
        assert await first.stdout.readline() == b"up\n"
        with pytest.raises(SetupError, match=r"Another Steward is running on .*steward\.db.*STEWARD_HOME"):
            await engines(database).start()
    finally:
        first.kill()
        await first.wait()
    await engines(database).start()


async def test_one_process_has_one_engine(database: Database, postgres: Database, engines: Make) -> None:
    await engines(database).start()
    with pytest.raises(SetupError, match="in this process already"):
        await engines(postgres).start()


async def test_what_runs_gets_its_grace(either: Database, engines: Make) -> None:
    engine, seen, go = engines(either), Seen(), asyncio.Event()

    async def slow(entity: str, seq: int) -> None:
        await seen(entity, seq)
        await go.wait()

    engine.on("slow", slow)
    await engine.start()
    await either.write(lambda tx: engine.enqueue(tx, "slow", "x", 1))
    await seen.until(1)
    stopping = asyncio.create_task(engine.stop(20))
    await asyncio.sleep(0)
    go.set()
    await stopping
    assert states(either) == {"slow:x:1": "SUCCESS"}


async def test_what_was_cut_off_in_the_middle_runs_again_after_a_restart(either: Database, engines: Make) -> None:
    cut, seen, ended = engines(either), Seen(), []

    async def stuck(entity: str, seq: int) -> None:
        try:
            await seen(entity, seq)
            await asyncio.Event().wait()
        finally:
            ended.append(entity)

    cut.on("work", stuck)
    await cut.start()
    await either.write(lambda tx: cut.enqueue(tx, "work", "x", 1))
    await seen.until(1)
    await cut.stop(0)
    assert ended == ["x"]
    assert states(either) == {"work:x:1": "PENDING"}

    again, after = engines(either), Seen()
    again.on("work", after)
    await again.start()
    await after.until(1)
    await again.stop(5)
    assert states(either) == {"work:x:1": "SUCCESS"}


async def test_stopping_twice_or_before_the_start_does_nothing(engine: Engine) -> None:
    await engine.stop(0)
    await engine.start()
    await engine.stop(0)
    await engine.stop(0)
