"""The Messages stand-in is as strict as the service it stands in for."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator
from typing import Any

import aiohttp
import pytest

from infra.sandbox.claude import ClaudeSandbox

HEADERS = {"Authorization": "Bearer sandbox-key", "anthropic-version": "2026-10-21", "Content-Type": "application/json"}
SCHEMA = {"type": "object", "properties": {"a": {"type": "string"}}, "required": ["a"], "additionalProperties": False}
BODY: dict[str, Any] = {
    "model": "claude-opus-5-5",
    "max_tokens": 100,
    "messages": [{"role": "user", "content": "hello"}],
    "output_config": {"format": {"type": "json_schema", "schema": SCHEMA}},
}


@pytest.fixture
async def claude() -> AsyncIterator[ClaudeSandbox]:
    found = ClaudeSandbox()
    await found.start()
    yield found
    await found.stop()


async def _post(claude: ClaudeSandbox, body: Any, headers: dict[str, str] = HEADERS) -> tuple[int, Any]:
    data = body if isinstance(body, str) else json.dumps(body)
    async with (
        aiohttp.ClientSession() as session,
        session.post(f"{claude.url}/v1/messages", data=data, headers=headers) as response,
    ):
        assert response.headers["request-id"].startswith("req_")
        return response.status, await response.json()


def _schema(schema: Any) -> dict[str, Any]:
    return {**BODY, "output_config": {"format": {"type": "json_schema", "schema": schema}}}


async def test_a_proper_request_gets_the_scripted_answer(claude: ClaudeSandbox) -> None:
    claude.answer({"a": "b"}, tokens=(7, 3))
    status, message = await _post(claude, BODY)
    assert status == 200
    assert json.loads(message["content"][0]["text"]) == {"a": "b"}
    assert message["usage"] == {"input_tokens": 7, "output_tokens": 3}
    assert [seen.body for seen in claude.seen] == [BODY]


@pytest.mark.parametrize(
    ("headers", "status", "said"),
    [
        ({**HEADERS, "Authorization": "Bearer other"}, 401, "bearer"),
        ({"x-api-key": "sandbox-key", "anthropic-version": "2026-10-21"}, 401, "bearer"),
        ({**HEADERS, "anthropic-version": "2023-06-01"}, 400, "anthropic-version"),
        ({**HEADERS, "Content-Type": "text/plain"}, 400, "content-type"),
    ],
)
async def test_other_headers_than_the_services_are_refused(
    claude: ClaudeSandbox, headers: dict[str, str], status: int, said: str
) -> None:
    claude.answer({})
    assert (await _post(claude, BODY, headers))[0] == status
    assert said in claude.refused[0]
    assert claude.seen == []


@pytest.mark.parametrize(
    ("body", "said"),
    [
        ("{", "not JSON"),
        ([], "an object"),
        ({**BODY, "temperature": 0.5}, "temperature: not permitted"),
        ({**BODY, "thread": {"type": "create"}}, "thread: not permitted"),
        ({**BODY, "stream": True}, "stream: extra"),
        ({**BODY, "max_tokens": 0}, "max_tokens"),
        ({key: value for key, value in BODY.items() if key != "max_tokens"}, "max_tokens"),
        ({**BODY, "model": "claude-2"}, "model: not found"),
        ({**BODY, "messages": []}, "at least one"),
        ({**BODY, "messages": [{"role": "assistant", "content": "x"}]}, "alternate"),
        ({**BODY, "messages": [{"role": "user", "content": ""}]}, "empty"),
        ({**BODY, "messages": [*BODY["messages"], {"role": "assistant", "content": "x"}]}, "must be the user's"),
        ({**BODY, "output_config": {"format": {"type": "json_object"}}}, "json_schema"),
        (_schema({**SCHEMA, "additionalProperties": True}), "additionalProperties must be false"),
        (_schema({**SCHEMA, "properties": {"a": {"type": "object"}}}), "schema.properties.a: additionalProperties"),
        (_schema({**SCHEMA, "$defs": {"X": {"type": "string", "maxLength": 3}}}), "$defs.X: maxLength"),
        (_schema({**SCHEMA, "properties": {"a": {"type": "array", "items": {"type": "object"}}}}), "a.items: addit"),
        (_schema({**SCHEMA, "properties": {"a": {"anyOf": [{"type": "integer", "minimum": 1}]}}}), "anyOf[0]: minimum"),
        (_schema({**SCHEMA, "properties": {"a": {"type": "array", "minItems": 2}}}), "minItems"),
    ],
)
async def test_a_body_that_the_service_would_reject_is_rejected(claude: ClaudeSandbox, body: Any, said: str) -> None:
    claude.answer({})
    status, answer = await _post(claude, body)
    assert status in (400, 404)
    assert answer["type"] == "error"
    assert said in answer["error"]["message"]


async def test_nothing_scripted_is_an_error_and_no_invention(claude: ClaudeSandbox) -> None:
    assert (await _post(claude, BODY))[0] == 400
    assert claude.refused == ["nothing was scripted for this request"]


async def test_failures_are_answered_as_the_service_does(claude: ClaudeSandbox) -> None:
    claude.fail(529, retry_after="2")
    claude.refuse("cyber")
    claude.cut_off()
    claude.drop()
    assert (await _post(claude, BODY))[1]["error"]["type"] == "overloaded_error"
    refused = (await _post(claude, BODY))[1]
    assert (refused["stop_reason"], refused["stop_details"]["category"]) == ("refusal", "cyber")
    assert (await _post(claude, BODY))[1]["stop_reason"] == "max_tokens"
    with pytest.raises(aiohttp.ClientConnectionError):
        await _post(claude, BODY)


@pytest.mark.parametrize(("path", "status"), [("", 200), ("/claude-opus-5-5", 200), ("/claude-2", 404)])
async def test_models_are_listed_for_who_has_the_key(claude: ClaudeSandbox, path: str, status: int) -> None:
    async with aiohttp.ClientSession() as session:
        async with session.get(f"{claude.url}/v1/models{path}", headers=HEADERS) as response:
            assert response.status == status
        async with session.get(f"{claude.url}/v1/models{path}") as response:
            assert response.status == 401
