"""``help``, and hi and hello: what can be said."""

from __future__ import annotations

from sqlmodel import Session

from bot.cards import help as card
from bot.cards.parts import Activity, message
from bot.commands.catalogue import COMMANDS, TALK
from bot.commands.desk import Desk, Turn
from plans.store.people import display_name

_EVERYDAY = [*TALK, *((command.typed, command.what) for command in COMMANDS if command.menu)]
_MORE = [(command.typed, command.what) for command in COMMANDS if not command.menu]


def hello(_desk: Desk, tx: Session, turn: Turn) -> Activity:
    name = display_name(tx, turn.person).split(" ")[0]
    return message(card.render(_EVERYDAY, _MORE, f"Hello {name}. Give me a goal with a date, or ask how things stand."))


def help_(_desk: Desk, _tx: Session, _turn: Turn) -> Activity:
    return message(card.render(_EVERYDAY, _MORE))
