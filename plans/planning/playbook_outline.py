"""A playbook dated for a goal: backwards from the deadline over working days, and its first tasks from today."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

from plans.model.agreed import AtMost, Constraint, Embargo, Risk, Unsaid
from plans.model.calendar import spoken
from plans.model.plan import Flow, Member, Metric
from plans.planning.capabilities import Capability
from plans.planning.figures import Target
from plans.planning.goal import Goal
from plans.planning.outline import Desk, Milestone, Objective, Outline, Stream, Task, Wait
from plans.planning.playbook_days import Bound
from plans.planning.playbook_parts import (
    FIGURES,
    AtMostPart,
    ConstraintPart,
    EmbargoPart,
    Measure,
    Playbook,
    StreamPart,
    TaskPart,
)
from plans.words import ConstraintId, Doer, ItemId, Money, RiskId

MOST_FIGURES = 2
"""Figures of the goal that become objectives; with the playbook's own that makes four at most."""


Said = dict[str, str]
"""What stands in for each placeholder."""


def _first(opening: Bound, desk: Desk) -> date:
    """The day that follows the line."""
    return desk.day(opening.of(desk.days))


def _last(closing: Bound, desk: Desk) -> date:
    """The day before the line."""
    return desk.day(max(0, closing.of(desk.days) - 1))


def metrics_of(targets: tuple[Target, ...]) -> tuple[Metric, ...]:
    """What the figures of a goal are measured by: each from nothing to the figure, by its window's end."""
    found: dict[str, Metric] = {}
    for target in targets:
        what = target.unit.removeprefix("%").strip() or "change"
        name = what if what not in found else f"{what} ({target})"
        unit = "percent" if target.unit.startswith("%") else what
        found[name] = Metric(name=name, unit=unit, baseline=0, target=target.amount, due=target.due)
    return tuple(found.values())


def share(budget: Money | None, percent: int | None) -> Money | None:
    """That part of the plan's budget, rounded down to whole minor units."""
    if budget is None or percent is None:
        return None
    return Money(minor=budget.minor * percent // 100, currency=budget.currency)


def _metric(measure: Measure, due: date) -> Metric:
    return Metric(name=measure.name, unit=measure.unit, baseline=measure.baseline, target=measure.target, due=due)


def _objectives(playbook: Playbook, desk: Desk, said: Said) -> tuple[Objective, ...]:
    figures = desk.goal.targets[:MOST_FIGURES]
    other = playbook.figures.otherwise
    measured = [(str(figure), metric) for figure, metric in zip(figures, metrics_of(figures), strict=False)] or [
        (f"{other.target:g} {other.unit}", _metric(other, desk.goal.deadline))
    ]
    found = [
        Objective(f"{FIGURES}{number or ''}", playbook.figures.title.format(**{**said, "figure": words}), metric)
        for number, (words, metric) in enumerate(measured)
    ]
    for part in playbook.objectives:
        found.append(Objective(part.key, part.title.format(**said), _metric(part.metric, desk.goal.deadline)))
    return tuple(found)


def _stream(part: StreamPart, desk: Desk, said: Said) -> Stream:
    return Stream(
        key=part.key,
        title=part.title.format(**said),
        objective=part.objective,
        start=_first(part.opens.opening, desk),
        end=_last(part.closes.closing, desk),
        check=part.check.format(**said),
        flow=Flow(**{name: text.format(**said) for name, text in part.flow.model_dump().items()}),
        metric=_metric(part.metric, desk.goal.deadline) if part.metric else None,
    )


def room(part: TaskPart, days: int) -> int:
    """The working days of the task's window, in a plan of so many."""
    return part.when.closing.of(days) - part.when.opening.of(days)


def _task(part: TaskPart, playbook: Playbook, desk: Desk, said: Said) -> Task:
    """In a window shorter than its likely days, a task gets the days there are; what it takes at worst stays."""
    low, likely, high = part.when.days
    days = min(likely, room(part, desk.days))
    return Task(
        key=part.key,
        title=part.title.format(**said),
        stream=part.stream,
        start=_first(part.when.opening, desk),
        end=_last(part.when.closing, desk),
        days=days,
        low=min(low, days),
        high=high,
        effort=part.when.effort,
        role=part.role or "",
        check=part.check,
        instructions=part.instructions.format(**said) if part.instructions else "",
        capability=part.capability,
        after=part.when.after,
        links=tuple(Wait(link.item, link.kind, link.lag) for link in part.when.links),
        recipient=audience(part, playbook),
        budget=share(desk.goal.budget, part.budget_percent),
    )


def team(playbook: Playbook) -> tuple[Member, ...]:
    return tuple(
        Member(doer=Doer(f"role:{role}"), name=f"the {role}", share=seat.share, at_once=seat.at_once)
        for role, seat in playbook.team.items()
    )


def constraints(playbook: Playbook, desk: Desk) -> tuple[Constraint, ...]:
    """What is agreed by approving such a plan."""
    said = _said(playbook, desk)
    return tuple(_constraint(number, part, desk, said) for number, part in enumerate(playbook.constraints, 1))


def _constraint(number: int, part: ConstraintPart, desk: Desk, said: Said) -> Constraint:
    agreed = {
        "id": ConstraintId(f"K{number}"),
        "text": part.text.format(**said),
        "by": desk.owner,
        "on": desk.begins,
    }
    match part:
        case EmbargoPart():
            until = _last(part.until.closing, desk)
            # The day itself is free: the embargo ends the day before.
            return Embargo(**agreed, start=desk.begins, end=max(desk.begins, _before(until)), verbs=part.verbs)
        case AtMostPart():
            return AtMost(**agreed, verb=part.verb, most=part.most, per=part.per)
        case _:
            return Unsaid(**agreed, words=part.words)


def _before(day: date) -> date:
    return day - timedelta(days=1)


def risks(playbook: Playbook, desk: Desk) -> tuple[Risk, ...]:
    """Their items are keys of the playbook."""
    said = _said(playbook, desk)
    return tuple(
        Risk(
            id=RiskId(f"R{number}"),
            text=part.text.format(**said),
            probability=part.probability,
            days=part.days,
            cost=share(desk.goal.budget, part.budget_percent),
            items=tuple(ItemId(key) for key in part.items),
            mitigation=part.mitigation.format(**said),
            owner=desk.owner,
            sponsor=part.sponsor,
        )
        for number, part in enumerate(playbook.risks, 1)
    )


def audience(part: TaskPart, playbook: Playbook) -> str | None:
    """Whom the task reaches: the playbook's audience for a campaign, nobody otherwise."""
    return playbook.audience if part.capability is Capability.SEND_CAMPAIGN else None


def _spread(streams: tuple[Stream, ...], figures: int) -> tuple[Stream, ...]:
    """Streams that serve the goal's figures, dealt out among them, so that no figure is without a stream."""
    dealt, found = 0, []
    for stream in streams:
        if stream.objective == FIGURES and figures > 1:
            found.append(replace(stream, objective=f"{FIGURES}{dealt % figures or ''}"))
            dealt += 1
        else:
            found.append(stream)
    return tuple(found)


def unnamed_figures(playbook: Playbook, goal: Goal) -> tuple[str, ...]:
    """What to ask because the goal names no figure, or more of them than are measured."""
    if not goal.targets:
        return (playbook.figures.otherwise.question,)
    if len(goal.targets) > MOST_FIGURES:
        measured = " and ".join(str(figure) for figure in goal.targets[:MOST_FIGURES])
        return (f"The plan is measured by {measured}; which of your other figures matters as much?",)
    return ()


def unnamed_budget(goal: Goal) -> tuple[str, ...]:
    """What to ask because the goal names no budget."""
    return () if goal.budget else ("What may it cost? Until a budget is named, I ask about whatever costs something.",)


def _pressed(playbook: Playbook, desk: Desk) -> tuple[str, ...]:
    """What has to be assumed because the deadline is near."""
    short = sum(room(part, desk.days) < part.when.days[1] for part in playbook.tasks)
    if not short:
        return ()
    tasks = f"{short} task{'s' * (short != 1)}"
    return (f"The deadline is near: {tasks} must be done in fewer days than such work usually takes.",)


def _said(playbook: Playbook, desk: Desk) -> Said:
    figures = desk.goal.targets[:MOST_FIGURES]
    other = playbook.figures.otherwise
    return {
        "subject": desk.goal.subject,
        "deadline": spoken(desk.goal.deadline),
        "figure": " and ".join(str(figure) for figure in figures) or f"{other.target:g} {other.unit}",
    }


def outline(playbook: Playbook, desk: Desk) -> Outline:
    """The playbook's plan for the goal; ``feasible`` was asked before."""
    said = _said(playbook, desk)
    milestones = tuple(
        Milestone(
            mark.key,
            mark.title.format(**said),
            part.key,
            _last(mark.at.closing, desk),
            mark.check.format(**said),
            mark.after,
        )
        for part in playbook.streams
        for mark in part.milestones
    )
    return Outline(
        title=playbook.title.format(**said),
        north_star=playbook.north_star.format(**said),
        objectives=_objectives(playbook, desk, said),
        streams=_spread(
            tuple(_stream(part, desk, said) for part in playbook.streams), len(desk.goal.targets[:MOST_FIGURES])
        ),
        milestones=milestones,
        tasks=tuple(_task(part, playbook, desk, said) for part in playbook.tasks),
        team=team(playbook),
        constraints=constraints(playbook, desk),
        risks=risks(playbook, desk),
        assumptions=(*(text.format(**said) for text in playbook.assumptions), *_pressed(playbook, desk)),
        questions=(
            *(text.format(**said) for text in playbook.questions),
            *unnamed_figures(playbook, desk.goal),
            *unnamed_budget(desk.goal),
        ),
    )
