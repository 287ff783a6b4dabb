"""Who answers at an address: a Steward, something else, or nobody."""

from __future__ import annotations

import json
import ssl
from enum import Enum, auto
from typing import Final

import aiohttp

from infra.settings import Settings

_TIMEOUT: Final = aiohttp.ClientTimeout(total=4)
_MOST: Final = 4096
"""Bytes of an answer that are read."""


class Answer(Enum):
    STEWARD = auto()
    ANOTHER = auto()
    UNTRUSTED = auto()
    """Its certificate is not trusted here."""
    NOBODY = auto()


def local(told: Settings) -> str:
    """Where Steward serves on this machine, if it does."""
    host = {"0.0.0.0": "127.0.0.1", "::": "::1", "": "127.0.0.1"}.get(told.host, told.host)
    return f"http://{f'[{host}]' if ':' in host else host}:{told.port}"


async def who(base: str) -> Answer:
    """Asks ``/healthz`` there; follows no redirect."""
    try:
        async with (
            aiohttp.ClientSession(timeout=_TIMEOUT) as session,
            session.get(f"{base}/healthz", allow_redirects=False) as response,
        ):
            said = json.loads(await response.content.read(_MOST))
    except (aiohttp.ClientSSLError, ssl.SSLError):
        return Answer.UNTRUSTED
    except (aiohttp.ClientConnectionError, TimeoutError, OSError):
        return Answer.NOBODY
    except (aiohttp.ClientError, ValueError):
        return Answer.ANOTHER
    return Answer.STEWARD if isinstance(said, dict) and said.get("service") == "steward" else Answer.ANOTHER
