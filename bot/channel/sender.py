"""Sends to Teams: one HTTP session, the Bot Connector's REST protocol, its limits kept.

botbuilder 4.17.1 sends with a new client per turn and never retries a post; this does neither. What fails for a while
is tried again within a budget of seconds and then handed back as ``SendLater``; what can never succeed is a
``SendRefused`` that says so in our words. Message text and tokens are never logged.
"""

from __future__ import annotations

import asyncio
import json
import logging
import random
import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from typing import Any
from urllib.parse import quote

import aiohttp
from yarl import URL

from bot.channel.failures import MessageGone, SendLater, SendRefused
from bot.channel.identity import AppIdentity, SignInFailed
from bot.channel.pacing import Pacer, Sleep
from bot.channel.settings import may_be_called
from plans.ports.time import Clock
from plans.store.tables import ChatRow, PersonRow

LARGEST = 100 * 1024
"""Bytes of a message in UTF-16: more than that, Teams answers 413."""
AIM = 28 * 1024
"""Bytes that every surface shows; above that it is worth a line in the log."""
_TRANSIENT = frozenset({412, 429, 502, 503, 504})
_ATTEMPT = aiohttp.ClientTimeout(total=15)
_PATIENCE = 10.0
_FIRST, _LAST = 0.5, 8.0
_ANSWER_LIMIT = 64 * 1024
_log = logging.getLogger(__name__)

_REFUSALS = {
    400: "Teams does not accept this message",
    403: "Teams does not let Steward write here: the app is not installed, was removed, or is blocked",
    404: "the chat does not exist any more",
    413: "the message is too large for Teams",
}


@dataclass(frozen=True)
class _Answer:
    status: int
    body: dict[str, Any]
    retry_after: float | None


def size(activity: dict[str, Any]) -> int:
    """Bytes that Teams counts: the JSON in UTF-16."""
    return len(json.dumps(activity, ensure_ascii=False).encode("utf-16-le", "surrogatepass"))


class Sender:
    """The bot's hands in Teams."""

    def __init__(
        self,
        session: aiohttp.ClientSession,
        identity: AppIdentity,
        wall: Clock,
        *,
        sleep: Sleep = asyncio.sleep,
        jitter: Callable[[], float] = random.random,
        budget: float = 15.0,
    ) -> None:
        """``budget`` is in seconds, for one message with all its retries; the caller owns the session."""
        self._session = session
        self._identity = identity
        self._wall = wall
        self._sleep = sleep
        self._jitter = jitter
        self._budget = timedelta(seconds=budget)
        self._pacer = Pacer(wall, sleep)

    async def send(self, chat: ChatRow, activity: dict[str, Any], activity_id: str | None) -> str:
        """Posts the activity, or replaces the message of that id; returns the message's id.

        Raises SendLater, SendRefused or MessageGone (only with an ``activity_id``).
        """
        whole = {**activity, "from": {"id": chat.bot_id}, "conversation": {"id": chat.id}}
        counted = size(whole)
        if counted > LARGEST:
            raise SendRefused(f"{_REFUSALS[413]} ({counted // 1024} KB of {LARGEST // 1024})")
        if counted > AIM:
            _log.warning("a message of %d KB is larger than every client shows", counted // 1024)
        path = _activities(chat)
        if activity_id is None:
            answer = await self._persist("POST", chat, path, whole)
        else:
            answer = await self._persist("PUT", chat, f"{path}/{quote(activity_id, safe='')}", whole)
            if answer.status == 404:
                raise MessageGone("the message is not there any more")
        sent = _accepted(answer).get("id") or activity_id
        if not isinstance(sent, str):
            raise SendLater("Teams took the message without saying under which id")
        return sent

    async def typing(self, chat: ChatRow) -> None:
        """Shows that somebody is at work. Left out when the conversation's pace has no room for it or it fails."""
        if not self._pacer.free(chat.id):
            return
        activity = {"type": "typing", "from": {"id": chat.bot_id}, "conversation": {"id": chat.id}}
        try:
            await self._once("POST", chat, _activities(chat), activity)
        except (SendLater, SendRefused) as error:
            _log.debug("typing was not shown: %s", error)

    async def open_personal(self, person: PersonRow, near_chat: ChatRow) -> str:
        """The id of the person's chat with the bot, made if need be; ``near_chat`` is one in the same tenant.

        Raises SendLater or SendRefused, e.g. because the person has not installed the app.
        """
        wanted = {
            "isGroup": False,
            "bot": {"id": near_chat.bot_id},
            "members": [{"id": person.teams_id}],
            "tenantId": near_chat.tenant,
            "channelData": {"tenant": {"id": near_chat.tenant}},
        }
        found = _accepted(await self._persist("POST", near_chat, "v3/conversations", wanted)).get("id")
        if not isinstance(found, str) or not found:
            raise SendLater("Teams opened a chat without saying which")
        return found

    async def _persist(self, method: str, chat: ChatRow, path: str, body: dict[str, Any]) -> _Answer:
        """Tries again what may pass, until the budget is spent."""
        give_up = self._wall.now() + self._budget
        attempt, renewed = 0, False
        while True:
            delay: float | None = None
            try:
                answer = await self._once(method, chat, path, body)
            except SendLater as error:
                delay, failure = error.retry_after, error
            else:
                if answer.status == 401 and not renewed:
                    renewed = True
                    continue
                if answer.status not in _TRANSIENT:
                    return answer
                delay = answer.retry_after
                failure = SendLater(f"Teams is busy (HTTP {answer.status})", delay)
            backoff = min(_LAST, _FIRST * 2.0**attempt) * (0.8 + 0.4 * self._jitter())
            wait = max(backoff, delay or 0.0)
            if self._wall.now() + timedelta(seconds=wait) > give_up:
                raise failure
            await self._sleep(wait)
            attempt += 1

    async def _once(self, method: str, chat: ChatRow, path: str, body: dict[str, Any]) -> _Answer:
        """One request. Raises SendLater when there was no answer, SendRefused for an address that is never called."""
        if not may_be_called(chat.service_url):
            raise SendRefused("the chat's service address is not a secure one")
        try:
            token = await self._identity.token()
        except SignInFailed as error:
            raise SendLater(str(error)) from error
        wait = await self._pacer.turn(chat.tenant, chat.id, _PATIENCE)
        if wait > 0.0:
            raise SendLater("the chat has had as many messages as Teams allows", wait)
        url = URL(f"{chat.service_url.rstrip('/')}/{path}", encoded=True)
        headers = {"Authorization": f"Bearer {token}"} if token else {}
        try:
            # Redirects are not followed: they would carry the token to whoever is named there.
            async with self._session.request(
                method, url, json=body, headers=headers, timeout=_ATTEMPT, allow_redirects=False
            ) as response:
                raw = await response.content.read(_ANSWER_LIMIT)
                answer = _Answer(response.status, _object(raw), self._retry_after(response))
        except (aiohttp.ClientError, TimeoutError, OSError) as error:
            raise SendLater(f"Teams cannot be reached ({type(error).__name__})") from error
        if answer.status == 401 and token:
            self._identity.refuse(token)
        return answer

    def _retry_after(self, response: aiohttp.ClientResponse) -> float | None:
        """Seconds, from either spelling of the header."""
        said = response.headers.get("Retry-After", "")
        if re.fullmatch(r"\d{1,6}(\.\d+)?", said):
            return float(said)
        try:
            at = parsedate_to_datetime(said)
        except ValueError:
            return None
        return max(0.0, (_aware(at) - self._wall.now()).total_seconds())


def _aware(at: datetime) -> datetime:
    return at if at.tzinfo else at.replace(tzinfo=UTC)


def _activities(chat: ChatRow) -> str:
    return f"v3/conversations/{quote(chat.id, safe='')}/activities"


def _object(raw: bytes) -> dict[str, Any]:
    try:
        body = json.loads(raw)
    except ValueError:
        return {}
    return body if isinstance(body, dict) else {}


def _accepted(answer: _Answer) -> dict[str, Any]:
    """The body of an answer that says yes. Raises SendRefused, or SendLater where the fault may pass."""
    if 200 <= answer.status < 300:
        return answer.body
    error = answer.body.get("error")
    code = error.get("code") if isinstance(error, dict) else None
    # Only what looks like a code: the rest of the answer may quote the message.
    hint = f"{code}, " if isinstance(code, str) and re.fullmatch(r"[A-Za-z]{1,64}", code) else ""
    if answer.status >= 500 or answer.status in (401, 408):
        said = "Teams does not accept the bot's token" if answer.status == 401 else "Teams has a fault of its own"
        raise SendLater(f"{said} ({hint}HTTP {answer.status})", answer.retry_after)
    said = _REFUSALS.get(answer.status, "Teams refuses this message")
    raise SendRefused(f"{said} ({hint}HTTP {answer.status})")
