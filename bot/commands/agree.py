"""``agree …`` and ``lift K2``: proposes to hold the plan to something, or no longer to."""

from __future__ import annotations

from sqlmodel import Session

from bot.changes import Draft
from bot.commands.desk import Desk, Turn
from bot.commands.which import named_at_end, plan_of
from plans.errors import UserError
from plans.model.agreed_words import limit
from plans.model.calendar import today
from plans.model.edits import Agree, Lift
from plans.planning.agreeing import read
from plans.store import plans
from plans.store.names import free_constraint
from plans.words import PlanSlug


def agree(desk: Desk, tx: Session, turn: Turn) -> Draft:
    """Raises UserError, with examples, for what is none of the kinds that a rule keeps."""
    text, turn = named_at_end(tx, turn)
    plan = plans.load(tx, PlanSlug(plan_of(tx, turn, f"agree {text} for").slug))
    day = today(desk.plan_clock.now(), plan.zone)
    one = read(text, plan, day, turn.person, free_constraint(tx, plan))
    reason = f"Agreed: “{one.text}”. Rule {one.rule} keeps it: {limit(one, day)}."
    return Draft(plan, (Agree(constraint=one),), reason, turn.person)


def lift(desk: Desk, tx: Session, turn: Turn) -> Draft:
    plan = plans.load(tx, PlanSlug(plan_of(tx, turn, "constraints").slug))
    one = next((one for one in plan.constraints if one.id == turn.said.key), None)
    if one is None:
        agreed = ", ".join(one.id for one in plan.constraints)
        said = f"{plan.title} has no agreement {turn.said.key[:20]}." if turn.said.key else "Which agreement?"
        raise UserError(
            said, f"There is {agreed}: say “lift {plan.constraints[0].id}”." if agreed else "There is none."
        )
    return Draft(plan, (Lift(constraint=one.id),), f"No longer agreed: “{one.text}”.", turn.person)
