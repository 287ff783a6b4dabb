"""A person's click on an act's card or on a question, as a transition of the delegation it is about."""

from __future__ import annotations

from typing import Any

from sqlmodel import Session

from plans.delegation.desk import Desk, Phase, brief_of, move, step_of
from plans.delegation.ending import fail, finish, refuse
from plans.delegation.steps import DID, ELSEWHERE
from plans.errors import UserError
from plans.governance import decisions
from plans.ports.people import Fate
from plans.ports.work import Answer, Evidence
from plans.store.people import display_name
from plans.store.tables import AskRow, DelegationRow
from plans.words import DecisionId, PersonId

_ANSWER_LIMIT = 4_000


def _row(tx: Session, ask: AskRow) -> DelegationRow:
    row = tx.get(DelegationRow, ask.entity, with_for_update=True)
    if row is None or row.ask != ask.id:
        raise UserError("This is no longer being asked.", "`status` shows where things stand.")
    row.ask = None
    return row


def decided(desk: Desk, tx: Session, ask: AskRow, verb: str, inputs: dict[str, Any], person: PersonId) -> Fate:
    """``approve`` or ``reject`` on an act's card."""
    row = _row(tx, ask)
    name = display_name(tx, person)
    if verb == "approve" and row.decision:
        decisions.approve(tx, DecisionId(row.decision), person)
        move(desk, tx, row, Phase.APPROVED)
        return Fate(word="Approved", by=name)
    if verb == "reject":
        reason = str(inputs.get("reason") or "").strip()[:_ANSWER_LIMIT]
        refuse(desk, tx, row, f"{name} rejected it" + (f": {reason}" if reason else ""))
        return Fate(word="Rejected", by=name, note=reason)
    raise UserError("This card can be approved or rejected.")


def expired(desk: Desk, tx: Session, ask: AskRow) -> None:
    """Nobody approved the act in time: it is not done."""
    row = tx.get(DelegationRow, ask.entity, with_for_update=True)
    if row is not None and row.ask == ask.id:
        row.ask = None
        refuse(desk, tx, row, "nobody approved it in time")


def answered(desk: Desk, tx: Session, ask: AskRow, verb: str, inputs: dict[str, Any], person: PersonId) -> Fate:
    """An answer to an agent's question, or to ours after an unclear outcome."""
    row = _row(tx, ask)
    text = str(inputs.get("answer") or "").strip()[:_ANSWER_LIMIT]
    if verb != "answer" or not text:
        raise UserError("The answer is empty.", "Choose or type one, then press Answer.")
    name = display_name(tx, person)
    if row.state == Phase.STUCK.value:
        _looked(desk, tx, row, name, text)
    else:
        step = step_of(row)
        question = step.question.id if step and step.question else ""
        if question.startswith("again-") and text == ELSEWHERE:
            fail(desk, tx, row, f"{name} gave it to somebody else ({step.reason if step else ''})")
            return Fate(word="Answered", by=name, note=text)
        row.answer = Answer(question=question, text=text, by=person).model_dump(mode="json")
        move(desk, tx, row, Phase.ANSWERING)
    return Fate(word="Answered", by=name, note=text)


def _looked(desk: Desk, tx: Session, row: DelegationRow, name: str, text: str) -> None:
    source = f"{name}, who looked in {row.agent}"
    if text == DID:
        finish(desk, tx, row, f"confirmed by {name}", Evidence(found=True, source=source))
    else:
        fail(desk, tx, row, f"{name} looked: it was not done ({brief_of(row).title})")
