"""Deadlines that pass: who is told, once, and what a click on the alert does. Nothing here has a model to ask."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from functools import partial
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from sqlmodel import Session, select

from plans.engine import Engine
from plans.engine.alarm import Alarm
from plans.errors import UserError
from plans.governance.clicks import Clicked
from plans.governance.decisions import of_item
from plans.governance.revisions import Revisions
from plans.governance.stops import of_agent, stop
from plans.model.edits import DropItem, Edit, Redate
from plans.model.plan import Item, Plan
from plans.ports.people import LateNotice, SlipNotice
from plans.store import plans
from plans.store.clock import PlanClock
from plans.store.database import Database
from plans.store.tables import AskRow, MessageRow, PlanRow, RevisionRow, TimerRow
from plans.watch.deadlines import Deadlines
from plans.words import AgentName, AskId, ItemId, ItemKind, ItemState, PersonId, Verb
from tests.doubles.agents import FixedRoster, InProcessAgent, agent
from tests.doubles.clock import ManualClock
from tests.integration.governance.world import (
    ADA,
    BOB,
    CHAT,
    EVE,
    NOW,
    SLUG,
    Board,
    asks,
    open_asks,
    plan_of,
    posted,
    proposed,
    task,
)

ONE, TWO, THREE = ItemId("NA-1"), ItemId("NA-2"), ItemId("NA-3")
D20, D23, D24 = (date(2026, 11, day) for day in (20, 23, 24))
BERLIN = ZoneInfo("Europe/Berlin")
MIDNIGHT = datetime(2026, 11, 21, tzinfo=BERLIN).astimezone(UTC)
"""The end of Friday the 20th in the plan's zone: 23:00 UTC."""


class House:
    """An approved plan that is watched, and the engine's alarm to ring its timers."""

    def __init__(self, database: Database, clock: ManualClock, *items: Item, **more: Any) -> None:
        self.database, self.clock = database, clock
        plan_clock = PlanClock(clock)
        engine = Engine(database, {"wall": clock, "plan": plan_clock})
        engine.prepare()
        self.asks = asks(clock)
        self.revisions = Revisions(self.asks, Board(), engine, clock, plan_clock)
        roster = FixedRoster(*(InProcessAgent(agent(name, "write_copy", Verb.DRAFT)) for name in ("writer", "scribe")))
        self.deadlines = Deadlines(engine, self.asks, self.revisions, Board(), roster, plan_clock)
        self.alarm = Alarm(database, clock, plan_clock)
        self.alarm.when("deadline", self.deadlines.on_due)
        first = database.write_now(lambda tx: proposed(tx, plan_of(*items, **more)))
        self._sign(first)

    def _sign(self, revision: str) -> Plan:
        return self.database.write_now(lambda tx: self.revisions.sign(tx, tx.get_one(RevisionRow, revision), ADA))

    def change(self, *edits: Edit) -> Plan:
        return self._sign(self.database.write_now(lambda tx: plans.propose(tx, SLUG, edits, "so", "", ADA, NOW).id))

    async def pass_to(self, instant: datetime) -> None:
        self.clock.set(instant)
        await self.alarm.ring()

    def plan(self) -> Plan:
        return self.database.read_now(lambda tx: plans.load(tx, SLUG))

    def state(self, item: ItemId, state: ItemState) -> None:
        self.database.write_now(lambda tx: plans.set_item_state(tx, item, state))

    def alerts(self) -> list[AskRow]:
        asked = select(AskRow).where(AskRow.kind == "repair")
        return list(self.database.read_now(lambda tx: tx.exec(asked).all()))

    def card(self, ask: AskRow) -> SlipNotice:
        found = self.database.read_now(lambda tx: posted(tx, ask.message))
        assert isinstance(found, SlipNotice)
        return found

    def click(self, ask: AskRow, verb: str, person: PersonId = ADA) -> Clicked:
        digest = self.card(ask).hash
        return self.database.write_now(lambda tx: self.asks.click(tx, AskId(ask.id), person, CHAT, verb, digest, {}))

    def messages(self) -> set[str]:
        return set(self.database.read_now(lambda tx: tx.exec(select(MessageRow.key)).all()))

    def timers(self) -> dict[str, datetime]:
        return {row.key: row.due_at for row in self.database.read_now(lambda tx: tx.exec(select(TimerRow)).all())}


@pytest.fixture
def house(database: Database, clock: ManualClock) -> House:
    """Three tasks, each after the one before; the first ends on Friday the 20th."""
    return House(
        database,
        clock,
        task(1, D20, D20),
        task(2, D23, D23, after=(ONE,)),
        task(3, D24, D24, after=(TWO,)),
    )


def end_of(day: date) -> datetime:
    return datetime.combine(day + timedelta(days=1), datetime.min.time(), BERLIN).astimezone(UTC)


async def test_one_alert_at_the_end_of_the_day_in_the_plans_zone(house: House) -> None:
    await house.pass_to(MIDNIGHT - timedelta(microseconds=1))
    assert house.alerts() == []
    await house.pass_to(MIDNIGHT)
    (ask,) = house.alerts()
    card = house.card(ask)
    assert (ask.chat, ask.allowed, ask.entity, ask.expires_at) == (CHAT, [ADA], ONE, None)
    assert (card.item, card.who, card.owner, card.due) == (ONE, "writer", "Ada Lovelace", D20)
    assert (card.finish_before, card.finish_now) == (D24, date(2026, 11, 25))
    assert [line.split(":")[0] for line in card.moves] == ["NA-2 Task 2", "NA-3 Task 3"]
    assert [repair.verb for repair in card.repairs] == ["extend", "reassign", "drop"]


async def test_the_alert_and_the_timers_consumption_commit_together(house: House) -> None:
    class Broken(Exception):
        pass

    def dies(tx: Session, rows: list[TimerRow]) -> None:
        house.deadlines.on_due(tx, rows)
        raise Broken

    house.alarm = Alarm(house.database, house.clock, PlanClock(house.clock))
    house.alarm.when("deadline", dies)
    await house.pass_to(MIDNIGHT)
    assert house.alerts() == []
    assert "due:NA-1" in house.timers()
    again = Alarm(house.database, house.clock, PlanClock(house.clock))
    again.when("deadline", house.deadlines.on_due)
    house.clock.forward(minutes=1)
    await again.ring()
    assert len(house.alerts()) == 1
    assert "due:NA-1" not in house.timers()


async def test_an_item_and_date_are_told_of_once_however_often_the_timer_comes(house: House) -> None:
    await house.pass_to(MIDNIGHT)
    for _ in range(3):
        rows = [TimerRow(key="due:NA-1", clock="plan", due_at=MIDNIGHT, kind="deadline", entity=ONE)]
        house.database.write_now(partial(house.deadlines.on_due, timers=rows))
    assert len(house.alerts()) == 1


@pytest.mark.parametrize("state", [ItemState.DONE, ItemState.DROPPED])
async def test_what_is_settled_in_time_alarms_nobody(house: House, state: ItemState) -> None:
    house.state(ONE, state)
    await house.pass_to(MIDNIGHT)
    assert house.alerts() == []


@pytest.mark.parametrize(
    "state", [ItemState.PLANNED, ItemState.DELEGATED, ItemState.ASKING, ItemState.FAILED, ItemState.UNKNOWN]
)
async def test_whatever_else_has_become_of_it_it_is_late(house: House, state: ItemState) -> None:
    house.state(ONE, state)
    await house.pass_to(MIDNIGHT)
    (ask,) = house.alerts()
    offered = {repair.verb for repair in house.card(ask).repairs}
    assert "extend" in offered
    assert ("drop" in offered) == (state in (ItemState.PLANNED, ItemState.FAILED))


async def test_a_re_dated_item_is_late_only_by_its_new_date(house: House) -> None:
    house.change(Redate(item=ONE, start=D20, end=D23))
    await house.pass_to(MIDNIGHT)
    assert house.alerts() == []
    await house.pass_to(end_of(D23))
    assert {ask.entity for ask in house.alerts()} == {ONE, TWO}


async def test_a_stale_timer_of_a_re_dated_item_does_nothing(house: House) -> None:
    house.change(Redate(item=ONE, start=D20, end=D24))
    house.clock.set(MIDNIGHT)
    rows = [TimerRow(key="due:NA-1", clock="plan", due_at=MIDNIGHT, kind="deadline", entity=ONE)]
    house.database.write_now(lambda tx: house.deadlines.on_due(tx, rows))
    assert house.alerts() == []


@pytest.mark.parametrize("state", ["stopped", "rejected", "proposed"])
async def test_a_plan_that_is_not_active_is_not_watched(house: House, state: str) -> None:
    def set_state(tx: Session) -> None:
        tx.get_one(PlanRow, SLUG).state = state

    house.database.write_now(set_state)
    await house.pass_to(MIDNIGHT)
    assert house.alerts() == []


def test_timers_stand_for_open_tasks_and_milestones_only(database: Database, clock: ManualClock) -> None:
    house = House(
        database,
        clock,
        task(1, D20, D24, kind=ItemKind.OBJECTIVE),
        task(2, D20, D24, kind=ItemKind.STREAM, parent=ONE),
        task(3, D20, D24, kind=ItemKind.MILESTONE, parent=TWO),
        task(4, D20, D23, parent=THREE),
        task(5, D20, D20, parent=THREE),
    )
    assert house.timers() == {"due:NA-3": end_of(D24), "due:NA-4": end_of(D23), "due:NA-5": end_of(D20)}
    house.change(DropItem(item=ItemId("NA-4")), Redate(item=ItemId("NA-5"), start=D20, end=D24))
    assert house.timers() == {"due:NA-3": end_of(D24), "due:NA-5": end_of(D24)}


async def test_a_milestone_alarms_only_for_itself(database: Database, clock: ManualClock) -> None:
    milestones = [task(n, D20, D20, kind=ItemKind.MILESTONE, agent=None) for n in (1, 2, 3)]
    house = House(
        database,
        clock,
        *milestones,
        task(4, D20, D20, parent=ONE),
        task(5, D20, D20, parent=TWO),
        task(6, D20, D23, parent=THREE),
    )
    house.state(ItemId("NA-5"), ItemState.DONE)
    await house.pass_to(MIDNIGHT)
    # One waits for a late task that speaks for itself, Two is reached, Three is late by itself.
    assert {ask.entity for ask in house.alerts()} == {"NA-4", THREE}
    assert {house.card(ask).who for ask in house.alerts()} == {"writer", "Ada Lovelace"}


async def test_a_milestone_completes_on_its_day_when_what_it_waited_for_is_done(
    database: Database, clock: ManualClock
) -> None:
    house = House(
        database,
        clock,
        task(1, D20, D20, kind=ItemKind.MILESTONE, agent=None, after=(ItemId("NA-3"),)),
        task(2, D20, D20, kind=ItemKind.MILESTONE, agent=None),
        task(3, D20, D20),
    )
    house.state(ItemId("NA-3"), ItemState.DONE)
    await house.pass_to(MIDNIGHT)
    # Two stands for no work that anybody knows of, so its owner is asked.
    assert house.plan().items[ONE].state is ItemState.DONE
    assert {ask.entity for ask in house.alerts()} == {TWO}


async def test_the_plans_zone_decides_when_the_day_is_over(database: Database, clock: ManualClock) -> None:
    house = House(database, clock, task(1, D20, D20), zone="Pacific/Auckland")
    await house.pass_to(datetime(2026, 11, 20, 10, 59, tzinfo=UTC))
    assert house.alerts() == []
    await house.pass_to(datetime(2026, 11, 20, 11, 0, tzinfo=UTC))
    assert len(house.alerts()) == 1


async def test_two_hundred_due_at_once_are_one_batch(database: Database, clock: ManualClock) -> None:
    house = House(database, clock, *(task(n, D20, D20) for n in range(1, 201)))
    batches: list[int] = []

    def counted(tx: Session, rows: list[TimerRow]) -> None:
        batches.append(len(rows))
        house.deadlines.on_due(tx, rows)

    house.alarm = Alarm(database, clock, PlanClock(clock))
    house.alarm.when("deadline", counted)
    await house.pass_to(MIDNIGHT)
    assert batches == [200]
    assert len({ask.entity for ask in house.alerts()}) == len(house.alerts()) == 200
    assert house.timers() == {}
    assert len(house.messages()) == 4, "three cards, and one for the rest"


def late_list(house: House) -> LateNotice:
    found = house.database.read_now(lambda tx: posted(tx, f"late:{SLUG}:2026-11-21"))
    assert isinstance(found, LateNotice)
    return found


@pytest.fixture
def crowd(database: Database, clock: ManualClock) -> House:
    """Five tasks due on Friday the 20th; the fourth holds up what the plan's finish hangs on, the fifth a little."""
    long = date(2026, 12, 18)
    return House(
        database,
        clock,
        *(task(n, D20, D20) for n in range(1, 6)),
        task(6, D23, long, after=(ItemId("NA-4"),), days=20),
        task(7, D23, D23, after=(ItemId("NA-5"),)),
    )


async def test_three_late_at_once_have_a_card_each(database: Database, clock: ManualClock) -> None:
    house = House(database, clock, *(task(n, D20, D20) for n in range(1, 4)))
    await house.pass_to(MIDNIGHT)
    assert [house.card(ask).item for ask in house.alerts()] == ["NA-1", "NA-2", "NA-3"]
    assert not any(key.startswith("late:") for key in house.messages())


async def test_of_more_the_worst_have_a_card_and_one_lists_the_others(crowd: House) -> None:
    await crowd.pass_to(MIDNIGHT)
    shown = [ask.entity for ask in crowd.alerts() if ask.message in crowd.messages()]
    assert sorted(shown) == ["NA-1", "NA-4", "NA-5"]
    found = late_list(crowd)
    assert ([line.id for line in found.lines], found.alone) == (["NA-2", "NA-3"], 3)
    assert {ask.entity for ask in crowd.alerts()} == {f"NA-{n}" for n in range(1, 6)}


async def test_what_is_listed_shows_its_card_when_asked_for_and_is_answered_like_any(crowd: House) -> None:
    await crowd.pass_to(MIDNIGHT)
    crowd.database.write_now(lambda tx: crowd.deadlines.show(tx, SLUG, TWO))
    assert [line.id for line in late_list(crowd).lines] == ["NA-3"]
    ask = next(ask for ask in crowd.alerts() if ask.entity == TWO)
    assert [repair.verb for repair in crowd.card(ask).repairs] == ["extend", "reassign", "drop"]
    crowd.click(ask, "drop")
    assert crowd.plan().items[TWO].state is ItemState.DROPPED
    with pytest.raises(UserError, match="not late"):
        crowd.database.write_now(lambda tx: crowd.deadlines.show(tx, SLUG, TWO))


async def test_a_listed_alert_closes_by_itself_and_never_shows_a_card(crowd: House) -> None:
    await crowd.pass_to(MIDNIGHT)
    crowd.change(Redate(item=TWO, start=D20, end=D24))
    ask = next(ask for ask in crowd.alerts() if ask.entity == TWO)
    assert ask.state == "void"
    assert ask.message not in crowd.messages()


async def test_timers_that_come_one_by_one_end_in_the_same_cards(crowd: House) -> None:
    crowd.clock.set(MIDNIGHT)
    for n in (5, 4, 3, 2, 1, 3):
        row = TimerRow(key=f"due:NA-{n}", clock="plan", due_at=MIDNIGHT, kind="deadline", entity=f"NA-{n}")
        crowd.database.write_now(partial(crowd.deadlines.on_due, timers=[row]))
    assert sum(ask.message in crowd.messages() for ask in crowd.alerts()) == 3
    assert [line.id for line in late_list(crowd).lines] == [ONE, TWO]
    assert len(crowd.alerts()) == 5


def effect_of(plan: Plan, verb: str) -> Any:
    item = plan.items[ONE]
    return {"extend": item.end, "reassign": (item.agent, item.end), "drop": item.state}[verb]


@pytest.mark.parametrize(
    ("verb", "expected"),
    [
        ("extend", D23),
        ("reassign", (AgentName("scribe"), D23)),
        ("drop", ItemState.DROPPED),
    ],
)
async def test_a_click_makes_the_repair_a_revision_and_undo_restores_the_exact_plan(
    house: House, verb: str, expected: Any
) -> None:
    before = house.plan()
    await house.pass_to(MIDNIGHT)
    (ask,) = house.alerts()
    label = next(repair.label for repair in house.card(ask).repairs if repair.verb == verb)
    clicks = [house.click(ask, verb) for _ in range(4)]
    assert [clicked.said for clicked in clicks] == [f"Answered: {label}."] * 4
    plan = house.plan()
    assert (plan.revision, effect_of(plan, verb)) == (2, expected)
    fate = house.card(ask).fate
    assert fate is not None
    assert (fate.by, fate.note) == ("Ada Lovelace", label)
    notice = house.database.read_now(lambda tx: posted(tx, f"revision:{SLUG}:2"))
    assert (notice.by, notice.number) == ("Ada Lovelace", 2)
    assert any(line.startswith("NA-1 ") for line in notice.changes)
    revision = house.database.read_now(lambda tx: tx.get_one(RevisionRow, f"{SLUG}:2"))
    assert (revision.proposer, revision.signed_by) == (ADA, ADA)
    ((decision, _),) = house.database.read_now(lambda tx: of_item(tx, ONE))
    assert decision.why == f"NA-1 was not done by Fri 20 Nov. {label}."
    house.database.write_now(lambda tx: house.revisions.undo(tx, SLUG, ADA))
    assert house.plan().model_copy(update={"revision": 1}) == before
    assert house.timers()["due:NA-1"] == MIDNIGHT
    await house.alarm.ring()
    assert len(house.alerts()) == 1


async def test_an_extended_item_is_armed_anew_and_alarms_by_its_new_date(house: House) -> None:
    await house.pass_to(MIDNIGHT)
    house.click(house.alerts()[0], "extend")
    assert house.timers() == {
        "due:NA-1": end_of(D23),
        "due:NA-2": end_of(D24),
        "due:NA-3": end_of(date(2026, 11, 25)),
    }
    await house.pass_to(end_of(D23))
    assert [ask.entity for ask in house.alerts()] == [ONE, ONE]


async def test_a_stranger_repairs_nothing(house: House) -> None:
    await house.pass_to(MIDNIGHT)
    (ask,) = house.alerts()
    for person in (BOB, EVE):
        assert house.click(ask, "drop", person).refused is not None
    assert house.plan().revision == 1
    assert house.card(ask).fate is None


async def test_a_button_that_is_not_on_the_card_is_refused(house: House) -> None:
    house.state(ONE, ItemState.DELEGATED)
    await house.pass_to(MIDNIGHT)
    (ask,) = house.alerts()
    for verb in ("drop", "approve"):
        with pytest.raises(UserError, match="not one of the ways"):
            house.click(ask, verb)
    assert house.plan().revision == 1


async def test_what_was_done_before_the_click_is_left_alone(house: House) -> None:
    await house.pass_to(MIDNIGHT)
    (ask,) = house.alerts()
    house.state(ONE, ItemState.DONE)
    assert house.click(ask, "drop").said == "Replaced: NA-1 is not late any more."
    assert (house.plan().revision, house.plan().items[ONE].state) == (1, ItemState.DONE)


async def test_days_later_the_card_is_worked_out_anew_before_anything_is_done(house: House) -> None:
    await house.pass_to(MIDNIGHT)
    (ask,) = house.alerts()
    before = house.card(ask)
    house.clock.set(datetime(2026, 11, 26, 12, 0, tzinfo=UTC))
    first = house.click(ask, "extend")
    card = house.card(ask)
    assert (first.notice, house.plan().revision) == (card, 1)
    assert (card.hash != before.hash, card.repairs[0].label) == (True, "Extend to Thu 26 Nov")
    assert house.click(ask, "extend").said == "Answered: Extend to Thu 26 Nov."
    assert house.plan().items[ONE].end == date(2026, 11, 26)


async def test_an_agent_that_is_stopped_is_not_offered(house: House) -> None:
    house.database.write_now(lambda tx: stop(tx, of_agent("scribe"), ADA, NOW))
    await house.pass_to(MIDNIGHT)
    (ask,) = house.alerts()
    assert [repair.label for repair in house.card(ask).repairs][1] == "Reassign to its owner"


async def test_an_alert_whose_date_the_plan_no_longer_has_is_withdrawn(house: House) -> None:
    await house.pass_to(MIDNIGHT)
    (ask,) = house.alerts()
    house.change(Redate(item=ONE, start=D20, end=D24))
    fate = house.card(ask).fate
    assert fate is not None
    assert (fate.word, fate.note) == ("Replaced", "version 2 of the plan changed it")
    assert house.database.read_now(open_asks) == []
