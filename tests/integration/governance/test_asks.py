"""A person's click: who, what, when and how often; and what of it is an effect."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from functools import partial
from typing import Any

import pytest
from sqlmodel import Session, select

from plans.errors import Conflict, NotAllowed, UserError
from plans.governance.asks import EXPIRY, Asks
from plans.governance.clicks import Clicked
from plans.ports.people import ChallengeNotice, Fate, Notice, ProgressNotice
from plans.store.clock import PlanClock
from plans.store.database import Database
from plans.store.tables import AskRow, DecisionRow, MessageRow, OutcomeRow, PlanClockRow, TimerRow
from plans.words import AskId, AskKind, AskState, ChatId, ItemId, PersonId
from tests.doubles.clock import ManualClock
from tests.integration.governance.world import (
    ADA,
    BOB,
    CHAT,
    EVE,
    NOW,
    SLUG,
    Board,
    asked,
    asks,
    open_asks,
    people,
    posted,
    question,
)

EFFECT = "effect"
"""Key of the row that a counted click writes: one per effect."""


def effect(tx: Session, ask: AskRow, verb: str, inputs: dict[str, Any], person: PersonId) -> Fate:
    """Writes a row per effect, so that effects are counted and roll back."""
    number = len(tx.exec(select(MessageRow).where(MessageRow.chat == EFFECT)).all())
    body = {"verb": verb, "by": person}
    tx.add(MessageRow(key=f"{EFFECT}{number}", number=0, chat=EFFECT, activity=body, not_before=NOW, created_at=NOW))
    tx.flush()
    if not inputs.get("answer"):
        raise UserError("The answer is empty.", "Type one.")
    return Fate(word="Answered", by=person, note=inputs["answer"])


def effects(database: Database) -> int:
    return len(database.read_now(lambda tx: tx.exec(select(MessageRow).where(MessageRow.chat == EFFECT)).all()))


class Room:
    """One question open in a chat, and clicks on it."""

    def __init__(self, database: Database, clock: ManualClock, *allowed: PersonId, **more: Any) -> None:
        self.database, self.clock = database, clock
        self.asks = asks(clock)
        self.asks.on(AskKind.QUESTION, effect)
        database.write_now(people)
        self.ask = database.write_now(lambda tx: asked(tx, self.asks, *allowed, **more))

    def click(self, person: PersonId = ADA, verb: str = "answer", text: str = "warm", **more: Any) -> Clicked:
        given = {"ask": AskId(self.ask.id), "hash": self.ask.hash, "inputs": {"answer": text}, **more}
        return self.database.write_now(
            lambda tx: self.asks.click(tx, given["ask"], person, CHAT, verb, given["hash"], given["inputs"])
        )

    def row(self) -> AskRow:
        return self.database.read_now(lambda tx: tx.get_one(AskRow, self.ask.id))

    def card(self) -> Any:
        return self.database.read_now(lambda tx: posted(tx, self.ask.message))

    def refusals(self) -> list[DecisionRow]:
        asked = select(DecisionRow).where(DecisionRow.kind == "refusal")
        return list(self.database.read_now(lambda tx: tx.exec(asked).all()))


@pytest.fixture
def room(database: Database, clock: ManualClock) -> Room:
    return Room(database, clock, ADA, BOB)


def test_what_is_asked_stands_in_its_chat_bound_by_its_hash(room: Room) -> None:
    card = room.card()
    assert (card.ask, card.hash, card.fate, card.text) == (room.ask.id, room.ask.hash, None, "Which tone?")
    assert len(room.ask.id) * 4 >= 96
    assert len(room.ask.hash) == 64


def test_the_hash_is_of_what_is_shown_and_of_nothing_else(room: Room) -> None:
    same = room.database.write_now(lambda tx: asked(tx, room.asks))
    other = room.database.write_now(
        lambda tx: asked(tx, room.asks, notice_of=lambda ask, digest: question(ask, digest, "Which tone, then?"))
    )
    assert same.hash == room.ask.hash != other.hash
    assert same.id != room.ask.id


def test_a_click_has_its_effect_and_replaces_the_card(room: Room) -> None:
    clicked = room.click()
    assert (clicked.said, clicked.refused) == ("Answered: warm.", None)
    assert clicked.notice == room.card()
    assert room.card().fate == Fate(word="Answered", by=ADA, note="warm")
    row = room.row()
    assert (row.state, row.verb, row.answered_by, row.answered_at, row.answer) == (
        "answered",
        "answer",
        ADA,
        NOW,
        {"answer": "warm"},
    )
    assert effects(room.database) == 1


def test_the_same_click_four_times_counts_once_and_is_answered_alike(room: Room) -> None:
    answers = [room.click() for _ in range(4)]
    assert answers == answers[:1] * 4
    assert effects(room.database) == 1


def test_another_persons_later_click_gets_the_card_and_who_answered(room: Room) -> None:
    first = room.click()
    later = room.click(BOB, text="cold")
    assert (later.notice, later.said) == (first.notice, "Ada Lovelace answered this already. Answered: warm.")
    assert effects(room.database) == 1


def test_another_button_by_the_same_person_later_changes_nothing(room: Room) -> None:
    first = room.click()
    later = room.click(verb="reject")
    assert (later.notice, later.said) == (first.notice, "You answered this already. Answered: warm.")
    assert effects(room.database) == 1


def test_a_stranger_is_refused_told_who_may_and_logged_once(room: Room) -> None:
    before = room.card()
    clicks = [room.click(EVE) for _ in range(4)]
    for clicked in clicks:
        assert isinstance(clicked.refused, NotAllowed)
        assert clicked.refused.said == "Only Ada Lovelace or Bob may answer this."
        assert clicked.said.startswith(clicked.refused.said)
        assert clicked.notice == before
    assert room.card() == before
    assert room.row() == room.ask
    assert effects(room.database) == 0
    (logged,) = room.refusals()
    assert (logged.actor, logged.verdict, logged.plan, logged.item) == (EVE, "deny", SLUG, "NA-1")
    assert logged.data["ask"] == room.ask.id
    assert "warm" not in str(logged.model_dump())
    assert room.database.read_now(lambda tx: tx.get_one(OutcomeRow, logged.id)).state == "refused"


def test_a_stranger_is_refused_on_a_closed_card_too_and_with_any_hash(room: Room) -> None:
    room.click()
    assert isinstance(room.click(EVE, hash="").refused, NotAllowed)
    assert isinstance(room.click(EVE, verb="reject").refused, NotAllowed)
    assert len(room.refusals()) == 2


@pytest.mark.parametrize("digest", ["", "0" * 64])
def test_a_button_of_another_hash_is_refused_with_the_card_as_it_stands(room: Room, digest: str) -> None:
    clicked = room.click(hash=digest)
    assert isinstance(clicked.refused, UserError)
    assert "look at the new card" in clicked.said
    assert clicked.notice == room.card()
    assert effects(room.database) == 0
    assert room.click().said == "Answered: warm."


def test_an_id_that_was_never_asked_is_refused(room: Room) -> None:
    with pytest.raises(UserError, match="not being asked"):
        room.click(ask=AskId("nothing"))


def test_an_answer_that_will_not_do_leaves_everything_as_it_was(room: Room) -> None:
    with pytest.raises(UserError, match="empty"):
        room.click(text="")
    assert room.row() == room.ask
    assert room.card().fate is None
    assert effects(room.database) == 0
    assert room.click().said == "Answered: warm."


def test_two_people_in_the_same_moment_make_one_effect(either: Database, clock: ManualClock) -> None:
    room = Room(either, clock, ADA, BOB)
    with ThreadPoolExecutor(8) as threads:
        said = list(threads.map(lambda number: room.click((ADA, BOB)[number % 2]).said, range(16)))
    assert effects(either) == 1
    assert said.count("Answered: warm.") == 8
    assert len(set(said)) == 2


class Editing(Room):
    """An ask whose card can be corrected and approved."""

    def __init__(self, database: Database, clock: ManualClock) -> None:
        super().__init__(database, clock, ADA, kind=AskKind.REVISION)
        self.asks.on(AskKind.REVISION, self.handle)

    def handle(self, tx: Session, ask: AskRow, verb: str, inputs: dict[str, Any], person: PersonId) -> Fate | None:
        if verb == "edit":
            self.asks.refresh(tx, ask.id, question(AskId("x"), "y", inputs["answer"]))
            return None
        return effect(tx, ask, verb, inputs, person)


@pytest.fixture
def editing(database: Database, clock: ManualClock) -> Editing:
    return Editing(database, clock)


def test_an_edit_shows_the_corrected_card_under_the_same_key_and_voids_the_old_buttons(editing: Editing) -> None:
    edited = editing.click(verb="edit", text="Which tone, exactly?")
    card = editing.card()
    assert (card.text, card.ask, card.fate) == ("Which tone, exactly?", editing.ask.id, None)
    assert card.hash == editing.row().hash != editing.ask.hash
    assert edited.notice == card
    assert (editing.row().state, editing.row().answered_by) == ("open", None)
    old = editing.click(verb="approve")
    assert old.refused is not None
    assert effects(editing.database) == 0
    assert editing.click(verb="approve", hash=card.hash).refused is None
    assert effects(editing.database) == 1


def test_the_same_edit_four_times_edits_once(editing: Editing) -> None:
    answers = [editing.click(verb="edit", text="Better?") for _ in range(4)]
    assert answers == answers[:1] * 4
    key = editing.ask.message
    assert editing.database.read_now(lambda tx: tx.get_one(MessageRow, key)).version == 2
    other = editing.click(verb="edit", text="Another one?")
    assert other.refused is not None
    assert editing.card().text == "Better?"


def test_a_closed_card_is_not_refreshed(room: Room) -> None:
    room.click()
    for ask in (room.ask.id, "nothing"):
        with pytest.raises(Conflict):
            room.database.write_now(partial(room.asks.refresh, ask=ask, notice=question(AskId(""), "")))
    assert room.card().fate is not None


def timers(database: Database) -> list[TimerRow]:
    return list(database.read_now(lambda tx: tx.exec(select(TimerRow)).all()))


def rung(database: Database, desk: Asks) -> None:
    """What the engine does with due timers, all of them."""

    def work(tx: Session) -> None:
        due = list(tx.exec(select(TimerRow)).all())
        for row in due:
            tx.delete(row)
        tx.flush()
        desk.expire(tx, due)

    database.write_now(work)


def test_what_expires_is_closed_by_its_timer_and_its_kind_is_told(database: Database, clock: ManualClock) -> None:
    room = Room(database, clock, within=timedelta(hours=2))
    told: list[str] = []
    room.asks.on_expired(AskKind.QUESTION, lambda _tx, ask: told.append(ask.state))
    (timer,) = timers(database)
    assert (timer.kind, timer.clock, timer.due_at, timer.entity) == (
        EXPIRY,
        "plan",
        NOW + timedelta(hours=2),
        room.ask.id,
    )
    clock.forward(hours=2)
    rung(database, room.asks)
    rung(database, room.asks)
    assert (room.row().state, room.card().fate.word, told) == ("expired", "Expired", ["expired"])
    late = room.click()
    assert (late.said, effects(database)) == ("This is no longer being asked. Expired: nobody answered in time.", 0)


def test_a_click_after_the_time_is_too_late_even_before_the_timer_rings(database: Database, clock: ManualClock) -> None:
    room = Room(database, clock, within=timedelta(hours=2))
    clock.forward(hours=2)
    clicked = room.click()
    assert clicked.refused is not None
    assert "expired" in clicked.said
    assert (room.row().state, effects(database), timers(database)) == ("expired", 0, [])


def test_a_click_in_time_takes_the_timer_away(database: Database, clock: ManualClock) -> None:
    room = Room(database, clock, within=timedelta(hours=2))
    clock.forward(hours=1, minutes=59)
    room.click()
    assert timers(database) == []
    clock.forward(hours=1)
    assert [room.click().said, room.row().state] == ["Answered: warm.", "answered"]


def test_closing_without_a_click_says_why_and_closes_once(room: Room) -> None:
    for why in ("the plan changed", "again"):
        room.database.write_now(partial(room.asks.void, ask=room.ask.id, why=why))
    assert (room.row().state, room.card().fate.note) == ("void", "the plan changed")
    assert room.click().said == "This is no longer being asked. Withdrawn: the plan changed."
    assert effects(room.database) == 0


def test_what_is_being_answered_is_not_closed_from_under_the_click(database: Database, clock: ManualClock) -> None:
    room = Room(database, clock, kind=AskKind.ACT)

    def handle(tx: Session, ask: AskRow, verb: str, inputs: dict[str, Any], person: PersonId) -> Fate:
        room.asks.void(tx, ask.id, "a consequence")
        return Fate(word="Approved")

    room.asks.on(AskKind.ACT, handle)
    assert room.click(verb="approve").said == "Approved."
    assert (room.row().state, room.card().fate.word) == ("answered", "Approved")


def challenge(ask: AskId, digest: str) -> Notice:
    return ChallengeNotice(
        ask=ask,
        hash=digest,
        vendor="Maildesk",
        host="mail.example",
        item=ItemId("NA-3"),
        why="to send",
        asked_at=NOW,
        expires=NOW + timedelta(seconds=120),
        attempt=1,
    )


class Code(Room):
    """A code asked of Ada in her personal chat."""

    def __init__(self, database: Database, clock: ManualClock) -> None:
        self.database, self.clock, self.asks = database, clock, asks(clock)
        database.write_now(people)
        self.ask = database.write_now(self._opened)

    def _opened(self, tx: Session) -> AskRow:
        return self.asks.open(
            tx,
            kind=AskKind.CHALLENGE,
            entity="NA-3.1",
            plan=SLUG,
            chat=None,
            whisper=ADA,
            allowed=[ADA],
            notice_of=challenge,
            expires_at=NOW + timedelta(seconds=120),
        )


@pytest.fixture
def code(database: Database, clock: ManualClock) -> Code:
    return Code(database, clock)


def test_a_challenge_is_whispered_and_expires_on_the_wall(code: Code) -> None:
    assert code.database.read_now(lambda tx: tx.get_one(MessageRow, code.ask.message)).chat == "whisper to ada"
    assert [timer.clock for timer in timers(code.database)] == ["wall"]
    assert [row.id for row in code.database.read_now(lambda tx: code.asks.for_person_open_challenges(tx, ADA))] == [
        code.ask.id
    ]
    assert code.database.read_now(lambda tx: code.asks.for_person_open_challenges(tx, BOB)) == []


def test_a_code_that_comes_as_a_click_is_refused_and_stored_nowhere(code: Code) -> None:
    with pytest.raises(UserError, match="personal chat"):
        code.click(verb="code", inputs={"code": "493817"})
    assert isinstance(code.click(EVE, verb="code", inputs={"code": "493817"}).refused, NotAllowed)
    assert code.row() == code.ask
    assert len(code.refusals()) == 1
    path = code.database.url.removeprefix("sqlite:///")
    for suffix in ("", "-wal"):
        with open(path + suffix, "rb") as file:
            assert b"493817" not in file.read()


@pytest.mark.parametrize(("state", "by"), [(AskState.ANSWERED, ADA), (AskState.EXPIRED, None), (AskState.VOID, None)])
def test_a_settled_challenge_keeps_who_and_when_and_never_an_answer(
    code: Code, state: AskState, by: PersonId | None
) -> None:
    code.clock.forward(seconds=30)
    for fate in (Fate(word="Used"), Fate(word="Again")):
        code.database.write_now(partial(code.asks.settle_challenge, ask=code.ask.id, state=state, fate=fate, by=by))
    row = code.row()
    assert (row.state, row.answer, row.answered_by) == (state, None, by)
    assert row.answered_at == (NOW + timedelta(seconds=30) if by else None)
    assert (code.card().fate.word, timers(code.database)) == ("Used", [])
    assert code.database.read_now(lambda tx: code.asks.for_person_open_challenges(tx, ADA)) == []


def test_at_start_every_challenge_is_void_and_nothing_else(code: Code) -> None:
    other = code.database.write_now(lambda tx: asked(tx, code.asks))
    assert [code.database.write_now(code.asks.void_challenges) for _ in range(2)] == [1, 0]
    assert (code.row().state, code.card().fate.word) == ("void", "Void")
    assert [row.id for row in code.database.read_now(open_asks)] == [other.id]


def test_what_is_no_challenge_is_not_settled_as_one(room: Room) -> None:
    room.database.write_now(
        lambda tx: room.asks.settle_challenge(tx, room.ask.id, AskState.ANSWERED, Fate(word="Used"), ADA)
    )
    assert room.row().state == "open"


def test_the_rehearsals_clock_stands_while_a_person_is_being_asked(database: Database, clock: ManualClock) -> None:
    plan_clock = PlanClock(clock, day_seconds=10)
    database.write_now(plan_clock.load)
    desk = Asks(Board(), clock, plan_clock)
    desk.on(AskKind.QUESTION, effect)
    database.write_now(people)
    ask = database.write_now(lambda tx: asked(tx, desk))
    assert not database.read_now(lambda tx: tx.get_one(PlanClockRow, 1)).running
    stood = plan_clock.now()
    clock.forward(seconds=60)
    assert plan_clock.now() == stood
    database.write_now(lambda tx: desk.click(tx, AskId(ask.id), ADA, CHAT, "answer", ask.hash, {"answer": "warm"}))
    clock.forward(seconds=10)
    assert plan_clock.now() == stood + timedelta(days=1)


@pytest.mark.parametrize(
    "change",
    [
        {"whisper": ADA},
        {"chat": None},
        {"allowed": []},
        {"kind": AskKind.CHALLENGE},
        {"notice_of": lambda _ask, _digest: ProgressNotice(text="…")},
    ],
)
def test_an_ask_that_cannot_be_answered_is_not_opened(
    database: Database, clock: ManualClock, change: dict[str, Any]
) -> None:
    given: dict[str, Any] = {
        "kind": AskKind.QUESTION,
        "entity": "NA-1",
        "plan": SLUG,
        "chat": ChatId("c"),
        "whisper": None,
        "allowed": [ADA],
        "notice_of": question,
        **change,
    }
    with pytest.raises(ValueError, match=r"ask|challenge"):
        database.write_now(lambda tx: asks(clock).open(tx, **given))
    assert database.read_now(open_asks) == []


def test_a_kind_has_one_handler_and_codes_have_none(clock: ManualClock) -> None:
    desk = asks(clock)
    desk.on(AskKind.ACT, effect)
    for kind in (AskKind.ACT, AskKind.CHALLENGE):
        with pytest.raises(ValueError, match="handled already"):
            desk.on(kind, effect)
