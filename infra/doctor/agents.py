"""Everybody in the inventory: can they be reached, and has a browser agent what it needs?"""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import closing
from typing import Final

from sqlmodel import col, select

from adapters import inventory
from adapters.browser.driver import knock, manifest_of
from adapters.browser.session import credential_name
from adapters.inventory import AgentEntry
from adapters.registry import Registry, protocols
from adapters.vault import Vault, VaultTampered, master_key
from infra import chromium
from infra.doctor import database
from infra.doctor.finding import Check, Finding, Level, found
from infra.settings import Settings
from plans.errors import SetupError
from plans.store.clock import WallClock
from plans.store.database import Database
from plans.store.tables import SealedRow
from plans.words import PersonId

_SDK: Final = {"mcp": "adapters.mcp.delegate", "a2a": "adapters.a2a.delegate"}


def checks(told: Settings) -> list[Check]:
    """One for the inventory, one for each agent, two for those that are driven through a browser."""
    if not told.agents.exists():
        level = Level.WARNING if "agents" in told.model_fields_set else Level.NOTE
        said, way_on = f"{told.agents} is not there: no agent can be given work", "Write it: the README has an example."
        return [Check("agents", found("agents", level, said, way_on))]
    try:
        entries = inventory.load(told.agents)
    except SetupError as error:
        return [Check("agents", found("agents", Level.PROBLEM, str(error), "Correct the inventory."))]
    said = f"{told.agents}: {len(entries)} {'agent' if len(entries) == 1 else 'agents'}"
    web = [entry for entry in entries if entry.agent.driver == "browser"]
    return [
        Check("agents", found("agents", Level.OK, said)),
        *(_agent(entry) for entry in entries),
        *([Check("chromium", browser)] if web else []),
        *(_credentials(told, entry) for entry in web),
    ]


def _agent(entry: AgentEntry) -> Check:
    name = f"agent {entry.agent.name}"
    if entry.agent.driver == "browser":
        return Check(name, lambda: _web_page(name, entry))
    sdk = _SDK.get(entry.agent.driver)
    return Check(name, lambda: _protocol(name, entry), loads=(sdk,) if sdk else ())


async def _protocol(name: str, entry: AgentEntry) -> Finding:
    try:
        roster = Registry((entry,), protocols(WallClock()))
    except SetupError as error:
        return Finding(name, Level.PROBLEM, str(error), "Take it out of the inventory, or give it another driver.")
    try:
        seen = await roster.delegate(entry.agent.name).describe()
    finally:
        await roster.close()
    return _health(name, entry, seen.healthy, seen.detail)


async def _web_page(name: str, entry: AgentEntry) -> Finding:
    assert isinstance(entry.body, dict)
    try:
        manifest = manifest_of(entry.agent, {**entry.body, "url": entry.url})
    except SetupError as error:
        return Finding(name, Level.PROBLEM, str(error), "Correct its manifest, or take it out of the inventory.")
    trouble = await knock(manifest)
    return _health(name, entry, not trouble, trouble or f"{manifest.title} takes connections")


def _health(name: str, entry: AgentEntry, healthy: bool, detail: str) -> Finding:
    label = f"({entry.agent.driver}, tested: {entry.tested})"
    if healthy:
        return Finding(name, Level.OK, f"{detail} {label}")
    return Finding(name, Level.WARNING, f"{detail} {label}", "Start it, or correct its url in the inventory.")


def browser() -> Finding:
    here = chromium.look()
    if here is None:
        way_on = "It is installed when first needed. To do it now: uv run python -m infra.chromium"
        return Finding("chromium", Level.WARNING, "no Chromium runs here, and an agent needs one", way_on)
    return Finding("chromium", Level.OK, str(here))


def _credentials(told: Settings, entry: AgentEntry) -> Check:
    name = f"credentials {entry.agent.name}"
    return Check(name, lambda: credentials(told, name, entry))


async def credentials(told: Settings, name: str, entry: AgentEntry) -> Finding:
    """Whether somebody lent a password, and whether the vault's key opens it. Nothing is kept of what it opens."""
    assert isinstance(entry.body, dict)
    lend = f"uv run app.py credential {entry.agent.name} --person <Entra object id> --username <name>"
    try:
        ready = database.schema(told) is database.Schema.CURRENT
        key = master_key(told.home, told.vault_key.get_secret_value()) if ready and _has_key(told) else b""
    except SetupError:
        return Finding(name, Level.WARNING, "cannot be told", "See database and vault key.")
    if not key:
        return Finding(name, Level.WARNING, "nobody has lent a password yet", lend)
    with closing(Database(told.database)) as opened:
        prefix = credential_name(str(entry.body.get("site", "")), PersonId(""))
        names = await opened.read(
            lambda tx: tx.exec(
                select(SealedRow.name).where(col(SealedRow.name).startswith(prefix, autoescape=True))
            ).all()
        )
        return await _opened(Vault(opened, WallClock(), key), name, names, lend)


def _has_key(told: Settings) -> bool:
    return bool(told.vault_key.get_secret_value()) or (told.home / "vault.key").exists()


async def _opened(vault: Vault, name: str, sealed: Sequence[str], lend: str) -> Finding:
    try:
        lent = [one for one in sealed if await vault.open(one) is not None]
    except VaultTampered:
        said = "a sealed password does not open under this key"
        return Finding(name, Level.WARNING, said, f"Put the right vault key back, or lend it again: {lend}")
    if not lent:
        return Finding(name, Level.WARNING, "nobody has lent a password yet", lend)
    return Finding(name, Level.OK, f"{len(lent)} {'person has' if len(lent) == 1 else 'people have'} lent a password")
