"""In which order work gets its days: behind what it waits for, and the most pressing first.

A list schedule by latest start (Kolisch, 1996): how late an item may begin, going by the work behind it, the tier above
and the deadline. That does not change when a window does, so that deriving again comes to the same order.
"""

from __future__ import annotations

import heapq
from collections.abc import Mapping, Sequence
from datetime import date

from plans.model.calendar import Calendar
from plans.model.plan import Item, Plan
from plans.words import ItemId, ItemKind


def waits_of(plan: Plan) -> dict[ItemId, list[ItemId]]:
    """What holds each open item up: what it waits for, and of what is no task, what is under it. Open items only."""
    found: dict[ItemId, list[ItemId]] = {item.id: [] for item in plan.items.values() if not item.settled}
    for item_id in found:
        item = plan.items[item_id]
        found[item_id] += [before for before in dict.fromkeys(item.waits) if before in found]
        if item.parent in found:
            found[item.parent].append(item_id)
    return found


def bound(plan: Plan, item: Item) -> date:
    """The last day that the tiers above leave to the item."""
    last, at, seen = plan.deadline, item.parent, {item.id}
    while at is not None and at in plan.items and at not in seen:
        seen.add(at)
        above = plan.items[at]
        if not above.settled:
            last = min(last, above.end)
        at = above.parent
    return last


def sequence(plan: Plan, pressing: Mapping[ItemId, bool]) -> list[ItemId]:
    """The open items, each behind what it waits for; of those that could be next, what is pressing, then what must
    begin first, then whose window ends first, then as on the plan. What waits in a circle is left out.
    """
    waits = waits_of(plan)
    latest = _latest_starts(plan, _sorted(waits, dict.fromkeys(waits, ())))
    place = {item: number for number, item in enumerate(plan.items)}
    keys: dict[ItemId, tuple[object, ...]] = {}
    for item_id in waits:
        item = plan.items[item_id]
        if item.kind is not ItemKind.TASK:
            keys[item_id] = (0, 0, place[item_id])
        elif pressing.get(item_id):
            keys[item_id] = (1, latest.get(item_id, 0), place[item_id])
        else:
            keys[item_id] = (2, latest.get(item_id, 0), item.end, place[item_id])
    return _sorted(waits, keys)


def _sorted(waits: Mapping[ItemId, Sequence[ItemId]], keys: Mapping[ItemId, tuple[object, ...]]) -> list[ItemId]:
    behind: dict[ItemId, list[ItemId]] = {item: [] for item in waits}
    for item, befores in waits.items():
        for before in befores:
            behind[before].append(item)
    missing = {item: len(befores) for item, befores in waits.items()}
    numbers = {item: number for number, item in enumerate(waits)}
    free = [(keys[item], numbers[item], item) for item, count in missing.items() if not count]
    heapq.heapify(free)
    done: list[ItemId] = []
    while free:
        _, _, item = heapq.heappop(free)
        done.append(item)
        for follower in behind[item]:
            missing[follower] -= 1
            if not missing[follower]:
                heapq.heappush(free, (keys[follower], numbers[follower], follower))
    return done


def _latest_starts(plan: Plan, ordered: Sequence[ItemId]) -> dict[ItemId, int]:
    """As ranks of working days, by lengths alone: no window of a task has a say."""
    calendar = Calendar.of(plan)
    finishes = {item: calendar.rank(bound(plan, plan.items[item])) for item in ordered}
    starts: dict[ItemId, int] = {}
    for item_id in reversed(ordered):
        item = plan.items[item_id]
        if item.parent in finishes:
            finishes[item_id] = min(finishes[item_id], finishes[item.parent])
        length = item.days if item.kind is ItemKind.TASK else 1
        starts[item_id] = finishes[item_id] - length + 1
        for before, last in _before(plan, item, starts[item_id]):
            if before in finishes:
                finishes[before] = min(finishes[before], last)
    return starts


def _before(plan: Plan, item: Item, start: int) -> list[tuple[ItemId, int]]:
    """What it waits for, and the rank by which that must be done so that the item can begin at that rank."""
    found = [(before, start - 1) for before in item.after]
    for link in item.links:
        if link.kind == "finish_start":
            found.append((link.item, start - 1 - link.lag))
        elif link.item in plan.items:
            found.append((link.item, start - link.lag + plan.items[link.item].days - 1))
    return found
