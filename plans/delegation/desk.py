"""What every part of delegation works with, and how a delegation moves from one phase to the next.

A transition bumps ``seq`` and enqueues the continuation that bears it in the same transaction; a continuation that
finds another ``seq`` than its own is stale and does nothing. So a crash between any two lines leaves either the old
phase with its continuation, or the new one with its own.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum
from typing import Final

from sqlalchemy import ColumnElement
from sqlmodel import Session, col

from plans.engine import Engine
from plans.errors import Conflict, UserError
from plans.governance.asks import Asks
from plans.governance.policy import PolicySet
from plans.governance.revisions import Revisions
from plans.ports.people import Messenger
from plans.ports.time import Clock
from plans.ports.work import Brief, Roster, Step
from plans.store import plans
from plans.store.clock import PlanClock
from plans.store.database import Database
from plans.store.tables import DelegationRow, ItemRow, PlanRow
from plans.store.timers import set_timer
from plans.words import SETTLED, ChatId, DelegationId, ItemId, ItemState, PersonId

CONTINUATION: Final = "delegation"
PLAN: Final = "plan"
POLL: Final = "poll"
START: Final = "start"


class Phase(StrEnum):
    """Where a delegation stands. What an agent says of its work is one step of it."""

    NEW = "new"
    ASKING_APPROVAL = "asking_approval"
    APPROVED = "approved"
    INTENDED = "intended"
    WORKING = "working"
    NEEDS_INPUT = "needs_input"
    ANSWERING = "answering"
    NEEDS_2FA = "needs_2fa"
    LOOKING = "looking"
    VERIFYING = "verifying"
    STUCK = "stuck"
    DONE = "done"
    FAILED = "failed"
    REFUSED = "refused"
    CANCELED = "canceled"


ENDED: Final = frozenset({Phase.DONE, Phase.FAILED, Phase.REFUSED, Phase.CANCELED})
OUTSIDE: Final = frozenset({Phase.WORKING, Phase.NEEDS_INPUT, Phase.ANSWERING, Phase.NEEDS_2FA, Phase.LOOKING})
"""Phases in which an agent holds the brief."""
POLLED: Final = frozenset({Phase.WORKING, Phase.NEEDS_2FA, Phase.LOOKING, Phase.VERIFYING})
WAITING: Final = frozenset({Phase.ASKING_APPROVAL, Phase.NEEDS_INPUT, Phase.STUCK})
"""Phases in which nothing happens until a person answers."""


@dataclass(frozen=True)
class Desk:
    """The parts that app wires together once."""

    database: Database
    engine: Engine
    roster: Roster
    asks: Asks
    revisions: Revisions
    policy: Callable[[], PolicySet]
    """The set in force now."""
    messenger: Messenger
    wall: Clock
    plan_clock: PlanClock


def open_delegations() -> ColumnElement[bool]:
    return col(DelegationRow.state).notin_([phase.value for phase in ENDED])


def held(tx: Session, delegation: DelegationId, seq: int) -> DelegationRow:
    """The row, if it still stands where the continuation left it. Raises Conflict otherwise."""
    row = tx.get(DelegationRow, delegation, with_for_update=True)
    if row is None or row.seq != seq:
        raise Conflict(f"{delegation} has moved on from {seq}")
    return row


def move(desk: Desk, tx: Session, row: DelegationRow, phase: Phase, *, wait: float | None = None) -> None:
    """Takes the row to a phase. It goes on at once, after ``wait`` wall seconds, or when a person answers."""
    row.state = phase.value
    row.seq += 1
    if phase in ENDED:
        row.ended_at = desk.plan_clock.now()
    tx.add(row)
    if phase in ENDED or phase in WAITING:
        return
    if wait:
        set_timer(tx, f"{POLL}:{row.id}", desk.wall.now() + timedelta(seconds=wait), "wall", POLL, row.id)
    else:
        desk.engine.enqueue(tx, CONTINUATION, row.id, row.seq)


def carry(tx: Session, row: DelegationRow, state: ItemState) -> bool:
    """Moves the delegation's item on; False when it is settled already: one that the plan gave up stays given up."""
    item = tx.get(ItemRow, row.item)
    if item is None or ItemState(item.state) in SETTLED:
        return False
    plans.set_item_state(tx, ItemId(row.item), state)
    return True


def unwanted(tx: Session, row: DelegationRow) -> bool:
    """Whether the plan no longer waits for what the agent was told to do: it is called off, or settled without it."""
    item = tx.get(ItemRow, row.item)
    return bool(row.cancel) or item is None or ItemState(item.state) in SETTLED


def wake_plan(desk: Desk, tx: Session, plan: str) -> None:
    """Has the plan looked at again: something on it may be ready now."""
    row = tx.get(PlanRow, plan, with_for_update=True)
    if row is not None:
        row.seq += 1
        tx.add(row)
        desk.engine.enqueue(tx, f"{PLAN}-wake", plan, row.seq)


def _plan_row(tx: Session, plan: str) -> PlanRow:
    row = tx.get(PlanRow, plan)
    if row is None:
        raise UserError(f"There is no plan {plan}.", "`plans` lists them.")
    return row


def chat_of(tx: Session, plan: str) -> ChatId:
    """Where the plan lives."""
    return ChatId(_plan_row(tx, plan).chat)


def owner_of(tx: Session, plan: str) -> PersonId:
    return PersonId(_plan_row(tx, plan).owner)


def brief_of(row: DelegationRow) -> Brief:
    return Brief.model_validate(row.brief)


def step_of(row: DelegationRow) -> Step | None:
    return Step.model_validate(row.step) if row.step else None
