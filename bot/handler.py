"""The continuation ``turn``: takes one stored activity, does what was said, and answers where it was said.

A turn is settled in the transaction that posts its answer, so that running it again, after a crash or because it was
enqueued twice, does and says nothing more. What a person did wrong is said back with the way on; what we did wrong is
apologised for under a reference, and logged with ids only.
"""

from __future__ import annotations

import logging
from collections.abc import Awaitable, Callable

from sqlmodel import Session

from bot import welcoming
from bot.cards.parts import Activity, message
from bot.cards.progress import said
from bot.cards.refusal import render as refusal
from bot.commands.parse import Spoken
from bot.conversation import Conversation, Work, refused
from bot.goals import Goals
from bot.inbox import load, mark_handled
from bot.incoming import Incoming, IncomingChat
from bot.messenger import TeamsMessenger
from bot.personal_chats import release
from plans.errors import UserError
from plans.ports.time import Clock
from plans.store.database import Database
from plans.store.tables import ChatRow
from plans.words import ChatId, PersonId

Typing = Callable[[ChatRow], Awaitable[None]]
_log = logging.getLogger(__name__)


class Handler:
    """Routes a turn."""

    def __init__(
        self,
        database: Database,
        conversation: Conversation,
        goals: Goals,
        messenger: TeamsMessenger,
        wall: Clock,
        typing: Typing,
    ) -> None:
        """``typing`` shows that somebody is at work; it must not raise."""
        self._database = database
        self._conversation = conversation
        self._goals = goals
        self._messenger = messenger
        self._wall = wall
        self._typing = typing

    async def turn(self, entity: str, _seq: int) -> None:
        """``entity`` is the inbound row's key."""
        incoming = await self._database.read(lambda tx: load(tx, entity))
        if incoming is None:
            return
        try:
            await self._take(incoming)
        except UserError as error:
            reply = refused(error)
            await self._settle(incoming, lambda _tx: reply)
        except Exception as error:
            # The text of an error may quote what was typed, so only its kind and place are kept.
            _log.error("turn %s failed: %s", incoming.key, _where(error))
            await self._settle(incoming, lambda _tx: _sorry(incoming))

    async def _take(self, incoming: Incoming) -> None:
        if incoming.kind == "message":
            await self._said(incoming)
        else:
            await self._database.write(lambda tx: self._event(tx, incoming))

    async def _said(self, incoming: Incoming) -> None:
        personal = incoming.chat.kind == "personal"
        chat, person = ChatId(incoming.chat.id), PersonId(incoming.person.id)
        work = await self._conversation.understand(incoming.text, chat, person, personal=personal)
        if isinstance(work, Spoken):
            await self._goal(incoming, work)
        else:
            await self._settle(incoming, work)

    async def _goal(self, incoming: Incoming, goal: Spoken) -> None:
        """A sign of life first: planning may take a while."""
        reply = _reply(incoming)
        await self._database.write(
            lambda tx: self._messenger.say(tx, incoming.chat.id, said("Reading your goal…"), reply)
        )
        await self._typing(_row(incoming.chat))
        await self._goals.plan(incoming, goal.text, reply)

    def _event(self, tx: Session, incoming: Incoming) -> None:
        if mark_handled(tx, incoming.key, self._wall.now()):
            if not welcoming.welcome(tx, incoming, self._messenger, self._wall.now()):
                welcoming.remind(tx, incoming, self._messenger)
            release(tx, PersonId(incoming.person.id))

    async def _settle(self, incoming: Incoming, work: Work) -> None:
        """Does the work, posts its answer and settles the turn, all or nothing."""

        def settle(tx: Session) -> None:
            if not mark_handled(tx, incoming.key, self._wall.now()):
                return
            release(tx, PersonId(incoming.person.id))
            self._messenger.say(tx, incoming.chat.id, work(tx), _reply(incoming))

        await self._database.write(settle)


def _reply(incoming: Incoming) -> str:
    """Key of the one message that answers the turn."""
    return f"reply:{incoming.key}"


def _row(chat: IncomingChat) -> ChatRow:
    return ChatRow(**chat.model_dump())


def _sorry(incoming: Incoming) -> Activity:
    words = f"Something went wrong on my side; nothing was changed by it. Reference: {incoming.key[:12]}."
    return message(refusal(words, "Try it once more; if it stays like that, give whoever runs Steward the reference."))


def _where(error: BaseException) -> str:
    place = error.__traceback__
    while place is not None and place.tb_next is not None:
        place = place.tb_next
    at = f" in {place.tb_frame.f_code.co_qualname}:{place.tb_lineno}" if place is not None else ""
    return f"{type(error).__name__}{at}"
