"""What a change would do, before anybody says yes to it: arithmetic on two plans, nothing stored, no model asked."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Sequence
from dataclasses import dataclass
from datetime import date

from plans.model.calendar import Calendar, near
from plans.model.critic import Precheck, review
from plans.model.edits import AddItem, Edits
from plans.model.plan import Item, Plan
from plans.model.repair import Moved
from plans.model.revision import apply
from plans.model.schedule import earliest, finish
from plans.planning.load import Load, compared
from plans.planning.propose import at_most
from plans.ports.work import Agent
from plans.words import ItemId, ItemKind, ItemState, Money

Chance = Callable[[Plan], float | None]
"""How likely a plan is to be finished by its deadline, from 0 to 1; None where nothing can be said of that."""


@dataclass(frozen=True)
class Standing:
    """What is compared of a plan before and after."""

    finish: date
    """When the plan is finished, going by its windows and what is late."""
    last_work: date
    """When its last task or milestone is."""
    cost: tuple[Money, ...]
    """At most, one sum per currency."""
    chance: float | None
    """Of being finished by the deadline; None where nothing works that out."""


@dataclass(frozen=True)
class Effect:
    """What the edits do to the plan."""

    before: Standing
    after: Standing
    plan: Plan
    """As it would be."""
    moved: tuple[Moved, ...]
    """The items whose windows would end on another day, as on the plan."""
    breaks: tuple[str, ...]
    """What would no longer hold that holds now: the deadline, constraints, rules; in sentences."""
    load: tuple[Load, ...]
    """The weeks that would be fuller or emptier, the fullest first."""
    metrics: tuple[str, ...]
    """The metrics whose items are touched, with how, e.g. ``demo requests: NA-8 dropped``."""


def effect(
    plan: Plan,
    edits: Edits,
    today: date,
    *,
    agents: Sequence[Agent] = (),
    chance: Chance | None = None,
    precheck: Precheck | None = None,
    deadline_said: bool = False,
    holidays: Collection[date] = frozenset(),
) -> Effect:
    """``today`` is a day of the plan's zone. ``deadline_said``: the edits change the deadline because it was asked for;
    otherwise the chance is that of the deadline as agreed.

    Raises UserError when the edits do not fit, CycleError when nothing could be put in order.
    """
    after = apply(plan, edits)
    promised = after if deadline_said else after.model_copy(update={"deadline": plan.deadline})
    broken = [f"{said}." for said in _newly_broken(plan, after, precheck)]
    if after.deadline > plan.deadline and not deadline_said:
        broken.insert(0, _missed(plan, after, today, holidays))
    return Effect(
        before=_standing(plan, today, agents, chance(plan) if chance else None, holidays),
        after=_standing(after, today, agents, chance(promised) if chance else None, holidays),
        plan=after,
        moved=tuple(_moved(plan, after)),
        breaks=tuple(broken),
        load=compared(plan, after, agents, holidays),
        metrics=tuple(_metrics(plan, after)),
    )


def _standing(
    plan: Plan, today: date, agents: Sequence[Agent], chance: float | None, holidays: Collection[date]
) -> Standing:
    days = earliest(plan, today, holidays)[0]
    work = [
        max(days[item.id], item.end)
        for item in plan.items.values()
        if item.id in days and item.kind in (ItemKind.TASK, ItemKind.MILESTONE)
    ]
    kept: Edits = tuple(AddItem(item=item) for item in plan.items.values() if item.state is not ItemState.DROPPED)
    whole = finish(plan, today, holidays)
    return Standing(whole, max(work, default=whole), at_most(kept, tuple(agents)), chance)


def _newly_broken(plan: Plan, after: Plan, precheck: Precheck | None) -> Iterator[str]:
    known = {(finding.rule, finding.item) for finding in review(plan, precheck)}
    return (found.said for found in review(after, precheck) if (found.rule, found.item) not in known)


def _missed(plan: Plan, after: Plan, today: date, holidays: Collection[date]) -> str:
    calendar = Calendar.of(plan, holidays)
    over = calendar.rank(after.deadline) - calendar.rank(plan.deadline)
    return (
        f"The deadline of {near(plan.deadline, today)} is missed by {over} working day{'s' * (over != 1)}; "
        f"it would move along to {near(after.deadline, today)}."
    )


def _moved(plan: Plan, after: Plan) -> Iterator[Moved]:
    for item in after.items.values():
        was = plan.items.get(item.id)
        if was is not None and was.end != item.end and not item.settled:
            yield Moved(item.id, was.end, item.end)


def _metrics(plan: Plan, after: Plan) -> Iterator[str]:
    """Tasks and milestones that are dropped, added or later, by the metric that they serve."""
    touched: dict[str, list[str]] = {}
    for item in after.items.values():
        how = _how(plan.items.get(item.id), item)
        name = _metric_of(after, item) if how else None
        if name:
            touched.setdefault(name, []).append(f"{item.id} {how}")
    return (f"{name}: {', '.join(found)}" for name, found in touched.items())


def _how(was: Item | None, item: Item) -> str:
    if item.kind not in (ItemKind.TASK, ItemKind.MILESTONE):
        return ""
    if was is None:
        return "new"
    if was.state is not item.state:
        return "dropped" if item.state is ItemState.DROPPED else "taken up again"
    return "later" if item.end > was.end else "earlier" if item.end < was.end else ""


def _metric_of(plan: Plan, item: Item) -> str | None:
    """Its own, else that of what it is derived from."""
    seen: set[ItemId] = set()
    at: Item | None = item
    while at is not None and at.id not in seen:
        if at.metric:
            return at.metric
        seen.add(at.id)
        at = plan.items.get(at.parent) if at.parent else None
    return None
