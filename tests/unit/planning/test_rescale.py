"""A proposal that must be finished sooner keeps its shape, as far as that can be done at all."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from plans.model.agreed import Embargo
from plans.model.calendar import Calendar
from plans.model.critic import review
from plans.model.plan import Plan
from plans.model.revision import apply, invert
from plans.planning.outline import assemble
from plans.planning.playbook_outline import outline
from plans.planning.playbooks import shelf
from plans.planning.rescale import nearer
from plans.words import ItemKind
from tests.unit.model.drawn import patient
from tests.unit.planning.house import FRIDAY, GOAL, desk_for

SHELF = {playbook.name: playbook for playbook in shelf()}
WEEK = Calendar()


def _spanning(name: str, days: int) -> Plan:
    desk = desk_for(f"do it by {WEEK.add_workdays(FRIDAY, days - 1)}, budget 20,000 EUR")
    return apply(*assemble(outline(SHELF[name], desk), desk))


@pytest.mark.parametrize("name", list(SHELF))
@patient
@given(days=st.integers(0, 120), fewer=st.integers(1, 120))
def test_a_plan_fitted_to_a_nearer_day_still_passes_the_critic(name: str, days: int, fewer: int) -> None:
    room = SHELF[name].lead_days + 3
    plan = _spanning(name, room + 1 + days)
    deadline = WEEK.add_workdays(FRIDAY, max(room, room + 1 + days - fewer) - 1)
    edits = nearer(plan, deadline)
    after = apply(plan, edits)
    # Whether everybody can do their share by then is not a matter of windows: the critic says who cannot.
    assert {finding.rule for finding in review(after)} <= {"C19"}
    assert after.deadline == deadline
    assert apply(after, invert(plan, edits)) == plan


def test_the_first_week_stays_as_it_is() -> None:
    plan = _spanning("product_launch", 51)
    after = apply(plan, nearer(plan, WEEK.add_workdays(FRIDAY, 40)))
    sixth = WEEK.add_workdays(FRIDAY, 5)
    early = [item for item in plan.of_kind(ItemKind.TASK) if item.end < sixth]
    assert len(early) == 5
    assert [after.items[item.id] for item in early] == early


def test_the_estimate_follows_a_window_that_became_too_short_and_its_worst_stays() -> None:
    plan = _spanning("product_launch", 51)
    after = apply(plan, nearer(plan, WEEK.add_workdays(FRIDAY, 24)))
    shorter = [item for item in after.of_kind(ItemKind.TASK) if item.days < plan.items[item.id].days]
    assert shorter
    assert all(item.high == plan.items[item.id].high and item.effort == plan.items[item.id].effort for item in shorter)


def test_the_embargo_ends_on_the_eve_of_the_new_day() -> None:
    desk = desk_for(GOAL)
    plan = apply(*assemble(outline(SHELF["product_launch"], desk), desk))
    after = apply(plan, nearer(plan, date(2027, 1, 15)))
    [embargo] = [one for one in after.constraints if isinstance(one, Embargo)]
    assert embargo.end == date(2027, 1, 15) - timedelta(days=1)


def test_a_day_that_is_too_near_breaks_rules_that_the_critic_names() -> None:
    plan = _spanning("product_launch", 51)
    assert review(apply(plan, nearer(plan, WEEK.add_workdays(FRIDAY, 2))))
