"""Plans for the tests of the model: small ones by hand, any by hypothesis."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

from hypothesis import HealthCheck, settings
from hypothesis import strategies as st

from plans.model.calendar import Calendar
from plans.model.plan import Flow, Item, Metric, Plan
from plans.words import AgentName, Check, ItemId, ItemKind, ItemState, Money, PersonId, PlanSlug, Verb

MONDAY = date(2026, 11, 30)
OWNER = PersonId("dana")
WEEK = Calendar()
FLOW = Flow(trigger="the plan is signed", feedback="leads are counted weekly", returns="one lead in ten buys")
patient = settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])
"""A machine under load is no reason for a property to fail."""


def item(number: int, kind: ItemKind = ItemKind.TASK, first: int = 0, last: int | None = None, **more: Any) -> Item:
    """An item whose window goes from one working day to another, counted from ``MONDAY``."""
    last = first if last is None else last
    told: dict[str, Any] = {
        "id": f"NA-{number}",
        "kind": kind,
        "title": f"{kind.value.title()} {number}",
        "parent": None,
        "owner": OWNER,
        "start": WEEK.add_workdays(MONDAY, first),
        "end": WEEK.add_workdays(MONDAY, last),
        "days": last - first + 1,
        "check": Check(text="it is there"),
        "state": ItemState.PLANNED,
    }
    return Item(**{**told, **more})


def plan_of(*items: Item, deadline: date = date(2027, 1, 29), **more: Any) -> Plan:
    told: dict[str, Any] = {
        "slug": PlanSlug("northwind"),
        "prefix": "NA",
        "title": "Northwind",
        "goal": "launch it",
        "north_star": "it is live",
        "owner": OWNER,
        "zone": "Europe/Berlin",
        "begins": MONDAY,
        "deadline": deadline,
        "metrics": (Metric(name="leads", unit="leads", baseline=0, target=10, due=deadline),),
        "items": {one.id: one for one in items},
    }
    return Plan(**{**told, **more})


def launch() -> Plan:
    """Objective 1 over streams 2 and 3; tasks 4 → 5 → 6 under 2, task 7 of the owner and milestone 8 under 3."""
    agent: dict[str, Any] = {"agent": AgentName("researcher"), "capability": "research", "verb": Verb.READ}
    writer: dict[str, Any] = {"agent": AgentName("writer"), "capability": "write_copy", "verb": Verb.DRAFT}
    under2: dict[str, Any] = {"parent": ItemId("NA-2")}
    under3: dict[str, Any] = {"parent": ItemId("NA-3")}
    return plan_of(
        item(1, ItemKind.OBJECTIVE, 0, 20, metric="leads"),
        item(2, ItemKind.STREAM, 0, 10, parent=ItemId("NA-1"), metric="leads", flow=FLOW),
        item(3, ItemKind.STREAM, 0, 20, parent=ItemId("NA-1"), metric="leads", flow=FLOW),
        item(4, first=0, last=1, **agent, **under2),
        item(5, first=2, last=3, after=(ItemId("NA-4"),), **writer, **under2),
        item(6, first=4, after=(ItemId("NA-5"),), budget=Money.of(500), **under2),
        item(7, first=0, last=1, **under3),
        item(8, ItemKind.MILESTONE, 2, after=(ItemId("NA-7"),), **under3),
        deadline=WEEK.add_workdays(MONDAY, 20),
        budget=Money.of(1000),
    )


@st.composite
def plans(draw: st.DrawFn, most: int = 12) -> Plan:
    """Any plan without circles: each item may wait for earlier ones, be done or dropped, and begin on any day."""
    items: list[Item] = []
    for number in range(1, draw(st.integers(1, most)) + 1):
        before = draw(st.lists(st.sampled_from([one.id for one in items]), unique=True, max_size=3)) if items else []
        start = MONDAY + timedelta(days=draw(st.integers(0, 40)))
        items.append(
            item(
                number,
                start=start,
                end=start + timedelta(days=draw(st.integers(0, 20))),
                days=draw(st.integers(1, 6)),
                after=tuple(before),
                agent=draw(st.sampled_from([None, AgentName("writer")])),
                state=draw(st.sampled_from([ItemState.PLANNED, ItemState.READY, ItemState.DONE, ItemState.DROPPED])),
            )
        )
    workdays = draw(st.sets(st.integers(0, 6), min_size=1))
    return plan_of(*items, workdays=tuple(workdays))
