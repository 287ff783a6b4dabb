"""What could go wrong with a plan, ranked: what people see, and beside it what the plan itself shows today.

A risk weighs its probability times what it would take: its share of the plan's working days and of its money. What is
computed has a probability only where the plan's own estimates give one; elsewhere it is even odds, and said to be.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from datetime import date

from plans.model.calendar import Calendar, near
from plans.model.plan import Item, Plan
from plans.model.schedule import Schedule, schedule
from plans.words import AgentName, Doer, ItemId, ItemKind, ItemState, Money, PersonId

_EVEN = 0.5
_MOST = 0.5
"""The part of the critical tasks from which on they hang on one doer."""
_FEW = 3
"""Critical tasks below which nobody holds most of them."""


@dataclass(frozen=True)
class Threat:
    """One thing that could go wrong."""

    id: str
    """``R2``; empty for what is computed."""
    text: str
    probability: float
    days: int
    cost: Money | None
    items: tuple[ItemId, ...]
    mitigation: str
    owner: PersonId
    weight: float
    sponsor: bool
    """Whether the sponsor must see it first: somebody said so, or it alone would likely break the deadline."""


@dataclass(frozen=True)
class Seen:
    """What the caller knows beside the plan; None where it does not know."""

    inventory: Collection[AgentName] | None = None
    """The agents that can be given work."""
    proven: Collection[AgentName] | None = None
    """The agents that have finished something before."""
    chance: float | None = None
    """The forecast's probability that the plan keeps its deadline."""


def ranked(plan: Plan, today: date, seen: Seen | None = None) -> tuple[Threat, ...]:
    """Everything that could go wrong, what the sponsor must see first in front, then by weight.

    ``today`` is a day of the plan's zone. Raises CycleError.
    """
    found = schedule(plan, today)
    spare = max(0, Calendar.of(plan).workdays_between(found.finish, plan.deadline) - 1)
    threats = [*_stated(plan, spare), *_computed(plan, found, today, spare, seen or Seen())]
    return tuple(sorted(threats, key=lambda one: (not one.sponsor, -one.weight, one.id, one.text)))


def _weight(plan: Plan, probability: float, days: int, cost: Money | None) -> float:
    length = max(1, Calendar.of(plan).workdays_between(plan.begins, plan.deadline))
    money = 0.0
    if cost is not None and plan.budget is not None and cost.currency == plan.budget.currency and plan.budget.minor:
        money = cost.minor / plan.budget.minor
    return probability * (days / length + money)


def _stated(plan: Plan, spare: int) -> Iterator[Threat]:
    for risk in plan.risks:
        breaks = risk.probability >= _EVEN and risk.days > spare
        yield Threat(
            id=risk.id,
            text=risk.text,
            probability=risk.probability,
            days=risk.days,
            cost=risk.cost,
            items=risk.items,
            mitigation=risk.mitigation,
            owner=risk.owner,
            weight=_weight(plan, risk.probability, risk.days, risk.cost),
            sponsor=risk.sponsor or breaks,
        )


def _computed(plan: Plan, found: Schedule, today: date, spare: int, seen: Seen) -> Iterator[Threat]:
    critical = [plan.items[item] for item in found.critical if plan.items[item].kind is ItemKind.TASK]
    told = [
        *_unlikely(seen),
        *_tight(plan, critical, spare),
        *_leaning(plan, critical),
        *_asking(critical),
        *_untried(plan, seen),
        *_without(plan),
        *_late(plan, found, today),
    ]
    for text, probability, days, items, mitigation in told:
        yield Threat(
            id="",
            text=text,
            probability=probability,
            days=days,
            cost=None,
            items=tuple(item.id for item in items),
            mitigation=mitigation,
            owner=plan.owner,
            weight=_weight(plan, probability, days, None),
            sponsor=probability >= _EVEN and days > spare,
        )


_Told = Iterator[tuple[str, float, int, list[Item], str]]
"""What could happen, how likely, working days, the items it would hit, and what helps."""


def _unlikely(seen: Seen) -> _Told:
    if seen.chance is not None and seen.chance < 0.5:
        text = f"The forecast gives the deadline {seen.chance:.0%}".replace("%", " %")
        yield text, 1 - seen.chance, 1, [], "Move the deadline, or take something off the plan."


def _tight(plan: Plan, critical: list[Item], spare: int) -> _Told:
    """Tasks without slack: what they may take over their likely days comes off the end."""
    over = sum((item.high or item.days) - item.days for item in critical)
    if critical and not spare:
        text = f"The critical path has no slack: a day lost on {_some(critical)} is a day lost at the end"
        yield text, _EVEN, max(1, over), critical, "Give one of them more hands, or the plan more days."


def _leaning(plan: Plan, critical: list[Item]) -> _Told:
    """One doer who holds most of the critical tasks."""
    if len(critical) < _FEW:
        return
    doer, number = Counter(item.doer for item in critical).most_common(1)[0]
    if number / len(critical) > _MOST:
        held = [item for item in critical if item.doer == doer]
        text = f"{number} of the {len(critical)} critical tasks hang on {_name(plan, doer)}"
        yield text, _EVEN, max(item.days for item in held), held, "Name somebody who could step in."


def _asking(critical: list[Item]) -> _Told:
    waiting = [item for item in critical if item.state in (ItemState.ASKING, ItemState.UNKNOWN)]
    if waiting:
        text = f"{_some(waiting)} on the critical path {'waits' if len(waiting) == 1 else 'wait'} for an answer"
        yield text, _EVEN, 1, waiting, "Answer it; `status` says what is asked of whom."


def _untried(plan: Plan, seen: Seen) -> _Told:
    given: dict[AgentName, list[Item]] = {}
    for item in plan.items.values():
        if item.agent and not item.settled:
            given.setdefault(item.agent, []).append(item)
    for agent, items in given.items():
        days = max(item.days for item in items)
        if seen.inventory is not None and agent not in seen.inventory:
            yield f"{agent} is not in the inventory and cannot be reached", 1.0, days, items, "Reassign what it holds."
        elif seen.proven is not None and agent not in seen.proven:
            yield (
                f"{agent} has no record: it has finished nothing yet",
                _EVEN,
                days,
                items,
                "Give it something small first.",
            )


def _without(plan: Plan) -> _Told:
    """Open items that waited for something that was dropped: they no longer wait, and may lack what it would give."""
    for item in plan.items.values():
        gone = [
            before for before in item.waits if before in plan.items and plan.items[before].state is ItemState.DROPPED
        ]
        if gone and not item.settled:
            missing = " and ".join(gone)
            text = f"{item.id} {item.title} goes on without {missing}, which it waited for and which was dropped"
            yield text, _EVEN, item.days, [item], "See whether it can be done without."


def _late(plan: Plan, found: Schedule, today: date) -> _Told:
    if found.finish > plan.deadline:
        over = Calendar.of(plan).workdays_between(plan.deadline, found.finish) - 1
        text = f"As things stand the plan ends {near(found.finish, today)}, after its deadline"
        yield text, 1.0, max(1, over), [], "`status` shows what is late."


def _name(plan: Plan, doer: Doer) -> str:
    member = next((member for member in plan.team if member.doer == doer and member.name), None)
    kind, _, name = doer.partition(":")
    return member.name if member else {"role": f"the {name}", "agent": name}.get(kind, "one person")


def _some(items: list[Item]) -> str:
    shown = [str(item.id) for item in items[:3]]
    shown += [f"{len(items) - 3} more"] if len(items) > 3 else []
    return " or ".join([", ".join(shown[:-1]), shown[-1]] if len(shown) > 1 else shown)
