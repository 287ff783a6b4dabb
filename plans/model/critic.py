"""What a plan must be before a person is asked to approve it: numbered rules, each a function and a sentence.

No model takes part. Policy is asked through a ``Precheck`` that app hands in: it tells why an item's act would be
forbidden now, or None. A rule looks at open items only; what is done or dropped is history.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from plans.model.calendar import Calendar
from plans.model.plan import Item, Plan
from plans.model.schedule import CycleError, order, schedule
from plans.words import ItemId, ItemKind, Money

Precheck = Callable[[Plan, Item], str | None]

PARENTS: dict[ItemKind, frozenset[ItemKind]] = {
    ItemKind.OBJECTIVE: frozenset(),
    ItemKind.STREAM: frozenset({ItemKind.OBJECTIVE}),
    ItemKind.MILESTONE: frozenset({ItemKind.STREAM, ItemKind.OBJECTIVE}),
    ItemKind.TASK: frozenset({ItemKind.STREAM, ItemKind.MILESTONE}),
}
"""What each kind of item may be derived from."""


@dataclass(frozen=True)
class Finding:
    """A rule that is broken, by which item, in a sentence."""

    rule: str
    item: ItemId | None
    said: str


@dataclass(frozen=True)
class Case:
    """A plan under review, and what the rules need to know beside it."""

    plan: Plan
    precheck: Precheck | None
    sound: bool
    """Whether it has an order at all; dates are only reasoned about where it has."""

    def open(self) -> Iterator[Item]:
        return (item for item in self.plan.items.values() if not item.settled)


Said = Iterator[tuple[ItemId | None, str]]


@dataclass(frozen=True)
class Rule:
    id: str
    sentence: str
    check: Callable[[Case], Said]


def _acyclic(case: Case) -> Said:
    try:
        order(case.plan)
    except CycleError as error:
        yield error.cycle[0], error.said


def _traced(case: Case) -> Said:
    for item in case.open():
        if item.kind is ItemKind.OBJECTIVE:
            if item.parent is not None:
                yield item.id, "is an objective and has a parent"
            continue
        parent = case.plan.items.get(item.parent) if item.parent else None
        if parent is None:
            yield item.id, f"is a {item.kind} without a parent on the plan"
        elif parent.kind not in PARENTS[item.kind]:
            yield item.id, f"is a {item.kind} under a {parent.kind}"


def _known(case: Case) -> Said:
    for item in case.open():
        for before in item.after:
            if before not in case.plan.items:
                yield item.id, f"waits for {before}, which is not on the plan"


def _owned(case: Case) -> Said:
    return ((item.id, "has no owner") for item in case.open() if not item.owner.strip())


def _testable(case: Case) -> Said:
    return ((item.id, "has no acceptance test") for item in case.open() if not item.check.text.strip())


def _in_parent(case: Case) -> Said:
    for item in case.open():
        parent = case.plan.items.get(item.parent) if item.parent else None
        if parent is None or parent.settled:
            continue
        if item.start < parent.start or item.end > parent.end:
            window, around = f"{item.start} to {item.end}", f"{parent.start} to {parent.end}"
            yield item.id, f"has the window {window}, outside that of {parent.id} ({around})"


def _in_plan(case: Case) -> Said:
    plan = case.plan
    for item in case.open():
        if item.end > plan.deadline:
            yield item.id, f"ends {item.end}, after the deadline {plan.deadline}"
        if item.start < plan.begins:
            yield item.id, f"starts {item.start}, before the plan begins ({plan.begins})"
        if item.end < item.start:
            yield item.id, f"ends {item.end}, before it starts ({item.start})"


def _briefable(case: Case) -> Said:
    for item in case.open():
        if item.agent is not None and (not item.capability or item.verb is None):
            yield item.id, f"is {item.agent}'s but names no capability and verb"


def _roomy(case: Case) -> Said:
    if not case.sound:
        return
    found = schedule(case.plan)
    for item in case.open():
        if found.late(item):
            timing = found.timings[item.id]
            yield (
                item.id,
                f"cannot be done by {item.end}: behind what it waits for, {item.days} working days "
                f"take until {timing.early_finish}",
            )


def _measured(case: Case) -> Said:
    metrics = {metric.name for metric in case.plan.metrics}
    for item in case.open():
        if item.kind is ItemKind.OBJECTIVE and item.metric not in metrics:
            yield item.id, "is an objective without a metric of the plan"


def _working(case: Case) -> Said:
    calendar = Calendar.of(case.plan)
    for item in case.open():
        off = [str(day) for day in dict.fromkeys((item.start, item.end)) if not calendar.is_workday(day)]
        if off:
            yield item.id, f"starts or ends on a day off ({', '.join(off)})"


def _affordable(case: Case) -> Said:
    budget = case.plan.budget
    if budget is None:
        return
    total = Money(minor=0, currency=budget.currency)
    for item in case.plan.items.values():
        if item.budget is None:
            continue
        if item.budget.currency != budget.currency:
            yield item.id, f"has a budget in {item.budget.currency}, the plan's is in {budget.currency}"
        else:
            total = total.plus(item.budget)
    if total.minor > budget.minor:
        yield None, f"the items' budgets come to {total}, the plan's is {budget}"


def _tiers(case: Case) -> Said:
    kinds = {item.kind for item in case.plan.items.values()}
    for kind in (ItemKind.OBJECTIVE, ItemKind.STREAM, ItemKind.TASK):
        if kind not in kinds:
            yield None, f"there is no {kind}"


def _permitted(case: Case) -> Said:
    if case.precheck is None:
        return
    for item in case.open():
        why = case.precheck(case.plan, item) if item.agent is not None else None
        if why:
            yield item.id, f"would be forbidden now: {why}"


def _titled(case: Case) -> Said:
    return ((item.id, "has no title") for item in case.open() if not item.title.strip())


RULES: tuple[Rule, ...] = (
    Rule("C01", "Nothing waits for itself, directly or around corners.", _acyclic),
    Rule("C02", "Every item is derived from one of the tier above, up to an objective.", _traced),
    Rule("C03", "What an item waits for is on the plan.", _known),
    Rule("C04", "Every item has an owner.", _owned),
    Rule("C05", "Every item has an acceptance test.", _testable),
    Rule("C06", "Every window lies within its parent's.", _in_parent),
    Rule("C07", "Every window lies between the plan's beginning and its deadline.", _in_plan),
    Rule("C08", "What an agent is to do names a capability and a verb.", _briefable),
    Rule("C09", "Every window has room for its working days behind what the item waits for.", _roomy),
    Rule("C10", "Every objective is measured by a metric of the plan.", _measured),
    Rule("C11", "Windows begin and end on working days.", _working),
    Rule("C12", "The items' budgets together keep within the plan's.", _affordable),
    Rule("C13", "There are objectives, streams and tasks.", _tiers),
    Rule("C14", "No step would be forbidden by policy as things stand.", _permitted),
    Rule("C15", "Every item has a title.", _titled),
)


def _sound(plan: Plan) -> bool:
    try:
        order(plan)
    except CycleError:
        return False
    return True


def review(plan: Plan, precheck: Precheck | None = None) -> list[Finding]:
    """Every broken rule, in the rules' order; an empty list means that a person may be asked."""
    case = Case(plan, precheck, _sound(plan))
    return [
        Finding(rule.id, item, f"{item} {said}" if item and rule.id != "C01" else said)
        for rule in RULES
        for item, said in rule.check(case)
    ]
