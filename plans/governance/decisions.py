"""The decision log: why something was or was not done, written before it, and what became of it, written after.

Both are kept for ever. A decision's row changes once, when a person's yes is added to what was asked for; an outcome
changes once, when somebody has looked at what was unknown.
"""

from __future__ import annotations

import secrets
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from itertools import count
from typing import Any, Final, Literal

from sqlmodel import Session, col, select

from plans.errors import Conflict
from plans.governance.acts import Act
from plans.governance.locks import hold
from plans.store.tables import DecisionRow, OutcomeRow
from plans.words import DecisionId, DelegationId, ItemId, Money, PersonId, PlanSlug

Kind = Literal["act", "plan", "revision", "route", "refusal", "week"]
State = Literal["succeeded", "failed", "refused", "unknown", "canceled"]
_EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)
_ORDER = count()


def _name(at: datetime) -> DecisionId:
    """Sorts by time, within one instant by the order of writing, and is never the same twice."""
    micros = (at - _EPOCH) // timedelta(microseconds=1)
    return DecisionId(f"D{micros:014x}{next(_ORDER) % 0x10000:04x}{secrets.token_hex(4)}")


def record(
    tx: Session,
    *,
    at: datetime,
    kind: Kind,
    what: str,
    why: str,
    actor: str,
    verdict: str,
    plan: PlanSlug | str | None = None,
    item: ItemId | str | None = None,
    delegation: DelegationId | str | None = None,
    act: Act | None = None,
    rules: Sequence[str] = (),
    policy: str = "",
    approver: PersonId | None = None,
    data: dict[str, Any] | None = None,
) -> DecisionId:
    """Writes the decision down before anything is done about it. ``at``: UTC. ``data``: JSON, never a secret."""
    row = DecisionRow(
        id=_name(at),
        at=at,
        kind=kind,
        what=what,
        why=why,
        actor=actor,
        verdict=verdict,
        plan=plan,
        item=item,
        delegation=delegation,
        act=act.model_dump(mode="json") if act else None,
        act_hash=act.hash() if act else None,
        rules=list(rules),
        policy=policy,
        approver=approver,
        data=data or {},
    )
    tx.add(row)
    tx.flush()
    return DecisionId(row.id)


def approve(tx: Session, decision: DecisionId, person: PersonId) -> None:
    """Adds the person's yes. Safe to repeat. Raises Conflict for an unknown decision, or one approved by another."""
    row = hold(tx, DecisionRow, decision)
    if row is None or row.approver not in (None, person):
        raise Conflict(f"{decision} is not waiting for a yes")
    row.approver = person
    tx.add(row)
    tx.flush()


def conclude(
    tx: Session,
    decision: DecisionId,
    at: datetime,
    state: State,
    verified: str = "",
    evidence: dict[str, Any] | None = None,
    cost: Money | None = None,
) -> None:
    """Writes down what became of it, once; repeating the same state changes nothing. ``at``: UTC.

    Raises Conflict when another outcome stands. An unknown one does not stand: it gives way to what a look has found.
    """
    if hold(tx, DecisionRow, decision) is None:
        raise Conflict(f"there is no decision {decision}")
    row = tx.get(OutcomeRow, decision, populate_existing=True)
    if row is not None and row.state == state:
        return
    if row is not None and row.state != "unknown":
        raise Conflict(f"{decision} is {row.state}, not {state}")
    row = row or OutcomeRow(decision=decision, at=at, state=state)
    row.at, row.state, row.verified, row.evidence = at, state, verified, evidence or {}
    if cost is not None:
        row.cost_minor, row.currency = cost.minor, cost.currency
    tx.add(row)
    tx.flush()


def of_item(tx: Session, item: ItemId | str) -> list[tuple[DecisionRow, OutcomeRow | None]]:
    """The item's decisions with what became of them, oldest first."""
    rows = tx.exec(
        select(DecisionRow, OutcomeRow)
        .join(OutcomeRow, col(OutcomeRow.decision) == col(DecisionRow.id), isouter=True)
        .where(DecisionRow.item == item)
        .order_by(col(DecisionRow.at), col(DecisionRow.id))
    ).all()
    return [(decision, outcome) for decision, outcome in rows]


def open_decisions(tx: Session, plan: PlanSlug | str) -> list[DecisionRow]:
    """The plan's decisions of which nobody knows yet what became of them, oldest first."""
    return list(
        tx.exec(
            select(DecisionRow)
            .join(OutcomeRow, col(OutcomeRow.decision) == col(DecisionRow.id), isouter=True)
            .where(DecisionRow.plan == plan, col(OutcomeRow.decision).is_(None))
            .order_by(col(DecisionRow.at), col(DecisionRow.id))
        ).all()
    )
