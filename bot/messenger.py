"""The plan's voice in Teams: notices and replies become rows of the outbox, inside the caller's transaction.

A whisper to somebody whose personal chat is not known yet is written down at once and parked; ``bot.personal_chats``
opens the chat and lets it go out. Nothing here waits for Teams.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

from sqlalchemy import event
from sqlmodel import Session

from bot import cards, outbox
from bot.cards.parts import Activity
from bot.inbox import Enqueuer
from plans.ports.people import Notice
from plans.ports.time import Clock
from plans.store.tables import MessageRow, PersonRow
from plans.words import ChatId, PersonId

PARKED: Final = "parked"
"""State of a message that waits for its chat to be opened; the relay leaves it alone."""
OPEN_CHAT: Final = "open-chat"
"""Kind of the continuation that opens a person's chat; its entity is the person."""
_PERSON: Final = "person:"


def unopened(person: PersonId | str) -> str:
    """What stands for the person's chat as long as there is none."""
    return f"{_PERSON}{person}"


class TeamsMessenger:
    """Implements ``plans.ports.people.Messenger``."""

    def __init__(self, engine: Enqueuer, wall: Clock, nudge: Callable[[], None] = lambda: None) -> None:
        """``nudge`` is called after each commit that wrote something, on whichever thread committed."""
        self._engine = engine
        self._wall = wall
        self._nudge = nudge

    def post(self, tx: Session, to: ChatId, notice: Notice, key: str) -> None:
        """Puts the notice into a chat; the same key replaces the message in place."""
        self.say(tx, to, cards.render(notice), key)

    def whisper(self, tx: Session, to: PersonId, notice: Notice, key: str) -> None:
        """Puts the notice into the person's personal chat with the bot, which is opened if need be."""
        self.say_in_private(tx, to, cards.render(notice), key)

    def say(self, tx: Session, to: ChatId | str, activity: Activity, key: str) -> None:
        """The same for what is no notice: a reply, a welcome."""
        outbox.post(tx, to, key, activity, self._wall.now())
        event.listen(tx, "after_commit", lambda _: self._nudge(), once=True)

    def say_again(self, tx: Session, key: str) -> None:
        """Shows a message once more, at the end of its chat."""
        outbox.repeat(tx, key, self._wall.now())
        event.listen(tx, "after_commit", lambda _: self._nudge(), once=True)

    def say_in_private(self, tx: Session, to: PersonId, activity: Activity, key: str) -> None:
        person = tx.get(PersonRow, to)
        if person is not None and person.personal_chat:
            self.say(tx, person.personal_chat, activity, key)
            return
        self.say(tx, unopened(to), activity, key)
        row = tx.get_one(MessageRow, key)
        if row.state != PARKED:
            row.state = PARKED
            tx.add(row)
            tx.flush()
        self._engine.enqueue(tx, OPEN_CHAT, to, row.number)
