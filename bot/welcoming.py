"""The welcome: once per chat, when Steward comes in, however often Teams says so; never to newcomers one by one.

Whoever adds Steward again is not welcomed again, but sees what still waits for an answer: its cards may be gone from
their client, and nothing else would bring them back.
"""

from __future__ import annotations

from datetime import datetime

from sqlmodel import Session, col, select

from bot.cards.parts import message
from bot.cards.welcome import render
from bot.incoming import Incoming
from bot.messenger import TeamsMessenger
from plans.store.people import display_name
from plans.store.tables import AskRow, ChatRow, MessageRow
from plans.words import AskState


def welcome(tx: Session, incoming: Incoming, messenger: TeamsMessenger, now: datetime) -> bool:
    """Posts it unless the chat has had it, or nobody but people came in. Tells whether it did. ``now``: wall clock."""
    chat = tx.get(ChatRow, incoming.chat.id, with_for_update=True)
    if chat is None or chat.welcomed_at is not None or not _came_in(incoming):
        return False
    chat.welcomed_at = now
    tx.add(chat)
    by = display_name(tx, incoming.person.id)
    # An id in place of a name tells nobody anything.
    card = render(incoming.chat.kind, "" if by == incoming.person.id else by)
    messenger.say(tx, chat.id, message(card), f"welcome:{chat.id}")
    return True


def remind(tx: Session, incoming: Incoming, messenger: TeamsMessenger) -> None:
    """Shows what is open in the chat once more, when Steward was added anew; an upgrade takes nothing away."""
    if incoming.kind != "installed" or incoming.name != "add":
        return
    shown = select(AskRow.message).join(MessageRow, col(MessageRow.key) == col(AskRow.message))
    here = shown.where(AskRow.state == AskState.OPEN, MessageRow.chat == incoming.chat.id)
    for key in tx.exec(here.order_by(col(MessageRow.number))).all():
        messenger.say_again(tx, key)


def _came_in(incoming: Incoming) -> bool:
    if incoming.kind == "installed":
        return True
    return incoming.kind == "members_added" and incoming.chat.bot_id in incoming.value.get("members", ())
