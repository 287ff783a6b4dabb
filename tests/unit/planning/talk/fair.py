"""A plan to talk about: a launch with a webinar, a podcast and a designer, as it stands on Monday 30 November 2026."""

from __future__ import annotations

from datetime import date
from typing import Any

from plans.model.plan import Item, Metric, Plan
from plans.planning.talk.setting import Setting
from plans.ports.work import Agent
from plans.words import AgentName, Check, ItemId, ItemKind, ItemState, Money, PersonId, PlanSlug, Verb

TODAY = date(2026, 11, 30)
ANN, BOB, ZOE = PersonId("ann"), PersonId("bob"), PersonId("zoe")
PEOPLE = {ANN: "Ann Example", BOB: "Bob Builder", ZOE: "Zoë Quill"}
TITLES = {
    1: "Reach 200 demo requests",
    2: "Content",
    3: "Webinar programme",
    4: "Research the market for Northwind Analytics",
    5: "Write the launch copy for Northwind Analytics",
    6: "Design the landing page",
    7: "Launch webinar",
    8: "Record the podcast",
    9: "Confirm launch date and price with finance",
    10: "Mail the announcement",
    11: "Brief the speakers",
    12: "Go live",
    13: "Print the brochure",
    14: "Book the venue",
}


def _agent(name: str, capability: str, *may: Verb, price: int = 0) -> Agent:
    return Agent(
        name=AgentName(name),
        driver="mcp",
        capabilities=(capability,),
        owner="ann",
        may=may,
        price=Money.of(price),
    )


AGENTS = (
    _agent("scout", "research", Verb.READ, price=40),
    _agent("quill", "write_copy", Verb.READ, Verb.DRAFT, price=35),
    _agent("inkwell", "write_copy", Verb.READ, Verb.DRAFT, price=90),
    _agent("reader", "write_copy", Verb.READ),
    _agent("maildesk", "send_campaign", Verb.MESSAGE, price=10),
)


def _item(number: int, kind: ItemKind, start: tuple[int, int], end: tuple[int, int], **more: Any) -> Item:
    told: dict[str, Any] = {
        "id": f"NA-{number}",
        "kind": kind,
        "title": TITLES[number],
        "parent": None,
        "owner": ANN,
        "start": date(2026, *start),
        "end": date(2026, *end),
        "check": Check(text="it is there"),
        "state": ItemState.PLANNED,
    }
    return Item(**{**told, **more})


def _by(agent: str, capability: str, verb: Verb) -> dict[str, Any]:
    return {"agent": AgentName(agent), "capability": capability, "verb": verb}


def fair(**changes: Any) -> Plan:
    """Objective 1 over streams 2 (content) and 3 (webinar); 4 → 5 → 10 and 6 → 12; 11 → 7; 13 is done, 14 dropped."""
    task, two, three = ItemKind.TASK, ItemId("NA-2"), ItemId("NA-3")
    items = (
        _item(1, ItemKind.OBJECTIVE, (11, 30), (12, 31), metric="demo requests"),
        _item(2, ItemKind.STREAM, (11, 30), (12, 18), parent=ItemId("NA-1")),
        _item(3, ItemKind.STREAM, (11, 30), (12, 18), parent=ItemId("NA-1")),
        _item(4, task, (12, 1), (12, 3), parent=two, days=3, **_by("scout", "research", Verb.READ)),
        _item(5, task, (12, 4), (12, 8), parent=two, days=3, after=("NA-4",), **_by("quill", "write_copy", Verb.DRAFT)),
        _item(6, task, (12, 1), (12, 4), parent=two, days=4, role="designer"),
        _item(7, ItemKind.MILESTONE, (12, 11), (12, 11), parent=three, after=("NA-11",)),
        _item(8, task, (12, 7), (12, 9), parent=two, days=2, owner=BOB, budget=Money.of(900)),
        _item(9, task, (12, 2), (12, 2), parent=two),
        _item(
            10,
            task,
            (12, 9),
            (12, 10),
            parent=two,
            days=2,
            after=("NA-5",),
            budget=Money.of(4000),
            **_by("maildesk", "send_campaign", Verb.MESSAGE),
        ),
        _item(11, task, (12, 9), (12, 10), parent=three, days=2, owner=BOB),
        _item(12, ItemKind.MILESTONE, (12, 17), (12, 17), parent=two, after=("NA-6", "NA-10")),
        _item(13, task, (11, 30), (11, 30), parent=two, state=ItemState.DONE),
        _item(14, task, (11, 30), (12, 1), parent=three, days=2, state=ItemState.DROPPED),
    )
    told: dict[str, Any] = {
        "slug": PlanSlug("northwind"),
        "prefix": "NA",
        "title": "Northwind Analytics",
        "goal": "launch it",
        "north_star": "200 demo requests",
        "owner": ANN,
        "zone": "Europe/Berlin",
        "begins": TODAY,
        "deadline": date(2026, 12, 31),
        "budget": Money.of(10_000),
        "metrics": (Metric(name="demo requests", unit="", baseline=0, target=200, due=date(2026, 12, 31)),),
        "items": {item.id: item for item in items},
    }
    return Plan(**{**told, **changes})


def standing(number: int, state: ItemState) -> Plan:
    """The plan with one item in another state."""
    plan = fair()
    item = plan.items[ItemId(f"NA-{number}")].model_copy(update={"state": state})
    return plan.model_copy(update={"items": {**plan.items, item.id: item}})


def setting(plan: Plan | None = None) -> Setting:
    return Setting(plan or fair(), TODAY, ANN, AGENTS, PEOPLE, next_number=21)
