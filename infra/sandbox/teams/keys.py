"""The channel's signing keys: published, rotated, and used to sign what the bot is sent."""

from __future__ import annotations

import json
from collections.abc import Sequence
from functools import cache
from typing import Any

import jwt
from cryptography.hazmat.primitives.asymmetric import rsa
from jwt.algorithms import RSAAlgorithm


@cache
def _private(generation: int) -> rsa.RSAPrivateKey:
    # A key takes a tenth of a second to make, so a process makes each only once.
    return rsa.generate_private_key(public_exponent=65537, key_size=2048)


class SigningKeys:
    """One key is current; rotating replaces it, and the one before is no longer published."""

    def __init__(self) -> None:
        self.endorsements: Sequence[str] = ("msteams",)
        self._generation = 0

    @property
    def kid(self) -> str:
        return f"key-{self._generation}"

    def rotate(self) -> None:
        self._generation += 1

    def jwks(self) -> dict[str, Any]:
        public = json.loads(RSAAlgorithm.to_jwk(_private(self._generation).public_key()))
        key = {**public, "use": "sig", "kid": self.kid, "endorsements": list(self.endorsements)}
        return {"keys": [{"kty": "EC", "kid": "not-for-signing"}, key]}

    def sign(self, claims: dict[str, Any], kid: str | None = None, algorithm: str = "RS256") -> str:
        """A token; with ``kid`` it claims to be signed with another key, with HS256 it abuses the public key's id."""
        headers = {"kid": kid or self.kid}
        if algorithm.startswith("HS"):
            return jwt.encode(claims, "k" * 64, algorithm=algorithm, headers=headers)
        return jwt.encode(claims, _private(self._generation), algorithm=algorithm, headers=headers)

    def forge(self, claims: dict[str, Any]) -> str:
        """A token under the current key's id, signed with a key that is not the channel's."""
        return jwt.encode(claims, _private(-1), algorithm="RS256", headers={"kid": self.kid})
