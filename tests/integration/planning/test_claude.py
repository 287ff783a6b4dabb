"""Claude as the house's brain, through the SDK and over HTTP against the strict stand-in."""

from __future__ import annotations

import logging
import subprocess
import sys
import traceback
from collections.abc import AsyncIterator, Callable
from typing import Any

import pytest
from pydantic import BaseModel, ConfigDict, Field

from infra.sandbox.claude import ClaudeSandbox
from plans.planning.claude import Claude
from plans.ports.brain import BrainUnavailable
from plans.words import Secret
from tests.doubles.clock import ManualClock

KEY = "sk-canary-9f8e7d6c5b4a"


class Step(BaseModel):
    model_config = ConfigDict(extra="forbid")

    title: str = Field(min_length=2, max_length=20)
    after: list[int] = Field(max_length=2)


class Steps(BaseModel):
    model_config = ConfigDict(extra="forbid")

    name: str
    steps: list[Step] = Field(min_length=1, max_length=2)


GOOD = {"name": "launch", "steps": [{"title": "begin", "after": []}]}
BROKEN = {"name": "launch", "steps": [{"title": "x" * 21, "after": [1, 2, 3]}]}


@pytest.fixture
async def server() -> AsyncIterator[ClaudeSandbox]:
    found = ClaudeSandbox(KEY)
    await found.start()
    yield found
    assert found.refused == []
    await found.stop()


class Slept:
    """A sleep that moves the clock instead of waiting."""

    def __init__(self, clock: ManualClock) -> None:
        self.clock = clock
        self.pauses: list[float] = []

    async def __call__(self, seconds: float) -> None:
        self.pauses.append(seconds)
        self.clock.forward(seconds=seconds)


@pytest.fixture
def slept(clock: ManualClock) -> Slept:
    return Slept(clock)


@pytest.fixture
async def brain(server: ClaudeSandbox, clock: ManualClock, slept: Slept) -> AsyncIterator[Claude]:
    found = Claude(Secret(KEY), clock, base_url=server.url, sleep=slept)
    yield found
    await found.close()


async def _refused(brain: Claude) -> BrainUnavailable:
    with pytest.raises(BrainUnavailable) as caught:
        await brain.think("plan", "system", "prompt", Steps)
    return caught.value


async def test_a_thought_comes_back_typed_and_priced(server: ClaudeSandbox, brain: Claude) -> None:
    server.answer(GOOD, tokens=(1_000, 200))
    thought = await brain.think("plan", "be brief", "launch it", Steps)
    assert thought.value == Steps.model_validate(GOOD)
    usage = thought.usage
    assert (usage.model, usage.request_id, usage.calls) == ("claude-opus-5-5", "req_sandbox_1", 1)
    assert (usage.input_tokens, usage.output_tokens) == (1_000, 200)
    assert usage.cost_usd_micros == 1_000 * 4 + 200 * 20
    sent = server.seen[0].body
    assert sent["messages"] == [{"role": "user", "content": "launch it"}]
    assert sent["system"][0]["text"] == "be brief"
    assert sent["output_config"]["format"]["type"] == "json_schema"
    assert "thread" not in sent


async def test_triage_asks_the_small_model_with_little_room(server: ClaudeSandbox, brain: Claude) -> None:
    server.answer(GOOD, tokens=(1_000, 200))
    usage = (await brain.think("triage", "s", "p", Steps)).usage
    assert (usage.model, usage.cost_usd_micros) == ("claude-haiku-5-5", 200)
    assert server.seen[0].body["max_tokens"] == 2_000


async def test_an_answer_cut_off_is_asked_for_once_more_with_more_room(server: ClaudeSandbox, brain: Claude) -> None:
    server.cut_off()
    server.answer(GOOD)
    thought = await brain.think("plan", "s", "p", Steps)
    assert [seen.body["max_tokens"] for seen in server.seen] == [16_000, 32_000]
    assert thought.usage.calls == 2
    assert thought.usage.request_id == "req_sandbox_1, req_sandbox_2"
    assert thought.usage.input_tokens == 2_000


async def test_a_broken_constraint_is_told_and_asked_for_once_more(server: ClaudeSandbox, brain: Claude) -> None:
    server.answer(BROKEN)
    server.answer(GOOD)
    assert (await brain.think("plan", "s", "p", Steps)).value.steps[0].title == "begin"
    retry = server.seen[1].body["messages"]
    assert [message["role"] for message in retry] == ["user", "assistant", "user"]
    assert "steps.0.title: String should have at most 20 characters" in retry[2]["content"]
    assert "steps.0.after" in retry[2]["content"]


@pytest.mark.parametrize(
    ("script", "said"),
    [
        (lambda server: (server.cut_off(), server.cut_off()), "Claude's answer was cut off twice"),
        (
            lambda server: (server.say("no"), server.say("no")),
            "Claude's answer broke its constraints (the answer: Invalid",
        ),
        (lambda server: (server.say(""), server.say("")), "Claude's answer broke its constraints"),
        (
            lambda server: (server.cut_off(), server.answer(BROKEN)),
            "Claude's answer was cut off, and asked again broke its constraints (steps.0.title",
        ),
        (
            lambda server: (server.answer(BROKEN), server.answer(BROKEN)),
            "Claude's answer broke its constraints (steps.0.title: String should have at most 20 characters) twice",
        ),
    ],
)
async def test_two_useless_answers_are_enough(
    server: ClaudeSandbox, brain: Claude, script: Callable[[ClaudeSandbox], Any], said: str
) -> None:
    script(server)
    error = await _refused(brain)
    assert error.said.startswith(said)
    assert error.usage.calls == len(server.seen) == 2
    assert error.usage.cost_usd_micros == 2 * (1_000 * 4 + 500 * 20)


@pytest.mark.parametrize(("category", "why"), [("cyber", "cyber"), (None, "it gives no reason")])
async def test_a_refusal_is_final_and_said_plainly(
    server: ClaudeSandbox, brain: Claude, category: str | None, why: str
) -> None:
    server.refuse(category)
    error = await _refused(brain)
    assert error.said == f"Claude refused: {why}"
    assert (error.usage.calls, error.usage.request_id, len(server.seen)) == (1, "req_sandbox_1", 1)


async def test_a_busy_server_is_asked_again_with_growing_pauses(
    server: ClaudeSandbox, brain: Claude, slept: Slept
) -> None:
    for status in (529, 429, 500, 503):
        server.fail(status)
    server.drop()
    server.answer(GOOD)
    thought = await brain.think("plan", "s", "p", Steps)
    assert slept.pauses == [1, 2, 4, 8, 16]
    assert thought.usage.request_id == "req_sandbox_5"
    assert {seen.headers.get("x-stainless-retry-count", "0") for seen in server.seen} == {"0"}


async def test_the_servers_own_wish_for_a_pause_is_kept(server: ClaudeSandbox, brain: Claude, slept: Slept) -> None:
    server.fail(429, retry_after="7")
    server.fail(529, retry_after="0")
    server.fail(529, retry_after="Fri, 20 Nov 2026 09:00:00 GMT")
    server.answer(GOOD)
    await brain.think("plan", "s", "p", Steps)
    assert slept.pauses == [7, 0, 4]


@pytest.mark.parametrize(
    ("fail", "said"),
    [
        (lambda server: server.fail(529), "Claude is overloaded (529, req_sandbox_"),
        (lambda server: server.fail(429), "Claude is limiting our rate (429, req_sandbox_"),
        (lambda server: server.fail(500), "Claude failed (500, req_sandbox_"),
        (lambda server: server.drop(), "Claude could not be reached"),
    ],
)
async def test_the_time_budget_ends_the_asking(
    server: ClaudeSandbox, brain: Claude, slept: Slept, fail: Callable[[ClaudeSandbox], None], said: str
) -> None:
    for _ in range(20):
        fail(server)
    error = await _refused(brain)
    assert error.said.startswith(said)
    assert error.said.endswith("did not answer within 60 s")
    assert sum(slept.pauses) < 60


async def test_a_pause_longer_than_the_budget_is_not_waited_for(
    server: ClaudeSandbox, brain: Claude, slept: Slept
) -> None:
    server.fail(429, retry_after="3600")
    assert "did not answer within 60 s" in (await _refused(brain)).said
    assert slept.pauses == []


async def test_a_server_that_never_answers_is_given_up(server: ClaudeSandbox, clock: ManualClock) -> None:
    server.stall()
    brain = Claude(Secret(KEY), clock, base_url=server.url, budget=0.2)
    assert (await _refused(brain)).said == "Claude did not answer within 0.2 s"
    await brain.close()


@pytest.mark.parametrize(
    ("status", "said"),
    [
        (400, "as invalid (400"),
        (401, "did not accept the key"),
        (403, "does not allow"),
        (418, "rejected the request (418"),
    ],
)
async def test_what_asking_again_would_not_help_is_said_at_once(
    server: ClaudeSandbox, brain: Claude, status: int, said: str
) -> None:
    server.fail(status)
    assert said in (await _refused(brain)).said
    assert len(server.seen) == 1


@pytest.mark.parametrize(
    ("body", "content_type"),
    [("<html>", "text/html"), ("{", "application/json"), ("[]", "application/json"), ("{}", "application/json")],
)
async def test_a_server_that_is_not_claude_is_told_as_such(
    server: ClaudeSandbox, brain: Claude, body: str, content_type: str
) -> None:
    server.garble(body, content_type)
    assert (await _refused(brain)).said == "Claude's server answered something that is not the Messages API"


async def test_nobody_listening_is_unavailable(clock: ManualClock, slept: Slept) -> None:
    brain = Claude(Secret(KEY), clock, base_url="http://127.0.0.1:9", sleep=slept, budget=5)
    assert "could not be reached" in (await _refused(brain)).said
    await brain.close()


async def test_the_key_of_the_environment_is_not_used(
    server: ClaudeSandbox, brain: Claude, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("ANTHROPIC_API_KEY", "sk-other")
    monkeypatch.setenv("ANTHROPIC_AUTH_TOKEN", "other")
    monkeypatch.setenv("ANTHROPIC_BASE_URL", "http://127.0.0.1:9")
    server.answer(GOOD)
    await brain.think("plan", "s", "p", Steps)
    assert server.seen[0].headers["Authorization"] == f"Bearer {KEY}"


async def test_the_key_is_in_no_log_line_and_no_exception(
    server: ClaudeSandbox, brain: Claude, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    server.answer(GOOD)
    await brain.think("plan", "s", "p", Steps)
    server.fail(401)
    server.fail(529, retry_after="3600")
    server.refuse()
    server.garble()
    server.answer(BROKEN)
    server.answer(BROKEN)
    for _ in range(5):
        error = await _refused(brain)
        told = "".join(traceback.format_exception(error)) + repr(error) + repr(vars(error)) + repr(brain.__dict__)
        assert KEY not in told
    lines = "\n".join(f"{record.getMessage()} {record.args}" for record in caplog.records)
    assert "req_sandbox_1" in lines
    assert KEY not in lines


async def test_models_that_are_gone_or_going_are_told_at_start(server: ClaudeSandbox, clock: ManualClock) -> None:
    brain = Claude(Secret(KEY), clock, base_url=server.url, planner="claude-sonnet-4-5", triage="claude-2")
    deprecated, unknown = await brain.problems()
    assert deprecated.startswith("claude-sonnet-4-5 is deprecated")
    assert "does not know the model" in unknown
    await brain.close()


async def test_models_that_are_well_are_no_problem(server: ClaudeSandbox, brain: Claude) -> None:
    assert await brain.problems() == ()


def test_the_sdk_is_not_loaded_before_it_is_needed() -> None:
    code = "import sys, plans.planning.claude, plans.planning.propose; sys.exit('anthropic' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], check=False, timeout=60).returncode == 0
