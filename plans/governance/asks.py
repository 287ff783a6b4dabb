"""What is asked of people on cards, and the one place where a person's click becomes an effect.

A click counts once, however often it is delivered; only those named may give it; and it is a yes to exactly what was
shown, by its hash. All of it happens in the caller's transaction: the click, its effect and the card's new face commit
together or not at all. A one-time code never comes here: the broker reports only how its challenge ended.
"""

from __future__ import annotations

import secrets
from collections.abc import Callable, Iterable, Sequence
from datetime import datetime
from typing import Any, Final

from sqlmodel import Session, col, select

from plans.errors import Conflict, UserError
from plans.governance import decisions
from plans.governance.clicks import (
    CHANGED,
    Asked,
    Clicked,
    already,
    digest_of,
    names,
    outdated,
    print_of,
    shown,
    stranger,
    told,
    too_late,
)
from plans.governance.locks import hold
from plans.ports.people import Fate, Messenger, Notice
from plans.ports.time import Clock
from plans.store.clock import PlanClock
from plans.store.people import display_name
from plans.store.tables import AskRow, DecisionRow, TimerRow
from plans.store.timers import ClockName, clear_timer, set_timer
from plans.words import AskId, AskKind, AskState, ChatId, PersonId, PlanSlug

Answered = Callable[[Session, AskRow, str, dict[str, Any], PersonId], Fate | None]
"""Gets the ask, the button's verb, the card's inputs and who clicked; does what the click is for.

Returns what became of it; None when it called ``refresh``, so that the card stays open with its new content. What it
raises undoes the click: the card stays as it was.
"""
Expired = Callable[[Session, AskRow], None]
EXPIRY: Final = "ask-expiry"
"""Kind of the timers that ``Asks.expire`` handles."""
_WHISPERED = "person:"
"""What ``AskRow.chat`` begins with when the card stands in the personal chat of the person named behind it."""
_UNSHOWN = "unshown:"
"""What it begins with as long as the card is kept back; the chat for it follows."""


def is_unshown(row: AskRow) -> bool:
    """Whether its card is kept back."""
    return row.chat.startswith(_UNSHOWN)


class Asks:
    """Opens, answers, replaces and closes what is asked."""

    def __init__(self, messenger: Messenger, wall: Clock, plan_clock: PlanClock) -> None:
        self._messenger = messenger
        self._wall = wall
        self._plan_clock = plan_clock
        self._answered: dict[AskKind, Answered] = {}
        self._expired: dict[AskKind, Expired] = {}

    def on(self, kind: AskKind, handler: Answered) -> None:
        """Registers what a click on asks of that kind does. Raises ValueError when the kind has a handler."""
        if kind in self._answered or kind is AskKind.CHALLENGE:
            raise ValueError(f"clicks on {kind} are handled already")
        self._answered[kind] = handler

    def on_expired(self, kind: AskKind, handler: Expired) -> None:
        """Registers what else happens when asks of that kind expire; the card is closed by then."""
        if kind in self._expired:
            raise ValueError(f"the expiry of {kind} is handled already")
        self._expired[kind] = handler

    def open(
        self,
        tx: Session,
        *,
        kind: AskKind,
        entity: str,
        plan: PlanSlug | None,
        chat: ChatId | None,
        whisper: PersonId | None,
        allowed: Sequence[PersonId],
        notice_of: Callable[[AskId, str], Notice],
        expires_at: datetime | None = None,
        unshown: bool = False,
    ) -> AskRow:
        """Asks it in the chat, or in the personal chat of ``whisper``, of those allowed to answer.

        ``unshown``: its card is kept back until ``reveal``, because something else tells of it; in a chat only.
        ``notice_of`` makes the notice from the ask's id and its hash. ``expires_at``: UTC, on the plan's clock; on the
        wall's for a challenge, which is whispered always. Raises ValueError when it does not say where and to whom.
        """
        if (chat is None) == (whisper is None) or not allowed:
            raise ValueError("an ask stands in one place and has somebody to answer it")
        if kind is AskKind.CHALLENGE and whisper is None:
            raise ValueError("a challenge is shown in its owner's personal chat only")
        name = AskId(secrets.token_hex(16))
        notice = notice_of(name, "")
        if not isinstance(notice, Asked):
            raise ValueError(f"a {notice.kind} notice asks nothing")
        row = AskRow(
            id=name,
            kind=kind.value,
            plan=plan,
            entity=entity,
            chat=f"{_UNSHOWN if unshown else ''}{chat}" if chat else f"{_WHISPERED}{whisper}",
            allowed=list(allowed),
            hash="",
            notice={},
            message=f"ask:{name}",
            asked_at=self._now(kind),
            expires_at=expires_at,
        )
        self._show(tx, row, notice.model_copy(update={"hash": digest_of(notice)}))
        if expires_at is not None:
            clock: ClockName = "wall" if kind is AskKind.CHALLENGE else "plan"
            set_timer(tx, row.message, expires_at, clock, EXPIRY, name)
        self._plan_clock.rebase(tx)
        return row

    def refresh(self, tx: Session, ask: AskId | str, notice: Asked) -> None:
        """Shows a corrected notice in place of the old one, whose buttons no longer count; its hash is set here.

        Raises Conflict when nothing is asked there any more.
        """
        row = hold(tx, AskRow, ask)
        if row is None or row.state != AskState.OPEN:
            raise Conflict(f"{ask} is closed")
        self._show(tx, row, notice.model_copy(update={"ask": row.id, "hash": digest_of(notice), "fate": None}))

    def reveal(self, tx: Session, ask: AskId | str, notice: Asked) -> None:
        """Shows the card that was kept back, with what holds now; one that stands already is corrected in place.

        Raises Conflict when nothing is asked there any more.
        """
        row = hold(tx, AskRow, ask)
        if row is not None:
            row.chat = row.chat.removeprefix(_UNSHOWN)
            tx.add(row)
        self.refresh(tx, ask, notice)

    def click(
        self, tx: Session, ask: AskId, person: PersonId, chat: ChatId, verb: str, hash: str, inputs: dict[str, Any]
    ) -> Clicked:
        """A person's click, in this order: may they, is it the same again, is it open, unchanged, in time?

        ``hash`` is the one that the button carried. A click that changes nothing is answered, not raised (``Clicked``).
        Raises UserError for an id that was never asked and for a code, and passes on what the kind's handler raises
        (UserError: the answer will not do; Conflict: look again): then nothing is stored.
        """
        row = hold(tx, AskRow, ask)
        if row is None:
            raise UserError("This is not being asked.", "`status` shows where things stand.")
        if person not in row.allowed:
            return self.refuse(tx, row, person, chat, verb)
        if row.kind == AskKind.CHALLENGE:
            raise UserError("A code is typed into its own card in your personal chat with me.", "Look there.")
        mark = {"click": print_of(person, verb, hash, inputs)}
        if row.state == AskState.OPEN and row.answer == mark:
            return Clicked(shown(row), CHANGED)
        if row.state != AskState.OPEN:
            fate = shown(row).fate
            same = (row.state, row.answered_by, row.verb) == (AskState.ANSWERED, person, verb)
            return Clicked(shown(row), told(fate) if same and fate else already(tx, row, person))
        if hash != row.hash:
            return _refused(row, outdated())
        if row.expires_at is not None and row.expires_at <= self._now(AskKind(row.kind)):
            self._expire(tx, row)
            return _refused(row, too_late())
        return self._take(tx, row, person, verb, inputs, mark)

    def _take(
        self, tx: Session, row: AskRow, person: PersonId, verb: str, inputs: dict[str, Any], mark: dict[str, Any]
    ) -> Clicked:
        kind = AskKind(row.kind)
        # The click first: whoever closes asks as a consequence of it leaves the one alone that is being answered.
        row.verb, row.answer, row.answered_by, row.answered_at = verb, inputs, person, self._now(kind)
        tx.add(row)
        tx.flush()
        fate = self._answered[kind](tx, row, verb, inputs, person)
        if fate is None:
            row.verb, row.answer, row.answered_by, row.answered_at = None, mark, None, None
            tx.add(row)
            tx.flush()
            return Clicked(shown(row), CHANGED)
        self._close(tx, row, AskState.ANSWERED, fate)
        return Clicked(shown(row), told(fate))

    def refuse(self, tx: Session, row: AskRow, person: PersonId, chat: ChatId, verb: str) -> Clicked:
        """Turns a stranger away: told who may, kept in the log once, the card as it was."""
        about = {"ask": row.id, "verb": verb, "chat": chat, "hash": row.hash}
        logged = tx.exec(
            select(DecisionRow.data).where(
                DecisionRow.kind == "refusal", DecisionRow.actor == person, DecisionRow.plan == row.plan
            )
        ).all()
        if about not in logged:
            now = self._wall.now()
            decision = decisions.record(
                tx,
                at=now,
                kind="refusal",
                what=f"{display_name(tx, person)} clicked {verb} on what was asked of {names(tx, row.allowed)}",
                why="Only those asked may answer.",
                actor=person,
                verdict="deny",
                plan=row.plan,
                item=row.notice.get("item"),
                data=about,
            )
            decisions.conclude(tx, decision, now, "refused")
        return _refused(row, stranger(tx, row))

    def close(self, tx: Session, ask_id: AskId | str, state: AskState, fate: Fate) -> None:
        """Closes it without a click. Nothing happens when it is closed, or being answered in this transaction."""
        row = hold(tx, AskRow, ask_id)
        if row is not None and row.state == AskState.OPEN and row.answered_by is None:
            self._close(tx, row, state, fate)

    def void(self, tx: Session, ask: AskId | str, why: str) -> None:
        """Closes it because nobody needs the answer any more."""
        self.close(tx, ask, AskState.VOID, Fate(word="Withdrawn", note=why))

    def expire(self, tx: Session, timers: Iterable[TimerRow]) -> None:
        """Handles the timers of kind ``EXPIRY``; the ones of asks closed meanwhile do nothing."""
        for timer in timers:
            row = hold(tx, AskRow, timer.entity)
            if row is not None and row.state == AskState.OPEN:
                self._expire(tx, row)

    def settle_challenge(self, tx: Session, ask: AskId | str, state: AskState, fate: Fate, by: PersonId | None) -> None:
        """Closes a challenge as the broker says it ended, by whom; never with what was typed."""
        row = hold(tx, AskRow, ask)
        if row is None or row.kind != AskKind.CHALLENGE or row.state != AskState.OPEN:
            return
        if by is not None:
            row.verb, row.answered_by, row.answered_at = "code", by, self._wall.now()
        self._close(tx, row, state, fate)

    def void_challenges(self, tx: Session) -> int:
        """At start: voids every open challenge, as the worker that waited for the code is gone. Returns how many."""
        rows = tx.exec(select(AskRow).where(AskRow.kind == AskKind.CHALLENGE, AskRow.state == AskState.OPEN)).all()
        for row in rows:
            self._close(
                tx, row, AskState.VOID, Fate(word="Void", note="I was restarted; a code will be asked for anew")
            )
        return len(rows)

    def for_person_open_challenges(self, tx: Session, person: PersonId) -> list[AskRow]:
        """The codes that are being asked of the person, oldest first."""
        rows = tx.exec(
            select(AskRow)
            .where(AskRow.kind == AskKind.CHALLENGE, AskRow.state == AskState.OPEN)
            .order_by(col(AskRow.asked_at), col(AskRow.id))
        ).all()
        return [row for row in rows if person in row.allowed]

    def _expire(self, tx: Session, row: AskRow) -> None:
        self._close(tx, row, AskState.EXPIRED, Fate(word="Expired", note="nobody answered in time"))
        handler = self._expired.get(AskKind(row.kind))
        if handler is not None:
            handler(tx, row)

    def _close(self, tx: Session, row: AskRow, state: AskState, fate: Fate) -> None:
        row.state = state.value
        self._show(tx, row, shown(row).model_copy(update={"fate": fate}))
        clear_timer(tx, row.message)
        self._plan_clock.rebase(tx)

    def _show(self, tx: Session, row: AskRow, notice: Asked) -> None:
        row.hash, row.notice = notice.hash, notice.model_dump(mode="json")
        tx.add(row)
        tx.flush()
        if is_unshown(row):
            return
        if row.chat.startswith(_WHISPERED):
            self._messenger.whisper(tx, PersonId(row.chat.removeprefix(_WHISPERED)), notice, row.message)
        else:
            self._messenger.post(tx, ChatId(row.chat), notice, row.message)

    def _now(self, kind: AskKind) -> datetime:
        return self._wall.now() if kind is AskKind.CHALLENGE else self._plan_clock.now()


def _refused(row: AskRow, why: UserError) -> Clicked:
    return Clicked(shown(row), f"{why.said} {why.way_on}".rstrip(), why)
