"""``this week``: what is due from Monday to Sunday, and what is still open from before."""

from __future__ import annotations

from datetime import date, timedelta

from sqlmodel import Session

from bot import cards
from bot.cards import week as card
from bot.cards.parts import Activity
from bot.cards.trim import trimmed
from bot.commands.desk import Desk, Turn
from bot.commands.status import who
from bot.commands.which import plan_of
from plans.model.calendar import today
from plans.model.plan import Item
from plans.store import plans
from plans.words import ItemKind, ItemState, PlanSlug

_WORDS = {
    ItemState.PROPOSED: "proposed",
    ItemState.PLANNED: "planned",
    ItemState.READY: "ready to begin",
    ItemState.DELEGATED: "being worked on",
    ItemState.ASKING: "waits for an answer",
    ItemState.DONE: "done",
    ItemState.DROPPED: "dropped",
    ItemState.FAILED: "failed",
    ItemState.UNKNOWN: "outcome unclear",
}


def this_week(desk: Desk, tx: Session, turn: Turn) -> Activity:
    plan = plans.load(tx, PlanSlug(plan_of(tx, turn, "this week").slug))
    day = today(desk.plan_clock.now(), plan.zone)
    sunday = day + timedelta(days=6 - day.weekday())
    monday = sunday - timedelta(days=6)
    tasks = [
        item
        for item in plan.of_kind(ItemKind.TASK)
        if item.start <= sunday and (item.end >= monday or not item.settled) and item.state is not ItemState.DROPPED
    ]
    lines = tuple(
        card.WeekLine(item.id, item.title, who(tx, item), item.end, in_words(item, day))
        for item in sorted(tasks, key=lambda item: (item.end, item.id))
    )
    view = card.Week(plan.slug, plan.title, day, lines)
    return cards.fitted(lambda room: card.render(trimmed(view, room), room))


def in_words(item: Item, day: date) -> str:
    """The item's state, and whether it is late, which is computed."""
    late = "late, " if not item.settled and item.end < day else ""
    return f"{late}{_WORDS[item.state]}"
