"""A stand-in for the Claude Messages API, on the wire: strict about what it is sent, scripted in what it answers.

It rejects what the real service would reject at version 2026-10-21: another key header, sampling parameters, a schema
that is not closed. Answers are queued by the test or the demo; nothing queued is an error, never an invention.
"""

from __future__ import annotations

import asyncio
import json
import re
from collections import deque
from collections.abc import Awaitable, Callable, Iterator
from dataclasses import dataclass
from typing import Any

from aiohttp import web

VERSION = "2026-10-21"
Json = dict[str, Any]
_Answer = Callable[[web.Request, Json], Awaitable[web.StreamResponse]]

_FIELDS = frozenset(
    {"model", "max_tokens", "messages", "system", "output_config", "thinking", "metadata", "stop_sequences"}
    | {"tools", "tool_choice", "service_tier", "cache_control"}
)
_GONE = ("temperature", "top_p", "top_k", "output_format", "thread")
_UNSUPPORTED = frozenset(
    {"minLength", "maxLength", "pattern", "minimum", "maximum", "exclusiveMinimum", "exclusiveMaximum", "multipleOf"}
    | {"maxItems", "uniqueItems", "default", "oneOf", "patternProperties"}
)
MODELS = {
    "claude-opus-5-5": "active",
    "claude-sonnet-5-5": "active",
    "claude-haiku-5-5": "active",
    "claude-sonnet-4-5": "deprecated",
}


@dataclass(frozen=True)
class Seen:
    """A request as it arrived."""

    headers: dict[str, str]
    body: Json


class _Bad(Exception):
    def __init__(self, status: int, kind: str, said: str) -> None:
        super().__init__(said)
        self.status = status
        self.kind = kind


def _schema_faults(schema: Any, at: str = "schema") -> Iterator[str]:
    """What the structured outputs of the real service do not accept in a JSON schema."""
    if isinstance(schema, list):
        for place, part in enumerate(schema):
            yield from _schema_faults(part, f"{at}[{place}]")
        return
    if not isinstance(schema, dict):
        return
    if schema.get("type") == "object" and schema.get("additionalProperties") is not False:
        yield f"{at}: additionalProperties must be false"
    yield from (f"{at}: {key} is not supported" for key in sorted(_UNSUPPORTED & schema.keys()))
    if schema.get("minItems", 0) not in (0, 1):
        yield f"{at}: minItems other than 0 or 1 is not supported"
    for key in ("items", "anyOf", "allOf"):
        yield from _schema_faults(schema.get(key), f"{at}.{key}")
    for key in ("properties", "$defs"):
        for name, part in (schema.get(key) or {}).items():
            yield from _schema_faults(part, f"{at}.{key}.{name}")


def _check_headers(request: web.Request, key: str) -> None:
    given = request.headers.get("Authorization", "")
    if given != f"Bearer {key}":
        raise _Bad(401, "authentication_error", "invalid bearer token")
    if request.headers.get("anthropic-version") != VERSION:
        raise _Bad(400, "invalid_request_error", f"anthropic-version: must be {VERSION}")


def _check_messages(messages: Any) -> None:
    if not isinstance(messages, list) or not messages:
        raise _Bad(400, "invalid_request_error", "messages: at least one is required")
    for place, message in enumerate(messages):
        if message.get("role") != ("user", "assistant")[place % 2]:
            raise _Bad(400, "invalid_request_error", f"messages.{place}: roles must alternate, beginning with user")
        if not message.get("content"):
            raise _Bad(400, "invalid_request_error", f"messages.{place}: content is empty")
    if messages[-1]["role"] != "user":
        raise _Bad(400, "invalid_request_error", "messages: the last must be the user's when a format is asked for")


def _check_format(body: Json) -> None:
    if "output_config" not in body:
        return
    form = body["output_config"].get("format") or {}
    if form.get("type") != "json_schema" or not isinstance(form.get("schema"), dict):
        raise _Bad(400, "invalid_request_error", "output_config.format: must be of type json_schema, with a schema")
    faults = list(_schema_faults(form["schema"]))
    if faults:
        raise _Bad(400, "invalid_request_error", f"output_config.format.{faults[0]}")


def _check_body(body: Any) -> Json:
    if not isinstance(body, dict):
        raise _Bad(400, "invalid_request_error", "the body must be an object")
    gone = [name for name in _GONE if name in body]
    if gone:
        raise _Bad(400, "invalid_request_error", f"{gone[0]}: not permitted at this version")
    unknown = sorted(body.keys() - _FIELDS)
    if unknown:
        raise _Bad(400, "invalid_request_error", f"{unknown[0]}: extra inputs are not permitted here")
    if not isinstance(body.get("max_tokens"), int) or not 0 < body["max_tokens"] <= 128_000:
        raise _Bad(400, "invalid_request_error", "max_tokens: a number from 1 to 128000 is required")
    if body.get("model") not in MODELS:
        raise _Bad(404, "not_found_error", "model: not found")
    _check_messages(body.get("messages"))
    _check_format(body)
    return body


class ClaudeSandbox:
    """A server on a loopback port. Queue what it answers, start it, read what it saw."""

    def __init__(self, key: str = "sandbox-key") -> None:
        self.key = key
        self.seen: list[Seen] = []
        """The requests that passed the checks, in order."""
        self.refused: list[str] = []
        """What was wrong with those that did not."""
        self.url = ""
        self._queue: deque[_Answer] = deque()
        self._count = 0
        self._stopping = asyncio.Event()
        self._runner: web.AppRunner | None = None

    def answer(self, value: Any, *, tokens: tuple[int, int] = (1_000, 500)) -> None:
        """The value as JSON text. ``tokens`` are those of input and output."""
        self.say(json.dumps(value), tokens=tokens)

    def say(
        self, text: str, *, stop: str = "end_turn", category: str | None = None, tokens: tuple[int, int] = (1_000, 500)
    ) -> None:
        """Any text with any stop reason."""

        async def reply(_request: web.Request, body: Json) -> web.StreamResponse:
            return self._message(body, text, stop, category, tokens)

        self._queue.append(reply)

    def cut_off(self, text: str = '{"north_star": "Northw') -> None:
        self.say(text, stop="max_tokens")

    def refuse(self, category: str | None = "general_harms") -> None:
        self.say("", stop="refusal", category=category)

    def fail(self, status: int, retry_after: str | None = None) -> None:
        """An error of the API, e.g. 429, 500, 529."""

        async def reply(_request: web.Request, _body: Json) -> web.StreamResponse:
            kinds = {429: "rate_limit_error", 529: "overloaded_error"}
            return self._error(status, kinds.get(status, "api_error"), "scripted", retry_after)

        self._queue.append(reply)

    def garble(self, body: str = "<html>gateway</html>", content_type: str = "text/html") -> None:
        """A 200 that is not the API's."""

        async def reply(_request: web.Request, _body: Json) -> web.StreamResponse:
            return web.Response(text=body, content_type=content_type)

        self._queue.append(reply)

    def stall(self) -> None:
        """Takes the request and never answers it (until the sandbox stops)."""

        async def reply(_request: web.Request, _body: Json) -> web.StreamResponse:
            await self._stopping.wait()
            return web.Response(status=503)

        self._queue.append(reply)

    def drop(self) -> None:
        """Takes the request and closes the connection."""

        async def reply(request: web.Request, _body: Json) -> web.StreamResponse:
            if request.transport is not None:
                request.transport.abort()
            return web.Response()

        self._queue.append(reply)

    async def start(self, port: int = 0) -> str:
        """Listens on loopback; returns the base URL."""
        app = web.Application(client_max_size=8 * 1024 * 1024)
        app.router.add_post("/v1/messages", self._messages)
        app.router.add_get("/v1/models", self._models)
        app.router.add_get("/v1/models/{model}", self._model)
        self._runner = web.AppRunner(app, access_log=None, shutdown_timeout=1)
        await self._runner.setup()
        await web.TCPSite(self._runner, "127.0.0.1", port).start()
        self.url = f"http://127.0.0.1:{self._runner.addresses[0][1]}"
        return self.url

    async def stop(self) -> None:
        self._stopping.set()
        if self._runner is not None:
            await self._runner.cleanup()

    def _headers(self) -> dict[str, str]:
        self._count += 1
        return {"request-id": f"req_sandbox_{self._count}"}

    def _error(self, status: int, kind: str, said: str, retry_after: str | None = None) -> web.Response:
        headers = self._headers()
        if retry_after is not None:
            headers["retry-after"] = retry_after
        body = {"type": "error", "error": {"type": kind, "message": said}, "request_id": headers["request-id"]}
        return web.json_response(body, status=status, headers=headers)

    def _message(
        self, body: Json, text: str, stop: str, category: str | None, tokens: tuple[int, int]
    ) -> web.StreamResponse:
        headers = self._headers()
        refused = {"type": "refusal", "category": category, "explanation": None} if stop == "refusal" else None
        message = {
            "id": headers["request-id"].replace("req", "msg"),
            "type": "message",
            "role": "assistant",
            "model": body["model"],
            "content": [{"type": "text", "text": text}] if text else [],
            "stop_reason": stop,
            "stop_sequence": None,
            "stop_details": refused,
            "usage": {"input_tokens": tokens[0], "output_tokens": tokens[1]},
        }
        return web.json_response(message, headers=headers)

    async def _messages(self, request: web.Request) -> web.StreamResponse:
        try:
            _check_headers(request, self.key)
            if not re.match(r"application/json\b", request.headers.get("Content-Type", "")):
                raise _Bad(400, "invalid_request_error", "content-type: must be application/json")
            try:
                body = _check_body(await request.json())
            except json.JSONDecodeError:
                raise _Bad(400, "invalid_request_error", "the body is not JSON") from None
        except _Bad as bad:
            self.refused.append(str(bad))
            return self._error(bad.status, bad.kind, str(bad))
        self.seen.append(Seen(dict(request.headers), body))
        if not self._queue:
            self.refused.append("nothing was scripted for this request")
            return self._error(400, "invalid_request_error", "nothing was scripted for this request")
        return await self._queue.popleft()(request, body)

    def _info(self, model: str) -> Json:
        return {
            "id": model,
            "type": "model",
            "display_name": model.replace("-", " ").title(),
            "created_at": "2026-09-01T00:00:00Z",
            "lifecycle": MODELS[model],
        }

    async def _models(self, request: web.Request) -> web.StreamResponse:
        try:
            _check_headers(request, self.key)
        except _Bad as bad:
            return self._error(bad.status, bad.kind, str(bad))
        data = [self._info(model) for model in MODELS]
        return web.json_response(
            {"data": data, "has_more": False, "first_id": data[0]["id"], "last_id": data[-1]["id"]},
            headers=self._headers(),
        )

    async def _model(self, request: web.Request) -> web.StreamResponse:
        try:
            _check_headers(request, self.key)
        except _Bad as bad:
            return self._error(bad.status, bad.kind, str(bad))
        model = request.match_info["model"]
        if model not in MODELS:
            return self._error(404, "not_found_error", "model: not found")
        return web.json_response(self._info(model), headers=self._headers())
