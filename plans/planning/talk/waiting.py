"""Changes of what waits for what, and of who is there when."""

from __future__ import annotations

from datetime import date

from plans.errors import UserError
from plans.model.calendar import Calendar, near
from plans.model.edits import Edit, SetMember, SetWaits
from plans.model.knock_on import Window, redated
from plans.model.plan import Away, Item, Link, Member
from plans.model.revision import apply
from plans.model.schedule import order
from plans.planning.talk.doers import Taker
from plans.planning.talk.setting import Change, Setting
from plans.planning.talk.standing import called, require_idle, require_open
from plans.planning.talk.when import Amount, Stretch
from plans.words import IN_FLIGHT, ItemId


def _waits(setting: Setting, item: Item, edit: SetWaits, typed: str, told: str) -> Change:
    """Raises CycleError when they would wait for each other."""
    there = setting.on(apply(setting.plan, (edit,)))
    order(there.plan)
    # Told as moved where it is, so that what it now waits for pushes it back.
    waited = {before: there.plan.items[before] for before in (*edit.after, *(link.item for link in edit.links))}
    still: dict[ItemId, Window] = {one.id: (one.start, one.end) for one in waited.values() if not one.settled}
    return Change(typed, told, (edit, *redated(there.outlook, still)))


def _idle(setting: Setting, item: Item) -> None:
    require_idle(item, setting, "It has begun, so it waits for nothing any more.")


def wait(setting: Setting, item: Item, before: Item, lag: Amount | None = None) -> Change:
    _idle(setting, item)
    if before.id == item.id:
        raise UserError(f"{called(item)} cannot wait for itself.", "Name two items.")
    after, links = tuple(one for one in item.after if one != before.id), _without(item, before)
    days = lag.workdays(setting.calendar) if lag else 0
    edit = SetWaits(
        item=item.id,
        after=after if days else (*after, before.id),
        links=(*links, Link(item=before.id, lag=days)) if days else links,
    )
    more = f" plus {Amount(days, 'day')}" if days else ""
    return _waits(
        setting,
        item,
        edit,
        f"{item.id} waits for {before.id}{more}",
        f"{called(item)} waits for {called(before)}{more}.",
    )


def not_wait(setting: Setting, item: Item, before: Item) -> Change:
    """Raises UserError when it does not wait for it."""
    require_open(item)
    if before.id not in item.waits:
        found = ", ".join(item.waits) or "nothing"
        raise UserError(f"{called(item)} does not wait for {before.id}.", f"It waits for {found}.")
    edit = SetWaits(
        item=item.id, after=tuple(one for one in item.after if one != before.id), links=_without(item, before)
    )
    return Change(
        f"{item.id} no longer waits for {before.id}",
        f"{called(item)} no longer waits for {called(before)}.",
        (edit,),
    )


def beside(setting: Setting, item: Item, other: Item) -> Change:
    """The item may start as soon as the other does."""
    _idle(setting, item)
    if other.id == item.id:
        raise UserError(f"{called(item)} cannot wait for itself.", "Name two items.")
    edit = SetWaits(
        item=item.id,
        after=tuple(one for one in item.after if one != other.id),
        links=(*_without(item, other), Link(item=other.id, kind="start_start")),
    )
    return _waits(
        setting, item, edit, f"{item.id} can start with {other.id}", f"{called(item)} can start with {called(other)}."
    )


def _without(item: Item, before: Item) -> tuple[Link, ...]:
    return tuple(link for link in item.links if link.item != before.id)


def away(setting: Setting, taker: Taker, days: Stretch) -> Change:
    """Whoever it is does not work on those days; what of theirs no longer fits its window gets so much longer."""
    plan = setting.plan
    member = next((one for one in plan.team if one.doer == taker.doer), Member(doer=taker.doer, name=taker.name))
    gone = Away(start=days.start, end=days.end)
    edit = SetMember(member=member.model_copy(update={"away": (*(one for one in member.away if one != gone), gone)}))
    there = setting.on(apply(plan, (edit,)))
    off = there.calendar
    windows: dict[ItemId, Window] = {}
    moves: list[Edit] = []
    for item in plan.items.values():
        if item.doer != taker.doer or item.settled or item.state in IN_FLIGHT or _free(off, item, days) >= item.days:
            continue
        windows[item.id] = (item.start, _extended(off, item, days))
    if windows:
        moves = redated(there.outlook, windows)
    span = f"from {days.start} to {days.end}"
    said = f"{near(days.start, setting.today)} to {near(days.end, setting.today)}"
    return Change(
        f"{taker.doer} is away {span}",
        f"{taker.name[:1].upper()}{taker.name[1:]} is away {said}.",
        (edit, *moves),
        days.assumed,
    )


def _free(calendar: Calendar, item: Item, away: Stretch) -> int:
    """Working days of the item's window on which its doer is there."""
    first, last = max(item.start, away.start), min(item.end, away.end)
    gone = calendar.workdays_between(first, last) if first <= last else 0
    return calendar.workdays_between(item.start, item.end) - gone


def _extended(calendar: Calendar, item: Item, away: Stretch) -> date:
    """The first day by which the item can be done although its doer is away."""
    end = max(item.end, away.end)
    while _free(calendar, item.model_copy(update={"end": end}), away) < item.days:
        end = calendar.add_workdays(end, 1)
    return calendar.next_workday(end) if end > item.end else end
