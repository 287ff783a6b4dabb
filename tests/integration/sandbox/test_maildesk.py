"""Maildesk in its own process: what a browser would see, without a browser."""

from __future__ import annotations

import json
import re
import sqlite3
import stat
import subprocess
import sys
import time
from collections.abc import AsyncIterator, Callable, Iterator
from pathlib import Path

import aiohttp
import pyotp
import pytest
import pytest_asyncio

ROOT = Path(__file__).parents[3]
Start = Callable[..., "Desk"]


class Desk:
    def __init__(self, process: subprocess.Popen[str], url: str, home: Path) -> None:
        self.process, self.url, self.home = process, url, home
        known = json.loads((home / "credentials.json").read_text())
        self.user, self.password, self.seed = known["user"], known["password"], known["seed"]

    def code(self, step: int = 0) -> str:
        return pyotp.HOTP(self.seed).at(int(time.time() // 30) + step)

    def kill(self) -> None:
        self.process.kill()
        self.process.communicate()

    def count(self, table: str) -> int:
        connection = sqlite3.connect(self.home / "maildesk.db")
        try:
            found: int = connection.execute(f"SELECT count(*) FROM {table}").fetchone()[0]
        finally:
            connection.close()
        return found


@pytest.fixture
def start(tmp_path: Path) -> Iterator[Start]:
    running: list[subprocess.Popen[str]] = []

    def run(*arguments: str) -> Desk:
        home = tmp_path / "maildesk"
        command = [sys.executable, "-m", "infra.sandbox.maildesk", "--home", str(home), *arguments]
        process = subprocess.Popen(command, stdout=subprocess.PIPE, text=True, cwd=ROOT)
        running.append(process)
        assert process.stdout
        return Desk(process, process.stdout.readline().removeprefix("ready ").strip(), home)

    yield run
    for process in running:
        process.terminate()
        process.communicate(timeout=20)


class Visitor:
    """A browser's manners: cookies, and the hidden token of the form it was shown."""

    def __init__(self, http: aiohttp.ClientSession, desk: Desk) -> None:
        self._http, self._desk = http, desk
        self.page, self.status, self.path = "", 0, ""

    async def get(self, path: str) -> str:
        return await self._seen("GET", path, {})

    async def post(self, path: str, **fields: str) -> str:
        token = re.search(r'name="csrf" value="([^"]+)"', self.page)
        return await self._seen("POST", path, {"csrf": token.group(1) if token else "", **fields})

    async def _seen(self, method: str, path: str, fields: dict[str, str]) -> str:
        async with self._http.request(method, self._desk.url + path, data=fields or None) as answer:
            self.page, self.status, self.path = await answer.text(), answer.status, answer.url.path
        return self.page

    async def password(self) -> None:
        await self.get("/login")
        await self.post("/login", user=self._desk.user, password=self._desk.password)

    async def sign_in(self, step: int = 0) -> None:
        await self.password()
        await self.post("/code", code=self._desk.code(step))


@pytest_asyncio.fixture
async def http() -> AsyncIterator[aiohttp.ClientSession]:
    async with aiohttp.ClientSession(cookie_jar=aiohttp.CookieJar(unsafe=True)) as session:
        yield session


CAMPAIGN = {
    "name": "Launch",
    "audience": "launch-list",
    "subject": "Meet it",
    "body": "Hi\r\nthere",
    "reference": "k-1",
}


async def test_a_campaign_is_sent_to_everybody_on_the_list_and_shown(start: Start, http: aiohttp.ClientSession) -> None:
    desk = start()
    visitor = Visitor(http, desk)
    await visitor.sign_in()
    assert visitor.path == "/campaigns"
    assert "example-0001" in visitor.page
    await visitor.get("/campaigns/new")
    await visitor.post("/campaigns", **CAMPAIGN)
    assert (visitor.status, visitor.path) == (200, "/campaigns/2")
    assert "<pre>Hi\nthere</pre>" in visitor.page
    listed = await visitor.get("/campaigns")
    assert all(f"<td>{text}</td>" in listed for text in ("k-1", "Meet it", "sent", "180", "9.00 EUR"))
    assert desk.count("outbox WHERE campaign = 2") == 180
    await visitor.get("/campaigns/new")
    await visitor.post("/campaigns", **CAMPAIGN)
    assert desk.count("campaign WHERE reference = 'k-1'") == 2  # as real tools do


async def test_what_it_confirmed_survives_its_death_with_the_session(start: Start, http: aiohttp.ClientSession) -> None:
    desk = start()
    visitor = Visitor(http, desk)
    await visitor.sign_in()
    await visitor.get("/campaigns/new")
    await visitor.post("/campaigns", **CAMPAIGN)
    desk.kill()
    again = start()
    assert (again.password, again.seed) == (desk.password, desk.seed)
    assert "k-1" in await Visitor(http, again).get("/campaigns")
    assert again.count("outbox WHERE campaign = 2") == 180


def test_credentials_are_for_the_user_alone_and_the_seed_is_long(start: Start) -> None:
    desk = start()
    assert stat.S_IMODE((desk.home / "credentials.json").stat().st_mode) == 0o600
    assert len(desk.seed) * 5 >= 160


async def test_codes_are_refused_each_with_its_own_words(start: Start, http: aiohttp.ClientSession) -> None:
    desk = start()
    visitor = Visitor(http, desk)
    await visitor.password()
    assert "That code is wrong." in await visitor.post("/code", code="not-a-code")
    assert "That code has expired." in await visitor.post("/code", code=desk.code(-8))
    used = desk.code()
    assert "Campaigns" in await visitor.post("/code", code=used)
    await visitor.password()
    assert "already used" in await visitor.post("/code", code=used)
    assert visitor.status == 401
    assert "Campaigns" in await visitor.post("/code", code=desk.code(1))


async def test_five_wrong_codes_lock_the_login(start: Start, http: aiohttp.ClientSession) -> None:
    desk = start()
    visitor = Visitor(http, desk)
    await visitor.password()
    for _ in range(4):
        assert "That code is wrong." in await visitor.post("/code", code="000000x")
    assert "Too many wrong codes" in await visitor.post("/code", code="000000x")
    assert (visitor.status, "Password" in visitor.page) == (429, True)
    await visitor.password()
    assert visitor.status == 429


@pytest.mark.parametrize(
    ("fields", "status", "said"),
    [
        ({"audience": "everybody"}, 422, "Choose an audience. Nothing was sent."),
        ({"subject": " ", "body": ""}, 422, "Please fill in subject, body. Nothing was sent."),
        ({"csrf": "forged"}, 403, "Nothing was sent."),
    ],
)
async def test_a_form_that_is_wrong_sends_nothing(
    start: Start, http: aiohttp.ClientSession, fields: dict[str, str], status: int, said: str
) -> None:
    desk = start()
    visitor = Visitor(http, desk)
    await visitor.sign_in()
    await visitor.get("/campaigns/new")
    assert said in await visitor.post("/campaigns", **(CAMPAIGN | fields))
    assert visitor.status == status
    assert desk.count("campaign") == 1


async def test_nobody_gets_in_without_both_factors(start: Start, http: aiohttp.ClientSession) -> None:
    desk = start()
    visitor = Visitor(http, desk)
    for path in ("/campaigns", "/campaigns/new", "/campaigns/1", "/code"):
        await visitor.get(path)
        assert visitor.path == "/login"
    await visitor.post("/login", user=desk.user, password="guessed")
    assert (visitor.status, "User name or password is wrong." in visitor.page) == (401, True)
    await visitor.post("/login", user="nobody", password=desk.password)
    assert visitor.status == 401
    await visitor.password()
    await visitor.get("/campaigns")
    assert visitor.path == "/login"  # the password alone is not enough


async def test_a_session_ends_on_the_server(start: Start, http: aiohttp.ClientSession) -> None:
    desk = start("--session-lifetime", "0")
    visitor = Visitor(http, desk)
    await visitor.sign_in()
    assert visitor.path == "/login"


async def test_a_session_that_ends_on_save_is_said_with_401_once(start: Start, http: aiohttp.ClientSession) -> None:
    desk = start("--fault", "expire-on-save")
    visitor = Visitor(http, desk)
    for step, status in ((0, 401), (1, 200)):
        await visitor.sign_in(step)
        await visitor.get("/campaigns/new")
        await visitor.post("/campaigns", **CAMPAIGN)
        assert visitor.status == status
    assert desk.count("campaign") == 2


def test_a_taken_port_is_said(start: Start, tmp_path: Path) -> None:
    taken = start().url.rsplit(":", 1)[1]
    command = [sys.executable, "-m", "infra.sandbox.maildesk", "--home", str(tmp_path / "b"), "--port", taken]
    second = subprocess.run(command, capture_output=True, text=True, cwd=ROOT, check=False, timeout=30)
    assert (second.returncode, "cannot listen" in second.stderr) == (1, True)
    assert "Traceback" not in second.stderr
