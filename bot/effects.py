"""What a change would do, in the words of its cards."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

from bot.cards import dates
from bot.cards.forecast import odds
from plans.model import diff
from plans.model.plan import Plan
from plans.planning.load import Load
from plans.planning.whatif import Effect
from plans.words import Doer, Money, PersonId

NameOf = Callable[[PersonId], str]
_LOADS = 4
"""Weeks that are told of; the fullest come first."""
_FULL = 100


def finish(effect: Effect, today: date) -> str:
    """``Tue 2 Feb instead of Fri 29 Jan``, or the one day."""
    was, now = effect.before.finish, effect.after.finish
    if was == now:
        return f"{dates.day(now, today)}, as before"
    return f"{dates.day(now, today)} instead of {dates.day(was, today)}"


def last_work(effect: Effect, today: date) -> str:
    """When the last task ends, where that changes; empty otherwise."""
    was, now = effect.before.last_work, effect.after.last_work
    return "" if was == now else f"{dates.day(now, today)} instead of {dates.day(was, today)}"


def cost(effect: Effect) -> str:
    """Empty where it costs what it did."""
    was, now = effect.before.cost, effect.after.cost
    return "" if was == now else f"at most {_sum(now)} instead of {_sum(was)}"


def _sum(amounts: tuple[Money, ...]) -> str:
    return " and ".join(str(amount) for amount in amounts) or "nothing"


def chance(effect: Effect) -> str:
    """``61 % instead of 83 %``: of keeping the deadline; empty where nobody worked it out."""
    was, now = effect.before.chance, effect.after.chance
    if was is None or now is None:
        return ""
    told, before = odds(now), odds(was)
    return f"{told}, as before" if told == before else f"{told} instead of {before}"


def load(effect: Effect, today: date, name_of: NameOf) -> tuple[str, ...]:
    """The weeks that become too full; where none does, none is told of."""
    full = [found for found in effect.load if found.after > max(_FULL, found.before)]
    return tuple(_full(found, today, name_of) for found in full[:_LOADS])


def _full(found: Load, today: date, name_of: NameOf) -> str:
    week = dates.day(found.monday, today)
    if found.after >= 10 * _FULL:
        return f"{name(found.doer, name_of)} is not there in the week of {week}."
    return f"{name(found.doer, name_of)}: {found.after} % of the week of {week} instead of {found.before} %."


def name(doer: Doer, name_of: NameOf) -> str:
    kind, _, value = doer.partition(":")
    return name_of(PersonId(value)) if kind == "person" else value if kind == "agent" else f"The {value}"


def changes(plan: Plan, effect: Effect, name_of: NameOf) -> tuple[str, ...]:
    """The diff, a line for each thing that changes."""
    return diff.lines(plan, effect.plan, name_of)
