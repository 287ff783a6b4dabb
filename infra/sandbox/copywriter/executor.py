"""How Quill works on a task: publish it, read the brief, ask for the tone, write. It can begin in the middle.

What is to be done next follows from the stored task alone, so after a restart the same code goes on with a task that
was being worked on.
"""

from __future__ import annotations

import asyncio
import time
from datetime import UTC, datetime
from typing import Any, Final

from a2a.helpers import get_message_text, new_data_part, new_text_part
from a2a.server.agent_execution import AgentExecutor, RequestContext
from a2a.server.events import EventQueue
from a2a.server.tasks import TaskUpdater
from a2a.types.a2a_pb2 import Message, Role, Task, TaskState, TaskStatus
from a2a.utils.errors import InvalidParamsError
from google.protobuf.json_format import MessageToDict  # type: ignore[import-untyped]

from infra.sandbox.copywriter.copy import QUESTION, TONES, compose, tone_of
from infra.sandbox.faults import Fault

PRICE: Final = {"amount": "35.00", "currency": "EUR"}
_SHARE: Final = 5
"""Reading a brief takes this part of a day, writing another."""
_LONGEST: Final = 200_000


class Quill(AgentExecutor):
    """``day`` is how many seconds a day of work takes."""

    def __init__(self, day: float, fault: Fault) -> None:
        self._pace = day * fault.factor / _SHARE
        self._fault = fault

    async def execute(self, context: RequestContext, event_queue: EventQueue) -> None:
        assert context.message is not None
        assert context.task_id is not None
        assert context.context_id is not None
        work = TaskUpdater(event_queue, context.task_id, context.context_id)
        task = context.current_task
        if task is None:
            task = _begun(context.task_id, context.context_id, context.message)
            await event_queue.enqueue_event(task)
            if self._fault.kind == "refuse":
                await work.reject(_said(work, "Fully booked this week, no new briefs are taken."))
                return
        said = [*task.history]
        if all(message.message_id != context.message.message_id for message in said):
            said.append(context.message)
        await self._go_on(work, task, said)

    async def cancel(self, context: RequestContext, event_queue: EventQueue) -> None:
        assert context.task_id is not None
        assert context.context_id is not None
        await TaskUpdater(event_queue, context.task_id, context.context_id).cancel()

    async def _go_on(self, work: TaskUpdater, task: Task, said: list[Message]) -> None:
        told = [message for message in said if message.role == Role.ROLE_USER]
        brief, answers = told[0], told[1:]
        metadata = MessageToDict(brief.metadata)
        tone = tone_of(get_message_text(answers[-1])) if answers else str(metadata.get("tone") or "")
        if not tone:
            await self._spend(work, task, "reading the brief")
            await work.requires_input(_asked(work))
            return
        await self._spend(work, task, f"writing, {tone.lower()}")
        await self._deliver(work, get_message_text(brief), tone, str(metadata.get("reference", "")))

    async def _spend(self, work: TaskUpdater, task: Task, doing: str) -> None:
        """Works for its share of a day; of a stage that was begun before a restart, only the rest."""
        left = self._pace
        status = task.status
        if status.state == TaskState.TASK_STATE_WORKING and get_message_text(status.message) == doing:
            left -= time.time() - status.timestamp.ToDatetime(UTC).timestamp()
        else:
            await work.start_work(_said(work, doing))
        if self._fault.kind == "silent":
            await asyncio.Event().wait()
        await asyncio.sleep(max(left, 0))

    async def _deliver(self, work: TaskUpdater, brief: str, tone: str, reference: str) -> None:
        made = compose(brief, tone)
        metadata: dict[str, Any] = {"words": made.words, "tone": tone, "reference": reference, "price": PRICE}
        for number in range(2 if self._fault.kind == "twice" else 1):
            await work.add_artifact(
                [new_text_part(made.text)], f"copy-{work.task_id}-{number + 1}", name="copy", metadata=metadata
            )
        await work.complete(_said(work, "Here is the copy."))


def _begun(task_id: str, context_id: str, brief: Message) -> Task:
    """Raises InvalidParamsError for a brief that says nothing, or far too much."""
    text = get_message_text(brief)
    if not text.strip() or len(text) > _LONGEST:
        raise InvalidParamsError(message=f"a brief is a text of at most {_LONGEST} characters")
    status = TaskStatus(state=TaskState.TASK_STATE_SUBMITTED, timestamp=datetime.now(UTC))
    return Task(id=task_id, context_id=context_id, status=status, history=[brief], metadata=brief.metadata)


def _said(work: TaskUpdater, text: str) -> Message:
    return work.new_agent_message([new_text_part(text)])


def _asked(work: TaskUpdater) -> Message:
    parts = [new_text_part(QUESTION), new_data_part({"options": list(TONES)})]
    return work.new_agent_message(parts, metadata={"options": list(TONES)})
