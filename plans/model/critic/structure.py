"""Rules about how a plan hangs together: tiers, parents, dependencies, and that whoever is named exists."""

from __future__ import annotations

from plans.model.agreed import NotAfter, NotBefore
from plans.model.critic.case import PARENTS, Case, Said
from plans.words import ItemId, ItemKind, ItemState

_DOERS = ("agent", "role", "person")


def acyclic(case: Case) -> Said:
    if case.circle is not None:
        yield case.circle.cycle[0], case.circle.said


def traced(case: Case) -> Said:
    for item in case.open:
        if item.kind is ItemKind.OBJECTIVE:
            if item.parent is not None:
                yield item.id, "is an objective and has a parent"
            continue
        parent = case.parent(item)
        if parent is None:
            yield item.id, f"is a {item.kind} without a parent on the plan"
        elif parent.kind not in PARENTS[item.kind]:
            yield item.id, f"is a {item.kind} under a {parent.kind}"
        elif parent.state is ItemState.DROPPED:
            yield item.id, f"is derived from {parent.id}, which was dropped"


def known(case: Case) -> Said:
    for item in case.open:
        for before in item.waits:
            if before not in case.plan.items:
                yield item.id, f"waits for {before}, which is not on the plan"


def tiers(case: Case) -> Said:
    kinds = {item.kind for item in case.plan.items.values()}
    for kind in (ItemKind.OBJECTIVE, ItemKind.STREAM, ItemKind.TASK):
        if kind not in kinds:
            yield None, f"there is no {kind}"


def titled(case: Case) -> Said:
    return ((item.id, "has no title") for item in case.open if not item.title.strip())


def referred(case: Case) -> Said:
    """Risks and agreements speak of items that are there; members of the team are doers that exist."""
    plan = case.plan
    for risk in plan.risks:
        for item in risk.items:
            if item not in plan.items:
                yield None, f"risk {risk.id} would hit {item}, which is not on the plan"
    for one in plan.constraints:
        if isinstance(one, NotBefore | NotAfter) and one.item not in plan.items:
            yield None, f"agreement {one.id} is about {one.item}, which is not on the plan"
    for member in plan.team:
        kind, _, name = member.doer.partition(":")
        if kind not in _DOERS or not name.strip():
            yield None, f"the team names {member.doer}, who is neither an agent, a role nor a person"
        elif kind == "agent" and case.limits is not None and name not in case.limits:
            yield None, f"the team names the agent {name}, who is not in the inventory"
    yield from _unlisted(case)


def _unlisted(case: Case) -> Said:
    """Items of agents that nobody has entered."""
    found: list[tuple[ItemId, str]] = []
    if case.limits is not None:
        found = [(item.id, item.agent) for item in case.open if item.agent and item.agent not in case.limits]
    for item, agent in found:
        yield item, f"is {agent}'s, who is not in the inventory"
