"""A page in Chromium that renders cards with Microsoft's renderer and tells what a person would see."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from playwright.async_api import Page, async_playwright

from infra import chromium
from tests.foreign.cards import packages
from tests.foreign.cards.hosts import LIGHT, Host

_FLAGS: Final = (
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)
"""As the product's own browser has them (adapters.browser.pool)."""
Json = dict[str, Any]


@dataclass(frozen=True)
class Seen:
    """One card in one host at one width: what was complained about, and how it looks in each of its states."""

    host: str
    width: int
    complaints: list[str]
    states: dict[str, Json]


class Stage:
    """Measures and presses cards. One page for all of them: each card replaces the one before."""

    def __init__(self, page: Page) -> None:
        self.page = page
        self.troubles: list[str] = []
        page.on("console", lambda message: self.troubles.append(message.text))
        page.on("pageerror", lambda error: self.troubles.append(str(error)))

    async def inspect(self, card: Json, host: Host, width: int, config: Json | None = None) -> Seen:
        """The card as it comes, and with each fold and each inner card opened. ``config`` in place of the host's."""
        told = await self.page.evaluate(
            "([card, host, width, openers]) => inspect(card, host, width, openers)",
            [card, {**_drawn(host), **({"config": config} if config else {})}, width, openers(card)],
        )
        complaints = [*told["complaints"], *self.troubles]
        self.troubles.clear()
        return Seen(host.name, width, complaints, told["states"])

    async def show(self, card: Json, host: Host = LIGHT, width: int = 320) -> None:
        await self.page.evaluate(
            "([card, host, width]) => { show(card, host, width); sent.length = 0; }", [card, _drawn(host), width]
        )

    async def press(self, title: str) -> None:
        await self.page.get_by_role("button", name=title, exact=True).click()

    async def tab_to(self, title: str) -> bool:
        """Whether the Tab key, from the top of the page, comes to the button of that name; it has the focus then."""
        await self.page.evaluate("document.activeElement.blur()")
        for _ in range(30):
            await self.page.keyboard.press("Tab")
            if (
                await self.page.evaluate(
                    "document.activeElement.tagName === 'BUTTON' && document.activeElement.textContent"
                )
                == title
            ):
                return True
        return False

    async def sent(self) -> list[Json]:
        """What was pressed since the card was shown, as the client would send it."""
        found: list[Json] = await self.page.evaluate("sent")
        return found

    async def picture(self, path: Path) -> None:
        await self.page.locator(".host").screenshot(path=path)


def openers(card: Json) -> list[str]:
    """The buttons that show more of the card."""
    kinds = ("Action.ShowCard", "Action.ToggleVisibility")
    return [action["title"] for action in card.get("actions", []) if action["type"] in kinds]


def _drawn(host: Host) -> Json:
    return {"config": host.config, "css": host.css}


@asynccontextmanager
async def opened() -> AsyncIterator[Stage]:
    """One browser, without any network."""
    script, style, markdown = await packages.installed()
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(
            executable_path=chromium.find(), args=list(_FLAGS), chromium_sandbox=False
        )
        try:
            context = await browser.new_context(offline=True, locale="en-GB", timezone_id="Europe/Berlin")
            page = await context.new_page()
            await page.set_content("<!doctype html><html lang='en'><body></body></html>")
            await page.add_style_tag(path=style)
            for path in (markdown, script, Path(__file__).with_name("page.js")):
                await page.add_script_tag(path=path)
            yield Stage(page)
        finally:
            await browser.close()
