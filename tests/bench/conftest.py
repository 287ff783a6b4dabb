"""Every measurement goes into one table, which is printed when the run ends. Nothing is written to files."""

from __future__ import annotations

import pytest

from tests.bench.figures import Report

_REPORT = pytest.StashKey[Report]()


@pytest.fixture
def report(request: pytest.FixtureRequest) -> Report:
    return request.config.stash.setdefault(_REPORT, Report())


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter, config: pytest.Config) -> None:
    found = config.stash.get(_REPORT, None)
    if found is None:
        return
    terminalreporter.section("figures")
    for line in found.lines():
        terminalreporter.write_line(line)
