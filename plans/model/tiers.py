"""Tiers stay derived: what falls out of line below when something above it is changed, told before it is changed.

A change is two plans, whatever edits lie between them. What the same change puts right again is not told: the items are
looked at as they would be. Whether the change may be made all the same is the critic's and a person's to say.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date

from plans.model.calendar import near
from plans.model.plan import Item, Metric, Plan
from plans.words import ItemId, ItemKind, ItemState, Money, Tier

_HEIGHT = {ItemKind.TASK: 0, ItemKind.MILESTONE: 1, ItemKind.STREAM: 2, ItemKind.OBJECTIVE: 3}


@dataclass(frozen=True)
class Fallout:
    """One open item that no longer fits what it is derived from."""

    item: ItemId
    above: ItemId | None
    """What was changed above it; None: the plan itself."""
    said: str
    """``NA-12 Landing page ends Fri 4 Dec, after NA-4 now does (Wed 2 Dec)``; without a full stop."""


@dataclass(frozen=True)
class _Change:
    before: Plan
    after: Plan
    children: Mapping[ItemId, list[Item]]

    def under(self, item: ItemId) -> Iterator[Item]:
        """The open items derived from it, at any depth, in the plan's order for each level."""
        passed, waiting = {item}, [item]
        while waiting:
            for child in self.children.get(waiting.pop(), ()):
                if child.id not in passed:
                    passed.add(child.id)
                    waiting.append(child.id)
                    if not child.settled:
                        yield child

    def day(self, day: date) -> str:
        return near(day, self.before.begins)


def fallout(before: Plan, after: Plan) -> tuple[Fallout, ...]:
    """What falls out of line, each item once for each thing that changed above it; in the order of the causes."""
    children: dict[ItemId, list[Item]] = defaultdict(list)
    for item in after.items.values():
        if item.parent is not None:
            children[item.parent].append(item)
    change = _Change(before, after, children)
    found = [
        one
        for look in (_outside, _beyond, _unmeasured, _orphaned, _unheld, _unpaid)
        for one in look(change)
    ]  # fmt: skip
    return tuple({(one.item, one.above, one.said): one for one in found}.values())


def _outside(change: _Change) -> Iterator[Fallout]:
    """Items outside the window of something above them that was redated; told for the nearest such thing."""
    told: set[ItemId] = set()
    redated = [
        item
        for item in change.after.items.values()
        if item.tier is not Tier.WEEKLY
        and not item.settled
        and _was(change, item) not in (None, (item.start, item.end))
    ]
    for above in sorted(redated, key=lambda item: _HEIGHT[item.kind]):
        was = _was(change, above)
        assert was is not None
        for item in change.under(above.id):
            if item.id in told:
                continue
            sides = []
            if item.start < above.start and item.start >= was[0]:
                sides.append(f"starts {change.day(item.start)}, before {above.id} now does ({change.day(above.start)})")
            if item.end > above.end and item.end <= was[1]:
                sides.append(f"ends {change.day(item.end)}, after {above.id} now does ({change.day(above.end)})")
            if sides:
                told.add(item.id)
                yield Fallout(item.id, above.id, f"{item.id} {item.title} {' and '.join(sides)}")


def _was(change: _Change, item: Item) -> tuple[date, date] | None:
    old = change.before.items.get(item.id)
    return (old.start, old.end) if old is not None else None


def _beyond(change: _Change) -> Iterator[Fallout]:
    before, after = change.before, change.after
    for item in after.items.values():
        if item.settled:
            continue
        if after.deadline < before.deadline and item.end > after.deadline:
            said = f"ends {change.day(item.end)}, beyond the new deadline {change.day(after.deadline)}"
            yield Fallout(item.id, None, f"{item.id} {item.title} {said}")
        if after.begins > before.begins and item.start < after.begins:
            said = f"starts {change.day(item.start)}, before the plan now begins ({change.day(after.begins)})"
            yield Fallout(item.id, None, f"{item.id} {item.title} {said}")


def _unmeasured(change: _Change) -> Iterator[Fallout]:
    """Streams and milestones whose metric, or whose objective's metric, is another one now."""
    old = {metric.name: metric for metric in change.before.metrics}
    new = {metric.name: metric for metric in change.after.metrics}
    for item in change.after.items.values():
        if item.settled or item.tier is not Tier.TACTICAL:
            continue
        if item.metric in old and old[item.metric] != new.get(item.metric):
            said = _remeasured(change, old[item.metric], new.get(item.metric))
            yield Fallout(item.id, item.parent, f"{item.id} {item.title} moves {item.metric}, {said}")
        above = change.after.items.get(item.parent) if item.parent else None
        was = change.before.items.get(item.parent) if item.parent else None
        if above is None or was is None or above.kind is not ItemKind.OBJECTIVE or above.metric == was.metric:
            continue
        if item.metric is not None and item.metric != above.metric:
            said = f"moves {item.metric}; {above.id} is measured by {above.metric or 'nothing'} now"
            yield Fallout(item.id, above.id, f"{item.id} {item.title} {said}")


def _remeasured(change: _Change, old: Metric, new: Metric | None) -> str:
    if new is None:
        return "which is no metric of the plan any more"
    told = []
    if old.target != new.target:
        told.append(f"whose target is {new.target:,.10g} {new.unit} instead of {old.target:,.10g}")
    if old.due != new.due:
        told.append(f"which is due {change.day(new.due)} instead of {change.day(old.due)}")
    return " and ".join(told) or "which is counted otherwise now"


def _orphaned(change: _Change) -> Iterator[Fallout]:
    """Open items under something that is dropped; nothing is taken off from above others (``misfits``)."""
    for gone in _dropped(change):
        for item in change.under(gone):
            yield Fallout(item.id, gone, f"{item.id} {item.title} is derived from {gone}, which is dropped")


def _unheld(change: _Change) -> Iterator[Fallout]:
    """Open items that waited for something that is dropped: they will not wait any more."""
    gone = set(_dropped(change))
    if not gone:
        return
    for item in change.after.items.values():
        for before in () if item.settled else item.waits:
            if before in gone:
                said = f"waited for {before}, which is dropped, and no longer does"
                yield Fallout(item.id, before, f"{item.id} {item.title} {said}")


def _dropped(change: _Change) -> Iterator[ItemId]:
    for old in change.before.items.values():
        new = change.after.items.get(old.id)
        if new is not None and new.state is ItemState.DROPPED and old.state is not ItemState.DROPPED:
            yield old.id


def _unpaid(change: _Change) -> Iterator[Fallout]:
    """When the budget is cut: the items behind which it is used up, going by when they end."""
    old, new = change.before.budget, change.after.budget
    if new is None or (old is not None and (old.currency != new.currency or old.minor <= new.minor)):
        return
    total = Money(minor=0, currency=new.currency)
    paid = (item for item in change.after.items.values() if item.budget and item.state is not ItemState.DROPPED)
    for item in sorted(paid, key=lambda item: (item.end, item.id)):
        assert item.budget is not None
        if item.budget.currency != new.currency:
            continue
        total = total.plus(item.budget)
        if total.minor > new.minor and not item.settled:
            yield Fallout(item.id, None, f"{item.id} {item.title} ({item.budget}) is beyond the budget of {new}")
