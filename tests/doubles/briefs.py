"""Briefs to give to agents, inventory entries to reach them by, and waiting for what becomes of it."""

from __future__ import annotations

import asyncio
import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import yaml

from adapters import inventory
from adapters.inventory import AgentEntry
from plans.ports.work import Brief, Delegate, Query, Ref, Step
from plans.words import Check, DelegationId, ItemId, Money, PersonId, PlanSlug, StepState, Verb

KEY = "na-12:1"


def brief(**changes: Any) -> Brief:
    """Market research for Northwind Analytics, unless told otherwise."""
    usual: dict[str, Any] = {
        "delegation": DelegationId("d-1"),
        "plan": PlanSlug("northwind-analytics"),
        "item": ItemId("NA-12"),
        "title": "Market and audience for Northwind Analytics",
        "goal": "own the launch of Northwind Analytics",
        "instructions": "Find out who buys tools like Northwind Analytics, and why.",
        "capability": "research",
        "verb": Verb.DRAFT,
        "check": Check(text="a report of at least 250 words", expects={"words": 250}),
        "deadline": datetime(2026, 11, 27, 17, 0, tzinfo=UTC),
        "budget": Money.of(100),
        "on_behalf_of": PersonId("mara"),
    }
    return Brief(**{**usual, **changes})


def entry(folder: Path, vendor: str, url: str, **settings: Any) -> AgentEntry:
    """The entry that an inventory with this one agent in it makes."""
    agent = {"name": vendor, "vendor": vendor, "url": url, "owner": "mara@contoso.example", "settings": settings}
    path = folder / "agents.yaml"
    path.write_text(yaml.safe_dump({"agents": [agent]}))
    return inventory.load(path)[0]


def survived(ref: Ref) -> Ref:
    """The ref as it comes out of the database after a restart."""
    found: Ref = json.loads(json.dumps(ref))
    return found


async def until(delegate: Delegate, step: Step, *states: StepState, patience: float = 30) -> Step:
    """Looks again and again until the brief is in one of the states."""
    async with asyncio.timeout(patience):
        while step.state not in states:
            step = await delegate.resume(survived(step.ref), None, KEY)
    return step


def query(step: Step, **changes: Any) -> Query:
    usual: dict[str, Any] = {"brief": brief(), "key": KEY, "ref": step.ref, "artifacts": step.artifacts}
    return Query(**{**usual, **changes})
