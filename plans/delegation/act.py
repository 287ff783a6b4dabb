"""The second half of the one road: act once, keep the receipt, and after anything unclear look instead of resending.

Every call to an agent happens between two transactions. The first writes down that it is about to happen, the second
what came of it; whoever finds the first without the second looks.
"""

from __future__ import annotations

import logging
from collections.abc import Awaitable
from typing import Final

from sqlmodel import Session

from plans.delegation.desk import Desk, Phase, brief_of, held, move, step_of
from plans.delegation.ending import call_off, fail, finish, tell
from plans.delegation.steps import take, unclear
from plans.delegation.verify import judge
from plans.errors import OutcomeUnknown, VendorDown, VendorError, VendorGarbage, VendorRefused
from plans.governance.stops import stopped
from plans.ports.work import Answer, Delegate, Query, Step
from plans.store.tables import DelegationRow, IntentRow
from plans.words import AgentName, DelegationId, StepState, Verb

_log = logging.getLogger(__name__)

_PATIENCE: Final = 6
"""How often in a row an agent may be out of reach before it is given up (with back-off: about two minutes)."""
_RUNS_ON: Final = "has not stopped; what it does is watched to its end"
_AFRESH: Final = 2
"""How often a brief that certainly was not begun is handed over again."""


def _delegate(desk: Desk, row: DelegationRow) -> Delegate:
    return desk.roster.delegate(AgentName(row.agent))


async def _heard(call: Awaitable[Step]) -> Step | VendorError:
    """What the agent said, or how it failed. An error nobody foresaw leaves the outcome open."""
    try:
        return await call
    except VendorError as error:
        return error
    except Exception as error:
        _log.exception("an adapter broke", extra={"error": type(error).__name__})
        return OutcomeUnknown("its adapter broke")


async def send(desk: Desk, delegation: DelegationId, seq: int) -> None:
    """Hands the brief over, at most once per intent."""

    def begin(tx: Session) -> DelegationRow | None:
        row = held(tx, delegation, seq)
        intent = tx.get(IntentRow, row.key)
        if intent is None or intent.state == "sent":
            # It was about to be sent when this process's predecessor died: look.
            move(desk, tx, row, Phase.LOOKING)
            return None
        if stopped(tx, plan=row.plan, agent=row.agent) is not None:
            return None
        intent.state = "sent"
        tx.add(intent)
        return row

    row = await desk.database.write(begin)
    if row is None:
        return
    heard = await _heard(_delegate(desk, row).submit(brief_of(row), row.key))

    def end(tx: Session) -> None:
        row = held(tx, delegation, seq)
        intent = tx.get(IntentRow, row.key)
        assert intent is not None
        if isinstance(heard, Step):
            intent.state, intent.receipt = "receipted", {"ref": heard.ref, "state": heard.state.value}
            tx.add(intent)
            take(desk, tx, row, heard)
        elif isinstance(heard, VendorDown):
            intent.state = "written"
            tx.add(intent)
            _later(desk, tx, row, Phase.INTENDED, str(heard))
        elif isinstance(heard, VendorRefused):
            intent.state = "void"
            tx.add(intent)
            fail(desk, tx, row, f"refused the brief: {heard}")
        else:
            unclear(desk, tx, row, str(heard))

    await desk.database.write(end)


def _later(desk: Desk, tx: Session, row: DelegationRow, phase: Phase, why: str) -> None:
    """Out of reach: try again after a while; give up when that has lasted."""
    row.failures += 1
    if row.failures <= _PATIENCE:
        move(desk, tx, row, phase, wait=min(2.0 ** (row.failures - 1), 60.0))
    elif phase is Phase.INTENDED or brief_of(row).verb in (Verb.READ, Verb.DRAFT):
        fail(desk, tx, row, f"could not be reached: {why}")
    else:
        unclear(desk, tx, row, f"could not be reached: {why}", final=True)


async def look_in(desk: Desk, delegation: DelegationId, seq: int) -> None:
    """Asks the agent how far it is; or, after an unclear outcome, what is there at all."""
    row = await desk.database.read(lambda tx: held(tx, delegation, seq))
    agent, looking = _delegate(desk, row), row.state == Phase.LOOKING.value
    step = step_of(row)
    under_way = looking and step is not None and step.state is StepState.WORKING and bool(row.ref)
    if looking and not under_way:
        heard = await _heard(agent.reconcile(row.ref, row.key, brief_of(row)))
    else:
        heard = await _heard(agent.resume(row.ref or {}, None, row.key))

    def end(tx: Session) -> None:
        row = held(tx, delegation, seq)
        if isinstance(heard, VendorDown):
            _later(desk, tx, row, Phase(row.state), str(heard))
        elif isinstance(heard, VendorGarbage):
            _later(desk, tx, row, Phase(row.state), f"answered garbage ({heard})")
        elif isinstance(heard, VendorError):
            unclear(desk, tx, row, str(heard))
        elif looking and heard.state is StepState.CANCELED:
            _afresh(desk, tx, row)
        else:
            row.failures = 0
            take(desk, tx, row, heard)

    await desk.database.write(end)


def _afresh(desk: Desk, tx: Session, row: DelegationRow) -> None:
    """Looked, and certain that nothing was begun: handing it over again is safe."""
    intent = tx.get(IntentRow, row.key)
    assert intent is not None
    if row.cancel:
        intent.state = "void"
        tx.add(intent)
        call_off(desk, tx, row, row.cancel)
        return
    if row.looks >= _AFRESH:
        intent.state = "void"
        tx.add(intent)
        fail(desk, tx, row, "took the brief and did nothing with it, more than once")
        return
    intent.state, row.ref, row.step = "written", None, None
    row.looks += 1
    tx.add(intent)
    move(desk, tx, row, Phase.INTENDED)


async def pass_on(desk: Desk, delegation: DelegationId, seq: int) -> None:
    """Gives a person's answer to the agent. The adapter looks before it answers the same question twice."""
    row = await desk.database.read(lambda tx: held(tx, delegation, seq))
    answer = Answer.model_validate(row.answer)
    heard = await _heard(_delegate(desk, row).resume(row.ref or {}, answer, f"{row.key}:{answer.question}"))

    def end(tx: Session) -> None:
        row = held(tx, delegation, seq)
        if isinstance(heard, Step):
            row.failures, row.answer = 0, None
            take(desk, tx, row, heard)
        elif isinstance(heard, VendorRefused):
            fail(desk, tx, row, f"refused the answer: {heard}")
        else:
            _later(desk, tx, row, Phase.ANSWERING, str(heard))

    await desk.database.write(end)


async def verify(desk: Desk, delegation: DelegationId, seq: int) -> None:
    """Reads the outcome back from the agent's own system and holds it against the acceptance test."""
    row = await desk.database.read(lambda tx: held(tx, delegation, seq))
    brief, step = brief_of(row), step_of(row)
    query = Query(brief=brief, key=row.key, ref=row.ref or {}, artifacts=step.artifacts if step else ())
    try:
        evidence = await _delegate(desk, row).read(query)
    except VendorError as error:
        said = str(error)
        await desk.database.write(lambda tx: _unread(desk, tx, held(tx, delegation, seq), said))
        return
    finding = judge(brief.check, evidence)

    def end(tx: Session) -> None:
        row = held(tx, delegation, seq)
        if finding.passed is None:
            _unread(desk, tx, row, finding.said)
        elif finding.passed:
            finish(desk, tx, row, finding.said, evidence)
        else:
            fail(desk, tx, row, f"says it is done, but {finding.said}", evidence)

    await desk.database.write(end)


def _unread(desk: Desk, tx: Session, row: DelegationRow, why: str) -> None:
    row.failures += 1
    if row.failures > _PATIENCE:
        unclear(desk, tx, row, f"says it is done; that could not be checked: {why}", final=True)
    else:
        move(desk, tx, row, Phase.VERIFYING, wait=min(2.0 ** (row.failures - 1), 60.0))


def _runs_on(desk: Desk, tx: Session, row: DelegationRow, heard: Step, why: str) -> None:
    """It cannot be called back, or not yet: that is told once, and it is asked for again until it has ended."""
    last = step_of(row)
    if last is None or last.reason != _RUNS_ON:
        tell(desk, tx, row, "running on", f"{why[:1].upper()}{why[1:]}, but {row.agent} {_RUNS_ON}.", heard.reason)
    row.step = heard.model_copy(update={"reason": _RUNS_ON}).model_dump(mode="json")
    move(desk, tx, row, Phase.WORKING, wait=heard.retry_after or 5.0)


async def stop(desk: Desk, delegation: DelegationId, seq: int, why: str) -> None:
    """Calls the brief back, as far as the agent can; what can no longer be called back runs on and is watched."""
    row = await desk.database.read(lambda tx: held(tx, delegation, seq))
    if not row.ref:
        # Nobody knows yet whether the agent has it at all.
        await look_in(desk, delegation, seq)
        return
    heard = await _heard(_delegate(desk, row).cancel(row.ref))

    def end(tx: Session) -> None:
        row = held(tx, delegation, seq)
        if isinstance(heard, VendorError):
            unclear(desk, tx, row, str(heard))
        elif heard.state in (StepState.CANCELED, StepState.FAILED, StepState.EXPIRED):
            if row.ask:
                desk.asks.void(tx, row.ask, why)
            call_off(desk, tx, row, why)
        elif heard.state is StepState.DONE:
            # Too late: what is there is read back like anything else that is done.
            take(desk, tx, row, heard)
        else:
            _runs_on(desk, tx, row, heard, why)

    await desk.database.write(end)
