"""What became of what was agreed about a plan, of its risks, and of the people's time."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from plans.model.agreed import AtMost, Constraint, Embargo, NotAfter, NotBefore, Risk, Spend
from plans.model.calendar import near
from plans.model.diff.change import Change, NameOf, counted, listed, quoted
from plans.model.plan import Member, Plan


def agreed(before: Plan, after: Plan, name_of: NameOf) -> Iterator[Change]:
    begins = before.begins
    yield from _constraints(before, after, begins, name_of)
    yield from _risks(before, after, name_of)
    yield from _team(before, after, begins)


def _constraints(before: Plan, after: Plan, begins: date, name_of: NameOf) -> Iterator[Change]:
    old = {one.id: one for one in before.constraints}
    for one in after.constraints:
        if old.get(one.id) != one:
            changed = "agreed anew" if one.id in old else "agreed"
            by = f"{name_of(one.by)} on {near(one.on, begins)}"
            said = f"{changed}: {quoted(one.text)} ({_limit(one, begins)}; {by})"
            yield Change("constraints", None, one.id, said)
    kept = {one.id for one in after.constraints}
    yield from (
        Change("constraints", None, one.id, f"lifted: {quoted(one.text)}")
        for one in before.constraints
        if one.id not in kept
    )


def _limit(one: Constraint, begins: date) -> str:
    """What the rule keeps, in a few words."""
    match one:
        case Spend():
            return f"at most {one.most}"
        case NotBefore():
            return f"{one.item} not before {near(one.day, begins)}"
        case NotAfter():
            return f"{one.item} over by {near(one.day, begins)}"
        case Embargo():
            verbs = " or ".join(one.verbs) or "verb"
            return f"no {verbs} from {near(one.start, begins)} to {near(one.end, begins)}"
        case AtMost():
            return f"at most {one.most} to {one.verb} a {one.per}"
        case _:
            return f"never {listed(quoted(word) for word in one.words)}"


def _risks(before: Plan, after: Plan, name_of: NameOf) -> Iterator[Change]:
    old = {one.id: one for one in before.risks}
    for one in after.risks:
        if old.get(one.id) != one:
            changed = "seen anew" if one.id in old else "a new risk"
            yield Change("risks", None, one.id, f"{changed}: {quoted(one.text)} ({_odds(one, name_of)})")
    kept = {one.id for one in after.risks}
    yield from (
        Change("risks", None, one.id, f"closed: {quoted(one.text)}") for one in before.risks if one.id not in kept
    )


def _odds(one: Risk, name_of: NameOf) -> str:
    parts = [f"{one.probability:.0%}"]
    if one.days:
        parts.append(counted(one.days, "working day"))
    if one.cost:
        parts.append(str(one.cost))
    if one.items:
        parts.append(listed(one.items))
    return f"{', '.join(parts)}; watched by {name_of(one.owner)}"


def _team(before: Plan, after: Plan, begins: date) -> Iterator[Change]:
    old = {one.doer: one for one in before.team}
    for one in after.team:
        if old.get(one.doer) != one:
            yield Change("team", None, one.name or one.doer, _time(one, begins))
    kept = {one.doer for one in after.team}
    yield from (
        Change("team", None, one.name or one.doer, "full working days again, one thing at a time")
        for one in before.team
        if one.doer not in kept
    )


def _time(one: Member, begins: date) -> str:
    parts = [f"{one.share:.3g} of a working day, {counted(one.at_once, 'item')} at once"]
    if one.workdays is not None:
        parts.append(f"{counted(len(one.workdays), 'day')} a week")
    parts += [f"away {near(away.start, begins)} to {near(away.end, begins)}" for away in one.away]
    return "; ".join(parts)
