"""From a file to a proposed change of a plan, or to a new plan: which plan it is about, and what it would do to it.

What it would do is worked out between two transactions, for it takes time: the first reads what must be known, the
second is the caller's, and ``still`` tells there whether that is still so. Nothing here approves anything.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass

from sqlmodel import Session, col, select

from plans.errors import UserError
from plans.model.critic import review
from plans.model.edits import EDITS, Edits
from plans.model.exchange import lossless
from plans.model.exchange.compare import changes
from plans.model.exchange.fresh import fresh
from plans.model.exchange.opened import Opened
from plans.model.exchange.reading import Known
from plans.model.plan import Plan
from plans.model.revision import apply
from plans.store import plans
from plans.store.names import free_prefix, free_slug
from plans.store.tables import ItemRow, PersonRow, PlanRow, RevisionRow
from plans.words import AgentName, PersonId, PlanSlug

_BROKEN = 5
"""Rules that are told; the rest is counted."""


@dataclass(frozen=True)
class Target:
    """What was known when the file was read."""

    plan: Plan | None
    """The plan as it stands; None: it will be a new one."""
    known: Known
    slug: PlanSlug
    prefix: str
    """Free names, for a new plan."""


@dataclass(frozen=True)
class Offer:
    """What a file would do. No edits: nothing differs."""

    before: Plan
    edits: Edits
    notes: tuple[str, ...]
    new: bool = False
    """Whether ``before`` is the empty frame of a plan that is not there yet."""

    @property
    def after(self) -> Plan:
        return apply(self.before, self.edits)


def standing(tx: Session, slug: PlanSlug) -> Plan:
    """The plan as approved; one that never was, as it was last proposed. Raises UserError when there is none."""
    plan = plans.load(tx, slug)
    if plan.revision:
        return plan
    asked = select(RevisionRow).where(RevisionRow.plan == slug).order_by(col(RevisionRow.number).desc())
    last = tx.exec(asked).first()
    return apply(plan, EDITS.validate_python(last.edits)) if last else plan


def known(tx: Session, plan: Plan | None, agents: Collection[AgentName]) -> Known:
    """Everybody whom Steward has met or who has a part in the plan, and the inventory."""
    people = {PersonId(row.id): row.name for row in tx.exec(select(PersonRow)).all()}
    doing = set(agents)
    for item in plan.items.values() if plan else ():
        people.setdefault(item.owner, "")
        doing |= {item.agent} if item.agent else set()
    if plan is not None:
        people.setdefault(plan.owner, "")
    row = tx.get(PlanRow, plan.slug) if plan else None
    return Known(people, frozenset(doing), row.next_number if row else 1)


def target(
    tx: Session, found: Opened, among: Sequence[PlanRow], agents: Collection[AgentName], named: PlanRow | None = None
) -> Target:
    """Which plan a file is about: the one named, else the one of ``among`` whose ids it uses, else a new one.

    Raises UserError when that cannot be told.
    """
    row = named or next((row for row in among if row.prefix == found.prefix and found.slug in (None, row.slug)), None)
    if row is not None:
        plan = plans.load(tx, PlanSlug(row.slug))
        return Target(plan, known(tx, plan, agents), plan.slug, plan.prefix)
    if found.plan is None:
        raise UserError(
            f"Which plan is {found.name} about? No id in it is one of a plan here.",
            "Name the plan; a new one can be made of a whole plan in JSON.",
        )
    prefix = free_prefix(tx, found.plan.prefix)
    return Target(None, known(tx, None, agents), PlanSlug(free_slug(tx, found.plan.slug)), prefix)


def offer(found: Opened, target: Target, owner: PersonId) -> Offer:
    """What the file would do, with what was not taken over and the rules it would break. Touches no database.

    ``owner``: of a new plan. Raises Unreadable.
    """
    if target.plan is None:
        assert found.plan is not None, "only a whole plan is a target of its own"
        said = lossless.said(found.plan, found.name)
        frame, edits, notes = fresh(said, target.known, target.slug, target.prefix, owner)
        return Offer(frame, edits, (*notes, *_broken(frame, apply(frame, edits))), new=True)
    change = changes(target.plan, found.said(target.plan, target.known), target.known)
    broken = _broken(target.plan, apply(target.plan, change.edits)) if change.edits else []
    return Offer(target.plan, change.edits, (*change.notes, *broken))


def _broken(before: Plan, after: Plan) -> list[str]:
    """The rules that are kept now and would be no more: for the owner to weigh, as it is their file."""
    already = {finding.said for finding in review(before)} if before.items else set()
    found = [finding.said for finding in review(after) if finding.said not in already]
    if not found:
        return []
    told = [f"It would break a rule: {said}." for said in found[:_BROKEN]]
    left = len(found) - _BROKEN
    return [*told, f"And it would break {left} more."] if left > 0 else told


def still(tx: Session, found: Offer) -> None:
    """Raises UserError when the plan is no longer as it was when the offer was worked out."""
    row = tx.get(PlanRow, found.before.slug)
    again = UserError("The plan changed while the file was read; nothing was proposed.", "Import it once more.")
    if found.new:
        taken = select(PlanRow.slug).where(
            (PlanRow.slug == found.before.slug) | (PlanRow.prefix == found.before.prefix)
        )
        if tx.exec(taken).first() is not None:
            raise again
        return
    states = tx.exec(select(ItemRow.id, ItemRow.state).where(ItemRow.plan == found.before.slug)).all()
    was = {(str(item.id), item.state.value) for item in found.before.items.values()}
    if row is None or row.revision != found.before.revision or {(key, str(state)) for key, state in states} != was:
        raise again


def told(found: Offer) -> str:
    """``3 changes``; how much an offer is, for a sentence."""
    if found.new:
        return f"a new plan of {len(found.edits)} items"
    return "1 change" if len(found.edits) == 1 else f"{len(found.edits)} changes"
