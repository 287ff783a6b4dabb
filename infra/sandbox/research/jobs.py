"""Scout's jobs and reports, in one SQLite file.

How far a job is follows from when it was begun, so a killed process goes on where the clock stands. Every method is
one committed transaction.
"""

from __future__ import annotations

import secrets
import sqlite3
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Final, Literal

from infra.sandbox.faults import Fault
from infra.sandbox.research.report import Report, compose

STAGES: Final = ("scoping", "searching", "reading", "comparing", "writing")
Status = Literal["running", "done", "cancelled"]

_SCHEMA = """
CREATE TABLE IF NOT EXISTS job (
  id TEXT PRIMARY KEY, reference TEXT, topic TEXT, brief TEXT, created REAL, cancelled REAL);
CREATE INDEX IF NOT EXISTS job_reference ON job (reference);
CREATE TABLE IF NOT EXISTS report (
  id TEXT PRIMARY KEY, job TEXT, number INTEGER, topic TEXT, text TEXT, words INTEGER, sources INTEGER,
  UNIQUE (job, number));
"""


@dataclass(frozen=True)
class Job:
    """``stage`` counts from 0 to 5; ``seq`` grows with every change; ``updated`` is when the last one happened."""

    id: str
    reference: str
    topic: str
    status: Status
    stage: int
    seq: int
    created: float
    updated: float
    report: str | None


class Jobs:
    """``day`` is how many seconds a job takes."""

    def __init__(self, home: Path, day: float, fault: Fault) -> None:
        self._path = home / "research.db"
        self._span = day * fault.factor
        self._fault = fault
        with self._open() as db:
            db.executescript("PRAGMA journal_mode=WAL;" + _SCHEMA)

    @contextmanager
    def _open(self) -> Iterator[sqlite3.Connection]:
        db = sqlite3.connect(self._path, timeout=10)
        db.row_factory = sqlite3.Row
        try:
            with db:
                yield db
        finally:
            db.close()

    @property
    def pause(self) -> float:
        """Seconds after which looking at a job again makes sense."""
        return min(max(self._span / len(STAGES) / 2, 0.05), 60.0)

    def start(self, topic: str, brief: str, reference: str) -> Job:
        """A new job each time: the same reference twice is two jobs, as with real vendors."""
        job = f"job-{secrets.token_hex(6)}"
        with self._open() as db:
            db.execute("INSERT INTO job VALUES (?, ?, ?, ?, ?, NULL)", (job, reference, topic, brief, time.time()))
        return self.get(job)

    def get(self, job: str) -> Job:
        """Raises KeyError when there is none."""
        with self._open() as db:
            row = db.execute("SELECT * FROM job WHERE id = ?", (job,)).fetchone()
            if row is None:
                raise KeyError(job)
            return self._seen(db, row)

    def find(self, reference: str) -> list[Job]:
        with self._open() as db:
            rows = db.execute("SELECT * FROM job WHERE reference = ? ORDER BY created", (reference,)).fetchall()
            return [self._seen(db, row) for row in rows]

    def recent(self, limit: int) -> list[Job]:
        with self._open() as db:
            rows = db.execute("SELECT * FROM job ORDER BY created DESC LIMIT ?", (limit,)).fetchall()
            return [self._seen(db, row) for row in rows]

    def cancel(self, job: str) -> Job:
        """A job that is done stays done. Raises KeyError when there is none."""
        if self.get(job).status == "running":
            with self._open() as db:
                db.execute("UPDATE job SET cancelled = ? WHERE id = ?", (time.time(), job))
        return self.get(job)

    def report(self, report: str) -> tuple[Job, Report]:
        """Raises KeyError when there is none."""
        with self._open() as db:
            row = db.execute("SELECT * FROM report WHERE id = ?", (report,)).fetchone()
        if row is None:
            raise KeyError(report)
        return self.get(row["job"]), Report(row["topic"], row["text"], row["words"], row["sources"])

    def _seen(self, db: sqlite3.Connection, row: sqlite3.Row) -> Job:
        """The job as it stands now; a report that is due is written first."""
        pace = self._span / len(STAGES)
        until = row["cancelled"] or time.time()
        passed = int((until - row["created"]) / pace)
        changes = min(passed, self._last)
        report = None
        for number in range(1, changes - len(STAGES) + 2):
            report = self._deliver(db, row, number)
        status: Status = "done" if report else "cancelled" if row["cancelled"] else "running"
        stopped = status == "cancelled"
        return Job(
            id=row["id"],
            reference=row["reference"],
            topic=row["topic"],
            status=status,
            stage=min(changes, len(STAGES)),
            seq=changes + 1 + stopped,
            created=row["created"],
            updated=row["cancelled"] if stopped else row["created"] + changes * pace,
            report=report,
        )

    @property
    def _last(self) -> int:
        """After how many changes a job stands still."""
        return {"silent": 1, "twice": len(STAGES) + 1}.get(self._fault.kind, len(STAGES))

    def _deliver(self, db: sqlite3.Connection, row: sqlite3.Row, number: int) -> str:
        report = f"{row['id'].replace('job', 'report')}-{number}"
        made = compose(row["topic"], row["brief"])
        db.execute(
            "INSERT OR IGNORE INTO report VALUES (?, ?, ?, ?, ?, ?, ?)",
            (report, row["id"], number, made.topic, made.text, made.words, made.sources),
        )
        return report
