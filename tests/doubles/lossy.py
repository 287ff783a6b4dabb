"""Lines and strangers: a connection that is cut after the call and before its answer, and servers that are no agent."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from urllib.parse import urlsplit

Handler = Callable[[asyncio.StreamReader, asyncio.StreamWriter], Awaitable[None]]


@asynccontextmanager
async def listening(handler: Handler) -> AsyncIterator[int]:
    """A server on a free port, which is handed out; at the end no connection is left open."""
    open_ones: set[asyncio.Task[None]] = set()

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        assert task is not None
        open_ones.add(task)
        try:
            await handler(reader, writer)
        except (ConnectionError, asyncio.IncompleteReadError):
            pass
        finally:
            writer.transport.abort()
            open_ones.discard(task)

    server = await asyncio.start_server(serve, "127.0.0.1", 0)
    try:
        yield int(server.sockets[0].getsockname()[1])
    finally:
        server.close()
        for task in list(open_ones):
            task.cancel()
        await asyncio.gather(*open_ones, return_exceptions=True)
        # An aborted transport closes its socket one turn of the loop later.
        await asyncio.sleep(0)


@asynccontextmanager
async def stranger(answer: bytes | None) -> AsyncIterator[str]:
    """Somebody else in the agent's place: says that to every call and hangs up; with None, says nothing for ever."""

    async def say(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.readuntil(b"\r\n\r\n")
        if answer is None:
            await reader.read()
        writer.write(answer or b"")
        await writer.drain()
        writer.close()
        await writer.wait_closed()

    async with listening(say) as port:
        yield f"http://127.0.0.1:{port}"


class Line:
    """``url`` is the agent's, through this line. With ``cut`` set, the answer to a call that holds it is lost."""

    def __init__(self, url: str, *, same_origin: bool) -> None:
        parts = urlsplit(url)
        self._port = int(parts.port or 0)
        self._path = parts.path
        self._same_origin = same_origin
        self._mine = 0
        self._said = b""
        self._more = asyncio.Condition()
        self.cut = b""
        self.lost = 0

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self._mine}{self._path}"

    def opened(self, port: int) -> None:
        self._mine = port

    async def heard(self, call: bytes) -> None:
        """Waits until the agent was called with that."""
        async with self._more:
            await self._more.wait_for(lambda: call in self._said)

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        there, out = await asyncio.open_connection("127.0.0.1", self._port)
        losing = asyncio.Event()
        calls = asyncio.create_task(self._calls(reader, out, losing))
        try:
            await self._answers(there, writer, losing)
        finally:
            calls.cancel()
            await asyncio.gather(calls, return_exceptions=True)
            out.transport.abort()

    async def _calls(self, reader: asyncio.StreamReader, out: asyncio.StreamWriter, losing: asyncio.Event) -> None:
        while chunk := await reader.read(65_536):
            if self.cut and self.cut in chunk:
                losing.set()
            out.write(chunk)
            await out.drain()
            async with self._more:
                self._said += chunk
                self._more.notify_all()
        out.close()

    async def _answers(self, there: asyncio.StreamReader, writer: asyncio.StreamWriter, losing: asyncio.Event) -> None:
        swallowed = b""
        while chunk := await there.read(65_536):
            if losing.is_set():
                # The headers come before the work is done; only with its result is it certain that it was.
                swallowed += chunk
                if b'"result"' in swallowed:
                    self.lost += 1
                    return
                continue
            if self._same_origin:
                # The length announced still holds: both ports have five digits.
                writer.write(chunk.replace(b":%d/" % self._port, b":%d/" % self._mine))
            else:
                writer.write(chunk)
            await writer.drain()


@asynccontextmanager
async def line_to(url: str, *, same_origin: bool = True) -> AsyncIterator[Line]:
    """``same_origin`` puts the line's own address into what the agent says of itself."""
    line = Line(url, same_origin=same_origin)
    async with listening(line.serve) as port:
        line.opened(port)
        yield line
