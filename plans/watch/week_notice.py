"""A derived week in words: what its card says."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from datetime import date, timedelta
from typing import Final

from plans.model.calendar import near
from plans.model.placing import Left, Outside
from plans.model.plan import Item, Plan
from plans.model.week import Week
from plans.ports.people import WeekLine, WeekNotice
from plans.ports.work import Roster
from plans.words import Doer, ItemId, ItemKind, ItemState, PersonId

NameOf = Callable[[PersonId], str]
_FAILED: Final = "failed, and somebody has to say what then"


def limits(roster: Roster) -> dict[Doer, int]:
    """How many items each agent of the inventory works on side by side."""
    return {Doer(f"agent:{agent.name}"): agent.concurrent for agent in roster.agents()}


def week_notice(
    plan: Plan, week: Week, today: date, waiting: Mapping[ItemId, str], name_of: NameOf, *, ahead: bool = False
) -> WeekNotice:
    """``plan`` as it stands with the week's edits; ``waiting``: what is being asked about which item."""
    lines = tuple(_lines(plan, week, name_of, ahead=ahead))
    left = tuple(
        _left(plan, found, name_of) for found in week.left if found.because not in ("later", "blocked", "failed")
    )
    decisions = tuple(_decisions(plan, week, today, waiting))
    return WeekNotice(
        plan=plan.slug,
        title=plan.title,
        monday=week.monday,
        today=today,
        ahead=ahead,
        summary=_summary(lines, decisions, left),
        lines=lines,
        decisions=decisions,
        left=left,
    )


def _lines(plan: Plan, week: Week, name_of: NameOf, *, ahead: bool) -> Iterator[WeekLine]:
    """What is chosen, and what was done in the week already."""
    for slot in sorted(week.chosen, key=lambda slot: (slot.start, slot.end)):
        yield _line(plan.items[slot.item], slot.start, slot.end, name_of, late=slot.item in week.carried)
    sunday = week.monday + timedelta(days=6)
    for item in plan.of_kind(ItemKind.TASK):
        if not ahead and item.state is ItemState.DONE and item.start <= sunday and item.end >= week.monday:
            yield _line(item, max(item.start, week.monday), min(item.end, sunday), name_of, late=False)


def _line(item: Item, start: date, end: date, name_of: NameOf, *, late: bool) -> WeekLine:
    who = item.agent or name_of(item.owner)
    return WeekLine(id=item.id, title=item.title, who=who, start=start, end=end, state=item.state, late=late)


def _decisions(plan: Plan, week: Week, today: date, waiting: Mapping[ItemId, str]) -> Iterator[str]:
    for found in week.outside:
        yield f"{called(plan, found.item)} {outside_words(found, today)}"
    for left in week.left:
        if left.because == "failed":
            yield f"{called(plan, left.item)} {_FAILED}"
        if left.because == "blocked" and left.item not in waiting:
            yield f"{called(plan, left.item)}: {left.of}"
    for item, what in waiting.items():
        if item in plan.items:
            yield f"{called(plan, item)} {what}"


def outside_words(found: Outside, today: date) -> str:
    done, until = near(found.span.end, today), near(found.until, today)
    return f"can be done by {done} at the earliest; what it belongs to ends {until}"


def _left(plan: Plan, left: Left, name_of: NameOf) -> str:
    item = called(plan, left.item)
    if left.because == "waits":
        return f"{item}: waits for {left.of}"
    if left.because == "capacity":
        return f"{item}: {_doer(plan, Doer(left.of), name_of)} has no time left for it"
    return f"{item}: belongs to no stream or milestone of the plan"


def _doer(plan: Plan, doer: Doer, name_of: NameOf) -> str:
    named = next((member.name for member in plan.team if member.doer == doer and member.name), "")
    kind, _, rest = doer.partition(":")
    return named or {"person": name_of(PersonId(rest)), "role": f"the {rest}"}.get(kind, rest)


def called(plan: Plan, item: ItemId) -> str:
    return f"{item} {plan.items[item].title}"


def _summary(lines: Iterable[WeekLine], decisions: tuple[str, ...], left: tuple[str, ...]) -> str:
    todo = [line for line in lines if line.state is not ItemState.DONE]
    doers, late = sorted({line.who for line in todo}), sum(line.late for line in todo)
    who = doers[0] if len(doers) == 1 else f"{len(doers)} people and agents"
    told = [f"{_counted(len(todo), 'task')} for {who}" if todo else "Nothing to do"]
    told += [f"{late} carried over"] if late else []
    told += [f"{len(left)} left out"] if left else []
    told += [f"{len(decisions)} to be decided"] if decisions else []
    return f"{', '.join(told)}."


def _counted(number: int, what: str) -> str:
    return f"{number} {what}" if number == 1 else f"{number} {what}s"
