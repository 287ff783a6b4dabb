"""``this week`` and ``next week``: the week as it is derived from the plan right now. Nothing is kept of it."""

from __future__ import annotations

from datetime import date, timedelta
from functools import partial

from sqlmodel import Session

from bot import cards
from bot.cards.parts import Activity
from bot.cards.week import STATES
from bot.commands.desk import Desk, Turn
from bot.commands.which import plan_of
from plans.model.calendar import today
from plans.model.plan import Item
from plans.model.revision import apply
from plans.model.week import derive, following, monday_of
from plans.store import plans
from plans.store.people import display_name
from plans.watch.waiting import asked, blocked
from plans.watch.week_notice import limits, week_notice
from plans.words import PlanSlug


def this_week(desk: Desk, tx: Session, turn: Turn) -> Activity:
    plan = plans.load(tx, PlanSlug(plan_of(tx, turn, "this week").slug))
    day = today(desk.plan_clock.now(), plan.zone)
    week = derive(plan, monday_of(day), day, limits(desk.roster), blocked(tx, plan))
    notice = week_notice(apply(plan, week.edits), week, day, asked(tx, plan.slug), partial(display_name, tx))
    return cards.render(notice)


def next_week(desk: Desk, tx: Session, turn: Turn) -> Activity:
    """As it will look if this week goes as derived."""
    plan = plans.load(tx, PlanSlug(plan_of(tx, turn, "next week").slug))
    day, agents, stuck = today(desk.plan_clock.now(), plan.zone), limits(desk.roster), blocked(tx, plan)
    monday = monday_of(day) + timedelta(days=7)
    then = following(plan, derive(plan, monday_of(day), day, agents, stuck))
    week = derive(then, monday, monday, agents, stuck)
    notice = week_notice(apply(then, week.edits), week, monday, {}, partial(display_name, tx), ahead=True)
    return cards.render(notice)


def in_words(item: Item, day: date) -> str:
    """The item's state, and whether it is late, which is computed."""
    late = "late, " if not item.settled and item.end < day else ""
    return f"{late}{STATES[item.state]}"
