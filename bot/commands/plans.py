"""``plans``: the plans that may be spoken of here, each a button to its status."""

from __future__ import annotations

from sqlmodel import Session

from bot import cards
from bot.cards import choice
from bot.cards.parts import Activity
from bot.cards.welcome import EXAMPLE
from bot.commands.desk import Desk, Turn
from bot.commands.which import choices
from bot.people import seen
from plans.errors import UserError


def plans(_desk: Desk, tx: Session, turn: Turn) -> Activity:
    rows = seen(tx, turn.chat, turn.person, personal=turn.personal)
    if not rows:
        raise UserError("There is no plan here yet.", f"Write a goal with a date, for example: {EXAMPLE}")
    words = "One plan lives here:" if len(rows) == 1 else f"{len(rows)} plans live here:"
    return cards.fitted(lambda room: choice.render(words, choices(rows, "status"), room))
