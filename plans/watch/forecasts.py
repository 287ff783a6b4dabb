"""Every Monday a plan's forecast is worked out and kept, and every night it is seen which forecasts have come true.

No model is asked. Working one out takes longer than a transaction may, so the timer only asks for it; the continuation
reads, computes on a thread of its own, and stores what still fits.
"""

from __future__ import annotations

import asyncio
from collections.abc import Iterable
from datetime import date, timedelta
from typing import Final

from sqlmodel import Session, select

from plans.engine import Engine
from plans.errors import UserError
from plans.governance.revisions import Revisions
from plans.model.calendar import day_end, today
from plans.model.forecast import Forecast, forecast
from plans.model.forecast_network import WORK
from plans.model.history import History
from plans.model.plan import Plan
from plans.ports.time import Clock
from plans.store import forecasts, plans
from plans.store.database import Database
from plans.store.durations import history
from plans.store.tables import PlanRow, TimerRow
from plans.store.timers import set_timer
from plans.words import PlanSlug

WEEKLY: Final = "forecast"
NIGHTLY: Final = "forecasts-known"


class Forecasts:
    """Registers itself with the engine and the revisions."""

    def __init__(self, database: Database, engine: Engine, revisions: Revisions, plan_clock: Clock) -> None:
        self._database = database
        self._engine = engine
        self._plan_clock = plan_clock
        engine.when(WEEKLY, self.on_monday)
        engine.when(NIGHTLY, self.on_night)
        engine.on(WEEKLY, self.make)
        revisions.on_signed(self.arm)

    def arm(self, tx: Session, plan: Plan) -> None:
        """Sets the plan's two timers: the next Monday's and the next night's."""
        day = today(self._plan_clock.now(), plan.zone)
        sunday = day + timedelta(days=6 - day.weekday())
        set_timer(tx, f"{WEEKLY}:{plan.slug}", day_end(sunday, plan.zone), "plan", WEEKLY, plan.slug)
        set_timer(tx, f"{NIGHTLY}:{plan.slug}", day_end(day, plan.zone), "plan", NIGHTLY, plan.slug)

    def arm_all(self, tx: Session) -> None:
        """The same for plans that have been there since before forecasts were kept."""
        for slug in tx.exec(select(PlanRow.slug).where(PlanRow.state == "active")).all():
            if tx.get(TimerRow, f"{WEEKLY}:{slug}") is None:
                self.arm(tx, plans.load(tx, PlanSlug(slug)))

    def on_monday(self, tx: Session, timers: Iterable[TimerRow]) -> None:
        """Asks for the forecasts of plans that have anything left to do, and for next Monday's timer."""
        for timer in timers:
            plan = self._open(tx, PlanSlug(timer.entity))
            if plan is not None:
                self.arm(tx, plan)
                self._engine.enqueue(tx, WEEKLY, plan.slug, self._day(plan).toordinal())

    def on_night(self, tx: Session, timers: Iterable[TimerRow]) -> None:
        """Settles what is known by now, as long as anything is open."""
        for timer in timers:
            slug = PlanSlug(timer.entity)
            plan = plans.load(tx, slug)
            left = forecasts.resolve(tx, plan, self._plan_clock.now())
            if left or self._open(tx, slug) is not None:
                set_timer(tx, timer.key, day_end(self._day(plan), plan.zone), "plan", NIGHTLY, slug)

    async def make(self, slug: str, _seq: int) -> None:
        """Works one out and keeps it. A plan that changes meanwhile is worked out again."""
        while not await self._made(PlanSlug(slug)):
            pass

    async def _made(self, slug: PlanSlug) -> bool:
        read = await self._database.read(lambda tx: self._read(tx, slug))
        if read is None:
            return True
        plan, past = read
        try:
            found = await asyncio.to_thread(forecast, plan, self._day(plan), past)
        except UserError:
            # It goes in circles, which is said to whoever asks how it stands; there is nothing to keep.
            return True
        return await self._database.write(lambda tx: self._keep(tx, plan, found))

    def _read(self, tx: Session, slug: PlanSlug) -> tuple[Plan, History] | None:
        plan = self._open(tx, slug)
        return None if plan is None else (plan, history(tx, plan))

    def _keep(self, tx: Session, plan: Plan, found: Forecast) -> bool:
        """False when the plan is another one by now."""
        if tx.get_one(PlanRow, plan.slug).revision != plan.revision:
            return False
        forecasts.keep(tx, plan, found, self._plan_clock.now())
        return True

    def _open(self, tx: Session, slug: PlanSlug) -> Plan | None:
        """The plan, if it is under way and has anything left to do."""
        row = tx.get(PlanRow, slug)
        if row is None or row.state != "active":
            return None
        plan = plans.load(tx, slug)
        return plan if any(item.kind in WORK and not item.settled for item in plan.items.values()) else None

    def _day(self, plan: Plan) -> date:
        return today(self._plan_clock.now(), plan.zone)
