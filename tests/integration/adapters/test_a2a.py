"""The A2A driver against the sandbox's copywriter, a process of its own that can be killed, cut off and unwell."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from a2a.client import Client, ClientConfig, create_client
from a2a.types.a2a_pb2 import ListTasksRequest, Role, Task

from adapters.a2a.delegate import A2aDelegate
from adapters.manifest import A2aManifest
from plans.errors import OutcomeUnknown, VendorDown, VendorError, VendorGarbage, VendorRefused
from plans.ports.work import Answer, Material, Step
from plans.words import ItemId, Money, PersonId, StepState
from tests.doubles.briefs import KEY, brief, entry, query, survived, until
from tests.doubles.clock import ManualClock
from tests.doubles.lossy import line_to, stranger
from tests.doubles.processes import Sandbox

ANSWER_KEY = f"{KEY}:tone"


def delegate(folder: Path, url: str, clock: ManualClock | None = None, **settings: Any) -> A2aDelegate:
    """A new one each time it is called for: nothing but the ref may be needed to go on."""
    found = entry(folder, "sandbox-copywriter", url, **settings)
    assert isinstance(found.body, A2aManifest)
    return A2aDelegate(found, found.body, clock or ManualClock(datetime.now(UTC)))


@asynccontextmanager
async def looking(url: str) -> AsyncIterator[Client]:
    async with await create_client(url, ClientConfig(streaming=False)) as client:
        yield client


async def tasks(url: str) -> list[Task]:
    """What the agent's own system shows."""
    async with looking(url) as client:
        return list((await client.list_tasks(ListTasksRequest(page_size=50, include_artifacts=True))).tasks)


def chosen(step: Step, option: int = 1) -> Answer:
    assert step.question is not None
    return Answer(question=step.question.id, text=step.question.options[option], by=PersonId("mara"))


async def asked(adapter: A2aDelegate, key: str = KEY) -> Step:
    return await until(adapter, await adapter.submit(brief(), key), StepState.NEEDS_INPUT)


async def test_a_brief_is_asked_about_answered_done_and_read_back(sandbox: Sandbox, tmp_path: Path) -> None:
    agent = await sandbox.start("copywriter")
    step = await delegate(tmp_path, agent.url).submit(
        brief(materials=(Material(item=ItemId("NA-11"), title="Report", text="- Founders buy fast"),)), KEY
    )
    assert step.state is StepState.WORKING
    step = await until(delegate(tmp_path, agent.url), step, StepState.NEEDS_INPUT)
    assert step.question is not None
    assert step.question.text == "Which tone of voice shall the copy have?"
    assert step.question.options == ("Confident and concrete", "Warm and personal", "Playful and bold")
    answered = await delegate(tmp_path, agent.url).resume(survived(step.ref), chosen(step), ANSWER_KEY)
    assert answered.state is StepState.WORKING
    assert answered.seq > step.seq
    done = await until(delegate(tmp_path, agent.url), answered, StepState.DONE)
    assert done.cost == Money.of(35)
    assert "Founders buy fast" in done.artifacts[0].text
    evidence = await delegate(tmp_path, agent.url).read(query(done))
    assert (evidence.found, evidence.control) == (True, True)
    assert int(evidence.attributes["words"]) >= 120
    assert evidence.attributes["tone"] == "Warm and personal"
    assert evidence.attributes["reference"] == KEY
    assert evidence.attributes["status"] == "done"


async def test_a_brief_whose_answer_was_lost_is_found_and_not_begun_again(sandbox: Sandbox, tmp_path: Path) -> None:
    agent = await sandbox.start("copywriter", day=60)
    async with line_to(agent.url) as line:
        line.cut = b'"SendMessage"'
        with pytest.raises(OutcomeUnknown):
            await delegate(tmp_path, line.url).submit(brief(), KEY)
        assert line.lost == 1
    found = await delegate(tmp_path, agent.url).reconcile(None, KEY, brief())
    (only,) = await tasks(agent.url)
    assert found.ref["task"] == only.id
    assert found.state is StepState.WORKING


async def test_an_answer_whose_receipt_was_lost_is_not_given_twice(sandbox: Sandbox, tmp_path: Path) -> None:
    agent = await sandbox.start("copywriter", day=3)
    step = await asked(delegate(tmp_path, agent.url))
    answer = chosen(step)
    async with line_to(agent.url) as line:
        line.cut = b'"SendMessage"'
        with pytest.raises(OutcomeUnknown):
            await delegate(tmp_path, line.url).resume(step.ref, answer, ANSWER_KEY)
    again = await delegate(tmp_path, agent.url).resume(survived(step.ref), answer, ANSWER_KEY)
    assert again.state in (StepState.WORKING, StepState.DONE)
    await until(delegate(tmp_path, agent.url), again, StepState.DONE)
    (task,) = await tasks(agent.url)
    said = [message.message_id for message in task.history if message.role == Role.ROLE_USER]
    assert said == [KEY, ANSWER_KEY]


async def test_an_answer_to_another_question_or_to_none_is_not_sent(sandbox: Sandbox, tmp_path: Path) -> None:
    agent = await sandbox.start("copywriter", day=1)
    adapter = delegate(tmp_path, agent.url)
    step = await asked(adapter)
    stale = Answer(question="another", text="Playful and bold", by=PersonId("mara"))
    refused = await adapter.resume(step.ref, stale, f"{KEY}:another")
    assert refused.state is StepState.NEEDS_INPUT
    assert "not sent" in refused.reason
    done = await until(adapter, await adapter.resume(step.ref, chosen(step), ANSWER_KEY), StepState.DONE)
    late = await adapter.resume(done.ref, chosen(step), f"{KEY}:again")
    assert late.state is StepState.DONE
    assert "not sent" in late.reason
    (task,) = await tasks(agent.url)
    assert sum(message.role == Role.ROLE_USER for message in task.history) == 2


async def test_nothing_begun_is_said_to_be_so_whether_or_not_other_tasks_are_there(
    sandbox: Sandbox, tmp_path: Path
) -> None:
    agent = await sandbox.start("copywriter", day=60)
    adapter = delegate(tmp_path, agent.url)
    assert (await adapter.reconcile(None, KEY, brief())).state is StepState.CANCELED
    await adapter.submit(brief(), "another:1")
    assert (await adapter.reconcile(None, KEY, brief())).state is StepState.CANCELED


async def test_of_two_tasks_for_one_brief_the_earliest_is_kept_and_the_other_called_off(
    sandbox: Sandbox, tmp_path: Path
) -> None:
    agent = await sandbox.start("copywriter", day=60)
    adapter = delegate(tmp_path, agent.url)
    first = await adapter.submit(brief(), KEY)
    second = await adapter.submit(brief(), KEY)
    assert first.ref["task"] != second.ref["task"]
    found = await adapter.reconcile(None, KEY, brief())
    assert found.ref["task"] == first.ref["task"]
    assert "2 tasks were found" in found.reason
    assert (await adapter.resume(second.ref, None, KEY)).state is StepState.CANCELED
    assert (await adapter.reconcile(None, KEY, brief())).reason == ""


async def test_an_agent_killed_while_it_works_goes_on_after_its_restart(sandbox: Sandbox, tmp_path: Path) -> None:
    agent = await sandbox.start("copywriter", day=2)
    adapter = delegate(tmp_path, agent.url)
    step = await adapter.submit(brief(), KEY)
    agent.kill()
    with pytest.raises(VendorDown):
        await adapter.resume(step.ref, None, KEY)
    await agent.start()
    step = await until(adapter, step, StepState.NEEDS_INPUT)
    step = await adapter.resume(step.ref, chosen(step), ANSWER_KEY)
    agent.kill()
    await agent.start()
    assert (await until(adapter, step, StepState.DONE)).artifacts
    assert len(await tasks(agent.url)) == 1


async def test_a_question_survives_its_askers_death(sandbox: Sandbox, tmp_path: Path) -> None:
    agent = await sandbox.start("copywriter")
    adapter = delegate(tmp_path, agent.url)
    step = await asked(adapter)
    agent.kill()
    await agent.start()
    again = await adapter.resume(survived(step.ref), None, KEY)
    assert again.question == step.question
    await until(adapter, await adapter.resume(again.ref, chosen(again), ANSWER_KEY), StepState.DONE)


async def test_an_agent_that_answers_garbage_may_have_done_the_work_nevertheless(
    sandbox: Sandbox, tmp_path: Path
) -> None:
    agent = await sandbox.start("copywriter", fault="garbage")
    adapter = delegate(tmp_path, agent.url)
    with pytest.raises(VendorGarbage):
        await adapter.submit(brief(), KEY)
    with pytest.raises(VendorGarbage):
        await adapter.reconcile(None, KEY, brief())


async def test_a_rejected_brief_has_failed(sandbox: Sandbox, tmp_path: Path) -> None:
    agent = await sandbox.start("copywriter", fault="refuse")
    adapter = delegate(tmp_path, agent.url)
    step = await until(adapter, await adapter.submit(brief(), KEY), StepState.FAILED)
    assert step.reason == "the agent rejected the brief"
    assert "Fully booked" in step.progress


async def test_a_task_that_never_moves_is_said_to_be_stalled(sandbox: Sandbox, tmp_path: Path) -> None:
    agent = await sandbox.start("copywriter", day=0.1, fault="silent")
    clock = ManualClock(datetime.now(UTC))
    adapter = delegate(tmp_path, agent.url, clock, stalled_after=600)
    step = await adapter.submit(brief(), KEY)
    assert step.reason == ""
    clock.forward(minutes=11)
    step = await adapter.resume(step.ref, None, KEY)
    assert step.state is StepState.WORKING
    assert step.reason.startswith("stalled: nothing has changed since")


async def test_work_delivered_twice_counts_once(sandbox: Sandbox, tmp_path: Path) -> None:
    agent = await sandbox.start("copywriter", fault="twice")
    adapter = delegate(tmp_path, agent.url)
    step = await asked(adapter)
    done = await until(adapter, await adapter.resume(step.ref, chosen(step), ANSWER_KEY), StepState.DONE)
    assert len(done.artifacts) == 1
    assert "delivered twice" in done.reason


async def test_a_late_agent_is_still_working_when_others_would_have_asked(sandbox: Sandbox, tmp_path: Path) -> None:
    prompt = await sandbox.start("copywriter", day=0.2)
    late = await sandbox.start("copywriter", day=0.2, fault="late=500")
    step = await delegate(tmp_path, late.url).submit(brief(), KEY)
    await asked(delegate(tmp_path, prompt.url))
    assert (await delegate(tmp_path, late.url).resume(step.ref, None, KEY)).state is StepState.WORKING


async def test_a_card_that_leads_elsewhere_is_refused(sandbox: Sandbox, tmp_path: Path) -> None:
    agent = await sandbox.start("copywriter")
    async with line_to(agent.url, same_origin=False) as line:
        adapter = delegate(tmp_path, line.url)
        with pytest.raises(VendorRefused, match="its card leads to"):
            await adapter.submit(brief(), KEY)
        told = await adapter.describe()
    assert not told.healthy
    assert "of the inventory" in told.detail
    assert await tasks(agent.url) == []


async def test_an_agent_that_is_not_there_takes_nothing(sandbox: Sandbox, tmp_path: Path) -> None:
    agent = await sandbox.start("copywriter")
    told = await delegate(tmp_path, agent.url).describe()
    assert told.healthy
    assert told.detail == "Quill 2.1.0, A2A 1.0"
    agent.kill()
    adapter = delegate(tmp_path, agent.url)
    with pytest.raises(VendorDown):
        await adapter.submit(brief(), KEY)
    assert not (await adapter.describe()).healthy
    await agent.start()
    assert (await adapter.describe()).digest == told.digest


async def test_cancelling_stops_a_task_and_leaves_a_finished_one_finished(sandbox: Sandbox, tmp_path: Path) -> None:
    agent = await sandbox.start("copywriter", day=1)
    adapter = delegate(tmp_path, agent.url)
    running = await adapter.submit(brief(), KEY)
    assert (await adapter.cancel(running.ref)).state is StepState.CANCELED
    assert (await adapter.cancel(running.ref)).state is StepState.CANCELED
    step = await asked(adapter, "na-13:1")
    done = await until(adapter, await adapter.resume(step.ref, chosen(step), "na-13:1:tone"), StepState.DONE)
    assert (await adapter.cancel(done.ref)).state is StepState.DONE


async def test_a_task_nobody_knows_proves_nothing(sandbox: Sandbox, tmp_path: Path) -> None:
    agent = await sandbox.start("copywriter")
    adapter = delegate(tmp_path, agent.url)
    unknown = Step(state=StepState.DONE, ref={"task": "nobody", "key": KEY})
    evidence = await adapter.read(query(unknown))
    assert (evidence.found, evidence.control) == (False, False)
    with pytest.raises(VendorRefused, match="does not know the task"):
        await adapter.resume(unknown.ref, None, KEY)
    with pytest.raises(VendorRefused):
        await adapter.resume({}, None, KEY)


async def test_another_briefs_copy_is_no_evidence(sandbox: Sandbox, tmp_path: Path) -> None:
    agent = await sandbox.start("copywriter", day=0.2)
    adapter = delegate(tmp_path, agent.url)
    step = await asked(adapter, "another:1")
    other = await until(adapter, await adapter.resume(step.ref, chosen(step), "another:1:tone"), StepState.DONE)
    assert (await adapter.read(query(other, key="another:1"))).found
    assert not (await adapter.read(query(other, key=KEY))).found


@pytest.mark.parametrize(
    ("answer", "error"),
    [
        (b"HTTP/1.1 200 OK\r\ncontent-type: text/html\r\ncontent-length: 2\r\n\r\nhi", VendorGarbage),
        (b"HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-length: 2\r\n\r\n[]", VendorGarbage),
        (b"HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-length: 2\r\n\r\n{}", VendorRefused),
        (b"HTTP/1.1 401 Unauthorized\r\ncontent-length: 0\r\n\r\n", VendorRefused),
        (b"HTTP/1.1 302 Found\r\nlocation: http://127.0.0.1:9/\r\ncontent-length: 0\r\n\r\n", VendorRefused),
        (b"HTTP/1.1 429 Too Many Requests\r\ncontent-length: 0\r\n\r\n", VendorDown),
        (b"HTTP/1.1 503 Service Unavailable\r\ncontent-length: 0\r\n\r\n", VendorDown),
        (b"SSH-2.0-OpenSSH_9.2\r\n", VendorDown),
        (b"", VendorDown),
    ],
    ids=["html", "list", "empty-card", "401", "redirect", "429", "503", "ssh", "hangs-up"],
)
async def test_whatever_answers_in_the_agents_place_is_named(
    tmp_path: Path, answer: bytes, error: type[VendorError]
) -> None:
    async with stranger(answer) as origin:
        with pytest.raises(error):
            await delegate(tmp_path, f"{origin}/").submit(brief(), KEY)


async def test_an_agent_that_accepts_and_never_answers_costs_one_deadline(tmp_path: Path) -> None:
    async with stranger(None) as origin:
        with pytest.raises(VendorDown):
            await delegate(tmp_path, f"{origin}/", deadline=0.4).submit(brief(), KEY)


async def test_a_poll_is_all_there_is(tmp_path: Path) -> None:
    assert [hint async for hint in delegate(tmp_path, "http://127.0.0.1:9/").events({})] == []
