"""What a task says, as a Step: states, the question back, the artifacts, what it cost."""

from __future__ import annotations

import hashlib
from datetime import UTC, datetime
from typing import Any, Final

from a2a.helpers import get_artifact_text, get_message_text
from a2a.types.a2a_pb2 import Artifact as A2aArtifact
from a2a.types.a2a_pb2 import Message, Role, Task, TaskState
from google.protobuf.json_format import MessageToDict  # type: ignore[import-untyped]
from google.protobuf.struct_pb2 import Struct  # type: ignore[import-untyped]

from adapters import prices, vendor_text
from adapters.manifest import A2aManifest
from adapters.paths import at
from plans.errors import VendorGarbage
from plans.ports.work import Artifact, Question, Ref, Step
from plans.words import Money, StepState

STATES: Final = {
    TaskState.TASK_STATE_SUBMITTED: StepState.WORKING,
    TaskState.TASK_STATE_WORKING: StepState.WORKING,
    TaskState.TASK_STATE_INPUT_REQUIRED: StepState.NEEDS_INPUT,
    TaskState.TASK_STATE_AUTH_REQUIRED: StepState.NEEDS_LOGIN,
    TaskState.TASK_STATE_COMPLETED: StepState.DONE,
    TaskState.TASK_STATE_FAILED: StepState.FAILED,
    TaskState.TASK_STATE_REJECTED: StepState.FAILED,
    TaskState.TASK_STATE_CANCELED: StepState.CANCELED,
}
DEAD: Final = frozenset({StepState.FAILED, StepState.CANCELED})
OVER: Final = DEAD | {StepState.DONE}
_SAID: Final = {
    TaskState.TASK_STATE_REJECTED: "the agent rejected the brief",
    TaskState.TASK_STATE_FAILED: "the agent says that it failed",
    TaskState.TASK_STATE_CANCELED: "the agent says that the task is canceled",
    TaskState.TASK_STATE_AUTH_REQUIRED: "the agent wants a sign-in",
}


def state_of(task: Task) -> StepState:
    """Raises VendorGarbage for a task without an id, or in a state that the protocol does not know."""
    if not task.id or task.status.state not in STATES:
        raise VendorGarbage("its answer is no task")
    return STATES[task.status.state]


def metadata(struct: Struct) -> dict[str, Any]:
    found = MessageToDict(struct)
    return found if isinstance(found, dict) else {}


def changed_at(task: Task) -> datetime | None:
    if not task.status.HasField("timestamp"):
        return None
    changed: datetime = task.status.timestamp.ToDatetime(UTC)
    return changed


def carries(task: Task, key: str) -> bool:
    """Whether the task is the one begun under our key: as its message id, or as the reference it was given."""
    if metadata(task.metadata).get("reference") == key:
        return True
    return any(
        message.message_id == key
        or (message.role == Role.ROLE_USER and metadata(message.metadata).get("reference") == key)
        for message in task.history
    )


def telling(task: Task) -> bool:
    """Whether a listed task says enough of itself to be told from ours."""
    return bool(task.history) or "reference" in metadata(task.metadata)


def heard(task: Task, message_id: str) -> bool:
    """Whether a message of ours has reached the task."""
    return any(message.message_id == message_id for message in task.history)


def question_of(task: Task, manifest: A2aManifest) -> Question:
    """What the agent asks. Without an id of its own the question is named by its words."""
    asked = task.status.message
    text = get_message_text(asked) or "It needs an answer to go on and does not say what to."
    name = asked.message_id or hashlib.sha256(text.encode()).hexdigest()[:32]
    options = at(metadata(asked.metadata), manifest.options)
    return vendor_text.question(name, text, options if isinstance(options, list) else ())


def counted(task: Task, manifest: A2aManifest) -> list[A2aArtifact]:
    """The artifacts that count as the work, in the order of their delivery."""
    return [made for made in task.artifacts if manifest.artifact in (None, made.name)]


def step(task: Task, key: str, known: Ref, manifest: A2aManifest, now: datetime) -> Step:
    """The task as a Step. Of work delivered twice the first delivery counts; the reason says so."""
    state = state_of(task)
    notes = [_SAID[task.status.state]] if task.status.state in _SAID else []
    ref: Ref = {"task": task.id, "context": task.context_id, "key": key, "answered": list(known.get("answered", ()))}
    question = question_of(task, manifest) if state is StepState.NEEDS_INPUT else None
    if question and question.id in ref["answered"]:
        # The answer is there and has not been taken up yet: it must not be asked for again.
        state, question = StepState.WORKING, None
    made: tuple[Artifact, ...] = ()
    cost: Money | None = None
    if state is StepState.DONE:
        made, cost, more = _work(task, manifest)
        notes += more
    changed = changed_at(task)
    if state is StepState.WORKING and changed and (now - changed).total_seconds() > manifest.stalled_after:
        notes.append(f"stalled: nothing has changed since {changed:%Y-%m-%d %H:%M:%S} UTC")
    return Step(
        state=state,
        ref=ref,
        seq=(int(changed.timestamp() * 1000) if changed else 0) + (state in OVER),
        progress="" if question else vendor_text.line(_words(task.status.message), 200),
        question=question,
        artifacts=made,
        retry_after=manifest.again if state is StepState.WORKING else None,
        cost=cost,
        reason="; ".join(notes),
    )


def artifact(made: A2aArtifact, manifest: A2aManifest) -> Artifact:
    return Artifact(
        id=vendor_text.line(made.artifact_id, 200),
        kind=manifest.kind,
        title=vendor_text.line(made.name, 200),
        text=vendor_text.artifact(get_artifact_text(made)),
    )


def attributes(made: A2aArtifact, state: StepState, manifest: A2aManifest) -> dict[str, int | str]:
    """What the acceptance test compares. The words are counted here, not taken from the agent."""
    told = metadata(made.metadata)
    found: dict[str, int | str] = {name: _plain(at(told, path)) for name, path in manifest.attributes.items()}
    found["words"] = len(get_artifact_text(made).split())
    found["status"] = state.value
    return found


def _work(task: Task, manifest: A2aManifest) -> tuple[tuple[Artifact, ...], Money | None, list[str]]:
    delivered = counted(task, manifest)
    if not delivered:
        return (), None, ["it says it is done and delivered nothing"]
    notes = ["it was delivered twice; the first delivery counts"] if len(delivered) > 1 else []
    cost: Money | None = None
    if manifest.cost:
        told = metadata(delivered[0].metadata)
        try:
            cost = prices.money(at(told, manifest.cost.amount), at(told, manifest.cost.currency))
        except ValueError as error:
            notes.append(f"what it charged cannot be read: {error}")
    return (artifact(delivered[0], manifest),), cost, notes


def _words(message: Message) -> str:
    return get_message_text(message, " ")


def _plain(value: Any) -> int | str:
    """A number on this wire is always a float; whole ones are counted as such."""
    if isinstance(value, float) and value.is_integer():
        return int(value)
    return vendor_text.line(str(value) if value is not None else "", 200)
