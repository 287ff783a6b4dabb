"""``undo``: takes the last change of a plan back, as a revision of its own."""

from __future__ import annotations

from sqlmodel import Session

from bot.cards.parts import Activity
from bot.cards.progress import said
from bot.commands.desk import Desk, Turn
from bot.commands.which import plan_of
from plans.words import PlanSlug


def undo(desk: Desk, tx: Session, turn: Turn) -> Activity:
    row = plan_of(tx, turn, "undo")
    before = row.revision
    plan = desk.revisions.undo(tx, PlanSlug(row.slug), turn.person, turn.said.number or None)
    if plan.revision == before:
        return said(f"Version {turn.said.number} of {plan.title} was taken back already.")
    return said(f"Taken back. {plan.title} is at version {plan.revision} now; the card says what that changed.")
