"""Weeks that begin: derived once, kept as a revision by rule, told on a card, asked where the owner has to say."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from functools import partial
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from sqlmodel import Session, select

from plans.engine import Engine
from plans.engine.alarm import Alarm
from plans.governance.asks import Asks
from plans.governance.revisions import STEWARD, Revisions
from plans.governance.stops import EVERYTHING, of_plan, resume, stop
from plans.model.critic import Finding
from plans.model.edits import DropItem, Edit
from plans.model.plan import Item, Plan
from plans.ports.people import RevisionNotice, WeekNotice, WideningNotice
from plans.store import plans
from plans.store.clock import PlanClock
from plans.store.database import Database
from plans.store.tables import AskRow, DecisionRow, MessageRow, PlanRow, RevisionRow, TimerRow
from plans.watch import weeks
from plans.watch.weeks import Weeks
from plans.words import AskKind, ItemId, ItemKind, Verb
from tests.doubles.agents import FixedRoster, InProcessAgent, agent
from tests.doubles.clock import ManualClock
from tests.integration.governance.world import (
    ADA,
    NOW,
    SLUG,
    Board,
    asked,
    asks,
    plan_of,
    posted,
    proposed,
    task,
)

STREAM, ONE, TWO, THREE = ItemId("NA-9"), ItemId("NA-1"), ItemId("NA-2"), ItemId("NA-3")
FRIDAY, MONDAY, TUESDAY = date(2026, 11, 20), date(2026, 11, 23), date(2026, 11, 24)
BERLIN = ZoneInfo("Europe/Berlin")


def begin_of(day: date, zone: ZoneInfo = BERLIN) -> datetime:
    return datetime.combine(day, datetime.min.time(), zone).astimezone(UTC)


class House:
    """An approved plan whose weeks begin, and the engine's alarm; what is on its queue is run by hand, in order."""

    def __init__(
        self, database: Database, clock: ManualClock, *items: Item, last: date = date(2026, 12, 11), **more: Any
    ) -> None:
        self.database, self.clock = database, clock
        plan_clock = PlanClock(clock)
        self.engine = Engine(database, {"wall": clock, "plan": plan_clock})
        self.engine.prepare()
        self.asks: Asks = asks(clock)
        self.revisions = Revisions(self.asks, Board(), self.engine, clock, plan_clock)
        roster = FixedRoster(InProcessAgent(agent("writer", "write_copy", Verb.DRAFT)))
        parts = (database, self.engine, self.asks, self.revisions, Board(), roster, clock, plan_clock)
        self.weeks = Weeks(*parts)
        self.alarm = Alarm(database, clock, plan_clock)
        self.alarm.when("week", self.weeks.on_due)
        self.ran = 0
        stream = task(9, FRIDAY, last, kind=ItemKind.STREAM, agent=None)
        first = database.write_now(lambda tx: proposed(tx, plan_of(stream, *items, **more)))
        self.sign(first)

    def sign(self, revision: str) -> Plan:
        return self.database.write_now(lambda tx: self.revisions.sign(tx, tx.get_one(RevisionRow, revision), ADA))

    def change(self, *edits: Edit) -> Plan:
        return self.sign(self.database.write_now(lambda tx: plans.propose(tx, SLUG, edits, "so", "", ADA, NOW).id))

    async def pass_to(self, instant: datetime) -> None:
        self.clock.set(instant)
        await self.alarm.ring()
        await self.run()

    async def run(self) -> int:
        """Runs the continuations that were put on the queue; returns how many there were."""
        queued = self.row().seq - self.ran
        while self.ran < self.row().seq:
            self.ran += 1
            await self.weeks.begin(SLUG, self.ran)
        return queued

    def row(self) -> PlanRow:
        return self.database.read_now(lambda tx: tx.get_one(PlanRow, SLUG))

    def plan(self) -> Plan:
        return self.database.read_now(lambda tx: plans.load(tx, SLUG))

    def notice(self, key: str) -> Any:
        return self.database.read_now(lambda tx: posted(tx, key))

    def card(self, monday: date = MONDAY) -> WeekNotice:
        found = self.notice(f"week:{SLUG}:{monday}")
        assert isinstance(found, WeekNotice)
        return found

    def cards(self) -> list[str]:
        keys = self.database.read_now(lambda tx: tx.exec(select(MessageRow.key)).all())
        return sorted(key.removeprefix(f"week:{SLUG}:") for key in keys if key.startswith("week:"))

    def derived(self) -> list[str]:
        asked = select(DecisionRow.data).where(DecisionRow.kind == "week")
        return sorted(data["week"] for data in self.database.read_now(lambda tx: tx.exec(asked).all()))

    def questions(self) -> list[AskRow]:
        asked = select(AskRow).where(AskRow.kind == AskKind.REVISION)
        return list(self.database.read_now(lambda tx: tx.exec(asked).all()))

    def timer(self) -> datetime | None:
        row = self.database.read_now(lambda tx: tx.get(TimerRow, f"week:{SLUG}"))
        return row.due_at if row else None

    def halt(self, scope: str) -> None:
        self.database.write_now(lambda tx: stop(tx, scope, ADA, NOW))

    def go_on(self, scope: str) -> None:
        def lifted(tx: Session) -> None:
            resume(tx, scope)
            self.weeks.resumed(tx, None if scope == EVERYTHING else SLUG)

        self.database.write_now(lifted)


def mine(number: int, start: date, end: date, **more: Any) -> Item:
    """A task of Ada's under the stream."""
    return task(number, start, end, **{"agent": None, "parent": STREAM, **more})


def chain() -> tuple[Item, ...]:
    """Due on Friday, on Monday behind it, and on Tuesday behind that."""
    return (
        mine(1, FRIDAY, FRIDAY),
        mine(2, MONDAY, MONDAY, after=(ONE,)),
        mine(3, TUESDAY, TUESDAY, after=(TWO,)),
    )


@pytest.fixture
def house(either: Database, clock: ManualClock) -> House:
    return House(either, clock, *chain())


async def test_at_the_first_instant_of_the_week_it_is_derived_kept_and_told(house: House) -> None:
    assert house.timer() == begin_of(MONDAY)
    await house.pass_to(begin_of(MONDAY) - timedelta(microseconds=1))
    assert (house.cards(), house.plan().revision) == ([], 1)
    await house.pass_to(begin_of(MONDAY))
    plan, card = house.plan(), house.card()
    assert {key: plan.items[key].end for key in (ONE, TWO, THREE)} == {
        ONE: MONDAY,
        TWO: TUESDAY,
        THREE: date(2026, 11, 25),
    }
    assert [(line.id, line.who, line.start, line.late) for line in card.lines] == [
        (ONE, "Ada Lovelace", MONDAY, True),
        (TWO, "Ada Lovelace", TUESDAY, False),
        (THREE, "Ada Lovelace", date(2026, 11, 25), False),
    ]
    assert card.summary == "3 tasks for Ada Lovelace, 1 carried over."
    assert house.timer() == begin_of(date(2026, 11, 30))


async def test_what_it_changes_is_a_revision_by_rule_shown_and_undoable(house: House) -> None:
    before = house.plan()
    await house.pass_to(begin_of(MONDAY))
    revision = house.database.read_now(lambda tx: tx.get_one(RevisionRow, f"{SLUG}:2"))
    assert (revision.proposer, revision.signed_by, revision.state) == (STEWARD, STEWARD, "approved")
    shown = house.notice(f"revision:{SLUG}:2")
    assert isinstance(shown, RevisionNotice)
    assert (shown.by, len(shown.changes)) == ("Steward", 3)
    house.database.write_now(lambda tx: house.revisions.undo(tx, SLUG, ADA))
    assert house.plan().model_copy(update={"revision": 1}) == before
    await house.run()
    assert house.plan().revision == 3, "what the owner took back stays taken back"


async def test_a_week_that_goes_as_planned_changes_nothing_and_is_told(either: Database, clock: ManualClock) -> None:
    house = House(either, clock, mine(2, MONDAY, MONDAY))
    await house.pass_to(begin_of(MONDAY))
    assert house.plan().revision == 1
    assert [line.id for line in house.card().lines] == [TWO]


async def test_it_happens_once_however_often_the_timer_comes_or_the_work_is_run(house: House) -> None:
    await house.pass_to(begin_of(MONDAY))
    for _ in range(4):
        row = TimerRow(key=f"week:{SLUG}", clock="plan", due_at=begin_of(MONDAY), kind="week", entity=SLUG)
        house.database.write_now(partial(house.weeks.on_due, timers=[row, row]))
    assert await house.run() == 4
    await house.weeks.begin(SLUG, 1)
    assert (house.plan().revision, house.derived(), house.cards()) == (2, ["2026-11-23"], ["2026-11-23"])
    assert house.timer() == begin_of(date(2026, 11, 30))


async def test_what_dies_on_the_way_leaves_nothing_and_is_done_later(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    class Broken(Exception):
        pass

    def dies(*_: Any) -> None:
        raise Broken

    before = house.plan()
    with monkeypatch.context() as patched:
        patched.setattr(house.weeks, "_withdraw", dies)
        with pytest.raises(Broken):
            await house.pass_to(begin_of(MONDAY))
    assert (house.plan(), house.cards(), house.derived()) == (before, [], [])
    await house.weeks.begin(SLUG, house.ran)
    assert (house.plan().revision, house.derived()) == (2, ["2026-11-23"])


async def test_a_plan_that_changes_meanwhile_is_derived_again(house: House) -> None:
    changed: list[bool] = []

    def look(tx: Session, slug: str) -> Any:
        found = original(tx, slug)
        if not changed and found is not None:
            changed.append(True)
            # As if somebody had said so between the look and the keeping.
            return type(found)(found.plan.model_copy(update={"revision": 0}), found.today, found.limits, found.blocked)
        return found

    original = house.weeks._look
    house.weeks._look = look  # type: ignore[method-assign]
    await house.pass_to(begin_of(MONDAY))
    assert (changed, house.plan().revision, house.derived()) == ([True], 2, ["2026-11-23"])


async def test_after_weeks_of_standing_still_only_the_current_week_is_derived(house: House) -> None:
    await house.pass_to(datetime(2026, 12, 2, 15, 0, tzinfo=UTC))
    assert (house.derived(), house.cards()) == (["2026-11-30"], ["2026-11-30"])
    assert house.plan().items[ONE].end == date(2026, 12, 2)
    assert house.timer() == begin_of(date(2026, 12, 7))


@pytest.mark.parametrize("scope", [of_plan(SLUG), EVERYTHING])
async def test_a_stopped_plan_is_not_derived_and_its_current_week_is_when_it_goes_on(house: House, scope: str) -> None:
    house.halt(scope)
    await house.pass_to(begin_of(MONDAY))
    assert (house.derived(), house.plan().revision) == ([], 1)
    house.clock.set(begin_of(date(2026, 11, 25)))
    house.go_on(scope)
    await house.run()
    assert (house.derived(), house.card().lines[0].start) == (["2026-11-23"], date(2026, 11, 25))


async def test_going_on_within_the_week_of_the_approval_derives_nothing(house: House) -> None:
    house.halt(of_plan(SLUG))
    house.go_on(of_plan(SLUG))
    assert await house.run() == 1
    assert house.derived() == []


async def test_where_the_clocks_change_the_week_begins_at_local_midnight(either: Database, clock: ManualClock) -> None:
    sunday = date(2027, 3, 28)
    house = House(either, clock, mine(1, FRIDAY, date(2027, 4, 30)), last=date(2027, 4, 30), deadline=date(2027, 4, 30))
    house.clock.set(begin_of(sunday))
    await house.pass_to(begin_of(sunday))
    assert house.timer() == datetime(2027, 3, 28, 22, 0, tzinfo=UTC)
    await house.pass_to(datetime(2027, 3, 28, 22, 0, tzinfo=UTC))
    assert house.derived()[-1] == "2027-03-29"


async def test_a_week_begins_on_the_first_working_day_of_the_plan(either: Database, clock: ManualClock) -> None:
    house = House(either, clock, mine(1, FRIDAY, FRIDAY), workdays=(1, 2, 4))
    assert house.timer() == begin_of(TUESDAY)
    await house.pass_to(begin_of(TUESDAY))
    assert house.derived() == ["2026-11-23"]


async def test_what_does_not_fit_the_stream_is_asked_of_the_owner_and_not_done(
    either: Database, clock: ManualClock
) -> None:
    house = House(either, clock, *chain(), last=TUESDAY)
    await house.pass_to(begin_of(MONDAY))
    (ask,) = house.questions()
    card = house.notice(ask.message)
    assert isinstance(card, WideningNotice)
    assert ask.allowed == [ADA]
    assert card.outside == (
        "NA-3 Task 3: can be done by Wed 25 Nov at the earliest; what it belongs to ends Tue 24 Nov",
    )
    assert house.card().decisions[0].startswith("NA-3 Task 3 can be done by Wed 25 Nov")
    plan = house.plan()
    assert (plan.items[THREE].end, plan.items[STREAM].end) == (TUESDAY, TUESDAY)
    assert plan.items[TWO].end == TUESDAY, "what fits is done by rule"
    after = house.sign(ask.entity)
    assert (after.items[THREE].end, after.items[STREAM].end) == (date(2026, 11, 25), date(2026, 11, 25))


async def test_what_nobody_answered_is_asked_anew_in_the_next_week(either: Database, clock: ManualClock) -> None:
    house = House(either, clock, *chain(), last=TUESDAY)
    await house.pass_to(begin_of(MONDAY))
    await house.pass_to(begin_of(date(2026, 11, 30)))
    assert sorted(ask.state for ask in house.questions()) == ["open", "void"]
    states = house.database.read_now(lambda tx: sorted(tx.exec(select(RevisionRow.state)).all()))
    assert states.count("proposed") == 1


async def test_what_would_break_a_rule_of_the_critic_is_asked_and_not_done(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    def agreed(plan: Plan) -> list[Finding]:
        late = [item for item in plan.items.values() if item.id == TWO and item.end > MONDAY]
        return [Finding("K01", item.id, f"{item.id} is to be over by {MONDAY}") for item in late]

    monkeypatch.setattr(weeks, "review", agreed)
    await house.pass_to(begin_of(MONDAY))
    assert house.plan().revision == 1
    (ask,) = house.questions()
    assert house.notice(ask.message).outside == (f"NA-2 is to be over by {MONDAY}",)
    house.sign(ask.entity)
    assert {key: house.plan().items[key].end for key in (ONE, TWO)} == {ONE: MONDAY, TWO: TUESDAY}


async def test_what_waits_for_an_answer_is_left_out_and_to_be_decided(house: House) -> None:
    house.database.write_now(lambda tx: asked(tx, house.asks))
    await house.pass_to(begin_of(MONDAY))
    card = house.card()
    assert (card.lines, house.plan().revision) == ((), 1)
    assert card.decisions == ("NA-1 Task 1 waits for an answer from Ada Lovelace",)
    assert card.left == ("NA-2 Task 2: waits for NA-1", "NA-3 Task 3: waits for NA-2")


async def test_a_plan_that_is_done_has_no_more_weeks(house: House) -> None:
    house.change(*(DropItem(item=item) for item in (ONE, TWO, THREE)))
    assert house.timer() is None
    await house.pass_to(begin_of(MONDAY))
    assert (house.derived(), house.cards()) == ([], [])


async def test_a_week_without_anything_to_say_says_nothing(either: Database, clock: ManualClock) -> None:
    late = date(2026, 12, 9)
    house = House(either, clock, mine(1, late, late))
    await house.pass_to(begin_of(MONDAY))
    assert (house.derived(), house.cards()) == (["2026-11-23"], [])


async def test_a_plan_from_before_there_were_weeks_gets_its_timer(house: House) -> None:
    def forget(tx: Session) -> None:
        tx.delete(tx.get_one(TimerRow, f"week:{SLUG}"))

    assert house.database.read_now(house.weeks._unarmed) == []
    house.database.write_now(forget)
    assert house.database.read_now(house.weeks._unarmed) == [(SLUG, 0)]
    await house.weeks.begin(SLUG, 0)
    assert house.timer() == begin_of(MONDAY)
    assert house.derived() == []


async def test_what_is_derived_is_on_record(house: House) -> None:
    await house.pass_to(begin_of(MONDAY))
    asked = select(DecisionRow).where(DecisionRow.kind == "week")
    row = house.database.read_now(lambda tx: tx.exec(asked).one())
    assert (row.actor, row.verdict, row.what) == ("Steward", "allow", "The week from Mon 23 Nov of Northwind Analytics")
    assert row.data["carried"] == [ONE]
    assert row.data["chosen"] == [ONE, TWO, THREE]
