"""The Playground with everything behind it, and a page of it in a real browser."""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AsyncExitStack
from pathlib import Path

import pytest
from playwright.async_api import async_playwright

from infra import chromium
from tests.foreign.playground.window import Window
from tests.foreign.playground.world import World

_QUIET = ("--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking")

Begin = Callable[..., Awaitable[tuple[World, Window]]]


@pytest.fixture
async def begin(tmp_path: Path) -> AsyncIterator[Begin]:
    """``await begin(agents=True)``: the world, and a page of its Playground with Ann before it."""
    async with AsyncExitStack() as stack:

        async def start(*, agents: bool) -> tuple[World, Window]:
            world = World(tmp_path)
            stack.push_async_callback(world.close)
            await world.open(agents=agents)
            playwright = await stack.enter_async_context(async_playwright())
            browser = await playwright.chromium.launch(executable_path=chromium.find(), args=_QUIET)
            stack.push_async_callback(browser.close)
            page = await browser.new_page(viewport={"width": 1280, "height": 1400})
            window = Window(page, world.address, tmp_path)
            await window.open()
            return world, window

        yield start
