"""A conversation as Teams keeps it: messages with ids, versions and times, and what each member sees of them."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Callable
from dataclasses import asdict, dataclass, field, replace
from datetime import datetime
from typing import Any

from infra.sandbox.teams.cards import CARD, Json, buttons, card_of, words


@dataclass(frozen=True)
class Message:
    """A message as it stood at one moment; an update makes another one of the same id."""

    id: str
    author: str
    """The bot's id or a person's."""
    activity: Json
    posted_at: datetime
    updated_at: datetime
    version: int
    change: int
    """Grows with every change in the conversation."""
    deleted: bool = False

    @property
    def card(self) -> Json | None:
        return card_of(self.activity)

    @property
    def text(self) -> str:
        """Everything there is to read: the message's text and its card's."""
        return "\n".join([self.activity.get("text") or "", *words(self.card)]).strip()

    @property
    def buttons(self) -> list[str]:
        """Titles of what can be pressed."""
        return [str(action.get("title", "")) for action, _ in buttons(self.card or {})]

    def dump(self) -> Json:
        return {**asdict(self), "posted_at": self.posted_at.isoformat(), "updated_at": self.updated_at.isoformat()}

    @classmethod
    def load(cls, saved: Json) -> Message:
        """The message that was dumped. Raises LookupError, TypeError or ValueError for what is none."""
        times = {name: datetime.fromisoformat(saved[name]) for name in ("posted_at", "updated_at")}
        return cls(**{**saved, **times})


@dataclass
class Conversation:
    """``id`` is what the bot is told: in a channel it carries the thread once there is one."""

    id: str
    kind: str
    """personal · groupChat · channel."""
    name: str
    channel_data: dict[str, Any]
    members: list[str]
    """People's Teams ids."""
    installed: bool = False
    typing: int = 0
    """How often the bot has shown that it is typing."""
    messages: dict[str, Message] = field(default_factory=dict)
    history: list[Message] = field(default_factory=list)
    """Every version of every message, in the order in which they came."""
    on_change: Callable[[], None] = field(default=lambda: None, repr=False)
    """Called whenever somebody sees something else than before."""
    _views: dict[tuple[str, str], Json] = field(default_factory=dict)
    _changed: asyncio.Event = field(default_factory=asyncio.Event)

    @property
    def change(self) -> int:
        return self.history[-1].change if self.history else 0

    def add(self, message_id: str, author: str, activity: Json, now: datetime) -> Message:
        return self._keep(Message(message_id, author, activity, now, now, version=1, change=self.change + 1))

    def update(self, message_id: str, activity: Json, now: datetime) -> Message:
        """Replaces the message for everybody, private views of it included. Raises KeyError."""
        old = self.messages[message_id]
        self._views = {key: card for key, card in self._views.items() if key[1] != message_id}
        return self._again(old, activity=activity, updated_at=now)

    def delete(self, message_id: str, now: datetime) -> None:
        """Raises KeyError."""
        self._again(self.messages[message_id], activity={}, updated_at=now, deleted=True)

    def show(self, person: str, message_id: str, card: Json) -> None:
        """Replaces a message's card for one person, as the answer to a click does."""
        self._views[person, message_id] = card
        self._wake()

    def seen_by(self, person: str) -> list[Message]:
        """What the person sees, oldest first."""
        return [self._view(person, message) for message in self.messages.values() if not message.deleted]

    def _view(self, person: str, message: Message) -> Message:
        card = self._views.get((person, message.id))
        if card is None:
            return message
        return replace(message, activity={**message.activity, "attachments": [{"contentType": CARD, "content": card}]})

    def type(self) -> None:
        """The bot shows that it is typing."""
        self.typing += 1
        self._wake()

    async def wait_for_typing(self, before: int, timeout: float) -> bool:
        """Whether the bot has shown that it is typing more often than ``before``, as soon as it has."""
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(timeout):
                while self.typing <= before:
                    await self._changed.wait()
        return self.typing > before

    async def wait_for(self, person: str, predicate: Callable[[Message], bool], timeout: float, since: int) -> Message:
        """The first of the bot's messages, as the person sees it, that fits and changed after ``since``.

        Raises TimeoutError, telling what there is to see instead.
        """
        try:
            async with asyncio.timeout(timeout):
                while True:
                    changed = self._changed
                    for message in self.seen_by(person):
                        if message.author not in self.members and message.change > since and predicate(message):
                            return message
                    await changed.wait()
        except TimeoutError:
            there = "\n---\n".join(message.text for message in self.seen_by(person)) or "nothing"
            raise TimeoutError(f"no such message within {timeout} s; there is:\n{there}") from None

    def dump(self) -> Json:
        """What is needed to go on with it in another process: the last version of everything."""
        return {
            "id": self.id,
            "kind": self.kind,
            "name": self.name,
            "channel_data": self.channel_data,
            "members": self.members,
            "installed": self.installed,
            "messages": [message.dump() for message in sorted(self.messages.values(), key=lambda found: found.change)],
            "views": [[*key, card] for key, card in self._views.items()],
        }

    @classmethod
    def load(cls, saved: Json) -> Conversation:
        """The conversation that was dumped. Raises LookupError, TypeError or ValueError for what is none."""
        fields = {name: saved[name] for name in ("id", "kind", "name", "channel_data", "members", "installed")}
        made = cls(**fields, history=[Message.load(message) for message in saved["messages"]])
        made.messages = {message.id: message for message in sorted(made.history, key=lambda found: found.posted_at)}
        made._views = {(person, message): card for person, message, card in saved["views"]}
        return made

    def _again(self, old: Message, **changes: Any) -> Message:
        return self._keep(replace(old, version=old.version + 1, change=self.change + 1, **changes))

    def _keep(self, message: Message) -> Message:
        self.messages[message.id] = message
        self.history.append(message)
        self._wake()
        return message

    def _wake(self) -> None:
        changed, self._changed = self._changed, asyncio.Event()
        changed.set()
        self.on_change()
