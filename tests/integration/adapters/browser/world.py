"""What the browser tests stand on: Maildesk in its own process, an authenticator app, a broker of codes."""

from __future__ import annotations

import json
import sqlite3
import subprocess
import sys
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pyotp

from adapters import manifest
from adapters.browser import driver
from adapters.browser.driver import BrowserDelegate
from adapters.browser.pool import BrowserPool
from adapters.browser.session import credential, credential_name
from adapters.vault import Vault
from plans.errors import VendorError
from plans.ports.people import ChallengeRequest
from plans.ports.work import Agent, Brief, Material, Step
from plans.store.database import Database
from plans.words import AgentName, AskId, Check, DelegationId, ItemId, Money, PersonId, PlanSlug, Secret, Verb
from tests.doubles.clock import ManualClock

OWNER = PersonId("11111111-aaaa-bbbb-cccc-000000000001")
KEY = "NA-7.1-5f2c9a"


@dataclass
class Maildesk:
    """The running server, and its files."""

    url: str
    home: Path

    @property
    def credentials(self) -> dict[str, Any]:
        found: dict[str, Any] = json.loads((self.home / "credentials.json").read_text())
        return found

    def rows(self, query: str) -> list[tuple[Any, ...]]:
        connection = sqlite3.connect(self.home / "maildesk.db")
        try:
            return connection.execute(query).fetchall()
        finally:
            connection.close()

    def sent(self) -> list[tuple[Any, ...]]:
        """Campaigns but the example: reference, subject, audience, recipients."""
        return self.rows(
            "SELECT reference, subject, audience, recipients FROM campaign WHERE reference != 'example-0001'"
        )


def start_maildesk(home: Path, *arguments: str) -> tuple[subprocess.Popen[str], Maildesk]:
    process = subprocess.Popen(
        [sys.executable, "-m", "infra.sandbox.maildesk", "--home", str(home), *arguments],
        stdout=subprocess.PIPE,
        text=True,
        cwd=Path(__file__).parents[4],
    )
    assert process.stdout is not None
    line = process.stdout.readline()
    assert line.startswith("ready "), line
    return process, Maildesk(line.removeprefix("ready ").strip(), home)


class Authenticator:
    """The user's app. It shows the earliest code that can still be used, and none twice."""

    def __init__(self, desk: Maildesk) -> None:
        self._codes = pyotp.HOTP(desk.credentials["seed"])
        self._lifetime: int = desk.credentials["code_lifetime"]
        self._last = 0
        self.shown: list[str] = []

    def code(self) -> str:
        self._last = max(self._last + 1, int(time.time() // self._lifetime))
        return self._show(self._last)

    def old(self) -> str:
        return self._show(int(time.time() // self._lifetime) - 10)

    def same(self) -> str:
        return self._show(self._last)

    def wrong(self) -> str:
        now = int(time.time() // self._lifetime)
        near = {self._codes.at(step) for step in range(now - 30, now + 5)}
        return next(code for code in (f"{n:06}" for n in range(100)) if code not in near)

    def _show(self, step: int) -> str:
        self.shown.append(self._codes.at(step))
        return self.shown[-1]


class NobodyAnswered(VendorError):
    pass


class Broker:
    """A broker of codes whose person answers at once, as scripted; by default with the app's next code."""

    def __init__(self, app: Authenticator) -> None:
        self._app = app
        self.asked: list[ChallengeRequest] = []
        self.replies: list[Callable[[], str | None]] = []
        self.meanwhile: Callable[[], Awaitable[None]] | None = None
        """What happens while the person looks for the code."""

    async def ask(self, request: ChallengeRequest) -> Secret:
        self.asked.append(request)
        if self.meanwhile:
            await self.meanwhile()
        code = self.replies.pop(0)() if self.replies else self._app.code()
        if code is None:
            raise NobodyAnswered("nobody answered")
        return Secret(code)

    async def answer(self, ask: AskId, person: PersonId, chat_kind: str, code: Secret) -> str:
        return "unknown-or-used"


@dataclass
class World:
    """One vendor, one person, one worker; ``again`` is the worker's successor after its death."""

    desk: Maildesk
    database: Database
    vault: Vault
    pool: BrowserPool
    clock: ManualClock
    app: Authenticator = field(init=False)
    broker: Broker = field(init=False)
    made: list[BrowserDelegate] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.app = Authenticator(self.desk)
        self.broker = Broker(self.app)

    async def give_password(self, password: str | None = None) -> None:
        known = self.desk.credentials
        secret = credential(known["user"], password or known["password"])
        await self.vault.seal(credential_name("maildesk", OWNER), secret)

    def delegate(self, change: Callable[[dict[str, Any]], None] = lambda part: None) -> BrowserDelegate:
        part = manifest.load(manifest.VENDORS / "maildesk.yaml").part
        change(part)
        made = driver.build(
            agent(),
            {**part, "url": self.desk.url, "tested": "double"},
            database=self.database,
            vault=self.vault,
            challenges=self.broker,
            wall=self.clock,
            pool=self.pool,
        )
        self.made.append(made)
        return made

    async def end(self) -> None:
        for delegate in self.made:
            await delegate.close()


def agent() -> Agent:
    return Agent(
        name=AgentName("mailer"),
        driver="browser",
        capabilities=("send_campaign",),
        owner="ops@contoso.example",
        may=(Verb.READ, Verb.MESSAGE),
        price=Money.of(10),
    )


def brief(**changes: Any) -> Brief:
    text = "Subject: Meet Northwind Analytics\n\nHello,\nyour data has a home now.\n\nYours, Contoso"
    values: dict[str, Any] = {
        "delegation": DelegationId("NA-7.1"),
        "plan": PlanSlug("northwind-analytics"),
        "item": ItemId("NA-7"),
        "title": "Send the launch mail",
        "goal": "own the launch",
        "instructions": "Send the launch mail to the launch list.",
        "capability": "send_campaign",
        "verb": Verb.MESSAGE,
        "check": Check(text="sent to 180", expects={"status": "sent", "recipients": 180}),
        "deadline": datetime(2027, 1, 29, tzinfo=UTC),
        "materials": (Material(item=ItemId("NA-6"), title="Launch mail", text=text),),
        "recipient": "launch-list",
        "on_behalf_of": OWNER,
    }
    return Brief(**(values | changes))


async def ended(delegate: BrowserDelegate, step: Step) -> Step:
    """The job's last step, woken by its hints."""
    async for _ in delegate.events(step.ref):
        pass
    return await delegate.resume(step.ref, None, KEY)


async def history(delegate: BrowserDelegate, step: Step) -> AsyncIterator[Step]:
    yield step
    async for _ in delegate.events(step.ref):
        yield await delegate.resume(step.ref, None, KEY)
