"""A card's button on its way to being pressed: the inputs that go with it, until each has its answer."""

from __future__ import annotations

from rich.text import Text

from infra.demo.terminal.form import Field
from infra.demo.terminal.markup import bare
from infra.demo.terminal.numbers import Target
from infra.sandbox.teams import Chat, Message, Pressed, cards
from infra.sandbox.teams.cards import Json


class Filling:
    """``action`` is the button that will be pressed, on the message as it stood when it was chosen."""

    def __init__(self, chat: Chat, message: Message, card: Json, action: Json, target: Target) -> None:
        self._chat, self._message, self._target = chat, message, target
        places = [(place, inside) for place, (found, inside) in enumerate(cards.buttons(card)) if found is action]
        self._place, inside = places[0]
        self.title = bare(str(action.get("title", "")))
        wanted = () if action.get("associatedInputs") == "none" else cards.inputs(list(inside))
        self._left = [Field(node) for node in wanted]
        self._typed: dict[str, str] = {}

    @property
    def asks(self) -> bool:
        """Whether an input still has no answer."""
        return bool(self._left)

    @property
    def field(self) -> Field:
        """The one that is being asked for."""
        return self._left[0]

    @property
    def open(self) -> bool:
        """Whether the card is still the one that was chosen."""
        found = self._target.find(self._chat)
        return found is not None and found[0].card == self._message.card

    def question(self) -> list[Text]:
        """What is asked, and how to answer."""
        field = self.field
        hint = "; ".join(part for part in (field.hint, "/cancel stops") if part)
        listed = [Text(f"  {number} {title}") for number, (title, _) in enumerate(field.choices, 1)]
        return [Text.assemble(("? ", "bold yellow"), (field.label, "bold"), (f"  ({hint})", "dim")), *listed]

    def put(self, typed: str) -> str:
        """Takes the answer to ``field``; returns what may be seen of it. Raises NotTaken."""
        field = self._left[0]
        value = self._typed[field.id] = field.read(typed)
        del self._left[0]
        return field.shown(value)

    async def send(self) -> Pressed:
        """Presses the button. Raises what ``Chat.press`` raises."""
        return await self._chat.press(self._message, self._place, self._typed)
