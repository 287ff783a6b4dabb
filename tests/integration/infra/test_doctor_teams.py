"""Between Steward and Teams: each thing that can be wrong has its line, its way on, and the right weight."""

from __future__ import annotations

import asyncio
import socket
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import aiohttp
import pytest
from aiohttp import web

from app import steward
from infra.doctor import teams as doctor
from infra.doctor.examine import examine
from infra.doctor.finding import Check, Level
from infra.sandbox.teams import Teams
from infra.settings import load
from tests.integration.infra.conftest import APP_ID, Ask


async def test_a_registered_bot_that_can_sign_in_is_well(teams: Teams, ask: Ask) -> None:
    findings = await ask()
    assert [findings[name].level for name in ("registration", "sign-in", "signing keys")] == [Level.OK] * 3
    assert findings["registration"].said == f"MultiTenant app {APP_ID}"
    assert len(teams.login.handed_out) == 1


@pytest.mark.parametrize(
    ("name", "value", "said"),
    [
        ("MICROSOFT_APP_PASSWORD", "", "MICROSOFT_APP_PASSWORD is not"),
        ("MICROSOFT_APP_ID", "steward", "MICROSOFT_APP_ID is no GUID"),
        ("MICROSOFT_APP_TYPE", "UserAssignedMSI", "managed identities are not served"),
    ],
)
async def test_a_registration_that_is_not_complete_is_a_problem(
    name: str, value: str, said: str, teams: Teams, environment: pytest.MonkeyPatch, ask: Ask
) -> None:
    environment.setenv(name, value)
    finding = (await ask())["registration"]
    assert (finding.level, said in finding.said) == (Level.PROBLEM, True)
    assert finding.do


async def test_a_password_that_is_refused_is_a_problem_that_names_what_to_check(
    teams: Teams, environment: pytest.MonkeyPatch, ask: Ask
) -> None:
    environment.setenv("MICROSOFT_APP_PASSWORD", "wrong")
    finding = (await ask())["sign-in"]
    assert (finding.level, finding.said) == (Level.PROBLEM, "the sign-in service refused the bot")
    assert "has it expired?" in finding.do


async def test_an_authority_that_is_not_trusted_is_a_problem_with_its_way_on(
    teams: Teams, environment: pytest.MonkeyPatch, ask: Ask
) -> None:
    environment.delenv("REQUESTS_CA_BUNDLE")
    finding = (await ask())["sign-in"]
    assert (finding.level, finding.said) == (Level.PROBLEM, "the sign-in service cannot be used (SSLError)")
    assert "REQUESTS_CA_BUNDLE" in finding.do


async def test_an_authority_and_keys_that_cannot_be_reached_are_problems(
    teams: Teams, environment: pytest.MonkeyPatch, closed: int, ask: Ask
) -> None:
    environment.setenv("STEWARD_LOGIN_URL", f"https://127.0.0.1:{closed}/tenant")
    environment.setenv("STEWARD_CHANNEL_METADATA_URL", f"http://127.0.0.1:{closed}/metadata")
    findings = await ask()
    for name in ("sign-in", "signing keys"):
        assert findings[name].level is Level.PROBLEM
        assert "Let this machine reach" in findings[name].do


async def test_keys_that_cannot_be_had_are_a_problem(teams: Teams, ask: Ask) -> None:
    teams.metadata.broken = True
    assert (await ask())["signing keys"].level is Level.PROBLEM


@asynccontextmanager
async def serving(app: web.Application, port: int = 0) -> AsyncIterator[int]:
    runner = web.AppRunner(app, access_log=None, shutdown_timeout=1.0)
    await runner.setup()
    try:
        await web.TCPSite(runner, "127.0.0.1", port).start()
        yield int(runner.addresses[0][1])
    finally:
        await runner.cleanup()


@pytest.fixture
async def another() -> AsyncIterator[int]:
    """A web server that is no Steward, and says that all is well."""

    async def alive(_: web.Request) -> web.Response:
        return web.json_response({"status": "alive"})

    app = web.Application()
    app.router.add_get("/healthz", alive)
    async with serving(app) as port:
        yield port


async def test_while_a_steward_serves_its_port_its_database_and_its_way_in_are_well(
    environment: pytest.MonkeyPatch, ask: Ask
) -> None:
    async with steward(load()) as app, serving(app) as port:
        environment.setenv("PORT", str(port))
        environment.setenv("STEWARD_PUBLIC_URL", f"http://127.0.0.1:{port}/")
        findings = await ask()
        assert [findings[name].level for name in ("port", "database", "public url")] == [Level.OK] * 3
        assert findings["port"].said == f"a Steward serves on port {port} on 127.0.0.1"
        assert findings["database"].said.endswith("is up to date")


async def test_a_database_that_another_steward_holds_is_a_problem(environment: pytest.MonkeyPatch, ask: Ask) -> None:
    async with steward(load()):
        finding = (await ask())["database"]
    assert finding.level is Level.PROBLEM
    assert "STEWARD_HOME of its own" in finding.do


async def test_a_port_that_something_else_has_is_a_problem(
    environment: pytest.MonkeyPatch, another: int, ask: Ask
) -> None:
    environment.setenv("PORT", str(another))
    finding = (await ask())["port"]
    assert (finding.level, finding.do) == (Level.PROBLEM, f"Stop that, or set PORT={another + 1}.")


async def test_a_port_that_is_free_is_well(environment: pytest.MonkeyPatch, ask: Ask) -> None:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    environment.setenv("PORT", str(port))
    assert (await ask())["port"].said == f"port {port} on 127.0.0.1 is free"


async def test_an_address_that_this_machine_does_not_have_is_a_problem(
    teams: Teams, environment: pytest.MonkeyPatch, ask: Ask
) -> None:
    environment.setenv("HOST", "192.0.2.1")
    finding = (await ask())["port"]
    assert (finding.level, finding.do) == (Level.PROBLEM, "Choose another HOST or PORT.")


async def test_without_a_public_url_a_registered_bot_is_warned_and_serves(teams: Teams, ask: Ask) -> None:
    findings = await ask()
    assert findings["public url"].level is findings["app package"].level is Level.WARNING
    assert Level.PROBLEM not in {finding.level for finding in findings.values()}


async def test_a_public_url_is_not_judged_while_nobody_serves_here(
    environment: pytest.MonkeyPatch, closed: int, ask: Ask
) -> None:
    environment.setenv("PORT", str(closed))
    environment.setenv("STEWARD_PUBLIC_URL", f"https://127.0.0.1:{closed}")
    finding = (await ask())["public url"]
    assert (finding.level, "uv run app.py serve" in finding.do) == (Level.NOTE, True)


@pytest.mark.parametrize(
    ("where", "said"),
    [
        ("closed", "nobody answers there"),
        ("another", "somebody else answers there"),
        ("untrusted", "its certificate is not trusted"),
    ],
)
async def test_a_public_url_that_leads_elsewhere_is_a_warning(
    where: str, said: str, environment: pytest.MonkeyPatch, teams: Teams, another: int, closed: int, ask: Ask
) -> None:
    urls = {
        "closed": f"https://127.0.0.1:{closed}",
        "another": f"http://127.0.0.1:{another}",
        "untrusted": "/".join(teams.login_url.split("/")[:3]),
    }
    async with steward(load()) as app, serving(app) as port:
        environment.setenv("PORT", str(port))
        environment.setenv("STEWARD_PUBLIC_URL", urls[where])
        finding = (await ask())["public url"]
    assert (finding.level, finding.said) == (Level.WARNING, said)
    assert finding.do


async def test_an_app_package_that_can_be_made_is_said(teams: Teams, environment: pytest.MonkeyPatch, ask: Ask) -> None:
    environment.setenv("STEWARD_PUBLIC_URL", "https://steward.contoso.example")
    links = (await ask())["app package"]
    assert (links.level, "STEWARD_PRIVACY_URL" in links.do) == (Level.NOTE, True)
    environment.setenv("STEWARD_PRIVACY_URL", "https://contoso.example/privacy")
    environment.setenv("STEWARD_TERMS_URL", "https://contoso.example/terms")
    assert (await ask())["app package"].level is Level.OK


async def test_an_authority_that_never_answers_is_given_up_in_time(
    teams: Teams, environment: pytest.MonkeyPatch
) -> None:
    asked, end = asyncio.Event(), asyncio.Event()

    async def stalls(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        asked.set()
        await end.wait()
        writer.close()

    server = await asyncio.start_server(stalls, "127.0.0.1", 0)
    environment.setenv("STEWARD_LOGIN_URL", f"https://127.0.0.1:{server.sockets[0].getsockname()[1]}/tenant")
    told = load()
    check = Check("sign-in", lambda: doctor.sign_in(told), Level.PROBLEM)
    [finding] = await asyncio.to_thread(examine, [check], 1.0)
    assert asked.is_set()
    assert (finding.level, finding.said) == (Level.PROBLEM, "did not answer within 1 s")
    end.set()
    server.close()


async def test_what_answers_as_a_steward_is_the_bot_itself(environment: pytest.MonkeyPatch) -> None:
    async with (
        steward(load()) as app,
        serving(app) as port,
        aiohttp.ClientSession() as session,
        session.get(f"http://127.0.0.1:{port}/healthz") as response,
    ):
        assert await response.json() == {"status": "alive", "service": "steward"}
