"""One browser for all, started when needed, replaced when it dies, closed when nobody needs it."""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest

from adapters.browser.egress import Egress
from adapters.browser.pool import BrowserPool
from infra import chromium
from plans.errors import VendorDown
from tests.doubles.clock import ManualClock
from tests.integration.adapters.browser.pages import served


async def test_it_starts_with_the_first_page_and_closes_after_a_while_without_one(clock: ManualClock) -> None:
    pool = BrowserPool(chromium.find, clock, idle=120)
    assert not pool.running
    async with Egress([]) as egress:
        async with pool.context(locale="en-US", proxy=egress.url, state=None):
            clock.forward(seconds=600)
            await pool.sweep()
            assert pool.running  # in use
        clock.forward(seconds=119)
        await pool.sweep()
        assert pool.running
        clock.forward(seconds=1)
        await pool.sweep()
        assert not pool.running
        async with pool.context(locale="en-US", proxy=egress.url, state=None):
            assert pool.launches == 2
    await pool.close()
    assert not pool.running


async def test_after_a_crash_the_next_job_gets_another_browser(clock: ManualClock) -> None:
    pool = BrowserPool(chromium.find, clock)
    async with served() as site, Egress([site.host]) as egress:
        site.pages = {"/": "fine"}
        async with pool.context(locale="en-US", proxy=egress.url, state=None) as context:
            browser = context.browser
            assert browser is not None
            gone = asyncio.Event()
            browser.on("disconnected", lambda _: gone.set())
            session = await browser.new_browser_cdp_session()
            await asyncio.gather(session.send("Browser.crash"), return_exceptions=True)
            async with asyncio.timeout(10):
                await gone.wait()
        assert not pool.running
        async with pool.context(locale="en-US", proxy=egress.url, state=None) as context:
            page = await context.new_page()
            await page.goto(site.origin)
            assert await page.inner_text("body") == "fine"
    await pool.close()


async def test_a_browser_that_does_not_start_is_said_plainly(clock: ManualClock, tmp_path: Path) -> None:
    broken = tmp_path / "chromium"
    broken.write_text("#!/bin/sh\nexit 7\n")
    broken.chmod(0o755)
    pool = BrowserPool(lambda: broken, clock)
    with pytest.raises(VendorDown, match="did not start"):
        async with pool.context(locale="en-US", proxy="http://127.0.0.1:9", state=None):
            raise AssertionError
    await pool.close()


async def test_no_more_than_its_places_are_worked_on_and_a_parked_one_is_free(clock: ManualClock) -> None:
    pool = BrowserPool(chromium.find, clock, active=1)
    reached: list[str] = []
    free = asyncio.Event()

    async def waits() -> None:
        async with pool.slot() as slot:
            reached.append("first")
            async with slot.parked():
                await free.wait()
            reached.append("first again")

    async def works() -> None:
        async with pool.slot():
            reached.append("second")
            free.set()
            await asyncio.sleep(0)
            reached.append("second ends")

    async with asyncio.timeout(5), asyncio.TaskGroup() as group:
        group.create_task(waits())
        group.create_task(works())
    assert reached == ["first", "second", "second ends", "first again"]
