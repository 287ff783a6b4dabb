"""The whole job by hand, on the page of a real Playground: what is shown can be used, and what is used counts once."""

from __future__ import annotations

import asyncio
import re
from collections.abc import Awaitable, Callable

import pytest

from tests.foreign.playground.conftest import Begin
from tests.foreign.playground.window import Window
from tests.foreign.playground.world import World

pytestmark = pytest.mark.foreign

GOAL = "own the launch of Northwind Analytics by 2027-01-29: 200 demo requests in the first month, budget 20,000 EUR"
SLIPS = "NA-25"
"""What Ann leaves undone until it is late."""
LONGEST = 120
"""Wall seconds for everything between Approve and the sent mail."""


def _late(item: str) -> re.Pattern[str]:
    """How the card of an item that slipped begins: others may name it too, as what they push back."""
    return re.compile(rf"^\s*Late\s*{item} ")


class Job:
    """Ann, before the page: what she does with each thing that is asked of her."""

    def __init__(self, world: World, window: Window) -> None:
        self.world, self.window = world, window
        self.did: list[str] = []
        self._on: dict[str, Callable[[], Awaitable[None]]] = {
            "question": self._answer,
            "act": self._approve_mail,
            "challenge": self._code,
            "repair": self._repair,
        }

    async def plan(self) -> None:
        """Goal, card, Edit, Approve; and what is hers is done, but for one item that will slip."""
        await self.window.say(GOAL)
        card = await self.window.card("20,000 EUR", button="Approve")
        await self.window.shoot("proposal", card)
        await self.window.press(card, "Edit")
        await card.get_by_label("Budget").fill("15000")
        await self.window.shoot("edit")
        await self.window.press(card, "Propose again")
        card = await self.window.card("15,000 EUR", button="Approve")
        await self.window.press(card, "Approve")
        await self.window.card("Approved")
        await self.window.shoot("approved")
        await self.window.say("done NA-26")

    async def until_sent(self) -> None:
        """Deals with whatever is asked, in whatever order it comes."""
        async with asyncio.timeout(LONGEST):
            while not (self._sent() and "repair" in self.did):
                for kind, item in self.world.ask("SELECT kind, entity FROM ask WHERE state = 'open' ORDER BY asked_at"):
                    if kind == "repair" and item != SLIPS:
                        await self._extend(item)
                        continue
                    assert kind not in self.did, f"{kind} was asked twice"
                    await self._on[kind]()
                    self.did.append(kind)
                await asyncio.sleep(0.2)

    def _sent(self) -> bool:
        return self.world.ask("SELECT state FROM delegation WHERE agent = 'maildesk'") == [("done",)]

    async def _answered(self, kind: str, item: str = "%") -> None:
        query = "SELECT count(*) FROM ask WHERE state = 'open' AND kind = ? AND entity LIKE ?"
        async with asyncio.timeout(20):
            while self.world.ask(query, kind, item) != [(0,)]:
                await asyncio.sleep(0.05)

    async def _answer(self) -> None:
        card = await self.window.card("tone of voice", button="Confident")
        await self.window.shoot("question", card)
        await self.window.press(card, "Confident")
        await self._answered("question")

    async def _approve_mail(self) -> None:
        """The page is opened anew while the yes is waited for: it is empty then, and what waits is shown again."""
        card = await self.window.card("maildesk", button="Approve")
        await self.window.shoot("mail", card)
        await self.window.open()
        card = await self.window.card("maildesk", button="Approve")
        assert await self.window.cards().count() == 1, "only what waits is shown again"
        await self.window.shoot("reloaded")
        assert self.world.mailings() == 0, "nothing is sent before the yes"
        await self.window.press(card, "Approve")
        await self._answered("act")

    async def _code(self) -> None:
        card = await self.window.card("maildesk", button="Send code")
        await card.get_by_label("One-time code").fill("000000")
        await self.window.shoot("code", card)
        await self.window.press(card, "Send code")
        card = await self.window.card("Try again", button="Send code")
        await self.window.shoot("code-again", card)
        code = self.world.code()
        await card.get_by_label("One-time code").fill(code)
        await self.window.press(card, "Send code")
        await self._answered("challenge")
        self.code = code

    async def _repair(self) -> None:
        card = await self.window.card(_late(SLIPS), button="Extend to")
        await self.window.shoot("slip", card)
        await self.window.press(card, "Extend to")
        await self.window.card("Plan changed", SLIPS, button="Undo")
        await self.window.shoot("repaired")
        await self.window.say("undo")
        await self.window.card("Plan changed", "Takes back", SLIPS)
        await self.window.shoot("undone")
        await self.window.say(f"done {SLIPS}")

    async def _extend(self, item: str) -> None:
        """On a slow machine an agent can be late as well."""
        card = await self.window.card(_late(item), button="Extend to")
        await self.window.press(card, "Extend to")
        await self._answered("repair", item)

    async def look_back(self) -> None:
        await self.window.say("why NA-24")
        await self.window.card("NA-24", "read back")
        await self.window.shoot("why")
        await self.window.say("status")
        await self.window.card("Launch of Northwind Analytics", "15,000 EUR")
        await self.window.shoot("status")


async def test_the_whole_job_is_done_by_hand_on_the_page(begin: Begin) -> None:
    world, window = await begin(agents=True)
    await window.card("I am Steward")
    await window.shoot("welcome")
    job = Job(world, window)
    await job.plan()
    await job.until_sent()
    await job.look_back()

    assert sorted(job.did) == ["act", "challenge", "question", "repair"]
    assert world.mailings() == 1
    assert world.ask("SELECT count(*) FROM plan") == [(1,)]
    assert world.ask("SELECT count(*) FROM message WHERE key LIKE 'welcome:%'") == [(1,)]
    assert world.ask("SELECT key, error FROM message WHERE state <> 'sent'") == []
    assert world.ask("SELECT count(*), count(DISTINCT item) FROM delegation") == [(3, 3)]
    database = b"".join(path.read_bytes() for path in (world.home / "bot").glob("steward.db*"))
    assert job.code.encode() not in database
