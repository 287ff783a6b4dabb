"""What a plan must be before a person is asked to approve it: numbered rules, each a function and a sentence.

No model takes part. Policy is asked through a ``Precheck`` that app hands in: it tells why an item's act would be
forbidden now, or None. A rule looks at open items only; what is done or dropped is history. An open item that waited
for something dropped breaks no rule, because that no longer holds it up; who drops something is told so beforehand
(``plans.model.tiers``), and it stays among the plan's risks (``plans.model.risks``).
"""

from __future__ import annotations

from plans.model.critic.case import PARENTS, Case, Finding, Limits, Precheck, Prices, Rule
from plans.model.critic.rules import RULES
from plans.model.plan import Plan

__all__ = ["PARENTS", "RULES", "Case", "Finding", "Limits", "Precheck", "Prices", "Rule", "review", "review_case"]


def review(
    plan: Plan, precheck: Precheck | None = None, limits: Limits | None = None, prices: Prices | None = None
) -> list[Finding]:
    """Every broken rule, in the rules' order; an empty list means that a person may be asked.

    ``limits`` and ``prices`` are what the inventory says of its agents; without them their time, their presence and
    their cost are not judged.
    """
    return review_case(Case(plan, precheck, limits, prices))


def review_case(case: Case) -> list[Finding]:
    """The same of a plan with all that is known beside it."""
    return [
        Finding(rule.id, item, f"{item} {said}" if item and rule.id != "C01" else said)
        for rule in RULES
        for item, said in rule.check(case)
    ]
