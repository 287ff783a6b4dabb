"""How long finished work took, and since when open work is under way: read from what is stored anyway.

An agent's item was worked on from its brief to its verified end, both by the plan's clock. A person's is not seen to
begin: it counts from when it could, which is its window's opening, or the working day after what it waited for.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date
from types import MappingProxyType
from typing import Any, Final

from sqlalchemy import Select
from sqlmodel import Session, col, select

from plans.model.calendar import Calendar, today
from plans.model.history import Finished, History
from plans.model.plan import Item, Plan
from plans.store.tables import DecisionRow, DelegationRow, ItemRow, OutcomeRow, PlanRow
from plans.words import ItemId, ItemState

DAY: Final = "plan_day"
"""In the data of a person's decision that an item is done: the day it was in the plan's zone, by the plan's clock."""
_MOST: Final = 500
"""Finished items of agents, and as many of people, the last ones: how somebody worked years ago says little."""


def history(tx: Session, plan: Plan) -> History:
    """What a forecast of the plan draws from: what was finished, on any plan, by those who have open items on it."""
    doers = {item.doer for item in plan.items.values() if not item.settled}
    found = (one for one in (*_by_agents(tx, plan), *_by_people(tx, plan)) if one.doer in doers)
    return History(tuple(found), MappingProxyType(_begun(tx, plan)))


def ended(tx: Session, plan: Plan) -> dict[ItemId, date]:
    """The days, in the plan's zone, on which its items were done, where that is known."""
    done = select(DelegationRow).where(DelegationRow.plan == plan.slug, DelegationRow.state == "done")
    by_agents = {ItemId(row.item): today(row.ended_at, plan.zone) for row in tx.exec(done) if row.ended_at}
    rows = tx.execute(_said_done().where(col(DecisionRow.plan) == plan.slug)).scalars()
    return by_agents | {ItemId(str(row.item)): _said_on(row, plan) for row in rows}


def _by_agents(tx: Session, plan: Plan) -> Iterator[Finished]:
    agents = {item.agent for item in plan.items.values() if item.agent and not item.settled}
    rows = tx.exec(
        select(DelegationRow, ItemRow)
        .join(ItemRow, col(ItemRow.id) == col(DelegationRow.item))
        .where(DelegationRow.state == "done", col(DelegationRow.agent).in_(agents), ItemRow.state == ItemState.DONE)
        .order_by(col(DelegationRow.ended_at).desc())
        .limit(_MOST)
    ).all()
    frames = _Frames(tx)
    for delegation, row in rows:
        item, frame = Item.model_validate(row.body), frames.of(row.plan)
        if delegation.ended_at and item.agent == delegation.agent:
            began, end = (today(at, frame.zone) for at in (delegation.created_at, delegation.ended_at))
            yield _finished(item, frame, began, end)


def _by_people(tx: Session, plan: Plan) -> Iterator[Finished]:
    people = {item.owner for item in plan.items.values() if not item.agent and not item.settled}
    said = _said_done().add_columns(ItemRow).join(ItemRow, col(ItemRow.id) == col(DecisionRow.item))
    mine = said.where(
        col(DecisionRow.actor).in_(people), col(ItemRow.state) == ItemState.DONE, col(ItemRow.agent).is_(None)
    )
    frames = _Frames(tx)
    for decision, row in tx.execute(mine.order_by(col(DecisionRow.at).desc()).limit(_MOST)).all():
        item, frame = Item.model_validate(row.body), frames.of(row.plan)
        began, end = _could_begin(item, frame, frames.ended(frame)), _said_on(decision, frame)
        if began <= end:
            # What was done before it was to begin tells nothing of how long it took.
            yield _finished(item, frame, began, end)


def _begun(tx: Session, plan: Plan) -> dict[ItemId, date]:
    out = select(DelegationRow).where(DelegationRow.plan == plan.slug, col(DelegationRow.ended_at).is_(None))
    known = ended(tx, plan)
    mine = {
        item.id: _could_begin(item, plan, known)
        for item in plan.items.values()
        if item.agent is None and item.state is ItemState.READY
    }
    return mine | {ItemId(row.item): today(row.created_at, plan.zone) for row in tx.exec(out)}


def _could_begin(item: Item, frame: Plan, known: Mapping[ItemId, date]) -> date:
    calendar = Calendar.of(frame)
    free = [calendar.add_workdays(calendar.previous_workday(known[one]), 1) for one in item.after if one in known]
    return max([item.start, *free])


def _finished(item: Item, frame: Plan, began: date, end: date) -> Finished:
    actual = max(1, Calendar.of(frame).workdays_between(began, end))
    return Finished(item.id, item.doer, item.capability, item.days, actual)


def _said_done() -> Select[Any]:
    """Decisions of people that an item of theirs is done."""
    return (
        select(DecisionRow)
        .join(OutcomeRow, col(OutcomeRow.decision) == col(DecisionRow.id))
        .where(
            DecisionRow.kind == "act",
            col(DecisionRow.delegation).is_(None),
            col(DecisionRow.item).is_not(None),
            OutcomeRow.state == "succeeded",
        )
    )


def _said_on(row: DecisionRow, frame: Plan) -> date:
    told = row.data.get(DAY)
    # Decisions are dated by the wall's clock, which is the plan's except in a rehearsal.
    return date.fromisoformat(told) if told else today(row.at, frame.zone)


class _Frames:
    """Plans without their items, and when those were done, looked up once each."""

    def __init__(self, tx: Session) -> None:
        self._tx = tx
        self._frames: dict[str, Plan] = {}
        self._ended: dict[str, dict[ItemId, date]] = {}

    def of(self, slug: str) -> Plan:
        if slug not in self._frames:
            self._frames[slug] = Plan.model_validate(self._tx.get_one(PlanRow, slug).frame)
        return self._frames[slug]

    def ended(self, frame: Plan) -> dict[ItemId, date]:
        if frame.slug not in self._ended:
            self._ended[frame.slug] = ended(self._tx, frame)
        return self._ended[frame.slug]
