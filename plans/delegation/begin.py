"""What on a plan may begin now, and what must end because the plan no longer wants it."""

from __future__ import annotations

import secrets
from collections.abc import Sequence
from datetime import UTC, datetime, time
from zoneinfo import ZoneInfo

from sqlmodel import Session, col, select

from plans.delegation.brief import build
from plans.delegation.desk import CONTINUATION, START, Desk, Phase, open_delegations
from plans.governance.stops import stopped
from plans.model.calendar import today
from plans.model.plan import Item, Plan
from plans.ports.people import Fate
from plans.store import plans
from plans.store.tables import AskRow, DelegationRow, PlanRow
from plans.store.timers import set_timer
from plans.words import AskKind, AskState, DelegationId, ItemId, ItemKind, ItemState, PlanSlug


def look_over(desk: Desk, tx: Session, slug: str) -> None:
    """Begins what is ready, calls off what was dropped or reassigned, and sets alarms for what begins later.

    Safe to repeat: an item has at most one open delegation.
    """
    row = tx.get(PlanRow, slug, with_for_update=True)
    if row is None or row.state != "active":
        return
    plan = plans.load(tx, PlanSlug(row.slug))
    running = call_off_unwanted(desk, tx, plan)
    _close_alerts(desk, tx, plan)
    if stopped(tx, plan=slug) is not None:
        return
    busy = {delegation.item for delegation in running}
    day, seen = today(desk.plan_clock.now(), plan.zone), set[ItemId]()
    while fresh := [item for item in plan.ready(day) if item.id not in seen]:
        for item in fresh:
            seen.add(item.id)
            if item.agent is None:
                plans.set_item_state(tx, item.id, ItemState.READY)
            elif item.id not in busy:
                _hand_over(desk, tx, plan, item)
        if not any(item.links for item in plan.items.values()):
            break
        plan = plans.load(tx, plan.slug)  # some may begin as soon as another has begun
    for item in plan.of_kind(ItemKind.TASK):
        if item.state is ItemState.PLANNED and item.agent:
            _alarm(tx, plan, item)


def _alarm(tx: Session, plan: Plan, item: Item) -> None:
    morning = datetime.combine(plan.opens(item), time.min, ZoneInfo(plan.zone)).astimezone(UTC)
    set_timer(tx, f"{START}:{item.id}", morning, "plan", START, plan.slug)


def call_off_unwanted(desk: Desk, tx: Session, plan: Plan) -> Sequence[DelegationRow]:
    """Has every brief called back whose item was dropped or given to somebody else; returns all that are open.

    Called in the transaction of every signature, so that a change of mind a moment later finds it called off.
    """
    running = tx.exec(select(DelegationRow).where(DelegationRow.plan == plan.slug, open_delegations())).all()
    for delegation in running:
        item = plan.items.get(ItemId(delegation.item))
        wanted = item is not None and item.state is not ItemState.DROPPED and item.agent == delegation.agent
        if not wanted and not delegation.cancel:
            delegation.cancel = "the plan no longer wants it"
            delegation.seq += 1
            tx.add(delegation)
            desk.engine.enqueue(tx, CONTINUATION, delegation.id, delegation.seq)
    return running


def _close_alerts(desk: Desk, tx: Session, plan: Plan) -> None:
    """What was late and is done by now needs no repair any more."""
    asked = select(AskRow).where(AskRow.plan == plan.slug, AskRow.kind == AskKind.REPAIR, AskRow.state == AskState.OPEN)
    for ask in tx.exec(asked).all():
        item = plan.items.get(ItemId(ask.entity))
        if item is not None and item.settled:
            fate = Fate(word="Settled", note=f"{item.id} is {item.state} by now.")
            desk.asks.close(tx, ask.id, AskState.VOID, fate)


def _hand_over(desk: Desk, tx: Session, plan: Plan, item: Item) -> None:
    assert item.agent is not None
    attempt = 1 + len(tx.exec(select(DelegationRow.id).where(DelegationRow.item == item.id)).all())
    name = DelegationId(f"{item.id}.{attempt}")
    row = DelegationRow(
        id=name,
        plan=plan.slug,
        item=item.id,
        agent=item.agent,
        attempt=attempt,
        state=Phase.NEW.value,
        key=f"{name}-{secrets.token_hex(6)}",
        brief=build(tx, plan, item, desk.roster.agent(item.agent), name).model_dump(mode="json"),
        created_at=desk.plan_clock.now(),
    )
    tx.add(row)
    plans.set_item_state(tx, item.id, ItemState.DELEGATED)
    desk.engine.enqueue(tx, CONTINUATION, row.id, row.seq)


def wake_all(desk: Desk, tx: Session, plan: str | None) -> int:
    """Has every open delegation of a plan (or of all) looked at again, e.g. when a stop begins or ends."""
    query = select(DelegationRow).where(open_delegations()).order_by(col(DelegationRow.id))
    rows = tx.exec(query.where(DelegationRow.plan == plan) if plan else query).all()
    for row in rows:
        row.seq += 1
        tx.add(row)
        desk.engine.enqueue(tx, CONTINUATION, row.id, row.seq)
    return len(rows)
