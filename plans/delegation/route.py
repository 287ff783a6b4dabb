"""Who gets the item: an agent that has the capability, may do the verb, and has not failed it before; else a person."""

from __future__ import annotations

from sqlmodel import Session, select

from plans.governance.stops import stopped
from plans.model.plan import Item
from plans.ports.work import Agent, Roster
from plans.store.tables import DelegationRow
from plans.words import Verb


def tried(tx: Session, item: str) -> frozenset[str]:
    """The agents that had this item and did not finish it."""
    return frozenset(tx.exec(select(DelegationRow.agent).where(DelegationRow.item == item)).all())


def able(roster: Roster, capability: str, verb: Verb | None) -> tuple[Agent, ...]:
    """The agents of the inventory that can, cheapest first."""
    found = (a for a in roster.agents() if capability in a.capabilities and (verb is None or verb in a.may))
    return tuple(sorted(found, key=lambda agent: (agent.price.minor, agent.name)))


def next_agent(tx: Session, roster: Roster, item: Item) -> Agent | None:
    """Another agent for the item, or None: then it goes to a person."""
    gone = tried(tx, item.id)
    for agent in able(roster, item.capability, item.verb):
        if agent.name not in gone and stopped(tx, agent=agent.name) is None:
            return agent
    return None
