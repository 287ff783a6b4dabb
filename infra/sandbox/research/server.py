"""Scout's tools over MCP: start, watch, find, cancel, list and read. It validates what it is told."""

from __future__ import annotations

import asyncio
import time
from datetime import UTC, datetime
from typing import Annotated, Any, Final

from mcp.server import MCPServer
from mcp.server.mcpserver import Context
from mcp.server.mcpserver.exceptions import ToolError
from mcp.types import CallToolResult, TextContent
from pydantic import BaseModel, Field

from infra.sandbox.faults import Fault
from infra.sandbox.research.jobs import STAGES, Job, Jobs

PRICE: Final = "40.00"
_LOOK: Final = 0.05
"""Seconds between two looks at a job that somebody waits for."""


class Price(BaseModel):
    amount: str
    currency: str


class JobState(BaseModel):
    job_id: str
    reference: str
    topic: str
    status: str
    stage: str
    stage_number: int
    stages: int
    seq: int
    created_at: str
    updated_at: str
    look_again_in: float
    report_id: str | None = None
    price: Price | None = None


class JobList(BaseModel):
    jobs: list[JobState]


class ReportText(BaseModel):
    report_id: str
    job_id: str
    reference: str
    title: str
    status: str
    words: int
    sources: int
    text: str


def _instant(seconds: float) -> str:
    return datetime.fromtimestamp(seconds, UTC).isoformat()


Short = Annotated[str, Field(min_length=1, max_length=300, pattern=r"\S")]
Long = Annotated[str, Field(max_length=100_000)]
Some = Annotated[int, Field(ge=1, le=200)]
Seconds = Annotated[float, Field(gt=0, le=60)]


class Scout:
    """One tool per method; a job is told about in the same shape everywhere."""

    def __init__(self, jobs: Jobs, fault: Fault) -> None:
        self._jobs = jobs
        self._fault = fault

    def server(self) -> MCPServer[Any]:
        server: MCPServer[Any] = MCPServer(
            "scout", version="1.4.0", instructions="Market research within a day.", log_level="WARNING"
        )
        tools = (
            self.start_research,
            self.research_status,
            self.await_research,
            self.find_research,
            self.cancel_research,
            self.list_research,
            self.read_report,
        )
        for tool in tools:
            server.add_tool(_nonsense(tool.__name__) if self._fault.kind == "garbage" else tool)
        return server

    def start_research(self, topic: Short, brief: Long, reference: Short) -> JobState:
        """Begins a report on a topic and answers at once. Every call begins one, whatever its reference."""
        if self._fault.kind == "refuse":
            raise ToolError("fully booked this week, no new research is taken")
        return self._told(self._jobs.start(topic.strip(), brief, reference))

    def research_status(self, job_id: Short) -> JobState:
        """How far a job is."""
        return self._told(self._job(job_id))

    async def await_research(self, job_id: Short, seconds: Seconds, ctx: Context[Any, Any]) -> JobState:
        """Waits until the job is over, at most that many seconds; tells each stage as progress on the way."""
        until, told = time.monotonic() + seconds, -1
        while True:
            job = self._job(job_id)
            if job.stage != told:
                told = job.stage
                await ctx.report_progress(job.stage, len(STAGES), _stage(job))
            if job.status != "running" or time.monotonic() >= until:
                return self._told(job)
            await asyncio.sleep(min(_LOOK, max(until - time.monotonic(), 0)))

    def find_research(self, reference: Short) -> JobList:
        """The jobs begun under a reference, earliest first."""
        return JobList(jobs=[self._told(job) for job in self._jobs.find(reference)])

    def cancel_research(self, job_id: Short) -> JobState:
        """Stops a job; one that is done stays done."""
        self._job(job_id)
        return self._told(self._jobs.cancel(job_id))

    def list_research(self, limit: Some = 20) -> JobList:
        """The latest jobs, newest first."""
        return JobList(jobs=[self._told(job) for job in self._jobs.recent(limit)])

    def read_report(self, report_id: Short) -> ReportText:
        """A finished report."""
        try:
            job, report = self._jobs.report(report_id)
        except KeyError:
            raise ToolError("there is no such report") from None
        return ReportText(
            report_id=report_id,
            job_id=job.id,
            reference=job.reference,
            title=report.topic,
            status=job.status,
            words=report.words,
            sources=report.sources,
            text=report.text,
        )

    def _job(self, job_id: str) -> Job:
        try:
            return self._jobs.get(job_id)
        except KeyError:
            raise ToolError("there is no such job") from None

    def _told(self, job: Job) -> JobState:
        return JobState(
            job_id=job.id,
            reference=job.reference,
            topic=job.topic,
            status=job.status,
            stage=_stage(job),
            stage_number=job.stage,
            stages=len(STAGES),
            seq=job.seq,
            created_at=_instant(job.created),
            updated_at=_instant(job.updated),
            look_again_in=self._jobs.pause,
            report_id=job.report,
            price=Price(amount=PRICE, currency="EUR") if job.report else None,
        )


def _stage(job: Job) -> str:
    return STAGES[job.stage] if job.stage < len(STAGES) else "finished"


def _nonsense(name: str) -> Any:
    async def tool() -> CallToolResult:
        return CallToolResult(
            content=[TextContent(type="text", text="As an agent I would be delighted!")],
            structured_content={"certainly": True},
        )

    tool.__name__ = name
    tool.__doc__ = "Answers something else."
    return tool
