"""Stops: everything, a plan or an agent stands still until somebody lifts it.

A stop is a row, so that it survives a restart and holds on every worker. It is asked for before every act; nothing is
undone by it, and what runs outside is called back by whoever holds it.
"""

from __future__ import annotations

from datetime import datetime
from typing import Final

from sqlmodel import Session, col, select

from plans.store.tables import StopRow
from plans.words import AgentName, PersonId, PlanSlug

EVERYTHING: Final = "*"


def of_plan(plan: PlanSlug | str) -> str:
    """The scope of a stop on one plan."""
    return f"plan:{plan}"


def of_agent(agent: AgentName | str) -> str:
    """The scope of a stop on one agent, on all plans."""
    return f"agent:{agent}"


def stop(tx: Session, scope: str, by: PersonId, now: datetime) -> StopRow:
    """Puts the stop in force; one that is in force already stays as it was given. ``now``: UTC.

    Raises ValueError for a scope that is not ``EVERYTHING``, ``of_plan(…)`` or ``of_agent(…)``: it would stop nothing.
    """
    kind, _, name = scope.partition(":")
    if scope != EVERYTHING and not (kind in ("plan", "agent") and name):
        raise ValueError(f"nothing can be stopped by the scope {scope!r}")
    row = tx.get(StopRow, scope)
    if row is None:
        row = StopRow(scope=scope, by=by, at=now)
        tx.add(row)
        tx.flush()
    return row


def resume(tx: Session, scope: str) -> bool:
    """Lifts the stop of exactly that scope. False when there was none; wider and narrower ones stay in force."""
    row = tx.get(StopRow, scope)
    if row is None:
        return False
    tx.delete(row)
    tx.flush()
    return True


def stopped(tx: Session, plan: PlanSlug | str | None = None, agent: AgentName | str | None = None) -> StopRow | None:
    """The widest stop in force on everything, the plan or the agent; None when work may go on."""
    scopes = [EVERYTHING]
    if plan is not None:
        scopes.append(of_plan(plan))
    if agent is not None:
        scopes.append(of_agent(agent))
    found = {row.scope: row for row in tx.exec(select(StopRow).where(col(StopRow.scope).in_(scopes))).all()}
    return next((found[scope] for scope in scopes if scope in found), None)
