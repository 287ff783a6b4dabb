"""The MCP driver against the sandbox's research agent, a process of its own that can be killed, cut off and unwell."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from mcp import Client

from adapters.manifest import McpManifest
from adapters.mcp.delegate import McpDelegate
from plans.errors import OutcomeUnknown, VendorDown, VendorError, VendorGarbage, VendorRefused
from plans.ports.work import Step
from plans.words import Money, StepState
from tests.doubles.briefs import KEY, brief, entry, query, survived, until
from tests.doubles.clock import ManualClock
from tests.doubles.lossy import line_to, stranger
from tests.doubles.processes import Sandbox


def delegate(folder: Path, url: str, clock: ManualClock | None = None, **settings: Any) -> McpDelegate:
    """A new one each time it is called for: nothing but the ref may be needed to go on."""
    found = entry(folder, "sandbox-research", url, **{"wait_seconds": 0.3, **settings})
    assert isinstance(found.body, McpManifest)
    return McpDelegate(found, found.body, clock or ManualClock(datetime.now(UTC)))


async def jobs(url: str) -> list[dict[str, Any]]:
    """What the agent's own system shows."""
    async with Client(url) as client:
        told = await client.call_tool("list_research", {"limit": 50})
    assert told.structured_content is not None
    found: list[dict[str, Any]] = told.structured_content["jobs"]
    return found


async def test_a_brief_is_done_and_read_back_with_only_the_ref_kept_in_between(
    sandbox: Sandbox, tmp_path: Path
) -> None:
    agent = await sandbox.start("research")
    step = await delegate(tmp_path, agent.url).submit(brief(), KEY)
    assert step.state is StepState.WORKING
    assert step.retry_after is not None
    seen = [step]
    async with asyncio.timeout(30):
        while seen[-1].state is StepState.WORKING:
            seen.append(await delegate(tmp_path, agent.url).resume(survived(seen[-1].ref), None, KEY))
    done = seen[-1]
    assert done.state is StepState.DONE
    assert done.cost == Money.of(40)
    assert [step.seq for step in seen] == sorted(step.seq for step in seen)
    assert done.artifacts[0].kind == "report"
    assert done.artifacts[0].text.startswith("# Market and audience for Northwind Analytics")
    evidence = await delegate(tmp_path, agent.url).read(query(done))
    assert evidence.found
    assert evidence.control
    assert int(evidence.attributes["words"]) >= 250
    assert int(evidence.attributes["sources"]) >= 5
    assert evidence.attributes["status"] == "done"
    assert evidence.attributes["reference"] == KEY


async def test_progress_is_told_while_the_job_is_waited_for(sandbox: Sandbox, tmp_path: Path) -> None:
    agent = await sandbox.start("research", day=60)
    adapter = delegate(tmp_path, agent.url)
    step = await adapter.submit(brief(), KEY)
    assert (await adapter.resume(step.ref, None, KEY)).progress == "scoping"


async def test_progress_notifications_reach_the_step_and_not_only_the_last_state(
    sandbox: Sandbox, tmp_path: Path
) -> None:
    agent = await sandbox.start("research", day=0.5)
    adapter = delegate(tmp_path, agent.url, wait_seconds=5, job=_paths_without_progress())
    step = await adapter.submit(brief(), KEY)
    assert step.progress == ""
    assert (await adapter.resume(step.ref, None, KEY)).progress == "finished"


def _paths_without_progress() -> dict[str, Any]:
    return {
        "id": "job_id",
        "state": "status",
        "created": "created_at",
        "seq": "seq",
        "artifact": "report_id",
    }


async def test_an_answer_lost_on_the_way_leaves_the_outcome_unknown_and_looking_finds_the_one_job(
    sandbox: Sandbox, tmp_path: Path
) -> None:
    agent = await sandbox.start("research")
    async with line_to(agent.url) as line:
        line.cut = b"start_research"
        with pytest.raises(OutcomeUnknown):
            await delegate(tmp_path, line.url).submit(brief(), KEY)
        assert line.lost == 1
    found = await delegate(tmp_path, agent.url).reconcile(None, KEY, brief())
    (only,) = await jobs(agent.url)
    assert found.ref["job"] == only["job_id"]
    assert (await until(delegate(tmp_path, agent.url), found, StepState.DONE)).artifacts


async def test_nothing_begun_is_said_to_be_so_whether_or_not_other_jobs_are_there(
    sandbox: Sandbox, tmp_path: Path
) -> None:
    agent = await sandbox.start("research")
    adapter = delegate(tmp_path, agent.url)
    assert (await adapter.reconcile(None, KEY, brief())).state is StepState.CANCELED
    await adapter.submit(brief(), "another:1")
    assert (await adapter.reconcile(None, KEY, brief())).state is StepState.CANCELED


async def test_of_two_jobs_for_one_brief_the_earliest_is_kept_and_the_other_called_off(
    sandbox: Sandbox, tmp_path: Path
) -> None:
    agent = await sandbox.start("research", day=60)
    adapter = delegate(tmp_path, agent.url)
    first = await adapter.submit(brief(), KEY)
    second = await adapter.submit(brief(), KEY)
    found = await adapter.reconcile(None, KEY, brief())
    assert found.ref["job"] == first.ref["job"]
    assert "2 jobs were found" in found.reason
    states = {job["job_id"]: job["status"] for job in await jobs(agent.url)}
    assert states == {first.ref["job"]: "running", second.ref["job"]: "cancelled"}
    assert (await adapter.reconcile(None, KEY, brief())).reason == ""


async def test_an_agent_killed_in_mid_job_goes_on_after_its_restart(sandbox: Sandbox, tmp_path: Path) -> None:
    agent = await sandbox.start("research", day=2)
    adapter = delegate(tmp_path, agent.url)
    step = await adapter.submit(brief(), KEY)
    agent.kill()
    with pytest.raises(VendorDown):
        await adapter.resume(step.ref, None, KEY)
    await agent.start()
    assert (await until(adapter, step, StepState.DONE)).ref["job"] == step.ref["job"]
    assert len(await jobs(agent.url)) == 1


async def test_an_agent_that_is_killed_while_it_is_waited_for_is_merely_down(sandbox: Sandbox, tmp_path: Path) -> None:
    agent = await sandbox.start("research", day=60)
    adapter = delegate(tmp_path, agent.url, wait_seconds=15)
    step = await adapter.submit(brief(), KEY)
    async with line_to(agent.url) as line:
        waiting = asyncio.create_task(delegate(tmp_path, line.url, wait_seconds=15).resume(step.ref, None, KEY))
        async with asyncio.timeout(20):
            await line.heard(b"await_research")
        agent.kill()
        with pytest.raises(VendorDown):
            await waiting


async def test_an_agent_that_is_not_there_takes_nothing(sandbox: Sandbox, tmp_path: Path) -> None:
    agent = await sandbox.start("research")
    agent.kill()
    adapter = delegate(tmp_path, agent.url)
    with pytest.raises(VendorDown):
        await adapter.submit(brief(), KEY)
    told = await adapter.describe()
    assert not told.healthy
    assert "connections" in told.detail


@pytest.mark.parametrize(
    ("fault", "error"), [("garbage", VendorGarbage), ("refuse", VendorRefused)], ids=["garbage", "refuse"]
)
async def test_nonsense_and_a_no_are_told_apart(
    sandbox: Sandbox, tmp_path: Path, fault: str, error: type[VendorError]
) -> None:
    agent = await sandbox.start("research", fault=fault)
    with pytest.raises(error):
        await delegate(tmp_path, agent.url).submit(brief(), KEY)


async def test_garbage_never_proves_that_nothing_was_begun(sandbox: Sandbox, tmp_path: Path) -> None:
    agent = await sandbox.start("research", fault="garbage")
    with pytest.raises(VendorGarbage):
        await delegate(tmp_path, agent.url).reconcile(None, KEY, brief())


async def test_a_job_that_never_moves_is_said_to_be_stalled(sandbox: Sandbox, tmp_path: Path) -> None:
    agent = await sandbox.start("research", day=0.1, fault="silent")
    clock = ManualClock(datetime.now(UTC))
    adapter = delegate(tmp_path, agent.url, clock, stalled_after=600)
    step = await adapter.submit(brief(), KEY)
    assert (await adapter.resume(step.ref, None, KEY)).reason == ""
    clock.forward(minutes=11)
    step = await adapter.resume(step.ref, None, KEY)
    assert step.state is StepState.WORKING
    assert step.reason.startswith("stalled: nothing has changed since")


async def test_work_delivered_twice_counts_once(sandbox: Sandbox, tmp_path: Path) -> None:
    agent = await sandbox.start("research", day=0.5, fault="twice")
    adapter = delegate(tmp_path, agent.url)
    first = await until(adapter, await adapter.submit(brief(), KEY), StepState.DONE)
    again = first
    async with asyncio.timeout(20):
        while again.seq == first.seq:
            again = await adapter.resume(survived(first.ref), None, KEY)
    assert again.ref["artifact"] == first.ref["artifact"]
    assert again.artifacts == first.artifacts
    assert "delivered twice" in again.reason


async def test_a_late_agent_is_still_working_when_its_day_is_over(sandbox: Sandbox, tmp_path: Path) -> None:
    agent = await sandbox.start("research", day=0.3, fault="late=200")
    adapter = delegate(tmp_path, agent.url, wait_seconds=0.6)
    step = await adapter.submit(brief(), KEY)
    step = await adapter.resume(step.ref, None, KEY)
    assert step.state is StepState.WORKING
    assert step.progress == "scoping"


async def test_hostile_words_in_a_report_arrive_as_text(sandbox: Sandbox, tmp_path: Path) -> None:
    agent = await sandbox.start("research", day=0.2)
    adapter = delegate(tmp_path, agent.url)
    hostile = brief(title="<script>alert(1)</script> [x](http://e.example) \u202egnp.exe\u2066\u0007")
    done = await until(adapter, await adapter.submit(hostile, KEY), StepState.DONE)
    made = done.artifacts[0]
    assert made.title == "<script>alert(1)</script> [x](http://e.example) gnp.exe"
    assert not set(made.text) & set("\u202e\u2066\u0007")


async def test_cancelling_stops_a_job_and_leaves_a_finished_one_finished(sandbox: Sandbox, tmp_path: Path) -> None:
    agent = await sandbox.start("research", day=1)
    adapter = delegate(tmp_path, agent.url)
    running = await adapter.submit(brief(), KEY)
    stopped = await adapter.cancel(running.ref)
    assert stopped.state is StepState.CANCELED
    assert stopped.seq > running.seq
    assert (await adapter.cancel(running.ref)).state is StepState.CANCELED
    done = await until(adapter, await adapter.submit(brief(), "na-13:1"), StepState.DONE)
    assert (await adapter.cancel(done.ref)).state is StepState.DONE


async def test_what_an_agent_declares_has_a_hash_that_outlives_it(sandbox: Sandbox, tmp_path: Path) -> None:
    agent = await sandbox.start("research")
    first = await delegate(tmp_path, agent.url).describe()
    agent.kill()
    await agent.start()
    again = await delegate(tmp_path, agent.url).describe()
    assert first.healthy
    assert first.tested == "double"
    assert first.detail.startswith("scout 1.4.0, MCP ")
    assert first.digest == again.digest
    other = await sandbox.start("research", fault="garbage")
    assert (await delegate(tmp_path, other.url).describe()).digest != first.digest


async def test_an_agent_without_a_tool_that_is_needed_is_not_healthy(sandbox: Sandbox, tmp_path: Path) -> None:
    agent = await sandbox.start("research")
    cancel = {"tool": "stop_research", "arguments": {"job_id": "job"}}
    told = await delegate(tmp_path, agent.url, cancel=cancel).describe()
    assert not told.healthy
    assert told.detail.endswith("tools are missing: stop_research")


async def test_not_finding_a_report_means_something_only_where_the_job_is_shown(
    sandbox: Sandbox, tmp_path: Path
) -> None:
    agent = await sandbox.start("research", day=60)
    adapter = delegate(tmp_path, agent.url)
    step = await adapter.submit(brief(), KEY)
    known = await adapter.read(query(step, ref={**step.ref, "artifact": "report-0"}))
    assert (known.found, known.control) == (False, True)
    stranger = Step(state=StepState.DONE, ref={"job": "job-0", "artifact": "report-0"})
    unknown = await adapter.read(query(stranger, key="another:1"))
    assert (unknown.found, unknown.control) == (False, False)


async def test_another_briefs_report_is_no_evidence(sandbox: Sandbox, tmp_path: Path) -> None:
    agent = await sandbox.start("research", day=0.2)
    adapter = delegate(tmp_path, agent.url)
    other = await until(adapter, await adapter.submit(brief(), "another:1"), StepState.DONE)
    assert not (await adapter.read(query(other, key=KEY))).found


async def test_an_agent_that_accepts_and_never_answers_costs_one_deadline(tmp_path: Path) -> None:
    async with stranger(None) as origin:
        with pytest.raises(VendorDown, match=r"no answer within 0\.4 s"):
            await delegate(tmp_path, f"{origin}/mcp", deadline=0.4).submit(brief(), KEY)


@pytest.mark.parametrize(
    ("answer", "error"),
    [
        (b"HTTP/1.1 200 OK\r\ncontent-type: text/html\r\ncontent-length: 2\r\n\r\nhi", VendorGarbage),
        (b"HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-length: 2\r\n\r\nhi", VendorGarbage),
        (b"HTTP/1.1 401 Unauthorized\r\ncontent-length: 0\r\n\r\n", VendorRefused),
        (b"HTTP/1.1 302 Found\r\nlocation: http://127.0.0.1:9/\r\ncontent-length: 0\r\n\r\n", VendorGarbage),
        (b"HTTP/1.1 503 Service Unavailable\r\ncontent-length: 0\r\n\r\n", VendorDown),
        (b"SSH-2.0-OpenSSH_9.2\r\n", VendorDown),
        (b"", VendorDown),
    ],
    ids=["html", "no-json", "401", "redirect", "503", "ssh", "hangs-up"],
)
async def test_whatever_answers_in_the_agents_place_is_named(
    tmp_path: Path, answer: bytes, error: type[VendorError]
) -> None:
    async with stranger(answer) as origin:
        with pytest.raises(error):
            await delegate(tmp_path, f"{origin}/mcp").submit(brief(), KEY)


async def test_a_ref_that_names_no_job_is_refused(tmp_path: Path) -> None:
    with pytest.raises(VendorRefused):
        await delegate(tmp_path, "http://127.0.0.1:9/mcp").resume({}, None, KEY)


async def test_tools_announce_nothing(tmp_path: Path) -> None:
    assert [hint async for hint in delegate(tmp_path, "http://127.0.0.1:9/mcp").events({})] == []
