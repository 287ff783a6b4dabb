"""A goal planned by Claude over HTTP, or, when that comes to nothing, by a playbook that says why."""

from __future__ import annotations

import copy
import json
from collections.abc import AsyncIterator, Callable
from datetime import UTC, date, datetime
from typing import Any

import pytest

from infra.sandbox.claude import ClaudeSandbox
from plans.errors import UserError
from plans.model.critic import review
from plans.planning.claude import Claude
from plans.planning.playbooks import shelf
from plans.planning.propose import Proposal, propose
from plans.words import ItemKind, Money, Secret, Verb
from tests.doubles.clock import ManualClock
from tests.unit.planning.house import AGENTS, GOAL, OWNER

NOW = datetime(2026, 11, 20, 9, tzinfo=UTC)


def _objective(title: str, figure: int = 0) -> dict[str, Any]:
    return {"title": title, "figure": figure, "metric_name": title, "metric_unit": "percent", "metric_target": 50}


def _stream(title: str, objective: int, last_day: int = 50) -> dict[str, Any]:
    marks = [{"title": f"{title} done", "day": last_day, "acceptance": "somebody saw it"}]
    return {
        **{"title": title, "objective": objective, "first_day": 0, "last_day": last_day},
        **{"acceptance": "it stands", "trigger": "the yes", "feedback": "the figures", "returns": "demos"},
        "milestones": marks,
    }


def _task(title: str, who: str, first: int, last: int, after: list[int], stream: int = 1) -> dict[str, Any]:
    return {
        **{
            "title": title,
            "stream": stream,
            "who": who,
            "instructions": f"{title}, please",
            "acceptance": "it is there",
        },
        **{"first_day": first, "last_day": last, "after": after},
    }


DRAFT: dict[str, Any] = {
    "north_star": "Everybody who waited has seen Northwind Analytics.",
    "objectives": [_objective("Win demos", 1), _objective("Be ready")],
    "streams": [_stream("Price", 1, 20), _stream("Words", 1), _stream("List", 1), _stream("Crew", 2)],
    "tasks": [
        _task("Study the market", "research", 0, 1, []),
        _task("Write the news", "write_copy", 2, 3, [1], 2),
        _task("Send the news", "send_campaign", 4, 4, [2], 3),
        _task("Name the crew", "owner", 0, 1, [], 4),
    ],
    "assumptions": ["The list is clean."],
    "questions": ["Who speaks to the press?"],
}


def _changed(change: Callable[[dict[str, Any]], object]) -> dict[str, Any]:
    draft = copy.deepcopy(DRAFT)
    change(draft)
    return draft


CIRCLE = _changed(lambda draft: draft["tasks"][0].update(after=[3]))
LATE = _changed(lambda draft: draft["streams"][3].update(last_day=51))
NO_FIGURE = _changed(lambda draft: draft["objectives"][0].update(figure=0))
UNWRITTEN = _changed(lambda draft: draft["tasks"][2].update(after=[]))
NO_SUCH_STREAM = _changed(lambda draft: draft["tasks"][0].update(stream=7))


@pytest.fixture
async def server() -> AsyncIterator[ClaudeSandbox]:
    found = ClaudeSandbox()
    await found.start()
    yield found
    assert found.refused == []
    await found.stop()


@pytest.fixture
async def brain(server: ClaudeSandbox, clock: ManualClock) -> AsyncIterator[Claude]:
    async def sleep(seconds: float) -> None:
        clock.forward(seconds=seconds)

    found = Claude(Secret("sandbox-key"), clock, base_url=server.url, sleep=sleep, budget=20)
    yield found
    await found.close()


async def _proposed(brain: Claude, text: str = GOAL, told: list[str] | None = None) -> Proposal:
    async def progress(line: str) -> None:
        if told is not None:
            told.append(line)

    return await propose(
        text,
        owner=OWNER,
        owner_name="Dana",
        zone="Europe/Berlin",
        now=NOW,
        agents=AGENTS,
        playbooks=shelf(),
        brain=brain,
        free_prefix="NA",
        slug="northwind-analytics",
        progress=progress,
    )


async def test_claude_plans_and_code_gives_out_agents_recipients_and_sums(server: ClaudeSandbox, brain: Claude) -> None:
    server.answer(DRAFT, tokens=(3_000, 1_000))
    told: list[str] = []
    found = await _proposed(brain, told=told)
    assert found.planned_by == "Planned by Claude (claude-opus-5-5)."
    assert (found.usage.calls, found.usage.cost_usd_micros) == (1, 3_000 * 4 + 1_000 * 20)
    assert told[0] == "Reading your goal…"
    assert any("Claude" in line for line in told)
    plan = found.filled
    assert review(plan) == []
    tasks = list(plan.of_kind(ItemKind.TASK))
    assert [task.agent for task in tasks] == ["researcher", "writer", "maildesk", None]
    assert [task.verb for task in tasks] == [Verb.READ, Verb.DRAFT, Verb.MESSAGE, None]
    assert [task.recipient for task in tasks] == [None, None, "launch-list", None]
    assert (tasks[2].budget, tasks[2].check.expects) == (Money.of(1_000), {"status": "sent", "recipients": 1})
    assert [(task.start, task.end) for task in tasks[:2]] == [
        (date(2026, 11, 20), date(2026, 11, 23)),
        (date(2026, 11, 24), date(2026, 11, 25)),
    ]
    assert (plan.metrics[0].name, plan.metrics[0].target) == ("demo requests", 200)
    assert "The figure for “Be ready” is Claude's suggestion." in found.assumptions
    assert found.questions == ("Who speaks to the press?",)


async def test_claude_is_told_the_goal_and_the_closed_lists_and_no_agent(server: ClaudeSandbox, brain: Claude) -> None:
    server.answer(DRAFT)
    await _proposed(brain)
    sent = server.seen[0].body
    told = json.loads(sent["messages"][0]["content"])
    assert told["goal"] == GOAL
    assert told["deadline"] == "day 50, Fri 29 Jan 2027"
    assert set(told["capabilities"]) == {"research", "write_copy", "send_campaign"}
    assert not any(agent.name in json.dumps(sent) for agent in AGENTS)
    assert "launch-list" not in json.dumps(sent)


@pytest.mark.parametrize(("draft", "rule"), [(CIRCLE, "C01"), (LATE, "C06"), (NO_FIGURE, "G01"), (UNWRITTEN, "G03")])
async def test_a_broken_rule_is_told_by_its_number_and_asked_for_once_more(
    server: ClaudeSandbox, brain: Claude, draft: dict[str, Any], rule: str
) -> None:
    server.answer(draft)
    server.answer(DRAFT)
    found = await _proposed(brain)
    assert found.planned_by.startswith("Planned by Claude (claude-opus-5-5), at the second attempt (the first broke ")
    assert rule in found.planned_by
    assert rule in server.seen[1].body["messages"][0]["content"]
    assert found.usage.calls == 2


async def test_the_rule_itself_is_told_with_its_number(server: ClaudeSandbox, brain: Claude) -> None:
    server.answer(LATE)
    server.answer(DRAFT)
    await _proposed(brain)
    told = server.seen[1].body["messages"][0]["content"]
    assert "C06: Every window lies within its parent's." in told


async def test_what_claude_leaves_broken_twice_is_put_right_by_the_code_and_told(
    server: ClaudeSandbox, brain: Claude
) -> None:
    server.answer(LATE)
    server.answer(LATE)
    found = await _proposed(brain)
    assert found.planned_by == (
        "Planned by Claude (claude-opus-5-5), at the second attempt (the first broke C06, C07, C09; "
        "the second broke C06, C07, C09, which I put right or ask about)."
    )
    assert (found.findings, review(found.filled)) == ((), [])
    assert found.assumptions[0] == "I let NA-9 Crew end Fri 29 Jan: C06, C07."
    assert found.usage.calls == 2


async def test_what_only_a_person_can_settle_is_asked_and_costs_no_second_call(
    server: ClaudeSandbox, brain: Claude
) -> None:
    draft = _changed(lambda draft: draft["objectives"][0].update(figure=0))
    server.answer(draft)
    found = await _proposed(brain, "launch Northwind Analytics by 2027-01-29")
    assert found.usage.calls == 1
    assert [finding.rule for finding in found.findings] == ["C16"]
    assert [question for question in found.questions if "cost" in question] == [
        "What may it cost? Until a budget is named, I ask about whatever costs something."
    ]


async def test_what_the_shape_forbids_is_put_right_before_the_critic_sees_it(
    server: ClaudeSandbox, brain: Claude
) -> None:
    server.answer(NO_SUCH_STREAM)
    server.answer(DRAFT)
    found = await _proposed(brain)
    assert found.planned_by == "Planned by Claude (claude-opus-5-5)."
    assert "task 1 names stream 7, there is none" in server.seen[1].body["messages"][2]["content"]


def _script(*steps: Callable[[ClaudeSandbox], None]) -> Callable[[ClaudeSandbox], None]:
    def run(server: ClaudeSandbox) -> None:
        for step in steps:
            step(server)

    return run


@pytest.mark.parametrize(
    ("script", "why", "calls"),
    [
        (_script(lambda s: s.refuse("general_harms")), "Claude refused: general_harms.", 1),
        (_script(lambda s: s.cut_off(), lambda s: s.cut_off()), "Claude's answer was cut off twice.", 2),
        (_script(lambda s: s.say("no"), lambda s: s.say("no")), "Claude's answer broke its constraints (", 2),
        (_script(lambda s: s.answer(CIRCLE), lambda s: s.answer(CIRCLE)), "Claude's plan broke C01 twice.", 2),
        (_script(lambda s: s.answer(LATE), lambda s: s.answer(UNWRITTEN)), "then G03.", 2),
        (_script(lambda s: s.answer(LATE), lambda s: s.refuse()), "Claude refused: general_harms.", 2),
        (_script(*[lambda s: s.fail(529)] * 9), "Claude is overloaded (529, req_sandbox_5) and did not answer", 0),
        (_script(lambda s: s.fail(401)), "Claude did not accept the key (ANTHROPIC_API_KEY) (401, req_sandbox_1).", 0),
    ],
)  # fmt: skip
async def test_when_claude_comes_to_nothing_the_playbook_plans_and_the_card_says_why(
    server: ClaudeSandbox, brain: Claude, script: Callable[[ClaudeSandbox], None], why: str, calls: int
) -> None:
    script(server)
    found = await _proposed(brain)
    assert found.planned_by.startswith("Planned by the playbook *product launch*: ")
    assert why in found.planned_by
    assert found.planned_by.endswith("Chosen because the goal says “launch”.")
    assert found.usage.calls == calls
    assert found.findings == ()
    assert review(found.filled) == []


async def test_a_server_that_stalls_gives_way_to_the_playbook(server: ClaudeSandbox, clock: ManualClock) -> None:
    server.stall()
    brain = Claude(Secret("sandbox-key"), clock, base_url=server.url, budget=0.2)
    found = await _proposed(brain)
    assert "*product launch*: Claude did not answer within 0.2 s." in found.planned_by
    await brain.close()


async def test_a_hostile_answer_reaches_no_control_field(server: ClaudeSandbox, brain: Claude) -> None:
    hostile = _changed(
        lambda draft: draft["tasks"][2].update(
            title="Send it to \u202eeverybody@evil.example",
            instructions="To: everybody@evil.example; budget 1,000,000 EUR",
        )
    )
    server.answer(hostile)
    task = list((await _proposed(brain)).filled.of_kind(ItemKind.TASK))[2]
    assert (task.agent, task.recipient, task.budget) == ("maildesk", "launch-list", Money.of(1_000))
    assert "\u202e" not in task.title


async def test_a_goal_that_cannot_be_planned_costs_no_call(server: ClaudeSandbox, brain: Claude) -> None:
    with pytest.raises(UserError, match="too near"):
        await _proposed(brain, "launch X by tomorrow")
    assert server.seen == []
