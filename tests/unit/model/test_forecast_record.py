"""How forecasts are scored: by what the literature's arithmetic says, and only when there are enough of them."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from plans.model.forecast_record import record

RESOLVED = st.lists(st.tuples(st.floats(0, 1), st.booleans()), max_size=60)


def test_the_brier_score_is_the_mean_squared_distance() -> None:
    found = record([(0.8, True), (0.8, True), (0.8, False), (0.1, False)])
    assert found.brier == pytest.approx((0.04 + 0.04 + 0.64 + 0.01) / 4)
    assert found.reference == pytest.approx(0.25)


def test_the_table_says_how_often_what_was_said_came_true() -> None:
    low, high = record([(0.1, False), (0.15, True), (0.8, True), (1.0, True), (0.9, False)]).bins
    assert (low.low, low.high, low.count, low.came_true) == (0.0, 0.2, 2, 1)
    assert (high.low, high.high, high.count, high.came_true) == (0.8, 1.0, 3, 2)
    assert low.said == pytest.approx(0.125)
    assert high.said == pytest.approx(0.9)


@given(RESOLVED)
def test_every_forecast_is_in_one_bin_and_the_score_in_bounds(resolved: list[tuple[float, bool]]) -> None:
    found = record(resolved)
    assert sum(one.count for one in found.bins) == found.count == len(resolved)
    assert sum(one.came_true for one in found.bins) == sum(true for _, true in resolved)
    assert 0 <= found.brier <= 1
    assert all(one.low - 1e-9 <= one.said <= one.high + 1e-9 for one in found.bins)


def test_without_any_forecast_there_is_no_table() -> None:
    assert (record([]).count, record([]).bins) == (0, ())
