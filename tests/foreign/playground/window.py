"""The Playground's page, used as a person uses it: by what is written on it. Nothing here knows Steward's insides."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Final

from playwright.async_api import FloatRect, Locator, Page

_PATIENCE: Final = 30_000
"""Milliseconds."""
_MENTION: Final = 400
"""Milliseconds that the page needs after a mention, or it swallows the next key."""
_OUTERMOST: Final = ".ac-adaptiveCard:not(.ac-adaptiveCard .ac-adaptiveCard)"
"""A form that a card opens is a card within it."""


def _titled(button: str) -> str:
    return f'button[title^="{button}"]'


class Window:
    """One page. ``shots`` is where pictures of it go."""

    def __init__(self, page: Page, address: str, shots: Path) -> None:
        self.page, self._address, self._shots = page, address, shots
        page.set_default_timeout(_PATIENCE)

    async def open(self) -> None:
        """Opens it, or opens it anew: then it is empty, and tells the bot that it was installed."""
        await self.page.goto(self._address)
        await self._box.first.wait_for()
        await self.page.get_by_role("button", name="Hide log panel").click()

    @property
    def _box(self) -> Locator:
        # Not by its role: the inputs of cards have the same.
        return self.page.locator('[data-lexical-editor="true"]')

    async def go(self, chat: str) -> None:
        """To another chat, by its name in the list."""
        await self.page.get_by_role("treeitem", name=chat).click()
        await self._box.first.wait_for()

    async def say(self, text: str) -> None:
        await self._box.last.click()
        await self.page.keyboard.type(text)
        await self.page.keyboard.press("Enter")

    async def mention(self, text: str) -> None:
        """Says it to ``@Steward``, in a group chat; in a channel it begins a thread."""
        await self._box.first.click()
        await self.page.keyboard.type("@Ste", delay=60)
        await self.page.locator("[role=menuitem]").filter(has_text="Steward").first.click()
        await self.page.keyboard.type(f" {text}")
        await self.page.wait_for_timeout(_MENTION)
        post = self.page.get_by_role("button", name="Post", exact=True)
        if await post.count():
            await post.first.click()
        else:
            await self.page.keyboard.press("Enter")

    def cards(self, *words: str | re.Pattern[str], button: str = "") -> Locator:
        """Cards that show all of the words, whatever their case, and have the button."""
        found = self.page.locator(_OUTERMOST)
        for word in words:
            found = found.filter(has_text=word)
        return found.filter(has=self.page.locator(_titled(button))) if button else found

    async def card(self, *words: str | re.Pattern[str], button: str = "") -> Locator:
        """The latest of them, once it is there."""
        found = self.cards(*words, button=button).last
        await found.wait_for()
        await found.scroll_into_view_if_needed()
        return found

    async def press(self, card: Locator, title: str) -> None:
        """A button of the card, by how its title begins."""
        await card.locator(_titled(title)).first.click()

    async def shoot(self, name: str, of: Locator | None = None) -> Path:
        """A picture of the page, or of a part of it that is in sight.

        Never of an element as such: Playwright would resize the page for a tall one, which closes open forms.
        """
        path = self._shots / f"{name}.png"
        box = await of.bounding_box() if of is not None else None
        clip = FloatRect(x=box["x"], y=box["y"], width=box["width"], height=box["height"]) if box else None
        await self.page.screenshot(path=path, clip=clip)
        return path
