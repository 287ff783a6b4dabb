"""What goes wrong on request: scripted failures, held requests, and the rate limits of the real service."""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

from aiohttp import web

_WINDOWS = ((7, 1.0), (8, 2.0), (60, 30.0), (1800, 3600.0))


class Hold:
    """A request that is kept waiting."""

    def __init__(self) -> None:
        self._reached = asyncio.Event()
        self._released = asyncio.Event()

    async def reached(self, timeout: float = 10.0) -> None:
        """Returns when the request is there. Raises TimeoutError."""
        async with asyncio.timeout(timeout):
            await self._reached.wait()

    def release(self) -> None:
        self._released.set()

    async def wait(self) -> None:
        self._reached.set()
        await self._released.wait()


@dataclass(frozen=True)
class _Failure:
    status: int | None
    """None: the connection is dropped."""
    retry_after: str | None = None
    code: str = "ServiceError"
    location: str | None = None


class Faults:
    """Applies to requests that change something in a conversation, in the order in which they were scripted."""

    def __init__(self, now: Callable[[], datetime]) -> None:
        self.rate_limits = False
        """Whether the limits per conversation are enforced with 429."""
        self.met = asyncio.Event()
        """Set as soon as a request has met a scripted failure."""
        self._now = now
        self._script: deque[_Failure | Hold] = deque()
        self._times: dict[str, deque[datetime]] = {}

    def answer(
        self,
        status: int,
        times: int = 1,
        retry_after: str | None = None,
        code: str = "ServiceError",
        location: str | None = None,
    ) -> None:
        """The next requests are answered with this status and these headers, and nothing is done."""
        self._script.extend([_Failure(status, retry_after, code, location)] * times)

    def clear(self) -> None:
        """What was scripted and has not happened yet does not happen."""
        self._script.clear()

    def drop(self, times: int = 1) -> None:
        """The next requests' connections are closed without an answer, and nothing is done."""
        self._script.extend([_Failure(None)] * times)

    def hold(self) -> Hold:
        """The next request waits until it is released, then goes on as usual."""
        held = Hold()
        self._script.append(held)
        return held

    async def meet(
        self, request: web.Request, conversation: str, go: Callable[[], Awaitable[web.Response]]
    ) -> web.Response:
        """Lets what was scripted happen to the request, or lets it go on."""
        if self._script:
            scripted = self._script.popleft()
            if isinstance(scripted, _Failure):
                self.met.set()
                return _fail(request, scripted)
            await scripted.wait()
        if self.rate_limits and not self._fits(conversation):
            return _fail(request, _Failure(429, "1", "TooManyRequests"))
        return await go()

    def _fits(self, conversation: str) -> bool:
        now = self._now()
        times = self._times.setdefault(conversation.partition(";")[0], deque(maxlen=1800))
        for most, span in _WINDOWS:
            if sum(at > now - timedelta(seconds=span) for at in times) >= most:
                return False
        times.append(now)
        return True


def _fail(request: web.Request, failure: _Failure) -> web.Response:
    if failure.status is None:
        if request.transport is not None:
            request.transport.close()
        return web.Response(status=500)
    wanted = {"Retry-After": failure.retry_after, "Location": failure.location}
    headers = {name: value for name, value in wanted.items() if value is not None}
    return error(failure.status, failure.code, headers)


def error(status: int, code: str, headers: dict[str, str] | None = None) -> web.Response:
    """An error in the connector's shape."""
    return web.json_response({"error": {"code": code, "message": code}}, status=status, headers=headers)
