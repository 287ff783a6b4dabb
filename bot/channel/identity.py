"""The bot as itself: the token with which it calls the channel.

One MSAL application for the life of the process, asked in a thread and by one caller at a time, because it blocks; the
token is kept until five minutes before it expires. In anonymous mode there is no token.
"""

from __future__ import annotations

import asyncio
import logging
from datetime import datetime, timedelta

import msal

from bot.channel.settings import ChannelSettings
from plans.errors import VendorDown
from plans.ports.time import Clock

_MARGIN = timedelta(minutes=5)
_log = logging.getLogger(__name__)


class SignInFailed(VendorDown):
    """The bot could not get its own token: wrong password, or the authority is not reachable."""


class AppIdentity:
    """Hands out the bot's own token."""

    def __init__(self, settings: ChannelSettings, wall: Clock, timeout: float = 10.0) -> None:
        """``timeout``: wall seconds for each request to the authority."""
        self._settings = settings
        self._wall = wall
        self._timeout = timeout
        self._lock = asyncio.Lock()
        self._app: msal.ConfidentialClientApplication | None = None
        self._token = ""
        self._until: datetime | None = None

    async def token(self) -> str | None:
        """A bearer token for the connector; None in anonymous mode. Raises SignInFailed."""
        if self._settings.anonymous:
            return None
        if self._fresh():
            return self._token
        async with self._lock:
            if not self._fresh():
                asked = self._wall.now()
                self._token, seconds = await asyncio.to_thread(self._sign_in)
                self._until = asked + timedelta(seconds=seconds) - _MARGIN
        return self._token

    def refuse(self, token: str) -> None:
        """Tells that the connector did not take this token, so that the next one is a new one."""
        if token == self._token:
            self._until = None

    def _fresh(self) -> bool:
        return self._until is not None and self._wall.now() < self._until

    def _sign_in(self) -> tuple[str, float]:
        # The lock is held: one thread at a time is in here.
        try:
            if self._app is None:
                password = self._settings.app_password
                self._app = msal.ConfidentialClientApplication(
                    self._settings.app_id,
                    client_credential=password.reveal() if password else None,
                    authority=self._settings.authority,
                    # The authority is the operator's word; asking the public cloud about it helps nobody.
                    instance_discovery=False,
                    timeout=self._timeout,
                )
            # Its cache would hand out the token that has just been refused.
            self._app.remove_tokens_for_client()
            found = self._app.acquire_token_for_client([self._settings.scope])
        except (OSError, ValueError, RuntimeError) as error:
            raise SignInFailed(f"the sign-in service cannot be used ({type(error).__name__})") from error
        if "access_token" not in found:
            _log.error("the bot cannot sign in: %s; check MICROSOFT_APP_ID and MICROSOFT_APP_PASSWORD", found["error"])
            raise SignInFailed("the sign-in service refused the bot")
        return str(found["access_token"]), float(found["expires_in"])
