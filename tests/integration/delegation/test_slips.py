"""An agent that never finishes, or finishes late: the item says so, and goes where its owner sends it."""

from __future__ import annotations

import pytest

from plans.ports.people import SlipNotice
from plans.store.database import Database
from plans.store.tables import AskRow
from plans.words import AskKind, Verb
from tests.doubles.agents import InProcessAgent, agent
from tests.doubles.clock import ManualClock
from tests.doubles.world import ANN, World, task

NEVER = 10_000_000


def scout(name: str = "scout", rounds: int = NEVER) -> InProcessAgent:
    return InProcessAgent(agent(name, "research", Verb.READ), rounds=rounds)


async def test_what_an_agent_never_finishes_goes_to_another_by_a_click(database: Database, clock: ManualClock) -> None:
    silent, other = scout(), scout("other", rounds=1)
    world = World(database, clock, silent, other)
    async with world.running():
        await world.approve(task(1))
        await world.until(lambda tx: bool(silent.desk.submitted) or None)
        clock.forward(days=4)
        ask = await world.until_asked(AskKind.REPAIR)
        notice = world.board.shown[ask.message]
        assert isinstance(notice, SlipNotice)
        assert (notice.item, notice.who) == ("NA-1", "scout")
        await world.click(ask, "reassign")
        row = await world.until_item("NA-1", "done")
    assert row.agent == "other"
    assert silent.desk.canceled == set(silent.desk.submitted)
    assert [d.state for d in await world.delegations()] == ["canceled", "done"]


async def test_with_no_other_agent_it_goes_to_its_owner(database: Database, clock: ManualClock) -> None:
    silent = scout()
    world = World(database, clock, silent)
    async with world.running():
        await world.approve(task(1))
        await world.until(lambda tx: bool(silent.desk.submitted) or None)
        clock.forward(days=4)
        await world.click(await world.until_asked(AskKind.REPAIR), "reassign")
        row = await world.until_item("NA-1", "ready")
    assert (row.agent, row.body["owner"]) == (None, ANN)


@pytest.mark.parametrize("extend", [False, True])
async def test_what_comes_late_still_counts_and_closes_its_alert(
    extend: bool, database: Database, clock: ManualClock
) -> None:
    late = scout()
    world = World(database, clock, late)
    async with world.running():
        await world.approve(task(1))
        await world.until(lambda tx: bool(late.desk.submitted) or None)
        clock.forward(days=4)
        ask = await world.until_asked(AskKind.REPAIR)
        if extend:
            await world.click(ask, "extend")
        late.rounds = 1
        await world.until_item("NA-1", "done")
        await world.until(lambda tx: tx.get_one(AskRow, ask.id).state != "open" or None)
    assert [d.state for d in await world.delegations()] == ["done"]
    shown = world.board.shown[ask.message]
    assert isinstance(shown, SlipNotice)
    assert shown.fate is not None
