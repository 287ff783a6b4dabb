"""Changes of dates: moved, extended, estimated anew, and the plan's own deadline."""

from __future__ import annotations

from datetime import date

from plans.errors import UserError
from plans.model.calendar import near
from plans.model.edits import Edit, Redate, Reestimate, SetDeadline
from plans.model.knock_on import Window, redated, reframed
from plans.model.plan import Item
from plans.model.revision import apply
from plans.planning.talk.setting import Change, Setting
from plans.planning.talk.standing import below, called, require_idle, require_open, require_room
from plans.planning.talk.when import Amount
from plans.words import IN_FLIGHT, ItemId, ItemKind

_LONGEST = 400
"""Working days of an estimate; a slip of the finger, not a task."""


def _later(item: Item) -> str:
    return f"Give it more time (`extend {item.id} by 3 days`), or say `why {item.id}`."


def shift(setting: Setting, item: Item, amount: Amount, sign: int, assumed: str = "") -> Change:
    """The item and all that is open under it, so much later (1) or earlier (-1)."""
    require_idle(item, setting, _later(item))
    calendar = setting.calendar
    windows: dict[ItemId, Window] = {}
    for one in below(item, setting):
        start = amount.from_(one.start, calendar, sign)
        end = max(amount.from_(one.end, calendar, sign), start)
        windows[one.id] = (start, end)
    require_room(windows, setting)
    way = "later" if sign > 0 else "earlier"
    return Change(
        f"move {item.id} {amount} {way}",
        f"{called(item)}: {amount} {way}.",
        tuple(redated(setting.outlook, windows)),
        assumed,
    )


def start_on(setting: Setting, item: Item, day: date, assumed: str = "") -> Change:
    """Starts on that day and takes as long as before; what is under it moves along."""
    first = setting.calendar.next_workday(day)
    return _moved(setting, item, first, item.start, f"start {item.id} on {first}", "starts", first, assumed)


def end_on(setting: Setting, item: Item, day: date, assumed: str = "") -> Change:
    """Moved so that it ends on that day, as long as before; what is under it moves along."""
    last = setting.calendar.previous_workday(day)
    return _moved(setting, item, last, item.end, f"move {item.id} to {last}", "ends", last, assumed)


def _moved(setting: Setting, item: Item, to: date, was: date, typed: str, what: str, day: date, assumed: str) -> Change:
    """All of it by as many working days as lie between the two."""
    require_idle(item, setting, _later(item))
    calendar = setting.calendar
    by = calendar.rank(to) - calendar.rank(was)
    windows: dict[ItemId, Window] = {}
    for one in below(item, setting):
        start, end = _by(setting, one.start, by), _by(setting, one.end, by)
        windows[one.id] = (start, max(start, end))
    require_room(windows, setting)
    return Change(
        typed,
        f"{called(item)} {what} {near(day, setting.today)}.",
        tuple(redated(setting.outlook, windows)),
        assumed,
    )


def _by(setting: Setting, day: date, workdays: int) -> date:
    calendar = setting.calendar
    return calendar.day(calendar.rank(calendar.next_workday(day)) + workdays)


def until(setting: Setting, item: Item, day: date, assumed: str = "") -> Change:
    """Gives the item until that day; its start stays. Also what is being worked on may get more time."""
    require_open(item)
    last = setting.calendar.previous_workday(day)
    if last < item.start:
        raise UserError(
            f"{called(item)} starts {near(item.start, setting.today)}: it cannot end {near(last, setting.today)}.",
            f"`move {item.id} to {last}` moves all of it.",
        )
    if item.state in IN_FLIGHT and last < item.end:
        require_idle(item, setting, "Let it finish; its agent was told until when.")
    return Change(
        f"extend {item.id} until {last}" if last >= item.end else f"shorten {item.id} until {last}",
        f"{called(item)} has until {near(last, setting.today)}.",
        tuple(redated(setting.outlook, {item.id: (item.start, last)})),
        assumed,
    )


def lengthen(setting: Setting, item: Item, amount: Amount, sign: int) -> Change:
    """So much more time for it (1), or less (-1)."""
    return until(setting, item, amount.from_(item.end, setting.calendar, sign))


def estimate(setting: Setting, item: Item, days: int, low: int | None, high: int | None) -> Change:
    """Working days: likely, at best, at worst. Where its window is too short for them it gets longer."""
    require_open(item)
    if item.kind not in (ItemKind.TASK, ItemKind.MILESTONE):
        raise UserError(
            f"{called(item)} is a {item.kind}: it takes as long as what is under it.", "Estimate its tasks."
        )
    if max(days, high or 0) > _LONGEST:
        raise UserError(
            f"{max(days, high or 0)} working days are more than a task takes.", "Split it into smaller ones."
        )
    edit = Reestimate(item=item.id, days=days, low=low, high=high, effort=item.effort)
    there = setting.on(apply(setting.plan, (edit,)))
    last = max(item.end, setting.calendar.add_workdays(item.start, days - 1))
    moves = redated(there.outlook, {item.id: (item.start, last)})
    spread = f"between {low} and {high} days" if low and high else ""
    said = f"{days} working day{'s' * (days != 1)}"
    return Change(
        f"estimate {item.id} at {spread or Amount(days, 'day')}{f', likely {days}' if spread else ''}",
        f"{called(item)} takes {said}{f' ({low} to {high})' if spread else ''} instead of {item.days}.",
        (edit, *moves),
    )


def deadline(setting: Setting, day: date, assumed: str = "") -> Change:
    """The plan's deadline, and the windows that follow it."""
    if day < setting.today:
        raise UserError(f"{day} has passed: today is {setting.today}.", "Name a day to come.")
    told = f"The deadline is {near(day, setting.today)} instead of {near(setting.plan.deadline, setting.today)}."
    return Change(f"set the deadline to {day}", told, tuple(reframed(setting.plan, day)), assumed, deadline=True)


def deadline_by(setting: Setting, amount: Amount, sign: int) -> Change:
    return deadline(setting, amount.from_(setting.plan.deadline, setting.calendar, sign))


def all_by(setting: Setting, amount: Amount, sign: int, assumed: str = "") -> Change:
    """Everything that is open and that nobody is working on; the deadline where it goes later."""
    plan, calendar = setting.plan, setting.calendar
    edits: list[Edit] = []
    windows: dict[ItemId, Window] = {}
    for item in plan.items.values():
        if not item.settled and item.state not in IN_FLIGHT:
            start = amount.from_(item.start, calendar, sign)
            windows[item.id] = (start, max(start, amount.from_(item.end, calendar, sign)))
    require_room(windows, setting)
    edits += [Redate(item=item, start=start, end=end) for item, (start, end) in windows.items()]
    last = max((end for _, end in windows.values()), default=plan.deadline)
    if last > plan.deadline:
        edits.append(SetDeadline(deadline=last))
    way = "later" if sign > 0 else "earlier"
    return Change(f"move everything {amount} {way}", f"Everything that is open: {amount} {way}.", tuple(edits), assumed)
