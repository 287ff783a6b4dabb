"""What a revision changes, told in lines a person reads: two plans compared, whatever edits lie between them."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import date

from plans.model.calendar import near
from plans.model.plan import Item, Plan
from plans.words import ItemState, PersonId

NameOf = Callable[[PersonId], str]


def _dates(before: Item, after: Item, begins: date) -> Iterator[str]:
    if before.start == before.end != after.end == after.start:
        yield f"{near(after.end, begins)} instead of {near(before.end, begins)}"
        return
    for word, old, new in (("starts", before.start, after.start), ("ends", before.end, after.end)):
        if old != new:
            yield f"{word} {near(new, begins)} instead of {near(old, begins)}"


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


def _changes(before: Item, after: Item, begins: date, name_of: NameOf) -> Iterator[str]:
    if before.title != after.title:
        yield f"called that instead of “{before.title}”"
    yield from _dates(before, after, begins)
    if (before.agent, before.owner) != (after.agent, after.owner):
        old, new = _who(before, name_of), _who(after, name_of)
        if old != new:
            yield f"done by {new} instead of {old}"
        if before.owner != after.owner and after.agent:
            yield f"answered for by {name_of(after.owner)} instead of {name_of(before.owner)}"
    yield from _state(before, after)


def _frame(before: Plan, after: Plan) -> Iterator[str]:
    if before.deadline != after.deadline:
        old, new = (near(day, before.begins) for day in (before.deadline, after.deadline))
        yield f"Deadline: {new} instead of {old}"
    if before.budget != after.budget:
        yield f"Budget: {after.budget or 'none'} instead of {before.budget or 'none'}"


def _agreed(before: Plan, after: Plan) -> Iterator[str]:
    """What was agreed or lifted, and risks that came or went."""
    for word, gone, old, new in (
        ("agreed", "lifted", before.constraints, after.constraints),
        ("a new risk", "closed", before.risks, after.risks),
    ):
        was, now = {one.id: one for one in old}, {one.id: one for one in new}
        yield from (f"{one.id}: {word}: “{one.text}”" for one in new if was.get(one.id) != one)
        yield from (f"{one.id}: {gone}: “{one.text}”" for one in old if one.id not in now)


def _span(start: date, end: date, begins: date) -> str:
    return near(end, begins) if start == end else f"{near(start, begins)} to {near(end, begins)}"


def lines(before: Plan, after: Plan, name_of: NameOf = str) -> tuple[str, ...]:
    """One line per changed thing, e.g. ``NA-12 Landing page: ends Fri 4 Dec instead of Wed 2 Dec``.

    First the frame, then the items as on the plan, removed ones last. A year is told far from the plan's first day.
    ``name_of`` turns a person's id into a name.
    """
    begins = before.begins
    told = [*_frame(before, after), *_agreed(before, after)]
    for item in after.items.values():
        old = before.items.get(item.id)
        if old is None:
            span = _span(item.start, item.end, begins)
            told.append(f"{item.id} {item.title}: new, {span}, done by {_who(item, name_of)}")
            continue
        changes = "; ".join(_changes(old, item, begins, name_of))
        if changes:
            told.append(f"{item.id} {item.title}: {changes}")
    told += [f"{item.id} {item.title}: removed" for item in before.items.values() if item.id not in after.items]
    return tuple(told)
