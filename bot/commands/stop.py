"""``stop`` and ``resume``: a plan, or everything, stands still until somebody lifts it."""

from __future__ import annotations

from sqlmodel import Session, select

from bot.cards.parts import Activity
from bot.cards.progress import said
from bot.commands.desk import Choose, Desk, Turn
from bot.commands.which import choices, plan_of, title_of
from bot.people import require_owner, seen
from plans.errors import NotAllowed, UserError
from plans.governance import stops
from plans.store.people import display_name
from plans.store.tables import PlanRow, StopRow
from plans.words import PlanSlug


def stop(desk: Desk, tx: Session, turn: Turn) -> Activity:
    """The owner halts a plan; whoever owns a plan can halt everything, because standing still harms nobody."""
    if turn.said.everything:
        return _stop_everything(desk, tx, turn)
    row = plan_of(tx, turn, "stop")
    require_owner(tx, row, turn.person, f"stop {title_of(row)}")
    if tx.get(StopRow, stops.of_plan(row.slug)) is not None:
        return said(f"{title_of(row)} is stopped already. `resume {row.slug}` lets it go on.")
    stops.stop(tx, stops.of_plan(row.slug), turn.person, desk.wall.now())
    desk.halted(tx, PlanSlug(row.slug))
    return said(
        f"Stopped: {title_of(row)}. Nothing more begins, and what is under way outside is called back. "
        f"`resume {row.slug}` lets it go on."
    )


def _stop_everything(desk: Desk, tx: Session, turn: Turn) -> Activity:
    if tx.exec(select(PlanRow.slug).where(PlanRow.owner == turn.person).limit(1)).first() is None:
        raise NotAllowed("Only somebody who owns a plan may stop everything.", "Ask the owner of the plan in question.")
    stops.stop(tx, stops.EVERYTHING, turn.person, desk.wall.now())
    desk.halted(tx, None)
    return said("Everything is stopped: no plan goes on until somebody says `resume everything`.")


def resume(desk: Desk, tx: Session, turn: Turn) -> Activity:
    """Lifts the stop on everything if there is one, else that of the plan meant."""
    everything = tx.get(StopRow, stops.EVERYTHING)
    if everything is not None and (turn.said.everything or not turn.said.plan):
        return _resume_everything(desk, tx, turn, everything)
    if turn.said.everything:
        return said("Everything was not stopped. `plans` shows what is.")
    row = _stopped_plan(tx, turn)
    require_owner(tx, row, turn.person, f"let {title_of(row)} go on")
    if not stops.resume(tx, stops.of_plan(row.slug)):
        raise UserError(f"{title_of(row)} is not stopped.", "`status` shows how it stands.")
    if everything is not None:
        return said(f"{title_of(row)} may go on as soon as everything does: say `resume everything`.")
    desk.resumed(tx, PlanSlug(row.slug))
    return said(f"{title_of(row)} goes on.")


def _resume_everything(desk: Desk, tx: Session, turn: Turn, row: StopRow) -> Activity:
    if row.by != turn.person:
        who = display_name(tx, row.by)
        raise NotAllowed(f"{who} stopped everything, and only {who} may lift that.", f"Ask {who}.")
    stops.resume(tx, stops.EVERYTHING)
    desk.resumed(tx, None)
    return said("Everything goes on, except for plans that were stopped by themselves.")


def _stopped_plan(tx: Session, turn: Turn) -> PlanRow:
    """The plan named; else the one that is stopped, of those seen here. Raises Choose when several are."""
    if turn.said.plan:
        return plan_of(tx, turn, "resume")
    rows = seen(tx, turn.chat, turn.person, personal=turn.personal)
    halted = [row for row in rows if tx.get(StopRow, stops.of_plan(row.slug)) is not None]
    if len(halted) > 1:
        raise Choose("Which plan is to go on?", choices(halted, "resume"))
    return halted[0] if halted else plan_of(tx, turn, "resume")
