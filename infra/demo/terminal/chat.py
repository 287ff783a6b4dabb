"""A person at the terminal: what they see of each chat, and what their lines do.

A line is a command when it begins with a stroke, a button when it is a short number, an answer while a card's inputs
are being asked for, and otherwise something said. What Steward would take for a one-time code is never shown again.
"""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from typing import Final

import aiohttp

from infra.demo.stage import Stage
from infra.demo.terminal import cards, looks
from infra.demo.terminal.cards import Control
from infra.demo.terminal.filling import Filling
from infra.demo.terminal.form import NotTaken
from infra.demo.terminal.looks import Look
from infra.demo.terminal.markup import veiled
from infra.demo.terminal.numbers import Numbers, Target
from infra.demo.terminal.places import Place, Places
from infra.demo.terminal.screen import Screen
from infra.sandbox.teams import Chat, Message, NotDelivered, TeamsUser
from infra.sandbox.teams.cards import Json
from infra.sandbox.teams.conversation import Conversation

_AGAIN = 3
"""Messages shown again when somebody comes back to a chat."""
_BUTTON_DIGITS: Final = 3
"""A longer number is something said."""
UNREACHABLE: Final = (aiohttp.ClientError, TimeoutError, NotDelivered)


class Terminal:
    """Shows and does; ends when ``quit`` is set or the input ends."""

    def __init__(self, stage: Stage, screen: Screen, goal: str) -> None:
        self.stage, self.screen, self.goal = stage, screen, goal
        self.places = Places(stage.teams)
        self.who: TeamsUser = self.places.people[0]
        self.place: Place = self.places.of(self.who)[0]
        self.quit = asyncio.Event()
        self.anew = False
        """Whether the next thing said in the channel begins a thread."""
        self._numbers = Numbers()
        self._filling: Filling | None = None
        self._looks: dict[tuple[str, str], Look] = {}
        """What each person was last shown of each message."""
        self._unread: dict[tuple[str, str], list[str]] = {}
        self._changed = asyncio.Event()
        stage.teams.directory.listeners.append(self._changed.set)
        for user in self.places.people:
            self._know(user)

    def _know(self, user: TeamsUser) -> None:
        """What there is by now is no news to them; it may still be unread."""
        for place in self.places.of(user):
            for _, message in place.messages(user):
                self._looks[user.id, message.id] = looks.look(message)

    async def watch(self) -> None:
        """Shows what comes in. Runs until it is cancelled."""
        while True:
            self._changed.clear()
            self._show_news()
            await self._changed.wait()

    def prompt(self) -> None:
        """Says what the next line is for."""
        if self._filling is not None:
            field = self._filling.field
            self.screen.ask("› ", masked=field.masked, veil=not field.plain)
            return
        offered = "" if self._talked else self.goal
        first = self.who.name.split()[0]
        self.screen.ask(f"{first}, {self.place.name} › ", offered=offered)

    @property
    def _talked(self) -> bool:
        return any(message.author == self.who.account.id for _, message in self.place.messages(self.who))

    async def take(self, line: str) -> None:
        """Does what a line asks for, a command's excepted."""
        typed = line.strip()
        if self._filling is not None:
            await self._answer(typed)
        elif typed.isdecimal() and len(typed) <= _BUTTON_DIGITS:
            await self.choose(int(typed))
        elif typed:
            await self.say(typed)

    async def say(self, text: str) -> None:
        chat = self.place.chat(self.who, anew=self.anew)
        self.anew = False
        self.screen.show(looks.said(self.who.name, veiled(text)))
        try:
            await chat.say(text, kept=veiled(text))
        except UNREACHABLE:
            self.unreachable()

    def unreachable(self) -> None:
        self.tell("Steward did not take that: it may be starting. Say it again; /crash starts it anew.")

    def tell(self, text: str) -> None:
        self.screen.show(looks.note(text))

    async def choose(self, number: int) -> None:
        """Presses, opens or unfolds what has that number."""
        target = self._numbers.target(number)
        if target is None:
            self.tell(f"There is no button {number} here. /again shows the last cards with theirs.")
            return
        chat = Chat(self.stage.teams, self.who, target.conversation)
        if self.who.account.id not in target.conversation.members:
            self.tell(f"That card is in somebody else's chat: {self.who.name} cannot see it.")
            return
        found = target.find(chat)
        if found is None:
            self.tell("That card has changed meanwhile, and has no such button any more.")
            return
        message, card, control = found
        if control.kind == "fold":
            self._unfold(target.conversation, message, control)
        elif control.kind == "link":
            self.tell(str(control.action.get("url", "")))
        else:
            await self._press(target, chat, message, card, control)

    def _unfold(self, conversation: Conversation, message: Message, control: Control) -> None:
        hidden: list[Json] = [{**node, "isVisible": True} for node in cards.hidden(message.card or {}, control.action)]
        shown = self._numbers.give(conversation, message, cards.controls(hidden))
        self.screen.show(looks.part(control.title, cards.paragraphs(hidden), shown, self.screen.width))

    async def _press(self, target: Target, chat: Chat, message: Message, card: Json, control: Control) -> None:
        action = control.action
        if control.kind == "form":
            inner = cards.sending(action["card"])
            if len(inner) != 1:
                shown = self._numbers.give(target.conversation, message, inner)
                words = cards.paragraphs(action["card"])
                self.screen.show(looks.part(control.title, words, shown, self.screen.width))
                return
            action = inner[0].action
        filling = Filling(chat, message, card, action, target)
        if filling.asks:
            self._filling = filling
            self._question(filling.title)
        else:
            await self._send(filling)

    def _question(self, *before: str) -> None:
        """Shows which input is asked for; the prompt is for its answer."""
        assert self._filling is not None
        self.screen.show(*map(looks.note, before), *self._filling.question())

    async def _answer(self, typed: str) -> None:
        filling = self._filling
        assert filling is not None
        try:
            seen = filling.put(typed)
        except NotTaken as refused:
            self._question(str(refused))
            return
        if seen:
            self.tell(f"  {seen}")
        if filling.asks:
            self._question()
            return
        self._filling = None
        await self._send(filling)

    def cancel(self) -> None:
        """Stops asking for inputs."""
        if self._filling is not None:
            self._filling = None
            self.tell("Nothing was sent.")

    async def _send(self, filling: Filling) -> None:
        self.screen.show(looks.said(self.who.name, f"[{filling.title}]"))
        try:
            answer = await filling.send()
        except UNREACHABLE:
            self.unreachable()
            return
        except (LookupError, ValueError):
            self.tell("That card has changed meanwhile. Nothing was sent.")
            return
        if answer.text:
            self.screen.show(looks.aside(answer.text))

    def _show_news(self) -> None:
        for user in self.places.people:
            for place in self.places.of(user):
                if user is self.who or place.conversation.kind == "personal":
                    for thread, message in place.messages(user):
                        self._show_if_new(user, place, thread, message)
        if self._filling is not None and not self._filling.open:
            self._filling = None
            self.tell("That card was answered, changed or has lapsed meanwhile. Nothing more is asked for it.")
            self.prompt()

    def _show_if_new(self, user: TeamsUser, place: Place, thread: Conversation, message: Message) -> None:
        now, before = looks.look(message), self._looks.get((user.id, message.id))
        if message.author in thread.members or now == before:
            return
        self._looks[user.id, message.id] = now
        here = user is self.who and place.conversation is self.place.conversation
        numbered = self._numbers.give(thread, message, cards.controls(message.card))
        if here and before is None:
            self.screen.show(looks.whole(message, numbered, self.screen.width))
        elif here and before is not None:
            self.screen.show(looks.update(message, before, numbered, self.screen.width))
        else:
            self._elsewhere(user, place, message, numbered, before)

    def _elsewhere(
        self, user: TeamsUser, place: Place, message: Message, numbered: looks.Numbered, before: Look | None
    ) -> None:
        unread = self._unread.setdefault((user.id, place.conversation.id), [])
        if message.id not in unread:
            unread.append(message.id)
        name = place.name if user is self.who else f"{user.name}'s {place.name}"
        if before is None or any(control.asks for _, control in numbered):
            self.screen.show(looks.elsewhere(name, message, numbered if user is self.who else [], self.screen.width))

    def unread(self, place: Place) -> int:
        return len(self._unread.get((self.who.id, place.conversation.id), ()))

    async def go(self, place: Place, who: TeamsUser | None = None) -> None:
        """Opens a chat, as somebody, and shows what they have not seen of it, or the last of it."""
        self.who, self.place, self.anew = who or self.who, place, False
        self._filling = None
        self._know(self.who)
        unread = self._unread.pop((self.who.id, place.conversation.id), [])
        self.screen.show(looks.heading(f"{self.who.name}, {place.name}", self.screen.width))
        there = place.messages(self.who)
        self.again([found for found in there if found[1].id in unread] or there[-_AGAIN:])
        try:
            await place.enter(self.who)
        except UNREACHABLE:
            self.unreachable()

    def again(self, found: Sequence[tuple[Conversation, Message]] | None = None) -> None:
        """Shows messages once more, as they stand now; of this chat the last ones, and what still waits."""
        if found is None:
            there = self.place.messages(self.who)
            found = [pair for pair in there[:-_AGAIN] if self._waits(pair[1])] + there[-_AGAIN:]
        for thread, message in found:
            self._looks[self.who.id, message.id] = looks.look(message)
            if message.author in thread.members:
                name = next(user.name for user in self.places.people if user.account.id == message.author)
                self.screen.show(looks.said(name, message.text))
            else:
                numbered = self._numbers.give(thread, message, cards.controls(message.card))
                self.screen.show(looks.whole(message, numbered, self.screen.width))

    def _waits(self, message: Message) -> bool:
        return any(control.asks for control in cards.controls(message.card))
