"""Lets the request of a commit through exactly once, whatever page and browser do.

Chromium repeats a POST by itself when a connection that it had opened in advance ends without an answer (seen with
156: one click, two campaigns), and pages send twice when they are impatient. So the request is taken out of the
browser's hands and passed on from here, without retries; a second one like it is refused.
"""

from __future__ import annotations

import asyncio
import contextlib
from urllib.parse import urlsplit

from playwright.async_api import Error, Request, Route

from adapters.browser.addresses import site_of
from adapters.browser.script import Expect


class OncePassed:
    """For one click, and from then on as long as its page lives.

    ``status`` becomes the vendor's answer, or None when the connection gave none.
    """

    def __init__(self, origin: str, expect: Expect) -> None:
        self._origin = origin
        self._expect = expect
        self._taken = False
        self.status: asyncio.Future[int | None] = asyncio.get_running_loop().create_future()

    def concerns(self, url: str) -> bool:
        return site_of(url) == self._origin and urlsplit(url).path == self._expect.path

    async def pass_on(self, route: Route, request: Request) -> None:
        """Playwright's errors end here: the page may have gone, and the outcome is looked up anyway."""
        with contextlib.suppress(Error):
            if request.method != self._expect.method:
                await route.continue_()
            elif self._taken:
                await route.abort()
            else:
                self._taken = True
                await self._send(route)

    async def _send(self, route: Route) -> None:
        try:
            # The redirect that usually follows is the browser's again.
            answer = await route.fetch(max_redirects=0, max_retries=0, timeout=self._expect.within * 1000)
        except Error:
            self._told(None)
            await route.abort()
            return
        self._told(answer.status)
        await route.fulfill(response=answer)

    def _told(self, status: int | None) -> None:
        if not self.status.done():
            self.status.set_result(status)
