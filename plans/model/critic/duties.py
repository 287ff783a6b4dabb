"""Rules about what every item must say of itself: who answers for it, how it is tested, what it moves and may cost."""

from __future__ import annotations

from plans.model.critic.case import Case, Said, spending
from plans.model.plan import Item
from plans.words import ItemId, ItemKind, Money, Verb

_SHOWN = 4


def owned(case: Case) -> Said:
    return ((item.id, "has no owner") for item in case.open if not item.owner.strip())


def testable(case: Case) -> Said:
    return ((item.id, "has no acceptance test") for item in case.open if not item.check.text.strip())


def briefable(case: Case) -> Said:
    for item in case.open:
        if item.agent is not None and (not item.capability or item.verb is None):
            yield item.id, f"is {item.agent}'s but names no capability and verb"


def measured(case: Case) -> Said:
    metrics = {metric.name for metric in case.plan.metrics}
    for item in case.open:
        if item.kind is ItemKind.OBJECTIVE and item.metric not in metrics:
            yield item.id, "is an objective without a metric of the plan"


def moving(case: Case) -> Said:
    """A stream names its metric; a milestone moves its own or, where it names none, that of what it is under."""
    metrics = {metric.name for metric in case.plan.metrics}
    for item in case.open:
        if item.kind is ItemKind.STREAM or (item.kind is ItemKind.MILESTONE and item.metric is not None):
            if item.metric not in metrics:
                yield item.id, f"is a {item.kind} that moves no metric of the plan"
        elif item.kind is ItemKind.MILESTONE:
            parent = case.parent(item)
            if parent is not None and parent.metric not in metrics:
                yield item.id, f"is a milestone, and neither it nor {parent.id} moves a metric of the plan"


def flowing(case: Case) -> Said:
    for item in case.open:
        if item.kind is not ItemKind.STREAM:
            continue
        flow = item.flow
        missing = [
            what
            for what, said in (
                ("what triggers it", flow and flow.trigger),
                ("how its effect is fed back", flow and flow.feedback),
                ("what it returns", flow and (flow.returns or flow.unmeasured_by)),
            )
            if not (said or "").strip()
        ]
        if missing:
            yield item.id, f"does not say {_listed(missing)}"


def estimated(case: Case) -> Said:
    for item in case.open:
        low, high = item.low or item.days, item.high or item.days
        if not 1 <= low <= item.days <= high:
            yield item.id, f"is estimated at best {low}, likely {item.days}, at worst {high} days: not in order"


def affordable(case: Case) -> Said:
    budget = case.plan.budget
    if budget is None:
        return
    total = Money(minor=0, currency=budget.currency)
    for item in spending(case.plan):
        assert item.budget is not None
        if item.budget.currency != budget.currency:
            yield item.id, f"has a budget in {item.budget.currency}, the plan's is in {budget.currency}"
        else:
            total = total.plus(item.budget)
    if total.minor > budget.minor:
        yield None, f"the items' budgets come to {total}, the plan's is {budget}"


def covered(case: Case) -> Said:
    """The plan's own budget covers all; without one, an item's, or that of anything that it is derived from."""
    if case.plan.budget is not None:
        return
    bare = [item for item in case.open if _costs(case, item) and not _covered(case, item)]
    if bare:
        shown = [f"{item.id} {item.title}" for item in bare[:_SHOWN]]
        more = [f"{len(bare) - _SHOWN} more"] if len(bare) > _SHOWN else []
        yield None, f"there is no budget from which to pay {_listed([*shown, *more])}"


def _costs(case: Case, item: Item) -> bool:
    price = case.prices.get(item.agent) if case.prices and item.agent else None
    return item.verb is Verb.SPEND or (price is not None and price.minor > 0)


def _covered(case: Case, item: Item) -> bool:
    return item.budget is not None or any(found.budget is not None for found in case.above(item))


def permitted(case: Case) -> Said:
    if case.precheck is None:
        return
    for item in case.open:
        why = case.precheck(case.plan, item) if item.agent is not None else None
        if why:
            yield item.id, f"would be forbidden now: {why}"


def _listed(words: list[str] | list[ItemId]) -> str:
    return " and ".join([", ".join(words[:-1]), words[-1]] if len(words) > 1 else words)
