"""Who is calling: every request to the bot carries a token signed by the channel, and this checks it.

Keys are fetched without blocking, kept for a day, and fetched again when an unknown one turns up: at most once a
minute, one request for all who wait. Whatever is wrong with a token ends as ``Unauthenticated`` with one line of
reason, which repeats nothing of the token.
"""

from __future__ import annotations

import asyncio
import json
import logging
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import aiohttp
import jwt

from bot.channel.settings import ChannelSettings, is_loopback
from plans.errors import StewardError, VendorDown, VendorGarbage
from plans.ports.time import Clock

LEEWAY = 300.0
"""Seconds by which clocks may differ."""
_ANEW = timedelta(minutes=1)
_FIRST = timedelta(seconds=5)
_STALE = timedelta(hours=24)
_TIMEOUT = aiohttp.ClientTimeout(total=10)
_log = logging.getLogger(__name__)


class Unauthenticated(StewardError):
    """The request does not prove that the channel sent it; the text is the reason, for the log."""


class KeysUnavailable(VendorDown):
    """No signing key could be had, so nothing can be checked; the channel is to try again."""


@dataclass(frozen=True)
class SigningKey:
    """A public key of the channel, and the channels whose messages it may sign."""

    key: jwt.PyJWK
    endorsements: frozenset[str]


def _read_key(raw: Any) -> tuple[str, SigningKey] | None:
    if not isinstance(raw, dict) or raw.get("kty") != "RSA" or not isinstance(raw.get("kid"), str):
        return None
    endorsed = raw.get("endorsements")
    try:
        key = jwt.PyJWK(raw, algorithm="RS256")
    except jwt.PyJWTError:
        return None
    return raw["kid"], SigningKey(key, frozenset(endorsed if isinstance(endorsed, list) else ()))


class SigningKeys:
    """The channel's published keys, by id."""

    def __init__(self, session: aiohttp.ClientSession, metadata_url: str, wall: Clock) -> None:
        self._session = session
        self._url = metadata_url
        self._wall = wall
        self._keys: dict[str, SigningKey] = {}
        self._fetched: datetime | None = None
        self._asked: datetime | None = None
        self._fetching: asyncio.Task[None] | None = None

    async def find(self, kid: str) -> SigningKey | None:
        """The key of that id, looked up again if it is not known. Raises KeysUnavailable."""
        if kid not in self._keys or self._stale():
            await self._refresh()
        if not self._keys:
            raise KeysUnavailable("the channel's signing keys cannot be fetched")
        return self._keys.get(kid)

    def _stale(self) -> bool:
        return self._fetched is None or self._wall.now() - self._fetched >= _STALE

    async def _refresh(self) -> None:
        if self._fetching is None:
            now = self._wall.now()
            if self._asked is not None and now - self._asked < (_ANEW if self._keys else _FIRST):
                return
            self._asked = now
            self._fetching = asyncio.create_task(self._fetch())
        # Shielded: whoever hangs up must not take the keys away from the others who wait for them.
        await asyncio.shield(self._fetching)

    async def _fetch(self) -> None:
        try:
            metadata = await self._json(self._url)
            found = (await self._json(metadata["jwks_uri"]))["keys"]
            self._keys = dict(pair for raw in found if (pair := _read_key(raw)) is not None)
            self._fetched = self._wall.now()
        except (aiohttp.ClientError, TimeoutError, VendorGarbage, LookupError, TypeError, ValueError) as error:
            _log.warning("the channel's signing keys could not be fetched: %s", type(error).__name__)
        finally:
            self._fetching = None

    async def _json(self, url: str) -> dict[str, Any]:
        async with self._session.get(url, timeout=_TIMEOUT) as response:
            response.raise_for_status()
            body = json.loads(await response.text())
        if not isinstance(body, dict):
            raise VendorGarbage("not a JSON object")
        return body


class ChannelAuth:
    """Decides whether a request comes from Teams."""

    def __init__(self, settings: ChannelSettings, keys: SigningKeys, wall: Clock) -> None:
        self._settings = settings
        self._keys = keys
        self._wall = wall

    async def check(self, header: str, service_url: str, channel_id: str) -> None:
        """Raises Unauthenticated, or KeysUnavailable when it cannot be told."""
        if self._settings.anonymous:
            # Answers go to the service address: with nobody vouching for it, it has to be this machine.
            if not is_loopback(service_url):
                raise Unauthenticated("without an app id only this machine may call")
            return
        # Other channels (web chat, direct line) let the caller choose who they say they are.
        if channel_id != "msteams":
            raise Unauthenticated("not the Teams channel")
        scheme, _, token = header.partition(" ")
        if scheme.lower() != "bearer" or not token:
            raise Unauthenticated("no bearer token")
        key = await self._key(token)
        if channel_id not in key.endorsements:
            raise Unauthenticated("the key is not endorsed for the channel")
        claims = self._claims(token, key)
        self._in_time(claims)
        if claims.get("serviceurl") != service_url:
            raise Unauthenticated("the token is for another service address")

    async def _key(self, token: str) -> SigningKey:
        try:
            kid = jwt.get_unverified_header(token).get("kid")
        except (jwt.PyJWTError, ValueError) as error:
            raise Unauthenticated("not a token") from error
        key = await self._keys.find(kid) if isinstance(kid, str) else None
        if key is None:
            raise Unauthenticated("signed with an unknown key")
        return key

    def _claims(self, token: str, key: SigningKey) -> dict[str, Any]:
        # PyJWT 2.15 compares times with the machine's clock and cannot be given another: they are checked below.
        options: jwt.types.Options = {
            "require": ["exp", "iss", "aud"],
            "verify_exp": False,
            "verify_nbf": False,
            "verify_iat": False,
        }
        try:
            return jwt.decode(
                token,
                key.key,
                algorithms=["RS256"],
                audience=self._settings.app_id,
                issuer=self._settings.issuer,
                options=options,
            )
        except (jwt.PyJWTError, ValueError) as error:
            # The name says what was wrong; the message could quote the token's own words.
            raise Unauthenticated(type(error).__name__) from error

    def _in_time(self, claims: dict[str, Any]) -> None:
        now = self._wall.now().timestamp()
        expires, begins = claims["exp"], claims.get("nbf", 0)
        if not isinstance(expires, int | float) or not isinstance(begins, int | float):
            raise Unauthenticated("times that are not numbers")
        if expires <= now - LEEWAY:
            raise Unauthenticated("the token has expired")
        if begins > now + LEEWAY:
            raise Unauthenticated("the token is not valid yet")
