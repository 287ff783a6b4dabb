"""One call to the Messages API, and what can go wrong with it in two words: try again, or do not.

The only module that imports ``anthropic``. The client is constructed explicitly: from the environment the SDK (2.10)
may pick up another credential, a profile or another address. Its own retries are off, since they know neither our
time budget nor our clock; its spans are off, since they can carry prompts; of its helpers only the schema transform is
used, never the tool runner, which keeps the conversation on the server.
"""

from __future__ import annotations

import asyncio
from typing import Any

import anthropic
from anthropic.types import Message, MessageParam
from pydantic import BaseModel

from plans.planning.claude_reply import Rejected, Reply, TryAgain
from plans.planning.usage import cost_micros
from plans.ports.brain import Usage
from plans.words import Secret

ADDRESS = "https://api.anthropic.com"


def _after(error: anthropic.APIStatusError) -> float | None:
    try:
        return max(0.0, float(error.response.headers.get("retry-after", "")))
    except ValueError:
        return None


_ANSWERED = {
    400: "rejected the request as invalid",
    401: "did not accept the key (ANTHROPIC_API_KEY)",
    402: "wants to be paid first",
    403: "does not allow this key to ask",
    404: "does not know the model",
    413: "found the request too large",
    422: "rejected the request as invalid",
}
_PASSING = {408: "timed out", 409: "was busy", 429: "is limiting our rate", 529: "is overloaded"}


def _translated(error: anthropic.APIError) -> Exception:
    """In words of ours: the server's text may say anything, and the error's request carries the key."""
    if isinstance(error, anthropic.APIStatusError):
        status = error.status_code
        noted = f" ({status}{f', {error.request_id}' if error.request_id else ''})"
        if status in _PASSING or status >= 500:
            return TryAgain(f"Claude {_PASSING.get(status, 'failed')}{noted}", _after(error))
        return Rejected(f"Claude {_ANSWERED.get(status, 'rejected the request')}{noted}")
    if isinstance(error, anthropic.APIConnectionError):
        return TryAgain("Claude could not be reached")
    return Rejected("Claude's server answered something that is not the Messages API")


def _read(message: object, model: str) -> Reply:
    """Raises Rejected for what is not a message: without strict validation the SDK hands on whatever came."""
    usage = getattr(message, "usage", None)
    if not isinstance(message, Message) or usage is None or not isinstance(message.content, list):
        raise Rejected("Claude's server answered something that is not the Messages API")
    written, read = usage.cache_creation_input_tokens or 0, usage.cache_read_input_tokens or 0
    details = message.stop_details
    return Reply(
        text="".join(block.text for block in message.content if block.type == "text"),
        stop=message.stop_reason or "",
        refusal=(details.category or "") if details else "",
        usage=Usage(
            model=model,
            request_id=message._request_id or "",
            input_tokens=usage.input_tokens + written,
            output_tokens=usage.output_tokens,
            cache_read_tokens=read,
            cost_usd_micros=cost_micros(model, usage.input_tokens, written, read, usage.output_tokens),
            calls=1,
        ),
    )


class Wire:
    """An open client; ``close`` it."""

    def __init__(self, key: Secret, base_url: str = ADDRESS) -> None:
        self._client = anthropic.AsyncAnthropic(
            api_key=key.reveal(), base_url=base_url, max_retries=0, open_telemetry=False
        )

    async def create(
        self,
        *,
        model: str,
        system: str,
        messages: list[MessageParam],
        shape: type[BaseModel],
        max_tokens: int,
        timeout: float,
    ) -> Reply:
        """One call, at most ``timeout`` wall seconds in all. Raises TryAgain, Rejected, or TimeoutError."""
        schema: dict[str, Any] = anthropic.transform_schema(shape)
        try:
            # The SDK's timeout is per read: a server that trickles would never meet it.
            async with asyncio.timeout(timeout):
                message = await self._client.messages.create(
                    model=model,
                    max_tokens=max_tokens,
                    system=[{"type": "text", "text": system, "cache_control": {"type": "ephemeral"}}],
                    messages=messages,
                    output_config={"format": {"type": "json_schema", "schema": schema}},
                    timeout=timeout,
                )
        except anthropic.APITimeoutError:
            raise TimeoutError from None
        except anthropic.APIError as error:
            raise _translated(error) from None
        except ValueError:
            # A body that says it is JSON and is not.
            raise Rejected("Claude's server answered something that is not the Messages API") from None
        return _read(message, model)

    async def lifecycle(self, model: str) -> str:
        """``active``, ``deprecated`` or ``retired``. Raises TryAgain or Rejected."""
        try:
            return str((await self._client.models.retrieve(model, timeout=10)).lifecycle)
        except anthropic.APIError as error:
            raise _translated(error) from None

    async def close(self) -> None:
        await self._client.close()
