"""One Chromium for all jobs: started when first needed, restarted after a crash, closed after a while without work.

Two pages are worked on at a time (more only slow each other down on two cores); a job that waits for a person gives
its place back and keeps its page. Nothing in the browser reaches the network except through a job's own proxy.
"""

from __future__ import annotations

import asyncio
import contextlib
import logging
import os
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Final, Self

from plans.errors import VendorDown
from plans.ports.time import Clock

if TYPE_CHECKING:
    from playwright.async_api import Browser, BrowserContext, Playwright, StorageState

_log = logging.getLogger(__name__)

_NOWHERE: Final = "http://127.0.0.1:9"
"""The discard port: where the browser's own traffic goes, outside of any job's context."""
_FLAGS: Final = (
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    # WebRTC's UDP would pass any proxy; names are resolved by the proxy and by nothing else.
    "--webrtc-ip-handling-policy=disable_non_proxied_udp",
    "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1",
)


class Slot:
    """A place among the pages that are being worked on."""

    def __init__(self, places: asyncio.Semaphore) -> None:
        self._places = places
        self._held = False

    async def __aenter__(self) -> Self:
        await self._take()
        return self

    async def __aexit__(self, *_: object) -> None:
        self._give_back()

    @asynccontextmanager
    async def parked(self) -> AsyncIterator[None]:
        """Gives the place to others while waiting for a person; after an error it is not taken again."""
        self._give_back()
        yield
        await self._take()

    async def _take(self) -> None:
        await self._places.acquire()
        self._held = True

    def _give_back(self) -> None:
        if self._held:
            self._held = False
            self._places.release()


class BrowserPool:
    """``chromium`` finds the executable (may be slow, runs in a thread); ``idle`` is in wall-clock seconds."""

    def __init__(self, chromium: Callable[[], Path], wall: Clock, *, active: int = 2, idle: float = 120.0) -> None:
        self._chromium = chromium
        self._wall = wall
        self._idle = idle
        self._places = asyncio.Semaphore(active)
        self._starting = asyncio.Lock()
        self._playwright: Playwright | None = None
        self._browser: Browser | None = None
        self._watch: asyncio.Task[None] | None = None
        self._contexts = 0
        self._last_used: datetime = wall.now()
        self.launches = 0
        """How often a browser was started; more than expected means that it crashes."""

    @property
    def running(self) -> bool:
        return self._browser is not None and self._browser.is_connected()

    def slot(self) -> Slot:
        return Slot(self._places)

    @asynccontextmanager
    async def context(self, *, locale: str, proxy: str, state: StorageState | None) -> AsyncIterator[BrowserContext]:
        """A context of its own for one job of one person, whose only way out is ``proxy``.

        Raises VendorDown when the browser does not start.
        """
        # Loaded on first use: Steward runs without a browser until something needs one.
        from playwright.async_api import Error  # noqa: PLC0415

        browser = await self._started()
        self._contexts += 1
        try:
            context = await browser.new_context(
                locale=locale,
                # Chromium leaves loopback addresses out of proxying unless told not to.
                proxy={"server": proxy, "bypass": "<-loopback>"},
                storage_state=state,
                service_workers="block",
                accept_downloads=False,
            )
            try:
                yield context
            finally:
                with contextlib.suppress(Error):  # the browser may be gone
                    await context.close()
        finally:
            self._contexts -= 1
            self._last_used = self._wall.now()

    async def sweep(self) -> None:
        """Closes the browser when it has had nothing to do for long enough: it holds some 200 MB."""
        async with self._starting:
            waited = (self._wall.now() - self._last_used).total_seconds()
            if self._browser is not None and not self._contexts and waited >= self._idle:
                await self._stop()

    async def close(self) -> None:
        if self._watch is not None:
            self._watch.cancel()
            await asyncio.gather(self._watch, return_exceptions=True)
        async with self._starting:
            await self._stop()

    async def _started(self) -> Browser:
        async with self._starting:
            if self._browser is not None and self._browser.is_connected():
                return self._browser
            await self._stop()
            return await self._launch()

    async def _launch(self) -> Browser:
        from playwright.async_api import Error, async_playwright  # noqa: PLC0415 (loaded on first use, as above)

        path = await asyncio.to_thread(self._chromium)
        self._playwright = await async_playwright().start()
        root = hasattr(os, "geteuid") and os.geteuid() == 0
        try:
            browser = await self._playwright.chromium.launch(
                executable_path=path,
                args=list(_FLAGS),
                chromium_sandbox=not root,  # Chromium refuses its sandbox to root
                proxy={"server": _NOWHERE, "bypass": "<-loopback>"},
            )
        except Error as error:
            _log.warning("Chromium did not start", extra={"path": str(path), "error": type(error).__name__})
            await self._stop()
            raise VendorDown(f"Chromium ({path}) did not start") from None
        browser.on("disconnected", self._gone)
        self._browser, self._last_used = browser, self._wall.now()
        self.launches += 1
        if self._watch is None or self._watch.done():
            self._watch = asyncio.create_task(self._keep_watch(), name="browser-pool")
        return browser

    def _gone(self, browser: Browser) -> None:
        if browser is self._browser:
            _log.warning("Chromium ended unexpectedly; the next job starts another")

    async def _keep_watch(self) -> None:
        while self._browser is not None:
            await asyncio.sleep(min(self._idle, 5.0))
            await self.sweep()

    async def _stop(self) -> None:
        from playwright.async_api import Error  # noqa: PLC0415 (loaded on first use, as above)

        browser, self._browser = self._browser, None
        playwright, self._playwright = self._playwright, None
        if browser is not None:
            with contextlib.suppress(Error):
                await browser.close()
        if playwright is not None:
            await playwright.stop()
