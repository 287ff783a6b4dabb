"""Everything of plans wired together on a real database and a real engine, with agents in the test's own process."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from datetime import date, datetime
from typing import Any, TypeVar

from sqlmodel import Session, select

from plans.delegation.advance import Delegation
from plans.delegation.desk import Desk
from plans.engine import Engine
from plans.governance.asks import EXPIRY, Asks
from plans.governance.clicks import Clicked
from plans.governance.policy import PolicySet
from plans.governance.revisions import Revisions
from plans.model.edits import AddItem
from plans.model.plan import Item, Plan
from plans.ports.people import Notice
from plans.store import plans
from plans.store.clock import PlanClock
from plans.store.database import Database
from plans.store.tables import AskRow, DelegationRow, ItemRow, PersonRow
from plans.watch.deadlines import Deadlines
from plans.words import (
    AgentName,
    AskId,
    AskKind,
    AskState,
    ChatId,
    Check,
    ItemId,
    ItemKind,
    Money,
    PersonId,
    PlanSlug,
    Verb,
)
from tests.doubles.agents import FixedRoster, InProcessAgent
from tests.doubles.clock import ManualClock

T = TypeVar("T")
ANN, BOB = PersonId("ann"), PersonId("bob")
CHAT = ChatId("19:launch@thread.v2")
SLUG = PlanSlug("northwind")


class Board:
    """Keeps the last notice under every key, as Teams would show it."""

    def __init__(self) -> None:
        self.shown: dict[str, Notice] = {}
        self.posted: list[tuple[str, Notice]] = []

    def post(self, tx: Session, to: ChatId, notice: Notice, key: str) -> None:
        self.shown[key] = notice
        self.posted.append((key, notice))

    def whisper(self, tx: Session, to: PersonId, notice: Notice, key: str) -> None:
        self.post(tx, ChatId(f"person:{to}"), notice, key)


def frame(**changes: Any) -> Plan:
    fields: dict[str, Any] = {
        "slug": SLUG,
        "prefix": "NA",
        "title": "Northwind Analytics",
        "goal": "own the launch of Northwind Analytics",
        "north_star": "200 demo requests",
        "owner": ANN,
        "zone": "UTC",
        "begins": date(2026, 11, 20),
        "deadline": date(2027, 1, 29),
        "budget": Money.of(1000),
    }
    return Plan(**{**fields, **changes})


def task(number: int, **changes: Any) -> Item:
    """A research item for this Friday to Monday, unless changed."""
    fields: dict[str, Any] = {
        "id": ItemId(f"NA-{number}"),
        "kind": ItemKind.TASK,
        "title": f"Task {number}",
        "parent": None,
        "owner": ANN,
        "start": date(2026, 11, 20),
        "end": date(2026, 11, 23),
        "check": Check(text="at least 200 words", expects={"words": 200}),
        "agent": AgentName("scout"),
        "capability": "research",
        "verb": Verb.READ,
        "instructions": "Find out who buys this.",
    }
    return Item(**{**fields, **changes})


class World:
    """One worker. ``clock`` is the wall's and, unscaled, the plan's too."""

    def __init__(self, database: Database, clock: ManualClock, *agents: InProcessAgent) -> None:
        self.database, self.clock, self.board = database, clock, Board()
        self.plan_clock = PlanClock(clock)
        self.engine = Engine(database, {"wall": clock, "plan": self.plan_clock})
        self.roster = FixedRoster(*agents)
        self.asks = Asks(self.board, clock, self.plan_clock)
        self.revisions = Revisions(self.asks, self.board, self.engine, clock, self.plan_clock)
        self.engine.when(EXPIRY, self.asks.expire)
        policy = PolicySet.load()
        self.desk = Desk(
            database=database,
            engine=self.engine,
            roster=self.roster,
            asks=self.asks,
            revisions=self.revisions,
            policy=lambda: policy,
            messenger=self.board,
            wall=clock,
            plan_clock=self.plan_clock,
        )
        Delegation(self.desk)
        Deadlines(self.engine, self.asks, self.revisions, self.board, self.roster, self.plan_clock)

    @asynccontextmanager
    async def running(self) -> AsyncIterator[World]:
        await self.engine.start()
        try:
            yield self
        finally:
            await self.engine.stop(5)

    async def approve(self, *items: Item, plan: Plan | None = None) -> None:
        """Has Ann's plan with these items proposed and signed."""

        def sign(tx: Session) -> None:
            tx.merge(PersonRow(id=ANN, teams_id="29:ann", name="Ann Example"))
            edits = tuple(AddItem(item=item) for item in items)
            row = plans.create_proposal(tx, plan or frame(), edits, CHAT, "the goal", "test", self.now())
            self.revisions.sign(tx, row, ANN)

        await self.database.write(sign)

    def now(self) -> datetime:
        return self.clock.now()

    async def until(self, true: Callable[[Session], T | None], seconds: float = 20.0) -> T:
        """Lets time pass, a second at each look, until it is true; then what it returned."""
        async with asyncio.timeout(seconds):
            while True:
                found = await self.database.read(true)
                if found:
                    return found
                self.clock.forward(seconds=1)
                self.engine.nudge()
                await asyncio.sleep(0.01)

    async def until_item(self, item: str, state: str) -> ItemRow:
        def there(tx: Session) -> ItemRow | None:
            row = tx.get(ItemRow, item)
            return row if row is not None and row.state == state else None

        return await self.until(there)

    async def until_asked(self, kind: AskKind) -> AskRow:
        return await self.until(
            lambda tx: tx.exec(select(AskRow).where(AskRow.kind == kind, AskRow.state == AskState.OPEN)).first()
        )

    async def click(self, ask: AskRow, verb: str, person: PersonId = ANN, **inputs: str) -> Clicked:
        return await self.database.write(
            lambda tx: self.asks.click(tx, AskId(ask.id), person, CHAT, verb, ask.hash, dict(inputs))
        )

    async def delegations(self) -> list[DelegationRow]:
        return await self.database.read(
            lambda tx: list(tx.exec(select(DelegationRow).order_by(DelegationRow.id)).all())
        )
