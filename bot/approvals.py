"""Clicks: each is answered in line, with the card as it then stands, or with a private word why not.

Only the database is touched, in one transaction; what follows from a click is done by continuations that commit with
it. Of a click that carries a code nothing is stored here: it goes to the broker in memory.
"""

from __future__ import annotations

import hashlib
import logging

from sqlmodel import Session

from bot import buttons, cards
from bot.buttons import Button
from bot.challenges import SAID, Broker
from bot.inbox import Inbox, remember
from bot.incoming import Incoming, InvokeAnswer
from bot.people import named
from plans.errors import Conflict, UserError
from plans.governance.asks import Asks
from plans.governance.clicks import Clicked, shown
from plans.store.database import Database
from plans.store.tables import AskRow, InboundRow
from plans.words import AskId, ChatId, PersonId, Secret

_AGAIN = 60
"""Wall seconds within which the same press of the same button is a delivery of the same click."""
_log = logging.getLogger(__name__)


class Approvals:
    """Answers ``adaptiveCard/action``."""

    def __init__(self, database: Database, asks: Asks, broker: Broker, inbox: Inbox) -> None:
        self._database = database
        self._asks = asks
        self._broker = broker
        self._inbox = inbox

    async def click(self, incoming: Incoming) -> InvokeAnswer:
        try:
            button = buttons.read(incoming.value)
            if button.verb == "code":
                return await self._code(incoming, button)
            if button.asked:
                return await self._answered(incoming, button)
            return await self._typed(incoming, button)
        except UserError as error:
            return InvokeAnswer.message(f"{error.said} {error.way_on}".strip())
        except Conflict:
            return InvokeAnswer.message("Somebody else was faster. Say `status` to see how it stands now.")

    async def _answered(self, incoming: Incoming, button: Button) -> InvokeAnswer:
        clicked = await self._database.write(lambda tx: self._click(tx, incoming, button))
        if clicked.refused is not None:
            _log.info("click refused: %s on ask %s", button.verb, button.ask)
            return InvokeAnswer.message(clicked.said)
        return InvokeAnswer.card(cards.content(cards.render(clicked.notice)))

    def _click(self, tx: Session, incoming: Incoming, button: Button) -> Clicked:
        remember(tx, incoming)
        person, chat = PersonId(incoming.person.id), ChatId(incoming.chat.id)
        return self._asks.click(tx, AskId(button.ask), person, chat, button.verb, button.hash, dict(button.inputs))

    async def _code(self, incoming: Incoming, button: Button) -> InvokeAnswer:
        ask = AskId(button.ask)
        await self._database.write(lambda tx: remember(tx, incoming))
        typed = Secret(button.inputs.get("code", ""))
        result = await self._broker.answer(ask, PersonId(incoming.person.id), incoming.chat.kind, typed)
        row = await self._database.read(lambda tx: tx.get(AskRow, ask))
        if result == "ok" and row is not None:
            return InvokeAnswer.card(cards.content(cards.render(shown(row))))
        if result == "not-owner" and row is not None:
            who = await self._database.read(lambda tx: named(tx, row.allowed))
            return InvokeAnswer.message(f"This code is asked of {who}; nobody else can give it. The card is as it was.")
        return InvokeAnswer.message(SAID[result])

    async def _typed(self, incoming: Incoming, button: Button) -> InvokeAnswer:
        """A button that is the same as typing something: handed on as that message, once."""
        text = f"undo {button.plan} {button.number}" if button.verb == "undo" else button.text
        press = f"{incoming.chat.id}|{incoming.reply_to}|{incoming.person.id}|{text}"
        name = f"say:{hashlib.sha256(press.encode()).hexdigest()[:40]}"
        slot = int(incoming.at.timestamp()) // _AGAIN
        message, before = (_as_message(incoming, text, f"{name}:{slot - back}") for back in (0, 1))
        if not await self._database.read(lambda tx: _pressed_just_now(tx, before, incoming)):
            await self._inbox.receive(message)
        return InvokeAnswer.message("On it.")


def _as_message(incoming: Incoming, text: str, name: str) -> Incoming:
    return incoming.model_copy(update={"id": name, "kind": "message", "text": text, "value": {}, "name": ""})


def _pressed_just_now(tx: Session, before: Incoming, incoming: Incoming) -> bool:
    """Whether the slot before this one holds the same press, no longer ago than a delivery may take."""
    row = tx.get(InboundRow, before.key)
    if row is None:
        return False
    return (incoming.at - Incoming.model_validate(row.activity).at).total_seconds() < _AGAIN
