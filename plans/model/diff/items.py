"""What became of an item: its dates, who does it, what it waits for, and everything else that an edit can change."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from plans.model.calendar import near
from plans.model.diff.change import Change, Kind, NameOf, counted, listed, quoted
from plans.model.plan import Flow, Item, Link, Plan
from plans.words import Check, ItemId, ItemState, Verb

Said = Iterator[tuple[Kind, str]]


def new_item(item: Item, begins: date, name_of: NameOf) -> Change:
    span = near(item.end, begins)
    if item.start != item.end:
        span = f"{near(item.start, begins)} to {span}"
    return Change("added", item.id, _about(item), f"new, {span}, done by {_who(item, name_of)}")


def item_changes(before: Item, after: Item, plan: Plan, begins: date, name_of: NameOf) -> Iterator[Change]:
    """Everything that differs between two versions of one item; ``plan`` is the later one's."""
    for kind, said in _said(before, after, plan, begins, name_of):
        yield Change(kind, after.id, _about(after), said)


def _about(item: Item) -> str:
    return f"{item.id} {item.title}"


def _said(before: Item, after: Item, plan: Plan, begins: date, name_of: NameOf) -> Said:
    if before.title != after.title:
        yield "renamed", f"called that instead of {quoted(before.title)}"
    yield from (("redated", said) for said in _dates(before, after, begins))
    yield from (("reowned", said) for said in _people(before, after, name_of))
    if before.role != after.role:
        yield "role", f"role {after.role or 'none'} instead of {before.role or 'none'}"
    yield from _state(before, after)
    if before.parent != after.parent:
        yield "moved", f"under {after.parent or 'nothing'} instead of {before.parent or 'nothing'}"
    if _estimate(before) != _estimate(after) or before.effort != after.effort:
        yield "reestimated", f"takes {_estimate_said(after)} instead of {_estimate_said(before)}"
    yield from (("waits", said) for said in _waits(before, after, plan))
    yield from (("test", said) for said in _test(before.check, after.check))
    yield from (("flow", said) for said in _flow(before.flow, after.flow, name_of))
    if before.budget != after.budget:
        yield "budget", f"budget {after.budget or 'none'} instead of {before.budget or 'none'}"
    yield from (("details", said) for said in _details(before, after))


def _dates(before: Item, after: Item, begins: date) -> Iterator[str]:
    if before.start == before.end != after.end == after.start:
        yield f"{near(after.end, begins)} instead of {near(before.end, begins)}"
        return
    for word, old, new in (("starts", before.start, after.start), ("ends", before.end, after.end)):
        if old != new:
            yield f"{word} {near(new, begins)} instead of {near(old, begins)}"


def _who(item: Item, name_of: NameOf) -> str:
    return item.agent or name_of(item.owner)


def _people(before: Item, after: Item, name_of: NameOf) -> Iterator[str]:
    if before.agent != after.agent or (before.owner != after.owner and not after.agent):
        old, new = _who(before, name_of), _who(after, name_of)
        # A person may be called what an agent, or another person, is called.
        namesake = "another one of that name" if bool(before.agent) == bool(after.agent) else "their namesake"
        yield f"done by {new} instead of {old if old != new else namesake}"
    if before.owner != after.owner and after.agent:
        yield f"answered for by {name_of(after.owner)} instead of {name_of(before.owner)}"


def _state(before: Item, after: Item) -> Said:
    if before.state is after.state:
        return
    if after.state is ItemState.DROPPED:
        yield "dropped", "dropped"
    elif before.state is ItemState.DROPPED:
        yield "dropped", f"taken up again ({after.state})"
    else:
        yield "state", f"{after.state} instead of {before.state}"


def _estimate(item: Item) -> tuple[int | None, int, int | None]:
    return item.low, item.days, item.high


def _estimate_said(item: Item) -> str:
    said = counted(item.days, "day")
    if item.low is not None or item.high is not None:
        said += f" ({item.low or '–'} at best, {item.high or '–'} at worst)"
    return said if item.effort == 1 else f"{said} at {item.effort:.3g} of a day each"


def _waits(before: Item, after: Item, plan: Plan) -> Iterator[str]:
    old: set[ItemId | Link] = {*before.after, *before.links}
    new: set[ItemId | Link] = {*after.after, *after.links}
    if new - old:
        yield f"waits for {listed(sorted(_wait(one, plan) for one in new - old))}"
    if old - new:
        yield f"no longer waits for {listed(sorted(_wait(one, None) for one in old - new))}"


def _wait(one: ItemId | Link, plan: Plan | None) -> str:
    """With a plan also whether it holds anything up there."""
    item = one.item if isinstance(one, Link) else one
    said: str = item
    if isinstance(one, Link):
        start = one.kind == "start_start"
        said = f"{item} to {'start' if start else 'end'}"
        said += f", {counted(one.lag, 'working day')} before" if one.lag else ""
    known = plan.items.get(item) if plan is not None else None
    return f"{said} (which is dropped)" if known is not None and known.state is ItemState.DROPPED else said


def _test(before: Check, after: Check) -> Iterator[str]:
    if before.text != after.text:
        yield f"done when {quoted(after.text)} instead of {quoted(before.text)}"
    if before.expects != after.expects:
        yield f"measured by {_expects(after)} instead of {_expects(before)}"


def _expects(check: Check) -> str:
    return listed(f"{name} {value}" for name, value in check.expects.items()) or "nothing"


def _flow(before: Flow | None, after: Flow | None, name_of: NameOf) -> Iterator[str]:
    if before == after:
        return
    old, new = before or Flow(), after or Flow()
    if old == new:
        yield "trigger, feedback and return " + ("are not asked for" if after is None else "are asked for")
    for word, was, now in (
        ("trigger", old.trigger, new.trigger),
        ("feedback", old.feedback, new.feedback),
        ("return", old.returns, new.returns),
    ):
        if was != now:
            yield f"{word} {quoted(now)} instead of {quoted(was)}"
    if old.unmeasured_by != new.unmeasured_by:
        who = name_of(new.unmeasured_by) if new.unmeasured_by else ""
        yield f"its return need not be measured, says {who}" if who else "its return is to be measured"


def _details(before: Item, after: Item) -> Iterator[str]:
    if before.instructions != after.instructions:
        yield "other instructions" if after.instructions else "no instructions any more"
    for word, old, new in (
        ("a", before.kind, after.kind),
        ("capability", before.capability, after.capability),
        ("verb", _verb(before.verb), _verb(after.verb)),
        ("recipient", before.recipient, after.recipient),
        ("moves", before.metric, after.metric),
    ):
        if old != new:
            yield f"{word} {new or 'none'} instead of {old or 'none'}"


def _verb(verb: Verb | None) -> str:
    return verb.value if verb else ""
