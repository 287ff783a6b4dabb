"""Who does the work of a plan, and how much of it they can do on a day, in whole percent of one person's day.

The plan's team says it of whoever is named there; an agent's entry in the inventory says how many things it may do at
once; everybody else is one full-time person who does one thing after the other.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from plans.errors import UserError
from plans.model.availability import percent
from plans.model.plan import Item, Member, Plan
from plans.words import AgentName, Doer, ItemKind

_MOST = 100
"""Full items side by side beyond which nothing is limited."""


@dataclass(frozen=True)
class Resources:
    members: Mapping[Doer, Member]
    """Everybody who does a task of the plan, and the team."""

    @classmethod
    def of(cls, plan: Plan, limits: Mapping[AgentName, int]) -> Resources:
        """``limits``: how many items each agent may work on at once, from the inventory.

        Raises UserError for an agent that has open tasks and may do nothing.
        """
        members = {member.doer: member for member in plan.team}
        for item in plan.of_kind(ItemKind.TASK):
            if item.doer in members:
                continue
            at_once = limits.get(item.agent, 1) if item.agent else 1
            if at_once < 1 and not item.settled:
                raise UserError(
                    f"{item.agent} is never available: it may work on {at_once} items at once, and {item.id} is its.",
                    f"Give {item.id} to somebody else, or raise the agent's limit in the inventory.",
                )
            members[item.doer] = Member(doer=item.doer, name=item.agent or item.role, at_once=_clamped(at_once))
        return cls(members)

    def capacity(self, doer: Doer) -> int:
        """Percent of a day that the doer has for this plan, over all they do side by side."""
        member = self._member(doer)
        return percent(member.share) * member.at_once

    def demand(self, item: Item) -> int:
        """Percent of a day that the item takes of its doer: none if it only contains, never more than one has."""
        if item.kind is not ItemKind.TASK:
            return 0
        return min(percent(item.effort), percent(self._member(item.doer).share))

    def _member(self, doer: Doer) -> Member:
        return self.members.get(doer) or Member(doer=doer)


def _clamped(at_once: int) -> int:
    return min(max(1, at_once), _MOST)
