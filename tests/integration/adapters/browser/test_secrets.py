"""Canaries: a password, a seed and codes that must be found nowhere but in the vault's sealed rows."""

from __future__ import annotations

import logging
import re
from pathlib import Path

import pytest

from adapters.browser.session import session_name
from plans.store.tables import SealedRow
from plans.words import StepState
from tests.integration.adapters.browser.conftest import StartWorld
from tests.integration.adapters.browser.world import KEY, OWNER, brief, ended, history

pytestmark = pytest.mark.asyncio(loop_scope="module")


def _texts(record: logging.LogRecord) -> str:
    """Message and extras. Times and thread numbers are left out: six of their digits may well look like a code."""
    return record.getMessage() + repr([v for v in record.__dict__.values() if not isinstance(v, int | float)])


def _files(folder: Path) -> str:
    """All that Steward wrote: the whole database with its log, every row and what is left of deleted ones."""
    files = [path for path in folder.rglob("*") if path.is_file() and "maildesk" not in path.parts]
    return "".join(path.read_bytes().decode("latin-1") for path in files)


async def test_no_secret_is_in_a_table_a_log_a_step_a_challenge_or_a_file(
    world: StartWorld, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    at = await world("--fault", "expire-on-save")
    at.broker.replies = [at.app.wrong, at.app.old, at.app.code]
    delegate = at.delegate()
    steps = [step async for step in history(delegate, await delegate.submit(brief(), KEY))]
    assert steps[-1].state is StepState.DONE
    await at.give_password("another-canary-password")
    await at.vault.erase(session_name("maildesk", OWNER))
    refused = await ended(delegate, await delegate.submit(brief(), KEY + "b"))
    assert refused.state is StepState.NEEDS_LOGIN

    known = at.desk.credentials
    secrets = [known["password"], known["seed"], "another-canary-password", "maildesk_session", *at.app.shown]
    assert len(at.app.shown) >= 3
    logged = "".join(_texts(record) for record in caplog.records)
    assert "browser step" in logged
    said = "".join(map(repr, [*steps, refused, *at.broker.asked]))
    kept = _files(tmp_path)
    assert "session:maildesk" in kept
    for secret in secrets:
        found = re.compile(rf"(?<!\d){re.escape(secret)}(?!\d)")
        assert [bool(found.search(text)) for text in (logged, said, kept)] == [False] * 3
    sealed = await at.database.read(lambda tx: tx.get(SealedRow, f"credential:maildesk:{OWNER}"))
    assert sealed
    assert sealed.box
