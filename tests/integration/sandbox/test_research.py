"""Scout, the sandbox's research agent: honest work, kept over kill -9, and validation as a real server does it."""

from __future__ import annotations

import asyncio
import subprocess
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import pytest
from mcp import Client

from tests.doubles.processes import Running, Sandbox

TOPIC = {"topic": "Northwind Analytics", "brief": "Who buys, and why?", "reference": "na-12:1"}


class Caller:
    def __init__(self, client: Client) -> None:
        self._client = client

    async def call(self, tool: str, **arguments: Any) -> dict[str, Any]:
        result = await self._client.call_tool(tool, arguments)
        assert not result.is_error, result.content
        found: dict[str, Any] | None = result.structured_content
        assert found is not None
        return found

    async def refused(self, tool: str, **arguments: Any) -> str:
        result = await self._client.call_tool(tool, arguments)
        assert result.is_error
        return str(result.content[0].model_dump()["text"])


@asynccontextmanager
async def calling(agent: Running) -> AsyncIterator[Caller]:
    async with Client(agent.url) as client:
        yield Caller(client)


async def finished(caller: Caller, job: str) -> dict[str, Any]:
    async with asyncio.timeout(30):
        while True:
            told = await caller.call("await_research", job_id=job, seconds=5)
            if told["status"] != "running":
                return told


async def test_a_report_is_written_from_the_topic_with_sections_words_and_sources(sandbox: Sandbox) -> None:
    agent = await sandbox.start("research", day=0.3)
    async with calling(agent) as caller:
        begun = await caller.call("start_research", **TOPIC)
        assert (begun["status"], begun["stage"], begun["price"]) == ("running", "scoping", None)
        done = await finished(caller, begun["job_id"])
        assert done["price"] == {"amount": "40.00", "currency": "EUR"}
        report = await caller.call("read_report", report_id=done["report_id"])
        assert report["words"] == len(report["text"].split()) >= 250
        assert report["sources"] == report["text"].split("## Sources")[1].count(". ") >= 5
        assert "Who buys, and why?" in report["text"]
        again = await finished(caller, (await caller.call("start_research", **TOPIC))["job_id"])
        assert (await caller.call("read_report", report_id=again["report_id"]))["text"] == report["text"]
        other = await caller.call("start_research", **{**TOPIC, "topic": "Contoso Payroll"})
        other = await finished(caller, other["job_id"])
        assert (await caller.call("read_report", report_id=other["report_id"]))["text"] != report["text"]


async def test_the_five_stages_are_told_in_their_order(sandbox: Sandbox) -> None:
    agent = await sandbox.start("research", day=1)
    heard: list[tuple[float, float | None, str | None]] = []

    async def seen(progress: float, total: float | None, message: str | None) -> None:
        heard.append((progress, total, message))

    async with Client(agent.url) as client:
        begun = await client.call_tool("start_research", TOPIC)
        assert begun.structured_content is not None
        waiting = {"job_id": begun.structured_content["job_id"], "seconds": 20}
        await client.call_tool("await_research", waiting, progress_callback=seen)
    stages = ["scoping", "searching", "reading", "comparing", "writing", "finished"]
    assert [stages.index(str(message)) for _, _, message in heard] == [done for done, _, _ in heard]
    assert heard[-1] == (5, 5, "finished")
    assert [done for done, _, _ in heard] == sorted({done for done, _, _ in heard})


async def test_one_reference_used_twice_is_two_jobs(sandbox: Sandbox) -> None:
    agent = await sandbox.start("research", day=60)
    async with calling(agent) as caller:
        first = await caller.call("start_research", **TOPIC)
        second = await caller.call("start_research", **TOPIC)
        found = (await caller.call("find_research", reference=TOPIC["reference"]))["jobs"]
        assert [job["job_id"] for job in found] == [first["job_id"], second["job_id"]]
        latest = (await caller.call("list_research", limit=1))["jobs"]
        assert [job["job_id"] for job in latest] == [second["job_id"]]
        assert (await caller.call("find_research", reference="nobody's"))["jobs"] == []


async def test_jobs_and_reports_outlive_kill_9(sandbox: Sandbox) -> None:
    agent = await sandbox.start("research", day=2)
    async with calling(agent) as caller:
        begun = await caller.call("start_research", **TOPIC)
    agent.kill()
    await agent.start()
    async with calling(agent) as caller:
        done = await finished(caller, begun["job_id"])
        assert done["created_at"] == begun["created_at"]
    agent.kill()
    await agent.start()
    async with calling(agent) as caller:
        assert (await caller.call("read_report", report_id=done["report_id"]))["reference"] == TOPIC["reference"]


NONSENSE: tuple[tuple[str, dict[str, Any]], ...] = (
    ("start_research", {**TOPIC, "topic": ""}),
    ("start_research", {**TOPIC, "topic": "  \n"}),
    ("start_research", {**TOPIC, "topic": "x" * 301}),
    ("start_research", {**TOPIC, "reference": ""}),
    ("start_research", {"topic": "Northwind"}),
    ("start_research", {**TOPIC, "topic": 7}),
    ("research_status", {"job_id": "job-0"}),
    ("cancel_research", {"job_id": "job-0"}),
    ("await_research", {"job_id": "job-0", "seconds": 1}),
    ("await_research", {"job_id": "job-0", "seconds": -1}),
    ("read_report", {"report_id": "report-0"}),
    ("list_research", {"limit": 0}),
    ("forget_everything", {}),
)


async def test_nonsense_is_refused_and_begins_nothing(sandbox: Sandbox) -> None:
    agent = await sandbox.start("research", day=60)
    async with calling(agent) as caller:
        for tool, arguments in NONSENSE:
            assert await caller.refused(tool, **arguments), (tool, arguments)
        assert (await caller.call("list_research"))["jobs"] == []


@pytest.mark.parametrize("agent", ["research", "copywriter"])
async def test_a_port_that_is_taken_is_said_in_a_sentence(sandbox: Sandbox, agent: str) -> None:
    running = await sandbox.start("research")
    port = running.url.split(":")[2].split("/")[0]
    command = [sys.executable, "-m", f"infra.sandbox.{agent}", "--home", str(sandbox.home), "--port", port]
    ended = await asyncio.to_thread(subprocess.run, command, capture_output=True, text=True, timeout=60, check=False)
    assert ended.returncode == 1
    assert ended.stderr.strip() == f"cannot listen on 127.0.0.1:{port}: Address already in use"
    assert ended.stdout == ""
