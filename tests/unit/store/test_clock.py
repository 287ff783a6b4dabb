"""The plan's clock without a database: what it reads, and how long until an instant."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from plans.store.clock import PlanClock, WallClock
from tests.doubles.clock import ManualClock


def test_the_wall_clock_is_aware_and_utc() -> None:
    assert WallClock().now().utcoffset() == timedelta(0)


def test_in_ordinary_use_the_plan_clock_is_the_walls(clock: ManualClock) -> None:
    plan = PlanClock(clock)
    clock.forward(days=3, microseconds=7)
    assert plan.now() == clock.now()
    assert plan.wall_delay(clock.now() + timedelta(hours=1)) == 3600
    assert not plan.scaled


def test_a_rehearsals_day_takes_ten_seconds(clock: ManualClock) -> None:
    plan = PlanClock(clock, day_seconds=10)
    start = plan.now()
    clock.forward(seconds=25)
    assert plan.now() == start + timedelta(days=2, hours=12)
    assert plan.scaled


def test_the_way_to_an_instant_is_in_wall_seconds(clock: ManualClock) -> None:
    plan = PlanClock(clock, day_seconds=10)
    assert plan.wall_delay(plan.now() + timedelta(days=3)) == 30
    assert plan.wall_delay(datetime(2020, 1, 1, tzinfo=UTC)) == 0


def test_the_plan_clock_never_goes_back_with_the_wall(clock: ManualClock) -> None:
    plan = PlanClock(clock, day_seconds=10)
    clock.forward(seconds=5)
    shown = plan.now()
    clock.forward(seconds=-3)
    assert plan.now() == shown
