"""``load``: how full everybody's weeks are, and when the plan can be finished with the people there are.

The critical path says when things could happen if everybody could do everything at once; a levelled schedule says
when they can.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from datetime import date
from itertools import groupby
from typing import Final

from sqlmodel import Session

from bot import cards, effects
from bot.cards import load as card
from bot.cards.parts import Activity
from bot.cards.trim import trimmed
from bot.commands.desk import Desk, Turn
from bot.commands.which import approved_plan_of
from plans.model.calendar import today
from plans.model.levelling import Levelled, level
from plans.model.plan import Plan
from plans.model.resources import Resources
from plans.model.schedule import finish
from plans.planning.load import Load, full
from plans.ports.work import Agent
from plans.store.database import Database
from plans.store.people import display_name
from plans.words import PersonId

_WEEKS: Final = 3
_SECONDS: Final = 1.0
"""For the search for a better schedule than the first."""


async def load(database: Database, desk: Desk, turn: Turn) -> Callable[[Session], Activity]:
    """Worked out on a thread of its own, outside of any transaction.

    Raises UserError for a plan that cannot be scheduled, e.g. because somebody is never there.
    """
    plan = await database.read(lambda tx: approved_plan_of(tx, turn, "load"))
    day = today(desk.plan_clock.now(), plan.zone)
    agents = desk.roster.agents()
    levelled, loads = await asyncio.to_thread(_worked_out, plan, day, agents)
    return lambda tx: _shown(tx, plan, day, levelled, loads)


def _worked_out(plan: Plan, day: date, agents: Sequence[Agent]) -> tuple[Levelled, Sequence[Load]]:
    resources = Resources.of(plan, {agent.name: agent.concurrent for agent in agents})
    return level(plan, day, resources, seconds=_SECONDS), full(plan, day, agents)


def _shown(tx: Session, plan: Plan, day: date, levelled: Levelled, loads: Sequence[Load]) -> Activity:
    def name_of(person: PersonId) -> str:
        return display_name(tx, person)

    held = levelled.bottleneck
    view = card.Loads(
        slug=plan.slug,
        title=plan.title,
        today=day,
        path=finish(plan, day),
        levelled=levelled.finish,
        bound=levelled.bound,
        holds=(effects.name(held.doer, name_of), held.days) if held else None,
        people=tuple(_people(loads, name_of)),
    )
    return cards.fitted(lambda room: card.render(trimmed(view, room), room))


def _people(loads: Sequence[Load], name_of: effects.NameOf) -> list[card.Somebody]:
    by_doer = groupby(sorted(loads, key=lambda one: one.doer), key=lambda one: one.doer)
    found = []
    for doer, weeks in by_doer:
        fullest = sorted(weeks, key=lambda one: (-one.after, one.monday))[:_WEEKS]
        found.append(card.Somebody(effects.name(doer, name_of), tuple((one.monday, one.after) for one in fullest)))
    return sorted(found, key=lambda one: (-one.weeks[0][1], one.name))
