"""A forecast of a large plan: ten thousand runs over a thousand items, beside a plain loop that does the same."""

from __future__ import annotations

import random
import time
from statistics import quantiles

import pytest

from plans.model.forecast import forecast
from plans.model.forecast_spread import LEVELS, spread
from plans.model.history import Finished, History
from plans.model.plan import Plan
from plans.model.schedule import order
from plans.words import AgentName, Doer, ItemId
from tests.bench.figures import Figure, Report
from tests.unit.model.drawn import MONDAY, WEEK, item, plan_of

pytestmark = [pytest.mark.bench, pytest.mark.timeout(120)]

ITEMS, RUNS, LOOPED = 1_000, 10_000, 50
"""The loop does 50 runs, and its time is multiplied by 200."""


def _plan(rng: random.Random) -> Plan:
    """Ten paths that merge and part; every other item an agent's, with experience."""
    items = []
    for number in range(ITEMS):
        before = {ItemId(f"NA-{rng.randrange(number - 10, number)}") for _ in range(2)} if number >= 10 else set()
        agent = AgentName(f"agent{number % 5}") if number % 2 else None
        items.append(item(number, days=rng.randint(1, 6), after=tuple(before), agent=agent, capability="write_copy"))
    return plan_of(*items)


def _history(rng: random.Random) -> History:
    return History(
        tuple(
            Finished(ItemId(f"OLD-{n}"), Doer(f"agent:agent{n % 5}"), "write_copy", 4, rng.choice([3, 4, 4, 5, 6, 8]))
            for n in range(100)
        )
    )


def _looped(plan: Plan, history: History, rng: random.Random) -> list[int]:
    """Days to the finish in each run: the same draws and the same passes, an item and a run at a time."""
    sequence = order(plan)
    tables = {key: spread(one, history.ratios())[0].table.tolist() for key, one in plan.items.items()}
    found = []
    for _ in range(LOOPED):
        starts: dict[ItemId, int] = {}
        ends: dict[ItemId, int] = {}
        for key in sequence:
            starts[key] = max((ends[before] for before in plan.items[key].after), default=0)
            ends[key] = starts[key] + max(1, int(tables[key][rng.randrange(LEVELS)] + 0.5))
        last = max(ends.values())
        critical = {key for key, end in ends.items() if end == last}
        for key in reversed(sequence):
            if key in critical:
                critical.update(before for before in plan.items[key].after if ends[before] == starts[key])
        found.append(last)
    return found


def test_ten_thousand_runs_over_a_thousand_items(report: Report) -> None:
    rng = random.Random(7)
    plan, history = _plan(rng), _history(rng)
    forecast(plan, MONDAY, history, runs=10)  # loads numpy
    began = time.perf_counter()
    found = forecast(plan, MONDAY, history, runs=RUNS)
    taken = time.perf_counter() - began
    began = time.perf_counter()
    days = _looped(plan, history, rng)
    looped = (time.perf_counter() - began) * RUNS / LOOPED
    middle = quantiles(days, n=2)[0]
    assert WEEK.workdays_between(MONDAY, found.p50) == pytest.approx(middle, rel=0.05), "they do the same"
    alone = f"plain loop {looped:.0f} s ({LOOPED} runs, × {RUNS // LOOPED})"
    report.add(
        Figure(f"Forecast: {RUNS:,} runs over {ITEMS:,} items", taken, " s", alone, 2.0),
        Figure("… times as fast as the loop", looped / taken, "", alone, 20, at_least=True),
    )
