"""Quill's server: the agent card, JSON-RPC at the root, tasks in SQLite, and the tasks that a restart interrupted."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Final

from a2a.server.context import ServerCallContext
from a2a.server.request_handlers import DefaultRequestHandler
from a2a.server.routes import create_agent_card_routes, create_jsonrpc_routes
from a2a.server.tasks import DatabaseTaskStore
from a2a.types.a2a_pb2 import (
    AgentCapabilities,
    AgentCard,
    AgentInterface,
    AgentSkill,
    ListTasksRequest,
    Role,
    SendMessageConfiguration,
    SendMessageRequest,
    TaskState,
)
from sqlalchemy.ext.asyncio import create_async_engine
from starlette.applications import Starlette
from starlette.types import ASGIApp, Receive, Scope, Send

from infra.sandbox.copywriter.executor import Quill
from infra.sandbox.faults import Fault

_GARBAGE: Final = b"<!doctype html><h1>It works!</h1>"


def card(origin: str) -> AgentCard:
    return AgentCard(
        name="Quill",
        description="Writes short marketing copy from a brief, and asks once for the tone of voice.",
        version="2.1.0",
        supported_interfaces=[
            AgentInterface(url=f"{origin}/", protocol_binding="JSONRPC", protocol_version="1.0"),
        ],
        capabilities=AgentCapabilities(streaming=True, push_notifications=False),
        default_input_modes=["text/plain"],
        default_output_modes=["text/plain"],
        skills=[
            AgentSkill(
                id="write_copy",
                name="Write copy",
                description="E-mail or landing page: subject line, headline, body, call to action.",
                tags=["copy", "e-mail", "launch"],
            )
        ],
    )


def app(origin: str, home: Path, day: float, fault: Fault) -> ASGIApp:
    engine = create_async_engine(f"sqlite+aiosqlite:///{home / 'copywriter.db'}")
    store = DatabaseTaskStore(engine)
    handler = DefaultRequestHandler(Quill(day, fault), store, card(origin))

    @asynccontextmanager
    async def lifespan(_app: Starlette) -> AsyncIterator[None]:
        await store.initialize()
        going_on = asyncio.create_task(_go_on(store, handler), name="interrupted tasks")
        yield
        going_on.cancel()
        await handler.aclose()
        await engine.dispose()

    # JSON-RPC stands at the root: clients that add a trailing slash would lose their POST in a redirect.
    routes = [*create_agent_card_routes(card(origin)), *create_jsonrpc_routes(handler, "/")]
    served = Starlette(routes=routes, lifespan=lifespan)
    return _garbled(served) if fault.kind == "garbage" else served


async def _go_on(store: DatabaseTaskStore, handler: DefaultRequestHandler) -> None:
    """Takes up what was being worked on when the process died: a2a-sdk 1.3 would leave it WORKING for ever.

    The last message is handed in once more; the task's history holds it already and does not get it twice.
    """
    context = ServerCallContext()
    for state in (TaskState.TASK_STATE_WORKING, TaskState.TASK_STATE_SUBMITTED, TaskState.TASK_STATE_INPUT_REQUIRED):
        page = await store.list(ListTasksRequest(status=state, page_size=100), context)
        for task in page.tasks:
            if state == TaskState.TASK_STATE_INPUT_REQUIRED and task.history[-1].role != Role.ROLE_USER:
                continue  # It waits for an answer. With one as its last word, the process died while taking that.
            last = [message for message in task.history if message.role == Role.ROLE_USER][-1]
            last.task_id, last.context_id = task.id, task.context_id
            configuration = SendMessageConfiguration(return_immediately=True)
            request = SendMessageRequest(message=last, configuration=configuration)
            await handler.on_message_send(request, context)


def _garbled(served: ASGIApp) -> ASGIApp:
    """Does the work, and answers every call with a web page."""

    async def garbled(scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http" or scope["method"] != "POST":
            await served(scope, receive, send)
            return

        async def swallow(_message: object) -> None:
            """Nobody hears the real answer."""

        await served(scope, receive, swallow)
        headers = [(b"content-type", b"text/html"), (b"content-length", str(len(_GARBAGE)).encode())]
        await send({"type": "http.response.start", "status": 200, "headers": headers})
        await send({"type": "http.response.body", "body": _GARBAGE})

    return garbled
