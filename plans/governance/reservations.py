"""Money held under a plan's budget before an act, and settled or released after it.

What is left of a budget is what was neither spent nor held, read under a lock on the plan: however many acts are
decided at once, together they never hold more than there is.
"""

from __future__ import annotations

import logging

from sqlalchemy import func
from sqlmodel import Session, col, select

from plans.errors import Conflict, UserError
from plans.governance.locks import hold
from plans.store.tables import PlanRow, ReservationRow
from plans.words import DecisionId, Money, PlanSlug

_log = logging.getLogger(__name__)


def reserve(tx: Session, decision: DecisionId, plan: PlanSlug, amount: Money, budget: Money | None) -> None:
    """Holds the amount for the decision; without a budget there is no upper bound. Safe to repeat for one decision.

    Raises UserError naming the budget and what is left of it, Conflict when the decision's reservation is over, and
    ValueError for a negative amount.
    """
    if amount.minor < 0:
        raise ValueError("nothing below zero is reserved")
    hold(tx, PlanRow, plan)
    row = tx.get(ReservationRow, decision)
    if row is not None and row.state != "held":
        raise Conflict(f"the reservation of {decision} is {row.state}")
    if row is not None:
        return
    if budget is not None:
        _fits(tx, plan, amount, budget)
    tx.add(ReservationRow(decision=decision, plan=plan, currency=amount.currency, held_minor=amount.minor))
    tx.flush()


def _fits(tx: Session, plan: PlanSlug, amount: Money, budget: Money) -> None:
    foreign = select(ReservationRow.currency).where(
        ReservationRow.plan == plan, ReservationRow.state != "released", ReservationRow.currency != budget.currency
    )
    other = tx.exec(foreign.limit(1)).first()
    if amount.currency != budget.currency or other is not None:
        raise UserError(
            f"The budget of {plan} is in {budget.currency}, but {amount if other is None else other} is not.",
            "Nothing is converted here: give the plan a budget in the currency that it spends.",
        )
    rest = left(tx, plan, budget)
    if amount.minor > rest.minor:
        raise UserError(
            f"{amount} is more than what is left of the budget of {plan}: {rest} of {budget}.",
            "Its owner can raise the budget, or give up something else that holds money.",
        )


def _open(tx: Session, decision: DecisionId) -> ReservationRow | None:
    """The reservation, held; None when the act held no money."""
    return hold(tx, ReservationRow, decision)


def settle(tx: Session, decision: DecisionId, cost: Money | None) -> None:
    """Turns what was held into what was spent; what was held beyond the cost is free again. Safe to repeat.

    Without a stated cost all of it counts as spent. An agent that states more than was held, or another currency, is
    booked at what was held: more than a person or the price agreed to is never taken from the budget by its word (its
    claim stands in the decision's outcome). Raises Conflict when the reservation was released before.
    """
    row = _open(tx, decision)
    if row is None or row.state == "settled":
        return
    if row.state == "released":
        raise Conflict(f"the reservation of {decision} was released")
    within = cost is not None and cost.currency == row.currency and 0 <= cost.minor <= row.held_minor
    if cost is not None and not within:
        _log.warning("a cost is not what was reserved", extra={"decision": decision})
    row.settled_minor = cost.minor if cost is not None and within else row.held_minor
    row.state = "settled"
    tx.add(row)
    tx.flush()


def release(tx: Session, decision: DecisionId) -> None:
    """Frees what was held: nothing was spent. Safe to repeat, and without a reservation.

    Raises Conflict when the money was settled before.
    """
    row = _open(tx, decision)
    if row is None or row.state == "released":
        return
    if row.state == "settled":
        raise Conflict(f"the reservation of {decision} was settled")
    row.state = "released"
    tx.add(row)
    tx.flush()


def left(tx: Session, plan: PlanSlug, budget: Money) -> Money:
    """What of the budget is neither spent nor held; below zero when the budget was lowered under what is."""
    mine = (ReservationRow.plan == plan, ReservationRow.currency == budget.currency)
    held = tx.exec(select(func.sum(col(ReservationRow.held_minor))).where(*mine, ReservationRow.state == "held")).one()
    spent = tx.exec(
        select(func.sum(col(ReservationRow.settled_minor))).where(*mine, ReservationRow.state == "settled")
    ).one()
    return Money(minor=budget.minor - int(held or 0) - int(spent or 0), currency=budget.currency)
