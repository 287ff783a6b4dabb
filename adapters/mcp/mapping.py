"""What a tool's answer says, as a Step: plain paths into data that is not trusted, every value checked."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Final

from adapters import prices, vendor_text
from adapters.manifest import JobPaths, McpManifest, Source, ToolCall
from adapters.paths import at, text_at
from plans.errors import VendorGarbage
from plans.ports.work import Ref, Step
from plans.words import Money, StepState

_ID: Final = 200
_LONGEST_PAUSE: Final = 3600.0


def arguments(call: ToolCall, values: dict[Source, Any]) -> dict[str, Any]:
    """A tool's arguments under the vendor's names. Raises KeyError when the manifest asks for what is not known."""
    return {name: values[source] for name, source in call.arguments.items()}


@dataclass(frozen=True)
class Job:
    """A vendor's job, read and checked."""

    id: str
    state: StepState
    created: str
    seq: int
    progress: str
    again: float | None
    artifact: str
    cost: Money | None
    updated: datetime | None
    notes: tuple[str, ...]


def job(data: Any, manifest: McpManifest) -> Job:
    """Raises VendorGarbage when id or state are missing or unknown: nothing could be done with such an answer."""
    paths = manifest.job
    name, word = text_at(data, paths.id), text_at(data, paths.state)
    if not name or len(name) > _ID:
        raise VendorGarbage("its answer names no job")
    if word not in manifest.states:
        raise VendorGarbage(f"its job is in a state nobody knows: {vendor_text.line(word, 40) or 'none'}")
    state = manifest.states[word]
    artifact = text_at(data, paths.artifact)[:_ID]
    cost: Money | None = None
    notes: tuple[str, ...] = ()
    if state is StepState.DONE:
        if paths.artifact and not artifact:
            raise VendorGarbage("it says it is done and names nothing that it made")
        cost, notes = _cost(data, paths)
    return Job(
        id=name,
        state=state,
        created=text_at(data, paths.created),
        seq=_whole(at(data, paths.seq)),
        progress=vendor_text.line(text_at(data, paths.progress), 200),
        again=_pause(at(data, paths.again)),
        artifact=artifact,
        cost=cost,
        updated=_instant(text_at(data, paths.updated)),
        notes=notes,
    )


def jobs(data: Any, path: str, manifest: McpManifest) -> list[Job]:
    """Raises VendorGarbage when there is no list: an answer that cannot be read proves nothing."""
    found = at(data, path)
    if not isinstance(found, list):
        raise VendorGarbage("its answer holds no list of jobs")
    return sorted((job(each, manifest) for each in found), key=lambda each: (each.created, each.id))


def step(found: Job, key: str, known: Ref, now: datetime, stalled_after: float, progress: str = "") -> Step:
    """The job as a Step. Of a job that was delivered twice, the first delivery counts; the reason says so.

    Raises VendorGarbage when the answer is about another job than the one asked for.
    """
    if known.get("job") not in (None, found.id):
        raise VendorGarbage("it answered about another job")
    notes = list(found.notes)
    ref: Ref = {"job": found.id, "key": key}
    first = known.get("artifact")
    if first or found.artifact:
        ref["artifact"] = first or found.artifact
    if first and found.artifact not in ("", first):
        notes.append("it was delivered twice; the first delivery counts")
    if found.state is StepState.WORKING and found.updated and (now - found.updated).total_seconds() > stalled_after:
        notes.append(f"stalled: nothing has changed since {found.updated:%Y-%m-%d %H:%M:%S} UTC")
    if found.state in (StepState.FAILED, StepState.CANCELED):
        notes.append(f"the agent says the job is {found.state.value}")
    return Step(
        state=found.state,
        ref=ref,
        seq=found.seq,
        progress=vendor_text.line(progress, 200) or found.progress,
        retry_after=found.again if found.state is StepState.WORKING else None,
        cost=found.cost,
        reason="; ".join(notes),
    )


def _cost(data: Any, paths: JobPaths) -> tuple[Money | None, tuple[str, ...]]:
    if paths.cost is None:
        return None, ()
    amount, currency = at(data, paths.cost.amount), at(data, paths.cost.currency)
    try:
        return prices.money(amount, currency), ()
    except ValueError as error:
        return None, (f"what it charged cannot be read: {error}",)


def _whole(value: Any) -> int:
    return value if isinstance(value, int) and not isinstance(value, bool) and 0 <= value < 2**53 else 0


def _pause(value: Any) -> float | None:
    if isinstance(value, bool) or not isinstance(value, int | float) or not value > 0:
        return None
    return min(float(value), _LONGEST_PAUSE)


def _instant(text: str) -> datetime | None:
    try:
        found = datetime.fromisoformat(text)
    except ValueError:
        return None
    return found.astimezone(UTC) if found.tzinfo else found.replace(tzinfo=UTC)
