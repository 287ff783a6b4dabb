"""One conversation with an A2A agent: its host pinned to the inventory's, a deadline on every call, errors by meaning.

An agent's card says where its calls go, so a card that names another origin than the inventory's could lead briefs
elsewhere; it is refused. Redirects are not followed.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from typing import Final, TypeVar
from urllib.parse import urlsplit

import httpx
from a2a.client import A2ACardResolver, A2AClientError, A2AClientTimeoutError, ClientConfig, ClientFactory
from a2a.client import Client as A2aClient
from a2a.types.a2a_pb2 import AgentCard, Message, SendMessageRequest, Task
from a2a.utils.constants import TransportProtocol
from a2a.utils.errors import A2AError, InternalError, JSONParseError
from google.protobuf.json_format import ParseError  # type: ignore[import-untyped]

from adapters import vendor_text
from plans.errors import OutcomeUnknown, VendorDown, VendorError, VendorGarbage, VendorRefused

T = TypeVar("T")

_CONNECT: Final = 5.0
_NOT_SENT: Final = (httpx.ConnectError, httpx.ConnectTimeout, httpx.PoolTimeout)
_PORTS: Final = {"http": 80, "https": 443}


class Refusal(Exception):
    """The agent answered a call with an error of its protocol. ``error`` is one of ``a2a.utils.errors``."""

    def __init__(self, error: A2AError) -> None:
        super().__init__(vendor_text.line(error.message, 300))
        self.error = error


class Wire:
    """``deadline`` in seconds bounds every single call."""

    def __init__(self, url: str, deadline: float) -> None:
        self._url = url
        self._deadline = deadline
        self._card: AgentCard | None = None

    async def card(self) -> AgentCard:
        """Fetches the agent's card anew. Raises VendorRefused when it leads to another origin."""
        async with self._http() as http:
            return await self._fetch(http)

    async def call(self, work: Callable[[A2aClient], Awaitable[T]], *, acts: bool = False) -> T:
        """Makes one call; ``acts`` says that it does something, so that a lost answer leaves its outcome unknown.

        Raises Refusal for an error of the protocol, and otherwise only errors of the tree of VendorError.
        """
        async with self._http() as http:
            card = self._card or await self._fetch(http)
            config = ClientConfig(
                streaming=False,
                polling=True,
                httpx_client=http,
                supported_protocol_bindings=[TransportProtocol.JSONRPC],
            )
            client = ClientFactory(config).create(card)
            return await self._guarded(lambda: work(client), acts=acts)

    async def send(self, request: SendMessageRequest) -> Task | Message:
        """Sends a message without waiting for the work it causes."""

        async def work(client: A2aClient) -> Task | Message:
            async for answer in client.send_message(request):
                return answer.task if answer.HasField("task") else answer.message
            raise VendorGarbage("it answered nothing")

        return await self.call(work, acts=True)

    def _http(self) -> httpx.AsyncClient:
        return httpx.AsyncClient(timeout=httpx.Timeout(self._deadline, connect=min(_CONNECT, self._deadline)))

    async def _fetch(self, http: httpx.AsyncClient) -> AgentCard:
        resolver = A2ACardResolver(http, self._url)
        card = await self._guarded(resolver.get_agent_card, acts=False)
        ours = _origin(self._url)
        reached = [each.url for each in card.supported_interfaces if each.protocol_binding == TransportProtocol.JSONRPC]
        if not reached:
            raise VendorRefused("its card offers no JSON-RPC interface")
        for url in reached:
            if _origin(url) != ours:
                raise VendorRefused(
                    f"its card leads to {vendor_text.line(_origin(url), 100)}, not to {ours} of the inventory"
                )
        self._card = card
        return card

    async def _guarded(self, work: Callable[[], Awaitable[T]], *, acts: bool) -> T:
        """Runs a call and says what a failure of it means."""
        lost = OutcomeUnknown if acts else VendorDown
        try:
            async with asyncio.timeout(self._deadline):
                return await work()
        except (TimeoutError, A2AClientTimeoutError) as error:
            if isinstance(error.__cause__, _NOT_SENT):
                raise VendorDown("it does not accept connections") from error
            raise lost(f"no answer within {self._deadline:g} s") from error
        except A2AClientError as error:
            raise _of_client(error, lost) from error
        except JSONParseError as error:
            raise VendorGarbage("it answered something that is not the protocol") from error
        except InternalError as error:
            raise lost("it failed inside") from error
        except A2AError as error:
            raise Refusal(error) from error
        except (ParseError, ValueError) as error:
            raise VendorGarbage("it answered something that is not the protocol") from error


def _of_client(error: A2AClientError, lost: type[VendorError]) -> VendorError:
    cause = error.__cause__
    if isinstance(cause, _NOT_SENT):
        return VendorDown("it does not accept connections")
    if isinstance(cause, httpx.HTTPStatusError):
        status = cause.response.status_code
        if status in (401, 403):
            return VendorRefused(f"it wants a sign-in that it was not given (HTTP {status})")
        if status == 429:
            return VendorDown("it is too busy (HTTP 429)")
        if status >= 500:
            return lost(f"it failed inside (HTTP {status})")
        return VendorRefused(f"it does not take the call (HTTP {status})")
    if isinstance(cause, httpx.RequestError):
        return lost("the connection broke")
    return VendorGarbage("it answered something that is not the protocol")


def _origin(url: str) -> str:
    """Scheme, host and port, spelt the same way always; empty for what is no such address."""
    try:
        parts = urlsplit(url)
        port = parts.port or _PORTS.get(parts.scheme, 0)
    except ValueError:
        return ""
    return f"{parts.scheme}://{parts.hostname}:{port}" if parts.hostname else ""
