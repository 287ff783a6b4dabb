"""One Chromium for a module's tests; Maildesk, database and vault are each test's own."""

from __future__ import annotations

import subprocess
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from pathlib import Path

import pytest
import pytest_asyncio

from adapters.browser.pool import BrowserPool
from adapters.vault import Vault
from infra import chromium
from plans.store.database import Database
from tests.doubles.clock import ManualClock
from tests.integration.adapters.browser.world import Maildesk, World, start_maildesk

StartDesk = Callable[..., Maildesk]
StartWorld = Callable[..., Awaitable[World]]


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def pool() -> AsyncIterator[BrowserPool]:
    made = BrowserPool(chromium.find, ManualClock())
    yield made
    await made.close()


@pytest.fixture
def start_desk(tmp_path: Path) -> Iterator[StartDesk]:
    processes: list[subprocess.Popen[str]] = []

    def start(*arguments: str) -> Maildesk:
        process, desk = start_maildesk(tmp_path / "maildesk", *arguments)
        processes.append(process)
        return desk

    yield start
    for process in processes:
        process.terminate()
        process.communicate(timeout=20)


@pytest_asyncio.fixture(loop_scope="module")
async def world(
    start_desk: StartDesk, database: Database, pool: BrowserPool, clock: ManualClock
) -> AsyncIterator[StartWorld]:
    """``await world("--fault", …)``: Maildesk running, its password in the vault."""
    made: list[World] = []

    async def start(*arguments: str) -> World:
        vault = Vault(database, clock, b"k" * 32)
        made.append(World(start_desk(*arguments), database, vault, pool, clock))
        await made[-1].give_password()
        return made[-1]

    yield start
    for one in made:
        await one.end()
