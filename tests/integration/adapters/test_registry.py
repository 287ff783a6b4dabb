"""The registry: agents as the rooms of plans ask for them, delegates built when first needed and then kept."""

from __future__ import annotations

import asyncio
import sys
from pathlib import Path

import pytest

from adapters import inventory
from adapters.inventory import AgentEntry
from adapters.mcp.delegate import McpDelegate
from adapters.registry import Builder, Registry, protocols
from plans.errors import SetupError, UserError
from plans.ports.work import Delegate, Roster
from plans.words import AgentName, StepState
from tests.doubles.briefs import KEY, brief
from tests.doubles.clock import ManualClock
from tests.doubles.processes import Sandbox

INVENTORY = """\
agents:
  - {name: scout, vendor: sandbox-research, url: '%s', owner: mara@contoso.example}
  - {name: quill, vendor: sandbox-copywriter, url: '%s', owner: mara@contoso.example}
"""
DESK = """\
  - name: desk
    driver: browser
    url: http://127.0.0.1:9103
    capabilities: [send_mail]
    may: [read, draft, message]
    owner: mara@contoso.example
    settings: {account: mara}
"""
SCOUT, QUILL, MAIL = AgentName("scout"), AgentName("quill"), AgentName("desk")


def entries(folder: Path, scout: str, quill: str, more: str = "") -> tuple[AgentEntry, ...]:
    path = folder / "agents.yaml"
    path.write_text(INVENTORY % (scout, quill) + more)
    return inventory.load(path)


def offline(folder: Path, more: str = "", **builders: Builder) -> Registry:
    found = entries(folder, "http://127.0.0.1:9/mcp", "http://127.0.0.1:9/", more)
    return Registry(found, {**protocols(ManualClock()), **builders})


async def test_a_brief_goes_to_each_of_two_agents_by_name(sandbox: Sandbox, tmp_path: Path) -> None:
    scout, quill = await sandbox.start("research"), await sandbox.start("copywriter")
    roster: Roster = Registry(entries(tmp_path, scout.url, quill.url), protocols(ManualClock()))
    assert [(agent.name, agent.driver) for agent in roster.agents()] == [(SCOUT, "mcp"), (QUILL, "a2a")]
    for agent in roster.agents():
        told = await roster.delegate(agent.name).describe()
        assert (told.agent, told.healthy, told.capabilities) == (agent.name, True, agent.capabilities)
        assert (await roster.delegate(agent.name).submit(brief(), KEY)).state is StepState.WORKING


def test_a_delegate_is_built_once_and_by_its_drivers_builder(tmp_path: Path) -> None:
    built: list[AgentEntry] = []
    roster = offline(tmp_path)
    stand_in = roster.delegate(SCOUT)

    def browser(entry: AgentEntry) -> Delegate:
        built.append(entry)
        return stand_in

    roster = offline(tmp_path, DESK, browser=browser)
    assert isinstance(roster.delegate(SCOUT), McpDelegate)
    assert built == []
    assert roster.delegate(MAIL) is roster.delegate(MAIL) is stand_in
    assert [entry.agent.name for entry in built] == [MAIL]
    assert built[0].body == {"account": "mara"}


def test_a_driver_that_nobody_builds_is_said_at_the_start(tmp_path: Path) -> None:
    with pytest.raises(SetupError, match=r"agent desk: nothing here drives browser \(there are: a2a, mcp\)"):
        offline(tmp_path, DESK)


@pytest.mark.parametrize("ask", ["agent", "delegate"])
def test_an_agent_that_is_not_there_is_said_with_those_that_are(tmp_path: Path, ask: str) -> None:
    with pytest.raises(UserError) as refused:
        getattr(offline(tmp_path), ask)(AgentName("nobody"))
    assert refused.value.said == "There is no agent called nobody."
    assert refused.value.way_on == "There are: scout, quill."


async def test_the_protocols_libraries_load_when_an_agent_needs_them(tmp_path: Path) -> None:
    entries(tmp_path, "http://127.0.0.1:9/mcp", "http://127.0.0.1:9/")
    program = f"""
import sys
from pathlib import Path
from adapters import inventory
from adapters.registry import Registry, protocols
from tests.doubles.clock import ManualClock
registry = Registry(inventory.load(Path({str(tmp_path / "agents.yaml")!r})), protocols(ManualClock()))
loaded = [name for name in ("mcp", "a2a") if name in sys.modules]
registry.delegate("scout")
assert (loaded, "mcp" in sys.modules, "a2a" in sys.modules) == ([], True, False), loaded
"""
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-c", program, cwd=Path(__file__).parents[3], stderr=asyncio.subprocess.PIPE
    )
    _, said = await process.communicate()
    assert process.returncode == 0, said.decode()
