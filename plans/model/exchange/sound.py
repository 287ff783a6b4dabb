"""What must hold of a file before it is put before anybody: everything it names exists, and nothing runs in a circle.

What a plan should be beyond that is the critic's to say, and the owner's to weigh.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from zoneinfo import ZoneInfo

from plans.model.exchange.cells import LONGEST, YEARS
from plans.model.exchange.reading import Known, Problems, Source, nearest
from plans.model.plan import Item, Plan
from plans.model.schedule import CycleError, order
from plans.words import ItemId


def check(after: Plan, touched: Iterable[Item], known: Known, source: Source) -> None:
    """Looks at ``touched`` items of the plan as it would be, and at its order. Raises Unreadable."""
    problems = Problems()
    for item in touched:
        _item(item, after, known, source, problems)
    problems.settle()
    _order(after, source, problems)
    problems.settle()


def check_frame(plan: Plan, source: Source) -> None:
    """Raises Unreadable for a plan whose days could not be counted."""
    problems = Problems()
    if not _zone(plan.zone):
        problems.add(f"{source.name}, zone", f"“{plan.zone[:40]}” is no time zone; it is a name such as Europe/Berlin")
    if not plan.workdays or not set(plan.workdays) <= set(range(7)):
        problems.add(f"{source.name}, workdays", "they are numbers from 0 (Monday) to 6, at least one")
    for name, day in (("begins", plan.begins), ("deadline", plan.deadline)):
        if not _countable(day):
            problems.add(f"{source.name}, {name}", f"{day} is not within the years {YEARS[0]} to {YEARS[1]}")
    if not plan.title.strip():
        problems.add(f"{source.name}, title", "it is empty")
    problems.settle()


def _item(item: Item, after: Plan, known: Known, source: Source, problems: Problems) -> None:
    if item.end < item.start:
        problems.add(source.at(item.id, "end"), f"it ends {item.end}, before it starts {item.start}")
    for name, day in (("start", item.start), ("end", item.end)):
        if not _countable(day):
            problems.add(source.at(item.id, name), f"{day} is not within the years {YEARS[0]} to {YEARS[1]}")
    if max(item.days, item.low or 1, item.high or 1) > LONGEST:
        problems.add(source.at(item.id, "days"), f"more than {LONGEST:,} working days")
    if item.parent is not None and item.parent not in after.items:
        problems.add(source.at(item.id, "parent"), f"there is no item {item.parent}{_near(item.parent, after)}")
    for before in item.waits:
        if before not in after.items:
            problems.add(source.at(item.id, "after"), f"there is no item {before}{_near(before, after)}")
    if item.owner not in known.people:
        problems.add(source.at(item.id, "owner"), f"nobody called “{item.owner[:60]}” is known here")
    if item.agent is not None and item.agent not in known.agents:
        problems.add(
            source.at(item.id, "agent"), f"there is no agent “{item.agent[:60]}”{nearest(item.agent, known.agents)}"
        )


def _near(item: ItemId, plan: Plan) -> str:
    return "" if len(plan.items) > 500 else nearest(item, plan.items)


def _order(after: Plan, source: Source, problems: Problems) -> None:
    plain = {key: item.model_copy(update={"after": item.waits, "links": ()}) for key, item in after.items.items()}
    try:
        order(after.model_copy(update={"items": plain}))
    except CycleError as error:
        problems.add(source.at(error.cycle[0], "after"), error.said.rstrip("."))


def _countable(day: date) -> bool:
    return YEARS[0] <= day.year <= YEARS[1]


def _zone(name: str) -> bool:
    try:
        ZoneInfo(name)
    except (LookupError, ValueError, OSError):  # ZoneInfoNotFoundError is a LookupError; a folder's name is an OSError
        return False
    return True
