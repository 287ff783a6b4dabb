"""Who waits for whom among the items of a plan, as rows of arrays: one row an item, one column a run.

The arithmetic of ``plans.model.schedule`` on ranks of working days, done for all runs at once. Objectives and streams
take no time of their own here: they are finished when what stands under them is.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING

from plans.model.calendar import Calendar
from plans.model.plan import Item, Plan
from plans.model.schedule import begun
from plans.words import IN_FLIGHT, ItemId, ItemKind, ItemState

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Ranks = NDArray[np.int32]
    """Ranks of working days, or numbers of them, one for each run."""

_Bounds = tuple[int, int, int | None]
"""Of a node: ``opens``, ``floor``, ``elapsed``."""
_Ask = Callable[[Item, bool, int], _Bounds]
WORK = frozenset({ItemKind.TASK, ItemKind.MILESTONE})
"""Kinds that are done themselves; a plan is finished when all of them are."""


@dataclass(frozen=True)
class Node:
    """An item and what bounds it from below. Other items are named by their rows, which come before its own."""

    item: Item
    opens: int
    """Rank of the first working day on which it can begin, or on which it began."""
    floor: int
    """Rank of the first working day on which it can be finished."""
    elapsed: int | None = None
    """Working days that it has been under way, today not included; None: not begun."""
    finishes: tuple[tuple[int, int], ...] = ()
    """It begins at least so many days after the finish of that one: (row, days)."""
    starts: tuple[tuple[int, int], ...] = ()
    """It begins at least so many days after the start of that one: (row, days)."""
    children: tuple[int, ...] = ()
    """It is not finished before these are."""

    @property
    def works(self) -> bool:
        return self.item.kind in WORK


@dataclass(frozen=True)
class Network:
    """The items that hold something up, in an order in which they can be done."""

    nodes: tuple[Node, ...]
    work: tuple[int, ...]
    """Rows of tasks and milestones."""

    @classmethod
    def as_meant(cls, plan: Plan, calendar: Calendar, sequence: Sequence[ItemId]) -> Network:
        """The plan from its beginning, as if nothing had happened yet; only what was dropped is gone."""
        kept = [item for item in (plan.items[one] for one in sequence) if item.state is not ItemState.DROPPED]
        return _network(plan, kept, calendar, lambda item, _held, _lag: (_opening(calendar, item.start), 0, None))

    @classmethod
    def of_today(
        cls, plan: Plan, calendar: Calendar, sequence: Sequence[ItemId], today: date, since: Mapping[ItemId, date]
    ) -> Network:
        """What is still open. ``since``: when work on items began, where that is known.

        Where it is not, an agent's item that is out, or a person's that nothing holds up any more, began when its
        window opened: of a person's work nothing is seen, and it is given the benefit of that.
        """
        now = _opening(calendar, today)

        def bounds(item: Item, held: bool, lag: int) -> _Bounds:
            opens = max(_opening(calendar, item.start), lag)
            opened = _opening(calendar, since[item.id]) if item.id in since else opens
            under_way = item.state in IN_FLIGHT or not held
            if begun(item) and under_way and opened <= now:
                return opened, now, now - opened
            return max(opens, now), now, None

        kept = [item for item in (plan.items[one] for one in sequence) if not item.settled]
        return _network(plan, kept, calendar, bounds)

    def run(self, days: Callable[[int, Node], Ranks | int], runs: int) -> tuple[Ranks, Ranks]:
        """Starts and finishes, items × runs, with ``days(row, node)`` as how long an item of work takes in each run."""
        import numpy as np  # noqa: PLC0415 - loads at the first forecast: starting needs none of it

        starts = np.empty((len(self.nodes), runs), dtype=np.int32)
        ends = np.empty_like(starts)
        for row, node in enumerate(self.nodes):
            start, end = starts[row], ends[row]
            start.fill(node.opens)
            for before, gap in node.finishes:
                np.maximum(start, ends[before] + np.int32(gap), out=start)
            for before, gap in node.starts:
                np.maximum(start, starts[before] + np.int32(gap), out=start)
            np.add(start, days(row, node) if node.works else 0, out=end, casting="unsafe")
            end -= 1
            np.maximum(end, node.floor, out=end)
            for child in node.children:
                np.maximum(end, ends[child], out=end)
        return starts, ends

    def critical(self, starts: Ranks, ends: Ranks) -> NDArray[np.bool_]:
        """In which runs each item is on a longest path: one that, if it took a day longer, would move the finish."""
        import numpy as np  # noqa: PLC0415 - see above

        found = np.zeros(starts.shape, dtype=bool)
        rows = list(self.work)
        found[rows] = ends[rows] == ends[rows].max(axis=0)
        for row in range(len(self.nodes) - 1, -1, -1):
            node, mine = self.nodes[row], found[row]
            if not mine.any():
                continue
            for before, gap in node.finishes:
                found[before] |= mine & (ends[before] + np.int32(gap) == starts[row])
            for before, gap in node.starts:
                found[before] |= mine & (starts[before] + np.int32(gap) == starts[row])
            for child in node.children:
                found[child] |= mine & (ends[child] == ends[row])
        return found


def _opening(calendar: Calendar, day: date) -> int:
    return calendar.rank(calendar.next_workday(day))


def _network(plan: Plan, kept: Sequence[Item], calendar: Calendar, bounds: _Ask) -> Network:
    """``bounds`` is asked with each item, whether an open one holds it up, and the rank at which lags let it begin."""
    rows: dict[ItemId, int] = {}
    children: dict[ItemId, list[int]] = {}
    nodes: list[Node] = []
    for item in kept:
        finishes = [(rows[one], 1) for one in item.after if one in rows]
        starts: list[tuple[int, int]] = []
        for link in item.links:
            if link.item in rows:
                plain = link.kind == "finish_start"
                (finishes if plain else starts).append((rows[link.item], link.lag + plain))
        under = children.get(item.id, [])
        lag = max(_lags(plan, item, calendar, rows), default=0)
        opens, floor, elapsed = bounds(item, bool(finishes or starts), lag)
        if item.kind not in WORK and not (finishes or starts or under):
            continue
        if elapsed is not None:
            # It has begun: what it was to wait for no longer holds it up.
            finishes, starts = [], []
        row = rows[item.id] = len(nodes)
        nodes.append(Node(item, opens, floor, elapsed, tuple(finishes), tuple(starts), tuple(under)))
        if item.parent is not None:
            children.setdefault(item.parent, []).append(row)
    return Network(tuple(nodes), tuple(row for row, node in enumerate(nodes) if node.works))


def _lags(plan: Plan, item: Item, calendar: Calendar, rows: Collection[ItemId]) -> Iterator[int]:
    """Where lags behind what is done end. When it was done is not on the plan, so they count from its window."""
    for link in item.links:
        before = plan.items.get(link.item)
        if before is not None and before.state is ItemState.DONE and before.id not in rows:
            plain = link.kind == "finish_start"
            yield (calendar.rank(before.end) + 1 if plain else _opening(calendar, before.start)) + link.lag
