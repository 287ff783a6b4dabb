"""Databases as they are after months of use: many open plans, items out with agents, people being asked."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import yaml
from sqlalchemy import insert
from sqlmodel import Session

from infra.sandbox.teams.people import Chat
from plans.model.calendar import day_end
from plans.model.plan import Item, Plan
from plans.store import migrate
from plans.store.database import Database
from plans.store.tables import AskRow, ChatRow, DelegationRow, ItemRow, PersonRow, PlanClockRow, PlanRow, TimerRow
from plans.words import AgentName, Check, ItemId, ItemKind, ItemState, Money, PersonId, PlanSlug, Verb

MONDAY = date(2027, 1, 4)
_CHAIN = 16
_KEPT = {"state", "kind", "agent", "end"}


@contextmanager
def database(home: Path) -> Iterator[Database]:
    """The bot's own, with its tables, before the bot starts; and an inventory of two agents that nobody calls."""
    home.mkdir(parents=True, exist_ok=True)
    agents = [
        {"name": name, "vendor": vendor, "url": "http://127.0.0.1:9/mcp", "owner": "ann@contoso.example"}
        for name, vendor in (("scout", "sandbox-research"), ("second", "sandbox-research"))
    ]
    (home / "agents.yaml").write_text(yaml.safe_dump({"agents": agents}), encoding="utf-8")
    found = Database(f"sqlite:///{(home / 'steward.db').resolve()}")
    migrate.upgrade(found)
    yield found
    found.close()


def clock(tx: Session, at: datetime) -> None:
    """The plan's clock of a rehearsal, running."""
    tx.add(PlanClockRow(id=1, plan_at=at, wall_at=datetime.now(UTC), running=True))


def chat(tx: Session, where: Chat, tenant: str, service_url: str, bot: str) -> None:
    """A personal chat, as if its owner had written before."""
    tx.add(ChatRow(id=where.id, kind="personal", service_url=service_url, tenant=tenant, bot_id=bot))
    account = where.user.account
    tx.add(PersonRow(id=account.aad, teams_id=account.id, name=account.name, personal_chat=where.id))


def plan(number: int, owner: str, *, first: date, due: int = 1, waiting: bool = False) -> Plan:
    """An approved plan: an objective, a stream, ``due`` tasks that end on the first day, and a chain of work behind.

    ``waiting``: the tasks of the first day are out with an agent.
    """
    prefix, person = f"P{number}", PersonId(owner)
    end = first + timedelta(days=70)
    top = [
        _item(prefix, 1, ItemKind.OBJECTIVE, None, person, first, end),
        _item(prefix, 2, ItemKind.STREAM, f"{prefix}-1", person, first, end),
        _item(prefix, 3, ItemKind.MILESTONE, f"{prefix}-2", person, end - timedelta(days=1), end),
    ]
    state = ItemState.DELEGATED if waiting else ItemState.READY
    now = [
        _item(prefix, 4 + place, ItemKind.TASK, f"{prefix}-3", person, first, first, agent="scout", state=state)
        for place in range(due)
    ]
    later: list[Item] = []
    for place in range(_CHAIN):
        before = later[-1].id if later else now[0].id
        begins = first + timedelta(days=3 + 4 * place)
        later.append(
            _item(prefix, 4 + due + place, ItemKind.TASK, f"{prefix}-3", person, begins, begins + timedelta(days=2),
                  agent="scout" if place % 2 else None, after=(before,))
        )  # fmt: skip
    return Plan(
        slug=PlanSlug(f"plan-{number}"),
        prefix=prefix,
        title=f"Launch {number}",
        goal="own the launch",
        north_star="200 demo requests",
        owner=person,
        zone="UTC",
        begins=first,
        deadline=end,
        budget=Money.of(20_000),
        items={item.id: item for item in (*top, *now, *later)},
        revision=1,
    )


def _item(
    prefix: str,
    number: int,
    kind: ItemKind,
    parent: str | None,
    owner: PersonId,
    start: date,
    end: date,
    *,
    agent: str | None = None,
    after: tuple[ItemId, ...] = (),
    state: ItemState = ItemState.PLANNED,
) -> Item:
    return Item(
        id=ItemId(f"{prefix}-{number}"),
        kind=kind,
        title=f"Find out what the market makes of feature {number}",
        parent=ItemId(parent) if parent else None,
        owner=owner,
        start=start,
        end=end,
        check=Check(text="a report of at least three pages is there"),
        agent=AgentName(agent) if agent else None,
        capability="research",
        verb=Verb.READ,
        after=after,
        state=state,
    )


def keep(tx: Session, plans: list[Plan], chats: list[str]) -> None:
    """Stores approved plans, each in its chat, with the alarms that watch over them."""
    items, timers = [], []
    for found, where in zip(plans, chats, strict=True):
        frame = found.model_dump(mode="json", exclude={"items", "revision"})
        tx.add(
            PlanRow(slug=found.slug, prefix=found.prefix, state="active", chat=where, owner=found.owner, revision=1,
                    next_number=100, frame=frame, created_at=datetime.now(UTC))
        )  # fmt: skip
        for place, item in enumerate(found.items.values()):
            items.append(
                {"id": item.id, "plan": found.slug, "position": place, "body": item.model_dump(mode="json"),
                 **item.model_dump(include=_KEPT)}
            )  # fmt: skip
            if item.kind in (ItemKind.TASK, ItemKind.MILESTONE):
                at = day_end(item.end, found.zone)
                timers.append(
                    {"key": f"due:{item.id}", "clock": "plan", "due_at": at, "kind": "deadline", "entity": item.id}
                )
    tx.flush()
    tx.execute(insert(ItemRow), items)
    tx.execute(insert(TimerRow), timers)


def wait(tx: Session, plans: list[Plan]) -> int:
    """Every second item that is out waits for its agent, the others for a person's yes. Returns how many wait."""
    out = [(plan, item) for plan in plans for item in plan.items.values() if item.state is ItemState.DELEGATED]
    later = datetime.now(UTC) + timedelta(hours=1)
    for place, (found, item) in enumerate(out):
        asking = place % 2 == 0
        name = f"{item.id}.1"
        tx.add(
            DelegationRow(id=name, plan=found.slug, item=item.id, agent="scout", key=f"{name}-key", brief={},
                          state="asking_approval" if asking else "working", ask=f"ask-{name}" if asking else None,
                          created_at=later)
        )  # fmt: skip
        if asking:
            tx.add(
                AskRow(id=f"ask-{name}", kind="act", plan=found.slug, entity=name, chat="somewhere", allowed=["ann"],
                       hash="0" * 64, notice={}, message=f"ask:{name}", asked_at=later)
            )  # fmt: skip
        else:
            tx.add(TimerRow(key=f"poll:{name}", clock="wall", due_at=later, kind="poll", entity=name))
    return len(out)
