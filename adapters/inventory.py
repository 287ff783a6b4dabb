"""The inventory: ``agents.yaml``, entered by owners, never by a vendor.

Each entry names a vendor's manifest or is one itself. Whatever is wrong with it is said with file, line and reason.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Annotated, Any, Final
from urllib.parse import urlsplit

from pydantic import BaseModel, ConfigDict, Field, field_validator, model_validator

from adapters import manifest
from adapters.located_yaml import Located, Place
from adapters.manifest import VENDORS, Body, Driver, Manifest, Price, Tested
from plans.errors import SetupError
from plans.ports.work import Agent
from plans.words import AgentName, Money, Verb

_REMOTE: Final = frozenset({"mcp", "a2a", "rest_session", "browser"})
_Name = Annotated[str, Field(pattern=r"^[a-z][a-z0-9-]{0,39}$")]


class Limits(BaseModel):
    """How much an agent may be given. ``budget_per_month`` is in whole units of its price's currency."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    concurrent: int = Field(2, ge=1, le=100)
    per_day: int | None = Field(None, ge=1)
    budget_per_month: int | None = Field(None, ge=0)


class _Written(BaseModel):
    """One entry, as it stands in the file."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    name: _Name
    vendor: _Name | None = None
    driver: Driver | None = None
    url: str | None = None
    capabilities: tuple[str, ...] | None = Field(None, min_length=1)
    owner: str = Field(min_length=1)
    reads: tuple[str, ...] = ()
    may: tuple[Verb, ...] | None = None
    price: Price | None = None
    limits: Limits = Limits()
    tested: Tested = "double"
    settings: dict[str, Any] = Field(default_factory=dict)

    @field_validator("url")
    @classmethod
    def _address(cls, value: str | None) -> str | None:
        if value is not None:
            parts = urlsplit(value)
            if parts.scheme not in ("http", "https") or not parts.hostname:
                raise ValueError("must be an http or https address")
            if parts.username or parts.password:
                raise ValueError("must not carry a user name or password; credentials belong in the vault")
        return value

    @model_validator(mode="after")
    def _one_source(self) -> _Written:
        if (self.vendor is None) == (self.driver is None):
            raise ValueError("needs either `vendor` (a manifest's name) or `driver`")
        if self.driver and (self.capabilities is None or self.may is None):
            raise ValueError("without a vendor's manifest it must say its `capabilities` and what it `may` do")
        return self


class AgentEntry(BaseModel):
    """An agent with everything its driver needs. ``agent`` is what the rooms of plans see of it."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    agent: Agent
    url: str
    """Empty for a driver that calls nobody."""
    tested: Tested
    limits: Limits
    body: Body


def load(path: Path, vendors: Path = VENDORS) -> tuple[AgentEntry, ...]:
    """Reads the inventory. Raises SetupError for the first thing that is wrong with it."""
    document = Located(path)
    listed = document.data.get("agents") if isinstance(document.data, dict) else None
    if not isinstance(listed, list):
        raise document.error((), "an inventory is a mapping with a list named `agents`")
    for name in document.data:
        if name != "agents":
            raise document.error((str(name),), "there is no such setting")
    entries: list[AgentEntry] = []
    for number, data in enumerate(listed):
        at: Place = ("agents", number)
        written = document.read(_Written, data, at)
        if any(entry.agent.name == written.name for entry in entries):
            raise document.error((*at, "name"), f"there are two agents called {written.name}")
        entries.append(_entry(document, at, written, vendors))
    return tuple(entries)


def _entry(document: Located, at: Place, written: _Written, vendors: Path) -> AgentEntry:
    described = _described(document, at, written, vendors)
    head = described.head if described else None
    driver = head.driver if head else written.driver
    assert driver is not None
    url = written.url or (head.url if head else None) or ""
    if driver in _REMOTE and not url:
        raise document.error(at, f"{written.name} needs a `url`")
    capabilities = _narrowed(document, (*at, "capabilities"), written.capabilities, head.capabilities if head else None)
    may = _narrowed(document, (*at, "may"), written.may, head.may if head else None)
    return AgentEntry(
        agent=Agent(
            name=AgentName(written.name),
            driver=driver,
            capabilities=tuple(capabilities),
            owner=written.owner,
            may=tuple(may),
            reads=written.reads,
            price=written.price or (head.price if head else Money(minor=0)),
            concurrent=written.limits.concurrent,
        ),
        url=url,
        tested=head.tested if head else written.tested,
        limits=written.limits,
        body=_body(document, at, written, described, driver),
    )


def _described(document: Located, at: Place, written: _Written, vendors: Path) -> Manifest | None:
    if written.vendor is None:
        return None
    path = vendors / f"{written.vendor}.yaml"
    if not path.is_file():
        known = ", ".join(sorted(found.stem for found in vendors.glob("*.yaml"))) or "none"
        raise document.error((*at, "vendor"), f"there is no manifest of that name (there are: {known})")
    return manifest.load(path)


def _narrowed(
    document: Located, at: Place, wanted: Sequence[str] | None, offered: Sequence[str] | None
) -> Sequence[Any]:
    """What the entry says, which must be among what the manifest offers; without a word from it, all of that."""
    if offered is None or wanted is None:
        return wanted or offered or ()
    for one in wanted:
        if one not in offered:
            raise document.error(at, f"{one} is not among what its manifest offers ({', '.join(offered)})")
    return wanted


def _body(document: Located, at: Place, written: _Written, described: Manifest | None, driver: Driver) -> Body:
    """The manifest's part, with the entry's settings in place of its own."""

    def blame(place: Place, reason: str) -> SetupError:
        if described is None or (place and place[0] in written.settings):
            return document.error((*at, "settings", *place), reason)
        return described.document.error(place, reason)

    return manifest.body(driver, {**(described.part if described else {}), **written.settings}, blame)
