"""Whether a levelled plan keeps what it must, counted out day by day: knows nothing of how it was made."""

from __future__ import annotations

from collections import defaultdict
from datetime import date, timedelta

from plans.model.levelling import Levelled
from plans.model.plan import Item, Member, Plan
from plans.words import IN_FLIGHT, Doer, ItemId, ItemKind

DAY = timedelta(days=1)


def broken(plan: Plan, members: dict[Doer, Member], levelled: Levelled, today: date) -> list[str]:
    """Sentences about every calendar, capacity, window and dependency that is not kept."""
    open_items = {item.id: item for item in plan.items.values() if not item.settled}
    said = [f"{item} is not placed" for item in open_items if item not in levelled.items]
    for item in open_items.values():
        said += _calendar(plan, members, levelled, item, today)
        said += _waits(plan, open_items, levelled, item)
    return said + _capacity(plan, members, open_items, levelled, today)


def works(plan: Plan, member: Member | None, day: date) -> bool:
    own = member.workdays if member and member.workdays is not None else plan.workdays
    away = member is not None and any(one.start <= day <= one.end for one in member.away)
    return day.weekday() in own and not away


def _doer(members: dict[Doer, Member], item: Item) -> Member | None:
    return members.get(item.doer) if item.kind is ItemKind.TASK else None


def _days(plan: Plan, members: dict[Doer, Member], item: Item, start: date, finish: date) -> list[date]:
    days = [start + DAY * number for number in range((finish - start).days + 1)]
    return [day for day in days if works(plan, _doer(members, item), day)]


def _calendar(plan: Plan, members: dict[Doer, Member], levelled: Levelled, item: Item, today: date) -> list[str]:
    start, finish = levelled.items[item.id]
    contains = any(other.parent == item.id and not other.settled for other in plan.items.values())
    said = []
    if start < item.start or finish < start:
        said.append(f"{item.id}: {start} to {finish}")
    if not works(plan, _doer(members, item), start) or not (contains or works(plan, _doer(members, item), finish)):
        said.append(f"{item.id} begins or ends on a day off: {start} to {finish}")
    if finish < today and not contains:
        said.append(f"{item.id} is open and would have been finished on {finish}")
    member = _doer(members, item)
    part = min(1.0, (member.share if member else 1.0) / item.effort)
    if len(_days(plan, members, item, start, finish)) < round(item.days / part, 9):
        said.append(f"{item.id} takes {item.days} days, has {start} to {finish}")
    if start < today and item.agent is not None and item.state not in IN_FLIGHT:
        said.append(f"{item.id} would have been begun on {start}")
    return said


def _waits(plan: Plan, open_items: dict[ItemId, Item], levelled: Levelled, item: Item) -> list[str]:
    said = [
        f"{item.id} begins before {before} is done"
        for before in item.after
        if before in open_items and levelled.items[item.id].start <= levelled.items[before].finish
    ]
    for link in item.links:
        if link.item not in open_items:
            continue
        before, start = levelled.items[link.item], levelled.items[item.id].start
        from_day = before.finish + DAY if link.kind == "finish_start" else before.start
        between = [from_day + DAY * number for number in range((start - from_day).days)]
        if start < from_day or sum(works(plan, None, day) for day in between) < link.lag:
            said.append(f"{item.id} begins {start}, too soon for {link}")
    parent = levelled.items.get(item.parent) if item.parent else None
    if parent is not None and parent.finish < levelled.items[item.id].finish:
        said.append(f"{item.parent} is done before {item.id}")
    return said


def _capacity(
    plan: Plan, members: dict[Doer, Member], open_items: dict[ItemId, Item], levelled: Levelled, today: date
) -> list[str]:
    """From today on. What is seen to be under way is a fact, even where it is more than somebody should have."""
    used: dict[tuple[Doer, date], float] = defaultdict(float)
    flying: dict[tuple[Doer, date], float] = defaultdict(float)
    for item in open_items.values():
        if item.kind is not ItemKind.TASK:
            continue
        member = members.get(item.doer) or Member(doer=item.doer)
        start, finish = levelled.items[item.id]
        for day in _days(plan, members, item, max(start, today), finish):
            used[item.doer, day] += min(item.effort, member.share)
            if item.state in IN_FLIGHT:
                flying[item.doer, day] += min(item.effort, member.share)
    said = []
    for (doer, day), much in used.items():
        member = members.get(doer) or Member(doer=doer)
        if much > max(member.share * member.at_once, flying[doer, day]) + 1e-9:
            said.append(f"{doer} has {much} on {day}")
    return said
