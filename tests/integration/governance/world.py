"""A plan with an owner, a colleague and a stranger; and a messenger that keeps what it is told in the database."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from typing import Any

from pydantic import TypeAdapter
from sqlmodel import Session, select

from plans.governance.asks import Asks
from plans.model.edits import AddItem
from plans.model.plan import Item, Plan
from plans.ports.people import Notice, QuestionNotice
from plans.store import plans
from plans.store.clock import PlanClock
from plans.store.tables import AskRow, MessageRow, PersonRow
from plans.words import AgentName, AskId, AskKind, ChatId, Check, ItemId, ItemKind, Money, PersonId, PlanSlug, Verb
from tests.doubles.clock import ManualClock

ADA, BOB, EVE = PersonId("ada"), PersonId("bob"), PersonId("eve")
SLUG, CHAT = PlanSlug("northwind"), ChatId("19:team;messageid=1")
NOW = datetime(2026, 11, 20, 9, 0, tzinfo=UTC)
NOTICE: TypeAdapter[Notice] = TypeAdapter(Notice)


class Board:
    """A messenger that writes what it is told down as rows, in the caller's transaction: it rolls back with it."""

    def post(self, tx: Session, to: ChatId, notice: Notice, key: str) -> None:
        row = tx.get(MessageRow, key)
        body = notice.model_dump(mode="json")
        if row is None:
            row = MessageRow(key=key, number=0, chat=to, activity=body, not_before=NOW, created_at=NOW)
        else:
            row.activity, row.version = body, row.version + 1
        tx.add(row)
        tx.flush()

    def whisper(self, tx: Session, to: PersonId, notice: Notice, key: str) -> None:
        self.post(tx, ChatId(f"whisper to {to}"), notice, key)


def posted(tx: Session, key: str) -> Any:
    """The notice that stands under the key."""
    row = tx.get(MessageRow, key)
    return None if row is None else NOTICE.validate_python(row.activity)


def asks(clock: ManualClock) -> Asks:
    return Asks(Board(), clock, PlanClock(clock))


def task(number: int, start: date, end: date, **more: Any) -> Item:
    return Item(
        id=ItemId(f"NA-{number}"),
        kind=more.pop("kind", ItemKind.TASK),
        title=f"Task {number}",
        parent=more.pop("parent", None),
        owner=more.pop("owner", ADA),
        start=start,
        end=end,
        check=Check(text="it is there"),
        agent=more.pop("agent", AgentName("writer")),
        capability="write_copy",
        verb=Verb.DRAFT,
        **more,
    )


def plan_of(*items: Item, **more: Any) -> Plan:
    frame = {
        "slug": SLUG,
        "prefix": "NA",
        "title": "Northwind Analytics",
        "goal": "own the launch",
        "north_star": "200 demo requests",
        "owner": ADA,
        "zone": "Europe/Berlin",
        "begins": date(2026, 11, 16),
        "deadline": date(2026, 12, 18),
        "budget": Money.of(1_000),
        "items": {item.id: item for item in items},
    }
    return Plan.model_validate({**frame, **more})


def people(tx: Session) -> None:
    for name, called in ((ADA, "Ada Lovelace"), (BOB, "Bob"), (EVE, "")):
        tx.add(PersonRow(id=name, teams_id=f"29:{name}", name=called))


def proposed(tx: Session, plan: Plan) -> str:
    """Stores the plan as a proposal and returns its revision's id."""
    people(tx)
    edits = tuple(AddItem(item=item) for item in plan.items.values())
    frame = plan.model_copy(update={"items": {}})
    return plans.create_proposal(tx, frame, edits, CHAT, "the goal", "playbook launch", NOW).id


def question(ask: AskId, digest: str, text: str = "Which tone?") -> QuestionNotice:
    return QuestionNotice(
        ask=ask,
        hash=digest,
        plan=SLUG,
        item=ItemId("NA-1"),
        title="Copy",
        agent=AgentName("writer"),
        text=text,
        options=(),
        answerer="Ada Lovelace",
    )


def asked(
    tx: Session,
    desk: Asks,
    *allowed: PersonId,
    kind: AskKind = AskKind.QUESTION,
    within: timedelta | None = None,
    notice_of: Callable[[AskId, str], Notice] = question,
) -> AskRow:
    """Asks a question in the plan's chat."""
    return desk.open(
        tx,
        kind=kind,
        entity="NA-1.1",
        plan=SLUG,
        chat=CHAT,
        whisper=None,
        allowed=allowed or (ADA,),
        notice_of=notice_of,
        expires_at=None if within is None else NOW + within,
    )


def open_asks(tx: Session) -> list[AskRow]:
    return list(tx.exec(select(AskRow).where(AskRow.state == "open")).all())
