"""Where tokens come from: the channel's OpenID metadata, and the authority at which the bot signs in as itself.

The authority speaks TLS with a certificate of its own making, because MSAL talks to nothing else; whoever is to trust
it puts ``ca_file`` into REQUESTS_CA_BUNDLE.
"""

from __future__ import annotations

import secrets
import ssl
from collections.abc import Callable
from datetime import datetime, timedelta
from ipaddress import ip_address
from pathlib import Path

from aiohttp import web
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from infra.sandbox.teams.keys import SigningKeys


class ChannelMetadata:
    """The addresses under which the signing keys are found."""

    def __init__(self, keys: SigningKeys, issuer: str) -> None:
        self.fetches = 0
        """How often the keys were asked for."""
        self.broken = False
        """Whether the keys cannot be had."""
        self._keys = keys
        self._issuer = issuer

    def add_to(self, app: web.Application) -> None:
        app.router.add_get("/v1/.well-known/openidconfiguration", self._metadata)
        app.router.add_get("/v1/.well-known/keys", self._jwks)

    async def _metadata(self, request: web.Request) -> web.Response:
        jwks = str(request.url.with_path("/v1/.well-known/keys"))
        algorithms = ["RS256"]
        return web.json_response(
            {"issuer": self._issuer, "jwks_uri": jwks, "id_token_signing_alg_values_supported": algorithms}
        )

    async def _jwks(self, request: web.Request) -> web.Response:
        self.fetches += 1
        if self.broken:
            return web.Response(status=503)
        return web.json_response(self._keys.jwks())


class Login:
    """The authority: knows one app and its password."""

    def __init__(self, app_id: str, password: str, tenant: str, now: Callable[[], datetime]) -> None:
        self.handed_out: list[str] = []
        """Every token that was ever good."""
        self.lifetime = 3600
        """Seconds for which a token is good."""
        self._app_id = app_id
        self._password = password
        self._tenant = tenant
        self._now = now
        self._good: dict[str, datetime] = {}

    def accepts(self, token: str) -> bool:
        """Whether the connector takes a token; without an app id it asks for none."""
        return not self._app_id or (token in self._good and self._now() < self._good[token])

    def revoke(self) -> None:
        """No token handed out so far is good any more."""
        self._good.clear()

    def add_to(self, app: web.Application) -> None:
        app.router.add_get(f"/{self._tenant}/v2.0/.well-known/openid-configuration", self._metadata)
        app.router.add_post(f"/{self._tenant}/oauth2/v2.0/token", self._token)

    async def _metadata(self, request: web.Request) -> web.Response:
        here = str(request.url.origin()) + f"/{self._tenant}"
        return web.json_response(
            {
                "issuer": f"{here}/v2.0",
                "authorization_endpoint": f"{here}/oauth2/v2.0/authorize",
                "token_endpoint": f"{here}/oauth2/v2.0/token",
            }
        )

    async def _token(self, request: web.Request) -> web.Response:
        form = await request.post()
        if form.get("grant_type") != "client_credentials" or not str(form.get("scope", "")).endswith("/.default"):
            return web.json_response({"error": "invalid_request"}, status=400)
        if form.get("client_id") != self._app_id or form.get("client_secret") != self._password:
            return web.json_response({"error": "invalid_client", "error_description": "AADSTS7000215"}, status=401)
        token = secrets.token_urlsafe(32)
        self.handed_out.append(token)
        self._good[token] = self._now() + timedelta(seconds=self.lifetime)
        return web.json_response({"token_type": "Bearer", "expires_in": self.lifetime, "access_token": token})


def certificate(folder: Path, now: datetime) -> tuple[ssl.SSLContext, Path]:
    """A server's TLS context for 127.0.0.1, and the file with the certificate to trust."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "Steward's sandbox")])
    made = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=7))
        .add_extension(x509.SubjectAlternativeName([x509.IPAddress(ip_address("127.0.0.1"))]), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
        .sign(key, hashes.SHA256())
    )
    ca_file, key_file = folder / "ca.pem", folder / "key.pem"
    ca_file.write_bytes(made.public_bytes(serialization.Encoding.PEM))
    key_file.write_bytes(
        key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    )
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(ca_file, key_file)
    return context, ca_file
