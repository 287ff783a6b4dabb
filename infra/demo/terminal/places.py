"""The chats of the demonstration, and who is in them: a personal chat each, a group chat, a channel."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import chain

from infra.sandbox.teams import Chat, Message, Teams, TeamsUser
from infra.sandbox.teams.conversation import Conversation

OWNER, COLLEAGUE = "Ann Example", "Bob Stranger"
GROUP, TEAM, CHANNEL = "Launch team", "Marketing", "Launch"


@dataclass(frozen=True, eq=False)
class Place:
    """A chat as somebody finds it in their list; in a channel, all of its threads."""

    teams: Teams
    conversation: Conversation

    @property
    def name(self) -> str:
        kind, name = self.conversation.kind, self.conversation.name
        return {"personal": "personal chat", "groupChat": f"group chat {name}"}.get(kind, f"channel {TEAM} › {name}")

    @property
    def members(self) -> list[TeamsUser]:
        everybody = {user.account.id: user for user in (self.teams.user(name) for name in (OWNER, COLLEAGUE))}
        return [everybody[member] for member in self.conversation.members]

    @property
    def threads(self) -> list[Conversation]:
        """The conversation itself, and in a channel every thread of it, oldest first."""
        inside = f"{self.conversation.id};"
        there = self.teams.directory.conversations()
        return [self.conversation, *(found for found in there if found.id.startswith(inside))]

    def messages(self, who: TeamsUser) -> list[tuple[Conversation, Message]]:
        """What the person sees, oldest first."""
        seen = chain.from_iterable(
            ((thread, message) for message in thread.seen_by(who.account.id)) for thread in self.threads
        )
        return sorted(seen, key=lambda found: found[1].posted_at)

    def chat(self, who: TeamsUser, *, anew: bool = False) -> Chat:
        """Where the person goes on talking: in a channel the thread that somebody last wrote in, or a new one."""
        spoken = [
            thread
            for thread in self.threads
            if any(found.author in thread.members for found in thread.messages.values())
        ]
        return Chat(self.teams, who, self.conversation if anew or not spoken else spoken[-1])

    async def enter(self, who: TeamsUser) -> None:
        """Sees to it that Steward is there. Raises what ``Chat.install`` raises."""
        if self.conversation.installed:
            return
        try:
            await Chat(self.teams, who, self.conversation).install()
        except BaseException:
            self.conversation.installed = False
            raise


class Places:
    """Finds the chats that there were, or makes them."""

    def __init__(self, teams: Teams) -> None:
        self._teams = teams
        self.people = (teams.user(OWNER), teams.user(COLLEAGUE))
        self._group = self._there("groupChat") or teams.group_chat(GROUP, *self.people).conversation
        self._channel = self._there("channel") or teams.channel(TEAM, CHANNEL, *self.people).conversation

    def _there(self, kind: str) -> Conversation | None:
        return next((found for found in self._teams.directory.conversations() if found.kind == kind), None)

    def of(self, who: TeamsUser) -> list[Place]:
        """The person's list of chats."""
        personal = who.personal_chat().conversation
        return [Place(self._teams, found) for found in (personal, self._group, self._channel)]

    def person(self, name: str) -> TeamsUser | None:
        """By the beginning of the name."""
        wanted = name.strip().casefold()
        return next((user for user in self.people if wanted and user.name.casefold().startswith(wanted)), None)
