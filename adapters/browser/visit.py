"""One stay at a vendor in one person's name: a leased session, a place to work, a boundary, a page.

Whoever has a visit may go to pages of the vendor, find elements, sign in and store the session. Ways to lose the
session are recognised here and told apart from a vendor that is down.
"""

from __future__ import annotations

import asyncio
import contextlib
import logging
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Final
from urllib.parse import urlsplit

from playwright.async_api import BrowserContext, Error, Locator, Page

from adapters.browser.addresses import site_of
from adapters.browser.egress import Egress
from adapters.browser.login import AskCode, Login, Stopped
from adapters.browser.pool import BrowserPool, Slot
from adapters.browser.script import Candidates, Manifest
from adapters.browser.script import Locator as Way
from adapters.browser.session import Leases, Session, credential_name, session_name
from adapters.vault import Vault
from plans.errors import VendorDown
from plans.words import PersonId, StepState

_log = logging.getLogger(__name__)

ACTION_MS: Final = 10_000
_PAGE_MS: Final = 20_000


class SessionDead(Exception):
    """The vendor no longer knows the session; what was under way has to begin with a sign-in."""


class PageChanged(Exception):
    """An element that the script knows is not on the page, or there is more than one."""


@dataclass(frozen=True)
class Rooms:
    """What every visit of a driver shares."""

    manifest: Manifest
    pool: BrowserPool
    vault: Vault
    leases: Leases


class Visit:
    """Made by ``visit``; valid inside its block."""

    def __init__(
        self,
        rooms: Rooms,
        owner: PersonId,
        session: Session,
        context: BrowserContext,
        page: Page,
        slot: Slot,
    ) -> None:
        self.manifest = rooms.manifest
        self.page = page
        self.slot = slot
        self._vault = rooms.vault
        self._owner = owner
        self._session = session
        self._context = context

    async def goto(self, path: str) -> None:
        """Raises SessionDead when the vendor shows its login instead, VendorDown when it does not answer properly."""
        status = await self._load(self.manifest.origin + path)
        if status in (401, 403) or self._at_login():
            raise SessionDead
        if site_of(self.page.url) != self.manifest.origin:
            raise PageChanged(f"{path} leads to another site")

    async def one(self, candidates: Candidates, within: Locator | None = None) -> Locator:
        """The element that the first fitting candidate names. Raises PageChanged when none fits exactly one."""
        for way in candidates:
            found = _found(within or self.page, way).filter(visible=True)
            if await found.count() == 1:
                return found
        names = " or ".join(way.name or way.css for way in candidates)
        raise PageChanged(f"there is not exactly one {names}")

    async def enter(self, ask: AskCode) -> None:
        """Signed in when it returns, with or without a login. Raises Stopped when that cannot be."""
        try:
            await self.goto(self.manifest.login.home)
            inside = await self._inside()
        except SessionDead:
            inside = False
        if not inside:
            await self.log_in(ask)

    async def log_in(self, ask: AskCode) -> None:
        """Signs in from the vendor's first login page, and stores the session. Raises Stopped."""
        login = self.manifest.login
        stored = await self._vault.open(credential_name(self.manifest.site, self._owner))
        if stored is None:
            raise Stopped(StepState.NEEDS_LOGIN, f"there is no user name and password for {self.manifest.title}")
        await self._load(login.origin + login.path)
        await Login(self.page, self.manifest, stored, ask, self._arrived).run()
        await self.keep()

    async def keep(self) -> None:
        """Stores the session. Raises LeaseLost when it is no longer this visit's to store."""
        await self._session.keep(self._context)

    async def _load(self, url: str) -> int:
        status = 0
        for pause in (0.0, 0.3, 1.0):
            # Going somewhere while the page is still on its way elsewhere fails, though nothing is down: once more.
            await asyncio.sleep(pause)
            with contextlib.suppress(Error):  # its text may quote the page; a status of 0 says enough
                response = await self.page.goto(url, wait_until="domcontentloaded")
                status = response.status if response else 200
                break
        if status == 0 or status >= 500:
            raise VendorDown(f"{self.manifest.title} could not be reached")
        return status

    def _at_login(self) -> bool:
        login = self.manifest.login
        return site_of(self.page.url) == login.origin and urlsplit(self.page.url).path == login.path

    async def _inside(self) -> bool:
        try:
            await self.one(self.manifest.login.inside)
        except PageChanged:
            return False
        return True

    async def _arrived(self) -> bool:
        """After a login's last form: what is shown may be an interstitial, so home is looked at too."""
        if await self._inside():
            return True
        try:
            await self.goto(self.manifest.login.home)
        except (SessionDead, PageChanged):
            return False
        return await self._inside()


def _found(root: Page | Locator, way: Way) -> Locator:
    if way.css:
        return root.locator(way.css)
    # The role comes from a reviewed manifest; playwright's type lists the same names as literals.
    return root.get_by_role(way.role, name=way.name, exact=True)  # type: ignore[arg-type]


@asynccontextmanager
async def visit(rooms: Rooms, owner: PersonId) -> AsyncIterator[Visit]:
    """Waits for the person's session and for a place to work, then opens a page."""
    manifest = rooms.manifest
    async with (
        rooms.leases.hold(session_name(manifest.site, owner)) as lease,
        rooms.pool.slot() as slot,
        Egress(manifest.hosts) as egress,
    ):
        session = Session(rooms.vault, rooms.leases, lease)
        state = await session.state()
        async with rooms.pool.context(locale=manifest.locale, proxy=egress.url, state=state) as context:
            context.set_default_timeout(ACTION_MS)
            context.set_default_navigation_timeout(_PAGE_MS)
            page = await context.new_page()
            try:
                yield Visit(rooms, owner, session, context, page, slot)
            finally:
                if egress.refused:  # how many, not which: a page chooses the names, and may hide things in them
                    _log.warning("reached for other hosts", extra={"site": manifest.site, "times": len(egress.refused)})
