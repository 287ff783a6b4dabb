"""The bot is taken out of a chat while it asks something there."""

from __future__ import annotations

from infra.sandbox.teams.conversation import Message
from tests.e2e.conftest import Start


def proposal(message: Message) -> bool:
    return "Approve" in message.buttons


async def test_what_cannot_be_asked_in_a_group_is_asked_in_private(start: Start) -> None:
    teams = await start()
    ann, bob = teams.user("Ann Example"), teams.user("Bob")
    private = ann.personal_chat()
    await private.install()
    group = teams.group_chat("Launch crew", ann, bob)
    await group.install()
    for chat in (private, group):
        await chat.wait_for(lambda m: "I am Steward" in m.text)
    held = teams.faults.hold()
    await group.say("own the launch of Northwind Analytics in 12 weeks: 200 demo requests")
    await held.reached()
    group.conversation.installed = False
    held.release()
    card = await private.wait_for(proposal, timeout=20)
    await private.press(card, "approve")
    await private.wait_for(lambda m: "Approved" in m.text)
