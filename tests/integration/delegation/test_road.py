"""One item's way from an approved plan to a verified outcome, on a real database and a real engine."""

from __future__ import annotations

from datetime import date

import pytest
from sqlmodel import Session, select

from plans.delegation import begin, decide
from plans.delegation.advance import resume
from plans.delegation.desk import brief_of
from plans.governance import decisions, stops
from plans.model.edits import Reassign
from plans.model.plan import Item, Link
from plans.ports.people import ActNotice, ItemNotice
from plans.ports.work import Question
from plans.store import plans
from plans.store.database import Database
from plans.store.tables import DecisionRow, DelegationRow, IntentRow, OutcomeRow, ReservationRow
from plans.words import AgentName, AskKind, Check, DelegationId, ItemId, Money, Verb
from tests.doubles.agents import Fault, InProcessAgent, agent
from tests.doubles.clock import ManualClock
from tests.doubles.world import ANN, BOB, SLUG, World, task


def scout(fault: Fault = Fault.NONE, name: str = "scout", **rest: object) -> InProcessAgent:
    return InProcessAgent(agent(name, "research", Verb.READ), fault=fault, **rest)  # type: ignore[arg-type]


def sender() -> InProcessAgent:
    return InProcessAgent(agent("desk", "send_campaign", Verb.MESSAGE, price=10))


def mail(number: int = 2, **changes: object) -> Item:
    return task(
        number,
        agent=AgentName("desk"),
        capability="send_campaign",
        verb=Verb.MESSAGE,
        recipient="launch-list",
        budget=Money.of(100),
        check=Check(text="sent to somebody", expects={"status": "sent", "recipients": 1}),
        **changes,
    )


async def story(world: World, item: str) -> list[tuple[DecisionRow, OutcomeRow | None]]:
    return await world.database.read(lambda tx: decisions.of_item(tx, ItemId(item)))


async def test_reading_is_done_without_a_card_and_verified(database: Database, clock: ManualClock) -> None:
    world = World(database, clock, scout())
    async with world.running():
        await world.approve(task(1))
        await world.until_item("NA-1", "done")
    [(decision, outcome)] = await story(world, "NA-1")
    assert (decision.kind, decision.verdict) == ("act", "allow")
    assert outcome is not None
    assert (outcome.state, outcome.cost_minor) == ("succeeded", 4000)
    assert outcome.verified == "read back from scout's list: words 250"
    held = await database.read(lambda tx: tx.exec(select(ReservationRow)).one())
    assert (held.state, held.settled_minor) == ("settled", 4000)
    intent = await database.read(lambda tx: tx.exec(select(IntentRow)).one())
    assert intent.state == "receipted"


async def test_an_item_waits_for_those_before_it_and_gets_what_they_made(
    database: Database, clock: ManualClock
) -> None:
    first, second = scout(), scout(name="second")
    world = World(database, clock, first, second)
    async with world.running():
        await world.approve(task(1), task(2, agent=AgentName("second"), after=(ItemId("NA-1"),)))
        await world.until_item("NA-2", "done")
    [brief] = second.desk.jobs.values()
    assert [material.item for material in brief.materials] == ["NA-1"]
    assert brief.materials[0].text.startswith("word word")


async def test_an_item_of_next_week_begins_next_week(database: Database, clock: ManualClock) -> None:
    later, there = scout(), date(2026, 11, 25)
    world = World(database, clock, later)
    async with world.running():
        await world.approve(task(1, start=there, end=there))
        await world.until(lambda tx: world.now().day == 20 and world.now().second > 20)
        assert later.desk.submitted == []
        clock.forward(days=5)
        await world.until_item("NA-1", "done")


async def test_from_start_to_start_both_begin_at_once(database: Database, clock: ManualClock) -> None:
    first, second = scout(Fault.DOWN), scout(name="second")
    world = World(database, clock, first, second)
    async with world.running():
        follower = task(1, agent=AgentName("second"), links=(Link(item=ItemId("NA-2"), kind="start_start"),))
        await world.approve(follower, task(2))
        await world.until_item("NA-1", "done")


async def test_a_lag_is_waited_for_in_working_days(database: Database, clock: ManualClock) -> None:
    first, second = scout(), scout(name="second")
    world = World(database, clock, first, second)
    async with world.running():
        friday = task(1, end=date(2026, 11, 20))
        await world.approve(friday, task(2, agent=AgentName("second"), links=(Link(item=ItemId("NA-1"), lag=2),)))
        await world.until_item("NA-1", "done")
        clock.forward(days=3)  # Monday: one working day lies between
        await world.until(lambda tx: world.now().day == 23 and world.now().second > 20)
        assert second.desk.submitted == []
        clock.forward(days=2)
        await world.until_item("NA-2", "done")


async def test_a_message_is_sent_only_after_a_yes_to_exactly_that_act(database: Database, clock: ManualClock) -> None:
    desk = sender()
    world = World(database, clock, scout(), desk)
    async with world.running():
        await world.approve(task(1), mail(after=(ItemId("NA-1"),)))
        ask = await world.until_asked(AskKind.ACT)
        assert desk.desk.submitted == []
        notice = world.board.shown[ask.message]
        assert isinstance(notice, ActNotice)
        assert (notice.recipient, notice.amount, notice.verb) == ("launch-list", "100 EUR", "message")
        assert notice.text.startswith("word word")
        refused = await world.click(ask, "approve", BOB)
        assert refused.refused is not None
        for _ in range(4):
            await world.click(ask, "approve")
        await world.until_item("NA-2", "done")
    assert len(desk.desk.submitted) == 1
    [(decision, outcome)] = [pair for pair in await story(world, "NA-2") if pair[0].kind == "act"]
    assert (decision.verdict, decision.approver) == ("ask", ANN)
    assert outcome is not None
    assert outcome.state == "succeeded"


async def test_a_rejected_act_is_not_done_and_becomes_its_owners(database: Database, clock: ManualClock) -> None:
    desk = sender()
    world = World(database, clock, desk)
    async with world.running():
        await world.approve(mail())
        ask = await world.until_asked(AskKind.ACT)
        await world.click(ask, "reject", reason="not before finance agrees")
        row = await world.until_item("NA-2", "ready")
    assert row.agent is None
    assert desk.desk.submitted == []
    [outcome] = [out for decision, out in await story(world, "NA-2") if decision.kind == "act"]
    assert outcome is not None
    assert outcome.state == "refused"
    assert "not before finance agrees" in outcome.verified


async def test_an_act_above_the_budget_is_refused_and_says_so(database: Database, clock: ManualClock) -> None:
    desk = sender()
    world = World(database, clock, desk)
    async with world.running():
        await world.approve(mail().model_copy(update={"budget": Money.of(5000)}))
        await world.until_item("NA-2", "ready")
    assert desk.desk.submitted == []
    told = [notice for _, notice in world.board.posted if isinstance(notice, ItemNotice)]
    assert "budget" in told[-1].detail


async def test_a_question_is_put_to_the_owner_and_the_answer_reaches_the_agent_once(
    database: Database, clock: ManualClock
) -> None:
    asking = scout(question=Question(id="tone", text="Which tone?", options=("warm", "dry")))
    world = World(database, clock, asking)
    async with world.running():
        await world.approve(task(1))
        ask = await world.until_asked(AskKind.QUESTION)
        await world.click(ask, "answer", answer="warm")
        await world.click(ask, "answer", answer="warm")
        await world.until_item("NA-1", "done")
    assert list(asking.desk.answers.values()) == [["warm"]]


@pytest.mark.parametrize("fault", [Fault.REFUSES, Fault.FAILS, Fault.LIES, Fault.GARBAGE, Fault.DOWN])
async def test_an_item_that_its_agent_does_not_do_goes_to_another(
    fault: Fault, database: Database, clock: ManualClock
) -> None:
    broken, other = scout(fault), scout(name="other")
    world = World(database, clock, broken, other)
    async with world.running():
        await world.approve(task(1))
        row = await world.until_item("NA-1", "done")
    assert row.agent == "other"
    assert [d.state for d in await world.delegations()] == ["failed", "done"]
    said = " ".join(n.detail for _, n in world.board.posted if isinstance(n, ItemNotice))
    assert "It goes to other" in said


async def test_with_nobody_else_it_goes_to_a_person(database: Database, clock: ManualClock) -> None:
    world = World(database, clock, scout(Fault.LIES))
    async with world.running():
        await world.approve(task(1))
        row = await world.until_item("NA-1", "ready")
    assert row.agent is None
    said = [n.detail for _, n in world.board.posted if isinstance(n, ItemNotice)][-1]
    assert "scout's list does not show it" in said
    assert "Ann Example's now: say “done NA-1”" in said


async def test_a_lost_reply_is_looked_for_and_nothing_is_sent_twice(database: Database, clock: ManualClock) -> None:
    lossy = scout(Fault.LOST_REPLY)
    world = World(database, clock, lossy)
    async with world.running():
        await world.approve(task(1))
        await world.until_item("NA-1", "done")
    assert len(lossy.desk.submitted) == 1


async def test_a_lost_brief_is_looked_for_and_handed_over_again(database: Database, clock: ManualClock) -> None:
    lossy = scout(Fault.LOST_BRIEF)
    world = World(database, clock, lossy)
    async with world.running():
        await world.approve(task(1))
        await world.until_item("NA-1", "done")
    assert len(lossy.desk.submitted) == 2
    assert len(lossy.desk.jobs) == 1


async def test_an_outcome_nobody_can_tell_waits_for_a_person_who_has_looked(
    database: Database, clock: ManualClock
) -> None:
    blind = scout(Fault.BLIND)
    world = World(database, clock, blind)
    async with world.running():
        await world.approve(task(1))
        await world.until_item("NA-1", "unknown")
        ask = await world.until_asked(AskKind.QUESTION)
        assert len(blind.desk.submitted) == 1
        await world.click(ask, "answer", answer="It was done")
        await world.until_item("NA-1", "done")
    [(_, outcome)] = await story(world, "NA-1")
    assert outcome is not None
    assert outcome.verified == "confirmed by Ann Example"


async def test_a_reply_that_died_with_the_process_is_looked_for(database: Database, clock: ManualClock) -> None:
    """The intent says *sent* and there is no receipt: as a kill between the call and its answer leaves it."""
    quick = scout()
    world = World(database, clock, quick)
    world.engine.prepare()
    await world.approve(task(1))
    await database.write(lambda tx: begin.look_over(world.desk, tx, SLUG))
    [row] = await world.delegations()
    await database.write(lambda tx: decide.decide(world.desk, tx, DelegationId(row.id), row.seq))

    def sent(tx: Session) -> None:
        intent = tx.exec(select(IntentRow)).one()
        intent.state = "sent"
        tx.add(intent)

    await database.write(sent)
    await quick.submit(brief_of(row), row.key)
    async with world.running():
        await world.until_item("NA-1", "done")
    assert quick.desk.submitted == [row.key]


async def test_a_stopped_plan_calls_its_agents_back_and_begins_anew_when_resumed(
    database: Database, clock: ManualClock
) -> None:
    slow = scout(rounds=10_000)
    world = World(database, clock, slow)
    async with world.running():
        await world.approve(task(1))
        await world.until(lambda tx: any(d.state == "working" for d in tx.exec(select(DelegationRow)).all()))

        def halt(tx: Session) -> None:
            stops.stop(tx, stops.of_plan(SLUG), ANN, world.now())
            begin.wake_all(world.desk, tx, SLUG)

        await database.write(halt)
        await world.until_item("NA-1", "planned")
        assert len(slow.desk.canceled) == 1
        slow.rounds = 1

        def go_on(tx: Session) -> None:
            stops.resume(tx, stops.of_plan(SLUG))
            resume(world.desk, tx, SLUG)

        await database.write(go_on)
        await world.until_item("NA-1", "done")
    assert [d.state for d in await world.delegations()] == ["canceled", "done"]


async def test_an_item_given_to_another_agent_is_called_back_from_the_first(
    database: Database, clock: ManualClock
) -> None:
    slow, other = scout(rounds=10_000), scout(name="other")
    world = World(database, clock, slow, other)
    async with world.running():
        await world.approve(task(1))
        await world.until(lambda tx: any(d.state == "working" for d in tx.exec(select(DelegationRow)).all()))

        def reassign(tx: Session) -> None:
            edit = Reassign(item=ItemId("NA-1"), agent=AgentName("other"), owner=ANN, call_off=True)
            row = plans.propose(tx, SLUG, (edit,), "late", "", ANN, world.now())
            world.revisions.sign(tx, row, ANN)

        await database.write(reassign)
        await world.until_item("NA-1", "done")
    assert len(slow.desk.canceled) == 1
    assert [(d.agent, d.state) for d in await world.delegations()] == [("scout", "canceled"), ("other", "done")]


async def test_an_act_that_nobody_approves_in_time_is_not_done(database: Database, clock: ManualClock) -> None:
    desk = sender()
    world = World(database, clock, desk)
    async with world.running():
        await world.approve(mail())
        await world.until_asked(AskKind.ACT)
        clock.forward(days=4)
        row = await world.until_item("NA-2", "ready")
    assert row.agent is None
    assert desk.desk.submitted == []
