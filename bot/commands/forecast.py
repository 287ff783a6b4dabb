"""``forecast``: when the plan will be done, as odds; ``forecast record``: how true they were. No model is asked."""

from __future__ import annotations

import asyncio
from collections.abc import Callable

from sqlmodel import Session

from bot import cards
from bot.cards import forecast as card
from bot.cards import record as record_card
from bot.cards.parts import Activity
from bot.cards.trim import trimmed
from bot.commands.desk import Desk, Turn
from bot.commands.which import approved_plan_of, plan_of, title_of
from bot.people import seen
from plans.model.calendar import today
from plans.model.forecast import Driver, Forecast
from plans.model.forecast import forecast as compute
from plans.model.forecast_buffer import Buffer
from plans.model.forecast_record import MEASURABLE, Bin
from plans.model.forecast_record import record as score
from plans.model.history import History
from plans.model.plan import Plan
from plans.store import forecasts, plans
from plans.store.database import Database
from plans.store.durations import history
from plans.store.tables import PlanRow
from plans.words import PlanSlug


async def forecast(database: Database, desk: Desk, turn: Turn) -> Callable[[Session], Activity]:
    """Computes it on a thread of its own, outside of any transaction. What is returned keeps it, and answers.

    Raises UserError for a plan of which nothing can be forecast.
    """
    plan, past = await database.read(lambda tx: _read(tx, turn))
    found = await asyncio.to_thread(compute, plan, today(desk.plan_clock.now(), plan.zone), past)
    view = odds_of(plan, found)
    made = cards.fitted(lambda room: card.render(trimmed(view, room), room))

    def answer(tx: Session) -> Activity:
        row = tx.get(PlanRow, plan.slug)
        # What is scored later must be about the plan as it is; of one that has just changed it is only told.
        if row is not None and (row.revision, row.state) == (plan.revision, "active"):
            forecasts.keep(tx, plan, found, desk.plan_clock.now())
        return made

    return answer


def record(desk: Desk, tx: Session, turn: Turn) -> Activity:
    """Of all plans that are seen here, or of the one named."""
    rows = seen(tx, turn.chat, turn.person, personal=turn.personal)
    if turn.said.plan or not rows:
        rows = [plan_of(tx, turn, "forecast record")]
    slugs = [PlanSlug(row.slug) for row in rows]
    for slug in slugs:
        forecasts.resolve(tx, plans.load(tx, slug), desk.plan_clock.now())
    found = score(forecasts.resolved(tx, slugs))
    view = record_card.Record(
        about=title_of(rows[0]) if len(rows) == 1 else f"{len(rows)} plans",
        count=found.count,
        enough=MEASURABLE,
        open=forecasts.waiting(tx, slugs),
        brier=found.brier,
        reference=found.reference,
        lines=tuple(_bin(one) for one in found.bins),
    )
    return cards.fitted(lambda room: record_card.render(trimmed(view, room), room))


def _read(tx: Session, turn: Turn) -> tuple[Plan, History]:
    plan = approved_plan_of(tx, turn, "forecast")
    return plan, history(tx, plan)


def odds_of(plan: Plan, found: Forecast) -> card.Odds:
    """What its card shows."""
    titles = {one.item: plan.items[one.item].title for one in found.basis.items}
    return card.Odds(
        slug=plan.slug,
        title=plan.title,
        today=found.today,
        deadline=found.deadline,
        over=not found.runs,
        on_time=found.on_time,
        dates=((0.5, found.p50), (0.8, found.p80), (0.95, found.p95)),
        drivers=tuple(_driver(one) for one in found.drivers),
        basis=found.basis.said,
        guessed=all(one.means in ("guess", "estimate") for one in found.basis.items),
        unplanned=found.basis.unplanned,
        buffer=_burnt(found.buffer) if found.buffer else "",
        next=tuple(_next(plan, found)),
        grounds=tuple(f"{one.item} {titles[one.item]}: {one.said}" for one in found.basis.items),
        runs=found.runs,
    )


def _driver(one: Driver) -> card.DriverLine:
    return card.DriverLine(id=one.item, title=one.title, share=one.criticality, said=one.said)


def _next(plan: Plan, found: Forecast) -> list[card.NextLine]:
    near = [(plan.items[one], chance) for one, chance in found.ends.items()]
    lines = [
        card.NextLine(item.id, item.title, item.end, chance)
        for item, chance in near
        if item.end <= found.today + forecasts.NEAR
    ]
    return sorted(lines, key=lambda one: (one.end, one.id))


def _burnt(one: Buffer) -> str:
    """``40 % of 5 working days used, 55 % of the longest chain done: it lasts``."""
    used = f"{card.percent(one.share_used)} of {one.days} working days used"
    if one.burn is None:
        return f"{used}, nothing of the longest chain done yet"
    pace = "it lasts" if one.burn <= 1 else f"it is used up {one.burn:.1f} times too fast"
    return f"{used}, {card.percent(one.share_done)} of the longest chain done: {pace}"


def _bin(one: Bin) -> record_card.Line:
    return record_card.Line(low=one.low, high=one.high, said=one.said, count=one.count, came_true=one.came_true)
