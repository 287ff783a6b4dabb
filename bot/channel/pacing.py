"""Stays below the channel's rate limits, so that 429 is the exception.

Sliding windows per conversation, as Teams publishes them for one bot in one conversation; and one for the whole
tenant. Updates and typing count like messages.
"""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Awaitable, Callable
from datetime import datetime, timedelta

from plans.ports.time import Clock

Windows = tuple[tuple[int, float], ...]
CONVERSATION: Windows = ((7, 1.0), (8, 2.0), (60, 30.0), (1800, 3600.0))
"""(at most so many, in so many seconds)"""
TENANT: Windows = ((30, 1.0),)
_SWEEP = 1000

Sleep = Callable[[float], Awaitable[None]]


class _Lane:
    def __init__(self, windows: Windows) -> None:
        self._windows = windows
        self._span = timedelta(seconds=max(span for _, span in windows))
        self._times: deque[datetime] = deque(maxlen=max(most for most, _ in windows))

    def free_at(self, now: datetime) -> datetime:
        """The instant from which one more fits into every window."""
        at = now
        for most, span in self._windows:
            if len(self._times) >= most:
                at = max(at, self._times[-most] + timedelta(seconds=span))
        return at

    def idle(self, now: datetime) -> bool:
        return not self._times or self._times[-1] + self._span <= now

    def book(self, at: datetime) -> None:
        self._times.append(at)


class Pacer:
    """Hands out the instants at which a request may leave."""

    def __init__(self, wall: Clock, sleep: Sleep = asyncio.sleep) -> None:
        self._wall = wall
        self._sleep = sleep
        self._lanes: dict[tuple[str, str], _Lane] = {}

    async def turn(self, tenant: str, conversation: str, patience: float) -> float:
        """Waits until the request may leave, and returns 0.0; above ``patience`` seconds it does not wait, but returns
        how long it would be. A place is booked before the wait, so callers queue up in order.
        """
        # The tenant's place is booked last: a busy conversation must not hold places that others could use.
        for lane in (self._conversation(conversation), self._lane("tenant", tenant, TENANT)):
            now = self._wall.now()
            at = lane.free_at(now)
            wait = (at - now).total_seconds()
            if wait > patience:
                return wait
            lane.book(at)
            if wait > 0.0:
                await self._sleep(wait)
        return 0.0

    def free(self, conversation: str) -> bool:
        """Whether the conversation has room for a request at once."""
        now = self._wall.now()
        return self._conversation(conversation).free_at(now) <= now

    def _conversation(self, conversation: str) -> _Lane:
        # All threads of a channel share its limits: the thread is what follows the semicolon.
        return self._lane("conversation", conversation.partition(";")[0], CONVERSATION)

    def _lane(self, kind: str, name: str, windows: Windows) -> _Lane:
        if len(self._lanes) > _SWEEP:
            now = self._wall.now()
            self._lanes = {key: lane for key, lane in self._lanes.items() if not lane.idle(now)}
        return self._lanes.setdefault((kind, name), _Lane(windows))
