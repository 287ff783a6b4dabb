"""An agent whose work is an A2A task.

Our key is the id of the message that hands the brief over, and rides along as its reference; an answer's key is the id
of the answering message. The protocol gives no idempotency (the same message twice is two tasks), so before anything
is sent again the task's history is looked at.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import AsyncIterator
from typing import Final

from a2a.client import Client as A2aClient
from a2a.helpers import get_artifact_text, get_message_text, new_text_part
from a2a.types.a2a_pb2 import (
    CancelTaskRequest,
    GetTaskRequest,
    ListTasksRequest,
    ListTasksResponse,
    Message,
    Role,
    SendMessageConfiguration,
    SendMessageRequest,
    Task,
)
from a2a.utils.errors import TaskNotCancelableError, TaskNotFoundError, UnsupportedOperationError
from google.protobuf.json_format import MessageToDict  # type: ignore[import-untyped]

from adapters import vendor_text
from adapters.a2a import mapping
from adapters.a2a.wire import Refusal, Wire
from adapters.brief_text import as_text
from adapters.inventory import AgentEntry
from adapters.manifest import A2aManifest
from plans.errors import VendorError, VendorRefused
from plans.ports.time import Clock
from plans.ports.work import Answer, Artifact, Brief, Capabilities, Evidence, Hint, Query, Ref, Step
from plans.words import StepState

_PAGE: Final = 50
_PAGES: Final = 20


class A2aDelegate:
    """Implements ``plans.ports.work.Delegate``."""

    def __init__(self, entry: AgentEntry, manifest: A2aManifest, wall: Clock) -> None:
        self._entry = entry
        self._manifest = manifest
        self._wall = wall
        self._wire = Wire(entry.url, manifest.deadline)

    async def describe(self) -> Capabilities:
        """Never raises: an agent that cannot be reached, or leads elsewhere, is not healthy, and says why."""
        try:
            card = await self._wire.card()
        except VendorError as error:
            return self._capabilities(healthy=False, detail=str(error), digest="")
        canonical = json.dumps(MessageToDict(card), sort_keys=True)
        return self._capabilities(
            healthy=True,
            detail=vendor_text.line(f"{card.name} {card.version}, A2A 1.0", 120),
            digest=hashlib.sha256(canonical.encode()).hexdigest(),
        )

    async def submit(self, brief: Brief, key: str) -> Step:
        """Begins one task. Raises OutcomeUnknown when it may have been begun unseen."""
        message = Message(
            message_id=key,
            role=Role.ROLE_USER,
            parts=[new_text_part(as_text(brief))],
            metadata={"reference": key},
        )
        return self._answered(await self._send(message), key, {})

    async def resume(self, ref: Ref, answer: Answer | None, key: str) -> Step:
        """Looks at the task; with an answer, gives it unless it is there already or no longer asked for."""
        task = await self._task(ref)
        found = self._step(task, ref)
        if answer is None:
            return found
        if mapping.heard(task, key):
            return self._step(task, _with_answer(ref, answer))
        if found.question is None or found.question.id != answer.question:
            return found.model_copy(update={"reason": "the question is no longer open; the answer was not sent"})
        message = Message(
            message_id=key,
            role=Role.ROLE_USER,
            task_id=task.id,
            context_id=task.context_id,
            parts=[new_text_part(answer.text)],
        )
        return self._answered(await self._send(message), str(ref.get("key", "")), _with_answer(ref, answer))

    async def reconcile(self, ref: Ref | None, key: str, brief: Brief) -> Step:
        """Looks for the task by our key among all that the agent lists."""
        if ref and ref.get("task"):
            return self._step(await self._task(ref), ref)
        tasks, complete = await self._listed(key)
        if not tasks:
            if not complete:
                return Step(state=StepState.UNKNOWN, ref={}, reason="the agent's list of tasks does not tell")
            reason = "the agent lists no task for this brief: nothing was begun"
            return Step(state=StepState.CANCELED, ref={}, reason=reason)
        # Of several for one brief the earliest counts that can still become something, or has.
        alive = [task for task in tasks if mapping.state_of(task) not in mapping.DEAD] or tasks[:1]
        kept, *surplus = alive
        for task in surplus:
            await self._call_off(task.id)
        found = self._step(await self._task({"task": kept.id}), {"key": key})
        if surplus:
            note = f"{len(alive)} tasks were found for this brief; the earliest counts, the rest is canceled"
            found = found.model_copy(update={"reason": "; ".join(filter(None, (found.reason, note)))})
        return found

    async def read(self, query: Query) -> Evidence:
        """Reads the task's artifact back."""
        source = f"{self._entry.agent.name} task"
        try:
            task = await self._task(query.ref)
        except VendorRefused:
            return Evidence(found=False, control=False, source=source)
        wanted = {made.id for made in query.artifacts}
        delivered = mapping.counted(task, self._manifest)
        made = next((each for each in delivered if each.artifact_id in wanted), None)
        if made is None and not wanted:
            made = next(iter(delivered), None)
        if made is None or not mapping.carries(task, query.key):
            return Evidence(found=False, source=source)
        return Evidence(
            found=True,
            source=source,
            attributes=mapping.attributes(made, mapping.state_of(task), self._manifest),
            excerpt=vendor_text.excerpt(get_artifact_text(made)),
        )

    async def cancel(self, ref: Ref) -> Step:
        """Asks for the task to be stopped. A task that is over stays as it ended."""
        task = await self._task(ref)
        if mapping.state_of(task) not in mapping.OVER:
            await self._call_off(task.id)
            task = await self._task(ref)
        return self._step(task, ref)

    async def events(self, ref: Ref) -> AsyncIterator[Hint]:
        """Polling suffices: a subscription to a task that a restart left behind would hang (a2a-sdk 1.3)."""
        nothing: tuple[Hint, ...] = ()
        for hint in nothing:
            yield hint

    async def _send(self, message: Message) -> Task | Message:
        configuration = SendMessageConfiguration(return_immediately=True, accepted_output_modes=["text/plain"])
        try:
            return await self._wire.send(SendMessageRequest(message=message, configuration=configuration))
        except Refusal as refusal:
            raise VendorRefused(str(refusal)) from refusal

    def _answered(self, answer: Task | Message, key: str, known: Ref) -> Step:
        if isinstance(answer, Task):
            return self._step(answer, {**known, "key": key})
        text = vendor_text.artifact(get_message_text(answer))
        made = Artifact(id=vendor_text.line(answer.message_id, 200), kind=self._manifest.kind, text=text)
        reason = "it answered without a task: there is nothing to read back"
        return Step(state=StepState.DONE, ref={"key": key}, artifacts=(made,), reason=reason)

    async def _task(self, ref: Ref) -> Task:
        """The task with its whole history. Raises VendorRefused when the agent does not know it."""
        name = ref.get("task")
        if not isinstance(name, str) or not name:
            raise VendorRefused("no task of this agent is known by that ref")

        async def work(client: A2aClient) -> Task:
            return await client.get_task(GetTaskRequest(id=name))

        try:
            task = await self._wire.call(work)
        except Refusal as refusal:
            unknown = isinstance(refusal.error, TaskNotFoundError)
            raise VendorRefused("it does not know the task" if unknown else str(refusal)) from refusal
        mapping.state_of(task)
        return task

    async def _listed(self, key: str) -> tuple[list[Task], bool]:
        """The tasks begun under our key, earliest first, and whether the list can prove that there is none."""
        found: list[Task] = []
        token, told = "", True
        for _ in range(_PAGES):
            page = await self._page(token)
            found += [task for task in page.tasks if mapping.carries(task, key)]
            told = told and all(mapping.telling(task) for task in page.tasks)
            token = page.next_page_token
            if not token:
                break
        found.sort(key=lambda task: (str(mapping.changed_at(task) or ""), task.id))
        return found, told and not token

    async def _page(self, token: str) -> ListTasksResponse:
        async def work(client: A2aClient) -> ListTasksResponse:
            return await client.list_tasks(ListTasksRequest(page_size=_PAGE, page_token=token))

        try:
            return await self._wire.call(work)
        except Refusal as refusal:
            raise VendorRefused(f"it does not list its tasks: {refusal}") from refusal

    async def _call_off(self, task: str) -> None:
        """Cancels; that it is over already, or was never there, is as good."""

        async def work(client: A2aClient) -> Task:
            return await client.cancel_task(CancelTaskRequest(id=task))

        try:
            await self._wire.call(work, acts=True)
        except Refusal as refusal:
            if not isinstance(refusal.error, TaskNotCancelableError | TaskNotFoundError | UnsupportedOperationError):
                raise VendorRefused(str(refusal)) from refusal

    def _step(self, task: Task, known: Ref) -> Step:
        return mapping.step(task, str(known.get("key", "")), known, self._manifest, self._wall.now())

    def _capabilities(self, *, healthy: bool, detail: str, digest: str) -> Capabilities:
        return Capabilities(
            agent=self._entry.agent.name,
            driver="a2a",
            capabilities=self._entry.agent.capabilities,
            tested=self._entry.tested,
            healthy=healthy,
            detail=detail,
            digest=digest,
        )


def _with_answer(ref: Ref, answer: Answer) -> Ref:
    return {**ref, "answered": [*ref.get("answered", ()), answer.question]}
