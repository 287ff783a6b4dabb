"""Many people who write to a bot: each in a personal chat of their own, one after the other or all at once."""

from __future__ import annotations

import asyncio
import json
import time
from itertools import cycle

import aiohttp

from infra.sandbox.teams import Teams
from infra.sandbox.teams.people import Chat

_CONNECTIONS = 50


class Crowd:
    """What they say is ready before the clock starts: encoded, and signed as the channel signs."""

    def __init__(self, teams: Teams, people: int) -> None:
        self._teams = teams
        self.chats: list[Chat] = [teams.user(f"Person {number}").personal_chat() for number in range(people)]
        for chat in self.chats:
            chat.conversation.installed = True

    def messages(self, count: int, *texts: str) -> list[bytes]:
        """One after the other from everybody in turn."""
        found = []
        for _, chat, text in zip(range(count), cycle(self.chats), cycle(texts), strict=False):
            name = self._teams.directory.next_id()
            said = {"type": "message", "id": name, "text": text, "textFormat": "plain"}
            found.append(json.dumps(chat.activity(said)).encode())
        return found

    async def paced(self, messages: list[bytes], rate: float) -> list[float]:
        """Sends so many per second, whether or not the ones before are answered; seconds from when each was due."""
        async with self._session() as session:
            begins = time.monotonic() + 0.1
            due = [begins + number / rate for number in range(len(messages))]
            return await asyncio.gather(
                *(self._at(session, message, at) for message, at in zip(messages, due, strict=True))
            )

    async def burst(self, messages: list[bytes]) -> float:
        """Sends them all at once, over fifty connections; seconds until the last was answered."""
        async with self._session() as session:
            began = time.monotonic()
            await asyncio.gather(*(self._post(session, message) for message in messages))
            return time.monotonic() - began

    def _session(self) -> aiohttp.ClientSession:
        headers = {"Content-Type": "application/json"}
        if self._teams.app_id:
            headers["Authorization"] = f"Bearer {self._teams.sign_token()}"
        return aiohttp.ClientSession(headers=headers, connector=aiohttp.TCPConnector(limit=_CONNECTIONS))

    async def _at(self, session: aiohttp.ClientSession, message: bytes, due: float) -> float:
        await asyncio.sleep(due - time.monotonic())
        await self._post(session, message)
        return time.monotonic() - due

    async def _post(self, session: aiohttp.ClientSession, message: bytes) -> None:
        async with session.post(self._teams.bot_url, data=message) as response:
            await response.read()
            assert response.status == 202, response.status
