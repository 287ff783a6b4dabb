"""What Teams would not take for good: something asked is asked again in private, so that it is not lost in silence.

The bot may have been taken out of the chat (403). Whoever may answer is then asked in their personal chat; if that is
closed to the bot as well, the row says so and stays.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

from sqlmodel import Session, select

from bot.messenger import TeamsMessenger
from plans.governance.clicks import shown
from plans.store.tables import AskRow, MessageRow
from plans.words import AskState, PersonId

_PRIVATE: Final = ":private"


def ask_in_private(messenger: TeamsMessenger) -> Callable[[Session, MessageRow], None]:
    """For the relay: runs in the transaction that gives a message up."""

    def given_up(tx: Session, row: MessageRow) -> None:
        ask = tx.exec(select(AskRow).where(AskRow.message == row.key, AskRow.state == AskState.OPEN)).first()
        if ask is None or row.key.endswith(_PRIVATE):
            return
        ask.chat, ask.message = f"person:{ask.allowed[0]}", f"{row.key}{_PRIVATE}"
        tx.add(ask)
        messenger.whisper(tx, PersonId(ask.allowed[0]), shown(ask), ask.message)

    return given_up
