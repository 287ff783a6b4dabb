"""People as rows: what they are called."""

from __future__ import annotations

from sqlmodel import Session

from plans.store.tables import PersonRow


def display_name(tx: Session, person: str) -> str:
    """The person's name as Teams gave it, or the id when the bot has never met them."""
    row = tx.get(PersonRow, person)
    return row.name if row and row.name else person
