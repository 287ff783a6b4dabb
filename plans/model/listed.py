"""Edits of a plan's constraints, risks and team: each list holds one of a key, in the order in which they came."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar

from plans.errors import UserError
from plans.model.agreed import Constraint, Risk
from plans.model.edits import Agree, CloseRisk, Edit, Lift, ListEdit, RemoveMember, SetMember, SetRisk
from plans.model.plan import Member, Plan
from plans.model.workbench import Workbench

T = TypeVar("T")


def take_list(bench: Workbench, edit: ListEdit) -> None:
    """Raises UserError when it takes away what is not there."""
    plan = bench.frame
    match edit:
        case Agree():
            bench.reframe(constraints=_put(plan.constraints, edit.constraint, _constraint_key, edit.place))
        case Lift():
            bench.reframe(constraints=_taken(plan.constraints, edit.constraint, _constraint_key, "no constraint"))
        case SetRisk():
            bench.reframe(risks=_put(plan.risks, edit.risk, _risk_key, edit.place))
        case CloseRisk():
            bench.reframe(risks=_taken(plan.risks, edit.risk, _risk_key, "no risk"))
        case SetMember():
            bench.reframe(team=_put(plan.team, edit.member, _member_key, edit.place))
        case RemoveMember():
            bench.reframe(team=_taken(plan.team, edit.doer, _member_key, "nobody called"))


def inverse_of_list(plan: Plan, edit: ListEdit) -> Edit:
    """The edit that takes it back from the plan after it. Raises UserError when the edit does not fit."""
    match edit:
        case Agree(constraint=one):
            old = _found(plan.constraints, one.id, _constraint_key)
            return Lift(constraint=one.id) if old is None else Agree(constraint=old[0])
        case Lift(constraint=key):
            was, place = _standing(plan.constraints, key, _constraint_key, "no constraint")
            return Agree(constraint=was, place=place)
        case SetRisk(risk=risk):
            before = _found(plan.risks, risk.id, _risk_key)
            return CloseRisk(risk=risk.id) if before is None else SetRisk(risk=before[0])
        case CloseRisk(risk=name):
            gone, at = _standing(plan.risks, name, _risk_key, "no risk")
            return SetRisk(risk=gone, place=at)
        case SetMember(member=member):
            known = _found(plan.team, member.doer, _member_key)
            return RemoveMember(doer=member.doer) if known is None else SetMember(member=known[0])
        case RemoveMember(doer=doer):
            left, seat = _standing(plan.team, doer, _member_key, "nobody called")
            return SetMember(member=left, place=seat)


def _constraint_key(one: Constraint) -> str:
    return one.id


def _risk_key(one: Risk) -> str:
    return one.id


def _member_key(one: Member) -> str:
    return one.doer


def _put(found: tuple[T, ...], one: T, key: Callable[[T], str], place: int | None) -> tuple[T, ...]:
    """In the place of the one with its key, else where it is told to be."""
    kept = list(found)
    for at, other in enumerate(found):
        if key(other) == key(one):
            kept[at] = one
            return tuple(kept)
    kept.insert(len(kept) if place is None else place, one)
    return tuple(kept)


def _taken(found: tuple[T, ...], wanted: str, key: Callable[[T], str], none: str) -> tuple[T, ...]:
    """Without that one. Raises UserError when it is not there."""
    _, place = _standing(found, wanted, key, none)
    return (*found[:place], *found[place + 1 :])


def _found(found: tuple[T, ...], wanted: str, key: Callable[[T], str]) -> tuple[T, int] | None:
    return next(((one, place) for place, one in enumerate(found) if key(one) == wanted), None)


def _standing(found: tuple[T, ...], wanted: str, key: Callable[[T], str], none: str) -> tuple[T, int]:
    one = _found(found, wanted, key)
    if one is None:
        raise UserError(f"There is {none} {wanted} on this plan.")
    return one
