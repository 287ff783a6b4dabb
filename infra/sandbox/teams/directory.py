"""Who and what there is: people, the bot, and every conversation by its id."""

from __future__ import annotations

import uuid
from collections.abc import Callable
from dataclasses import asdict, dataclass
from datetime import datetime
from itertools import count

from infra.sandbox.teams.cards import Json
from infra.sandbox.teams.conversation import Conversation


@dataclass(frozen=True)
class Account:
    """A person as Teams knows them."""

    id: str
    aad: str
    name: str


class Directory:
    """The tenant."""

    def __init__(self, tenant: str, bot_id: str, bot_name: str, now: Callable[[], datetime]) -> None:
        self.tenant = tenant
        self.bot_id = bot_id
        self.bot_name = bot_name
        self.listeners: list[Callable[[], None]] = []
        """Called whenever anything has changed anywhere."""
        self._ids = count(int(now().timestamp() * 1000))
        self._people: dict[str, Account] = {}
        self._conversations: dict[str, Conversation] = {}
        self._personal: dict[str, Conversation] = {}

    def next_id(self) -> str:
        """Like Teams' message ids: milliseconds since 1970, never the same twice."""
        return str(next(self._ids))

    def person(self, name: str) -> Account:
        """The person of that name, who joins the tenant if need be, with a personal chat to the bot."""
        for known in self._people.values():
            if known.name == name:
                return known
        found = Account(f"29:{uuid.uuid4().hex}", str(uuid.uuid4()), name)
        self._people[found.id] = found
        self._personal[found.id] = self.open("personal", f"a:{uuid.uuid4().hex}", "", [found.id])
        return found

    def account(self, person: str) -> Json:
        """A person in the shape of the wire."""
        found = self._people[person]
        return {"id": found.id, "name": found.name, "aadObjectId": found.aad}

    def open(
        self, kind: str, conversation_id: str, name: str, members: list[str], data: Json | None = None
    ) -> Conversation:
        channel_data = {"tenant": {"id": self.tenant}, **(data or {})}
        return self._add(Conversation(conversation_id, kind, name, channel_data, members))

    def _add(self, made: Conversation) -> Conversation:
        made.on_change = self._tell
        self._conversations[made.id] = made
        return made

    def _tell(self) -> None:
        for listener in self.listeners:
            listener()

    def conversation(self, conversation_id: str) -> Conversation | None:
        return self._conversations.get(conversation_id)

    def conversations(self) -> list[Conversation]:
        """All there are, threads of channels among them, in the order in which they were begun."""
        return list(self._conversations.values())

    def personal(self, person: str) -> Conversation | None:
        return self._personal.get(person)

    def thread(self, channel: Conversation, root: str) -> Conversation:
        """A thread of the channel, begun by the message of that id."""
        made = self.open(
            "channel", f"{channel.id};messageid={root}", channel.name, channel.members, dict(channel.channel_data)
        )
        made.installed = channel.installed
        return made

    def dump(self) -> Json:
        """Everything, so that ids and cards stay valid in another process."""
        return {
            "tenant": self.tenant,
            "bot_id": self.bot_id,
            "people": [asdict(person) for person in self._people.values()],
            "personal": {person: chat.id for person, chat in self._personal.items()},
            "conversations": [conversation.dump() for conversation in self._conversations.values()],
        }

    def restore(self, saved: Json) -> None:
        """Becomes what was dumped. For what is no dump: LookupError, TypeError or ValueError, and nothing changes."""
        people = [Account(**person) for person in saved["people"]]
        conversations = [Conversation.load(conversation) for conversation in saved["conversations"]]
        there = {conversation.id: conversation for conversation in conversations}
        personal = {person: there[chat] for person, chat in saved["personal"].items()}
        self.tenant, self.bot_id = saved["tenant"], saved["bot_id"]
        self._people = {person.id: person for person in people}
        self._personal, self._conversations = personal, {}
        for conversation in conversations:
            self._add(conversation)
