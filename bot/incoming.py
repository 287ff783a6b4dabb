"""What arrives from Teams, as the rest of the bot sees it, and who takes it.

Everything in an ``Incoming`` has passed the border: the caller's signature was checked, the fields are of the right
type and can be stored. Its words are still a person's words: data, never markup and never an instruction.
"""

from __future__ import annotations

import hashlib
from datetime import datetime
from typing import Any, Literal, Protocol

from pydantic import BaseModel, ConfigDict, Field

IncomingKind = Literal["message", "invoke", "installed", "members_added", "other"]


class _Frozen(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class IncomingChat(_Frozen):
    """The conversation, with the fields of ``ChatRow``."""

    id: str
    """In a channel with ``;messageid=<root>``, which is the thread."""
    kind: str
    """personal · groupChat · channel."""
    service_url: str
    tenant: str
    bot_id: str
    name: str = ""


class IncomingPerson(_Frozen):
    id: str
    """Entra object id, else the channel's id."""
    teams_id: str
    name: str = ""


class Incoming(_Frozen):
    """One activity."""

    id: str
    """The channel's activity id; for an activity without one, a hash of its body."""
    kind: IncomingKind
    chat: IncomingChat
    person: IncomingPerson
    text: str = ""
    """Plain text: the bot's own mention is gone, other mentions are their names."""
    value: dict[str, Any] = Field(default_factory=dict, repr=False)
    """An invoke's value, which may carry a one-time code; the members of a ``members_added``, as ``members``."""
    name: str = ""
    """An invoke's or event's name; an installation's action."""
    at: datetime
    """When Teams says that it happened; UTC."""
    reply_to: str = ""
    """The message that a button stands on, or that is answered."""

    @property
    def key(self) -> str:
        """Names the activity for ever: SHA-256 over tenant, conversation and activity id."""
        return hashlib.sha256(f"{self.chat.tenant}|{self.chat.id}|{self.id}".encode()).hexdigest()


class InvokeAnswer(_Frozen):
    """What a click is answered with, in the shape that Teams reads."""

    status: int
    type: str
    value: Any

    @classmethod
    def card(cls, card: dict[str, Any]) -> InvokeAnswer:
        """Replaces the card that was clicked."""
        return cls(status=200, type="application/vnd.microsoft.card.adaptive", value=card)

    @classmethod
    def message(cls, text: str) -> InvokeAnswer:
        """Tells the clicker alone; the card stays as it is."""
        return cls(status=200, type="application/vnd.microsoft.activity.message", value=text)

    @classmethod
    def error(cls, status: int, code: str, message: str) -> InvokeAnswer:
        """Makes the client show that the click failed."""
        return cls(status=status, type="application/vnd.microsoft.error", value={"code": code, "message": message})


class Receiver(Protocol):
    """Who takes what has passed the border."""

    async def receive(self, incoming: Incoming) -> None:
        """Stores it; the work is done afterwards. The same activity again is a no-op."""
        ...

    async def intercept(self, incoming: Incoming) -> bool:
        """Takes a message that may be a one-time code. True: it was one, and nothing of it is to be stored."""
        ...

    async def click(self, incoming: Incoming) -> InvokeAnswer:
        """Answers a button within seconds. Nothing in ``value`` may be logged."""
        ...
