"""Quill, the sandbox's copywriter: one question, honest copy, tasks kept over kill -9."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import httpx
import pytest
from a2a.client import Client, ClientConfig, create_client
from a2a.helpers import get_artifact_text, get_message_text, new_text_part
from a2a.types.a2a_pb2 import (
    GetTaskRequest,
    ListTasksRequest,
    Message,
    Role,
    SendMessageConfiguration,
    SendMessageRequest,
    Task,
    TaskState,
)
from a2a.utils.errors import A2AError

from infra.sandbox.copywriter.copy import TONES, tone_of
from tests.doubles.processes import Running, Sandbox

BRIEF = "Launch mail for Northwind Analytics\n\nTell founders about Northwind Analytics.\n- 41 reviews read"


@asynccontextmanager
async def calling(agent: Running) -> AsyncIterator[Client]:
    async with await create_client(agent.url, ClientConfig(streaming=False)) as client:
        yield client


async def send(client: Client, text: str, key: str, task: Task | None = None, **metadata: Any) -> Task:
    message = Message(message_id=key, role=Role.ROLE_USER, parts=[new_text_part(text)], metadata=metadata)
    if task is not None:
        message.task_id, message.context_id = task.id, task.context_id
    configuration = SendMessageConfiguration(return_immediately=True)
    async for answer in client.send_message(SendMessageRequest(message=message, configuration=configuration)):
        return answer.task
    raise AssertionError("no answer")


async def until(client: Client, task: Task, state: TaskState) -> Task:
    async with asyncio.timeout(30):
        while task.status.state != state:
            task = await client.get_task(GetTaskRequest(id=task.id))
    return task


async def test_the_task_comes_first_then_one_question_then_the_copy(sandbox: Sandbox) -> None:
    agent = await sandbox.start("copywriter")
    async with calling(agent) as client:
        task = await send(client, BRIEF, "k1", reference="k1")
        assert task.status.state in (TaskState.TASK_STATE_SUBMITTED, TaskState.TASK_STATE_WORKING)
        task = await until(client, task, TaskState.TASK_STATE_INPUT_REQUIRED)
        assert list(task.status.message.metadata["options"]) == list(TONES)
        task = await send(client, "2", "k1:tone", task)
        task = await until(client, task, TaskState.TASK_STATE_COMPLETED)
        asked = [m for m in task.history if "tone of voice" in get_message_text(m)]
        assert len(asked) == 1
        (made,) = task.artifacts
        assert made.name == "copy"
        text = get_artifact_text(made)
        assert text.startswith("Subject: We built Northwind Analytics")
        assert "41 reviews read" in text
        assert made.metadata["words"] == len(text.split()) >= 120
        assert made.metadata["tone"] == "Warm and personal"
        assert made.metadata["reference"] == "k1"
        assert dict(made.metadata["price"]) == {"amount": "35.00", "currency": "EUR"}


async def test_a_brief_that_says_the_tone_is_not_asked_about_it(sandbox: Sandbox) -> None:
    agent = await sandbox.start("copywriter")
    async with calling(agent) as client:
        task = await send(client, BRIEF, "k1", reference="k1", tone="Playful and bold")
        task = await until(client, task, TaskState.TASK_STATE_COMPLETED)
        assert task.artifacts[0].metadata["tone"] == "Playful and bold"
        assert sum(message.role == Role.ROLE_USER for message in task.history) == 1


async def test_one_message_sent_twice_is_two_tasks(sandbox: Sandbox) -> None:
    agent = await sandbox.start("copywriter", day=60)
    async with calling(agent) as client:
        first = await send(client, BRIEF, "k1")
        second = await send(client, BRIEF, "k1")
        assert first.id != second.id
        assert (await client.list_tasks(ListTasksRequest())).total_size == 2


async def test_a_task_being_worked_on_is_finished_after_kill_9(sandbox: Sandbox) -> None:
    agent = await sandbox.start("copywriter", day=2)
    async with calling(agent) as client:
        task = await send(client, BRIEF, "k1", tone="Playful and bold")
    agent.kill()
    await agent.start()
    async with calling(agent) as client:
        task = await until(client, task, TaskState.TASK_STATE_COMPLETED)
        assert len(task.artifacts) == 1
        assert [m.message_id for m in task.history if m.role == Role.ROLE_USER] == ["k1"]


async def test_an_empty_brief_is_refused(sandbox: Sandbox) -> None:
    agent = await sandbox.start("copywriter")
    async with calling(agent) as client:
        with pytest.raises(A2AError):
            await send(client, " ", "k1")


async def test_the_version_of_the_protocol_is_insisted_on(sandbox: Sandbox) -> None:
    agent = await sandbox.start("copywriter")
    call = {"jsonrpc": "2.0", "id": 1, "method": "ListTasks", "params": {}}
    async with httpx.AsyncClient() as http:
        without = (await http.post(agent.url, json=call)).json()
        told = (await http.post(agent.url, json=call, headers={"A2A-Version": "1.0"})).json()
    assert without["error"]["code"] == -32009
    assert told["result"]["tasks"] == []


@pytest.mark.parametrize(
    ("answer", "tone"),
    [
        ("1", TONES[0]),
        ("playful", TONES[2]),
        ("Warm and personal, please", TONES[1]),
        ("Dry", "Dry"),
        ("", TONES[0]),
    ],
)
def test_an_answer_in_other_words_is_understood(answer: str, tone: str) -> None:
    assert tone_of(answer) == tone
