"""A machine on which nothing is configured, and a doctor to ask about it."""

from __future__ import annotations

import asyncio
import os
import socket
from collections.abc import AsyncIterator, Callable, Coroutine, Iterator
from pathlib import Path
from typing import Any

import pytest

from infra.doctor.finding import Finding
from infra.doctor.run import diagnose
from infra.sandbox.teams import Teams
from tests.doubles.processes import sandbox

__all__ = ["sandbox"]

APP_ID = "11111111-2222-3333-4444-555555555555"
PASSWORD = "canary-of-the-app"
PATIENCE = 60.0
"""Seconds for each check where the test is not about time: other tests use the machine too."""

Ask = Callable[[], Coroutine[Any, Any, dict[str, Finding]]]


@pytest.fixture
def environment(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> pytest.MonkeyPatch:
    """Nothing but a home and a free port."""
    for name in os.environ:
        if name.upper().startswith(("STEWARD_", "MICROSOFT", "ANTHROPIC_", "DATABASE_URL")) or name in ("HOST", "PORT"):
            monkeypatch.delenv(name)
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("STEWARD_HOME", str(tmp_path / "home"))
    monkeypatch.setenv("PORT", "0")
    return monkeypatch


@pytest.fixture
def ask(environment: pytest.MonkeyPatch) -> Ask:
    """Asks the doctor, without stopping the event loop; findings by the name of their check."""
    assert environment

    async def asked() -> dict[str, Finding]:
        return {finding.check: finding for finding in await asyncio.to_thread(diagnose, PATIENCE)}

    return asked


@pytest.fixture
def closed() -> Iterator[int]:
    """A port on which nobody listens, and nobody else will."""
    with socket.socket() as held:
        held.bind(("127.0.0.1", 0))
        yield int(held.getsockname()[1])


@pytest.fixture
async def teams(environment: pytest.MonkeyPatch) -> AsyncIterator[Teams]:
    """Teams as a registered bot is told about it."""
    async with Teams(app_id=APP_ID, app_password=PASSWORD) as found:
        for name, value in {
            "MICROSOFT_APP_ID": APP_ID,
            "MICROSOFT_APP_PASSWORD": PASSWORD,
            "STEWARD_CHANNEL_METADATA_URL": found.metadata_url,
            "STEWARD_LOGIN_URL": found.login_url,
            "REQUESTS_CA_BUNDLE": str(found.ca_file),
        }.items():
            environment.setenv(name, value)
        yield found
