"""Signing a revision and taking one back: what the proposal's approval, a repair and chat's ``undo`` have in common.

A signature is a decision with its outcome, a notice with the diff, the end of proposals that it overtook, and a
continuation that looks what may begin now; all in the caller's transaction.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

from sqlmodel import Session, col, select

from plans.engine import Engine
from plans.errors import NotAllowed, UserError
from plans.governance import decisions
from plans.governance.asks import Asks
from plans.governance.locks import hold
from plans.model import diff
from plans.model.calendar import today
from plans.model.edits import EDITS, Edit, Edits, RemoveItem, RestoreItem
from plans.model.plan import Plan
from plans.model.revision import item_of
from plans.model.schedule import finish
from plans.ports.people import Fate, Messenger, RevisionNotice
from plans.ports.time import Clock
from plans.store import plans
from plans.store.clock import PlanClock
from plans.store.people import display_name
from plans.store.tables import AskRow, DecisionRow, PlanRow, RevisionRow
from plans.words import IN_FLIGHT, AskKind, AskState, ChatId, ItemId, ItemState, PersonId, PlanSlug

CONTINUATION: Final = "plan"
"""Kind of the continuation ``plan:<slug>:<number>``: the plan has changed, look what may begin."""
STEWARD: Final = PersonId("Steward")
"""Who signs what follows from a rule rather than from a person."""
Signed = Callable[[Session, Plan], None]


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

        Raises NotAllowed for anybody but the plan's owner, Conflict when the plan has moved on since it was proposed,
        and UserError when an edit no longer fits.
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
        self._record(tx, revision, person, item, changes)
        self._overtake(tx, plan, revision)
        if revision.number > 1:
            # The first one's card is the proposal itself, and there is nothing before it to go back to.
            self._tell(tx, row, revision, plan, person, changes)
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
        history = _approved(tx, plan)
        undone = {revision.undoes for revision in history}
        if number is not None and number in undone:
            return plans.load(tx, plan)
        standing = [r for r in history if r.undoes is None and r.number not in undone]
        last = standing[-1] if standing else None
        if last is None or last.number == 1:
            raise UserError(
                f"There is no change of {plan} to take back: it stands as it was first approved.",
                f"`stop {plan}` halts it, and a new goal makes a new plan.",
            )
        if number is not None and number != last.number:
            raise UserError(
                f"Version {number} is not the last change of {plan}; version {last.number} came after it.",
                f"Take back version {last.number} first: `undo`.",
            )
        edits = _that_fit(plans.load(tx, plan), EDITS.validate_python(last.undo))
        reason = f"Takes back version {last.number}: {last.reason}"
        now = self._plan_clock.now()
        back = plans.propose(tx, PlanSlug(row.slug), edits, reason, "", person, now, undoes=last.number)
        return self.sign(tx, back, person, _item_of(tx, last))

    def _record(
        self, tx: Session, revision: RevisionRow, person: PersonId, item: ItemId | None, changes: tuple[str, ...]
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
            data={"revision": revision.id, "hash": revision.hash, "planned_by": revision.planned_by},
        )
        seen = {"attributes": {"changes": len(changes)}, "source": "the plan", "excerpt": "; ".join(changes)[:500]}
        decisions.conclude(tx, decision, now, "succeeded", "it is the plan now", seen)

    def _overtake(self, tx: Session, plan: Plan, revision: RevisionRow) -> None:
        """Closes the cards of proposals that were made on the plan as it was."""
        overtaken = select(RevisionRow.id).where(RevisionRow.plan == plan.slug, RevisionRow.state == "replaced")
        asked = select(AskRow.id).where(
            AskRow.kind == AskKind.REVISION, AskRow.state == AskState.OPEN, col(AskRow.entity).in_(overtaken)
        )
        fate = Fate(word="Replaced", note=f"version {revision.number} was signed first")
        for ask in tx.exec(asked).all():
            self._asks.close(tx, ask, AskState.VOID, fate)

    def _tell(
        self,
        tx: Session,
        row: PlanRow,
        revision: RevisionRow,
        plan: Plan,
        person: PersonId,
        changes: tuple[str, ...],
    ) -> None:
        day = today(self._plan_clock.now(), plan.zone)
        notice = RevisionNotice(
            plan=plan.slug,
            number=revision.number,
            reason=revision.reason,
            by=display_name(tx, person),
            changes=changes,
            finish=finish(plan, day),
            today=day,
        )
        self._messenger.post(tx, ChatId(row.chat), notice, f"revision:{revision.id}")


def _owned(tx: Session, plan: PlanSlug, person: PersonId) -> PlanRow:
    row = hold(tx, PlanRow, plan)
    if row is None:
        raise UserError(f"There is no plan {plan}.", "`status` lists the plans of this chat.")
    if row.owner != person:
        owner = display_name(tx, row.owner)
        raise NotAllowed(f"Only {owner} may change {plan}.", f"Ask {owner}.")
    return row


def _approved(tx: Session, plan: PlanSlug) -> list[RevisionRow]:
    """The revisions that made the plan, oldest first."""
    asked = select(RevisionRow).where(RevisionRow.plan == plan, RevisionRow.state == "approved")
    return list(tx.exec(asked.order_by(col(RevisionRow.number))).all())


def _that_fit(plan: Plan, edits: Edits) -> Edits:
    """The inverse edits, as the world has not stood still since. Raises UserError when it cannot be turned back.

    An item that somebody was working on then is planned again, for nobody is working on that brief now.
    """
    fitting: list[Edit] = []
    for edit in edits:
        if isinstance(edit, RemoveItem | RestoreItem):
            state = item_of(plan, edit.item).state
            if state is ItemState.DONE or (isinstance(edit, RemoveItem) and state in IN_FLIGHT):
                raise UserError(
                    f"{edit.item} is {state} by now, and taking that change back would undo it.",
                    f"Say what should change instead, or `stop {plan.slug}`.",
                )
        if isinstance(edit, RestoreItem) and edit.state in IN_FLIGHT:
            fitting.append(RestoreItem(item=edit.item, state=ItemState.PLANNED))
        else:
            fitting.append(edit)
    return tuple(fitting)


def _item_of(tx: Session, revision: RevisionRow) -> ItemId | None:
    """The item that the revision's decision was about."""
    found = tx.exec(select(DecisionRow).where(DecisionRow.plan == revision.plan, DecisionRow.kind == "revision")).all()
    return next((ItemId(row.item) for row in found if row.item and row.data.get("revision") == revision.id), None)
