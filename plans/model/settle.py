"""Windows put right: onto working days, behind what is waited for, around what is under them, within what was agreed.

One pass over the items in their order. A window is moved no further than it must be: it keeps its beginning where its
work still fits, is made longer before it is moved, and what is above it is made longer with it. Where the plan's own
beginning and deadline, or an agreement, leave no room, it stays as near to them as can be, and the critic says so.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date

from plans.errors import UserError
from plans.model.agreed import Embargo, NotAfter, NotBefore
from plans.model.critic import Case
from plans.model.plan import Item
from plans.words import IN_FLIGHT, ItemId, ItemKind

Window = tuple[date, date]
HOLDS = frozenset({ItemKind.OBJECTIVE, ItemKind.STREAM})
"""Kinds that last as long as what is under them, whatever they were estimated at."""


@dataclass
class _Work:
    case: Case
    wanted: Mapping[ItemId, date]
    starts: dict[ItemId, int] = field(default_factory=dict)
    """As ranks of working days: when each item can begin, and when it can be finished."""
    finishes: dict[ItemId, int] = field(default_factory=dict)
    windows: dict[ItemId, Window] = field(default_factory=dict)
    limits: dict[ItemId, Window] = field(default_factory=dict)


def settled(case: Case, wanted: Mapping[ItemId, date] | None = None) -> dict[ItemId, Window]:
    """The windows that have to change, and to what; none for a plan that has no order.

    ``wanted``: days before whose end the items are not done, because whoever does them has more to do. What somebody
    is working on is left as it is.
    """
    if isinstance(case.sequence, UserError):
        return {}
    work = _Work(case, wanted or {})
    work.limits = _limits(case)
    for name in case.sequence:
        item = case.plan.items[name]
        if not item.settled:
            work.windows[name] = _placed(work, item)
    return {
        name: window
        for name, window in work.windows.items()
        if window != (case.plan.items[name].start, case.plan.items[name].end)
    }


def _limits(case: Case) -> dict[ItemId, Window]:
    """Between which days each open item may lie: the plan's, made narrower by what was agreed about it."""
    plan = case.plan
    found = {item.id: (plan.begins, plan.deadline) for item in case.open}
    for one in plan.constraints:
        for item in case.under(one.item) if isinstance(one, NotBefore | NotAfter) else ():
            low, high = found[item.id]
            if isinstance(one, NotBefore):
                found[item.id] = max(low, one.day), high
            elif isinstance(one, NotAfter):
                found[item.id] = low, min(high, one.day)
    return found


def _placed(work: _Work, item: Item) -> Window:
    calendar = work.case.calendar
    low, high = work.limits[item.id]
    start = calendar.next_workday(max(item.start, low))
    end = calendar.previous_workday(min(item.end, high))
    if item.kind in HOLDS:
        start, end = _around(work, item, start, max(start, end))
        start, end = max(start, low), min(end, high)
        work.starts[item.id], work.finishes[item.id] = calendar.rank(start), calendar.rank(end)
    else:
        start, end = _leaf(work, item, start, end, high)
    return (item.start, item.end) if item.state in IN_FLIGHT else (start, end)


def _leaf(work: _Work, item: Item, start: date, end: date, high: date) -> Window:
    calendar = work.case.calendar
    opens = max([calendar.rank(start), *_waited(work, item)])
    start, end, opens = _past_embargoes(work, item, start, end, opens)
    until = work.wanted.get(item.id)
    inside = [work.finishes[child.id] for child in _inside(work, item)]
    needed = max([opens + item.days - 1, *inside, *([calendar.rank(until)] if until else [])])
    if needed > calendar.rank(end):
        end = calendar.day(needed)
        # A point in time stays one; a window that its work has left behind moves with it.
        if item.start == item.end or opens > calendar.rank(calendar.previous_workday(item.end)):
            start = calendar.day(opens)
    last = calendar.previous_workday(high)
    start, end = _around(work, item, start, end)
    start, end = min(start, last), min(end, last)
    work.starts[item.id], work.finishes[item.id] = opens, needed
    return start, max(start, end)


def _waited(work: _Work, item: Item) -> list[int]:
    """The ranks before which it cannot begin, because of what it waits for."""
    found = [work.finishes[before] + 1 for before in item.after if before in work.finishes]
    for link in item.links:
        if link.item in work.finishes:
            begun = link.kind == "start_start"
            found.append((work.starts[link.item] if begun else work.finishes[link.item] + 1) + link.lag)
    return found


def _past_embargoes(work: _Work, item: Item, start: date, end: date, opens: int) -> tuple[date, date, int]:
    """What an embargo forbids begins when that is over, unless it can be over before."""
    calendar = work.case.calendar
    embargoes = [one for one in work.case.plan.constraints if isinstance(one, Embargo) and item.verb in one.verbs]
    for one in sorted(embargoes, key=lambda one: one.start):
        if start > one.end or max(end, calendar.day(opens + item.days - 1)) < one.start:
            continue
        before = calendar.rank(one.start) - (1 if calendar.is_workday(one.start) else 0)
        if opens + item.days - 1 <= before:
            end = min(end, calendar.day(before))
            continue
        opens = max(opens, calendar.rank(one.end) + 1)
        start = max(start, calendar.day(calendar.rank(one.end) + 1))
    return start, end, opens


def _around(work: _Work, item: Item, start: date, end: date) -> Window:
    """The window made as wide as what is under it."""
    inside = [work.windows[child.id] for child in _inside(work, item)]
    return min([start, *(window[0] for window in inside)]), max([end, *(window[1] for window in inside)])


def _inside(work: _Work, item: Item) -> list[Item]:
    return [child for child in work.case.children.get(item.id, ()) if child.id in work.windows]
