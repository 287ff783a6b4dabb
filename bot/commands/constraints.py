"""``constraints``: what was agreed about a plan, and whether the plan as it stands keeps it."""

from __future__ import annotations

from sqlmodel import Session

from bot import cards
from bot.cards import constraints as card
from bot.cards.parts import Activity
from bot.cards.trim import trimmed
from bot.commands.desk import Desk, Turn
from bot.commands.which import plan_of
from plans.model.agreed_words import limit
from plans.model.calendar import today
from plans.model.weigh import breaking
from plans.store import plans
from plans.store.people import display_name
from plans.words import PlanSlug


def constraints(desk: Desk, tx: Session, turn: Turn) -> Activity:
    plan = plans.load(tx, PlanSlug(plan_of(tx, turn, "constraints").slug))
    day = today(desk.plan_clock.now(), plan.zone)
    agreed = tuple(
        card.Agreement(
            id=one.id,
            said=one.text,
            limit=limit(one, day),
            by=display_name(tx, one.by),
            on=one.on,
            rule=one.rule,
            broken=tuple(finding.said for finding in breaking(plan, one)),
        )
        for one in plan.constraints
    )
    view = card.Agreements(plan.slug, plan.title, day, agreed)
    return cards.fitted(lambda room: card.render(trimmed(view, room), room))
