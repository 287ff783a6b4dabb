"""Whether forecasts are true: two thousand projects are played, and the P80 has to hold in four of five.

The world draws each agent's habits, the history that the forecaster sees, and what then really happens; the forecaster
never sees more than that history. What happens is worked out here in plain Python, apart from the code under test.
"""

from __future__ import annotations

import random
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from statistics import NormalDist, fmean, pvariance

import pytest

from plans.model.forecast import forecast
from plans.model.history import Finished, History
from plans.model.plan import Item, Plan
from plans.words import AgentName, Doer, ItemId, ItemState
from tests.unit.model.drawn import MONDAY, WEEK, item, plan_of

PROJECTS, RUNS = 2_000, 300
AGENTS = ("quill", "scout", "scribe")
MIDDLE = 25
"""Working days; a little less than half of what the projects take."""
LANES, STEPS = 4, 4
WORK = "write_copy"


@dataclass(frozen=True)
class Project:
    plan: Plan
    history: History
    spans: dict[ItemId, tuple[int, int]]
    """Working days from the beginning to each item's start, and to its end, as they really were."""

    @property
    def finish(self) -> date:
        return WEEK.add_workdays(MONDAY, max(end for _, end in self.spans.values()) - 1)

    def after(self, days: int) -> Project:
        """The same when so many days have passed: some items are done, some are out with their agents."""
        items: dict[ItemId, Item] = {}
        begun: dict[ItemId, date] = {}
        for key, one in self.plan.items.items():
            start, end = self.spans[key]
            state = ItemState.DONE if end <= days else ItemState.DELEGATED if start < days else one.state
            items[key] = one.model_copy(update={"state": state})
            if state is ItemState.DELEGATED:
                begun[key] = WEEK.add_workdays(MONDAY, start)
        plan = self.plan.model_copy(update={"items": items})
        return Project(plan, History(self.history.finished, begun), self.spans)


def _played(rng: random.Random) -> Project:
    """Four lanes of four tasks with crossings, merging into a last task."""
    habits = {name: (rng.uniform(-0.1, 0.4), rng.uniform(0.25, 0.6)) for name in AGENTS}

    def takes(agent: str, estimate: int) -> int:
        return max(1, round(estimate * rng.lognormvariate(*habits[agent])))

    finished = []
    for name in AGENTS:
        for number in range(rng.randint(12, 40)):
            estimate = rng.randint(2, 10)
            doer = Doer(f"agent:{name}")
            finished.append(Finished(ItemId(f"OLD-{number}"), doer, WORK, estimate, takes(name, estimate)))
    after: dict[int, tuple[int, ...]] = {}
    for lane in range(LANES):
        for step in range(STEPS):
            number = lane * STEPS + step
            before = {number - 1} if step else set()
            if step and rng.random() < 0.3:
                before.add(rng.randrange(LANES) * STEPS + step - 1)
            after[number] = tuple(before)
    after[LANES * STEPS] = tuple(lane * STEPS + STEPS - 1 for lane in range(LANES))
    agents = {number: rng.choice(AGENTS) for number in after}
    days = {number: rng.randint(3, 10) for number in after}
    spans: dict[int, tuple[int, int]] = {}
    for number in sorted(after, key=lambda one: (one % STEPS, one) if one < LANES * STEPS else (STEPS, one)):
        start = max((spans[one][1] for one in after[number]), default=0)
        spans[number] = start, start + takes(agents[number], days[number])
    items = (
        item(number, days=days[number], agent=AgentName(agents[number]), capability=WORK,
             after=tuple(ItemId(f"NA-{one}") for one in after[number]))
        for number in after
    )  # fmt: skip
    return Project(plan_of(*items), History(tuple(finished)), {ItemId(f"NA-{n}"): span for n, span in spans.items()})


def runs_of_the_network(project: Project, number: int) -> date:
    return forecast(project.plan, MONDAY, project.history, runs=RUNS, seed=number).p80


def runs_from_the_middle(project: Project, number: int) -> date:
    now = project.after(MIDDLE)
    return forecast(now.plan, WEEK.add_workdays(MONDAY, MIDDLE), now.history, runs=RUNS, seed=number).p80


def means_along_one_path(project: Project, _number: int) -> date:
    """What PERT does by hand: the longest path by its means, and their variances added up."""
    seen = {kind: (fmean(ratios), pvariance(ratios)) for kind, ratios in project.history.ratios().items()}
    paths: dict[ItemId, tuple[float, float]] = {}

    def path(at: ItemId) -> tuple[float, float]:
        if at not in paths:
            one = project.plan.items[at]
            mean, variance = seen[(one.doer, one.capability)]
            longest = max((path(before) for before in one.after), default=(0.0, 0.0))
            paths[at] = longest[0] + one.days * mean, longest[1] + one.days**2 * variance
        return paths[at]

    mean, variance = max(path(at) for at in project.plan.items)
    return WEEK.add_workdays(MONDAY, round(mean + NormalDist().inv_cdf(0.8) * variance**0.5) - 1)


def _held(p80: Callable[[Project, int], date], projects: int = PROJECTS) -> float:
    """The share of projects that were finished by the date that the forecaster gave."""
    rng = random.Random(2026)
    played = (_played(rng) for _ in range(projects))
    return fmean(project.finish <= p80(project, number) for number, project in enumerate(played))


def test_the_p80_holds_in_four_of_five_of_two_thousand_projects() -> None:
    assert _held(runs_of_the_network) == pytest.approx(0.80, abs=0.03)


def test_it_also_holds_from_the_middle_of_projects_given_what_has_passed() -> None:
    # The less is left, the more a whole day weighs: a date that holds at least so often holds somewhat more often.
    assert _held(runs_from_the_middle, 1_000) == pytest.approx(0.81, abs=0.03)


def test_a_forecaster_that_ignores_where_paths_merge_would_be_found_out() -> None:
    assert _held(means_along_one_path) < 0.77
