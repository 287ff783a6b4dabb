"""A playbook dated for a goal: backwards from the deadline over working days, and this week's tasks from today."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

from plans.model.calendar import spoken
from plans.model.plan import Metric
from plans.planning.capabilities import Capability
from plans.planning.figures import Target
from plans.planning.goal import Goal
from plans.planning.outline import Desk, Milestone, Objective, Outline, Stream, Task
from plans.planning.playbook_file import FIGURES, At, Playbook, TaskPart
from plans.words import Money

MOST_FIGURES = 2
"""Figures of the goal that become objectives; with the playbook's own that makes four at most."""


def _day(at: At, desk: Desk) -> date:
    if at.day is not None:
        return desk.day(at.day)
    assert at.left is not None
    return desk.calendar.add_workdays(desk.last, -((desk.days - 1) * at.left // 100))


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


def _objectives(playbook: Playbook, desk: Desk, said: dict[str, str]) -> tuple[Objective, ...]:
    figures = desk.goal.targets[:MOST_FIGURES]
    other = playbook.figures.otherwise
    measured = [(str(figure), metric) for figure, metric in zip(figures, metrics_of(figures), strict=False)] or [
        (
            f"{other.target:g} {other.unit}",
            Metric(name=other.name, unit=other.unit, baseline=0, target=other.target, due=desk.goal.deadline),
        )
    ]
    found = [
        Objective(f"{FIGURES}{number or ''}", playbook.figures.title.format(**{**said, "figure": words}), metric)
        for number, (words, metric) in enumerate(measured)
    ]
    for part in playbook.objectives:
        metric = Metric(**part.metric.model_dump(), baseline=0, due=desk.goal.deadline)
        found.append(Objective(part.key, part.title.format(**said), metric))
    return tuple(found)


def _task(part: TaskPart, playbook: Playbook, desk: Desk, said: dict[str, str]) -> Task:
    return Task(
        key=part.key,
        title=part.title.format(**said),
        stream=part.stream,
        start=desk.day(part.day),
        end=desk.day(part.day + part.days - 1),
        days=part.days,
        check=part.check,
        instructions=part.instructions.format(**said),
        capability=part.capability,
        after=part.after,
        recipient=audience(part, playbook),
        budget=share(desk.goal.budget, part.budget_percent),
        effort=part.effort,
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


def outline(playbook: Playbook, desk: Desk) -> Outline:
    """The playbook's plan for the goal; ``feasible`` was asked before."""
    said = {"subject": desk.goal.subject, "deadline": spoken(desk.goal.deadline), "figure": ""}
    figures = desk.goal.targets[:MOST_FIGURES]
    other = playbook.figures.otherwise
    said["figure"] = " and ".join(str(figure) for figure in figures) or f"{other.target:g} {other.unit}"
    streams = tuple(
        Stream(
            part.key,
            part.title.format(**said),
            part.objective,
            _day(part.opens, desk),
            _day(part.closes, desk),
            part.check.format(**said),
            part.flow,
        )
        for part in playbook.streams
    )
    milestones = tuple(
        Milestone(
            mark.key, mark.title.format(**said), part.key, _day(mark.at, desk), mark.check.format(**said), mark.after
        )
        for part in playbook.streams
        for mark in part.milestones
    )
    return Outline(
        title=playbook.title.format(**said),
        north_star=playbook.north_star.format(**said),
        objectives=_objectives(playbook, desk, said),
        streams=_spread(streams, len(figures)),
        milestones=milestones,
        tasks=tuple(_task(part, playbook, desk, said) for part in playbook.tasks),
        assumptions=tuple(text.format(**said) for text in playbook.assumptions),
        questions=(
            *(text.format(**said) for text in playbook.questions),
            *unnamed_figures(playbook, desk.goal),
            *unnamed_budget(desk.goal),
        ),
    )
