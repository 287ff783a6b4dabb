"""The repository of plans: a frame, its items, and the revisions that made them.

A plan changes by approved revisions alone; only an item's state moves on its own. A revision remembers the number it
was proposed on. When others are approved first it is put on top of them, provided that they leave alone what it touches
and that it still fits; otherwise it is ``replaced``, and approving it raises ``Overtaken``, which names what was in its
way.
"""

from __future__ import annotations

import hashlib
import json
from datetime import datetime
from typing import Any

from pydantic import TypeAdapter
from sqlalchemy import delete, func, insert, update
from sqlmodel import Session, col, select

from plans.errors import Conflict, Overtaken, UserError
from plans.model.edits import EDITS, AddItem, Edits
from plans.model.plan import Item, Plan
from plans.model.rebase import clashes
from plans.model.revision import apply, invert
from plans.store import history
from plans.store.names import free_prefix, free_slug
from plans.store.tables import ItemRow, PlanRow, RevisionRow
from plans.words import ChatId, ItemId, ItemState, PersonId, PlanSlug

__all__ = [
    "amend",
    "approve",
    "create_proposal",
    "free_prefix",
    "free_slug",
    "load",
    "propose",
    "proposed",
    "reject",
    "set_item_state",
]

_ITEMS = TypeAdapter(list[Item])
_FRAME_ONLY = {"items", "revision"}


def create_proposal(
    tx: Session, plan: Plan, edits: Edits, chat: ChatId, reason: str, planned_by: str, now: datetime
) -> RevisionRow:
    """A new plan with its first revision, which only adds items to an empty frame. ``now``: UTC.

    Raises ValueError when it does not, and UserError when the edits do not fit together; nothing is stored then.
    """
    if plan.items or not all(isinstance(edit, AddItem) for edit in edits):
        raise ValueError("the first revision of a plan adds items to an empty frame")
    apply(plan, edits)
    row = PlanRow(
        slug=plan.slug,
        prefix=plan.prefix,
        chat=chat,
        owner=plan.owner,
        frame=_frame(plan),
        created_at=now,
    )
    tx.add(row)
    tx.flush()
    return _propose(tx, row, edits, reason, planned_by, plan.owner, now, undoes=None)


def propose(
    tx: Session,
    plan_slug: PlanSlug,
    edits: Edits,
    reason: str,
    planned_by: str,
    proposer: PersonId,
    now: datetime,
    undoes: int | None = None,
) -> RevisionRow:
    """Stores a revision for approval, on the plan as it now stands. ``undoes``: the number of the one it takes back.

    Raises UserError when there is no such plan, or when the edits do not fit it.
    """
    row = _row(tx, plan_slug, lock=True)
    apply(_plan(tx, row), edits)
    if row.state == "rejected":
        row.state = "proposed"
    return _propose(tx, row, edits, reason, planned_by, proposer, now, undoes)


def load(tx: Session, slug: PlanSlug) -> Plan:
    """The plan as approved. Raises UserError when there is none of that name."""
    return _plan(tx, _row(tx, slug))


def proposed(tx: Session, revision_row: RevisionRow) -> Plan:
    """The plan as it would be. Raises Conflict when the revision is decided, Overtaken when it no longer fits."""
    row = _row(tx, PlanSlug(revision_row.plan))
    _still_open(tx, revision_row, row)
    after = _put(tx, _plan(tx, row), revision_row)
    return after.model_copy(update={"revision": revision_row.number})


def amend(tx: Session, revision_row: RevisionRow, edits: Edits) -> Plan:
    """Adds edits to what is proposed, for somebody who has seen it on the plan as it stands; returns ``proposed``.

    Raises what ``proposed`` does, and UserError when the edits do not fit.
    """
    row = _row(tx, PlanSlug(revision_row.plan), lock=True)
    after = apply(proposed(tx, revision_row), edits)
    revision_row.edits = [*revision_row.edits, *EDITS.dump_python(edits, mode="json")]
    revision_row.base = row.revision
    revision_row.hash = _hash(revision_row.plan, revision_row.number, revision_row.edits)
    tx.add(revision_row)
    tx.flush()
    return after


def approve(tx: Session, revision_row: RevisionRow, person: PersonId, now: datetime) -> Plan:
    """Makes the revision the plan, and ``replaced`` every other proposal for it that it clashes with.

    Items added become planned. What was approved since the revision was proposed stays: the edits, exactly as they were
    shown, go on top of it, under the next number. Raises Conflict when it is decided already, Overtaken when something
    approved since gets in its way, and UserError when items have moved on so far that an edit no longer fits.
    """
    row = _row(tx, PlanSlug(revision_row.plan), lock=True)
    tx.refresh(revision_row)
    _still_open(tx, revision_row, row)
    before, edits = _plan(tx, row), EDITS.validate_python(revision_row.edits)
    revision_row.number = revision_row.number if revision_row.number > row.revision else _last(tx, row) + 1
    after = _planned(_put(tx, before, revision_row), before).model_copy(update={"revision": revision_row.number})
    revision_row.undo = EDITS.dump_python(invert(before, edits), mode="json")
    _signed(revision_row, "approved", person, now)
    row.revision = revision_row.number
    row.state = "active" if row.state == "proposed" else row.state
    row.frame = _frame(after)
    tx.add_all((row, revision_row))
    tx.flush()
    _replace(tx, after, edits)
    _write_items(tx, before, after)
    return after


def reject(tx: Session, revision_row: RevisionRow, person: PersonId, now: datetime) -> None:
    """Turns the revision down; a plan that was never approved and has no other proposal is rejected with it.

    Raises Conflict when it is decided already.
    """
    row = _row(tx, PlanSlug(revision_row.plan), lock=True)
    tx.refresh(revision_row)
    if revision_row.state != "proposed":
        raise Conflict(f"{revision_row.id} is {revision_row.state}")
    _signed(revision_row, "rejected", person, now)
    tx.add(revision_row)
    tx.flush()
    if row.state == "proposed":
        others = select(RevisionRow.id).where(RevisionRow.plan == row.slug, RevisionRow.state == "proposed").limit(1)
        row.state = "proposed" if tx.exec(others).first() else "rejected"
        tx.add(row)


def set_item_state(tx: Session, item_id: ItemId, state: ItemState) -> None:
    """Moves an item on. Raises UserError when no approved plan has it."""
    row = tx.get(ItemRow, item_id, with_for_update=True)
    if row is None:
        raise UserError(f"There is no item {item_id}.", "`status` lists the items of this chat's plan.")
    row.state = state
    row.body = {**row.body, "state": state.value}
    tx.add(row)


def _row(tx: Session, slug: PlanSlug, *, lock: bool = False) -> PlanRow:
    tx.flush()  # a locking read overwrites what the session has not written yet
    row = tx.get(PlanRow, slug, with_for_update=True if lock else None, populate_existing=lock)
    if row is None:
        raise UserError(f"There is no plan {slug}.", "`status` lists the plans of this chat.")
    return row


def _plan(tx: Session, row: PlanRow) -> Plan:
    bodies = tx.exec(select(ItemRow.body).where(ItemRow.plan == row.slug).order_by(col(ItemRow.position))).all()
    items = {item.id: item for item in _ITEMS.validate_python(bodies)}
    return Plan.model_validate({**row.frame, "items": items, "revision": row.revision})


def _frame(plan: Plan) -> dict[str, Any]:
    return plan.model_dump(mode="json", exclude=_FRAME_ONLY)


def _propose(
    tx: Session,
    row: PlanRow,
    edits: Edits,
    reason: str,
    planned_by: str,
    proposer: PersonId,
    now: datetime,
    undoes: int | None,
) -> RevisionRow:
    number = _last(tx, row) + 1
    dumped = EDITS.dump_python(edits, mode="json")
    revision = RevisionRow(
        id=f"{row.slug}:{number}",
        plan=row.slug,
        number=number,
        base=row.revision,
        edits=dumped,
        undoes=undoes,
        reason=reason,
        planned_by=planned_by,
        proposer=proposer,
        hash=_hash(row.slug, number, dumped),
        created_at=now,
    )
    used = (_number(edit.item.id) for edit in edits if isinstance(edit, AddItem))
    row.next_number = max(row.next_number, max(used, default=0) + 1)
    tx.add_all((row, revision))
    tx.flush()
    return revision


def _hash(slug: str, number: int, edits: list[dict[str, Any]]) -> str:
    shown = json.dumps([slug, number, edits], sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    return hashlib.sha256(shown.encode()).hexdigest()


def _number(item: ItemId) -> int:
    tail = item.rpartition("-")[2]
    return int(tail) if tail.isdecimal() else 0


def _last(tx: Session, row: PlanRow) -> int:
    """The highest number that any revision of the plan has."""
    return tx.exec(select(func.max(col(RevisionRow.number))).where(RevisionRow.plan == row.slug)).one() or 0


def _still_open(tx: Session, revision: RevisionRow, plan: PlanRow) -> None:
    if revision.state not in ("proposed", "replaced"):
        raise Conflict(f"{revision.id} is {revision.state}")
    if revision.state == "replaced" or (revision.base != plan.revision and history.rivals(tx, revision)):
        raise _overtaken(tx, revision)


def _overtaken(tx: Session, revision: RevisionRow, why: str = "") -> Overtaken:
    said = history.overtaken(tx, revision, why)
    return Overtaken(said, f"Propose it again: `status {revision.plan}` shows how the plan stands.")


def _put(tx: Session, plan: Plan, revision: RevisionRow) -> Plan:
    """The plan with the revision's edits. Raises Overtaken when they no longer fit what was approved since."""
    try:
        return apply(plan, EDITS.validate_python(revision.edits))
    except UserError as error:
        if revision.base == plan.revision:
            raise
        raise _overtaken(tx, revision, error.said) from error


def _replace(tx: Session, plan: Plan, edits: Edits) -> None:
    """Ends the proposals that what was just approved gets in the way of, or that no longer fit the plan after it."""
    asked = select(RevisionRow).where(RevisionRow.plan == plan.slug, RevisionRow.state == "proposed")
    for other in tx.exec(asked).all():
        theirs = EDITS.validate_python(other.edits)
        if clashes(theirs, edits) or not _fits(plan, theirs):
            other.state = "replaced"
            tx.add(other)
    tx.flush()


def _fits(plan: Plan, edits: Edits) -> bool:
    try:
        apply(plan, edits)
    except UserError:
        return False
    return True


def _signed(revision: RevisionRow, state: str, person: PersonId, now: datetime) -> None:
    revision.state, revision.signed_by, revision.signed_at = state, person, now


def _planned(after: Plan, before: Plan) -> Plan:
    items = {
        key: item.model_copy(update={"state": ItemState.PLANNED})
        if key not in before.items and item.state is ItemState.PROPOSED
        else item
        for key, item in after.items.items()
    }
    return after.model_copy(update={"items": items})


def _columns(item: Item) -> dict[str, Any]:
    """Everything of an item's row but its key, its plan and its place."""
    return {
        "kind": item.kind,
        "state": item.state,
        "agent": item.agent,
        "end": item.end,
        "body": item.model_dump(mode="json"),
    }


def _write_items(tx: Session, before: Plan, after: Plan) -> None:
    gone = [key for key in before.items if key not in after.items]
    if gone:
        tx.execute(delete(ItemRow).where(col(ItemRow.id).in_(gone)))
    last = tx.exec(select(func.max(col(ItemRow.position))).where(ItemRow.plan == after.slug)).one()
    place, added = 0 if last is None else last + 1, []
    for key, item in after.items.items():
        if key not in before.items:
            added.append({"id": key, "plan": after.slug, "position": place, **_columns(item)})
            place += 1
        elif item != before.items[key]:
            tx.execute(update(ItemRow).where(col(ItemRow.id) == key).values(**_columns(item)))
    if added:
        tx.execute(insert(ItemRow), added)
