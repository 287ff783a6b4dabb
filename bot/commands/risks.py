"""``risks``, ``risk add …`` and ``risk close R2``: what could go wrong, and what somebody sees beside it."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from dataclasses import replace
from functools import partial

from sqlmodel import Session, col, select

from bot import cards
from bot.cards import risks as card
from bot.cards.parts import Activity
from bot.cards.trim import trimmed
from bot.changes import Draft
from bot.commands.desk import Desk, Turn
from bot.commands.which import named_at_end, plan_of
from plans.errors import UserError
from plans.model.agreed_words import odds, odds_of
from plans.model.calendar import today
from plans.model.edits import CloseRisk, SetRisk
from plans.model.forecast import likely
from plans.model.history import History
from plans.model.plan import Plan
from plans.model.risks import Seen, Threat, ranked
from plans.planning.risking import EXAMPLE, read
from plans.store import plans
from plans.store.database import Database
from plans.store.durations import history
from plans.store.names import free_risk
from plans.store.people import display_name
from plans.store.tables import ItemRow
from plans.words import AgentName, ItemState, PlanSlug


async def risks(database: Database, desk: Desk, turn: Turn) -> Callable[[Session], Activity]:
    """What the plan shows by itself, the odds of its deadline among it, is worked out outside of any transaction."""
    plan, seen, past = await database.read(lambda tx: _read(desk, tx, turn))
    day = today(desk.plan_clock.now(), plan.zone)
    chance = await asyncio.to_thread(likely, plan, day, past)
    found = ranked(plan, day, replace(seen, chance=chance))
    return lambda tx: _shown(tx, plan, found)


def _read(desk: Desk, tx: Session, turn: Turn) -> tuple[Plan, Seen, History]:
    plan = plans.load(tx, PlanSlug(plan_of(tx, turn, "risks").slug))
    return plan, _seen(desk, tx), history(tx, plan)


def _shown(tx: Session, plan: Plan, found: Sequence[Threat]) -> Activity:
    line = partial(_line, tx)
    view = card.Risks(
        slug=plan.slug,
        title=plan.title,
        sponsor=tuple(line(one) for one in found if one.sponsor),
        rest=tuple(line(one) for one in found if not one.sponsor),
    )
    return cards.fitted(lambda room: card.render(trimmed(view, room), room))


def risk(desk: Desk, tx: Session, turn: Turn) -> Draft:
    """Adds the risk that was told, or closes the one that was named."""
    if not turn.said.text:
        return _closed(tx, turn)
    text, turn = named_at_end(tx, turn)
    plan = plans.load(tx, PlanSlug(plan_of(tx, turn, f"risk add {text} for").slug))
    one = read(text, plan, turn.person, free_risk(tx, plan))
    return Draft(plan, (SetRisk(risk=one),), f"It could happen: “{one.text}” ({odds_of(one)}).", turn.person)


def _closed(tx: Session, turn: Turn) -> Draft:
    plan = plans.load(tx, PlanSlug(plan_of(tx, turn, "risks").slug))
    one = next((one for one in plan.risks if one.id == turn.said.key), None)
    if one is None:
        said = f"{plan.title} has no risk {turn.said.key[:20]}." if turn.said.key else "Which risk?"
        raise UserError(said, f"`risks` lists them; a new one: “{EXAMPLE}”.")
    return Draft(plan, (CloseRisk(risk=one.id),), f"No longer a risk: “{one.text}”.", turn.person)


def _seen(desk: Desk, tx: Session) -> Seen:
    """The inventory, and who of it has finished something on any plan."""
    done = select(ItemRow.agent).where(ItemRow.state == ItemState.DONE, col(ItemRow.agent).is_not(None)).distinct()
    return Seen(
        inventory=frozenset(agent.name for agent in desk.roster.agents()),
        proven=frozenset(AgentName(name) for name in tx.exec(done).all() if name),
    )


def _line(tx: Session, one: Threat) -> card.RiskLine:
    return card.RiskLine(
        id=one.id,
        said=one.text,
        odds=odds(one.probability, one.days, one.cost),
        hits=", ".join(one.items),
        effect=one.mitigation,
        owner=display_name(tx, one.owner),
    )
