"""What becomes of work under way when the plan gives its item up, or gives it to somebody else."""

from __future__ import annotations

import pytest
from sqlmodel import Session, select

from plans.delegation import steps
from plans.delegation.desk import Phase
from plans.errors import UserError
from plans.model.edits import DropItem, Edit, Reassign
from plans.model.plan import Plan
from plans.ports.people import ItemNotice, RevisionNotice
from plans.ports.work import Question, Ref, Step
from plans.store import plans
from plans.store.database import Database
from plans.store.tables import AskRow, DelegationRow, ItemRow
from plans.words import AgentName, AskKind, AskState, ItemId, StepState, Verb
from tests.doubles.agents import Fault, InProcessAgent, agent
from tests.doubles.clock import ManualClock
from tests.doubles.world import ANN, SLUG, World, task

ONE = ItemId("NA-1")


class Stubborn(InProcessAgent):
    """Cannot be called back: it says so, and is done when it is done. Counts how often it was asked to stop."""

    calls = 0

    async def cancel(self, ref: Ref) -> Step:
        self.calls += 1
        if self.desk.polls.get(str(ref["job"]), 0) + self.calls >= self.rounds:
            return Step(state=StepState.DONE, ref=ref, seq=99)
        return Step(state=StepState.WORKING, ref=ref, reason="the letters are at the post office")


def scout(question: Question | None = None) -> InProcessAgent:
    return InProcessAgent(agent("scout", "research", Verb.READ), rounds=10_000, question=question)


async def change(world: World, *edits: Edit) -> Plan:
    def sign(tx: Session) -> Plan:
        row = plans.propose(tx, SLUG, edits, "not needed", "talk", ANN, world.now())
        return world.revisions.sign(tx, row, ANN)

    return await world.database.write(sign)


async def under_way(world: World) -> None:
    await world.approve(task(1), task(2, after=(ONE,)))
    await world.until(lambda tx: any(d.state == "working" for d in tx.exec(select(DelegationRow)).all()))


def ended(tx: Session) -> bool:
    return all(d.state in ("canceled", "done") for d in tx.exec(select(DelegationRow).where(DelegationRow.item == ONE)))


def state(tx: Session) -> str:
    return tx.get_one(ItemRow, ONE).state


def told(world: World) -> list[ItemNotice]:
    return [notice for _, notice in world.board.posted if isinstance(notice, ItemNotice) and notice.item == ONE]


async def test_a_dropped_item_that_was_under_way_is_called_back_and_what_waited_goes_on(
    database: Database, clock: ManualClock
) -> None:
    slow = scout()
    world = World(database, clock, slow)
    async with world.running():
        await under_way(world)
        with pytest.raises(UserError, match="NA-1 is being worked on"):
            await change(world, DropItem(item=ONE))
        assert slow.desk.canceled == set()
        await change(world, DropItem(item=ONE, call_off=True))
        await world.until(ended)
        slow.rounds = 1
        await world.until_item("NA-2", "done")
    assert len(slow.desk.canceled) == 1
    assert await database.read(state) == "dropped"
    revision = world.board.shown[f"revision:{SLUG}:2"]
    assert isinstance(revision, RevisionNotice)
    assert revision.notes[0].startswith("NA-1 was being worked on: scout is told to stop.")
    assert told(world)[-1].state == "called off"


async def test_undoing_the_drop_plans_the_item_again_and_it_is_done_anew(
    database: Database, clock: ManualClock
) -> None:
    slow = scout()
    world = World(database, clock, slow)
    async with world.running():
        await under_way(world)
        await change(world, DropItem(item=ONE, call_off=True))
        plan = await database.write(lambda tx: world.revisions.undo(tx, SLUG, ANN))
        assert plan.items[ONE].state == "planned"
        slow.rounds = 1
        await world.until_item("NA-1", "done")
    assert [d.state for d in await world.delegations() if d.item == ONE] == ["canceled", "done"]


async def test_what_cannot_be_called_back_is_told_once_watched_and_leaves_the_item_dropped(
    database: Database, clock: ManualClock
) -> None:
    stubborn = Stubborn(agent("scout", "research", Verb.READ), rounds=10_000)
    world = World(database, clock, stubborn)
    async with world.running():
        await under_way(world)
        await change(world, DropItem(item=ONE, call_off=True))
        await world.until(lambda _tx: stubborn.calls >= 4 or None)
        stubborn.rounds = 1
        await world.until(ended)
    states = [notice.state for notice in told(world)]
    assert states.count("running on") == 1
    [note] = [notice for notice in told(world) if notice.state == "running on"]
    assert note.detail.startswith("The plan no longer wants it, but scout has not stopped")
    assert note.quote == "the letters are at the post office"
    assert states[-1] == "done"
    assert told(world)[-1].detail.startswith("It was done before it could be called off. Verified:")
    assert await database.read(state) == "dropped"


async def test_a_question_about_what_was_dropped_is_withdrawn(database: Database, clock: ManualClock) -> None:
    asking = scout(question=Question(id="q1", text="Which tone?"))
    world = World(database, clock, asking)
    async with world.running():
        await world.approve(task(1))
        ask = await world.until_asked(AskKind.QUESTION)
        await change(world, DropItem(item=ONE, call_off=True))
        await world.until(ended)
    assert await database.read(lambda tx: tx.get_one(AskRow, ask.id).state) == AskState.VOID
    assert await database.read(state) == "dropped"


async def test_an_agent_that_fails_at_what_was_called_off_gives_it_to_nobody(
    database: Database, clock: ManualClock
) -> None:
    slow, other = scout(), InProcessAgent(agent("other", "research", Verb.READ))
    world = World(database, clock, slow, other)
    async with world.running():
        await under_way(world)
        slow.fault = Fault.FAILS

        def fail(tx: Session) -> None:
            row = tx.exec(select(DelegationRow).where(DelegationRow.item == ONE)).one()
            revision = plans.propose(
                tx, SLUG, (DropItem(item=ONE, call_off=True),), "not needed", "talk", ANN, world.now()
            )
            world.revisions.sign(tx, revision, ANN)
            steps.take(world.desk, tx, row, Step(state=StepState.FAILED, ref=row.ref or {}, seq=9, reason="no paper"))

        await database.write(fail)
        await world.until(ended)
    assert await database.read(state) == "dropped"
    assert all(d.agent == "scout" for d in await world.delegations() if d.item == ONE)


async def test_an_item_under_way_changes_hands_only_when_it_is_called_off(
    database: Database, clock: ManualClock
) -> None:
    slow, other = scout(), InProcessAgent(agent("other", "research", Verb.READ))
    world = World(database, clock, slow, other)
    async with world.running():
        await under_way(world)
        with pytest.raises(UserError, match="cannot be given to other"):
            await change(world, Reassign(item=ONE, agent=AgentName("other"), owner=ANN))
        await change(world, Reassign(item=ONE, agent=AgentName("other"), owner=ANN, call_off=True))
        await world.until_item("NA-1", "done")
    found = [(d.agent, d.state) for d in await world.delegations() if d.item == ONE]
    assert found == [("scout", Phase.CANCELED), ("other", Phase.DONE)]
