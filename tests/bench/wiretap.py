"""Stands between the bot and an agent, passes everything on, and notes when the first act goes through."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress


class Wiretap:
    """``url`` is what the bot is told instead of the agent's."""

    def __init__(self, host: str, port: int, sign: bytes) -> None:
        """``sign`` is what a request that acts has in it."""
        self._host, self._port, self._sign = host, port, sign
        self._heard = asyncio.Event()
        self._at = 0.0
        self.port = 0

    async def heard(self, timeout: float) -> float:
        """The monotonic instant of the first act since the last call. Raises TimeoutError."""
        async with asyncio.timeout(timeout):
            await self._heard.wait()
        self._heard.clear()
        return self._at

    async def meet(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        back, forth = await asyncio.open_connection(self._host, self._port)
        await asyncio.gather(self._pass(reader, forth, listen=True), self._pass(back, writer, listen=False))

    async def _pass(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter, *, listen: bool) -> None:
        with suppress(ConnectionError, asyncio.CancelledError):
            while data := await reader.read(65536):
                if listen and not self._heard.is_set() and self._sign in data:
                    self._at = time.monotonic()
                    self._heard.set()
                writer.write(data)
                await writer.drain()
        with suppress(ConnectionError):
            writer.close()


@asynccontextmanager
async def wiretap(host: str, port: int, sign: bytes) -> AsyncIterator[Wiretap]:
    tap = Wiretap(host, port, sign)
    server = await asyncio.start_server(tap.meet, "127.0.0.1", 0)
    tap.port = server.sockets[0].getsockname()[1]
    try:
        yield tap
    finally:
        server.close()
