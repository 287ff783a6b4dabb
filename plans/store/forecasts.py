"""What was forecast, kept until the truth is known: no model judges it, only what the store says was done, and when.

A forecast is always of the same kind: that an item, or a whole plan, is finished by the end of a day. It comes true
when it was; it does not when the day has passed and it was not; and what was dropped before is not scored.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from datetime import date, datetime, timedelta
from typing import Final

from sqlmodel import Session, col, select

from plans.model.calendar import today
from plans.model.forecast import Forecast
from plans.model.forecast_network import WORK
from plans.model.plan import Plan
from plans.store.durations import ended
from plans.store.tables import ForecastRow
from plans.words import ItemId, ItemState, PlanSlug

NEAR: Final = timedelta(days=14)
"""Of items only the ends that are that near are kept: the others will be forecast again, and better."""


def keep(tx: Session, plan: Plan, found: Forecast, now: datetime) -> int:
    """Stores what it says of the plan and of its near items; a second one on the same day adds nothing.

    ``now``: the plan's instant. Returns how many were added.
    """
    added = 0
    for about, item, by, probability in _said(plan, found):
        name = f"{plan.slug}:{found.today}:{about}"
        if tx.get(ForecastRow, name) is None:
            tx.add(ForecastRow(id=name, plan=plan.slug, item=item, at=now, by=by, probability=probability))
            added += 1
    tx.flush()
    return added


def _said(plan: Plan, found: Forecast) -> Iterator[tuple[str, ItemId | None, date, float]]:
    if not found.runs:
        return
    if not found.basis.unplanned:
        # Of a plan that is not all there yet no odds are given, so none can be held against us.
        yield "p80", None, found.p80, found.chance(found.p80)
        if found.deadline >= found.today:
            yield "deadline", None, found.deadline, found.on_time
    for item, probability in found.ends.items():
        end = plan.items[item].end
        if found.today <= end <= found.today + NEAR:
            yield item, item, end, probability


def resolve(tx: Session, plan: Plan, now: datetime) -> int:
    """Settles what can be known by now (the plan's instant), and returns how much of it is still open."""
    rows = tx.exec(
        select(ForecastRow).where(ForecastRow.plan == plan.slug, col(ForecastRow.resolved_at).is_(None))
    ).all()
    if not rows:
        return 0
    day, known, left = today(now, plan.zone), ended(tx, plan), 0
    for row in rows:
        judged, true = _truth(plan, row, day, known)
        if judged:
            row.resolved_at, row.came_true = now, true
            tx.add(row)
        left += not judged
    tx.flush()
    return left


def _truth(plan: Plan, row: ForecastRow, day: date, known: Mapping[ItemId, date]) -> tuple[bool, bool | None]:
    """Whether it can be said by now, and if so whether it came true; None: it cannot be scored."""
    watched = [ItemId(row.item)] if row.item else [item.id for item in plan.items.values() if item.kind in WORK]
    states = {item: plan.items[item].state for item in watched if item in plan.items}
    done = [item for item, state in states.items() if state is ItemState.DONE]
    if all(state in (ItemState.DONE, ItemState.DROPPED) for state in states.values()):
        if not done:
            return True, None
        # Of a milestone no end is kept: it was reached on its day.
        return True, max(known.get(item, plan.items[item].end) for item in done) <= row.by
    return (True, False) if day > row.by else (False, None)


def resolved(tx: Session, plans: Collection[PlanSlug]) -> list[tuple[float, bool]]:
    """What was said of these plans and whether it came true, in the order in which it was said."""
    rows = tx.exec(
        select(ForecastRow)
        .where(col(ForecastRow.plan).in_(plans), col(ForecastRow.came_true).is_not(None))
        .order_by(col(ForecastRow.at), col(ForecastRow.id))
    ).all()
    return [(row.probability, bool(row.came_true)) for row in rows]


def waiting(tx: Session, plans: Collection[PlanSlug]) -> int:
    """Forecasts of these plans of which nobody knows yet whether they come true."""
    asked = select(ForecastRow.id).where(col(ForecastRow.plan).in_(plans), col(ForecastRow.resolved_at).is_(None))
    return len(tx.exec(asked).all())
