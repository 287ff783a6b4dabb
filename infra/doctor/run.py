"""``app.py doctor [--json]``: looks at everything, tells it, and the exit status says whether Steward could serve."""

from __future__ import annotations

import sys

from rich.console import Console

from infra import logs, settings
from infra.doctor import agents, claude, database, installation, report, teams
from infra.doctor.examine import LIMIT, Progress, examine
from infra.doctor.finding import Check, Finding, Level, found
from infra.settings import Settings


def checks(told: Settings | None, problems: tuple[str, ...]) -> list[Check]:
    """Everything there is to look at, in the order in which it is told."""
    first = [Check("python", installation.python, Level.PROBLEM), *installation.settings(problems)]
    if told is None:
        said = "the settings cannot be read, so nothing else was looked at"
        return [*first, Check("the rest", found("the rest", Level.NOTE, said, "Correct the settings and ask again."))]
    return [
        *first,
        *installation.checks(told),
        database.check(told),
        *teams.checks(told),
        claude.check(told),
        *agents.checks(told),
    ]


def diagnose(limit: float = LIMIT, progress: Progress = lambda waiting: None) -> tuple[Finding, ...]:
    """Everything that was found, without secrets. ``limit``: wall seconds for each check."""
    told, problems = settings.read()
    return report.shown(examine(checks(told, problems), limit, progress), report.secrets(told))


def main(*, as_json: bool) -> int:
    """The exit status: 0 when Steward could serve, else 1."""
    logs.configure("CRITICAL")
    console = Console(file=sys.stdout, highlight=False, soft_wrap=True)
    if as_json:
        findings = diagnose()
        sys.stdout.write(report.as_json(findings) + "\n")
    else:
        with report.progress(console) as progress:
            findings = diagnose(progress=progress)
        for line in report.lines(findings):
            console.print(line)
    return 0 if report.could_serve(findings) else 1
