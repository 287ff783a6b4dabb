"""Takes plans and delegations one phase further: the continuations, timers and clicks that delegation answers to."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial

from sqlmodel import Session, select

from plans.delegation import act, asking, begin, decide
from plans.delegation.desk import (
    CONTINUATION,
    ENDED,
    OUTSIDE,
    PLAN,
    POLL,
    POLLED,
    START,
    WAITING,
    Desk,
    Phase,
    held,
    move,
    open_delegations,
    wake_plan,
)
from plans.delegation.ending import call_off
from plans.governance.stops import stopped
from plans.store.tables import DelegationRow, IntentRow, PlanRow, TimerRow
from plans.words import AskKind, DelegationId


class Delegation:
    """Registers itself with the engine, the asks and the revisions; everything else reaches it through the store."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk
        desk.engine.on(PLAN, self._plan)
        desk.engine.on(f"{PLAN}-wake", self._plan)
        desk.engine.on(CONTINUATION, self._advance)
        desk.engine.when(POLL, self._poll)
        desk.engine.when(START, self._start)
        desk.revisions.on_signed(partial(begin.call_off_unwanted, desk))
        desk.engine.sweep(CONTINUATION, self._forgotten)
        desk.asks.on(AskKind.ACT, partial(asking.decided, desk))
        desk.asks.on(AskKind.QUESTION, partial(asking.answered, desk))
        desk.asks.on_expired(AskKind.ACT, partial(asking.expired, desk))

    async def _plan(self, slug: str, _seq: int) -> None:
        await self._desk.database.write(lambda tx: begin.look_over(self._desk, tx, slug))

    async def _advance(self, entity: str, seq: int) -> None:
        delegation = DelegationId(entity)
        row, halt = await self._desk.database.read(lambda tx: self._glance(tx, delegation, seq))
        phase = Phase(row.state)
        if phase in ENDED:
            return
        if row.cancel or halt:
            await self._halt(row, seq, row.cancel or "stopped by a person")
            return
        await self._further(phase, delegation, seq)

    async def _further(self, phase: Phase, delegation: DelegationId, seq: int) -> None:
        desk = self._desk
        if phase in (Phase.NEW, Phase.APPROVED):
            await desk.database.write(lambda tx: decide.decide(desk, tx, delegation, seq))
        elif phase is Phase.INTENDED:
            await act.send(desk, delegation, seq)
        elif phase is Phase.ANSWERING:
            await act.pass_on(desk, delegation, seq)
        elif phase is Phase.VERIFYING:
            await act.verify(desk, delegation, seq)
        elif phase in POLLED:
            await act.look_in(desk, delegation, seq)

    def _glance(self, tx: Session, delegation: DelegationId, seq: int) -> tuple[DelegationRow, bool]:
        row = held(tx, delegation, seq)
        return row, stopped(tx, plan=row.plan, agent=row.agent) is not None

    async def _halt(self, row: DelegationRow, seq: int, why: str) -> None:
        """A stop, or a plan that changed its mind: call back what is outside, withdraw what is still being asked."""
        desk, delegation = self._desk, DelegationId(row.id)
        phase = Phase(row.state)
        if phase in OUTSIDE:
            await act.stop(desk, delegation, seq, why)
        elif phase in (Phase.NEW, Phase.APPROVED, Phase.INTENDED) or (row.cancel and phase is Phase.ASKING_APPROVAL):
            await desk.database.write(lambda tx: self._withdraw(tx, held(tx, delegation, seq), why))
        elif phase is Phase.VERIFYING:
            await act.verify(desk, delegation, seq)

    def _withdraw(self, tx: Session, row: DelegationRow, why: str) -> None:
        intent = tx.get(IntentRow, row.key)
        if intent is not None and intent.state == "sent":
            # It may have been handed over a moment before: look first.
            move(self._desk, tx, row, Phase.LOOKING)
            return
        if row.ask:
            self._desk.asks.void(tx, row.ask, why)
        call_off(self._desk, tx, row, why)

    def _poll(self, tx: Session, timers: Sequence[TimerRow]) -> None:
        for timer in timers:
            row = tx.get(DelegationRow, timer.entity, with_for_update=True)
            if row is not None and Phase(row.state) in POLLED | {Phase.INTENDED, Phase.ANSWERING}:
                row.seq += 1
                tx.add(row)
                self._desk.engine.enqueue(tx, CONTINUATION, row.id, row.seq)

    def _start(self, tx: Session, timers: Sequence[TimerRow]) -> None:
        for plan in {timer.entity for timer in timers}:
            wake_plan(self._desk, tx, plan)

    def _forgotten(self, tx: Session) -> list[tuple[str, int]]:
        """Delegations that nothing will wake: no timer, nobody being asked. Their continuation is made again."""
        timed = {entity for entity in tx.exec(select(TimerRow.entity).where(TimerRow.kind == POLL)).all()}
        rows = tx.exec(select(DelegationRow).where(open_delegations())).all()
        return [(r.id, r.seq) for r in rows if Phase(r.state) not in WAITING and r.id not in timed]


def resume(desk: Desk, tx: Session, plan: str | None) -> int:
    """After a stop was lifted: everything open is looked at again, and what was called off begins anew."""
    for row in tx.exec(select(PlanRow).where(PlanRow.state == "active")).all():
        if plan is None or row.slug == plan:
            wake_plan(desk, tx, row.slug)
    return begin.wake_all(desk, tx, plan)
