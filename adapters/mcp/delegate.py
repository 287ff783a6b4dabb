"""An agent whose work is a long job behind MCP tools, driven by a manifest.

Nothing here holds a connection between two calls: the ref names the job, and every operation opens a client of its
own. MCP gives no idempotency (the same call twice is two jobs), so whoever lost an answer looks by reference.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import AsyncIterator
from typing import Any, Final

from adapters import vendor_text
from adapters.brief_text import as_text
from adapters.inventory import AgentEntry
from adapters.manifest import McpManifest, Source
from adapters.mcp import mapping
from adapters.mcp.wire import Talk, Wire
from adapters.paths import at, text_at
from plans.errors import VendorError, VendorGarbage, VendorRefused
from plans.ports.time import Clock
from plans.ports.work import Answer, Artifact, Brief, Capabilities, Evidence, Hint, Query, Ref, Step
from plans.words import StepState

_LISTED: Final = 50
_TITLE: Final = 300
_DEAD: Final = frozenset({StepState.CANCELED, StepState.FAILED, StepState.EXPIRED})


class McpDelegate:
    """Implements ``plans.ports.work.Delegate``."""

    def __init__(self, entry: AgentEntry, manifest: McpManifest, wall: Clock) -> None:
        self._entry = entry
        self._manifest = manifest
        self._wall = wall
        self._wire = Wire(entry.url, manifest.deadline)

    async def describe(self) -> Capabilities:
        """Never raises: an agent that cannot be reached is not healthy, and says why."""
        try:
            about, tools = await self._wire.talk(_declared)
        except VendorError as error:
            return self._capabilities(healthy=False, detail=str(error), digest="")
        m = self._manifest
        calls = (m.submit, m.status, m.wait, m.find, m.list, m.cancel, m.read)
        needed = {call.tool for call in calls if call}
        missing = sorted(needed - {tool["name"] for tool in tools})
        detail = f"{about}; tools are missing: {', '.join(missing)}" if missing else about
        canonical = json.dumps(sorted(tools, key=lambda tool: str(tool["name"])), sort_keys=True)
        return self._capabilities(
            healthy=not missing, detail=detail, digest=hashlib.sha256(canonical.encode()).hexdigest()
        )

    async def submit(self, brief: Brief, key: str) -> Step:
        """Begins one job. Raises OutcomeUnknown when it may have been begun unseen."""
        call = self._manifest.submit
        values: dict[Source, Any] = {"title": brief.title[:_TITLE], "brief": as_text(brief), "key": key}

        async def work(talk: Talk) -> Step:
            return self._step(await talk.act(call.tool, mapping.arguments(call, values)), key, {})

        return await self._wire.talk(work)

    async def resume(self, ref: Ref, answer: Answer | None, key: str) -> Step:
        """Waits a little for the job, with progress. Such an agent asks nothing, so an answer changes nothing."""
        call = self._manifest.wait or self._manifest.status
        values: dict[Source, Any] = {"job": _job_of(ref), "seconds": self._manifest.wait_seconds}
        last = ""

        async def seen(progress: float, total: float | None, message: str | None) -> None:
            nonlocal last
            last = message or f"{progress:g}" + (f" of {total:g}" if total else "")

        async def work(talk: Talk) -> Step:
            told = await talk.ask(call.tool, mapping.arguments(call, values), seen)
            return await self._with_work(talk, self._step(told, _key_of(ref, key), ref, last))

        return await self._wire.talk(work)

    async def reconcile(self, ref: Ref | None, key: str, brief: Brief) -> Step:
        """Looks for the job by its reference; that nothing is there counts only if the agent can list at all."""

        async def work(talk: Talk) -> Step:
            if ref and ref.get("job"):
                call = self._manifest.status
                told = await talk.ask(call.tool, mapping.arguments(call, {"job": _job_of(ref)}))
                return await self._with_work(talk, self._step(told, key, ref))
            jobs = await self._listed(talk, key)
            if not jobs:
                return Step(
                    state=StepState.CANCELED, ref={}, reason="the agent shows no job for this brief: nothing was begun"
                )
            # Of several for one brief the earliest counts that can still become something, or has.
            alive = [job for job in jobs if job.state not in _DEAD] or jobs[:1]
            kept, *surplus = alive
            for job in surplus:
                await self._call_off(talk, job.id)
            found = self._as_step(kept, key, {})
            if surplus:
                note = (
                    f"{len(surplus) + 1} jobs were found for this brief; the earliest counts, the others were canceled"
                )
                found = found.model_copy(update={"reason": "; ".join(filter(None, (found.reason, note)))})
            return await self._with_work(talk, found)

        return await self._wire.talk(work)

    async def read(self, query: Query) -> Evidence:
        """Reads the report back. Its words are counted here; what the agent says of them is not taken."""
        call = self._manifest.read
        artifact = str(query.ref.get("artifact") or next((made.id for made in query.artifacts), ""))
        source = f"{self._entry.agent.name} {call.tool}"

        async def work(talk: Talk) -> Evidence:
            try:
                told = await talk.ask(call.tool, mapping.arguments(call, {"artifact": artifact}))
            except VendorRefused:
                return Evidence(found=False, control=await self._known(talk, query), source=source)
            text = vendor_text.artifact(text_at(told, call.text))
            if text_at(told, call.reference) != query.key:
                return Evidence(found=False, source=source, excerpt=vendor_text.excerpt(text))
            attributes = {name: _plain(at(told, path)) for name, path in call.attributes.items()}
            return Evidence(
                found=True,
                source=source,
                attributes={**attributes, "words": len(text.split())},
                excerpt=vendor_text.excerpt(text),
            )

        return await self._wire.talk(work)

    async def cancel(self, ref: Ref) -> Step:
        """Asks for the job to be stopped. What comes back is where it stands; one that is done stays done."""

        async def work(talk: Talk) -> Step:
            told = await self._call_off(talk, _job_of(ref))
            return self._step(told, _key_of(ref, ""), ref)

        return await self._wire.talk(work)

    async def events(self, ref: Ref) -> AsyncIterator[Hint]:
        """Tools announce nothing between calls."""
        nothing: tuple[Hint, ...] = ()
        for hint in nothing:
            yield hint

    def _step(self, told: Any, key: str, known: Ref, progress: str = "") -> Step:
        return self._as_step(mapping.job(told, self._manifest), key, known, progress)

    def _as_step(self, found: mapping.Job, key: str, known: Ref, progress: str = "") -> Step:
        return mapping.step(found, key, known, self._wall.now(), self._manifest.stalled_after, progress)

    async def _with_work(self, talk: Talk, found: Step) -> Step:
        """A finished step carries what was made, so that the next agent can be given it."""
        if found.state is not StepState.DONE or "artifact" not in found.ref:
            return found
        call, name = self._manifest.read, str(found.ref["artifact"])
        try:
            told = await talk.ask(call.tool, mapping.arguments(call, {"artifact": name}))
        except VendorRefused:
            # It claims a report that it does not hand out: the reading back that follows decides.
            told = {}
        made = Artifact(
            id=vendor_text.line(name, 200),
            kind=call.kind,
            title=vendor_text.line(text_at(told, call.title), 200),
            text=vendor_text.artifact(text_at(told, call.text)),
        )
        return found.model_copy(update={"artifacts": (made,)})

    async def _listed(self, talk: Talk, key: str) -> list[mapping.Job]:
        """The jobs under our reference, earliest first. Raises VendorError when the agent cannot list at all."""
        find, recent = self._manifest.find, self._manifest.list
        told = await talk.ask(find.tool, mapping.arguments(find, {"key": key}))
        found = mapping.jobs(told, find.jobs, self._manifest)
        if not found:
            control = await talk.ask(recent.tool, mapping.arguments(recent, {"limit": _LISTED}))
            mapping.jobs(control, recent.jobs, self._manifest)
        return found

    async def _known(self, talk: Talk, query: Query) -> bool:
        """Whether the agent still shows the job: only then does a report it cannot find mean anything."""
        try:
            return any(job.id == query.ref.get("job") for job in await self._listed(talk, query.key))
        except (VendorRefused, VendorGarbage):
            return False

    async def _call_off(self, talk: Talk, job: str) -> dict[str, Any]:
        call = self._manifest.cancel
        return await talk.act(call.tool, mapping.arguments(call, {"job": job}))

    def _capabilities(self, *, healthy: bool, detail: str, digest: str) -> Capabilities:
        return Capabilities(
            agent=self._entry.agent.name,
            driver="mcp",
            capabilities=self._entry.agent.capabilities,
            tested=self._entry.tested,
            healthy=healthy,
            detail=detail,
            digest=digest,
        )


async def _declared(talk: Talk) -> tuple[str, list[dict[str, Any]]]:
    tools = await talk.tools()
    return talk.about, [tool.model_dump(mode="json", by_alias=True, exclude_none=True) for tool in tools]


def _job_of(ref: Ref) -> str:
    """Raises VendorRefused for a ref that names no job: there is nothing to ask about."""
    job = ref.get("job")
    if not isinstance(job, str) or not job:
        raise VendorRefused("no job of this agent is known by that ref")
    return job


def _key_of(ref: Ref, key: str) -> str:
    """The key the job was begun under; an answer's own key does not replace it."""
    return str(ref.get("key") or key)


def _plain(value: Any) -> int | str:
    """An attribute as the acceptance test compares it."""
    if isinstance(value, bool) or not isinstance(value, int):
        return vendor_text.line(str(value) if value is not None else "", 200)
    return value
