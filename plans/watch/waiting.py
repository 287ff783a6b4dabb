"""What on a plan waits for somebody's word, item by item, in words."""

from __future__ import annotations

from typing import Final

from sqlmodel import Session, col, select

from plans.governance.clicks import names
from plans.governance.stops import stopped
from plans.model.plan import Plan
from plans.store.tables import AskRow
from plans.words import AskKind, AskState, ItemId, ItemKind, ItemState, PlanSlug

_FOR: Final = {
    AskKind.ACT.value: "a yes",
    AskKind.QUESTION.value: "an answer",
    AskKind.CHALLENGE.value: "a one-time code",
    AskKind.REPAIR.value: "a repair to be chosen",
}


def asked(tx: Session, plan: PlanSlug, *, late: bool = True) -> dict[ItemId, str]:
    """What is being asked about which item: ``waits for a yes from Ada``. ``late``: whether alerts count too."""
    rows = tx.exec(
        select(AskRow)
        .where(AskRow.plan == plan, AskRow.state == AskState.OPEN, col(AskRow.kind).in_(list(_FOR)))
        .order_by(col(AskRow.asked_at), col(AskRow.id))
    ).all()
    return {
        ItemId(row.notice["item"]): f"waits for {_FOR[row.kind]} from {names(tx, row.allowed)}"
        for row in rows
        if late or row.kind != AskKind.REPAIR
    }


def blocked(tx: Session, plan: Plan) -> dict[ItemId, str]:
    """The open tasks that do not go on before somebody has said or seen something."""
    found = asked(tx, plan.slug, late=False)
    halted = {item.agent for item in plan.items.values() if item.agent and stopped(tx, agent=item.agent) is not None}
    for item in plan.of_kind(ItemKind.TASK):
        if item.settled or item.id in found:
            continue
        if item.state is ItemState.UNKNOWN:
            found[item.id] = "its outcome is unclear, and somebody has to look"
        elif item.agent in halted:
            found[item.id] = f"{item.agent} is stopped"
    return found
