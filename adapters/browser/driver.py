"""Agents that have only a web UI, as delegates: a brief becomes a job in this process, replayed by a script.

``submit`` and ``reconcile`` start a background job and return at once; ``resume`` tells how far it is. A job does not
survive its process: its ref is then answered with *unknown*, and ``reconcile`` looks into the vendor's own list.
"""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import AsyncIterator
from typing import TYPE_CHECKING, Any, Final, Literal

from adapters.browser.addresses import host_of
from adapters.browser.inputs import inputs_of, script_for
from adapters.browser.jobs import STALLED, Job, Jobs
from adapters.browser.pool import BrowserPool
from adapters.browser.script import Manifest, parse
from adapters.browser.session import Leases
from adapters.vault import Vault
from plans.errors import SetupError
from plans.ports.people import Challenges
from plans.ports.time import Clock
from plans.ports.work import Agent, Answer, Brief, Capabilities, Evidence, Hint, Query, Ref, Step
from plans.store.database import Database
from plans.words import StepState

if TYPE_CHECKING:
    from adapters.browser.work import Work

_KNOCK: Final = 3.0
"""Seconds that the vendor's host has to take a connection before it counts as not reachable."""


class BrowserDelegate:
    """Implements ``plans.ports.work.Delegate``. Made by ``build``; ``close`` ends its jobs."""

    def __init__(
        self,
        agent: Agent,
        manifest: Manifest,
        tested: Literal["double", "foreign", "live"],
        *,
        pool: BrowserPool,
        vault: Vault,
        leases: Leases,
        challenges: Challenges,
        wall: Clock,
    ) -> None:
        self.manifest = manifest
        self._agent = agent
        self._tested = tested
        self._pool = pool
        self._vault = vault
        self._leases = leases
        self._challenges = challenges
        self._jobs = Jobs(wall)
        self._work: Work | None = None

    async def describe(self) -> Capabilities:
        """Healthy means that the vendor's host takes connections; nobody signs in for this."""
        detail = await knock(self.manifest)
        return Capabilities(
            agent=self._agent.name,
            driver="browser",
            capabilities=self._agent.capabilities,
            tested=self._tested,
            healthy=not detail,
            detail=detail,
            digest=self.manifest.digest,
        )

    async def submit(self, brief: Brief, key: str) -> Step:
        """Raises VendorRefused when there is no script for the brief, or it lacks what the script needs."""
        inputs_of(script_for(self.manifest, brief), brief, key)
        job = self._jobs.get("job", key)
        if job is None or not (job.running or job.committed or job.step.state is StepState.DONE):
            job = self._jobs.begin("job", key, brief, self._working().carry_out)
        return job.step

    async def resume(self, ref: Ref, answer: Answer | None, key: str) -> Step:
        job = self._jobs.of(ref)
        if job is None:
            return self._jobs.gone(ref)
        if answer is not None and job.step.state in STALLED:
            # What it lacked (a password, a code, a click on a phone) is there now, says a person: from the beginning.
            job = self._jobs.begin(job.kind, job.key, job.brief, self._working().carry_out)
        return job.step

    async def reconcile(self, ref: Ref | None, key: str, brief: Brief) -> Step:
        """Starts a look, unless the job or a look for it is still under way here, or has found it."""
        for job in (self._jobs.get("job", key), self._jobs.get("look", key)):
            if job is not None and (job.running or job.step.state is StepState.DONE):
                return job.step
        return self._jobs.begin("look", key, brief, self._look).step

    async def read(self, query: Query) -> Evidence:
        """Signs in when the session has ended, which may ask its owner for a code. Raises VendorDown."""
        script_for(self.manifest, query.brief)
        return await self._working().read(query.brief, query.key)

    async def cancel(self, ref: Ref) -> Step:
        """Ends a job that has not sent anything yet; tells when it is too late."""
        job = self._jobs.of(ref)
        if job is None:
            return self._jobs.gone(ref)
        if job.committed or job.kind == "look" or job.step.state is StepState.DONE:
            late = f"{self.manifest.title} has been told to send; that cannot be undone"
            return job.step if job.kind == "look" else job.step.model_copy(update={"reason": late})
        if job.task is not None:
            job.task.cancel()
            await asyncio.gather(job.task, return_exceptions=True)
        if not job.committed:
            job.become(StepState.CANCELED, reason="called off before anything was sent")
        return job.step

    async def events(self, ref: Ref) -> AsyncIterator[Hint]:
        """A hint for every change of a job of this process, until it has ended."""
        job = self._jobs.of(ref)
        while job is not None and job.running:
            await job.changed()
            yield Hint(ref=ref)

    async def close(self) -> None:
        """Ends every job where it stands. The pool is closed by whoever made it."""
        await self._jobs.end_all()

    async def _look(self, job: Job) -> None:
        await self._working().look_for(job)
        if job.step.state is StepState.CANCELED:
            # Certainly nothing was sent: the same brief may be handed over again under this key.
            self._jobs.forget("job", job.key)

    def _working(self) -> Work:
        if self._work is None:
            # Playwright loads with the first job: Steward runs without a browser until something needs one.
            from adapters.browser.visit import Rooms  # noqa: PLC0415
            from adapters.browser.work import Work  # noqa: PLC0415

            self._work = Work(Rooms(self.manifest, self._pool, self._vault, self._leases), self._challenges)
        return self._work


async def knock(manifest: Manifest) -> str:
    """Empty when the vendor's host takes connections, else why it does not."""
    host, _, port = host_of(manifest.origin).rpartition(":")
    try:
        async with asyncio.timeout(_KNOCK):
            _, writer = await asyncio.open_connection(host.strip("[]"), int(port))
    except (OSError, TimeoutError):
        return f"{manifest.title} cannot be reached at {manifest.origin}"
    writer.close()
    with contextlib.suppress(OSError):
        await writer.wait_closed()
    return ""


def manifest_of(agent: Agent, settings: dict[str, Any]) -> Manifest:
    """The agent's manifest, checked; ``settings`` and errors as for ``build``."""
    part = {name: value for name, value in settings.items() if name not in ("url", "tested")}
    manifest = parse(part, str(settings.get("url", "")))
    if lacking := set(agent.capabilities) - set(manifest.scripts):
        raise SetupError(f"{agent.name}: {manifest.title} has no script for {', '.join(sorted(lacking))}")
    return manifest


def build(
    agent: Agent,
    settings: dict[str, Any],
    *,
    database: Database,
    vault: Vault,
    challenges: Challenges,
    wall: Clock,
    pool: BrowserPool,
    worker: str = "local",
) -> BrowserDelegate:
    """The delegate of an agent of the inventory.

    ``settings`` are the driver's part of the vendor's manifest with ``url`` and ``tested`` added. ``worker`` names
    this installation's process and stays the same over restarts: its successor takes over its leases at once.
    Raises SetupError when the manifest is wrong or has no script for something the agent is said to do.
    """
    return BrowserDelegate(
        agent,
        manifest_of(agent, settings),
        settings.get("tested", "double"),
        pool=pool,
        vault=vault,
        leases=Leases(database, wall, f"{worker}/{agent.name}"),
        challenges=challenges,
        wall=wall,
    )
