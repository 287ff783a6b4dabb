"""One thing done to the outside world for a plan, as it is judged, shown and approved.

Every field is a control field: it comes from the approved plan or the inventory, never from a vendor's text. The hash
covers all of them, so that a yes to one act is no yes to a similar one.
"""

from __future__ import annotations

from pydantic import BaseModel, ConfigDict

from plans.governance.digests import digest
from plans.words import AgentName, ItemId, Money, PlanSlug, Verb


class Act(BaseModel):
    """Who does what, to what and whom, with which text, for how much."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    plan: PlanSlug
    item: ItemId
    agent: AgentName
    verb: Verb
    capability: str
    resource: str
    """What it is done to, e.g. the agent's system."""
    recipient: str | None
    text: str
    amount: Money | None

    def hash(self) -> str:
        """Hex SHA-256 over every field."""
        return digest(self.model_dump(mode="json"))
