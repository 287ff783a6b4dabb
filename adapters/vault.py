"""Seals credentials and browser sessions at rest: rows that are useless without the key and cannot be swapped.

Envelope encryption with AES-256-GCM: each row has a data key of its own, wrapped by the master key. Name and version
are bound into both seals, so a box moved to another name or given another version is refused; a whole row put back to
an earlier version is refused as long as this process remembers the later one. The master key never meets the database.
"""

from __future__ import annotations

import base64
import binascii
import os
import secrets
import stat
from pathlib import Path

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from sqlalchemy import CursorResult, update
from sqlmodel import Session, col, select

from plans.errors import Conflict, SetupError, StewardError
from plans.ports.time import Clock
from plans.store.database import Database
from plans.store.tables import SealedRow
from plans.words import Secret

_NONCE = 12
_WRAPPED = _NONCE + 32 + 16
"""Bytes of a wrapped data key: nonce, key, tag."""


class VaultTampered(StewardError):
    """A sealed row is not what was sealed under that name: changed, moved, put back, or sealed under another key."""


def master_key(home: Path, told: str = "") -> bytes:
    """The 32 bytes that wrap every data key: ``told`` (base64), else ``home/vault.key``, made on first use.

    Raises SetupError when what is told is no key, or the file is readable by others or of the wrong length.
    """
    if told:
        return _decoded(told, "STEWARD_VAULT_KEY")
    path = home / "vault.key"
    if not path.exists():
        _make(path)
    if path.stat().st_mode & (stat.S_IRWXG | stat.S_IRWXO):
        raise SetupError(f"{path} can be read by others. Run: chmod 600 {path}")
    return _decoded(path.read_text().strip(), str(path))


def _decoded(text: str, source: str) -> bytes:
    try:
        key = base64.b64decode(text, validate=True)
    except binascii.Error:
        key = b""
    if len(key) != 32:
        raise SetupError(f"{source} is not a vault key: it must be 32 bytes in base64")
    return key


def _make(path: Path) -> None:
    """Complete or not at all, and the first of two processes wins: written aside, then linked into place."""
    aside = path.with_name(f".{path.name}.{secrets.token_hex(4)}")
    with os.fdopen(os.open(aside, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
        file.write(base64.b64encode(secrets.token_bytes(32)))
        file.flush()
        os.fsync(file.fileno())
    try:
        os.link(aside, path)
    except FileExistsError:
        pass
    finally:
        aside.unlink()


class Vault:
    """``key`` is the master key. Safe to share between tasks; two processes meet in the rows' versions."""

    def __init__(self, database: Database, wall: Clock, key: bytes) -> None:
        self._database = database
        self._wall = wall
        self._master = AESGCM(key)
        self._seen: dict[str, int] = {}

    async def seal(self, name: str, secret: Secret, *, expected: int | None = None) -> int:
        """Stores the secret under the name and returns the row's new version.

        ``expected`` is the version that the caller read (0: there was none). Raises Conflict when the row has moved on.
        """
        version = await self._database.write(lambda tx: self._put(tx, name, secret, expected))
        self._seen[name] = max(version, self._seen.get(name, 0))
        return version

    async def open(self, name: str) -> Secret | None:
        """Raises VaultTampered when the row is not what was sealed."""
        secret, _ = await self.open_versioned(name)
        return secret

    async def open_versioned(self, name: str) -> tuple[Secret | None, int]:
        """The secret, and the version to hand to ``seal`` as ``expected``; 0 when the name was never used."""
        row = await self._database.read(lambda tx: tx.get(SealedRow, name))
        seen = self._seen.get(name, 0)
        if (row.version if row else 0) < seen:
            raise VaultTampered(f"the sealed row {name} was put back to an earlier version")
        if row is None:
            return None, 0
        self._seen[name] = row.version
        return (self._opened(row, self._master) if row.box else None), row.version

    async def erase(self, name: str) -> None:
        """Destroys what was sealed. The empty row stays, so that its versions keep growing."""
        await self._database.write(lambda tx: self._empty(tx, name))

    async def rotate(self, key: bytes) -> int:
        """Re-wraps every data key under the new master key, all or none; returns how many.

        Raises VaultTampered, and changes nothing, when one row does not open under the present key.
        """
        fresh = AESGCM(key)
        count = await self._database.write(lambda tx: self._rewrap(tx, fresh))
        self._master = fresh
        return count

    def _put(self, tx: Session, name: str, secret: Secret, expected: int | None) -> int:
        row = tx.get(SealedRow, name)
        held = row.version if row else 0
        if expected is not None and expected != held:
            raise Conflict(f"the sealed row {name} is at version {held}, not {expected}")
        nonce, box = self._boxed(name, held + 1, secret)
        if row is None:
            tx.add(SealedRow(name=name, version=1, nonce=nonce, box=box, at=self._wall.now()))
        else:
            self._replace(tx, name, held, nonce, box)
        return held + 1

    def _replace(self, tx: Session, name: str, held: int, nonce: bytes, box: bytes) -> None:
        """The version is compared in the statement itself: on PostgreSQL two writers may have read the same one."""
        change = (
            update(SealedRow)
            .where(col(SealedRow.name) == name, col(SealedRow.version) == held)
            .values(version=held + 1, nonce=nonce, box=box, at=self._wall.now())
        )
        done = tx.execute(change)
        assert isinstance(done, CursorResult)
        if done.rowcount != 1:
            raise Conflict(f"the sealed row {name} was changed meanwhile")

    def _empty(self, tx: Session, name: str) -> None:
        row = tx.get(SealedRow, name)
        if row is not None:
            self._replace(tx, name, row.version, b"", b"")

    def _rewrap(self, tx: Session, fresh: AESGCM) -> int:
        rows = [row for row in tx.exec(select(SealedRow)) if row.box]
        for row in rows:
            bound = _bound(row.name, row.version)
            data_key = self._unwrapped(row, self._master)
            row.box = _wrapped(fresh, data_key, bound) + row.box[_WRAPPED:]
            tx.add(row)
        return len(rows)

    def _boxed(self, name: str, version: int, secret: Secret) -> tuple[bytes, bytes]:
        bound, data_key, nonce = _bound(name, version), AESGCM.generate_key(256), secrets.token_bytes(_NONCE)
        body = AESGCM(data_key).encrypt(nonce, secret.reveal().encode(), bound)
        return nonce, _wrapped(self._master, data_key, bound) + body

    def _unwrapped(self, row: SealedRow, master: AESGCM) -> bytes:
        try:
            return master.decrypt(row.box[:_NONCE], row.box[_NONCE:_WRAPPED], _bound(row.name, row.version))
        except (InvalidTag, ValueError):
            raise VaultTampered(f"the sealed row {row.name} does not open under this key") from None

    def _opened(self, row: SealedRow, master: AESGCM) -> Secret:
        data_key = self._unwrapped(row, master)
        try:
            body = AESGCM(data_key).decrypt(row.nonce, row.box[_WRAPPED:], _bound(row.name, row.version))
        except (InvalidTag, ValueError):
            raise VaultTampered(f"the sealed row {row.name} was changed") from None
        return Secret(body.decode())


def _wrapped(master: AESGCM, data_key: bytes, bound: bytes) -> bytes:
    nonce = secrets.token_bytes(_NONCE)
    return nonce + master.encrypt(nonce, data_key, bound)


def _bound(name: str, version: int) -> bytes:
    return f"steward|{name}|{version}".encode()
