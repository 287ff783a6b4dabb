"""A plan before it has ids, agents and an owner: what a playbook or the model proposes, with every date settled.

``assemble`` turns it into a plan's frame and the edits that fill it. Here, and nowhere in what proposed it, agents
are chosen from the inventory by capability, and recipients and sums are given out.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from plans.model.calendar import Calendar, spoken
from plans.model.edits import AddItem, Edits
from plans.model.plan import Flow, Item, Metric, Plan
from plans.planning import titles
from plans.planning.capabilities import IN_WORDS, VERB_OF, Capability, able
from plans.planning.goal import Goal
from plans.ports.work import Agent
from plans.words import Check, ItemId, ItemKind, Money, PersonId, PlanSlug


@dataclass(frozen=True)
class Objective:
    key: str
    title: str
    metric: Metric


@dataclass(frozen=True)
class Stream:
    key: str
    title: str
    objective: str
    start: date
    end: date
    check: str
    flow: Flow | None = None


@dataclass(frozen=True)
class Milestone:
    key: str
    title: str
    stream: str
    day: date
    check: str
    after: tuple[str, ...] = ()


@dataclass(frozen=True)
class Task:
    key: str
    title: str
    stream: str
    start: date
    end: date
    days: int
    check: Check
    instructions: str
    capability: Capability | None = None
    """None: the owner does it."""
    after: tuple[str, ...] = ()
    recipient: str | None = None
    budget: Money | None = None
    effort: float = 1.0


@dataclass(frozen=True)
class Outline:
    title: str
    north_star: str
    objectives: tuple[Objective, ...]
    streams: tuple[Stream, ...]
    milestones: tuple[Milestone, ...]
    tasks: tuple[Task, ...]
    assumptions: tuple[str, ...] = ()
    questions: tuple[str, ...] = ()


@dataclass(frozen=True)
class Desk:
    """For whom and out of what a plan is made."""

    goal: Goal
    slug: PlanSlug
    prefix: str
    owner: PersonId
    owner_name: str
    zone: str
    begins: date
    """The first working day."""
    calendar: Calendar
    agents: tuple[Agent, ...]

    @property
    def last(self) -> date:
        """The last working day by the deadline."""
        return self.calendar.previous_workday(self.goal.deadline)

    def day(self, number: int) -> date:
        """The plan's working day of that number; its first is 0."""
        return self.calendar.add_workdays(self.begins, number)

    @property
    def days(self) -> int:
        """How many working days the plan has."""
        return self.calendar.workdays_between(self.begins, self.last)


def _numbered(outline: Outline, prefix: str) -> dict[str, ItemId]:
    """Ids in the order in which a reader wants the items: objectives, each stream with its milestones, tasks."""
    keys = [objective.key for objective in outline.objectives]
    for stream in outline.streams:
        keys += [stream.key, *(mark.key for mark in outline.milestones if mark.stream == stream.key)]
    keys += [task.key for task in outline.tasks]
    return {key: ItemId(f"{prefix}-{number}") for number, key in enumerate(keys, 1)}


def _reach(metric: Metric, year: int) -> str:
    target = int(metric.target) if metric.target.is_integer() else metric.target
    named = f"{target:,} {metric.unit}" if metric.unit == metric.name else f"{metric.name}: {target:,} {metric.unit}"
    return f"{named} by {spoken(metric.due, year)}"


def _objectives(outline: Outline, desk: Desk, ids: dict[str, ItemId]) -> Iterator[Item]:
    for objective in outline.objectives:
        yield Item(
            id=ids[objective.key],
            kind=ItemKind.OBJECTIVE,
            title=titles.title(objective.title),
            parent=None,
            owner=desk.owner,
            start=desk.begins,
            end=desk.last,
            days=desk.days,
            check=Check(text=_reach(objective.metric, desk.begins.year)),
            metric=objective.metric.name,
        )


def _streams(outline: Outline, desk: Desk, ids: dict[str, ItemId]) -> Iterator[Item]:
    metrics = {objective.key: objective.metric.name for objective in outline.objectives}
    for stream in outline.streams:
        yield Item(
            id=ids[stream.key],
            kind=ItemKind.STREAM,
            title=titles.title(stream.title),
            parent=ids[stream.objective],
            owner=desk.owner,
            start=stream.start,
            end=stream.end,
            days=max(1, desk.calendar.workdays_between(stream.start, stream.end)),
            check=Check(text=titles.title(stream.check, 200)),
            metric=metrics[stream.objective],
            flow=stream.flow,
        )


def _milestones(outline: Outline, desk: Desk, ids: dict[str, ItemId]) -> Iterator[Item]:
    for mark in outline.milestones:
        yield Item(
            id=ids[mark.key],
            kind=ItemKind.MILESTONE,
            title=titles.title(mark.title),
            parent=ids[mark.stream],
            owner=desk.owner,
            start=mark.day,
            end=mark.day,
            check=Check(text=titles.title(mark.check, 200)),
            after=tuple(ids[key] for key in mark.after),
        )


def _tasks(outline: Outline, desk: Desk, ids: dict[str, ItemId]) -> Iterator[Item]:
    for task in outline.tasks:
        agent = able(task.capability, desk.agents) if task.capability else None
        yield Item(
            id=ids[task.key],
            kind=ItemKind.TASK,
            title=titles.title(task.title),
            parent=ids[task.stream],
            owner=desk.owner,
            start=task.start,
            end=task.end,
            days=task.days,
            effort=task.effort,
            check=task.check,
            agent=agent.name if agent else None,
            capability=task.capability or "",
            verb=VERB_OF[task.capability] if task.capability else None,
            instructions=task.instructions,
            recipient=task.recipient,
            after=tuple(ids[key] for key in task.after),
            budget=task.budget,
        )


def _unable(outline: Outline, desk: Desk) -> Iterator[str]:
    for task in outline.tasks:
        if task.capability and able(task.capability, desk.agents) is None:
            yield (
                f"No agent of the inventory can {IN_WORDS[task.capability]}: "
                f"is “{titles.title(task.title)}” really {desk.owner_name}'s own?"
            )


def assemble(outline: Outline, desk: Desk) -> tuple[Plan, Edits]:
    """The frame without items, and the edits that add them. Raises KeyError when a key is not the outline's."""
    ids = _numbered(outline, desk.prefix)
    made = [make(outline, desk, ids) for make in (_objectives, _streams, _milestones, _tasks)]
    items = sorted((item for kind in made for item in kind), key=lambda item: int(item.id.rpartition("-")[2]))
    frame = Plan(
        slug=desk.slug,
        prefix=desk.prefix,
        title=titles.title(outline.title),
        goal=desk.goal.text,
        north_star=titles.title(outline.north_star, 300),
        owner=desk.owner,
        zone=desk.zone,
        workdays=desk.calendar.workdays,
        begins=desk.begins,
        deadline=desk.goal.deadline,
        budget=desk.goal.budget,
        metrics=tuple({objective.metric.name: objective.metric for objective in outline.objectives}.values()),
        assumptions=(
            *desk.goal.assumed,
            *outline.assumptions,
            f"{titles.title(desk.owner_name)} answers for every item until somebody else is named.",
        ),
        questions=(*outline.questions, *_unable(outline, desk)),
    )
    return frame, tuple(AddItem(item=item) for item in items)
