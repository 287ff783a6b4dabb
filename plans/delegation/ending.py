"""How a delegation ends: done and verified, or not; and then who gets the item next."""

from __future__ import annotations

from sqlmodel import Session

from plans.delegation.desk import Desk, Phase, brief_of, carry, chat_of, move, step_of, unwanted, wake_plan
from plans.delegation.route import next_agent
from plans.governance import decisions, reservations
from plans.model.edits import Reassign
from plans.model.plan import Item, Plan
from plans.ports.people import ItemNotice
from plans.ports.work import Evidence
from plans.store import plans
from plans.store.people import display_name
from plans.store.tables import DelegationRow
from plans.words import DecisionId, ItemState, Money, PlanSlug


def tell(desk: Desk, tx: Session, row: DelegationRow, state: str, detail: str, quote: str = "") -> None:
    """One message per delegation on what became of it, replaced in place as that changes."""
    brief = brief_of(row)
    notice = ItemNotice(
        plan=brief.plan,
        item=brief.item,
        title=brief.title,
        who=row.agent,
        state=state,
        detail=detail,
        quote=quote,
    )
    desk.messenger.post(tx, chat_of(tx, brief.plan), notice, f"delegation:{row.id}")


def finish(desk: Desk, tx: Session, row: DelegationRow, verified: str, evidence: Evidence) -> None:
    """Done, and seen to be done; even if it was called off, when that came too late."""
    step = step_of(row)
    cost = step.cost if step else None
    _conclude(desk, tx, row, "succeeded", verified, evidence, cost)
    move(desk, tx, row, Phase.DONE)
    moved = carry(tx, row, ItemState.DONE)
    late = "It was done before it could be called off. " if row.cancel and not moved else ""
    tell(desk, tx, row, "done", f"{late}Verified: {verified}." + (f" Cost: {cost}." if cost else ""))
    wake_plan(desk, tx, row.plan)


def refuse(desk: Desk, tx: Session, row: DelegationRow, why: str) -> None:
    """Policy, a budget or a person said no: nothing was done; the item becomes its owner's, if it is still wanted."""
    if unwanted(tx, row):
        call_off(desk, tx, row, why)
        return
    _conclude(desk, tx, row, "refused", why, None, None)
    move(desk, tx, row, Phase.REFUSED)
    _to_person(desk, tx, row, f"not done: {why}", f"It was not done: {why}")


def fail(desk: Desk, tx: Session, row: DelegationRow, why: str, evidence: Evidence | None = None) -> None:
    """The agent did not do it. The item goes to another agent that can, or to its owner, if it is still wanted."""
    if unwanted(tx, row):
        call_off(desk, tx, row, why)
        return
    step = step_of(row)
    _conclude(desk, tx, row, "failed", why, evidence, step.cost if step else None)
    move(desk, tx, row, Phase.FAILED)
    plan, item = _item(tx, row)
    agent, told = next_agent(tx, desk.roster, item), f"{row.agent} did not do it: {why}"
    if agent is None:
        _to_person(desk, tx, row, why, told)
        return
    _reassign(desk, tx, plan, Reassign(item=item.id, agent=agent.name, owner=item.owner), f"{row.agent}: {why}")
    tell(desk, tx, row, "failed", f"{told}. It goes to {agent.name}.")


def call_off(desk: Desk, tx: Session, row: DelegationRow, why: str) -> None:
    """It was stopped, or given to somebody else, or dropped; unless dropped, the item can begin anew."""
    _conclude(desk, tx, row, "canceled", why, None, None)
    move(desk, tx, row, Phase.CANCELED)
    carry(tx, row, ItemState.PLANNED)
    tell(desk, tx, row, "called off", f"{why[:1].upper()}{why[1:]}.")
    wake_plan(desk, tx, row.plan)


def _conclude(
    desk: Desk,
    tx: Session,
    row: DelegationRow,
    state: decisions.State,
    said: str,
    evidence: Evidence | None,
    cost: Money | None,
) -> None:
    if row.decision is None:
        return
    decision = DecisionId(row.decision)
    seen = evidence.model_dump(mode="json") if evidence else {}
    decisions.conclude(tx, decision, desk.wall.now(), state, said, seen, cost)
    if cost is not None or state == "succeeded":
        reservations.settle(tx, decision, cost)
    else:
        reservations.release(tx, decision)


def _item(tx: Session, row: DelegationRow) -> tuple[Plan, Item]:
    plan = plans.load(tx, PlanSlug(row.plan))
    return plan, plan.items[brief_of(row).item]


def _to_person(desk: Desk, tx: Session, row: DelegationRow, why: str, told: str) -> None:
    plan, item = _item(tx, row)
    _reassign(desk, tx, plan, Reassign(item=item.id, agent=None, owner=item.owner), f"{row.agent}: {why}")
    owner = display_name(tx, item.owner)
    detail = f"{told}. No other agent can do it, so it is {owner}'s now: say “done {item.id}” when it is done."
    tell(desk, tx, row, "failed", detail)


def _reassign(desk: Desk, tx: Session, plan: Plan, edit: Reassign, reason: str) -> None:
    """A change of the plan like any other: a revision, kept and undoable, signed by the rule that made it."""
    plans.set_item_state(tx, edit.item, ItemState.PLANNED)
    desk.revisions.follow(tx, plan.slug, (edit,), reason, edit.item)
