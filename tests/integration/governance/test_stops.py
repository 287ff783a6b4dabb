"""Stops hold for exactly what they name, until they are lifted."""

from __future__ import annotations

from functools import partial

import pytest

from plans.governance.stops import EVERYTHING, of_agent, of_plan, resume, stop, stopped
from plans.store.database import Database
from plans.words import AgentName, PlanSlug
from tests.integration.governance.world import ADA, BOB, NOW

HERE, THERE = PlanSlug("northwind"), PlanSlug("other")
WRITER, MAILER = AgentName("writer"), AgentName("mailer")


@pytest.mark.parametrize(
    ("scope", "holds", "free"),
    [
        (EVERYTHING, [(HERE, WRITER), (None, None), (THERE, None)], []),
        (of_plan(HERE), [(HERE, WRITER), (HERE, None)], [(THERE, WRITER), (None, WRITER), (None, None)]),
        (of_agent(WRITER), [(HERE, WRITER), (None, WRITER)], [(HERE, MAILER), (HERE, None)]),
    ],
)
def test_a_stop_holds_for_what_it_names(
    database: Database,
    scope: str,
    holds: list[tuple[PlanSlug | None, AgentName | None]],
    free: list[tuple[PlanSlug | None, AgentName | None]],
) -> None:
    database.write_now(lambda tx: stop(tx, scope, ADA, NOW))
    for plan, agent in holds:
        found = database.read_now(partial(stopped, plan=plan, agent=agent))
        assert found is not None
        assert found.scope == scope
    for plan, agent in free:
        assert database.read_now(partial(stopped, plan=plan, agent=agent)) is None
    assert database.write_now(lambda tx: resume(tx, scope))
    assert database.read_now(lambda tx: stopped(tx, HERE, WRITER)) is None


def test_the_widest_stop_is_told_and_lifting_it_leaves_the_narrow_one(database: Database) -> None:
    database.write_now(lambda tx: stop(tx, of_plan(HERE), ADA, NOW))
    database.write_now(lambda tx: stop(tx, EVERYTHING, BOB, NOW))
    assert database.read_now(lambda tx: stopped(tx, HERE)).by == BOB  # type: ignore[union-attr]
    database.write_now(lambda tx: resume(tx, EVERYTHING))
    assert database.read_now(lambda tx: stopped(tx, HERE)).by == ADA  # type: ignore[union-attr]


def test_a_second_stop_keeps_the_first_ones_name_and_resuming_twice_says_so(database: Database) -> None:
    for person in (ADA, BOB):
        database.write_now(partial(stop, scope=EVERYTHING, by=person, now=NOW))
    assert database.read_now(stopped).by == ADA  # type: ignore[union-attr]
    assert [database.write_now(lambda tx: resume(tx, EVERYTHING)) for _ in range(2)] == [True, False]


@pytest.mark.parametrize("scope", ["", "plan:", "agent:", "northwind", "item:NA-1", "**"])
def test_a_scope_that_would_stop_nothing_is_refused(database: Database, scope: str) -> None:
    with pytest.raises(ValueError, match="nothing can be stopped"):
        database.write_now(lambda tx: stop(tx, scope, ADA, NOW))
