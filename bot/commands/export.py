"""``export``: a plan as a table, as JSON or as tasks for Planner; in the chat where it fits, else by a command line.

Nothing of a plan is put under an address: what is exported is shown to those who may see the plan, or written by
whoever runs Steward.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import Final

from sqlmodel import Session

from bot import cards
from bot.cards import export as card
from bot.cards.parts import Activity, message
from bot.commands.desk import Desk, Turn
from bot.commands.which import plan_of
from plans.governance import imports
from plans.model.exchange import lossless, planner, spreadsheet
from plans.model.exchange.reading import Known
from plans.model.plan import Plan
from plans.store.database import Database
from plans.words import PlanSlug

_MOST: Final = 12_000
"""Characters: beyond, no card could hold them, and none is tried."""
_WORDS: Final = {"csv": "a table (CSV)", "json": "JSON", "planner": "tasks for Planner"}


async def export(database: Database, desk: Desk, turn: Turn) -> Callable[[Session], Activity]:
    """Reads the plan, and writes it off the loop: a large one takes longer than a transaction may."""
    form = turn.said.text or "csv"

    def look(tx: Session) -> tuple[Plan, Known]:
        slug = PlanSlug(plan_of(tx, turn, f"export {form}").slug)
        plan = imports.standing(tx, slug)
        return plan, imports.known(tx, plan, [agent.name for agent in desk.roster.agents()])

    plan, known = await database.read(look)
    answer = await asyncio.to_thread(_answer, plan, known, form)
    return lambda _tx: answer


def _answer(plan: Plan, known: Known, form: str) -> Activity:
    if form == "csv":
        text = spreadsheet.text(plan, known, empty=False)
    else:
        text = lossless.text(plan) if form == "json" else planner.text(plan)
    view = card.Export(plan.slug, plan.title, form, _WORDS[form], len(plan.items), text)
    if len(text) <= _MOST:
        whole = message(card.render(view, whole=True))
        if cards.size(whole) < cards.LIMIT:
            return whole
    return message(card.render(view, whole=False))
