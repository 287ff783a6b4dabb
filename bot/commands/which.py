"""Which plan, and which item, a command is about."""

from __future__ import annotations

from dataclasses import replace

from sqlmodel import Session, select

from bot.cards.text import short
from bot.cards.welcome import EXAMPLE
from bot.commands.desk import Choose, Turn
from bot.people import conversation, seen
from plans.errors import UserError
from plans.model.plan import Item, Plan
from plans.store import plans
from plans.store.tables import ItemRow, PlanRow
from plans.words import PlanSlug

_HERE = frozenset({"", "it", "this", "that", "plan", "the plan", "this plan", "that plan", "my plan", "our plan"})
_NAME = 50


def plan_of(tx: Session, turn: Turn, command: str) -> PlanRow:
    """The plan that is meant: the one named, else this chat's. ``command`` is what to type before a plan's name.

    Raises Choose when several could be meant, and UserError when there is none.
    """
    rows = seen(tx, turn.chat, turn.person, personal=turn.personal)
    if not rows:
        raise UserError("There is no plan here yet.", f"Write a goal with a date, for example: {EXAMPLE}")
    wanted = turn.said.plan.casefold()
    if wanted in _HERE:
        found = _nearest(rows, turn)
    else:
        exact = [row for row in rows if wanted == row.slug]
        found = exact or [
            row for row in rows if wanted.replace(" ", "-") in row.slug or wanted in title_of(row).casefold()
        ]
        if not found:
            raise Choose(f"There is no plan “{short(turn.said.plan, 60)}” here. These are:", choices(rows, command))
    if len(found) > 1:
        raise Choose("Which plan?", choices(found, command))
    return found[0]


def named_at_end(tx: Session, turn: Turn) -> tuple[str, Turn]:
    """What was said without ``for <plan>`` at its end, and the turn with that plan, where one seen here is named so."""
    said, joint, name = turn.said.text.rpartition(" for ")
    slug = name.strip(" .`").casefold()
    rows = seen(tx, turn.chat, turn.person, personal=turn.personal) if joint else []
    if not any(row.slug == slug for row in rows):
        return turn.said.text, turn
    return said, replace(turn, said=replace(turn.said, text=said, plan=slug))


def _nearest(rows: list[PlanRow], turn: Turn) -> list[PlanRow]:
    """This thread's plans, else this conversation's, else whichever else may be spoken of here."""
    thread = [row for row in rows if row.chat == turn.chat]
    base = conversation(turn.chat)
    return thread or [row for row in rows if conversation(row.chat) == base] or rows


def choices(rows: list[PlanRow], command: str) -> list[tuple[str, str]]:
    return [(short(title_of(row), _NAME), f"{command} {row.slug}") for row in rows]


def title_of(row: PlanRow) -> str:
    return str(row.frame.get("title", row.slug))


def item_of(tx: Session, turn: Turn, command: str) -> tuple[PlanRow, Item]:
    """The item named. Raises Choose with the open items when none is named, UserError when it is not seen here."""
    if not turn.said.item:
        raise Choose("Which item?", _items(tx, turn, command))
    row = tx.get(ItemRow, turn.said.item)
    plans = {plan.slug: plan for plan in seen(tx, turn.chat, turn.person, personal=turn.personal)}
    if row is None or row.plan not in plans:
        raise UserError(f"There is no item {short(turn.said.item, 20)} here.", "`this week` lists what is going on.")
    return plans[row.plan], Item.model_validate(row.body)


def _items(tx: Session, turn: Turn, command: str) -> list[tuple[str, str]]:
    plan = plan_of(tx, turn, "this week")
    items = open_items(tx, PlanSlug(plan.slug))
    if not items:
        raise UserError(f"{title_of(plan)} has no open items.", "`status` shows how it stands.")
    return [(short(f"{item.id} {item.title}", _NAME), f"{command} {item.id}") for item in items]


def open_items(tx: Session, slug: PlanSlug) -> list[Item]:
    """Tasks that are not settled, what is due first in front."""
    rows = tx.exec(select(ItemRow).where(ItemRow.plan == slug, ItemRow.kind == "task")).all()
    items = [Item.model_validate(row.body) for row in rows]
    return sorted((item for item in items if not item.settled), key=lambda item: (item.end, item.id))


def approved_plan_of(tx: Session, turn: Turn, command: str) -> Plan:
    """The plan that is meant, with its work. Raises UserError also for one that is only proposed: it has none yet."""
    row = plan_of(tx, turn, command)
    if not row.revision:
        raise UserError(f"{title_of(row)} is only proposed: nothing of it holds yet.", "Approve its card first.")
    return plans.load(tx, PlanSlug(row.slug))
