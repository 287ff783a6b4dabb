"""Continuations commit with the change they follow from, run once per name, and outlive a failure."""

from __future__ import annotations

import asyncio
import logging
from collections import Counter
from collections.abc import Callable

import pytest
from sqlmodel import Session

from plans.engine import Engine
from plans.engine.continuations import RETRIES, Continuations, backoff
from plans.errors import Conflict
from plans.store.database import Database
from plans.store.tables import PersonRow
from tests.integration.engine.conftest import Seen, enqueue, fire_delayed, states

Make = Callable[[Database], Engine]


async def test_a_continuation_commits_with_the_callers_rows(either: Database, engines: Make) -> None:
    engine, seen = engines(either), Seen()
    engine.on("greet", seen)
    await engine.start()

    def meet(tx: Session, person: str) -> None:
        tx.add(PersonRow(id=person, teams_id="t", name="n"))
        engine.enqueue(tx, "greet", person, 1)

    def meet_in_vain(tx: Session) -> None:
        meet(tx, "bob")
        raise KeyError

    with pytest.raises(KeyError):
        await either.write(meet_in_vain)
    await either.write(lambda tx: meet(tx, "ana"))
    await seen.until(1)
    assert seen.calls == [("ana", 1)]
    assert set(states(either)) == {"greet:ana:1"}
    assert await either.read(lambda tx: tx.get(PersonRow, "bob")) is None


async def test_the_same_name_runs_once_however_often_it_is_enqueued(database: Database, engine: Engine) -> None:
    seen = Seen()
    engine.on("greet", seen)
    await engine.start()
    enqueue(database, engine, "greet", "ana", "ana", "ana")
    await seen.until(1)
    await database.write(lambda tx: engine.enqueue(tx, "greet", "ana", 1))
    await database.write(lambda tx: engine.enqueue(tx, "greet", "ana", 2))
    await seen.until(2)
    assert seen.calls == [("ana", 1), ("ana", 2)]


async def test_what_was_enqueued_before_the_start_runs_after_it(database: Database, engine: Engine) -> None:
    seen = Seen()
    engine.on("greet", seen)
    engine.prepare()
    database.write_now(lambda tx: engine.enqueue(tx, "greet", "ana", 1))
    await engine.start()
    await seen.until(1)


async def test_a_delayed_continuation_waits_for_its_time(database: Database, engine: Engine) -> None:
    seen = Seen()
    engine.on("greet", seen)
    await engine.start()
    await database.write(lambda tx: engine.enqueue(tx, "greet", "late", 1, delay=3600))
    await database.write(lambda tx: engine.enqueue(tx, "greet", "now", 1))
    await seen.until(1)
    assert states(database)["greet:late:1"] == "DELAYED"
    fire_delayed(database)
    await seen.until(2)
    assert seen.calls == [("now", 1), ("late", 1)]


async def test_a_failure_is_tried_again_and_then_succeeds(
    database: Database, engine: Engine, caplog: pytest.LogCaptureFixture
) -> None:
    seen = Seen()

    async def flaky(entity: str, seq: int) -> None:
        await seen(entity, seq)
        if len(seen.calls) == 1:
            raise RuntimeError("the code is 123456")

    engine.on("flaky", flaky)
    await engine.start()
    await database.write(lambda tx: engine.enqueue(tx, "flaky", "x", 4))
    await seen.until(2)
    await engine.stop(5)
    assert seen.calls == [("x", 4), ("x", 4)]
    assert states(database) == {"flaky:x:4": "SUCCESS", "flaky:x:4~1": "SUCCESS"}
    assert "RuntimeError" in caplog.text
    assert "123456" not in caplog.text


async def test_a_stale_continuation_is_a_no_op(
    database: Database, engine: Engine, caplog: pytest.LogCaptureFixture
) -> None:
    seen = Seen()

    async def stale(entity: str, seq: int) -> None:
        await seen(entity, seq)
        raise Conflict("moved on")

    engine.on("stale", stale)
    await engine.start()
    await database.write(lambda tx: engine.enqueue(tx, "stale", "x", 1))
    await seen.until(1)
    await engine.stop(5)
    assert states(database) == {"stale:x:1": "SUCCESS"}
    assert not [record for record in caplog.records if record.levelno >= logging.WARNING]


async def test_a_kind_that_nobody_handles_is_tried_again_like_a_failure(database: Database, engine: Engine) -> None:
    engine.prepare()
    runner = Continuations(database)
    await asyncio.create_task(runner.run("unheard-of", "x", 1, 0))
    assert states(database) == {"unheard-of:x:1~1": "DELAYED"}


async def test_after_the_last_retry_it_is_logged_as_dead(
    database: Database, engine: Engine, caplog: pytest.LogCaptureFixture
) -> None:
    engine.prepare()
    runner = Continuations(database)

    async def broken(entity: str, seq: int) -> None:
        raise ValueError("the password is hunter2")

    runner.on("broken", broken)
    for attempt in range(RETRIES + 1):
        await asyncio.create_task(runner.run("broken", "x", 1, attempt))
    assert list(states(database)) == [f"broken:x:1~{attempt}" for attempt in range(1, RETRIES + 1)]
    dead = [record for record in caplog.records if record.levelno == logging.ERROR]
    assert [record.getMessage() for record in dead] == ["dead: broken:x:1~8 failed 9 times (ValueError)"]
    assert "hunter2" not in caplog.text


def test_retries_wait_longer_and_longer_up_to_a_minute() -> None:
    assert [backoff(attempt) for attempt in range(1, RETRIES + 1)] == [1, 2, 4, 8, 16, 32, 60, 60]


@pytest.mark.parametrize("register", ["on", "when", "sweep"])
def test_a_kind_has_one_handler(engine: Engine, register: str) -> None:
    getattr(engine, register)("kind", Seen())
    with pytest.raises(ValueError, match="kind has"):
        getattr(engine, register)("kind", Seen())


async def test_no_more_than_eight_run_at_once_on_sqlite(database: Database, engines: Callable[..., Engine]) -> None:
    engine, seen, go = engines(database, concurrency=50), Seen(), asyncio.Event()

    async def slow(entity: str, seq: int) -> None:
        await seen(entity, seq)
        await go.wait()

    engine.on("slow", slow)
    await engine.start()
    enqueue(database, engine, "slow", *map(str, range(20)))
    await seen.until(8)
    # The queue takes all it has room for in one go, and marks it.
    assert Counter(states(database).values()) == {"PENDING": 8, "ENQUEUED": 12}
    go.set()
    await seen.until(20)
