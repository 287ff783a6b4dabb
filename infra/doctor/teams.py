"""Between Steward and Teams: registration, signing in, the channel's keys, the port, the way in, the app package."""

from __future__ import annotations

import errno
import socket
from contextlib import closing
from typing import Final

import aiohttp

from bot.channel.auth import KeysUnavailable, SigningKeys
from bot.channel.identity import AppIdentity, SignInFailed
from bot.channel.settings import ChannelSettings
from infra import package
from infra.doctor.finding import Check, Finding, Level
from infra.doctor.serving import Answer, local, who
from infra.settings import Settings
from plans.errors import SetupError
from plans.store.clock import WallClock
from plans.words import Secret

_REQUEST: Final = 4.0
"""Seconds for a request to the authority, below a check's own limit: it blocks a thread."""


def checks(told: Settings) -> list[Check]:
    always = [
        Check("registration", lambda: registration(told), Level.PROBLEM),
        Check("port", lambda: port(told), Level.PROBLEM),
        Check("public url", lambda: public_url(told)),
        Check("app package", lambda: app_package(told)),
    ]
    if told.anonymous:
        return always
    signed = [
        Check("sign-in", lambda: sign_in(told), Level.PROBLEM),
        Check("signing keys", lambda: signing_keys(told), Level.PROBLEM),
    ]
    return [always[0], *signed, *always[1:]]


def channel(told: Settings) -> ChannelSettings:
    """Raises SetupError when an app id comes without what belongs to it."""
    password = told.app_password.get_secret_value()
    return ChannelSettings(
        app_id=told.app_id,
        app_password=Secret(password) if password else None,
        app_type=told.app_type,
        tenant_id=told.tenant_id,
        metadata_url=told.channel_metadata_url,
        issuer=told.channel_issuer,
        login_url=told.login_url,
    )


def registration(told: Settings) -> Finding:
    if told.anonymous:
        said = "local anonymous mode: nobody is authenticated, and only this machine may call"
        return Finding("registration", Level.NOTE, said, "For Teams, set MICROSOFT_APP_ID and MICROSOFT_APP_PASSWORD.")
    way_on = "See the bot's registration in the Azure portal."
    if not package.is_guid(told.app_id):
        return Finding("registration", Level.PROBLEM, "MICROSOFT_APP_ID is no GUID", way_on)
    try:
        channel(told)
    except SetupError as error:
        return Finding("registration", Level.PROBLEM, str(error), way_on)
    return Finding("registration", Level.OK, f"{told.app_type} app {told.app_id}")


async def sign_in(told: Settings) -> Finding:
    """Gets a token as Steward does, and throws it away."""
    try:
        await AppIdentity(channel(told), WallClock(), _REQUEST).token()
    except SetupError:
        return Finding("sign-in", Level.PROBLEM, "not tried: the registration is not complete", "See registration.")
    except SignInFailed as error:
        way_on = (
            "Let this machine reach it; for an authority of your own, see STEWARD_LOGIN_URL and REQUESTS_CA_BUNDLE."
            if error.__cause__
            else "Check MICROSOFT_APP_ID, MICROSOFT_APP_PASSWORD (the secret's value, not its id; has it expired?), "
            "MICROSOFT_APP_TYPE and MICROSOFT_APP_TENANT_ID."
        )
        return Finding("sign-in", Level.PROBLEM, str(error), way_on)
    return Finding("sign-in", Level.OK, "the bot gets its token")


async def signing_keys(told: Settings) -> Finding:
    async with aiohttp.ClientSession() as session:
        try:
            await SigningKeys(session, told.channel_metadata_url, WallClock()).find("")
        except KeysUnavailable as error:
            way_on = (
                "Let this machine reach them: without them no message can be checked (STEWARD_CHANNEL_METADATA_URL)."
            )
            return Finding("signing keys", Level.PROBLEM, str(error), way_on)
    return Finding("signing keys", Level.OK, "the channel's keys can be fetched")


async def port(told: Settings) -> Finding:
    """Free, or taken by a Steward already. Tries to have it, and lets it go."""
    named = f"port {told.port} on {told.host}"
    try:
        family, kind, _, _, address = socket.getaddrinfo(told.host, told.port, type=socket.SOCK_STREAM)[0]
        with closing(socket.socket(family, kind)) as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            probe.bind(address)
    except OSError as error:
        if error.errno == errno.EADDRINUSE:
            return await _taken(told, named)
        return Finding(
            "port", Level.PROBLEM, f"{named} cannot be used ({error.strerror})", "Choose another HOST or PORT."
        )
    return Finding("port", Level.OK, f"{named} is free" if told.port else "any free port is taken")


async def _taken(told: Settings, named: str) -> Finding:
    if await who(local(told)) is Answer.STEWARD:
        return Finding("port", Level.OK, f"a Steward serves on {named}")
    return Finding(
        "port", Level.PROBLEM, f"{named} is in use by something else", f"Stop that, or set PORT={told.port + 1}."
    )


async def public_url(told: Settings) -> Finding:
    """Whether the world comes out at a Steward; it can only be seen while one serves."""
    if not told.public_url:
        level = Level.NOTE if told.anonymous else Level.WARNING
        way_on = "Set STEWARD_PUBLIC_URL=https://<your host>, for the app package and to have the way in checked."
        return Finding("public url", level, "is not set", way_on)
    answer = await who(told.public_url.rstrip("/"))
    if answer is Answer.STEWARD:
        return Finding("public url", Level.OK, "a Steward answers there")
    if await who(local(told)) is not Answer.STEWARD:
        said = "is set; where it leads cannot be told while Steward does not serve here"
        return Finding("public url", Level.NOTE, said, "Start it (uv run app.py serve) and ask again.")
    said, way_on = {
        Answer.UNTRUSTED: ("its certificate is not trusted", "Teams wants a certificate of a public authority."),
        Answer.ANOTHER: ("somebody else answers there", f"Let the proxy or tunnel lead to {local(told)}."),
        Answer.NOBODY: ("nobody answers there", f"Start the proxy or tunnel; it has to lead to {local(told)}."),
    }[answer]
    return Finding("public url", Level.WARNING, said, way_on)


def app_package(told: Settings) -> Finding:
    if told.anonymous:
        return Finding("app package", Level.NOTE, "needs the bot's registration", "Set MICROSOFT_APP_ID first.")
    try:
        package.build(told)
    except SetupError as error:
        said, _, way_on = str(error).partition(". ")
        return Finding("app package", Level.WARNING, said, way_on)
    if not (told.privacy_url and told.terms_url):
        return Finding(
            "app package",
            Level.NOTE,
            "can be made; its links to privacy and terms lead to the bot's own address",
            "Before it goes to others, set STEWARD_DEVELOPER_URL, STEWARD_PRIVACY_URL and STEWARD_TERMS_URL.",
        )
    return Finding("app package", Level.OK, "can be made: uv run app.py package")
