"""The broker of one-time codes: a code is in memory from the moment it is typed to the moment it is used, nowhere else.

A row says that a code is being asked of whom and until when, and later by whom it was given; the code itself is in no
row, log, argument or exception. Whoever waits for it holds a future here; when this process dies, that wait is void and
the code is asked for anew. Only the owner answers, only in the personal chat, only in time, only once.
"""

from __future__ import annotations

import asyncio
import re
import unicodedata
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final
from urllib.parse import urlsplit

from sqlmodel import Session

from plans.governance.asks import Asks
from plans.ports.people import ChallengeExpired, ChallengeNotice, ChallengeRequest, Fate
from plans.ports.time import Clock
from plans.store.database import Database
from plans.store.people import display_name
from plans.store.tables import AskRow
from plans.words import AskId, AskKind, AskState, ChatId, PersonId, Secret

_FORMAT: Final = re.compile(r"(?=.*[0-9])[A-Za-z0-9]{4,12}")
_GAPS: Final = re.compile(r"[\s\-\u2010-\u2015]")

SAID: Final = {
    "ok": "Thank you. The code is used once and kept nowhere.",
    "unknown-or-used": "This code is not being asked for any more: it was used already, or I was restarted meanwhile.",
    "not-personal": "Codes belong into our personal chat, never where others read along. Type it into the card there.",
    "not-owner": "This code is asked of somebody else.",
    "expired": "That came too late: nobody waits for this code any more. If it is still needed, I will ask again.",
    "bad-format": "That is not a code: it has 4 to 12 letters and digits. Look at it again and type it once more.",
}
"""What is said to each answer; none repeats what was typed."""


def normal(typed: str) -> str | None:
    """The code without the gaps that people and authenticator apps put into it; None when it cannot be one."""
    bare = _GAPS.sub("", unicodedata.normalize("NFKC", typed[:64]))
    return bare if _FORMAT.fullmatch(bare) else None


@dataclass(frozen=True)
class _Wait:
    owner: PersonId
    expires: datetime
    code: asyncio.Future[Secret]


class Broker:
    """Implements ``plans.ports.people.Challenges``. Lives on one event loop."""

    def __init__(self, database: Database, asks: Asks, wall: Clock) -> None:
        self._database = database
        self._asks = asks
        self._wall = wall
        self._waits: dict[AskId, _Wait] = {}

    async def start(self) -> None:
        """Voids what a process before this one was waiting for."""
        await self._database.write(self._asks.void_challenges)

    async def ask(self, request: ChallengeRequest) -> Secret:
        """Asks the owner and waits. Raises ChallengeExpired when the code does not come in time."""
        expires = self._wall.now() + timedelta(seconds=request.ttl)
        ask = await self._database.write(lambda tx: self._open(tx, request, expires))
        code: asyncio.Future[Secret] = asyncio.get_running_loop().create_future()
        self._waits[ask] = _Wait(request.owner, expires, code)
        try:
            async with asyncio.timeout(request.ttl):
                return await code
        except TimeoutError:
            await self._settle(ask, AskState.EXPIRED, Fate(word="Expired", note="No code came in time."), None)
            raise ChallengeExpired(f"no one-time code for {request.vendor} in time") from None
        except asyncio.CancelledError:
            await self._settle(ask, AskState.VOID, Fate(word="Void", note="The code is not needed any more."), None)
            raise
        finally:
            self._waits.pop(ask, None)

    def _open(self, tx: Session, request: ChallengeRequest, expires: datetime) -> AskId:
        def notice(ask: AskId, digest: str) -> ChallengeNotice:
            return ChallengeNotice(
                ask=ask,
                hash=digest,
                vendor=request.vendor,
                host=urlsplit(request.origin).netloc or request.origin,
                item=request.item,
                why=request.why,
                asked_at=self._wall.now(),
                expires=expires,
                attempt=request.attempt,
                said=request.said,
            )

        row = self._asks.open(
            tx,
            kind=AskKind.CHALLENGE,
            entity=request.item,
            plan=request.plan,
            chat=None,
            whisper=request.owner,
            allowed=[request.owner],
            notice_of=notice,
            expires_at=expires,
        )
        return AskId(row.id)

    def waiting_for(self, person: PersonId) -> list[AskId]:
        """The codes that this process is waiting for from that person, oldest first."""
        now = self._wall.now()
        return [ask for ask, wait in self._waits.items() if wait.owner == person and wait.expires > now]

    async def answer(self, ask: AskId, person: PersonId, chat_kind: str, code: Secret) -> str:
        """One of ``SAID``. A stranger's try is logged, without what was typed."""
        wait = self._waits.get(ask)
        refused = await self._refusal(ask, wait, person, chat_kind)
        if refused:
            return refused
        bare = normal(code.reveal())
        if bare is None:
            return "bad-format"
        # Taken out before it is used: whatever happens next, no second code is taken for this challenge.
        taken = self._waits.pop(ask, None)
        if taken is None:
            return "unknown-or-used"
        try:
            await self._database.write(lambda tx: self._answered(tx, ask, person))
        except BaseException:
            self._waits[ask] = taken
            raise
        if taken.code.done():
            return "expired"
        taken.code.set_result(Secret(bare))
        return "ok"

    async def _refusal(self, ask: AskId, wait: _Wait | None, person: PersonId, chat_kind: str) -> str | None:
        if wait is None:
            return await self._database.write(lambda tx: self._closed(tx, ask, person, chat_kind))
        if wait.owner != person:
            await self._database.write(lambda tx: self._closed(tx, ask, person, chat_kind))
            return "not-owner"
        if chat_kind != "personal":
            return "not-personal"
        return "expired" if wait.expires <= self._wall.now() or wait.code.done() else None

    def _closed(self, tx: Session, ask: AskId, person: PersonId, chat_kind: str) -> str:
        """Why an answer to something that is not waited for here, or not by this person, does not count."""
        row = tx.get(AskRow, ask)
        if row is None or row.kind != AskKind.CHALLENGE:
            return "unknown-or-used"
        if person not in row.allowed:
            self._asks.refuse(tx, row, person, ChatId(chat_kind), "code")
            return "not-owner"
        late = row.state == AskState.EXPIRED or (row.expires_at is not None and row.expires_at <= self._wall.now())
        return "expired" if late and row.state != AskState.ANSWERED else "unknown-or-used"

    def _answered(self, tx: Session, ask: AskId, person: PersonId) -> None:
        fate = Fate(word="Answered", by=display_name(tx, person), note="The code was used once and is kept nowhere.")
        self._asks.settle_challenge(tx, ask, AskState.ANSWERED, fate, person)

    async def _settle(self, ask: AskId, state: AskState, fate: Fate, by: PersonId | None) -> None:
        await self._database.write(lambda tx: self._asks.settle_challenge(tx, ask, state, fate, by))
