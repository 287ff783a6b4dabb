"""Due timers, taken in batches: one transaction consumes them and does what they are for.

Hundreds that fall due at once are one batch (as engine rows they took over three seconds; as a batch, milliseconds).
A batch that fails is done row by row, so that one bad timer holds up only itself.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from functools import partial
from itertools import groupby
from typing import Final

from sqlalchemy import ColumnElement, and_, delete, func, or_
from sqlmodel import Session, col, select

from plans.ports.time import Clock
from plans.store.clock import PlanClock
from plans.store.database import Database
from plans.store.tables import TimerRow
from plans.store.timers import set_timer

When = Callable[[Session, list[TimerRow]], None]

BATCH: Final = 500
LONGEST_SLEEP: Final = 0.5
"""Wall seconds; a clock that was moved, or a timer set by another worker, is seen this late at most."""
PUSH_BACK: Final = timedelta(seconds=60)

_log = logging.getLogger(__name__)


class Alarm:
    """Knows the handlers by kind, and both clocks."""

    def __init__(self, database: Database, wall: Clock, plan: PlanClock) -> None:
        self._database = database
        self._wall = wall
        self._plan = plan
        self._handlers: dict[str, When] = {}

    def when(self, kind: str, handler: When) -> None:
        """Raises ValueError when the kind has a handler."""
        if kind in self._handlers:
            raise ValueError(f"{kind} has a handler already")
        self._handlers[kind] = handler

    async def ring(self) -> None:
        """Consumes everything that is due on either clock."""
        try:
            while await self._database.write(partial(self._consume, limit=BATCH)) == BATCH:
                pass
        except Exception as error:
            _log.warning("a batch of timers failed (%s); one by one", type(error).__name__)
            await self._one_by_one()

    async def delay(self) -> float:
        """Wall seconds to sleep: until the next timer is due, at most ``LONGEST_SLEEP``."""
        following = await self._database.read(_following)
        waits = [LONGEST_SLEEP]
        if "wall" in following:
            waits.append((following["wall"] - self._wall.now()).total_seconds())
        if "plan" in following:
            until = self._plan.wall_delay(following["plan"])
            waits.append(LONGEST_SLEEP if until is None else until)
        return max(0.0, min(waits))

    def _consume(self, tx: Session, limit: int, key: str | None = None) -> int:
        asked = select(TimerRow).where(self._due()).order_by(col(TimerRow.due_at), col(TimerRow.key)).limit(limit)
        if key is not None:
            asked = asked.where(TimerRow.key == key)
        rows = list(tx.exec(asked.with_for_update(skip_locked=True)))
        if not rows:
            return 0
        for row in rows:
            tx.expunge(row)
        # Gone before the handlers run: one may set the same timer again, and that one has to stay.
        keys = [row.key for row in rows]
        tx.execute(delete(TimerRow).where(col(TimerRow.key).in_(keys)).execution_options(synchronize_session=False))
        for kind, group in groupby(sorted(rows, key=lambda row: row.kind), key=lambda row: row.kind):
            self._handlers[kind](tx, list(group))
        return len(rows)

    async def _one_by_one(self) -> None:
        for key in await self._database.read(self._due_keys):
            try:
                await self._database.write(partial(self._consume, limit=1, key=key))
            except Exception as error:
                _log.error("timer %s failed (%s); again in a minute", key, type(error).__name__)
                await self._database.write(partial(self._push_back, key=key))

    def _due(self) -> ColumnElement[bool]:
        return or_(
            and_(col(TimerRow.clock) == "wall", col(TimerRow.due_at) <= self._wall.now()),
            and_(col(TimerRow.clock) == "plan", col(TimerRow.due_at) <= self._plan.now()),
        )

    def _due_keys(self, tx: Session) -> Sequence[str]:
        return tx.exec(select(TimerRow.key).where(self._due()).order_by(col(TimerRow.due_at)).limit(BATCH)).all()

    def _push_back(self, tx: Session, key: str) -> None:
        """On the wall's clock whatever it was set on: it was due already, and must not wait for a plan that stands."""
        row = tx.get(TimerRow, key)
        if row is not None:
            set_timer(tx, key, self._wall.now() + PUSH_BACK, "wall", row.kind, row.entity)


def _following(tx: Session) -> dict[str, datetime]:
    # A look at the index's edge for each clock: grouping would walk through every timer there is, twice a second.
    clocks = ("wall", "plan")
    first = [
        select(func.min(col(TimerRow.due_at))).where(TimerRow.clock == clock).scalar_subquery() for clock in clocks
    ]
    found = tx.execute(select(*first)).one()
    return {clock: due for clock, due in zip(clocks, found, strict=True) if due is not None}
