"""An item's story for ``why``: its decisions and outcomes in words, with names instead of ids."""

from __future__ import annotations

from datetime import datetime

from pydantic import BaseModel, ConfigDict
from sqlmodel import Session

from plans.governance.decisions import of_item
from plans.store.people import display_name
from plans.store.tables import DecisionRow, OutcomeRow
from plans.words import ItemId, Money


class Chapter(BaseModel):
    """One decision about an item and what became of it. ``quote`` is *data*: shown as text."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    at: datetime
    """UTC, wall clock."""
    kind: str
    what: str
    why: str
    actor: str
    verdict: str
    rules: tuple[str, ...] = ()
    """Ids of the policies that decided."""
    approver: str = ""
    """The name of whoever said yes."""
    outcome: str = ""
    """Empty while it is open; else succeeded, failed, refused, unknown or canceled."""
    concluded_at: datetime | None = None
    verified: str = ""
    source: str = ""
    """Where it was read back."""
    seen: dict[str, str] = {}
    """What was read back, by name."""
    quote: str = ""
    cost: Money | None = None


def story(tx: Session, item: ItemId) -> tuple[Chapter, ...]:
    """The item's decisions, oldest first. Empty for an item about which nothing was decided."""
    return tuple(_chapter(tx, decision, outcome) for decision, outcome in of_item(tx, item))


def _chapter(tx: Session, decision: DecisionRow, outcome: OutcomeRow | None) -> Chapter:
    told = Chapter(
        at=decision.at,
        kind=decision.kind,
        what=decision.what,
        why=decision.why,
        actor=display_name(tx, decision.actor),
        verdict=decision.verdict,
        rules=tuple(decision.rules),
        approver=display_name(tx, decision.approver) if decision.approver else "",
    )
    if outcome is None:
        return told
    evidence = outcome.evidence
    attributes = evidence.get("attributes") or {}
    return told.model_copy(
        update={
            "outcome": outcome.state,
            "concluded_at": outcome.at,
            "verified": outcome.verified,
            "source": str(evidence.get("source", "")),
            "seen": {str(name): str(value) for name, value in attributes.items()},
            "quote": str(evidence.get("excerpt", "")),
            "cost": Money(minor=outcome.cost_minor, currency=outcome.currency) if outcome.cost_minor else None,
        }
    )
