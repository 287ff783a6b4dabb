"""``slip <item>``: shows the card with the ways to mend an item that is late, which a list has told of."""

from __future__ import annotations

from sqlmodel import Session

from bot.cards.parts import Activity
from bot.cards.progress import said
from bot.commands.desk import Desk, Turn
from bot.commands.which import item_of
from plans.words import PlanSlug


def slip(desk: Desk, tx: Session, turn: Turn) -> Activity:
    row, item = item_of(tx, turn, "slip")
    desk.mend(tx, PlanSlug(row.slug), item.id)
    where = "here" if row.chat == turn.chat else "in the plan's chat"
    return said(f"{item.id} is late: its card is {where}, with what can be done and what that does to the finish.")
