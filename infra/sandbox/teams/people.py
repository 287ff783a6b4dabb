"""People in Teams: they say things, press buttons, install the app, and see what the bot shows them.

A ``Chat`` is a conversation as one person sees it. What they do reaches the bot as an activity of the shape that Teams
sends, over HTTP.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from infra.sandbox.teams import cards
from infra.sandbox.teams.cards import Json
from infra.sandbox.teams.conversation import Conversation, Message
from infra.sandbox.teams.directory import Account

if TYPE_CHECKING:
    from infra.sandbox.teams.server import Teams

_CARD_ANSWER = "application/vnd.microsoft.card.adaptive"
_TEXT_ANSWER = "application/vnd.microsoft.activity.message"


class NotDelivered(Exception):
    """The bot did not take an activity."""

    def __init__(self, status: int) -> None:
        super().__init__(f"the bot answered {status}")
        self.status = status


@dataclass(frozen=True)
class Pressed:
    """What the presser of a button got back."""

    status: int
    type: str
    value: Any

    @property
    def card(self) -> Json | None:
        """The card that replaced the one pressed."""
        return self.value if self.type == _CARD_ANSWER else None

    @property
    def text(self) -> str:
        """What the presser alone is told."""
        if self.type == _TEXT_ANSWER:
            return str(self.value)
        return str(self.value.get("message", "")) if self.card is None else ""


class TeamsUser:
    """A person with the app at hand."""

    def __init__(self, teams: Teams, account: Account) -> None:
        self._teams = teams
        self.account = account

    @property
    def name(self) -> str:
        return self.account.name

    @property
    def id(self) -> str:
        """The Entra object id, by which the bot knows the person."""
        return self.account.aad

    def personal_chat(self) -> Chat:
        """The person's one chat with the bot."""
        conversation = self._teams.directory.personal(self.account.id)
        assert conversation is not None
        return Chat(self._teams, self, conversation)


class Chat:
    """A conversation, as one of its members sees and uses it."""

    def __init__(self, teams: Teams, user: TeamsUser, conversation: Conversation) -> None:
        self._teams = teams
        self.user = user
        self.conversation = conversation

    @property
    def id(self) -> str:
        return self.conversation.id

    @property
    def messages(self) -> list[Message]:
        """What the person sees, oldest first."""
        return self.conversation.seen_by(self.user.account.id)

    @property
    def change(self) -> int:
        """Where the conversation stands: hand it to ``wait_for`` to see only what comes later."""
        return self.conversation.change

    def as_user(self, user: TeamsUser) -> Chat:
        """The same conversation, seen by another member."""
        return Chat(self._teams, user, self.conversation)

    async def install(self) -> None:
        """Adds the app to the conversation; the bot is told twice, as Teams does."""
        self.conversation.installed = True
        await self._tell({"type": "installationUpdate", "action": "add"})
        bot = {"id": self._teams.directory.bot_id, "name": self._teams.directory.bot_name}
        await self._tell({"type": "conversationUpdate", "membersAdded": [bot]})

    async def uninstall(self) -> None:
        """Takes the app away; from then on the bot may not write here."""
        self.conversation.installed = False
        await self._tell({"type": "installationUpdate", "action": "remove"})

    async def say(
        self, text: str, *, times: int = 1, activity_id: str | None = None, kept: str | None = None
    ) -> Message:
        """Says something to the bot, which is mentioned where it has to be; ``times`` delivers the same activity again.

        ``kept`` is what the conversation keeps of it, where that must not be what the bot is told.
        Raises NotDelivered; LookupError while the app is not installed.
        """
        if not self.conversation.installed:
            raise LookupError("the app is not installed here: install() it first")
        found = activity_id or self._teams.directory.next_id()
        if self.conversation.kind == "channel" and ";messageid=" not in self.conversation.id:
            self.conversation = self._teams.directory.thread(self.conversation, found)
        said: Json = {"type": "message", "id": found, "text": text, "textFormat": "plain"}
        if self.conversation.kind != "personal":
            mention = f"<at>{self._teams.directory.bot_name}</at>"
            bot = {"id": self._teams.directory.bot_id, "name": self._teams.directory.bot_name}
            said |= {"text": f"{mention} {text}", "entities": [{"type": "mention", "text": mention, "mentioned": bot}]}
        shown = said if kept is None else {**said, "text": kept}
        message = self.conversation.add(found, self.user.account.id, shown, self._teams.now())
        for _ in range(times):
            await self._tell(said)
        return message

    async def press(
        self, message: Message, verb: str | int, inputs: dict[str, str] | None = None, *, activity_id: str | None = None
    ) -> Pressed:
        """Presses the button with that verb, title or place on the card, as the message stood when it was looked at.

        The card that comes back replaces the one pressed for the presser, until the bot updates the message for all.
        Raises NotDelivered unless the bot answers 200, and what ``cards.pressed`` raises.
        """
        if message.card is None:
            raise LookupError("the message shows no card")
        action = cards.pressed(message.card, verb, inputs or {})
        activity = self.activity(
            {
                "type": "invoke",
                "name": "adaptiveCard/action",
                "id": activity_id or f"f:{self._teams.directory.next_id()}",
                "replyToId": message.id,
                "value": {"action": action, "trigger": "manual"},
            }
        )
        status, body = await self._teams.deliver(activity)
        if status != 200:
            raise NotDelivered(status)
        answer = Pressed(body["statusCode"], body["type"], body["value"])
        if answer.status == 200 and answer.card is not None:
            self.conversation.show(self.user.account.id, message.id, answer.card)
        return answer

    async def wait_for(self, predicate: Callable[[Message], bool], timeout: float = 10.0, since: int = 0) -> Message:
        """The first message of the bot that fits; ``since`` leaves out what had not changed by then.

        Raises TimeoutError with what there is to see instead.
        """
        return await self.conversation.wait_for(self.user.account.id, predicate, timeout, since)

    async def _tell(self, fields: Json) -> None:
        status, _ = await self._teams.deliver(self.activity(fields))
        if status not in (200, 201, 202):
            raise NotDelivered(status)

    def activity(self, fields: Json) -> Json:
        """An activity of this person in this chat, in the shape that Teams sends, with these fields."""
        directory, conversation = self._teams.directory, self.conversation
        where: Json = {
            "id": conversation.id,
            "conversationType": conversation.kind,
            "tenantId": directory.tenant,
        }
        if conversation.kind != "personal":
            where |= {"isGroup": True, "name": conversation.name}
        return {
            "id": f"f:{directory.next_id()}",
            "timestamp": self._teams.now().isoformat().replace("+00:00", "Z"),
            "channelId": "msteams",
            "serviceUrl": self._teams.service_url,
            "from": directory.account(self.user.account.id),
            "recipient": {"id": directory.bot_id, "name": directory.bot_name},
            "conversation": where,
            "channelData": conversation.channel_data,
            "locale": "en-GB",
            **fields,
        }


class Channel:
    """A channel of a team."""

    def __init__(self, teams: Teams, conversation: Conversation) -> None:
        self._teams = teams
        self.conversation = conversation

    async def install(self, user: TeamsUser) -> None:
        await Chat(self._teams, user, self.conversation).install()

    def new_thread(self, user: TeamsUser) -> Chat:
        """A thread that begins with the first thing the person says in it."""
        return Chat(self._teams, user, self.conversation)
