"""The whole bot on a real database, short of Teams: what arrives goes in at the reception, what would be shown is read
from the outbox. The engine's tables are there and its queue is not run: turns are taken by hand, once or twice."""

from __future__ import annotations

import itertools
from collections.abc import Callable
from datetime import date
from typing import Any, TypeVar

from sqlmodel import Session, col, select

from bot import cards
from bot.approvals import Approvals
from bot.challenges import Broker
from bot.changes import Changes
from bot.commands.desk import Desk
from bot.conversation import Conversation
from bot.goals import Goals
from bot.handler import Handler
from bot.inbox import Inbox
from bot.incoming import Incoming, IncomingChat, IncomingKind, IncomingPerson, InvokeAnswer
from bot.messenger import TeamsMessenger
from bot.proposals import Proposals
from bot.reception import Reception
from bot.said_changes import SaidChanges
from bot.talks import Talks
from bot.typed_codes import TypedCodes
from plans.engine import Engine
from plans.governance.asks import Asks
from plans.governance.revisions import Revisions
from plans.model.edits import AddItem
from plans.model.plan import Item, Plan
from plans.planning.playbooks import shelf
from plans.ports.brain import Brain
from plans.store import plans
from plans.store.clock import PlanClock
from plans.store.database import Database
from plans.store.tables import AskRow, ChatRow, MessageRow, PersonRow, RevisionRow
from plans.watch.deadlines import Deadlines
from plans.words import AgentName, ChatId, Check, ItemId, ItemKind, Money, PersonId, PlanSlug, Verb
from tests.doubles.agents import FixedRoster, InProcessAgent, agent
from tests.doubles.clock import ManualClock

T = TypeVar("T")
ANN, BOB, EVE = PersonId("ann"), PersonId("bob"), PersonId("eve")
NAMES = {ANN: "Ann Example", BOB: "Bob Builder", EVE: "Eve **Stranger**"}
CHANNEL = ChatId("19:launch@thread.tacv2;messageid=1")
SLUG = PlanSlug("northwind")
GOAL = "own the launch of Northwind Analytics by 2027-01-29: 200 demo requests in the first month, budget 20,000 EUR"


def personal(person: PersonId) -> ChatId:
    return ChatId(f"a:{person}")


class Office:
    """One worker's bot. ``typed`` collects the chats in which typing was shown."""

    def __init__(self, database: Database, clock: ManualClock, brain: Brain | None = None) -> None:
        self.database, self.clock = database, clock
        self.plan_clock = PlanClock(clock)
        self.engine = Engine(database, {"wall": clock, "plan": self.plan_clock})
        self.engine.prepare()
        self.roster = FixedRoster(
            InProcessAgent(agent("scout", "research", Verb.READ)),
            InProcessAgent(agent("writer", "write_copy", Verb.DRAFT)),
            InProcessAgent(agent("maildesk", "send_campaign", Verb.MESSAGE)),
        )
        self.messenger = TeamsMessenger(self.engine, clock)
        self.asks = Asks(self.messenger, clock, self.plan_clock)
        self.revisions = Revisions(self.asks, self.messenger, self.engine, clock, self.plan_clock)
        self.proposals = Proposals(self.asks, self.revisions, self.roster, clock, self.plan_clock)
        self.deadlines = Deadlines(self.engine, self.asks, self.revisions, self.messenger, self.roster, self.plan_clock)
        self.told: list[tuple[str, PlanSlug | None]] = []
        self.desk = Desk(
            revisions=self.revisions,
            proposals=self.proposals,
            changes=Changes(self.asks, self.roster, clock, self.plan_clock),
            roster=self.roster,
            playbooks=shelf(),
            wall=clock,
            plan_clock=self.plan_clock,
            wake=self._tell("wake"),
            halted=self._tell("halted"),
            resumed=self._tell("resumed"),
            mend=self.deadlines.show,
        )
        self.broker = Broker(database, self.asks, clock)
        inbox = Inbox(database, self.engine, clock)
        codes = TypedCodes(database, self.broker, self.messenger, clock)
        self.reception = Reception(inbox, codes, Approvals(database, self.asks, self.broker, inbox))
        goals = Goals(
            database,
            self.messenger,
            self.proposals,
            self.roster,
            self.desk.playbooks,
            brain,
            clock,
            self.plan_clock,
            "Europe/Berlin",
        )
        changes = SaidChanges(self.asks, clock, self.plan_clock)
        self.conversation = conversation = Conversation(
            database, self.desk, Talks(database, self.desk, changes, brain), brain
        )
        self.typed: list[str] = []
        self.handler = Handler(database, conversation, goals, self.messenger, clock, self._typing)
        self._numbers = itertools.count(1)

    def _tell(self, what: str) -> Callable[[Session, Any], None]:
        return lambda _tx, plan: self.told.append((what, plan))

    async def _typing(self, chat: ChatRow) -> None:
        self.typed.append(chat.id)

    def incoming(
        self,
        text: str = "",
        person: PersonId = ANN,
        chat: ChatId | None = None,
        *,
        kind: IncomingKind = "message",
        value: dict[str, Any] | None = None,
        id: str | None = None,
        reply_to: str = "",
    ) -> Incoming:
        where = chat or personal(person)
        return Incoming(
            id=id or f"activity-{next(self._numbers)}",
            kind=kind,
            chat=IncomingChat(
                id=where,
                kind="personal" if where.startswith("a:") else "channel",
                service_url="http://127.0.0.1:9/",
                tenant="contoso",
                bot_id="28:bot",
            ),
            person=IncomingPerson(id=person, teams_id=f"29:{person}", name=NAMES.get(person, "")),
            text=text,
            value=value or {},
            at=self.clock.now(),
            reply_to=reply_to,
        )

    async def hear(self, text: str, person: PersonId = ANN, chat: ChatId | None = None) -> dict[str, Any]:
        """Says something to the bot and returns its reply."""
        incoming = self.incoming(text, person, chat)
        await self.reception.receive(incoming)
        await self.handler.turn(incoming.key, 0)
        return await self.shown(f"reply:{incoming.key}")

    async def press(
        self, action: dict[str, Any], person: PersonId = ANN, chat: ChatId | None = None, **inputs: str
    ) -> InvokeAnswer:
        """Presses a button of a rendered card, with what was typed into its inputs."""
        value = {"action": {"type": "Action.Execute", "verb": action["verb"], "data": {**action["data"], **inputs}}}
        return await self.reception.click(self.incoming("", person, chat, kind="invoke", value=value, reply_to="m1"))

    async def shown(self, key: str) -> dict[str, Any]:
        row = await self.database.read(lambda tx: tx.get(MessageRow, key))
        assert row is not None, f"nothing stands under {key}"
        return row.activity

    async def messages(self, chat: str | None = None) -> list[MessageRow]:
        def look(tx: Session) -> list[MessageRow]:
            asked = select(MessageRow).order_by(col(MessageRow.number))
            return list(tx.exec(asked.where(MessageRow.chat == chat) if chat else asked).all())

        return await self.database.read(look)

    async def asked(self) -> AskRow:
        """The one ask that is open."""
        rows = await self.database.read(lambda tx: tx.exec(select(AskRow).where(AskRow.state == "open")).all())
        assert len(rows) == 1
        return rows[0]

    async def card(self, key: str) -> dict[str, Any]:
        return cards.content(await self.shown(key))

    async def meet(self, *people: PersonId) -> None:
        """Has the people known, with personal chats."""

        def known(tx: Session) -> None:
            for person in people:
                chat = personal(person)
                tx.merge(PersonRow(id=person, teams_id=f"29:{person}", name=NAMES[person], personal_chat=chat))
                tx.merge(
                    ChatRow(id=chat, kind="personal", service_url="http://127.0.0.1:9/", tenant="t", bot_id="28:bot")
                )

        await self.database.write(known)

    async def own(self, *items: Item, chat: ChatId = CHANNEL, **changes: Any) -> Plan:
        """Ann's approved plan, living in the channel."""
        await self.meet(ANN)

        def sign(tx: Session) -> Plan:
            edits = tuple(AddItem(item=item) for item in items or (task(1), task(2, after=(ItemId("NA-1"),))))
            row = plans.create_proposal(tx, frame(**changes), edits, chat, "the goal", "test", self.clock.now())
            return self.revisions.sign(tx, tx.get_one(RevisionRow, row.id), ANN)

        return await self.database.write(sign)


def frame(**changes: Any) -> Plan:
    fields: dict[str, Any] = {
        "slug": SLUG,
        "prefix": "NA",
        "title": "Northwind Analytics",
        "goal": "own the launch of Northwind Analytics",
        "north_star": "200 demo requests",
        "owner": ANN,
        "zone": "Europe/Berlin",
        "begins": date(2026, 11, 16),
        "deadline": date(2027, 1, 29),
        "budget": Money.of(1000),
    }
    return Plan(**{**fields, **changes})


def task(number: int, **changes: Any) -> Item:
    fields: dict[str, Any] = {
        "id": ItemId(f"NA-{number}"),
        "kind": ItemKind.TASK,
        "title": f"Task {number}",
        "parent": None,
        "owner": ANN,
        "start": date(2026, 11, 20),
        "end": date(2026, 11, 27),
        "check": Check(text="at least 200 words"),
        "agent": AgentName("scout"),
        "capability": "research",
        "verb": Verb.READ,
    }
    return Item(**{**fields, **changes})
