"""Carries out a script: fills, reads back, commits once, and looks at what came of it.

The one click that acts is preceded by a checkpoint of the session and followed by a look at the vendor's list. Whatever
goes wrong after the click leads to looking, never to clicking again; a session that died is signed in anew, and the
list is looked at before the form is filled a second time.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable
from typing import Final

from playwright.async_api import Error, Locator

from adapters.browser.addresses import site_of
from adapters.browser.login import AskCode, Stopped
from adapters.browser.look import Sighting, look
from adapters.browser.once import OncePassed
from adapters.browser.script import Click, Commit, Expect, Fill, Goto, Script, Select, filled
from adapters.browser.visit import PageChanged, SessionDead, Visit
from plans.errors import OutcomeUnknown, VendorDown
from plans.words import StepState

_log = logging.getLogger(__name__)

_TRIAL_MS: Final = 5_000


class Runner:
    """One run of one script. ``say`` takes words of progress.

    ``commit`` is told True right before the click, and False when it is certain that nothing came of it.
    """

    def __init__(
        self,
        visit: Visit,
        script: Script,
        inputs: dict[str, str],
        key: str,
        *,
        ask: AskCode,
        say: Callable[[str], None],
        commit: Callable[[bool], None],
    ) -> None:
        self._visit = visit
        self._script = script
        self._inputs = inputs
        self._key = key
        self._ask = ask
        self._say = say
        self._commit = commit
        self._passing: OncePassed | None = None
        self._typed: list[tuple[Locator, str, str]] = []

    async def run(self) -> Sighting:
        """What the list shows of the act. Raises Stopped, PageChanged, OutcomeUnknown, VendorError."""
        self._say("signing in")
        await self._visit.enter(self._ask)
        try:
            return await self._carry_out()
        except SessionDead:
            self._say("the session ended; signing in again")
            await self._visit.log_in(self._ask)
        try:
            self._say("looking whether it was done before the session ended")
            seen = await look(self._visit, self._script.verify, self._key)
            if seen.found:
                return seen
            if not seen.control:
                raise OutcomeUnknown(f"{self._visit.manifest.title}'s list could not be read after the session ended")
            self._commit(False)
            return await self._carry_out()
        except SessionDead:
            raise Stopped(StepState.NEEDS_LOGIN, f"{self._visit.manifest.title} ended the session twice") from None

    async def _carry_out(self) -> Sighting:
        self._typed.clear()
        for step in self._script.steps:
            _log.info("browser step", extra={"site": self._visit.manifest.site, "step": step.id})
            if isinstance(step, Goto):
                self._say("opening the form")
                await self._visit.goto(step.goto)
            elif isinstance(step, Commit):
                return await self._act(step)
            else:
                await self._prepare(step)
        raise AssertionError("a script ends with its commit")

    async def _prepare(self, step: Fill | Select | Click) -> None:
        """Nothing of this acts on the world. Raises PageChanged when the page is not as the script knows it."""
        self._say(f"filling in the form: {step.id}")
        self._at_home()
        done = False
        try:
            if isinstance(step, Click):
                await (await self._visit.one(step.click)).click()
            elif isinstance(step, Select):
                await self._select(step)
            else:
                field, value = await self._visit.one(step.fill), filled(step.value, self._inputs)
                await field.fill(value)
                self._typed.append((field, value, step.id))
                await self._read_back(field, value, step.id)
            done = True
        except Error as error:
            _log.warning("a step failed", extra={"step": step.id, "error": type(error).__name__})
        if not done:
            raise PageChanged(f"the step {step.id} cannot be done")

    async def _select(self, step: Select) -> None:
        value = filled(step.value, self._inputs)
        field = await self._visit.one(step.select)
        offered = await field.locator("option").all_inner_texts()
        if [text.strip() for text in offered].count(value) != 1:
            raise Stopped(StepState.FAILED, f"{self._visit.manifest.title} does not offer {value!r} as {step.id}")
        await field.select_option(label=value)

    async def _read_back(self, field: Locator, value: str, step: str) -> None:
        if (await field.input_value()).replace("\r\n", "\n") != value.replace("\r\n", "\n"):
            raise PageChanged(f"the field {step} does not hold what was typed")

    def _at_home(self) -> None:
        if site_of(self._visit.page.url) != self._visit.manifest.origin:
            raise PageChanged("the page went to another site")

    async def _act(self, step: Commit) -> Sighting:
        button = await self._ready(step)
        self._say("sending")
        self._commit(True)
        status = await self._click(button, step.expect)
        _log.info("browser commit", extra={"site": self._visit.manifest.site, "status": status})
        if status in step.expect.expired:
            raise SessionDead
        try:
            return await self._conclude(step.expect, status)
        except (SessionDead, VendorDown) as error:
            raise OutcomeUnknown(f"{self._visit.manifest.title} could not be read after sending") from error

    async def _ready(self, step: Commit) -> Locator:
        """Everything that can fail before the click fails here."""
        try:
            for field, value, name in self._typed:
                await self._read_back(field, value, name)
            self._at_home()
            button = await self._visit.one(step.commit)
            await button.click(trial=True, timeout=_TRIAL_MS)
        except Error:
            raise PageChanged(f"the step {step.id} cannot be done") from None
        await self._visit.keep()
        return button

    async def _click(self, button: Locator, expect: Expect) -> int | None:
        """The status of the vendor's answer; None when there was none. The only click on a commit's button."""
        context = self._visit.page.context
        if self._passing is not None:  # a vendor that refused for want of a session, and has been looked at since
            await context.unroute(self._passing.concerns)
        passing = self._passing = OncePassed(self._visit.manifest.origin, expect)
        await context.route(passing.concerns, passing.pass_on)
        try:
            await button.click(no_wait_after=True)
            async with asyncio.timeout(expect.within):
                return await passing.status
        except (Error, TimeoutError) as error:
            _log.warning("no answer to a commit", extra={"error": type(error).__name__})
            return None

    async def _conclude(self, expect: Expect, status: int | None) -> Sighting:
        self._say("looking at what came of it")
        title = self._visit.manifest.title
        seen = await look(self._visit, self._script.verify, self._key)
        if seen.found:
            return seen
        if status in expect.refused and seen.absent:
            self._commit(False)
            raise Stopped(StepState.FAILED, f"{title} did not accept the form; nothing was sent")
        said = "says it was sent" if status in expect.done else "gave no clear answer"
        raise OutcomeUnknown(f"{title} {said}, and its list does not show it")
