"""``status``: how a plan stands. Late and at risk are computed from the schedule; nothing is asked of a model."""

from __future__ import annotations

from datetime import date

from sqlmodel import Session, col, select

from bot import cards
from bot.cards import dates
from bot.cards import status as card
from bot.cards.parts import Activity
from bot.cards.trim import trimmed
from bot.commands.desk import Desk, Turn
from bot.commands.which import plan_of
from bot.people import named
from plans.governance import reservations
from plans.governance.stops import stopped
from plans.model.calendar import today
from plans.model.plan import Item, Plan
from plans.model.schedule import Schedule, schedule
from plans.store import plans
from plans.store.people import display_name
from plans.store.tables import AskRow, PlanRow
from plans.words import IN_FLIGHT, AskKind, AskState, ItemKind, ItemState, PlanSlug

_WATCHED = frozenset({ItemKind.TASK, ItemKind.MILESTONE})
_ASKED = {
    AskKind.REVISION.value: "a yes to the plan",
    AskKind.ACT.value: "a yes",
    AskKind.QUESTION.value: "an answer",
    AskKind.CHALLENGE.value: "a one-time code",
    AskKind.REPAIR.value: "a repair to be chosen",
}


def status(desk: Desk, tx: Session, turn: Turn) -> Activity:
    view = standing(desk, tx, plan_of(tx, turn, "status"))
    return cards.fitted(lambda room: card.render(trimmed(view, room), room))


def standing(desk: Desk, tx: Session, row: PlanRow) -> card.Status:
    """Raises CycleError (a UserError) for a plan whose items wait for each other."""
    plan = plans.load(tx, PlanSlug(row.slug))
    day = today(desk.plan_clock.now(), plan.zone)
    found = schedule(plan, day)
    tasks = [item for item in plan.of_kind(ItemKind.TASK) if item.state is not ItemState.DROPPED]
    late, at_risk = behind(plan, found, day)
    halted = stopped(tx, plan=plan.slug) is not None
    left = reservations.left(tx, plan.slug, plan.budget) if plan.budget else None
    return card.Status(
        slug=plan.slug,
        title=plan.title,
        state="stopped" if halted and row.state == "active" else row.state,
        today=day,
        deadline=plan.deadline,
        finish=found.finish if tasks else plan.deadline,
        done=sum(item.state is ItemState.DONE for item in tasks),
        tasks=len(tasks),
        late=tuple(_line(tx, item, day) for item in late),
        at_risk=tuple(_line(tx, item, day) for item in at_risk),
        waiting=(*_asked(tx, plan), *_own(tx, tasks, day)),
        running=tuple(_line(tx, item, day) for item in tasks if item.agent and item.state in IN_FLIGHT),
        money=f"{left} of {plan.budget} left" if left else "",
    )


def behind(plan: Plan, found: Schedule, day: date) -> tuple[list[Item], list[Item]]:
    """What is past its end, and what can no longer be done within its window though it is not over yet."""
    watched = [item for item in plan.items.values() if item.kind in _WATCHED and not item.settled]
    late = [item for item in watched if item.end < day]
    return late, [item for item in watched if item.end >= day and found.late(item)]


def _line(tx: Session, item: Item, day: date) -> str:
    unclear = " · outcome unclear" if item.state is ItemState.UNKNOWN else ""
    return f"{item.id} {item.title} · {who(tx, item)}, due {dates.due(item.end, day)}{unclear}"


def who(tx: Session, item: Item) -> str:
    """Who does it: the agent, the seat, or the person who answers for it."""
    return item.agent or item.role or display_name(tx, item.owner)


def _asked(tx: Session, plan: Plan) -> list[str]:
    """What is being asked of whom."""
    rows = tx.exec(
        select(AskRow).where(AskRow.plan == plan.slug, AskRow.state == AskState.OPEN).order_by(col(AskRow.asked_at))
    ).all()
    return [f"{row.notice.get('item') or plan.title}: {_ASKED[row.kind]} from {named(tx, row.allowed)}" for row in rows]


def _own(tx: Session, tasks: list[Item], day: date) -> list[str]:
    """What people have to do themselves, and can."""
    return [
        f"{item.id} {item.title} · {display_name(tx, item.owner)}, due {dates.due(item.end, day)}"
        for item in tasks
        if item.agent is None and item.state is ItemState.READY
    ]
