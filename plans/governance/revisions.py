"""Signing a revision and taking one back: what the proposal's approval, a repair and chat's ``undo`` have in common.

A signature is a decision with its outcome, a notice with the diff, the end of proposals that it gets in the way of, and
a continuation that looks what may begin now and calls off what was taken away; all in the caller's transaction.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import date
from typing import Final

from sqlmodel import Session, select

from plans.engine import Engine
from plans.errors import NotAllowed, UserError
from plans.governance import decisions, undoing
from plans.governance.asks import Asks
from plans.governance.locks import hold
from plans.model import diff
from plans.model.calendar import near, today
from plans.model.edits import EDITS, DropItem, Edits, Reassign
from plans.model.plan import Plan
from plans.model.revision import replay
from plans.model.schedule import finish
from plans.ports.people import Fate, Messenger, RevisionNotice
from plans.ports.time import Clock
from plans.store import history, plans
from plans.store.clock import PlanClock
from plans.store.people import display_name
from plans.store.tables import AskRow, DecisionRow, PlanRow, RevisionRow
from plans.words import IN_FLIGHT, AskKind, AskState, ChatId, ItemId, PersonId, PlanSlug

CONTINUATION: Final = "plan"
"""Kind of the continuation ``plan:<slug>:<number>``: the plan has changed, look what may begin."""
STEWARD: Final = PersonId(history.STEWARD)
"""Who signs what follows from a rule rather than from a person."""
Signed = Callable[[Session, Plan], object]


class Revisions:
    """The parts a signature needs, wired once."""

    def __init__(self, asks: Asks, messenger: Messenger, engine: Engine, wall: Clock, plan_clock: PlanClock) -> None:
        self._asks = asks
        self._messenger = messenger
        self._engine = engine
        self._wall = wall
        self._plan_clock = plan_clock
        self._signed: list[Signed] = []

    def on_signed(self, handler: Signed) -> None:
        """Called with the plan as it then stands, in the transaction of every signature."""
        self._signed.append(handler)

    def sign(self, tx: Session, revision: RevisionRow, person: PersonId, item: ItemId | None = None) -> Plan:
        """Makes the revision the plan. ``item``: the one it is about, if it is about one.

        What was signed since it was proposed stays, as long as it leaves alone what this touches. Raises NotAllowed for
        anybody but the plan's owner, Overtaken when it does not, Conflict when the revision is decided already, and
        UserError when an edit no longer fits.
        """
        return self._sign(tx, _owned(tx, PlanSlug(revision.plan), person), revision, person, item)

    def follow(self, tx: Session, plan: PlanSlug, edits: Edits, reason: str, item: ItemId | None = None) -> Plan:
        """A change that follows from a rule, such as giving a failed item to the next agent; signed by Steward.

        Kept, shown and undoable like any other. Raises UserError when the edits do not fit.
        """
        revision = plans.propose(tx, plan, edits, reason, "", STEWARD, self._plan_clock.now())
        return self._sign(tx, tx.get_one(PlanRow, plan), revision, STEWARD, item)

    def _sign(self, tx: Session, row: PlanRow, revision: RevisionRow, person: PersonId, item: ItemId | None) -> Plan:
        before = plans.load(tx, PlanSlug(row.slug))
        plan = plans.approve(tx, revision, person, self._plan_clock.now())
        changes = diff.lines(before, plan, lambda who: display_name(tx, who))
        self._record(tx, revision, person, item, changes, onto=before.revision)
        self._overtake(tx, plan)
        if revision.number > 1:
            # The first one's card is the proposal itself, and there is nothing before it to go back to.
            notes = (*self._rebased(tx, before, plan, revision), *_called_off(before, revision))
            self._tell(tx, row, revision, plan, person, changes, notes)
        self._engine.enqueue(tx, CONTINUATION, plan.slug, revision.number)
        for handler in self._signed:
            handler(tx, plan)
        return plan

    def undo(self, tx: Session, plan: PlanSlug, person: PersonId, number: int | None = None) -> Plan:
        """Takes the last change back, by its stored inverse, as a revision of its own; again, the one before that.

        ``number``: the one that the person saw. Taking back what is taken back already changes nothing. Raises
        UserError when there is nothing (more) to take back, when another change came after ``number``, or when what it
        would remove is being worked on; NotAllowed for anybody but the owner.
        """
        row = _owned(tx, plan, person)
        made = history.signed(tx, plan)
        if number is not None and number in {revision.undoes for revision in made}:
            return plans.load(tx, plan)
        last = undoing.last(plan, made, number)
        edits = undoing.that_fit(plans.load(tx, plan), EDITS.validate_python(last.undo))
        reason = f"Takes back version {last.number}: {last.reason}"
        now = self._plan_clock.now()
        back = plans.propose(tx, PlanSlug(row.slug), edits, reason, "", person, now, undoes=last.number)
        return self.sign(tx, back, person, _item_of(tx, last))

    def _record(
        self,
        tx: Session,
        revision: RevisionRow,
        person: PersonId,
        item: ItemId | None,
        changes: tuple[str, ...],
        onto: int,
    ) -> None:
        now = self._wall.now()
        decision = decisions.record(
            tx,
            at=now,
            kind="revision",
            what=f"Version {revision.number} of {revision.plan}",
            why=revision.reason,
            actor=revision.proposer,
            verdict="allow",
            plan=revision.plan,
            item=item,
            approver=person,
            data={
                "revision": revision.id,
                "hash": revision.hash,
                "planned_by": revision.planned_by,
                "origin": history.origin_of(revision),
                "base": revision.base,
                "onto": onto,
            },
        )
        seen = {"attributes": {"changes": len(changes)}, "source": "the plan", "excerpt": "; ".join(changes)[:500]}
        decisions.conclude(tx, decision, now, "succeeded", "it is the plan now", seen)

    def _overtake(self, tx: Session, plan: Plan) -> None:
        """Closes the cards of proposals that can no longer be approved, saying what got in their way."""
        asked = select(AskRow.id, RevisionRow).where(
            AskRow.kind == AskKind.REVISION,
            AskRow.state == AskState.OPEN,
            AskRow.entity == RevisionRow.id,
            RevisionRow.plan == plan.slug,
            RevisionRow.state == "replaced",
        )
        for ask, revision in tx.exec(asked).all():
            note = f"{history.overtaken(tx, revision)} Propose it again."
            self._asks.close(tx, ask, AskState.VOID, Fate(word="Replaced", note=note))

    def _rebased(self, tx: Session, before: Plan, plan: Plan, revision: RevisionRow) -> Iterator[str]:
        """What to say of a proposal that others were signed before: what it was put onto, and what that changes."""
        if revision.base == before.revision:
            return
        yield (
            f"Proposed on version {revision.base} and put onto version {before.revision}: nothing that it touches had "
            "changed in between."
        )
        day = self._today(plan)
        shown = replay(history.standing(tx, before, revision.base), EDITS.validate_python(revision.edits))
        then, now = finish(shown, day), finish(plan, day)
        if then != now:
            told = (near(when, day) for when in (now, then))
            yield "With what was signed in between the plan finishes {}, not {}.".format(*told)

    def _tell(
        self,
        tx: Session,
        row: PlanRow,
        revision: RevisionRow,
        plan: Plan,
        person: PersonId,
        changes: tuple[str, ...],
        notes: tuple[str, ...],
    ) -> None:
        day = self._today(plan)
        notice = RevisionNotice(
            plan=plan.slug,
            number=revision.number,
            reason=revision.reason,
            by=display_name(tx, person),
            changes=changes,
            notes=notes,
            finish=finish(plan, day),
            today=day,
        )
        self._messenger.post(tx, ChatId(row.chat), notice, f"revision:{revision.id}")

    def _today(self, plan: Plan) -> date:
        return today(self._plan_clock.now(), plan.zone)


def _called_off(before: Plan, revision: RevisionRow) -> Iterator[str]:
    """What somebody was working on and is told to stop."""
    for edit in EDITS.validate_python(revision.edits):
        item = before.items.get(edit.item) if isinstance(edit, DropItem | Reassign) and edit.call_off else None
        if item is not None and item.state in IN_FLIGHT:
            yield (
                f"{item.id} was being worked on: {item.agent} is told to stop. What cannot be called back is watched "
                "and told here."
            )


def _owned(tx: Session, plan: PlanSlug, person: PersonId) -> PlanRow:
    row = hold(tx, PlanRow, plan)
    if row is None:
        raise UserError(f"There is no plan {plan}.", "`status` lists the plans of this chat.")
    if row.owner != person:
        owner = display_name(tx, row.owner)
        raise NotAllowed(f"Only {owner} may change {plan}.", f"Ask {owner}.")
    return row


def _item_of(tx: Session, revision: RevisionRow) -> ItemId | None:
    """The item that the revision's decision was about."""
    found = tx.exec(select(DecisionRow).where(DecisionRow.plan == revision.plan, DecisionRow.kind == "revision")).all()
    return next((ItemId(row.item) for row in found if row.item and row.data.get("revision") == revision.id), None)
