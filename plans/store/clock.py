"""The two clocks: the wall's, and the plan's, which a rehearsal runs faster.

In ordinary use the plan's clock is the wall's. In a rehearsal (``day_seconds`` below 86,400) it is anchored in a row:
it goes on across restarts, stands still while a person is being asked something, and stands still, give or take
``DOWNTIME`` of wall time, while Steward is not running. It never goes back while Steward runs.
"""

from __future__ import annotations

import threading
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from sqlalchemy import event
from sqlmodel import Session, select

from plans.ports.time import Clock
from plans.store.tables import AskRow, PlanClockRow
from plans.words import AskState

DAY = 86400.0
ANCHOR_EVERY = timedelta(seconds=5)
"""Wall time between two stored anchors; the engine calls ``rebase`` this often."""
DOWNTIME = 2 * ANCHOR_EVERY
"""How much wall time since the last stored anchor counts at most when Steward starts: enough that what was shown before
a kill is not taken back, and a night switched off does not make a rehearsal years late."""


class WallClock:
    """The machine's."""

    def now(self) -> datetime:
        return datetime.now(UTC)


@dataclass(frozen=True)
class _Anchor:
    plan_at: datetime
    wall_at: datetime
    running: bool


class PlanClock:
    """Implements ``plans.ports.time.Clock``. Safe to use from any thread: writes run in threads of their own."""

    def __init__(self, wall: Clock, day_seconds: float = DAY) -> None:
        """``day_seconds`` is how many wall seconds a day of the plan takes."""
        self._wall = wall
        self._rate = DAY / day_seconds
        self.scaled = day_seconds != DAY
        self._lock = threading.Lock()
        start = wall.now()
        self._anchor = _Anchor(start, start, running=True)
        self._shown = start if not self.scaled else datetime.min.replace(tzinfo=UTC)

    def now(self) -> datetime:
        """The plan's instant, UTC and aware."""
        if not self.scaled:
            return self._wall.now()
        with self._lock:
            self._shown = max(self._shown, self._at(self._wall.now()))
            return self._shown

    def _at(self, wall: datetime) -> datetime:
        anchor = self._anchor
        return anchor.plan_at + (wall - anchor.wall_at) * self._rate if anchor.running else anchor.plan_at

    def wall_delay(self, instant: datetime) -> float | None:
        """Wall seconds until that instant of the plan; None while the clock stands still short of it."""
        left = (instant - self.now()).total_seconds()
        if left <= 0:
            return 0.0
        if not self.scaled:
            return left
        return left / self._rate if self._anchor.running else None

    def load(self, tx: Session) -> None:
        """Takes the clock up where its row left it, or begins one that starts at the wall's instant."""
        if not self.scaled:
            return
        wall = self._wall.now()
        row = tx.get(PlanClockRow, 1)
        if row is not None:
            away = min(max(wall - row.wall_at, timedelta(0)), DOWNTIME)
            plan_at = row.plan_at + away * self._rate if row.running else row.plan_at
            with self._lock:
                self._anchor = _Anchor(plan_at, wall, row.running)
        self.rebase(tx)

    def rebase(self, tx: Session) -> None:
        """Lets the clock stand while anything is being asked and run otherwise, from where it is.

        Call it in the transaction that opens or closes something asked. Takes effect when that commits.
        """
        if not self.scaled:
            return
        asking = tx.exec(select(AskRow.id).where(AskRow.state == AskState.OPEN).limit(1)).first() is not None
        anchor = _Anchor(self.now(), self._wall.now(), running=not asking)
        tx.merge(PlanClockRow(id=1, plan_at=anchor.plan_at, wall_at=anchor.wall_at, running=anchor.running))
        tx.flush()

        def committed(_: Session) -> None:
            with self._lock:
                self._anchor = anchor

        event.listen(tx, "after_commit", committed, once=True)
