"""What a tool's answer is taken to mean: every value checked, nothing believed that is not there."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from adapters.manifest import McpManifest
from adapters.mcp import mapping
from plans.errors import VendorGarbage
from plans.ports.work import Step
from plans.words import Money, StepState
from tests.doubles.briefs import KEY, entry

NOW = datetime(2026, 11, 20, 9, 0, tzinfo=UTC)
RUNNING: dict[str, Any] = {
    "job_id": "job-1",
    "status": "running",
    "stage": "reading",
    "seq": 3,
    "created_at": "2026-11-20T08:00:00+00:00",
    "updated_at": "2026-11-20T08:59:00+00:00",
    "look_again_in": 2.5,
}
DONE = {**RUNNING, "status": "done", "report_id": "report-1", "price": {"amount": "40.00", "currency": "EUR"}}


@pytest.fixture
def manifest(tmp_path: Path) -> McpManifest:
    body = entry(tmp_path, "sandbox-research", "http://127.0.0.1:1/mcp").body
    assert isinstance(body, McpManifest)
    return body


def step(manifest: McpManifest, told: Any, known: dict[str, Any] | None = None) -> Step:
    return mapping.step(mapping.job(told, manifest), KEY, known or {}, NOW, manifest.stalled_after)


def test_a_running_job_is_a_working_step(manifest: McpManifest) -> None:
    found = step(manifest, RUNNING)
    assert (found.state, found.seq, found.progress, found.retry_after) == (StepState.WORKING, 3, "reading", 2.5)
    assert found.ref == {"job": "job-1", "key": KEY}
    assert (found.reason, found.cost) == ("", None)


def test_a_done_job_carries_its_cost_and_its_report(manifest: McpManifest) -> None:
    found = step(manifest, DONE)
    assert (found.state, found.cost, found.retry_after) == (StepState.DONE, Money.of(40), None)
    assert found.ref["artifact"] == "report-1"


@pytest.mark.parametrize(
    "told",
    [
        {},
        {**RUNNING, "job_id": ""},
        {**RUNNING, "job_id": 7},
        {**RUNNING, "job_id": "x" * 201},
        {**RUNNING, "status": "sparkling\u202e"},
        {**RUNNING, "status": None},
        {**DONE, "report_id": None},
        [],
        None,
        "done",
    ],
)
def test_an_answer_without_job_state_or_work_is_garbage(manifest: McpManifest, told: Any) -> None:
    with pytest.raises(VendorGarbage):
        mapping.job(told, manifest)


def test_an_answer_about_another_job_is_garbage(manifest: McpManifest) -> None:
    with pytest.raises(VendorGarbage, match="another job"):
        step(manifest, RUNNING, {"job": "job-2"})


@pytest.mark.parametrize("jobs", [None, {}, "none", {"jobs": None}, {"jobs": {}}, {"jobs": [7]}])
def test_what_is_no_list_of_jobs_proves_nothing(manifest: McpManifest, jobs: Any) -> None:
    with pytest.raises(VendorGarbage):
        mapping.jobs(jobs, "jobs", manifest)


def test_jobs_come_earliest_first(manifest: McpManifest) -> None:
    later = {**RUNNING, "job_id": "job-0", "created_at": "2026-11-20T08:30:00+00:00"}
    found = mapping.jobs({"jobs": [later, RUNNING]}, "jobs", manifest)
    assert [job.id for job in found] == ["job-1", "job-0"]


@pytest.mark.parametrize(
    "price", [None, "40 EUR", {"amount": "-1", "currency": "EUR"}, {"amount": "40", "currency": "€"}, {"amount": "40"}]
)
def test_a_price_that_cannot_be_read_is_said_and_not_guessed(manifest: McpManifest, price: Any) -> None:
    found = step(manifest, {**DONE, "price": price})
    assert found.state is StepState.DONE
    assert found.cost is None
    assert found.reason.startswith("what it charged cannot be read")


@pytest.mark.parametrize("seq", [None, "9", -1, 2.5, True, 2**60])
def test_a_number_of_change_that_is_none_counts_as_nothing(manifest: McpManifest, seq: Any) -> None:
    assert step(manifest, {**RUNNING, "seq": seq}).seq == 0


@pytest.mark.parametrize(("again", "seconds"), [(None, None), ("2", None), (-1, None), (0, None), (1e9, 3600), (3, 3)])
def test_a_pause_is_positive_and_bounded(manifest: McpManifest, again: Any, seconds: float | None) -> None:
    assert step(manifest, {**RUNNING, "look_again_in": again}).retry_after == seconds


@pytest.mark.parametrize(
    ("updated", "stalled"),
    [
        ((NOW - timedelta(minutes=59)).isoformat(), False),
        ((NOW - timedelta(minutes=61)).isoformat(), True),
        ("2026-11-20T07:00:00", True),
        ("2026-11-20T10:30:00+02:00", False),
        ("yesterday", False),
    ],
)
def test_a_job_is_stalled_by_the_time_of_its_last_change(manifest: McpManifest, updated: str, stalled: bool) -> None:
    assert step(manifest, {**RUNNING, "updated_at": updated}).reason.startswith("stalled") is stalled


def test_the_first_delivery_counts_and_a_second_is_said(manifest: McpManifest) -> None:
    first = step(manifest, DONE)
    second = step(manifest, {**DONE, "seq": 9, "report_id": "report-2"}, first.ref)
    assert second.ref["artifact"] == "report-1"
    assert second.reason == "it was delivered twice; the first delivery counts"


def test_a_job_that_was_called_off_says_so(manifest: McpManifest) -> None:
    found = step(manifest, {**RUNNING, "status": "cancelled"})
    assert (found.state, found.reason) == (StepState.CANCELED, "the agent says the job is canceled")


def test_progress_is_one_short_line(manifest: McpManifest) -> None:
    assert len(step(manifest, {**RUNNING, "stage": "**x**\n" * 500}).progress) <= 200
