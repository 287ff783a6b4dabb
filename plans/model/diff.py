"""What a revision changes, told in lines a person reads: two plans compared, whatever edits lie between them."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import date

from plans.model.calendar import spoken
from plans.model.plan import Item, Plan
from plans.words import ItemState, PersonId

NameOf = Callable[[PersonId], str]


def _dates(before: Item, after: Item, year: int) -> Iterator[str]:
    for word, old, new in (("starts", before.start, after.start), ("ends", before.end, after.end)):
        if old != new:
            yield f"{word} {spoken(new, year)} instead of {spoken(old, year)}"


def _who(item: Item, name_of: NameOf) -> str:
    return item.agent or name_of(item.owner)


def _state(before: Item, after: Item) -> Iterator[str]:
    if before.state is after.state:
        return
    if after.state is ItemState.DROPPED:
        yield "dropped"
    elif before.state is ItemState.DROPPED:
        yield f"taken up again ({after.state})"
    else:
        yield f"{after.state} instead of {before.state}"


def _changes(before: Item, after: Item, year: int, name_of: NameOf) -> Iterator[str]:
    if before.title != after.title:
        yield f"called that instead of “{before.title}”"
    yield from _dates(before, after, year)
    if (before.agent, before.owner) != (after.agent, after.owner):
        old, new = _who(before, name_of), _who(after, name_of)
        if old != new:
            yield f"done by {new} instead of {old}"
        if before.owner != after.owner and after.agent:
            yield f"answered for by {name_of(after.owner)} instead of {name_of(before.owner)}"
    yield from _state(before, after)


def _frame(before: Plan, after: Plan) -> Iterator[str]:
    if before.deadline != after.deadline:
        old, new = (spoken(day, before.begins.year) for day in (before.deadline, after.deadline))
        yield f"Deadline: {new} instead of {old}"
    if before.budget != after.budget:
        yield f"Budget: {after.budget or 'none'} instead of {before.budget or 'none'}"


def _span(start: date, end: date, year: int) -> str:
    return spoken(end, year) if start == end else f"{spoken(start, year)} to {spoken(end, year)}"


def lines(before: Plan, after: Plan, name_of: NameOf = str) -> tuple[str, ...]:
    """One line per changed thing, e.g. ``NA-12 Landing page: ends Fri 4 Dec instead of Wed 2 Dec``.

    First the frame, then the items as on the plan, removed ones last. A year is told where it is not the plan's first.
    ``name_of`` turns a person's id into a name.
    """
    year = before.begins.year
    told = list(_frame(before, after))
    for item in after.items.values():
        old = before.items.get(item.id)
        if old is None:
            span = _span(item.start, item.end, year)
            told.append(f"{item.id} {item.title}: new, {span}, done by {_who(item, name_of)}")
            continue
        changes = "; ".join(_changes(old, item, year, name_of))
        if changes:
            told.append(f"{item.id} {item.title}: {changes}")
    told += [f"{item.id} {item.title}: removed" for item in before.items.values() if item.id not in after.items]
    return tuple(told)
