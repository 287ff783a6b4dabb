"""Teams, as a bot sees it over the wire, and people who use it: for the demo and the tests.

A server for the connector's REST protocol, the channel's signing keys and the bot's login; and a client that plays
people, who talk to the bot over real HTTP. Strict where Teams is strict: what it would reject is rejected here.
"""

from infra.sandbox.teams.conversation import Message
from infra.sandbox.teams.people import Channel, Chat, NotDelivered, Pressed, TeamsUser
from infra.sandbox.teams.server import Teams

__all__ = ["Channel", "Chat", "Message", "NotDelivered", "Pressed", "Teams", "TeamsUser"]
