"""What an agent reports, and what follows from it. What it says is shown and stored; only its state decides."""

from __future__ import annotations

from typing import Final

from sqlmodel import Session

from plans.delegation.desk import Desk, Phase, brief_of, carry, chat_of, move, owner_of, step_of
from plans.delegation.ending import fail, tell
from plans.ports.people import Notice, QuestionNotice
from plans.ports.work import Question, Step
from plans.store.people import display_name
from plans.store.tables import DelegationRow
from plans.words import AgentName, AskId, AskKind, ItemState, StepState

_LOOKS: Final = 5
_POLL: Final = 2.0
"""Wall seconds between looks when the agent names no interval."""
_ASKING: Final = frozenset(
    {
        StepState.NEEDS_INPUT,
        StepState.NEEDS_APPROVAL,
        StepState.NEEDS_LOGIN,
        StepState.NEEDS_HUMAN,
        StepState.EXPIRED,
    }
)
"""Steps that wait for the plan's owner."""
DID, DID_NOT = "It was done", "It was not done"
AGAIN, ELSEWHERE = "Try again", "Give it to somebody else"


def take(desk: Desk, tx: Session, row: DelegationRow, step: Step) -> None:
    """Takes the delegation to where the step says it is. A step older than the last one seen changes nothing."""
    last = step_of(row)
    if last is not None and step.seq < last.seq and step.state is not StepState.UNKNOWN:
        move(desk, tx, row, Phase(row.state), wait=_POLL)
        return
    row.ref = step.ref or row.ref
    row.step = step.model_dump(mode="json")
    match step.state:
        case StepState.WORKING:
            same = row.state == Phase.LOOKING.value and "look" in step.ref
            move(desk, tx, row, Phase.LOOKING if same else Phase.WORKING, wait=step.retry_after or _POLL)
            carry(tx, row, ItemState.DELEGATED)
            if last is None or last.progress != step.progress or last.state is not step.state:
                tell(desk, tx, row, "under way", "", step.progress)
        case StepState.NEEDS_2FA:
            move(desk, tx, row, Phase.NEEDS_2FA, wait=step.retry_after or 1.0)
            carry(tx, row, ItemState.ASKING)
            tell(desk, tx, row, "waiting for a code", "Its sign-in asks for a one-time code: see your personal chat.")
        case state if state in _ASKING and row.cancel:
            # Nobody is asked about what is being called off.
            move(desk, tx, row, Phase.WORKING)
        case StepState.NEEDS_INPUT | StepState.NEEDS_APPROVAL:
            _ask(desk, tx, row, step)
        case StepState.NEEDS_LOGIN | StepState.NEEDS_HUMAN | StepState.EXPIRED:
            _ask(desk, tx, row, step.model_copy(update={"question": _again(step)}))
        case StepState.DONE:
            row.failures = 0
            move(desk, tx, row, Phase.VERIFYING)
        case StepState.UNKNOWN:
            unclear(desk, tx, row, step.reason or "its state is not known")
        case _:
            fail(desk, tx, row, step.reason or f"it says “{step.state.value}”")


def _ask(desk: Desk, tx: Session, row: DelegationRow, step: Step) -> None:
    """Puts the agent's question to the plan's owner, once per question."""
    question = step.question or Question(id=str(step.seq), text=step.progress or "It needs an answer to go on.")
    if step.state is StepState.NEEDS_APPROVAL and not question.options:
        question = question.model_copy(update={"options": ("Yes", "No")})
    row.step = step.model_copy(update={"question": question}).model_dump(mode="json")
    row.ask = _open(desk, tx, row, question)
    move(desk, tx, row, Phase.NEEDS_INPUT)
    carry(tx, row, ItemState.ASKING)


def _again(step: Step) -> Question:
    """A sign-in, a code or a page that only a person can get past: the owner says when to go on."""
    why = step.reason or f"It {step.state.value.replace('_', ' ')}."
    return Question(id=f"again-{step.seq}", text=why, options=(AGAIN, ELSEWHERE))


def _open(desk: Desk, tx: Session, row: DelegationRow, question: Question) -> str:
    brief = brief_of(row)
    owner = owner_of(tx, brief.plan)

    def notice(ask: AskId, digest: str) -> Notice:
        return QuestionNotice(
            ask=ask,
            hash=digest,
            plan=brief.plan,
            item=brief.item,
            title=brief.title,
            agent=AgentName(row.agent),
            text=question.text,
            options=question.options,
            answerer=display_name(tx, owner),
        )

    asked = desk.asks.open(
        tx,
        kind=AskKind.QUESTION,
        entity=row.id,
        plan=brief.plan,
        chat=chat_of(tx, brief.plan),
        whisper=None,
        allowed=[owner],
        notice_of=notice,
    )
    return asked.id


def unclear(desk: Desk, tx: Session, row: DelegationRow, why: str, *, final: bool = False) -> None:
    """Something may have been done. Look, a few times; when that does not tell, ask a person to look."""
    row.looks += 1
    if row.looks <= _LOOKS and not final:
        move(desk, tx, row, Phase.LOOKING, wait=min(2.0 ** (row.looks - 1), 30.0))
        if row.step:
            row.step = {**row.step, "state": StepState.UNKNOWN.value}
        tell(desk, tx, row, "unclear", f"{row.agent}: {why}. Looking before anything else is done.")
        return
    question = Question(
        id=f"look-{row.looks}",
        text=f"{row.agent}: {why}. Please look in its system (reference {row.key}).",
        options=(DID, DID_NOT),
    )
    row.ask = _open(desk, tx, row, question)
    move(desk, tx, row, Phase.STUCK)
    carry(tx, row, ItemState.UNKNOWN)
    tell(desk, tx, row, "unknown", f"{row.agent}: {why}. Nothing is repeated until somebody has looked.")
