"""Whether everybody has time for what they are to do: found to fit where it fits, and told where it cannot."""

from __future__ import annotations

from datetime import date, timedelta
from itertools import product
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from plans.model.critic import Finding, review
from plans.model.plan import Away, Item, Member, Plan
from plans.words import AgentName, Doer, ItemKind, Verb
from tests.unit.model.drawn import MONDAY, WEEK, item, patient, plan_of

DANA = Doer("person:dana")
_AGENT: dict[str, Any] = {"agent": AgentName("writer"), "capability": "write_copy", "verb": Verb.DRAFT}


def _over(plan: Plan, **more: Any) -> list[Finding]:
    return [finding for finding in review(plan, **more) if finding.rule in ("C18", "C19")]


def _said(plan: Plan, **more: Any) -> list[str]:
    return [finding.said for finding in _over(plan, **more)]


def test_windows_have_room_for_more_than_one_task() -> None:
    assert _over(plan_of(*(item(number, first=0, last=4, days=1) for number in range(1, 6)))) == []


def test_one_task_too_many_is_told_with_the_day_and_the_doer_and_what_it_stands_beside() -> None:
    plan = plan_of(
        *(item(number, first=0, last=4, days=1) for number in range(1, 7)),
        team=(Member(doer=DANA, name="Dana"),),
    )
    assert _said(plan) == ["NA-6 is more than Dana can do by Fri 4 Dec, beside NA-1, NA-2, NA-3, NA-4 and 1 more"]
    assert [_word(finding.said) for finding in _over(plan.model_copy(update={"team": ()}))] == ["its owner"]


def _word(said: str) -> str:
    return said.partition("more than ")[2].partition(" can do")[0]


def test_what_takes_a_part_of_a_day_leaves_the_rest_to_others() -> None:
    assert _over(plan_of(*(item(number, first=0, effort=0.25) for number in range(1, 5)))) == []
    assert len(_over(plan_of(*(item(number, first=0, effort=0.25) for number in range(1, 6))))) == 1


def test_a_longer_task_begins_in_time_where_there_are_several_heads() -> None:
    tasks = [item(1, first=0, last=1, days=1, role="crew"), item(2, first=0, last=1, days=1, role="crew")]
    plan = plan_of(*tasks, item(3, first=0, last=2, days=3, role="crew"), team=(_crew(2),))
    assert _over(plan) == []
    assert len(_over(plan.model_copy(update={"team": ()}))) == 1


def _crew(heads: int, **more: Any) -> Member:
    return Member(doer=Doer("role:crew"), at_once=heads, **more)


def test_agents_have_their_limit_and_the_team_may_have_less_of_them() -> None:
    plan = plan_of(*(item(number, first=0, **_AGENT) for number in (1, 2)))
    writer = AgentName("writer")
    assert _over(plan) == []
    assert _over(plan, limits={writer: 2}) == []
    assert _said(plan, limits={writer: 1}) == ["NA-2 is more than writer can do by Mon 30 Nov, beside NA-1"]
    fewer = plan.model_copy(update={"team": (Member(doer=Doer("agent:writer"), at_once=1),)})
    assert len(_over(fewer, limits={writer: 2})) == 1


def test_half_a_person_takes_twice_as_long() -> None:
    half = (Member(doer=DANA, name="Dana", share=0.5),)
    assert _over(plan_of(item(1, first=0, last=3, days=2), team=half)) == []
    assert _said(plan_of(item(1, first=0, last=2, days=2), team=half)) == [
        "NA-1 takes Dana 4 days of their own by Wed 2 Dec; there are 3"
    ]


def test_days_away_and_days_of_their_own_are_theirs_alone() -> None:
    away = Member(doer=DANA, name="Dana", away=(Away(start=MONDAY, end=MONDAY + timedelta(days=3)),))
    tasks = [item(1, first=0, last=4, days=1), item(2, first=0, last=4, days=1)]
    assert _said(plan_of(*tasks, team=(away,))) == ["NA-2 is more than Dana can do by Fri 4 Dec, beside NA-1"]
    week = Member(doer=DANA, name="Dana", workdays=(0, 5))
    assert _over(plan_of(item(1, start=MONDAY, end=date(2026, 12, 7), days=3), team=(week,))) == []


def test_milestones_and_streams_take_nobodys_time() -> None:
    marks = [item(number, ItemKind.MILESTONE, first=0) for number in range(1, 5)]
    assert _over(plan_of(*marks, item(9, ItemKind.STREAM, 0, 9), item(10, first=0))) == []


@pytest.mark.parametrize("heads", [1, 3])
def test_ten_thousand_tasks_of_one_doer_are_dealt_out_day_by_day(heads: int) -> None:
    tasks = [item(number, first=number // heads, role="crew", days=1) for number in range(10_000)]
    assert _over(plan_of(*tasks, deadline=tasks[-1].end, team=(_crew(heads),))) == []


def _possible(tasks: list[Item], days: int) -> bool:
    """Whether one head can do them, found by trying everything."""
    windows = [
        [day for day in range(days) if one.start <= WEEK.add_workdays(MONDAY, day) <= one.end]
        for one in tasks
        for _ in range(one.days)
    ]
    return any(len(set(places)) == len(places) for places in product(*windows))


@patient
@given(st.lists(st.tuples(st.integers(0, 4), st.integers(0, 3), st.integers(1, 2)), min_size=1, max_size=4))
def test_for_one_head_it_is_told_exactly_when_there_is_no_way(drawn: list[tuple[int, int, int]]) -> None:
    tasks = [
        item(number, first=first, last=first + max(more, days - 1), days=days)
        for number, (first, more, days) in enumerate(drawn, 1)
    ]
    assert bool(_over(plan_of(*tasks))) != _possible(tasks, 8)
