"""What an agent is told: goal, acceptance test, deadline, budget, and only what it may see."""

from __future__ import annotations

from sqlmodel import Session, col, select

from plans.delegation.desk import Phase, step_of
from plans.governance.acts import Act
from plans.model.calendar import day_end
from plans.model.plan import Item, Plan
from plans.ports.work import Agent, Brief, Material
from plans.store.tables import DelegationRow
from plans.words import DelegationId, ItemId, Money, Verb

_TEXT_LIMIT = 20_000
"""Characters of one earlier result that are handed on."""


def _materials(tx: Session, item: Item) -> tuple[Material, ...]:
    """What the items before this one produced, as their agents returned it and as it was verified."""
    found: list[Material] = []
    for before in item.waits:
        row = tx.exec(
            select(DelegationRow)
            .where(DelegationRow.item == before, DelegationRow.state == Phase.DONE.value)
            .order_by(col(DelegationRow.ended_at).desc())
        ).first()
        step = step_of(row) if row else None
        for artifact in step.artifacts if step else ():
            found.append(Material(item=ItemId(before), title=artifact.title, text=artifact.text[:_TEXT_LIMIT]))
    return tuple(found)


def build(tx: Session, plan: Plan, item: Item, agent: Agent, delegation: DelegationId) -> Brief:
    """Raises ValueError when the item names no verb: the critic lets no such item through."""
    if item.verb is None:
        raise ValueError(f"{item.id} has an agent but no verb")
    return Brief(
        delegation=delegation,
        plan=plan.slug,
        item=item.id,
        title=item.title,
        goal=plan.goal,
        instructions=item.instructions or item.title,
        capability=item.capability,
        verb=item.verb,
        check=item.check,
        deadline=day_end(item.end, plan.zone),
        budget=item.budget,
        materials=_materials(tx, item),
        recipient=item.recipient,
        on_behalf_of=item.owner,
    )


def act_of(brief: Brief, agent: Agent) -> Act:
    """The act that handing over this brief is: what policy judges, what a card shows, what the log keeps.

    For words that leave the house (publish, message) the text is what will be said; otherwise the instructions.
    """
    outward = brief.verb in (Verb.PUBLISH, Verb.MESSAGE) and brief.materials
    return Act(
        plan=brief.plan,
        item=brief.item,
        agent=agent.name,
        verb=brief.verb,
        capability=brief.capability,
        resource=f"{agent.name}/{brief.capability}",
        recipient=brief.recipient,
        text=brief.materials[-1].text if outward else brief.instructions,
        amount=at_most(brief, agent),
    )


def at_most(brief: Brief, agent: Agent) -> Money | None:
    """What the act may cost: the item's own budget where it has one, else the agent's price."""
    if brief.budget is not None:
        return brief.budget
    return agent.price if agent.price.minor else None
