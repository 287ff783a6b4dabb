"""Signing in on pages of many makes: what is recognised, what is left to a person, and where secrets never go."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import pytest
from aiohttp import web
from playwright.async_api import Page

from adapters.browser.egress import Egress
from adapters.browser.login import Login, Stopped
from adapters.browser.pool import BrowserPool
from adapters.browser.script import Manifest, parse
from adapters.browser.session import credential
from plans.words import Secret, StepState
from tests.integration.adapters.browser.pages import Handler, Site, redirect, served

pytestmark = pytest.mark.asyncio(loop_scope="module")

PASSWORD, CODE = "correct horse battery", "918273"
_PASSWORD_PAGE = (
    '<form method="post" action="/password"><label>E-mail <input name="user" type="email"></label>'
    '<label>Password <input name="password" type="password"></label>'
    '<button formaction="/passkey">Sign in with a passkey</button><button>Continue</button></form>'
)
_USER_PAGE = (
    '<form method="post" action="/user"><label>User name <input name="user"></label><button>Next</button></form>'
)
_CODE_PAGE = (
    '<form method="post" action="/code"><label>Authenticator code <input name="code"></label>'
    "<button>Request new code</button><button>Verify</button></form>"
)


def _manifest(site: Site, other: Site) -> Manifest:
    nothing = {"source": "", "goto": "/", "table": [{"css": "table"}], "by": "", "attributes": {}}
    script = {
        "verb": "message",
        "inputs": {"reference": "key"},
        "steps": [
            {"id": "send", "commit": [{"css": "button"}], "expect": {"method": "POST", "path": "/", "done": [200]}}
        ],
        "verify": {
            **nothing,
            "control": {"column": "", "equals": ""},
            "detail": {"column": "", "shows": [{"css": "p"}]},
        },
    }
    part = {
        "site": "lookalike",
        "title": "Lookalike",
        "origin": site.origin,
        "locale": "en-US",
        "hosts": [site.host, other.host],
        "login": {"origin": site.origin, "path": "/login", "in": [{"css": "#inside"}], "home": "/home"},
        "scripts": {"send": script},
    }
    return parse(part, site.origin)


@asynccontextmanager
async def _page(pool: BrowserPool, manifest: Manifest) -> AsyncIterator[Page]:
    async with (
        Egress(manifest.hosts) as egress,
        pool.context(locale="en-US", proxy=egress.url, state=None) as context,
    ):
        context.set_default_timeout(3_000)
        yield await context.new_page()


async def _sign_in(page: Page, manifest: Manifest) -> list[tuple[int, str]]:
    asked: list[tuple[int, str]] = []

    async def ask(origin: str, attempt: int, said: str) -> Secret:
        asked.append((attempt, said))
        return Secret(CODE)

    async def inside() -> bool:
        return await page.locator("#inside").count() == 1

    await page.goto(f"{manifest.login.origin}{manifest.login.path}")
    await Login(page, manifest, credential("mara@contoso.example", PASSWORD), ask, inside).run()
    return asked


def _by_method(get: str, post: Handler) -> Handler:
    async def answer(request: web.Request) -> web.StreamResponse:
        if request.method == "POST":
            return await post(request)
        return web.Response(text=get, content_type="text/html")

    return answer


async def test_a_login_of_three_pages_with_decoy_buttons_is_walked_through(pool: BrowserPool) -> None:
    async with served() as site, served() as other:
        site.pages = {
            "/login": _USER_PAGE,
            "/user": redirect("/password"),
            "/password": _by_method(_PASSWORD_PAGE, redirect("/code")),
            "/code": _by_method(_CODE_PAGE, redirect("/home")),
            "/home": '<div id="inside">Welcome</div>',
        }
        manifest = _manifest(site, other)
        async with _page(pool, manifest) as page:
            assert await _sign_in(page, manifest) == [(1, "")]
        posts = [(path, body) for method, path, body in site.heard if method == "POST"]
        assert [path for path, _ in posts] == ["/user", "/password", "/code"]
        assert posts[2][1] == f"code={CODE}"


async def test_a_page_that_draws_itself_and_sends_no_form_is_signed_in_on_too(pool: BrowserPool) -> None:
    """The same document from beginning to end, the code field in a shadow root, an error that is no alert."""
    script = """<div id="root"></div><script>
      const root = document.getElementById('root'); let tries = 0;
      const ask = said => { root.innerHTML = '<p>' + said + '</p><div id="host"></div>';
        const shadow = document.getElementById('host').attachShadow({mode: 'open'});
        shadow.innerHTML = '<form><input autocomplete="one-time-code" type="password"><button>OK</button></form>';
        shadow.querySelector('form').onsubmit = event => { event.preventDefault();
          if (tries++) root.innerHTML = '<div id="inside"></div>'; else ask('Invalid code'); }; };
      root.innerHTML = '<form><input name="login"><input type="password"><button>Go</button></form>';
      root.firstChild.onsubmit = event => { event.preventDefault(); setTimeout(() => ask('Enter it'), 300); };
    </script>"""
    async with served() as site, served() as other:
        site.pages = {"/login": script}
        manifest = _manifest(site, other)
        async with _page(pool, manifest) as page:
            assert await _sign_in(page, manifest) == [(1, ""), (2, "The code before was wrong.")]


@pytest.mark.parametrize(
    ("shown", "reason"),
    [
        ('<form><input type="password"></form><div class="g-recaptcha"></div>', "asks to prove that a person is there"),
        ("<p>Use your passkey to continue.</p>", "asks for a passkey"),
        ("<p>Approve the request on your phone.</p>", "waits for an approval on a phone"),
        ("<h1>We are redecorating</h1>", "shows a page that is not known"),
        ('<form action="/login"><input type="password"></form>', "does not accept the stored user name and password"),
    ],
)
async def test_what_only_a_person_can_answer_is_left_to_one(pool: BrowserPool, shown: str, reason: str) -> None:
    async with served() as site, served() as other:
        site.pages = {"/login": shown}
        manifest = _manifest(site, other)
        async with _page(pool, manifest) as page:
            with pytest.raises(Stopped) as stopped:
                await _sign_in(page, manifest)
        assert stopped.value.state in (StepState.NEEDS_HUMAN, StepState.NEEDS_LOGIN)
        assert reason in stopped.value.reason


async def test_password_and_code_are_typed_on_the_logins_own_origin_only(pool: BrowserPool) -> None:
    async with served() as site, served() as other:
        other.pages = {"/password": _PASSWORD_PAGE, "/code": _CODE_PAGE}
        manifest = _manifest(site, other)
        for trap in ("/password", "/code"):
            site.pages = {"/login": redirect(f"{other.origin}{trap}")}
            async with _page(pool, manifest) as page:
                with pytest.raises(Stopped, match="asks for a sign-in on another site than its own"):
                    await _sign_in(page, manifest)
        assert {method for method, _, _ in other.heard} == {"GET"}


async def test_a_code_is_not_typed_into_a_page_that_moved_while_it_was_awaited(pool: BrowserPool) -> None:
    async with served() as site, served() as other:
        site.pages = {"/login": _CODE_PAGE}
        other.pages = {"/code": _CODE_PAGE}
        manifest = _manifest(site, other)
        async with _page(pool, manifest) as page:

            async def ask(origin: str, attempt: int, said: str) -> Secret:
                await page.goto(f"{other.origin}/code")
                return Secret(CODE)

            async def inside() -> bool:
                return False

            await page.goto(f"{site.origin}/login")
            with pytest.raises(Stopped, match="another site than its own"):
                await Login(page, manifest, credential("mara", PASSWORD), ask, inside).run()
        assert CODE not in str(other.heard)


async def test_a_field_that_cannot_be_typed_into_does_not_print_the_password(pool: BrowserPool) -> None:
    swallow = '<form><input type="password" id="p"></form><script>Object.defineProperty(HTMLInputElement.prototype, '
    swallow += "'select', {value() { throw new Error('no'); }}); const p = document.getElementById('p');"
    swallow += "p.addEventListener('focus', () => p.remove());</script>"
    async with served() as site, served() as other:
        site.pages = {"/login": swallow}
        manifest = _manifest(site, other)
        async with _page(pool, manifest) as page:
            with pytest.raises(Stopped) as stopped:
                await _sign_in(page, manifest)
        error: BaseException | None = stopped.value
        while error is not None:
            assert PASSWORD not in str(error)
            error = error.__cause__ or error.__context__
