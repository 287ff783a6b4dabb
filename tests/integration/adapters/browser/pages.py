"""Pages of the tests' own, on two hosts: one that is allowed, and one that must never hear of anything."""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field

from aiohttp import web

Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]


@dataclass
class Site:
    """What it shows by path, and every request that reached it: method, path and body."""

    pages: dict[str, str | Handler] = field(default_factory=dict)
    heard: list[tuple[str, str, str]] = field(default_factory=list)
    port: int = 0

    @property
    def host(self) -> str:
        return f"127.0.0.1:{self.port}"

    @property
    def origin(self) -> str:
        return f"http://{self.host}"

    async def _answer(self, request: web.Request) -> web.StreamResponse:
        self.heard.append((request.method, request.path, await request.text()))
        page = self.pages.get(request.path)
        if page is None:
            raise web.HTTPNotFound
        if isinstance(page, str):
            return web.Response(text=f"<!doctype html><html><body>{page}</body></html>", content_type="text/html")
        return await page(request)


@asynccontextmanager
async def served() -> AsyncIterator[Site]:
    site = Site()
    app = web.Application()
    app.router.add_route("*", "/{path:.*}", site._answer)
    runner = web.AppRunner(app, access_log=None, shutdown_timeout=0.1)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    site.port = runner.addresses[0][1]
    try:
        yield site
    finally:
        await runner.cleanup()


def redirect(to: str) -> Handler:
    async def answer(request: web.Request) -> web.StreamResponse:
        raise web.HTTPFound(to)

    return answer
