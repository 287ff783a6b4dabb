"""A number for every control on every card, for as long as the demonstration runs: none ever means another one.

Were they counted anew for each card, whoever presses ``1`` the moment a new card comes in would press the wrong button.
"""

from __future__ import annotations

from dataclasses import dataclass

from infra.demo.terminal import cards
from infra.demo.terminal.cards import Control
from infra.sandbox.teams import Chat, Message
from infra.sandbox.teams.cards import Json
from infra.sandbox.teams.conversation import Conversation


@dataclass(frozen=True)
class Target:
    """A control of a message; it is the same one after the card was replaced, if it says the same."""

    conversation: Conversation
    message: str
    name: tuple[str, str, int]

    def find(self, chat: Chat) -> tuple[Message, Json, Control] | None:
        """The message, its card and the control as they are now; None when it is not there any more."""
        message = next((found for found in chat.messages if found.id == self.message), None)
        if message is None or message.card is None:
            return None
        named = {name: control for control, name in _named(message.card)}
        return (message, message.card, named[self.name]) if self.name in named else None


class Numbers:
    def __init__(self) -> None:
        self._targets: list[Target] = []
        self._given: dict[tuple[str, str, tuple[str, str, int]], int] = {}

    def give(self, conversation: Conversation, message: Message, shown: list[Control]) -> list[tuple[int, Control]]:
        """The controls with their numbers."""
        names = {id(control.action): name for control, name in _named(message.card)}
        return [(self._give(Target(conversation, message.id, names[id(control.action)])), control) for control in shown]

    def _give(self, target: Target) -> int:
        key = (target.conversation.id, target.message, target.name)
        if key not in self._given:
            self._targets.append(target)
            self._given[key] = len(self._targets)
        return self._given[key]

    def target(self, number: int) -> Target | None:
        return self._targets[number - 1] if 1 <= number <= len(self._targets) else None


def _named(card: Json | None) -> list[tuple[Control, tuple[str, str, int]]]:
    """Every control with what it is told apart by: kind, title, and which one of that title."""
    counted: dict[tuple[str, str], int] = {}
    found: list[tuple[Control, tuple[str, str, int]]] = []
    for control in cards.every(card):
        same = (control.kind, control.title)
        counted[same] = counted.get(same, 0) + 1
        found.append((control, (*same, counted[same])))
    return found
