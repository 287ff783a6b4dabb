"""``done <item>``: a person says that they have finished an item of their own."""

from __future__ import annotations

from sqlmodel import Session

from bot.cards.parts import Activity
from bot.cards.progress import said
from bot.commands.desk import Desk, Turn
from bot.commands.which import item_of
from plans.errors import NotAllowed, UserError
from plans.governance import decisions
from plans.model.calendar import today
from plans.model.plan import Item
from plans.store import plans
from plans.store.durations import DAY
from plans.store.people import display_name
from plans.store.tables import PlanRow
from plans.words import ItemKind, ItemState, PlanSlug

_OPEN = frozenset({ItemState.PLANNED, ItemState.READY, ItemState.FAILED})


def done(desk: Desk, tx: Session, turn: Turn) -> Activity:
    row, item = item_of(tx, turn, "done")
    _own(tx, turn, item)
    if item.state is ItemState.DONE:
        return said(f"{item.id} is done already.")
    if item.state not in _OPEN:
        raise UserError(f"{item.id} is {item.state}.", f"`why {item.id}` tells how that came.")
    plans.set_item_state(tx, item.id, ItemState.DONE)
    _log(desk, tx, turn, row, item)
    desk.wake(tx, PlanSlug(row.slug))
    return said(f"Noted: {item.id} {item.title} is done, on your word. What waited for it may begin now.")


def _own(tx: Session, turn: Turn, item: Item) -> None:
    if item.kind not in (ItemKind.TASK, ItemKind.MILESTONE):
        raise UserError(f"{item.id} is done when what stands under it is.", "`this week` lists the tasks.")
    if item.agent is not None:
        raise UserError(
            f"{item.id} is {item.agent}'s, and is done when that was verified.",
            f"`why {item.id}` tells where it stands.",
        )
    if item.owner != turn.person:
        owner = display_name(tx, item.owner)
        raise NotAllowed(f"Only {owner} can say that {item.id} is done.", f"Ask {owner}.")


def _log(desk: Desk, tx: Session, turn: Turn, row: PlanRow, item: Item) -> None:
    now, name = desk.wall.now(), display_name(tx, turn.person)
    decision = decisions.record(
        tx,
        at=now,
        kind="act",
        what=f"{name} finished {item.title}",
        why="a person's own item is done when they say so",
        actor=turn.person,
        verdict="allow",
        plan=row.slug,
        item=item.id,
        data={DAY: today(desk.plan_clock.now(), str(row.frame["zone"])).isoformat()},
    )
    decisions.conclude(tx, decision, now, "succeeded", f"on {name}'s word; the test is: {item.check.text}")
