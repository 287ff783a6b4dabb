"""What a change would do to a plan, worked out before anybody is asked for a yes to it."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from datetime import date

from plans.model.agreed import Constraint
from plans.model.critic import RULES, Case, Finding, Limits, Precheck, Prices, review
from plans.model.edits import Edits
from plans.model.plan import Plan
from plans.model.revision import apply
from plans.model.schedule import finish
from plans.model.tiers import Fallout, fallout

_SAME = frozenset({"C02", "C06", "C07"})
"""Rules about how an item fits what it is derived from."""


@dataclass(frozen=True)
class Weighed:
    before: Plan
    after: Plan
    broken: tuple[Finding, ...]
    """Rules that it breaks, where they were kept before."""
    fallout: tuple[Fallout, ...]
    """What no longer fits below what it changes."""
    finish_before: date
    finish_after: date
    """When the plan is finished at the earliest, without it and with it."""

    @property
    def misfits(self) -> tuple[Finding, ...]:
        """The broken rules but for those that ``fallout`` says already of the same item, with what it comes of."""
        told = {found.item for found in self.fallout}
        return tuple(one for one in self.broken if one.item not in told or one.rule not in _SAME)


def weigh(
    plan: Plan,
    edits: Edits,
    today: date,
    precheck: Precheck | None = None,
    limits: Limits | None = None,
    prices: Prices | None = None,
) -> Weighed:
    """``today`` is a day of the plan's zone.

    Raises UserError when an edit does not fit the plan, CycleError (one too) when items then wait for each other.
    """
    after = apply(plan, edits)
    known = Counter((finding.rule, finding.item) for finding in review(plan, precheck, limits, prices))
    broken = []
    for finding in review(after, precheck, limits, prices):
        key = (finding.rule, finding.item)
        if known[key]:
            known[key] -= 1
        else:
            broken.append(finding)
    fallen = fallout(plan, after)
    return Weighed(plan, after, tuple(broken), fallen, finish(plan, today), finish(after, today))


def breaking(plan: Plan, one: Constraint) -> tuple[Finding, ...]:
    """How the plan as it stands breaks this one agreement; nothing where it is kept."""
    case = Case(plan.model_copy(update={"constraints": (one,)}))
    rule = next(rule for rule in RULES if rule.id == one.rule)
    return tuple(Finding(rule.id, item, f"{item} {said}" if item else said) for item, said in rule.check(case))
