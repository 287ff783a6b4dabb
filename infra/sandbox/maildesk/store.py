"""What Maildesk keeps: accounts, sessions, audiences, campaigns and the outbox, in one SQLite file.

Every method is one committed transaction, so that what a page has confirmed is still there after kill -9.
"""

from __future__ import annotations

import hashlib
import hmac
import json
import os
import secrets
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

import pyotp

USER = "mara@contoso.example"
AUDIENCES = {"abm-accounts": 40, "launch-list": 180, "open-leads": 60, "beta-testers": 24, "partners": 12}
CENTS_PER_MESSAGE = 5
EXAMPLE = "example-0001"
WRONG_CODES = 5
LOCK_SECONDS = 60

CodeVerdict = Literal["ok", "wrong", "expired", "used", "locked"]

_SCHEMA = """
CREATE TABLE IF NOT EXISTS account (
  user TEXT PRIMARY KEY, salt BLOB, password BLOB, seed TEXT,
  last_step INTEGER DEFAULT -1, wrong INTEGER DEFAULT 0, locked_until REAL DEFAULT 0);
CREATE TABLE IF NOT EXISTS session (id TEXT PRIMARY KEY, state TEXT, csrf TEXT, user TEXT, until REAL);
CREATE TABLE IF NOT EXISTS contact (audience TEXT, address TEXT, PRIMARY KEY (audience, address));
CREATE TABLE IF NOT EXISTS campaign (
  id INTEGER PRIMARY KEY AUTOINCREMENT, reference TEXT, name TEXT, audience TEXT, subject TEXT, body TEXT,
  recipients INTEGER, cents INTEGER, at REAL);
CREATE TABLE IF NOT EXISTS outbox (campaign INTEGER, address TEXT, subject TEXT, body TEXT, at REAL);
CREATE TABLE IF NOT EXISTS fault_shown (name TEXT PRIMARY KEY);
"""


@dataclass(frozen=True)
class Session:
    id: str
    state: str
    """anonymous → password → in."""
    csrf: str
    user: str


@dataclass(frozen=True)
class Campaign:
    id: int
    reference: str
    name: str
    audience: str
    subject: str
    body: str
    recipients: int
    cents: int
    at: float


def _digest(password: str, salt: bytes) -> bytes:
    return hashlib.scrypt(password.encode(), salt=salt, n=2**12, r=8, p=1)


def _key(cookie: str) -> str:
    return hashlib.sha256(cookie.encode()).hexdigest()


class Store:
    """``home`` gets ``maildesk.db`` and, on first start, ``credentials.json`` (mode 0600)."""

    def __init__(self, home: Path, code_lifetime: int = 30, *, example: bool = True) -> None:
        self._lifetime = code_lifetime
        home.mkdir(parents=True, exist_ok=True)
        self._db = sqlite3.connect(home / "maildesk.db", isolation_level=None)
        self._db.executescript("PRAGMA journal_mode=WAL;" + _SCHEMA)
        if not self._db.execute("SELECT 1 FROM account").fetchone():
            self._first_start(home, example)

    def close(self) -> None:
        self._db.close()

    @contextmanager
    def _change(self) -> Iterator[sqlite3.Connection]:
        self._db.execute("BEGIN IMMEDIATE")
        try:
            yield self._db
        except BaseException:
            self._db.execute("ROLLBACK")
            raise
        self._db.execute("COMMIT")

    def _first_start(self, home: Path, example: bool) -> None:
        password, seed, salt = secrets.token_urlsafe(15), pyotp.random_base32(32), secrets.token_bytes(16)
        path = home / "credentials.json"
        path.unlink(missing_ok=True)
        with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
            json.dump({"user": USER, "password": password, "seed": seed, "code_lifetime": self._lifetime}, file)
        with self._change() as db:
            for audience, size in AUDIENCES.items():
                db.executemany(
                    "INSERT OR IGNORE INTO contact VALUES (?, ?)",
                    [(audience, f"{audience}-{n:03}@customers.example") for n in range(1, size + 1)],
                )
        if example and not self.campaigns():
            self.send(EXAMPLE, "Welcome to Maildesk", "partners", "Your first campaign", "This one is an example.", 0.0)
        with self._change() as db:  # last: an account means that the first start is complete
            db.execute(
                "INSERT INTO account (user, salt, password, seed) VALUES (?, ?, ?, ?)",
                (USER, salt, _digest(password, salt), seed),
            )

    def open_session(self, state: str, user: str, until: float) -> tuple[str, Session]:
        """A new session and the cookie that names it; only the cookie's hash is kept."""
        cookie = secrets.token_urlsafe(24)
        session = Session(_key(cookie), state, secrets.token_urlsafe(16), user)
        with self._change() as db:
            db.execute("INSERT INTO session VALUES (?, ?, ?, ?, ?)", (session.id, state, session.csrf, user, until))
        return cookie, session

    def session(self, cookie: str, now: float) -> Session | None:
        row = self._db.execute(
            "SELECT id, state, csrf, user FROM session WHERE id = ? AND until > ?", (_key(cookie), now)
        ).fetchone()
        return Session(*row) if row else None

    def end_session(self, session: Session) -> None:
        with self._change() as db:
            db.execute("DELETE FROM session WHERE id = ?", (session.id,))

    def locked(self, user: str, now: float) -> bool:
        row = self._db.execute("SELECT locked_until FROM account WHERE user = ?", (user,)).fetchone()
        return bool(row and row[0] > now)

    def check_password(self, user: str, password: str) -> bool:
        row = self._db.execute("SELECT salt, password FROM account WHERE user = ?", (user,)).fetchone()
        return bool(row) and hmac.compare_digest(_digest(password, row[0]), row[1])

    def check_code(self, user: str, code: str, now: float) -> CodeVerdict:
        """RFC 6238 with one step of drift either way; a step is accepted once, and never one before it."""
        with self._change() as db:
            seed, last, wrong, locked_until = db.execute(
                "SELECT seed, last_step, wrong, locked_until FROM account WHERE user = ?", (user,)
            ).fetchone()
            if locked_until > now:
                return "locked"
            step = self._step_of(seed, code, int(now // self._lifetime))
            if step is None:
                lock = now + LOCK_SECONDS if wrong + 1 >= WRONG_CODES else 0.0
                db.execute(
                    "UPDATE account SET wrong = ?, locked_until = ? WHERE user = ?",
                    (0 if lock else wrong + 1, lock, user),
                )
                return "locked" if lock else "wrong"
            if step < int(now // self._lifetime) - 1:
                return "expired"
            if step <= last:
                return "used"
            db.execute("UPDATE account SET last_step = ?, wrong = 0 WHERE user = ?", (step, user))
            return "ok"

    def _step_of(self, seed: str, code: str, current: int) -> int | None:
        """The step that the code belongs to, looking twenty steps back: an old code is told from a wrong one."""
        codes = pyotp.HOTP(seed)
        for step in range(current + 1, max(-1, current - 20), -1):
            if hmac.compare_digest(codes.at(step), code):
                return step
        return None

    def send(self, reference: str, name: str, audience: str, subject: str, body: str, now: float) -> int:
        """Makes the campaign and writes one message for each contact of the audience."""
        with self._change() as db:
            addresses = [a for (a,) in db.execute("SELECT address FROM contact WHERE audience = ?", (audience,))]
            made = db.execute(
                "INSERT INTO campaign (reference, name, audience, subject, body, recipients, cents, at)"
                " VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
                (reference, name, audience, subject, body, len(addresses), len(addresses) * CENTS_PER_MESSAGE, now),
            ).lastrowid
            db.executemany(
                "INSERT INTO outbox VALUES (?, ?, ?, ?, ?)",
                [(made, address, subject, body, now) for address in addresses],
            )
        assert made is not None
        return made

    def campaigns(self) -> list[Campaign]:
        """Newest first."""
        return [Campaign(*row) for row in self._db.execute("SELECT * FROM campaign ORDER BY id DESC")]

    def campaign(self, number: int) -> Campaign | None:
        row = self._db.execute("SELECT * FROM campaign WHERE id = ?", (number,)).fetchone()
        return Campaign(*row) if row else None

    def first_time(self, fault: str) -> bool:
        """Whether a fault that shows once has not been shown yet; marks it as shown, also over restarts."""
        with self._change() as db:
            return db.execute("INSERT OR IGNORE INTO fault_shown VALUES (?)", (fault,)).rowcount == 1
