"""How a plan stands today, before anybody's time is shared out: what can happen when, and what is under way.

What is being worked on keeps its place and takes its doer's time from today on. Of a person's items nobody sees whether
they were begun; where a person cannot have begun all whose windows are open, those whose windows opened last are taken
as not begun.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Collection
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from typing import NamedTuple

from plans.model.availability import Availability
from plans.model.axis import Axis, axis_of
from plans.model.order import order
from plans.model.plan import Plan
from plans.model.resources import Resources
from plans.model.schedule import Span, begun, forward
from plans.words import IN_FLIGHT, Doer, ItemId


class Busy(NamedTuple):
    """So much of somebody's time, in percent, is taken from one time of the axis to before another."""

    doer: Doer
    start: int
    end: int
    amount: int


@dataclass(frozen=True)
class Standing:
    """``today`` is a day of the plan's zone. Its properties raise CycleError, and UserError as Availability does."""

    plan: Plan
    today: date
    resources: Resources
    holidays: Collection[date] = frozenset()

    @cached_property
    def sequence(self) -> list[ItemId]:
        """The open items, each behind what it waits for."""
        return [item for item in order(self.plan) if not self.plan.items[item].settled]

    @cached_property
    def paces(self) -> Availability:
        team = tuple(self.resources.members.values())
        return Availability.of(self.plan.model_copy(update={"team": team}), self.holidays)

    @cached_property
    def spans(self) -> dict[ItemId, Span]:
        """The critical path's earliest days."""
        return forward(self.plan, self.paces, self.sequence, self.today)

    @cached_property
    def axis(self) -> Axis:
        return axis_of(self.paces.calendar, (span.pace.calendar for span in self.spans.values()), self.today)

    @cached_property
    def children(self) -> dict[ItemId, list[ItemId]]:
        """The open items that contain open ones, with these."""
        found: dict[ItemId, list[ItemId]] = defaultdict(list)
        for item in self.sequence:
            parent = self.plan.items[item].parent
            if parent in self.spans:
                found[parent].append(item)
        return dict(found)

    def now(self, item: ItemId) -> date:
        """The first day from today on on which the item is worked on."""
        return self.spans[item].pace.calendar.next_workday(self.today)

    def rest(self, item: ItemId) -> tuple[date, date]:
        """From when to when an item that keeps its place is still worked on."""
        span = self.spans[item]
        first = max(span.start, self.now(item))
        return first, max(span.own, first)

    def times(self, item_id: ItemId) -> range:
        """When an item that keeps its place still takes its doer's time."""
        first, last = (self.axis.time(day) for day in self.rest(item_id))
        return range(first, last + 1)

    @cached_property
    def kept(self) -> frozenset[ItemId]:
        """The items that keep their place."""
        kept: set[ItemId] = set()
        used: Counter[tuple[Doer, int]] = Counter()
        candidates = [item for item in self.sequence if self._may_keep(item)]
        candidates.sort(key=lambda item: (self.plan.items[item].state not in IN_FLIGHT, self.spans[item].start))
        for item_id in candidates:
            item = self.plan.items[item_id]
            demand = self.resources.demand(item)
            times = self.times(item_id) if demand else range(0)
            left = self.resources.capacity(item.doer) - max((used[item.doer, time] for time in times), default=0)
            if demand <= left or item.state in IN_FLIGHT:
                kept.add(item_id)
                used.update({(item.doer, time): demand for time in times})
        for item_id in self.sequence:  # begun together with what turns out not to have begun, it has not either
            links = self.plan.items[item_id].links
            if item_id in kept and any(link.item in self.spans and link.item not in kept for link in links):
                kept.remove(item_id)
        return frozenset(kept)

    @cached_property
    def busy(self) -> list[Busy]:
        """What the items that keep their place take of everybody's time; of an agent that was given too much, all."""
        used: dict[Doer, Counter[int]] = {}
        for item_id in self.sequence:
            item = self.plan.items[item_id]
            demand = self.resources.demand(item)
            if demand and item_id in self.kept:
                used.setdefault(item.doer, Counter()).update(dict.fromkeys(self.times(item_id), demand))
        found: list[Busy] = []
        for doer, amounts in used.items():
            most = self.resources.capacity(doer)
            for time in sorted(amounts):
                amount = min(amounts[time], most)
                last = found[-1] if found else None
                if last and (last.doer, last.end, last.amount) == (doer, time, amount):
                    found[-1] = last._replace(end=time + 1)
                else:
                    found.append(Busy(doer, time, time + 1, amount))
        return found

    def _may_keep(self, item_id: ItemId) -> bool:
        item = self.plan.items[item_id]
        if item.state not in IN_FLIGHT and not (begun(item) and self.spans[item_id].start < self.now(item_id)):
            return False
        plain = any(before in self.spans for before in item.after)
        return not plain and not any(link.item in self.spans for link in item.links if link.kind == "finish_start")
