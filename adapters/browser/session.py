"""A person's session at a vendor: one writer at a time, sealed at rest.

Two browsers that hold the same session may rotate each other's tokens away, so it is leased, fenced by a growing
number: whoever lost the lease neither commits nor stores anything. What is kept is the browser's storage state, which
is as good as a password and lies in the vault only.
"""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING, Final, cast

from sqlmodel import Session as Tx

from adapters.vault import Vault
from plans.errors import VendorError
from plans.ports.time import Clock
from plans.store.database import Database
from plans.store.tables import LeaseRow
from plans.words import PersonId, Secret

if TYPE_CHECKING:
    from playwright.async_api import BrowserContext, StorageState

_TTL: Final = 45.0
"""Wall-clock seconds that a lease outlives its holder's last sign of life."""


class LeaseLost(VendorError):
    """Somebody else holds the session now; nothing more may be done in its name."""


def credential_name(vendor: str, owner: PersonId) -> str:
    """Where the vault keeps user name and password; sealed with ``credential``."""
    return f"credential:{vendor}:{owner}"


def credential(username: str, password: str) -> Secret:
    return Secret(json.dumps({"username": username, "password": password}))


def session_name(vendor: str, owner: PersonId) -> str:
    return f"session:{vendor}:{owner}"


@dataclass(frozen=True)
class Lease:
    name: str
    holder: str
    fence: int


class Leases:
    """``holder`` names this installation's worker and outlives a restart: its successor need not wait for the lease."""

    def __init__(self, database: Database, wall: Clock, holder: str) -> None:
        self._database = database
        self._wall = wall
        self._holder = holder
        self._here: dict[str, asyncio.Lock] = {}

    @asynccontextmanager
    async def hold(self, name: str) -> AsyncIterator[Lease]:
        """Waits until the lease is free; keeps it alive until the block ends."""
        async with self._here.setdefault(name, asyncio.Lock()):
            lease = await self._taken(name)
            beat = asyncio.create_task(self._beat(lease), name=f"lease {name}")
            try:
                yield lease
            finally:
                beat.cancel()
                await asyncio.gather(beat, return_exceptions=True)
                await self._database.write(lambda tx: self._extend(tx, lease, 0.0))

    async def check(self, lease: Lease) -> None:
        """Raises LeaseLost unless the lease is still held; extends it."""
        if not await self._database.write(lambda tx: self._extend(tx, lease, _TTL)):
            raise LeaseLost("another worker has taken over the session")

    async def _taken(self, name: str) -> Lease:
        while True:
            lease = await self._database.write(lambda tx: self._take(tx, name))
            if lease is not None:
                return lease
            await asyncio.sleep(1.0)

    async def _beat(self, lease: Lease) -> None:
        held = True
        while held:
            await asyncio.sleep(_TTL / 3)
            held = await self._database.write(lambda tx: self._extend(tx, lease, _TTL))

    def _take(self, tx: Tx, name: str) -> Lease | None:
        now = self._wall.now()
        row = tx.get(LeaseRow, name, with_for_update=True)
        if row is None:
            row = LeaseRow(name=name, holder=self._holder, fence=0, until=now)
        elif row.until > now and row.holder != self._holder:
            return None
        row.holder, row.fence, row.until = self._holder, row.fence + 1, now + timedelta(seconds=_TTL)
        tx.add(row)
        return Lease(name, row.holder, row.fence)

    def _extend(self, tx: Tx, lease: Lease, seconds: float) -> bool:
        row = tx.get(LeaseRow, lease.name, with_for_update=True)
        if row is None or (row.holder, row.fence) != (lease.holder, lease.fence):
            return False
        row.until = self._wall.now() + timedelta(seconds=seconds)
        tx.add(row)
        return True


class Session:
    """What is kept of one person's sign-in at one vendor, under a lease."""

    def __init__(self, vault: Vault, leases: Leases, lease: Lease) -> None:
        self._vault = vault
        self._leases = leases
        self._lease = lease

    async def state(self) -> StorageState | None:
        """Raises VaultTampered when what is stored is not what was sealed."""
        kept = await self._vault.open(self._lease.name)
        return cast("StorageState", json.loads(kept.reveal())) if kept else None

    async def keep(self, context: BrowserContext) -> None:
        """Seals the browser's present state. Raises LeaseLost, and stores nothing, when the lease is gone."""
        await self._leases.check(self._lease)
        await self._vault.seal(self._lease.name, Secret(json.dumps(await context.storage_state(indexed_db=True))))
