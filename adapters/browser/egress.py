"""The boundary of a job: a forward proxy of its own that connects to the script's hosts and to nothing else.

Interception inside the browser is no boundary (redirects and WebSockets pass it); a browser whose every connection
must come through here has none. Hosts are matched exactly with their port, names are resolved here, once, and a name
that leads to a private address is refused: only an address written into the list itself may be private.
"""

from __future__ import annotations

import asyncio
import contextlib
import ipaddress
from collections.abc import Iterable
from dataclasses import dataclass
from types import TracebackType
from typing import Final, Self

from adapters.browser.addresses import host_of

_HEAD_LIMIT: Final = 65_536
_PATIENCE: Final = 30.0
"""Wall-clock seconds for a head to arrive or a connection to open."""
_REFUSED: Final = b"HTTP/1.1 403 Forbidden\r\nContent-Length: 0\r\nConnection: close\r\n\r\n"
_DOWN: Final = b"HTTP/1.1 502 Bad Gateway\r\nContent-Length: 0\r\nConnection: close\r\n\r\n"
_REMEMBERED: Final = 200


class _Refused(Exception):
    pass


@dataclass(frozen=True)
class _Request:
    host: str
    """``host:port``, lower case."""
    tunnel: bool
    head: bytes
    """What is sent on: for a tunnel nothing, else the head in origin form."""
    length: int


class Egress:
    """One per job. ``refused`` holds what was asked for in vain; host names in it come from pages: *data*."""

    def __init__(self, hosts: Iterable[str]) -> None:
        self._hosts = frozenset(hosts)
        self._server: asyncio.Server | None = None
        self._open: set[asyncio.Task[None]] = set()
        self.refused: list[str] = []

    @property
    def url(self) -> str:
        assert self._server is not None
        return f"http://127.0.0.1:{self._server.sockets[0].getsockname()[1]}"

    async def __aenter__(self) -> Self:
        self._server = await asyncio.start_server(self._accept, "127.0.0.1", 0, limit=_HEAD_LIMIT)
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        assert self._server is not None
        self._server.close()
        for task in list(self._open):
            task.cancel()
        await asyncio.gather(*self._open, return_exceptions=True)

    async def _accept(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        assert task is not None
        self._open.add(task)
        try:
            await self._serve(reader, writer)
        except (OSError, TimeoutError, asyncio.IncompleteReadError, asyncio.LimitOverrunError):
            pass  # a side hung up
        except asyncio.CancelledError:
            pass  # the job is over; asyncio 3.11 would report a cancelled connection as an error
        finally:
            self._open.discard(task)
            await _hang_up(writer)

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        async with asyncio.timeout(_PATIENCE):
            head = await reader.readuntil(b"\r\n\r\n")
        try:
            request = _parsed(head)
            address = await self._allowed(request.host)
        except _Refused as refusal:
            if len(self.refused) < _REMEMBERED:
                self.refused.append(str(refusal))
            writer.write(_REFUSED)
            await writer.drain()
            return
        try:
            async with asyncio.timeout(_PATIENCE):
                far_reader, far_writer = await asyncio.open_connection(*address)
        except (OSError, TimeoutError):
            writer.write(_DOWN)
            await writer.drain()
            return
        try:
            await self._relay(request, reader, writer, far_reader, far_writer)
        finally:
            await _hang_up(far_writer)

    async def _relay(
        self,
        request: _Request,
        reader: asyncio.StreamReader,
        writer: asyncio.StreamWriter,
        far_reader: asyncio.StreamReader,
        far_writer: asyncio.StreamWriter,
    ) -> None:
        if request.tunnel:
            writer.write(b"HTTP/1.1 200 Connection established\r\n\r\n")
            try:
                async with asyncio.TaskGroup() as both:
                    both.create_task(_pump(reader, far_writer))
                    both.create_task(_pump(far_reader, writer))
            except* OSError:
                pass  # a side hung up
            return
        far_writer.write(request.head)
        await _pump(reader, far_writer, request.length)
        if not await _answered(far_reader, writer):
            # Never silence: Chromium takes that for a stale connection and sends the request again.
            writer.write(_DOWN)
            await writer.drain()

    async def _allowed(self, host: str) -> tuple[str, int]:
        """Where to connect. Raises _Refused naming the host."""
        if host not in self._hosts:
            raise _Refused(host)
        name, _, port = host.rpartition(":")
        name = name.strip("[]")
        if _is_address(name) or name == "localhost":
            return name, int(port)
        found = await asyncio.get_running_loop().getaddrinfo(name, int(port), proto=6)
        addresses = [str(entry[4][0]) for entry in found]
        if not addresses or not all(ipaddress.ip_address(address).is_global for address in addresses):
            raise _Refused(f"{host} (leads to a private address)")
        return addresses[0], int(port)


def _is_address(name: str) -> bool:
    try:
        ipaddress.ip_address(name)
    except ValueError:
        return False
    return True


def _parsed(head: bytes) -> _Request:
    """Raises _Refused for what a browser does not send to a proxy."""
    try:
        first, *lines = head.decode("latin-1").removesuffix("\r\n\r\n").split("\r\n")
        method, target, version = first.split(" ")
        headers = [(name.strip().lower(), value.strip()) for name, _, value in (line.partition(":") for line in lines)]
        if method == "CONNECT":
            return _Request(host_of(f"http://{target}/"), True, b"", 0)
        if any(name == "transfer-encoding" for name, _ in headers) or not target.startswith("http://"):
            raise _Refused("a request that is not a browser's")
        host = host_of(target)
        length = sum(int(value) for name, value in headers if name == "content-length")
    except ValueError:
        raise _Refused("a request that is not a browser's") from None
    path = "/" + target.removeprefix("http://").partition("/")[2]
    kept = [f"{n}: {v}" for n, v in headers if n not in ("host", "connection", "proxy-connection", "keep-alive")]
    # The host is the one that was checked, whatever the request said; one request per connection.
    lines = [f"{method} {path} {version}", f"Host: {host.removesuffix(':80')}", "Connection: close", *kept]
    return _Request(host, False, "\r\n".join([*lines, "", ""]).encode("latin-1"), length)


async def _answered(far_reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> bool:
    """Passes the answer on; whether there was one."""
    try:
        first = await far_reader.read(65_536)
    except OSError:
        first = b""
    writer.write(first)
    if first:
        await _pump(far_reader, writer)
    return bool(first)


async def _pump(reader: asyncio.StreamReader, writer: asyncio.StreamWriter, length: int | None = None) -> None:
    """Copies ``length`` bytes, or everything until the sender ends; then tells the receiver so."""
    left = length
    while left is None or left > 0:
        data = await reader.read(65_536 if left is None else min(left, 65_536))
        if not data:
            break
        left = None if left is None else left - len(data)
        writer.write(data)
        await writer.drain()
    if length is None and writer.can_write_eof():
        with contextlib.suppress(OSError):
            writer.write_eof()


async def _hang_up(writer: asyncio.StreamWriter) -> None:
    writer.close()
    with contextlib.suppress(OSError):
        await writer.wait_closed()
