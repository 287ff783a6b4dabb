"""The welcome: once per chat, when Steward comes in, however often Teams says so; never to newcomers one by one."""

from __future__ import annotations

from datetime import datetime

from sqlmodel import Session

from bot.cards.parts import message
from bot.cards.welcome import render
from bot.incoming import Incoming
from bot.messenger import TeamsMessenger
from plans.store.people import display_name
from plans.store.tables import ChatRow


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


def _came_in(incoming: Incoming) -> bool:
    if incoming.kind == "installed":
        return True
    return incoming.kind == "members_added" and incoming.chat.bot_id in incoming.value.get("members", ())
