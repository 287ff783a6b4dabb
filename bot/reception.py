"""The one who takes what has passed the border: messages to the inbox, codes to the broker, clicks to the approvals."""

from __future__ import annotations

from bot.approvals import Approvals
from bot.inbox import Inbox
from bot.incoming import Incoming, InvokeAnswer
from bot.typed_codes import TypedCodes


class Reception:
    """Implements ``bot.incoming.Receiver``."""

    def __init__(self, inbox: Inbox, codes: TypedCodes, approvals: Approvals) -> None:
        self._inbox = inbox
        self._codes = codes
        self._approvals = approvals

    async def receive(self, incoming: Incoming) -> None:
        """Stores it, unless a one-time code stands among its words."""
        if not await self._codes.intercept(incoming):
            await self._inbox.receive(incoming)

    async def intercept(self, incoming: Incoming) -> bool:
        return await self._codes.intercept(incoming)

    async def click(self, incoming: Incoming) -> InvokeAnswer:
        return await self._approvals.click(incoming)
