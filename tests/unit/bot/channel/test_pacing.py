"""The channel's rate limits are kept to the request."""

from __future__ import annotations

import asyncio

import pytest

from bot.channel.pacing import CONVERSATION, Pacer
from tests.doubles.clock import ManualClock


class Pace:
    """Notes when requests leave, on a clock that waiting moves."""

    def __init__(self, clock: ManualClock) -> None:
        self.clock = clock
        self.start = clock.now()
        self.pacer = Pacer(clock, self.sleep)
        self.left: list[float] = []

    async def sleep(self, seconds: float) -> None:
        self.clock.forward(seconds=seconds)

    async def go(self, conversation: str = "c", tenant: str = "t", patience: float = 1e9) -> float:
        wait = await self.pacer.turn(tenant, conversation, patience)
        self.left.append((self.clock.now() - self.start).total_seconds())
        return wait


@pytest.fixture
def pace(clock: ManualClock) -> Pace:
    return Pace(clock)


async def test_no_window_of_any_length_ever_holds_more_than_it_may(pace: Pace) -> None:
    for _ in range(2000):
        await pace.go()
    for most, span in CONVERSATION:
        crowded = [
            (first, last)
            for first, last in zip(pace.left, pace.left[most:], strict=False)
            if last - first < span - 1e-6
        ]
        assert crowded == []


async def test_the_first_seven_leave_at_once(pace: Pace) -> None:
    for _ in range(9):
        await pace.go()
    assert pace.left == pytest.approx([0.0] * 7 + [1.0, 2.0])


async def test_conversations_do_not_wait_for_each_other_but_threads_of_one_channel_do(pace: Pace) -> None:
    for _ in range(7):
        await pace.go("19:x;messageid=1")
    assert pace.pacer.free("a:other")
    assert not pace.pacer.free("19:x;messageid=2")


async def test_a_tenant_gets_thirty_requests_a_second(pace: Pace) -> None:
    for number in range(31):
        await pace.go(f"chat {number}")
    assert pace.left == pytest.approx([0.0] * 30 + [1.0])


async def test_a_busy_conversation_holds_no_place_of_the_tenant(clock: ManualClock) -> None:
    release = asyncio.Event()

    async def wait(_seconds: float) -> None:
        await release.wait()

    pacer = Pacer(clock, wait)
    busy = [asyncio.create_task(pacer.turn("t", "busy", 1e9)) for _ in range(60)]
    await asyncio.sleep(0)
    assert await pacer.turn("t", "calm", 0.0) == 0.0
    clock.forward(minutes=1)
    release.set()
    await asyncio.gather(*busy)


async def test_whoever_has_no_patience_is_told_how_long_it_would_take_and_books_nothing(pace: Pace) -> None:
    for _ in range(7):
        await pace.go()
    assert await pace.go(patience=0.5) == pytest.approx(1.0)
    assert await pace.go(patience=0.5) == pytest.approx(1.0)
    assert await pace.go(patience=1.0) == 0.0
