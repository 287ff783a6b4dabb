"""How full somebody's weeks are: the effort of their open tasks, spread evenly over each task's window."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from plans.model.calendar import Calendar
from plans.model.plan import Item, Member, Plan
from plans.ports.work import Agent
from plans.words import Doer, ItemKind

Week = tuple[Doer, date]
"""Somebody's week, by its Monday."""


@dataclass(frozen=True)
class Load:
    """Percent of what there is of somebody in one week, as it is and as it would be."""

    doer: Doer
    monday: date
    before: int
    after: int


def _monday(day: date) -> date:
    return day - timedelta(days=day.weekday())


def _spread(item: Item, calendar: Calendar) -> Mapping[date, float]:
    """Days of work in each week of the item's window, by the week's Monday."""
    workdays = max(1, calendar.workdays_between(item.start, item.end))
    found: dict[date, float] = {}
    monday = _monday(item.start)
    while monday <= item.end:
        first, last = max(monday, item.start), min(monday + timedelta(days=6), item.end)
        found[monday] = item.days * item.effort * calendar.workdays_between(first, last) / workdays
        monday += timedelta(weeks=1)
    return found


def weeks(plan: Plan, holidays: Collection[date] = frozenset()) -> Mapping[Week, float]:
    """Days of work of every doer in every week."""
    calendar = Calendar.of(plan, holidays)
    found: dict[Week, float] = defaultdict(float)
    for item in plan.of_kind(ItemKind.TASK):
        if not item.settled:
            for monday, days in _spread(item, calendar).items():
                found[item.doer, monday] += days
    return found


def capacity(plan: Plan, week: Week, agents: Sequence[Agent], holidays: Collection[date] = frozenset()) -> float:
    """Days of work that there are of somebody in a week: their share of it, without the days on which they are away."""
    doer, monday = week
    concurrent = next((agent.concurrent for agent in agents if doer == f"agent:{agent.name}"), 1)
    unnamed = Member(doer=doer, at_once=concurrent)
    member = next((found for found in plan.team if found.doer == doer), unnamed)
    calendar = Calendar(member.workdays, frozenset(holidays)) if member.workdays else Calendar.of(plan, holidays)
    days = [day for day in (monday + timedelta(days=n) for n in range(7)) if calendar.is_workday(day)]
    there = [day for day in days if not any(away.start <= day <= away.end for away in member.away)]
    return len(there) * member.share * member.at_once


def full(
    plan: Plan, today: date, agents: Sequence[Agent] = (), holidays: Collection[date] = frozenset()
) -> tuple[Load, ...]:
    """This week and all later ones in which somebody has something to do, the fullest first."""
    found = [
        Load(week[0], week[1], percent, percent)
        for week, days in weeks(plan, holidays).items()
        if week[1] >= _monday(today) and (percent := _percent(days, capacity(plan, week, agents, holidays)))
    ]
    return tuple(sorted(found, key=lambda load: (-load.after, load.monday, load.doer)))


def compared(
    before: Plan, after: Plan, agents: Sequence[Agent] = (), holidays: Collection[date] = frozenset()
) -> tuple[Load, ...]:
    """The weeks whose load changes, the fullest first. A week without any capacity counts as ten times too full."""
    old, new = weeks(before, holidays), weeks(after, holidays)
    found = []
    for week in old.keys() | new.keys():
        was = _percent(old.get(week, 0), capacity(before, week, agents, holidays))
        now = _percent(new.get(week, 0), capacity(after, week, agents, holidays))
        if was != now:
            found.append(Load(week[0], week[1], was, now))
    return tuple(sorted(found, key=lambda load: (-load.after, load.monday, load.doer)))


def _percent(days: float, there: float) -> int:
    if not days:
        return 0
    return min(1000, round(100 * days / there)) if there else 1000
