"""What the channel has to be told: the bot's registration, and whose signatures to trust.

The defaults are the public cloud's; sovereign clouds and tests give their own. Without an app id the bot is anonymous:
it checks no signature, signs nothing, and talks to this machine only.
"""

from __future__ import annotations

from dataclasses import dataclass
from ipaddress import ip_address
from urllib.parse import urlsplit

from plans.errors import SetupError
from plans.words import Secret

_LOGIN = "https://login.microsoftonline.com/"


@dataclass(frozen=True)
class ChannelSettings:
    """Raises SetupError when an app id comes without what belongs to it."""

    app_id: str = ""
    app_password: Secret | None = None
    app_type: str = "MultiTenant"
    """``MultiTenant`` or ``SingleTenant``, as in the bot's registration."""
    tenant_id: str = ""
    metadata_url: str = "https://login.botframework.com/v1/.well-known/openidconfiguration"
    """The whole address of the OpenID metadata that names the channel's signing keys."""
    issuer: str = "https://api.botframework.com"
    login_url: str = ""
    """The authority with its tenant; empty: the public cloud's for the app's type."""

    def __post_init__(self) -> None:
        if not self.app_id:
            return
        if self.app_password is None:
            raise SetupError("MICROSOFT_APP_ID is set but MICROSOFT_APP_PASSWORD is not: set both, or neither.")
        if self.app_type not in ("MultiTenant", "SingleTenant"):
            raise SetupError("MICROSOFT_APP_TYPE is MultiTenant or SingleTenant; managed identities are not served.")
        if self.app_type == "SingleTenant" and not (self.tenant_id or self.login_url):
            raise SetupError("A SingleTenant app needs MICROSOFT_APP_TENANT_ID.")

    @property
    def anonymous(self) -> bool:
        return not self.app_id

    @property
    def authority(self) -> str:
        """Where the bot signs in as itself."""
        if self.login_url:
            return self.login_url
        return _LOGIN + (self.tenant_id if self.app_type == "SingleTenant" else "botframework.com")

    @property
    def scope(self) -> str:
        """What the bot's own token is for; the connector of each cloud goes by its issuer's name."""
        return f"{self.issuer}/.default"


def is_loopback(url: str) -> bool:
    """Whether an address is this machine."""
    try:
        host = urlsplit(url).hostname or ""
    except ValueError:
        return False
    if host == "localhost":
        return True
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return False


def may_be_called(url: str) -> bool:
    """Whether the bot may send to an address: anything over TLS, and this machine in the clear."""
    return url.startswith("https://") or (url.startswith("http://") and is_loopback(url))
