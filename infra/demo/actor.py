"""A person at a demonstration: what they say and press, and what they then see."""

from __future__ import annotations

from collections.abc import Awaitable, Callable

from infra.demo.records import Records
from infra.demo.stage import DAY_SECONDS, Stage
from infra.demo.transcript import Transcript
from infra.sandbox.teams.conversation import Message
from infra.sandbox.teams.people import Chat, NotDelivered, Pressed

OWNER = "Ann Example"
Act = tuple[str, Callable[[], Awaitable[None]]]
LONG = DAY_SECONDS * 12
"""Wall seconds that something may take that waits for days of the plan to pass."""


class Gone(Exception):
    """An act that did not come about; the rest of the play goes on without it."""


def shows(*words: str) -> Callable[[Message], bool]:
    """Messages that show all of these words, whatever their case."""

    def fits(message: Message) -> bool:
        seen = "\n".join((message.text, *message.buttons)).casefold()
        return all(word.casefold() in seen for word in words)

    return fits


def offers(*buttons: str) -> Callable[[Message], bool]:
    """Messages that have all of these buttons."""
    return lambda message: all(any(title.startswith(button) for title in message.buttons) for button in buttons)


class Actor:
    """Ann, in her personal chat with Steward. What she was promised goes into the transcript."""

    def __init__(self, stage: Stage, transcript: Transcript) -> None:
        self._stage, self._tell = stage, transcript
        self._records = Records(stage.home)
        self._ann = stage.teams.user(OWNER)
        self._chat: Chat = self._ann.personal_chat()

    async def _act(self, title: str, act: Callable[[], Awaitable[None]]) -> bool:
        """Whether it came about at all; promises within it may still have been broken."""
        self._tell.chapter(title)
        try:
            await act()
        except (TimeoutError, LookupError, Gone, NotDelivered, OSError) as error:
            self._tell.keep(title, False, "Steward", f"{type(error).__name__}: {str(error).splitlines()[0]}")
            return False
        return True

    async def _say(self, text: str, chat: Chat | None = None, times: int = 1) -> int:
        """Says it, and returns where the conversation stood before."""
        chat = chat or self._chat
        since = chat.change
        self._tell.said(chat.user.name, text)
        await chat.say(text, times=times)
        return since

    async def _see(self, fits: Callable[[Message], bool], timeout: float = 20.0, since: int = 0) -> Message:
        message = await self._chat.wait_for(fits, timeout, since)
        self._tell.shown(message.text)
        return message

    async def _press(self, message: Message, verb: str, chat: Chat | None = None, **inputs: str) -> Pressed:
        chat = chat or self._chat
        typed = f" with {', '.join(f'{name}: {value}' for name, value in inputs.items())}" if inputs else ""
        self._tell.said(chat.user.name, f"[presses {verb}{typed}]")
        return await chat.press(message, verb, inputs or None)
