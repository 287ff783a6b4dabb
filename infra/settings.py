"""What Steward is told by its environment. Every name is documented in the README; an unknown one is an error.

A misspelt setting that is silently ignored is worse than none, so names beginning with ``STEWARD_`` that nobody
knows are refused, with the nearest known name.
"""

from __future__ import annotations

import difflib
import ipaddress
import logging
import os
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo

from pydantic import AliasChoices, Field, SecretStr, ValidationError
from pydantic_settings import BaseSettings, SettingsConfigDict

from plans.errors import SetupError

PUBLIC_METADATA = "https://login.botframework.com/v1/.well-known/openidconfiguration"
PUBLIC_ISSUER = "https://api.botframework.com"


def _either(name: str, camel: str) -> Any:
    return AliasChoices(name, camel)


class Settings(BaseSettings):
    """One field per environment variable; defaults make a local, anonymous bot that needs nothing."""

    model_config = SettingsConfigDict(extra="ignore")

    host: str = Field("127.0.0.1", validation_alias="HOST")
    port: int = Field(3978, validation_alias="PORT", ge=0, le=65535)
    database_url: str = Field("", validation_alias="DATABASE_URL")
    home: Path = Field(Path(".steward"), validation_alias="STEWARD_HOME")
    app_id: str = Field("", validation_alias=_either("MICROSOFT_APP_ID", "MicrosoftAppId"))
    app_password: SecretStr = Field(
        SecretStr(""), validation_alias=_either("MICROSOFT_APP_PASSWORD", "MicrosoftAppPassword")
    )
    app_type: str = Field("MultiTenant", validation_alias=_either("MICROSOFT_APP_TYPE", "MicrosoftAppType"))
    tenant_id: str = Field("", validation_alias=_either("MICROSOFT_APP_TENANT_ID", "MicrosoftAppTenantId"))
    channel_metadata_url: str = Field(PUBLIC_METADATA, validation_alias="STEWARD_CHANNEL_METADATA_URL")
    channel_issuer: str = Field(PUBLIC_ISSUER, validation_alias="STEWARD_CHANNEL_ISSUER")
    login_url: str = Field("", validation_alias="STEWARD_LOGIN_URL")
    anthropic_api_key: SecretStr = Field(SecretStr(""), validation_alias="ANTHROPIC_API_KEY")
    anthropic_base_url: str = Field("", validation_alias="ANTHROPIC_BASE_URL")
    planner_model: str = Field("claude-opus-5-5", validation_alias="STEWARD_PLANNER_MODEL")
    triage_model: str = Field("claude-haiku-5-5", validation_alias="STEWARD_TRIAGE_MODEL")
    agents: Path = Field(Path("agents.yaml"), validation_alias="STEWARD_AGENTS")
    policies: Path | None = Field(None, validation_alias="STEWARD_POLICIES")
    playbooks: Path | None = Field(None, validation_alias="STEWARD_PLAYBOOKS")
    vault_key: SecretStr = Field(SecretStr(""), validation_alias="STEWARD_VAULT_KEY")
    public_url: str = Field("", validation_alias="STEWARD_PUBLIC_URL")
    developer_name: str = Field("Steward", validation_alias="STEWARD_DEVELOPER_NAME", min_length=1, max_length=32)
    developer_url: str = Field("", validation_alias="STEWARD_DEVELOPER_URL")
    privacy_url: str = Field("", validation_alias="STEWARD_PRIVACY_URL")
    terms_url: str = Field("", validation_alias="STEWARD_TERMS_URL")
    zone: str = Field("UTC", validation_alias="STEWARD_ZONE")
    day_seconds: float = Field(86400.0, validation_alias="STEWARD_DAY_SECONDS", gt=0)
    log_level: str = Field("INFO", validation_alias="STEWARD_LOG_LEVEL")

    @property
    def anonymous(self) -> bool:
        return not self.app_id

    @property
    def database(self) -> str:
        """SQLAlchemy's address of the database; the embedded file unless told otherwise."""
        return self.database_url or f"sqlite:///{(self.home / 'steward.db').resolve()}"


def known() -> set[str]:
    """Every name that is read, in every spelling."""
    aliases = [field.validation_alias for field in Settings.model_fields.values()]
    spellings = [alias.choices if isinstance(alias, AliasChoices) else [alias] for alias in aliases]
    return {str(name) for choices in spellings for name in choices}


def _unknown(environment: Mapping[str, str]) -> Iterator[str]:
    names = known()
    for name in environment:
        if name.startswith("STEWARD_") and name not in names:
            near = difflib.get_close_matches(name, names, 1, cutoff=0.8)
            hint = f" Did you mean {near[0]}?" if near else " The README lists the names."
            yield f"{name} is not a setting of Steward.{hint}"


def _loopback(host: str) -> bool:
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


def _web_address(url: str) -> bool:
    """Whether others can be given this address: over TLS (or this machine), and nothing in it but host and path."""
    try:
        parts = urlsplit(url)
        secure = parts.scheme == "https" or (parts.scheme == "http" and _loopback(parts.hostname or ""))
        return secure and bool(parts.hostname) and "@" not in parts.netloc and (parts.port or 1) > 0 and "?" not in url
    except ValueError:
        return False


def _zone_exists(name: str) -> bool:
    try:
        ZoneInfo(name)
    except (LookupError, ValueError, OSError):  # ZoneInfoNotFoundError is a LookupError; a folder's name is an OSError
        return False
    return True


def _contradictions(told: Settings) -> Iterator[str]:
    """What each value for itself does not show."""
    if told.anonymous and not _loopback(told.host):
        yield (
            f"HOST={told.host} would let anybody on the network speak as anyone. Set MICROSOFT_APP_ID and "
            "MICROSOFT_APP_PASSWORD, or leave HOST at 127.0.0.1."
        )
    if not told.anonymous and told.day_seconds != 86400.0:
        yield "STEWARD_DAY_SECONDS is for rehearsals; it is refused when MICROSOFT_APP_ID is set."
    # The addresses themselves are not repeated: a wrong one may be wrong because it carries a password.
    for name in ("public_url", "developer_url", "privacy_url", "terms_url"):
        if (url := getattr(told, name)) and not _web_address(url):
            yield f"STEWARD_{name.upper()} is no address such as https://steward.contoso.example."
    if not _zone_exists(told.zone):
        yield f"STEWARD_ZONE={told.zone} is no time zone. It is a name such as Europe/Berlin."
    if told.log_level.upper() not in logging.getLevelNamesMapping():
        yield f"STEWARD_LOG_LEVEL={told.log_level} is none of DEBUG, INFO, WARNING, ERROR."


def read() -> tuple[Settings | None, tuple[str, ...]]:
    """What the environment says, and all that is wrong with it; no settings when a value cannot be read at all."""
    unknown = tuple(_unknown(os.environ))
    try:
        told = Settings()
    except ValidationError as error:
        faults = error.errors(include_input=False, include_url=False)
        return None, (*unknown, *(f"{fault['loc'][0]}: {fault['msg']}." for fault in faults))
    return told, (*unknown, *_contradictions(told))


def load() -> Settings:
    """Reads and checks the environment. Raises SetupError naming the variable, what is wrong, and what to do."""
    told, problems = read()
    if problems or told is None:
        raise SetupError(problems[0])
    return told


def make_home(home: Path) -> Path:
    """The home folder, made if need be, readable by its owner only. Raises SetupError when it cannot be written."""
    try:
        home.mkdir(mode=0o700, parents=True, exist_ok=True)
        probe = home / ".probe"
        probe.touch()
        probe.unlink()
    except OSError as error:
        raise SetupError(
            f"The folder {home} cannot be written ({error.strerror}). Set STEWARD_HOME to a folder that can."
        ) from None
    return home
