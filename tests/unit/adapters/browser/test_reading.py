"""Numbers and sums as vendors write them; and steps whose order survives a restart."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from adapters.browser.jobs import Job, Sequence
from adapters.browser.look import money
from plans.words import Money, StepState
from tests.doubles.clock import ManualClock
from tests.integration.adapters.browser.world import brief


@pytest.mark.parametrize(
    ("text", "minor"),
    [
        ("9.00 EUR", 900),
        ("EUR 9.05", 905),
        ("9 EUR", 900),
        ("1,234.50 EUR", 123_450),
        ("1.234,50 EUR", 123_450),
        ("1 234 567.00 EUR", 123_456_700),
        ("EUR 1,234", 123_400),
        ("1.234 EUR", 123_400),
    ],
)
def test_sums_are_read_to_the_cent(text: str, minor: int) -> None:
    assert money(text) == Money(minor=minor, currency="EUR")


@pytest.mark.parametrize("text", ["", "free", "9.00", "€9", "EUR", "9.00 EUR USD", "-9.00 EUR", "9 eur"])
def test_what_is_no_sum_is_left_out(text: str) -> None:
    assert money(text) is None


def test_steps_grow_within_a_job_and_over_a_restart(clock: ManualClock) -> None:
    job = Job("job", "k", brief(), Sequence(clock))
    before = job.step.seq
    job.say("one")
    job.become(StepState.DONE)
    assert before < job.step.seq
    clock.forward(seconds=1)
    assert Job("look", "k", brief(), Sequence(clock)).step.seq > job.step.seq
    assert Sequence(ManualClock(datetime(2020, 1, 1, tzinfo=UTC))).next() > 0
