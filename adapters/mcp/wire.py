"""One conversation with an MCP server: a client per operation, a deadline on all of it, and errors by what they mean.

A connection that is reset ends the whole client with an exception group, not only the call in flight (mcp 2.3), so
failures are told apart here, at the client's scope: before the acting call went out nothing was done; while it was out
nobody knows.
"""

from __future__ import annotations

import asyncio
import json
from collections.abc import Awaitable, Callable, Iterator
from typing import Any, Final, TypeVar

import anyio
import httpx2
from mcp import Client, MCPError
from mcp.client.streamable_http import streamable_http_client
from mcp.shared.dispatcher import ProgressFnT
from mcp.types import CallToolResult, TextContent, Tool
from pydantic import ValidationError

from adapters import vendor_text
from plans.errors import OutcomeUnknown, VendorDown, VendorError, VendorGarbage, VendorRefused

T = TypeVar("T")
_CONNECT: Final = 5.0
_TOOL_PAGES: Final = 20
_FOREIGN: Final = (httpx2.HTTPError, MCPError, ValidationError, anyio.ClosedResourceError, anyio.BrokenResourceError)
_NOT_SENT: Final = (httpx2.ConnectError, httpx2.ConnectTimeout, httpx2.PoolTimeout)
_GARBAGE_CODES: Final = frozenset({-32700, -32600})
"""What the SDK makes of an answer that is no JSON, or no JSON-RPC."""
_LOST_CODES: Final = frozenset({-32000, -32001})
"""Connection closed, request timed out."""


class Talk:
    """What can be said within one conversation."""

    def __init__(self, client: Client) -> None:
        self._client = client
        self.acting = False
        """Whether a call that does something is out and not answered yet."""

    @property
    def about(self) -> str:
        """Who answers, and in which version of the protocol."""
        info = self._client.server_info
        name = vendor_text.line(f"{info.name} {info.version}", 80) if info else "unnamed server"
        return f"{name}, MCP {self._client.protocol_version}"

    async def tools(self) -> list[Tool]:
        """Every tool there is. Raises VendorGarbage when the list has no end."""
        found: list[Tool] = []
        cursor: str | None = None
        for _ in range(_TOOL_PAGES):
            page = await self._client.list_tools(cursor=cursor)
            found += page.tools
            cursor = page.next_cursor
            if cursor is None:
                return found
        raise VendorGarbage("its list of tools has no end")

    async def act(self, tool: str, arguments: dict[str, Any]) -> dict[str, Any]:
        """Calls a tool that does something: if no answer comes, whether it did is not known."""
        self.acting = True
        answer = await self.ask(tool, arguments)
        self.acting = False
        return answer

    async def ask(self, tool: str, arguments: dict[str, Any], progress: ProgressFnT | None = None) -> dict[str, Any]:
        """Calls a tool. Raises VendorRefused when it says no, VendorGarbage when its answer is not to be read."""
        try:
            result = await self._client.call_tool(tool, arguments, progress_callback=progress)
        except RuntimeError as error:
            # How mcp 2.3 says that an answer breaks the schema which the server itself declared for it.
            raise VendorGarbage(f"{tool} answered something else than it declares") from error
        if result.is_error:
            self.acting = False
            raise VendorRefused(vendor_text.line(_words(result), 300) or f"{tool} failed without a word")
        return _structure(tool, result)


class Wire:
    """``deadline`` in seconds bounds a whole conversation."""

    def __init__(self, url: str, deadline: float) -> None:
        self._url = url
        self._deadline = deadline

    async def talk(self, work: Callable[[Talk], Awaitable[T]]) -> T:
        """Opens a client, does ``work``, closes it. Raises only errors of the tree of VendorError."""
        talk: Talk | None = None
        status: list[int] = []

        async def seen(response: httpx2.Response) -> None:
            status[:] = [response.status_code]

        timeout = httpx2.Timeout(self._deadline, connect=min(_CONNECT, self._deadline))
        try:
            async with (
                asyncio.timeout(self._deadline),
                httpx2.AsyncClient(timeout=timeout, event_hooks={"response": [seen]}) as http,
                Client(streamable_http_client(self._url, http_client=http), cache=None) as client,
            ):
                talk = Talk(client)
                return await work(talk)
        except TimeoutError as error:
            raise _lost(talk, f"no answer within {self._deadline:g} s") from error
        except (*_FOREIGN, VendorError, ExceptionGroup) as error:
            raise _named(error, talk, status[-1] if status else 0) from error


def _named(error: Exception, talk: Talk | None, status: int) -> Exception:
    """The failure as the rooms of plans know it. An error of our own among them is not disguised."""
    leaves = list(_leaves(error))
    for leaf in leaves:
        if isinstance(leaf, VendorError) or not isinstance(leaf, (*_FOREIGN, TimeoutError)):
            return leaf
    if any(isinstance(leaf, _NOT_SENT) for leaf in leaves):
        return VendorDown("it does not accept connections")
    if status in (401, 403):
        return VendorRefused(f"it wants a sign-in that it was not given (HTTP {status})")
    first = leaves[0]
    if isinstance(first, ValidationError):
        return VendorGarbage("it answered something that is not the protocol")
    if isinstance(first, MCPError):
        return _said(first, talk, status)
    return _lost(talk, "the connection broke")


def _said(error: MCPError, talk: Talk | None, status: int) -> VendorError:
    if error.code in _LOST_CODES:
        return _lost(talk, "the connection broke")
    if error.code in _GARBAGE_CODES:
        return VendorGarbage("it answered something that is not the protocol")
    if status >= 500 or error.code == -32603:
        return _lost(talk, f"it failed inside (HTTP {status})" if status >= 500 else "it failed inside")
    return VendorRefused(vendor_text.line(error.message, 300) or f"error {error.code}")


def _lost(talk: Talk | None, why: str) -> VendorError:
    """No answer. Only while an acting call is out does that leave something unknown."""
    return OutcomeUnknown(why) if talk is not None and talk.acting else VendorDown(why)


def _leaves(error: BaseException) -> Iterator[Exception]:
    if isinstance(error, BaseExceptionGroup):
        for inner in error.exceptions:
            yield from _leaves(inner)
    elif isinstance(error, Exception):
        yield error


def _words(result: CallToolResult) -> str:
    return " ".join(part.text for part in result.content if isinstance(part, TextContent))


def _structure(tool: str, result: CallToolResult) -> dict[str, Any]:
    found: Any = result.structured_content
    if found is None:
        try:
            found = json.loads(_words(result))
        except ValueError:
            found = None
    if not isinstance(found, dict):
        raise VendorGarbage(f"{tool} answered no structure")
    return found
