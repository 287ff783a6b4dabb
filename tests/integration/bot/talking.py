"""The fair's plan in an office, and what its cards say and do."""

from __future__ import annotations

from datetime import date
from typing import Any

from sqlmodel import select

from plans.model.plan import Plan
from plans.store import plans
from plans.words import AgentName, ChatId, ItemId, PlanSlug
from tests.integration.bot.office import ANN, BOB, CHANNEL, EVE, SLUG, Office
from tests.unit.bot.walk import shown
from tests.unit.planning.talk.fair import fair

PRIVATE = "application/vnd.microsoft.activity.message"
NA5, NA8 = ItemId("NA-5"), ItemId("NA-8")


def words(activity: dict[str, Any]) -> str:
    return str(activity.get("text", "")) + shown(activity.get("attachments", []))


async def fair_in(office: Office, chat: ChatId = CHANNEL, **changes: Any) -> Plan:
    """The fair's plan, approved, in that chat; Bob is known too."""
    await office.meet(ANN, BOB, EVE)
    items = [
        item.model_copy(update={"agent": AgentName("writer")}) if item.agent == "quill" else item
        for item in fair().items.values()
    ]
    dates = {"begins": date(2026, 11, 16), "deadline": date(2026, 12, 31), "metrics": fair().metrics}
    return await office.own(*items, chat=chat, **{**dates, **changes})


async def plan_of(office: Office, slug: PlanSlug = SLUG) -> Plan:
    return await office.database.read(lambda tx: plans.load(tx, slug))


async def counted(office: Office, table: Any) -> int:
    return len(await office.database.read(lambda tx: tx.exec(select(table)).all()))


def action(card: dict[str, Any], title: str) -> dict[str, Any]:
    return next(found for found in card["actions"] if found["title"] == title)


def typed(activity: dict[str, Any], title: str) -> str:
    """What pressing the button is the same as typing."""
    card = activity["attachments"][0]["content"]
    return str(action(card, title)["data"]["steward"]["text"])


async def asked(office: Office) -> dict[str, Any]:
    return await office.card((await office.asked()).message)
