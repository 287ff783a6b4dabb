"""One browser for all cards of this process."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest_asyncio

from tests.foreign.cards.stage import Stage, opened


@pytest_asyncio.fixture(scope="package", loop_scope="package")
async def stage() -> AsyncIterator[Stage]:
    async with opened() as found:
        yield found
