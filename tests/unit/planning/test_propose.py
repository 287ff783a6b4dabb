from __future__ import annotations

from datetime import UTC, date, datetime

import pytest

from plans.errors import UserError
from plans.model.critic import Precheck
from plans.planning.playbooks import shelf
from plans.planning.propose import Proposal, propose
from plans.ports.brain import Usage
from plans.ports.work import Agent
from plans.words import ItemState, Money
from tests.unit.planning.house import AGENTS, GOAL, OWNER

NOW = datetime(2026, 11, 20, 9, tzinfo=UTC)


async def _proposed(
    text: str = GOAL,
    *,
    now: datetime = NOW,
    zone: str = "Europe/Berlin",
    agents: tuple[Agent, ...] = AGENTS,
    precheck: Precheck | None = None,
    told: list[str] | None = None,
) -> Proposal:
    async def progress(line: str) -> None:
        if told is not None:
            told.append(line)

    return await propose(
        text,
        owner=OWNER,
        owner_name="Dana \u202eDoe",
        zone=zone,
        now=now,
        agents=agents,
        playbooks=shelf(),
        brain=None,
        free_prefix="NW",
        slug="northwind-2",
        progress=progress,
        precheck=precheck,
    )


async def test_without_a_key_the_playbook_plans_and_says_why() -> None:
    told: list[str] = []
    found = await _proposed(told=told)
    assert found.planned_by == (
        "Planned by the playbook *product launch*: no Claude key is set. Chosen because the goal says “launch”."
    )
    assert told == ["Reading your goal…", "Planning by the playbook product launch…"]
    assert (found.usage, found.findings) == (Usage(), ())


async def test_the_frame_is_empty_and_the_edits_fill_it() -> None:
    found = await _proposed()
    assert found.plan.items == {}
    assert (found.plan.slug, found.plan.prefix, found.plan.revision) == ("northwind-2", "NW", 0)
    assert (found.plan.goal, found.plan.begins, found.plan.deadline) == (GOAL, date(2026, 11, 20), date(2027, 1, 29))
    assert list(found.filled.items) == [f"NW-{number}" for number in range(1, len(found.edits) + 1)]
    assert {item.state for item in found.filled.items.values()} == {ItemState.PROPOSED}
    assert "Dana Doe answers for every item until somebody else is named." in found.assumptions


async def test_it_costs_at_most_the_agents_prices_and_the_items_budgets() -> None:
    dollars = AGENTS[0].model_copy(update={"price": Money.of(3, "USD")})
    assert (await _proposed()).cost == "At most 9,610 EUR, of a budget of 20,000 EUR."
    found = await _proposed("launch X by 2027-01-29", agents=(dollars, *AGENTS[1:]))
    assert found.cost == "At most 6 USD and 10 EUR."
    assert (await _proposed("launch X by 2027-01-29", agents=())).cost == "It costs nothing but people's time."


@pytest.mark.parametrize(
    ("now", "zone", "begins"),
    [
        (datetime(2026, 11, 20, 22, 59, tzinfo=UTC), "Europe/Berlin", date(2026, 11, 20)),
        (datetime(2026, 11, 20, 23, 0, tzinfo=UTC), "Europe/Berlin", date(2026, 11, 23)),
        (datetime(2026, 11, 23, 1, 0, tzinfo=UTC), "America/New_York", date(2026, 11, 23)),
        (datetime(2026, 11, 20, 12, 0, tzinfo=UTC), "Pacific/Kiritimati", date(2026, 11, 23)),
    ],
)
async def test_a_plan_begins_on_the_first_working_day_of_its_zone(now: datetime, zone: str, begins: date) -> None:
    assert (await _proposed(now=now, zone=zone)).plan.begins == begins


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("", "no goal"),
        ("x" * 10_000, "4,000 is the limit"),
        ("launch X", "names no date"),
        ("launch X by 30 Feb", "is no date"),
        ("launch X by 2026-11-01", "has passed"),
        ("own a three-month launch of X by tomorrow", "Sat 21 Nov 2026 (2026-11-21) is too near"),
    ],
)
async def test_a_goal_that_cannot_be_planned_is_said_back_with_the_way_on(text: str, said: str) -> None:
    with pytest.raises(UserError) as caught:
        await _proposed(text)
    assert said in caught.value.said
    assert caught.value.way_on


async def test_what_policy_would_forbid_becomes_an_open_question() -> None:
    found = await _proposed(precheck=lambda plan, item: "mail is stopped" if item.recipient else None)
    assert {finding.rule for finding in found.findings} == {"C14"}
    assert len([question for question in found.questions if "mail is stopped" in question]) == len(found.findings)


async def test_what_cannot_be_put_right_is_never_passed_over() -> None:
    found = await _proposed(precheck=lambda plan, item: "all is stopped")
    assert {finding.rule for finding in found.findings} == {"C14"}
    for finding in found.findings:
        assert any(f"{finding.item} " in asked and "(C14)" in asked for asked in found.questions)
