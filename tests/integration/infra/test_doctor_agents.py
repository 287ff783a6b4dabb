"""Agents, the browser they need, the passwords lent to them, and Claude: none keeps Steward from serving."""

from __future__ import annotations

import socket
from collections.abc import AsyncIterator
from contextlib import closing
from pathlib import Path

import pytest

from adapters.browser.session import credential, credential_name
from adapters.vault import Vault, master_key
from infra.doctor.finding import Level
from infra.sandbox.claude import ClaudeSandbox
from plans.store import migrate
from plans.store.clock import WallClock
from plans.store.database import Database
from plans.words import PersonId
from tests.doubles.processes import Sandbox
from tests.integration.infra.conftest import Ask

KEY = "sk-ant-doctor-canary"


def inventory(folder: Path, **vendors: str) -> None:
    """Writes one agent for each vendor, at that address."""
    entries = (f"  - {{name: {vendor}, vendor: {vendor}, url: '{url}', owner: a}}\n" for vendor, url in vendors.items())
    (folder / "agents.yaml").write_text("agents:\n" + "".join(entries).replace("_", "-"))


async def test_no_inventory_is_a_note_unless_one_was_named(environment: pytest.MonkeyPatch, ask: Ask) -> None:
    assert (await ask())["agents"].level is Level.NOTE
    environment.setenv("STEWARD_AGENTS", "elsewhere.yaml")
    assert (await ask())["agents"].level is Level.WARNING


@pytest.mark.parametrize(
    ("written", "check", "said"),
    [
        ("agents: [{name: scout, owner: a, vendour: x}]", "agents", "vendour"),
        ("agents: [{name: bob, driver: person, capabilities: [x], may: [read], owner: a}]", "agent bob", "person"),
        (
            "agents: [{name: web, driver: browser, url: 'http://127.0.0.1:9', capabilities: [x], may: [read],"
            " owner: a}]",
            "agent web",
            "browser manifest",
        ),
    ],
)
async def test_an_inventory_with_which_it_would_not_start_is_a_problem(
    written: str, check: str, said: str, tmp_path: Path, ask: Ask
) -> None:
    (tmp_path / "agents.yaml").write_text(written)
    finding = (await ask())[check]
    assert (finding.level, said in finding.said) == (Level.PROBLEM, True)
    assert finding.do


async def test_an_agent_that_answers_is_well_and_says_how_it_was_tested(
    sandbox: Sandbox, tmp_path: Path, ask: Ask
) -> None:
    research, copy = await sandbox.start("research"), await sandbox.start("copywriter")
    inventory(tmp_path, sandbox_research=research.url, sandbox_copywriter=copy.url)
    findings = await ask()
    for name, driver in (("sandbox-research", "mcp"), ("sandbox-copywriter", "a2a")):
        finding = findings[f"agent {name}"]
        assert finding.level is Level.OK, finding
        assert finding.said.endswith(f"({driver}, tested: double)")
    assert findings["agents"].said == "agents.yaml: 2 agents"


async def test_agents_that_cannot_be_reached_are_warnings_and_steward_serves(
    tmp_path: Path, closed: int, ask: Ask
) -> None:
    here = f"http://127.0.0.1:{closed}"
    inventory(tmp_path, sandbox_research=f"{here}/mcp", sandbox_copywriter=f"{here}/", maildesk=here)
    findings = await ask()
    for name in ("sandbox-research", "sandbox-copywriter", "maildesk"):
        finding = findings[f"agent {name}"]
        assert (finding.level, finding.do) == (Level.WARNING, "Start it, or correct its url in the inventory.")
    assert Level.PROBLEM not in {finding.level for finding in findings.values()}


async def test_a_web_page_that_takes_connections_is_well(tmp_path: Path, ask: Ask) -> None:
    with socket.socket() as server:
        server.bind(("127.0.0.1", 0))
        server.listen()
        inventory(tmp_path, maildesk=f"http://127.0.0.1:{server.getsockname()[1]}")
        finding = (await ask())["agent maildesk"]
    assert (finding.level, finding.said) == (Level.OK, "Maildesk takes connections (browser, tested: double)")


async def test_a_browser_is_looked_for_only_where_an_agent_needs_one_and_never_installed(
    environment: pytest.MonkeyPatch, tmp_path: Path, closed: int, ask: Ask
) -> None:
    assert "chromium" not in await ask()
    inventory(tmp_path, maildesk=f"http://127.0.0.1:{closed}")
    programs = tmp_path / "bin"
    programs.mkdir()
    environment.setenv("PATH", str(programs))
    environment.setenv("PLAYWRIGHT_BROWSERS_PATH", str(tmp_path / "browsers"))
    finding = (await ask())["chromium"]
    assert (finding.level, finding.do.endswith("uv run python -m infra.chromium")) == (Level.WARNING, True)
    (programs / "chromium").write_text("#!/bin/sh\necho Chromium 156\n")
    (programs / "chromium").chmod(0o755)
    assert (await ask())["chromium"].said == str(programs / "chromium")


async def test_a_lent_password_is_counted_opened_and_not_told(
    environment: pytest.MonkeyPatch, tmp_path: Path, closed: int, ask: Ask
) -> None:
    inventory(tmp_path, maildesk=f"http://127.0.0.1:{closed}")
    nobody = (await ask())["credentials maildesk"]
    assert (nobody.level, nobody.do.startswith("uv run app.py credential maildesk --person")) == (Level.WARNING, True)

    home = tmp_path / "home"
    home.mkdir(mode=0o700)
    with closing(Database(f"sqlite:///{home}/steward.db")) as database:
        migrate.upgrade(database)
        vault = Vault(database, WallClock(), master_key(home))
        await vault.seal(credential_name("maildesk-too", PersonId("bob")), credential("bob", "canary-1"))
        assert (await ask())["credentials maildesk"] == nobody
        await vault.seal(credential_name("maildesk", PersonId("ann")), credential("ann", "canary-2"))
        await vault.seal(credential_name("maildesk", PersonId("bob")), credential("bob", "canary-3"))
        findings = await ask()
        assert findings["credentials maildesk"].said == "2 people have lent a password"
        assert "canary" not in str(findings)
        await vault.erase(credential_name("maildesk", PersonId("bob")))
        assert (await ask())["credentials maildesk"].said == "1 person has lent a password"

    environment.setenv("STEWARD_VAULT_KEY", "A" * 43 + "=")
    other = (await ask())["credentials maildesk"]
    assert (other.level, "does not open under this key" in other.said) == (Level.WARNING, True)


@pytest.fixture
async def claude(environment: pytest.MonkeyPatch) -> AsyncIterator[ClaudeSandbox]:
    server = ClaudeSandbox(KEY)
    await server.start()
    environment.setenv("ANTHROPIC_BASE_URL", server.url)
    environment.setenv("ANTHROPIC_API_KEY", KEY)
    yield server
    await server.stop()


async def test_without_a_key_playbooks_plan_which_is_a_note(ask: Ask) -> None:
    assert (await ask())["claude"].level is Level.NOTE


async def test_a_key_and_models_that_are_taken_are_well(claude: ClaudeSandbox, ask: Ask) -> None:
    finding = (await ask())["claude"]
    assert (finding.level, finding.said) == (Level.OK, "claude-opus-5-5 plans, claude-haiku-5-5 sorts")


@pytest.mark.parametrize(
    ("name", "value", "said"),
    [
        ("ANTHROPIC_API_KEY", "sk-ant-another", "did not accept the key"),
        ("STEWARD_PLANNER_MODEL", "claude-sonnet-4-5", "claude-sonnet-4-5 is deprecated"),
        ("ANTHROPIC_BASE_URL", "http://127.0.0.1:1", "could not be reached"),
        ("ANTHROPIC_BASE_URL", "no address", "could not be reached"),
    ],
)
async def test_what_is_wrong_with_claude_is_a_warning(
    name: str, value: str, said: str, claude: ClaudeSandbox, environment: pytest.MonkeyPatch, ask: Ask
) -> None:
    environment.setenv(name, value)
    finding = (await ask())["claude"]
    assert (finding.level, said in finding.said) == (Level.WARNING, True)
    assert "playbooks plan" in finding.do
