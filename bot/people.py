"""Who may see and steer a plan: thin, and the same for every command.

A plan is seen in the conversation it lives in (a channel's threads see each other's), and by its owner and those who
have items on it in their personal chat. Only its owner, who gave the goal, changes it.
"""

from __future__ import annotations

from collections.abc import Sequence

from sqlmodel import Session, col, or_, select

from plans.errors import NotAllowed
from plans.store.people import display_name
from plans.store.tables import ItemRow, PlanRow
from plans.words import ChatId, PersonId


def conversation(chat: ChatId | str) -> str:
    """The conversation that a thread belongs to."""
    return chat.split(";messageid=")[0]


def seen(tx: Session, chat: ChatId, person: PersonId, *, personal: bool) -> list[PlanRow]:
    """The plans that may be spoken of there, those that live exactly there first; rejected ones are gone."""
    base = conversation(chat)
    where = [col(PlanRow.chat) == base, col(PlanRow.chat).startswith(f"{base};messageid=", autoescape=True)]
    if personal:
        theirs = select(ItemRow.plan).where(ItemRow.body["owner"].as_string() == person)
        where += [col(PlanRow.owner) == person, col(PlanRow.slug).in_(theirs)]
    rows = tx.exec(select(PlanRow).where(PlanRow.state != "rejected", or_(*where))).all()
    return sorted(rows, key=lambda row: (row.chat != chat, row.created_at, row.slug))


def require_owner(tx: Session, row: PlanRow, person: PersonId, what: str) -> None:
    """Raises NotAllowed, naming who may. ``what`` ends the sentence ``Only Ann may …``."""
    if row.owner != person:
        owner = display_name(tx, row.owner)
        raise NotAllowed(f"Only {owner} may {what}.", f"Ask {owner}.")


def named(tx: Session, people: Sequence[str]) -> str:
    """``Ann or Bob``."""
    return " or ".join(display_name(tx, person) for person in people)
