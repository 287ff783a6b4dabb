"""One pass over a plan's open items: each task gets the first days that its window, its waits and its doer leave.

What is under way comes first, then everything in the order of ``plans.model.priority``. A task that keeps within its
window stays as it is. One that cannot is tried again when all others have their days, and is moved, if the tiers above
leave room for that; if they do not, it is outside, and whatever waits for it waits.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date, timedelta
from typing import Literal, NamedTuple

from plans.model.calendar import Calendar
from plans.model.plan import Item, Link, Plan
from plans.model.priority import bound, sequence, waits_of
from plans.model.workload import Span, Workload
from plans.words import IN_FLIGHT, Doer, ItemId, ItemKind, ItemState, Tier

Because = Literal["blocked", "failed", "untraced", "waits", "capacity", "later"]
_DAY = timedelta(days=1)
_FAR = timedelta(days=366)
"""How far behind its tier's end a place for an item is looked for."""


class Left(NamedTuple):
    """A task that is not for this week, and why."""

    item: ItemId
    because: Because
    of: str
    """The item it waits for, the doer without capacity, what blocks it in words, or the day on which it opens."""


class Outside(NamedTuple):
    """A task that the tiers above have no room for: the days it would take, and the last day they leave."""

    item: ItemId
    span: Span
    until: date


class _Opening(NamedTuple):
    day: date
    holder: ItemId | None
    """What holds the item up until then, if something does that is not settled."""


class Placing:
    """Places everything when it is made; what came of it is in its attributes."""

    def __init__(
        self, plan: Plan, since: date, sunday: date, limits: Mapping[Doer, int], blocked: Mapping[ItemId, str]
    ) -> None:
        """``since``: the first day on which anything can still be done, ``sunday``: the week's last."""
        self._plan, self._since, self._sunday, self._blocked = plan, since, sunday, blocked
        self._calendar = Calendar.of(plan)
        self._load = Workload(plan, limits)
        self._waits = waits_of(plan)
        self.places: dict[ItemId, Span] = {}
        """When each task is done, as it looks."""
        self.moved: dict[ItemId, Span] = {}
        """Windows that have to change, within the tiers above; never to an earlier day."""
        self.outside: dict[ItemId, Outside] = {}
        self.left: dict[ItemId, Left] = {}
        self._place()

    def overdue(self, item: Item) -> bool:
        return item.end < self._since

    def _place(self) -> None:
        tasks = [item for item in self._plan.of_kind(ItemKind.TASK) if not item.settled]
        for item in tasks:
            if self._begun(item) and self._may(item):
                self._go_on(item)
        self.order = sequence(self._plan, {item.id: self._pressing(item) for item in tasks})
        deferred = [item for item in self.order if not self._settle(self._plan.items[item], last=False)]
        for item_id in deferred:
            self._settle(self._plan.items[item_id], last=True)
        for item in tasks:
            if not (item.id in self.places or item.id in self.outside or item.start > self._sunday):
                self.left.setdefault(item.id, Left(item.id, "waits", next(iter(self._waits[item.id]), "")))

    def _begun(self, item: Item) -> bool:
        """Whether somebody is at work on it; of a person's that was ready before this, it is taken for granted."""
        mine = item.agent is None and item.state is ItemState.READY and item.start < self._since
        return item.state in IN_FLIGHT or (mine and not self.overdue(item))

    def _pressing(self, item: Item) -> bool:
        """Late already, or with no other days within its window than those it needs."""
        if self.overdue(item):
            return True
        opens = max(item.start, self._since)
        alone = self._load.earliest(item, self._load.pace(item).days, opens, item.end, alone=True)
        return alone is None or alone.end >= self._calendar.previous_workday(item.end)

    def _may(self, item: Item) -> bool:
        """Whether it is anybody's to do at all; if not, why is written down."""
        left: Left | None = None
        above = self._plan.items.get(item.parent) if item.parent else None
        if above is None or above.tier is not Tier.TACTICAL or above.state is ItemState.DROPPED:
            left = Left(item.id, "untraced", "")
        elif item.id in self._blocked:
            left = Left(item.id, "blocked", self._blocked[item.id])
        elif item.state is ItemState.FAILED:
            left = Left(item.id, "failed", "")
        if left is not None and item.start <= self._sunday:
            self.left[item.id] = left
        return left is None

    def _go_on(self, item: Item) -> None:
        """What is under way goes on, whoever else would need its doer."""
        before = self._load.workdays(item.doer, item.start, self._since - _DAY)
        until = bound(self._plan, item)
        needed = max(1, self._load.pace(item).days - before)
        span = self._load.earliest(item, needed, self._since, until + _FAR, alone=True)
        if span is None:
            self.left[item.id] = Left(item.id, "capacity", item.doer)
        elif span.end > until:
            self.outside[item.id] = Outside(item.id, span, until)
        else:
            if span.end > item.end and not self.overdue(item):
                self.moved[item.id] = Span(item.start, span.end)
            self.places[item.id] = span
            self._load.book(item, span)
            if span.start > self._sunday:
                self.left[item.id] = Left(item.id, "capacity", item.doer)

    def _settle(self, item: Item, *, last: bool) -> bool:
        """Gives it its days, or says why there are none; False when it has to be looked at again."""
        if any(item.id in known for known in (self.places, self.outside, self.left)):
            return True
        if item.kind is ItemKind.TASK and not self._may(item):
            return True
        unknown = next((before for before in self._waits[item.id] if before not in self.places), None)
        if unknown is not None:
            if last and item.kind is ItemKind.TASK and item.start <= self._sunday:
                self.left[item.id] = Left(item.id, "waits", unknown)
            return last
        if item.kind is not ItemKind.TASK:
            ends = [self.places[before].end for before in self._waits[item.id]]
            self.places[item.id] = Span(item.start, max([item.end, *ends]))
            return True
        return self._days(item, last=last)

    def _days(self, item: Item, *, last: bool) -> bool:
        opening, until = self._opening(item), bound(self._plan, item)
        later = item.start > self._sunday
        opens = max(self._since, item.start, opening.day, self._above(item))
        days = self._load.pace(item).days
        # Of the weeks behind this one not everything has its days yet, so that nobody's are counted there.
        span = self._load.earliest(item, days, opens, max(until, item.end) + _FAR, alone=later)
        if span is None:
            self.left[item.id] = Left(item.id, "capacity", item.doer)
            return True
        keeps = span.end <= min(item.end, until)
        if not (keeps or last or self.overdue(item)):
            return False
        if span.end > until:
            self.outside[item.id] = Outside(item.id, span, until)
            return True
        if not keeps:
            self.moved[item.id] = Span(span.start, max(span.end, min(item.end, until)))
        self.places[item.id] = span
        if not later:
            self._load.book(item, span)
        self._tell(item, span, opening)
        return True

    def _tell(self, item: Item, span: Span, opening: _Opening) -> None:
        """Why what could have been done this week is not."""
        if item.start > self._sunday:
            if opening.holder is None:
                self.left[item.id] = Left(item.id, "later", item.start.isoformat())
        elif span.start > self._sunday:
            held = opening.holder is not None and opening.day > self._sunday
            why = Left(item.id, "waits", str(opening.holder)) if held else Left(item.id, "capacity", item.doer)
            self.left[item.id] = why

    def _above(self, item: Item) -> date:
        above = self._plan.items[item.parent] if item.parent else item
        return above.start

    def _opening(self, item: Item) -> _Opening:
        found = [_Opening(self._since, None), *self._plain(item), *self._linked(item)]
        return max(found, key=lambda opening: opening.day)

    def _plain(self, item: Item) -> Iterator[_Opening]:
        for before in item.after:
            if before in self.places:
                yield _Opening(self._calendar.add_workdays(self.places[before].end, 1), before)

    def _linked(self, item: Item) -> Iterator[_Opening]:
        """Of what is done already, the window says when."""
        for link in item.links:
            before = self._plan.items.get(link.item)
            if link.item in self.places:
                yield _Opening(self._free(link, self.places[link.item]), link.item)
            elif before is not None and before.state is ItemState.DONE:
                span = Span(before.start, min(before.end, self._since - _DAY))
                yield _Opening(self._free(link, span), None)

    def _free(self, link: Link, span: Span) -> date:
        if link.kind == "start_start":
            return self._calendar.add_workdays(span.start, link.lag)
        return self._calendar.add_workdays(span.end, 1 + link.lag)
