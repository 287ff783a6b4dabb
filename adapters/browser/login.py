"""Signs a person in: looks at the page, does the one thing it asks for, looks again.

Password and code are typed only on the manifest's login origin, at most one password and three codes per login: being
locked out is worse than failing. Nothing here reads, keeps or repeats what a page says; every reason is in our words.
"""

from __future__ import annotations

import json
import logging
from collections.abc import Awaitable, Callable
from typing import Final

from playwright.async_api import ElementHandle, Error, Page

from adapters.browser.detect import View, settled
from adapters.browser.script import Manifest
from plans.words import Secret, StepState

_log = logging.getLogger(__name__)

CODES: Final = 3
_PAGES: Final = 12

_SAID: Final = {
    "wrong": "The code before was wrong.",
    "expired": "The code before had expired; it is dead. Please enter the current one.",
    "used": "The code before had already been used. Please wait for the next one.",
    "over": "The code before came too late; that sign-in is over and its code is dead. Please enter a new one.",
}
_PERSON: Final = {
    "captcha": "asks to prove that a person is there (captcha)",
    "passkey": "asks for a passkey",
    "push": "waits for an approval on a phone",
}

AskCode = Callable[[str, int, str], Awaitable[Secret]]
"""Asks the person for a code: the page's origin, which attempt, what was wrong with the code before."""


class Stopped(Exception):
    """A job cannot go on by itself: the state it ends in, and why, in our words."""

    def __init__(self, state: StepState, reason: str) -> None:
        super().__init__(reason)
        self.state = state
        self.reason = reason


class Login:
    """One sign-in on one page. ``inside`` tells whether the page shows somebody who is signed in."""

    def __init__(
        self, page: Page, manifest: Manifest, credential: Secret, ask: AskCode, inside: Callable[[], Awaitable[bool]]
    ) -> None:
        self._page = page
        self._manifest = manifest
        self._credential = credential
        self._ask = ask
        self._inside = inside
        self._passwords = 0
        self._codes = 0
        self._said = ""

    async def run(self) -> None:
        """Raises Stopped when it cannot get in."""
        before: View | None = None
        for _ in range(_PAGES):
            view = await settled(self._page, before)
            if view.kind == "other" and await self._inside():
                _log.info("signed in", extra={"vendor": self._manifest.site, "codes": self._codes})
                return
            before = await self._act(view)
        raise self._stopped(StepState.NEEDS_HUMAN, "shows one sign-in page after another")

    async def _act(self, view: View) -> View:
        if view.kind in _PERSON:
            raise self._stopped(StepState.NEEDS_HUMAN, _PERSON[view.kind])
        if view.kind == "other":
            raise self._stopped(StepState.NEEDS_HUMAN, "shows a page that is not known while signing in")
        if view.origin != self._manifest.login.origin:
            raise self._stopped(StepState.NEEDS_HUMAN, "asks for a sign-in on another site than its own")
        if view.trouble == "locked" and (self._passwords or self._codes):
            raise self._stopped(StepState.NEEDS_LOGIN, "has locked this sign-in for a while")
        if view.kind == "code":
            return await self._code(view)
        return await self._password(view)

    async def _password(self, view: View) -> View:
        if view.kind == "password":
            # Back at the password: either it was refused, or the sign-in ended while the code was on its way.
            if self._passwords and not self._codes:
                raise self._stopped(StepState.NEEDS_LOGIN, "does not accept the stored user name and password")
            if self._passwords > 1:
                raise self._stopped(StepState.NEEDS_LOGIN, "keeps starting its sign-in over")
            self._said = _SAID["over"] if self._codes else ""
            self._passwords += 1
        stored = json.loads(self._credential.reveal())
        if view.user is not None:
            await self._type(view.user, stored["username"])
        if view.kind == "password" and view.field is not None:
            await self._type(view.field, stored["password"])
        await self._send(view)
        return view

    async def _code(self, view: View) -> View:
        if self._codes and not self._said:
            self._said = _SAID.get(view.trouble, "The code before was not accepted.")
        if self._codes >= CODES:
            raise self._stopped(StepState.NEEDS_LOGIN, f"refused {CODES} codes. {self._said}")
        self._codes += 1
        code = await self._ask(view.origin, self._codes, self._said)
        # The page may have moved on while the person was looking for the code: only what is there now counts.
        now = await settled(self._page)
        if now.kind != "code" or now.field is None or now.origin != view.origin:
            return View("moved", "", "", "", 0.0, None, None, None)
        await self._type(now.field, code.reveal())
        self._said = ""
        await self._send(now)
        return now

    async def _type(self, field: ElementHandle, text: str) -> None:
        """Playwright's errors quote what was being typed: they end here, without a trace of them."""
        typed = True
        try:
            await field.fill(text)
        except Error:
            typed = False
        if not typed:
            raise self._stopped(StepState.NEEDS_HUMAN, "shows a sign-in field that cannot be filled in")

    async def _send(self, view: View) -> None:
        sent = True
        try:
            if view.button is not None:
                await view.button.click(no_wait_after=True)
            elif view.field is not None:
                await view.field.press("Enter", no_wait_after=True)
        except Error:
            sent = False
        if not sent:
            raise self._stopped(StepState.NEEDS_HUMAN, "shows a sign-in form that cannot be sent")

    def _stopped(self, state: StepState, what: str) -> Stopped:
        return Stopped(state, f"{self._manifest.title} {what}")
