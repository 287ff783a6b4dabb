"""The weekly tier stays derived: at the beginning of each week, by code, of every plan that goes on.

A timer on the plan's clock says that a week begins. The week is derived outside of any transaction and kept in one, if
the plan is still what it was: its edits as a revision by rule, what does not fit the tiers above as a revision for the
owner to approve, the week on a card, and in the log that it was derived. So it happens once, whatever is delivered
twice or killed in between; after weeks of standing still only the current one is derived.
"""

from __future__ import annotations

import asyncio
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import partial
from typing import Final

from sqlalchemy import exists, func, literal
from sqlmodel import Session, col, select

from plans.engine import Engine
from plans.errors import UserError
from plans.governance import decisions
from plans.governance.asks import Asks
from plans.governance.locks import hold
from plans.governance.revisions import STEWARD, Revisions
from plans.governance.stops import stopped
from plans.model import diff
from plans.model.calendar import day_end, near, today
from plans.model.critic import review
from plans.model.edits import Edits
from plans.model.plan import Plan
from plans.model.revision import apply
from plans.model.schedule import finish
from plans.model.week import Week, derive, monday_of, opening, room
from plans.ports.people import Fate, Messenger, WideningNotice
from plans.ports.time import Clock
from plans.ports.work import Roster
from plans.store import plans
from plans.store.clock import PlanClock
from plans.store.database import Database
from plans.store.people import display_name
from plans.store.tables import AskRow, DecisionRow, PlanRow, RevisionRow, TimerRow
from plans.store.timers import clear_timer, set_timer
from plans.watch.waiting import asked, blocked
from plans.watch.week_notice import called, limits, outside_words, week_notice
from plans.words import AskKind, AskState, ChatId, Doer, ItemId, ItemKind, PlanSlug

KIND: Final = "week"
_ROOMY: Final = frozenset({"C09", "C18", "C19"})
"""The critic's rules that windows have room for the work and for who does it. What has none the week tells itself."""
_WEEK: Final = timedelta(days=7)
_WATCHED: Final = (ItemKind.TASK, ItemKind.MILESTONE)


@dataclass(frozen=True)
class _Seen:
    """All that a week is derived from; a week is kept only if this is still so."""

    plan: Plan
    today: date
    limits: Mapping[Doer, int]
    blocked: Mapping[ItemId, str]


@dataclass(frozen=True)
class _Derived:
    week: Week
    follow: Edits
    """What becomes a revision by rule."""
    ask: Edits
    """What is put before the owner, on top of that."""
    breaks: tuple[str, ...]
    """Why the week's own edits are asked too: the rules that they would break, in sentences."""


class Weeks:
    """Registers itself with the engine and the revisions."""

    def __init__(
        self,
        database: Database,
        engine: Engine,
        asks: Asks,
        revisions: Revisions,
        messenger: Messenger,
        roster: Roster,
        wall: Clock,
        plan_clock: PlanClock,
    ) -> None:
        self._database = database
        self._engine = engine
        self._asks = asks
        self._revisions = revisions
        self._messenger = messenger
        self._roster = roster
        self._wall = wall
        self._plan_clock = plan_clock
        engine.when(KIND, self.on_due)
        engine.on(KIND, self.begin)
        engine.sweep(KIND, self._unarmed)
        revisions.on_signed(self.arm)

    def arm(self, tx: Session, plan: Plan) -> None:
        """Sets the timer of the plan's next week, while anything on the plan is open."""
        if any(item.kind in _WATCHED and not item.settled for item in plan.items.values()):
            set_timer(tx, _key(plan.slug), self._next(plan), "plan", KIND, plan.slug)
        else:
            clear_timer(tx, _key(plan.slug))

    def on_due(self, tx: Session, timers: Iterable[TimerRow]) -> None:
        """Has the week begin, and sets the timer of the one after."""
        for slug in dict.fromkeys(timer.entity for timer in timers):
            row = hold(tx, PlanRow, slug)
            if row is not None and row.state == "active":
                self.arm(tx, plans.load(tx, PlanSlug(slug)))
                self._wake(tx, row)

    def resumed(self, tx: Session, plan: PlanSlug | None) -> None:
        """After a stop was lifted from the plan, or from everything: the current week is derived if it was missed."""
        active = select(PlanRow.slug).where(PlanRow.state == "active")
        for slug in tx.exec(active if plan is None else active.where(PlanRow.slug == plan)).all():
            row = hold(tx, PlanRow, slug)
            if row is not None:
                self._wake(tx, row)

    async def begin(self, slug: str, _seq: int) -> None:
        """Derives the current week if that is owed. Safe to repeat."""
        await self._database.write(lambda tx: self._armed(tx, slug))
        while (seen := await self._database.read(lambda tx: self._look(tx, slug))) is not None:
            derived = await asyncio.to_thread(_derive, seen)
            if await self._database.write(partial(self._keep, seen=seen, derived=derived)):
                return

    def _wake(self, tx: Session, row: PlanRow) -> None:
        row.seq += 1
        tx.add(row)
        self._engine.enqueue(tx, KIND, row.slug, row.seq)

    def _next(self, plan: Plan) -> datetime:
        """When the next week begins: the first instant of its first working day in the plan's zone."""
        now = self._plan_clock.now()
        monday = monday_of(today(now, plan.zone))
        this = _begins(plan, monday)
        return this if this > now else _begins(plan, monday + _WEEK)

    def _armed(self, tx: Session, slug: str) -> None:
        """Plans from before there were derived weeks have no timer."""
        row = hold(tx, PlanRow, slug)
        if row is not None and row.state == "active" and tx.get(TimerRow, _key(slug)) is None:
            self.arm(tx, plans.load(tx, PlanSlug(slug)))

    def _unarmed(self, tx: Session) -> list[tuple[str, int]]:
        approved = exists().where(col(RevisionRow.plan) == col(PlanRow.slug), col(RevisionRow.state) == "approved")
        armed = exists().where(col(TimerRow.key) == literal(_key("")) + col(PlanRow.slug))
        return [(slug, 0) for slug in tx.exec(select(PlanRow.slug).where(PlanRow.state == "active", approved, ~armed))]

    def _look(self, tx: Session, slug: str) -> _Seen | None:
        """What the current week is to be derived from; None when it is not owed.

        It is owed when it began after the plan was approved, the plan goes on, and nobody has derived it.
        """
        row = tx.get(PlanRow, slug)
        if row is None or row.state != "active" or stopped(tx, plan=slug) is not None:
            return None
        plan, now = plans.load(tx, PlanSlug(slug)), self._plan_clock.now()
        day = today(now, plan.zone)
        begins, approved = _begins(plan, monday_of(day)), _approved(tx, slug)
        if begins > now or approved is None or approved >= begins or _last(tx, slug) == monday_of(day):
            return None
        return _Seen(plan, day, limits(self._roster), blocked(tx, plan))

    def _keep(self, tx: Session, seen: _Seen, derived: _Derived) -> bool:
        """False when the plan has moved on, so that it has to be derived again."""
        row = hold(tx, PlanRow, seen.plan.slug)
        assert row is not None
        now = self._look(tx, row.slug)
        if now != seen:
            return now is None
        plan, week = seen.plan, derived.week
        self._log(tx, plan, derived)
        if derived.follow:
            reason = f"The week from {near(week.monday, seen.today)}, derived from the plan."
            plan = self._revisions.follow(tx, plan.slug, derived.follow, reason)
        notice = week_notice(plan, week, seen.today, asked(tx, plan.slug), partial(display_name, tx))
        if notice.lines or notice.decisions or notice.left:
            self._messenger.post(tx, ChatId(row.chat), notice, f"week:{plan.slug}:{week.monday}")
        self._withdraw(tx, plan)
        if derived.ask:
            self._propose(tx, row, plan, derived, seen.today)
        return True

    def _log(self, tx: Session, plan: Plan, derived: _Derived) -> None:
        week, now = derived.week, self._wall.now()
        told = {
            "week": week.monday.isoformat(),
            "chosen": [slot.item for slot in week.chosen],
            "carried": list(week.carried),
            "left": {left.item: left.because for left in week.left},
            "outside": [found.item for found in week.outside],
        }
        decision = decisions.record(
            tx,
            at=now,
            kind="week",
            what=f"The week from {near(week.monday, week.monday)} of {plan.title}",
            why="A week begins, and its tasks follow from the plan.",
            actor=STEWARD,
            verdict="ask" if derived.ask else "allow",
            plan=plan.slug,
            data=told,
        )
        decisions.conclude(tx, decision, now, "succeeded", "it is in the plan's chat")

    def _propose(self, tx: Session, row: PlanRow, plan: Plan, derived: _Derived, day: date) -> None:
        """Puts before the owner what only they may move."""
        after = apply(plan, derived.ask)
        reason = "What is late or waits does not fit the windows of the tiers above it."
        revision = plans.propose(tx, plan.slug, derived.ask, reason, "", STEWARD, self._plan_clock.now())
        name_of = partial(display_name, tx)
        self._asks.open(
            tx,
            kind=AskKind.REVISION,
            entity=revision.id,
            plan=plan.slug,
            chat=ChatId(row.chat),
            whisper=None,
            allowed=[plan.owner],
            notice_of=lambda ask, _: WideningNotice(
                ask=ask,
                hash="",
                plan=plan.slug,
                revision=revision.number,
                title=plan.title,
                today=day,
                outside=(
                    *(f"{called(plan, out.item)}: {outside_words(out, day)}" for out in derived.week.outside),
                    *derived.breaks,
                ),
                changes=diff.lines(plan, after, name_of),
                finish_before=finish(plan, day),
                finish_now=finish(after, day),
                owner=name_of(plan.owner),
            ),
        )

    def _withdraw(self, tx: Session, plan: Plan) -> None:
        """What an earlier week asked for and nobody answered is asked anew, if it still has to be."""
        open_asks = select(AskRow).where(
            AskRow.plan == plan.slug, AskRow.kind == AskKind.REVISION, AskRow.state == AskState.OPEN
        )
        for ask in tx.exec(open_asks).all():
            revision = tx.get(RevisionRow, ask.entity)
            if ask.notice["kind"] == "widening" and revision is not None:
                revision.state = "replaced"
                tx.add(revision)
                self._asks.close(tx, ask.id, AskState.VOID, Fate(word="Replaced", note="another week has begun"))


def _derive(seen: _Seen) -> _Derived:
    """What would break one of the critic's rules is not done by rule, but asked."""
    plan = seen.plan
    week = derive(plan, monday_of(seen.today), seen.today, seen.limits, seen.blocked)
    try:
        wider = room(plan, week, seen.today)
        known = {(finding.rule, finding.item) for finding in review(plan)}
        found = [new for new in review(apply(plan, week.edits)) if (new.rule, new.item) not in known]
        breaks = tuple(new.said for new in found if new.rule not in _ROOMY)
    except UserError:
        # Nothing can be put in order: the week tells what it can, and moves nothing.
        return _Derived(week, (), (), ())
    return _Derived(week, (), (*week.edits, *wider), breaks) if breaks else _Derived(week, week.edits, wider, ())


def _begins(plan: Plan, monday: date) -> datetime:
    return day_end(opening(plan, monday) - timedelta(days=1), plan.zone)


def _approved(tx: Session, slug: str) -> datetime | None:
    """When the plan was first approved."""
    found = select(func.min(col(RevisionRow.signed_at))).where(
        col(RevisionRow.plan) == slug, col(RevisionRow.state) == "approved"
    )
    return tx.exec(found).one()


def _last(tx: Session, slug: str) -> date | None:
    """The Monday of the last week that was derived."""
    found = select(DecisionRow.data).where(DecisionRow.plan == slug, DecisionRow.kind == "week")
    data = tx.exec(found.order_by(col(DecisionRow.at).desc(), col(DecisionRow.id).desc()).limit(1)).first()
    return date.fromisoformat(data["week"]) if data else None


def _key(slug: str) -> str:
    return f"week:{slug}"
