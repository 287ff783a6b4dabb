"""From a plan that is proposed to what its card shows. Pure: every value comes from the plan and the inventory."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from datetime import date, timedelta

from bot.cards import dates
from plans.model import diff
from plans.model.edits import AddItem, Edits
from plans.model.plan import Item, Metric, Plan
from plans.planning.propose import at_most
from plans.ports.people import ItemLine, ObjectiveLine, ProposalNotice, StreamLine
from plans.ports.work import Agent
from plans.words import AskId, ItemKind, ItemState, Money, PersonId, Verb

_ASK_FIRST = frozenset({Verb.PUBLISH, Verb.MESSAGE, Verb.SPEND})
"""What leaves the house or costs money asks on a card of its own, whatever was approved before."""
NameOf = Callable[[PersonId], str]


_CHANGES = 100
"""Lines of a diff that a notice carries; no card shows more."""


def proposal_notice(
    ask: AskId,
    plan: Plan,
    planned_by: str,
    agents: Sequence[Agent],
    today: date,
    name_of: NameOf,
    *,
    before: Plan | None = None,
    reason: str = "",
) -> ProposalNotice:
    """``plan`` is the plan as it would be, ``before`` the one it would change; ``today`` a day of its zone.

    The lines of ``planned_by`` after the first are notes. The hash is the asks' to set.
    """
    # The planner marks names up; the card shows text.
    by, *notes = planned_by.replace("*", "").split("\n")
    week = _this_week(plan, today)
    begun = {item.id for item in week}
    later = [item for item in _of(plan, ItemKind.TASK) if item.id not in begun]
    return ProposalNotice(
        ask=ask,
        hash="",
        plan=plan.slug,
        revision=plan.revision,
        title=plan.title,
        goal=plan.goal,
        north_star=plan.north_star,
        today=today,
        deadline=plan.deadline,
        objectives=tuple(_objective(plan, item) for item in _of(plan, ItemKind.OBJECTIVE)),
        streams=tuple(_stream(plan, item, later, today) for item in _of(plan, ItemKind.STREAM)),
        week=tuple(_task(item, name_of) for item in week),
        later=_counted(later, today, "more tasks"),
        agreed=tuple(constraint.text for constraint in plan.constraints),
        risks=_risks(plan),
        assumptions=plan.assumptions,
        questions=plan.questions,
        cost=_cost(plan, agents),
        planned_by=by,
        approver=name_of(plan.owner),
        reason=reason,
        changes=_changes(before, plan, name_of) if before is not None and before.revision else (),
        notes=tuple(notes),
    )


def _changes(before: Plan, after: Plan, name_of: NameOf) -> tuple[str, ...]:
    lines = diff.lines(before, after, name_of) or ("What changes is not in dates, names or people: see the plan.",)
    left = len(lines) - _CHANGES
    return (*lines[:_CHANGES], f"and {left:,} more changes") if left > 0 else lines


def _of(plan: Plan, kind: ItemKind) -> Iterator[Item]:
    return (item for item in plan.of_kind(kind) if item.state is not ItemState.DROPPED)


def _objective(plan: Plan, item: Item) -> ObjectiveLine:
    metric = next((found for found in plan.metrics if found.name == item.metric), None)
    return ObjectiveLine(
        id=item.id,
        title=item.title,
        metric=metric.name if metric else "not measured yet",
        target=_target(metric) if metric else "–",
        due=item.end,
    )


def _target(metric: Metric) -> str:
    figure = f"{metric.target:,.10g}"
    return figure if metric.unit.casefold() in metric.name.casefold() else f"{figure} {metric.unit}".strip()


def _stream(plan: Plan, item: Item, later: Sequence[Item], today: date) -> StreamLine:
    parent = plan.items.get(item.parent) if item.parent else None
    moved = item.metric or (parent.metric if parent else None)
    metric = f"{moved} " if moved else ""
    own = {item.id, *(child.id for child in plan.children(item.id))}
    marks = [child for child in plan.children(item.id) if child.kind is ItemKind.MILESTONE and not child.settled]
    return StreamLine(
        id=item.id,
        title=item.title,
        moves=f"{metric}({parent.id})" if parent else plan.north_star,
        start=item.start,
        end=item.end,
        milestones=tuple(f"{dates.day(mark.end, today)}: {mark.title}" for mark in marks),
        later=_counted([task for task in later if task.parent in own], today, "later tasks"),
    )


def _risks(plan: Plan) -> tuple[str, ...]:
    """Those the sponsor must see first, then by the working days that they are likely to cost."""
    ranked = sorted(plan.risks, key=lambda risk: (not risk.sponsor, -risk.probability * risk.days))
    return tuple(risk.text for risk in ranked)


def _counted(tasks: Sequence[Item], today: date, what: str) -> str:
    """``52 more tasks: 18 in Dec, 34 in Jan``, by the months in which they begin."""
    months = Counter(dates.month(task.start, today) for task in sorted(tasks, key=lambda task: task.start))
    if not months:
        return ""
    said = what if len(tasks) > 1 else what.removesuffix("s")
    return f"{len(tasks)} {said}: {', '.join(f'{number} in {month}' for month, number in months.items())}"


def _this_week(plan: Plan, today: date) -> list[Item]:
    """What begins within seven days, from the plan's first day on."""
    until = max(today, plan.begins) + timedelta(days=6)
    tasks = (task for task in _of(plan, ItemKind.TASK) if task.start <= until)
    return sorted(tasks, key=lambda item: (item.start, item.end, item.id))


def _task(item: Item, name_of: NameOf) -> ItemLine:
    return ItemLine(
        id=item.id,
        title=item.title,
        who=item.agent or item.role or name_of(item.owner),
        start=item.start,
        end=item.end,
        check=item.check.text,
        needs_card=item.verb in _ASK_FIRST,
    )


def _cost(plan: Plan, agents: Sequence[Agent]) -> str:
    """What the plan as it would be can cost at most, in words."""
    kept: Edits = tuple(AddItem(item=item) for item in plan.items.values() if item.state is not ItemState.DROPPED)
    sums: tuple[Money, ...] = at_most(kept, tuple(agents))
    if not sums:
        return "It costs nothing but people's time."
    budget = f", of a budget of {plan.budget}" if plan.budget else ""
    return f"At most {' and '.join(str(amount) for amount in sums)}{budget}."
