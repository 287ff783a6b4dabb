"""Opens the personal chats of people to whom something was whispered before they ever wrote to the bot.

What was parked for a person goes out, in its order, as soon as the chat is there. Whom the bot may not write to is told
about as such where they were last seen, because somebody has to ask them to install the app.
"""

from __future__ import annotations

from typing import Protocol

from sqlmodel import Session, col, select

from bot.cards.parts import message
from bot.cards.refusal import render
from bot.channel.failures import SendRefused
from bot.messenger import PARKED, TeamsMessenger, unopened
from bot.rows import insert_once
from plans.ports.time import Clock
from plans.store.database import Database
from plans.store.people import display_name
from plans.store.tables import ChatRow, InboundRow, MessageRow, PersonRow
from plans.words import PersonId


class Opener(Protocol):
    async def open_personal(self, person: PersonRow, near_chat: ChatRow) -> str:
        """The chat's id. Raises ``SendLater`` or ``SendRefused``."""
        ...


class PersonalChats:
    """The continuation ``open-chat``."""

    def __init__(self, database: Database, opener: Opener, messenger: TeamsMessenger, wall: Clock) -> None:
        self._database = database
        self._opener = opener
        self._messenger = messenger
        self._wall = wall

    async def open(self, person_id: str, _seq: int) -> None:
        """Safe to repeat. Raises SendLater when Teams cannot do it now: the engine tries again."""
        person, near = await self._database.read(lambda tx: (tx.get(PersonRow, person_id), _seen_in(tx, person_id)))
        if person is None or near is None:
            await self._database.write(lambda tx: self._unreachable(tx, person_id, near, "nobody of that name was met"))
            return
        if not person.personal_chat:
            try:
                chat = await self._opener.open_personal(person, near)
            except SendRefused as error:
                said = str(error)
                await self._database.write(lambda tx: self._unreachable(tx, person_id, near, said))
                return
            await self._database.write(lambda tx: _keep(tx, person_id, near, chat))
        await self._database.write(lambda tx: release(tx, PersonId(person_id)))

    def _unreachable(self, tx: Session, person_id: str, near: ChatRow | None, why: str) -> None:
        for row in _parked(tx, person_id):
            row.state, row.error = "failed", why
            tx.add(row)
        if near is not None:
            name = display_name(tx, person_id)
            said = f"I cannot write to {name} in person: {why}."
            way_on = f"Ask {name} to add Steward in Teams and say hello to it; then ask me again."
            self._messenger.say(tx, near.id, message(render(said, way_on)), f"unreachable:{person_id}")


def waiting(tx: Session) -> list[tuple[str, int]]:
    """For the engine's sweep: who is waited for, by which message."""
    rows = tx.exec(select(MessageRow.chat, MessageRow.number).where(MessageRow.state == PARKED)).all()
    return [(chat.partition(":")[2], number) for chat, number in rows]


def release(tx: Session, person: PersonId) -> None:
    """Lets what was parked for the person go out, now that their chat is known; nothing happens while it is not."""
    row = tx.get(PersonRow, person)
    if row is None or not row.personal_chat:
        return
    for parked in _parked(tx, person):
        parked.chat, parked.state = row.personal_chat, "pending"
        tx.add(parked)


def _parked(tx: Session, person: str) -> list[MessageRow]:
    asked = select(MessageRow).where(MessageRow.chat == unopened(person), MessageRow.state == PARKED)
    return list(tx.exec(asked.order_by(col(MessageRow.number))).all())


def _keep(tx: Session, person_id: str, near: ChatRow, chat: str) -> None:
    insert_once(
        tx,
        ChatRow(id=chat, kind="personal", service_url=near.service_url, tenant=near.tenant, bot_id=near.bot_id),
    )
    person = tx.get_one(PersonRow, person_id)
    person.personal_chat = chat
    tx.add(person)
    tx.flush()


def _seen_in(tx: Session, person_id: str) -> ChatRow | None:
    """The chat in which the person was last heard; else any: people are of one tenant."""
    heard = select(InboundRow).where(InboundRow.activity["person"]["id"].as_string() == person_id)
    last = tx.exec(heard.order_by(col(InboundRow.at).desc()).limit(1)).first()
    chat = tx.get(ChatRow, last.activity["chat"]["id"]) if last else None
    return chat or tx.exec(select(ChatRow).order_by(ChatRow.id).limit(1)).first()
