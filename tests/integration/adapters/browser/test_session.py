"""One writer per person and vendor: leased, fenced, and taken over without waiting only by the worker's successor."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest

from adapters.browser.session import LeaseLost, Leases
from plans.store.database import Database
from plans.store.tables import LeaseRow
from tests.doubles.clock import ManualClock


async def _fence(database: Database) -> int:
    row = await database.read(lambda tx: tx.get(LeaseRow, "session:maildesk:mara"))
    assert row
    return row.fence


async def test_two_jobs_of_one_worker_hold_a_session_one_after_the_other(
    database: Database, clock: ManualClock
) -> None:
    leases = Leases(database, clock, "local/mailer")
    order: list[str] = []

    async def hold(name: str) -> None:
        async with leases.hold("session:maildesk:mara") as lease:
            order.append(f"{name} in")
            await leases.check(lease)
            order.append(f"{name} out")

    await asyncio.gather(hold("a"), hold("b"))
    assert order == ["a in", "a out", "b in", "b out"]
    assert await _fence(database) == 2


async def test_whoever_lost_the_lease_is_told_before_it_does_harm(database: Database, clock: ManualClock) -> None:
    zombie, successor = Leases(database, clock, "local/mailer"), Leases(database, clock, "local/mailer")
    async with (
        asyncio.timeout(5),
        zombie.hold("session:maildesk:mara") as old,
        successor.hold("session:maildesk:mara") as new,
    ):
        assert new.fence == old.fence + 1
        with pytest.raises(LeaseLost):
            await zombie.check(old)
        await successor.check(new)


async def test_another_worker_gets_it_when_it_is_given_back_or_has_run_out(
    database: Database, clock: ManualClock
) -> None:
    mine, theirs = Leases(database, clock, "one/mailer"), Leases(database, clock, "two/mailer")

    async def take() -> Any:
        async with theirs.hold("session:maildesk:mara") as lease:
            return lease

    async with mine.hold("session:maildesk:mara"):
        waiting = asyncio.create_task(take())
        for _ in range(20):
            await database.read(lambda tx: tx.get(LeaseRow, "session:maildesk:mara"))
        assert not waiting.done()
        clock.forward(seconds=46)
        async with asyncio.timeout(5):
            assert (await waiting).fence == 2
    async with asyncio.timeout(5):
        assert (await take()).fence == 3
