"""What a background job does from beginning to end, and the word that each way of ending gets.

This module and what it imports load playwright; the driver imports it with its first job.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Final

from playwright.async_api import Error

from adapters.browser.inputs import inputs_of, script_for
from adapters.browser.jobs import Job
from adapters.browser.login import AskCode, Stopped
from adapters.browser.look import Sighting, look
from adapters.browser.runner import Runner
from adapters.browser.session import LeaseLost
from adapters.browser.visit import PageChanged, Rooms, SessionDead, Visit, visit
from plans.errors import OutcomeUnknown, StewardError, VendorDown
from plans.ports.people import ChallengeRequest, Challenges
from plans.ports.work import Artifact, Brief, Evidence
from plans.words import Secret, StepState

_log = logging.getLogger(__name__)

_TRIES: Final = 3
"""How often a job begins anew when its browser or its vendor goes down before anything was done."""


@dataclass(frozen=True)
class _Ending:
    state: StepState
    reason: str
    again: bool = False
    """Whether beginning anew can help."""


class Work:
    """The vendor's rooms, and who is asked for codes."""

    def __init__(self, rooms: Rooms, challenges: Challenges) -> None:
        self._rooms = rooms
        self._challenges = challenges

    async def carry_out(self, job: Job) -> None:
        """Ends with the job's last step; raises only cancellation."""
        await self._to_an_end(job, self._send)

    async def look_for(self, job: Job) -> None:
        await self._to_an_end(job, self._find)

    async def read(self, brief: Brief, key: str) -> Evidence:
        """Raises VendorDown when it cannot be read now."""
        verify = script_for(self._rooms.manifest, brief).verify
        try:
            seen = await self._seen(brief, key, None)
        except (Stopped, PageChanged, SessionDead, StewardError) as error:
            raise VendorDown(str(error) or f"{self._rooms.manifest.title} ended the session") from None
        except Error:
            raise VendorDown(f"the browser broke while reading {self._rooms.manifest.title}") from None
        return Evidence(
            found=seen.found,
            control=seen.control,
            source=verify.source,
            attributes={**seen.attributes, "copies": seen.copies},
            excerpt=seen.excerpt,
        )

    async def _send(self, job: Job) -> None:
        script = script_for(self._rooms.manifest, job.brief)
        inputs = inputs_of(script, job.brief, job.key)

        def commit(made: bool) -> None:
            job.committed = made

        async def stay(here: Visit, ask: AskCode) -> Sighting:
            runner = Runner(here, script, inputs, job.key, ask=ask, say=job.say, commit=commit)
            return await runner.run()

        self._done(job, await self._visited(job.brief, job, stay))

    async def _find(self, job: Job) -> None:
        seen = await self._seen(job.brief, job.key, job)
        title = self._rooms.manifest.title
        if seen.found:
            self._done(job, seen)
        elif seen.absent:
            job.become(StepState.CANCELED, reason=f"{title}'s list does not show it: nothing was sent")
        else:
            job.become(StepState.UNKNOWN, reason=f"{title}'s list cannot be relied on: it lacks what is always there")

    async def _seen(self, brief: Brief, key: str, job: Job | None) -> Sighting:
        verify = script_for(self._rooms.manifest, brief).verify

        async def stay(here: Visit, ask: AskCode) -> Sighting:
            await here.enter(ask)
            return await look(here, verify, key)

        return await self._visited(brief, job, stay)

    async def _visited(
        self, brief: Brief, job: Job | None, stay: Callable[[Visit, AskCode], Awaitable[Sighting]]
    ) -> Sighting:
        async with visit(self._rooms, brief.on_behalf_of) as here:

            async def ask(origin: str, attempt: int, said: str) -> Secret:
                async with here.slot.parked():
                    return await self._code(brief, job, origin, attempt, said)

            seen = await stay(here, ask)
            try:
                await here.keep()
            except (LeaseLost, Error) as error:  # what was seen stays seen; the next job signs in again
                _log.warning("the session could not be stored", extra={"error": type(error).__name__})
            return seen

    async def _code(self, brief: Brief, job: Job | None, origin: str, attempt: int, said: str) -> Secret:
        request = ChallengeRequest(
            owner=brief.on_behalf_of,
            vendor=self._rooms.manifest.title,
            origin=origin,
            item=brief.item,
            plan=brief.plan,
            why=brief.title,
            attempt=attempt,
            said=said,
        )
        if job is not None:
            # A look stays *working*: what it is for is an unclear outcome, and that must not be forgotten.
            state = StepState.NEEDS_2FA if job.kind == "job" else StepState.WORKING
            job.become(state, progress="waiting for a one-time code")
        try:
            code = await self._challenges.ask(request)
        except StewardError:
            title = self._rooms.manifest.title
            raise Stopped(StepState.EXPIRED, f"nobody gave {title}'s one-time code in time") from None
        if job is not None:
            job.say("signing in with the code")
        return code

    def _done(self, job: Job, seen: Sighting) -> None:
        made = Artifact(
            id=job.key, kind=job.brief.capability, title=str(seen.attributes.get("subject", "")), text=seen.excerpt
        )
        several = f"; the list shows it {seen.copies} times" if seen.copies > 1 else ""
        job.become(StepState.DONE, artifacts=(made,), cost=seen.cost, progress=f"sent{several}")

    async def _to_an_end(self, job: Job, work: Callable[[Job], Awaitable[None]]) -> None:
        for attempt in range(1, _TRIES + 1):
            ending = await self._attempt(job, work)
            if ending is None:
                break
            if not ending.again or job.committed or attempt == _TRIES:
                # After the click, and for a look, every way of not knowing is *unknown*: it leads to looking.
                unclear = job.committed or job.kind == "look"
                job.become(StepState.UNKNOWN if unclear else ending.state, reason=ending.reason)
                break
            job.say("trying again")
            await asyncio.sleep(attempt)
        _log.info("browser job ended", extra={"job": job.key, "kind": job.kind, "state": job.step.state.value})

    async def _attempt(self, job: Job, work: Callable[[Job], Awaitable[None]]) -> _Ending | None:
        """None when the work gave the job its last step itself."""
        title = self._rooms.manifest.title
        try:
            await work(job)
        except Stopped as stopped:
            return _Ending(stopped.state, stopped.reason)
        except PageChanged as error:
            return _Ending(StepState.FAILED, f"{title}'s page is not as its script knows it: {error}")
        except SessionDead:
            return _Ending(StepState.NEEDS_LOGIN, f"{title} ended the session", again=True)
        except OutcomeUnknown as error:
            return _Ending(StepState.UNKNOWN, str(error))
        except VendorDown as error:
            return _Ending(StepState.FAILED, str(error), again=True)
        except StewardError as error:
            return _Ending(StepState.FAILED, str(error))
        except Exception as error:
            # Without its text, which may quote a page; a browser that crashed is worth another try.
            _log.warning("a browser job broke", extra={"job": job.key, "error": type(error).__name__})
            return _Ending(StepState.FAILED, f"the browser broke while working in {title}", isinstance(error, Error))
        return None
