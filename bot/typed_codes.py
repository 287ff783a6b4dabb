"""One-time codes that are typed as messages instead of into their card: taken in the personal chat, refused elsewhere.

Neither is stored, logged or repeated. Only somebody of whom a code is being asked, or was a moment ago, is listened to
in this way; everybody else's numbers are just numbers.
"""

from __future__ import annotations

import re
from datetime import timedelta
from typing import Final

from sqlmodel import Session, col, select

from bot.cards.parts import Activity, message
from bot.cards.refusal import render
from bot.challenges import SAID, Broker, normal
from bot.inbox import remember
from bot.incoming import Incoming
from bot.messenger import TeamsMessenger
from plans.ports.time import Clock
from plans.store.database import Database
from plans.store.tables import AskRow, MessageRow
from plans.words import AskKind, PersonId, Secret

_LATELY: Final = timedelta(minutes=10)
_GROUPS: Final = re.compile(r"\s*[0-9]{2,10}(?:[\s\-\u2010-\u2015]+[0-9]{2,6}){0,3}\s*")
_TOKEN: Final = re.compile(r"\s*(?![A-Za-z]{1,12}-[0-9]{1,6}\s*$)[A-Za-z0-9-]{4,14}\s*")
_WITHIN: Final = re.compile(r"(?<![\w.,/:-])([0-9]{6,8}|[0-9]{3}[ -][0-9]{3})(?![\w/:-]|[.,][0-9])")
_NEXT_TIME: Final = "Next time type it into the card's field: there it stays hidden."
_LATE: Final = "That looks like a one-time code, and none is being asked of you now. I kept nothing of it."
_SEVERAL: Final = "Several codes are being asked of you, so I cannot tell for which this is. I kept nothing of it."


def code_in(text: str) -> Secret | None:
    """The code that a message is, or holds: ``123 456``, ``A1B2C3``, ``my code is 123456``."""
    if _GROUPS.fullmatch(text) or _TOKEN.fullmatch(text):
        found = normal(text)
        return Secret(found) if found else None
    within = _WITHIN.search(text[:500])
    return Secret(within[1]) if within else None


class TypedCodes:
    """Looks at messages before they are stored."""

    def __init__(self, database: Database, broker: Broker, messenger: TeamsMessenger, wall: Clock) -> None:
        self._database = database
        self._broker = broker
        self._messenger = messenger
        self._wall = wall

    async def intercept(self, incoming: Incoming) -> bool:
        """True: it was a code, it was dealt with, and nothing of the message may be stored."""
        code = code_in(incoming.text) if incoming.kind == "message" else None
        if code is None:
            return False
        person = PersonId(incoming.person.id)
        asked = self._broker.waiting_for(person)
        if not asked and not await self._database.read(lambda tx: self._lately(tx, person)):
            return False
        if await self._database.read(lambda tx: tx.get(MessageRow, _key(incoming)) is not None):
            return True
        if incoming.chat.kind != "personal":
            said, way_on = SAID["not-personal"], "Delete your message there: others can read it. I kept nothing of it."
        elif not asked:
            said, way_on = _LATE, "If it was something else, say it again without the number."
        elif len(asked) > 1:
            said, way_on = _SEVERAL, "Type it into the card that asks for it."
        else:
            result = await self._broker.answer(asked[0], person, incoming.chat.kind, code)
            said, way_on = SAID[result], _NEXT_TIME if result == "ok" else ""
        reply = message(render(said, way_on, offers=()))
        await self._database.write(lambda tx: self._tell(tx, incoming, reply))
        return True

    def _tell(self, tx: Session, incoming: Incoming, reply: Activity) -> None:
        remember(tx, incoming)
        self._messenger.say_in_private(tx, PersonId(incoming.person.id), reply, _key(incoming))

    def _lately(self, tx: Session, person: PersonId) -> bool:
        """Whether a code was asked of them a moment ago, by this process or one before it."""
        since = self._wall.now() - _LATELY
        asked = select(AskRow).where(AskRow.kind == AskKind.CHALLENGE, col(AskRow.asked_at) > since)
        return any(person in row.allowed for row in tx.exec(asked).all())


def _key(incoming: Incoming) -> str:
    return f"code:{incoming.key}"
