"""Plans for the tests of the model: small ones by hand, any by hypothesis."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

from hypothesis import HealthCheck, assume, settings
from hypothesis import strategies as st

from plans.model.calendar import Calendar
from plans.model.order import CycleError, order
from plans.model.plan import Away, Flow, Item, Link, Member, Metric, Plan
from plans.words import AgentName, Check, Doer, ItemId, ItemKind, ItemState, Money, PersonId, PlanSlug, Verb

MONDAY = date(2026, 11, 30)
OWNER = PersonId("dana")
_WRITER = AgentName("writer")
_ROLES = ("designer", "editor")
_STATES = (ItemState.PLANNED, ItemState.READY, ItemState.DELEGATED, ItemState.DONE, ItemState.DROPPED)
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


@st.composite
def teams(draw: st.DrawFn) -> tuple[Member, ...]:
    doers = ["person:dana", "agent:writer", *(f"role:{role}" for role in _ROLES)]
    found = []
    for doer in draw(st.lists(st.sampled_from(doers), unique=True)):
        away = draw(st.lists(st.integers(0, 40), max_size=2))
        found.append(
            Member(
                doer=Doer(doer),
                share=draw(st.sampled_from([1.0, 0.5, 0.2])),
                at_once=draw(st.integers(1, 2)),
                workdays=draw(st.sampled_from([None, None, (0, 2), (5, 6), (0, 1, 2, 3, 4, 5)])),
                away=tuple(
                    Away(start=MONDAY + timedelta(days=day), end=MONDAY + timedelta(days=day + 3)) for day in away
                ),
            )
        )
    return tuple(found)


def _acyclic(plan: Plan) -> bool:
    try:
        order(plan)
    except CycleError:
        return False
    return True


@st.composite
def busy_plans(draw: st.DrawFn) -> tuple[Plan, date]:
    """Plans with containers, links of both kinds, people with days of their own, and a day to look at them."""
    items: list[Item] = []
    for number in range(1, draw(st.integers(2, 10)) + 1):
        earlier = [one.id for one in items]
        kind = draw(st.sampled_from([ItemKind.STREAM, *[ItemKind.TASK] * 4]))
        containers = [one.id for one in items if one.kind is ItemKind.STREAM]
        # A parent is done behind its children: what waits for it must not be one of them.
        parent = draw(st.sampled_from([None, *containers])) if kind is ItemKind.TASK else None
        free = [one for one in earlier if one not in containers or parent is None]
        waits = draw(st.lists(st.sampled_from(free), unique=True, max_size=3)) if free and kind is ItemKind.TASK else []
        kinds = draw(st.lists(st.sampled_from(["after", "finish_start", "start_start"]), min_size=3, max_size=3))
        pairs = list(zip(waits, kinds, strict=False))
        start = MONDAY + timedelta(days=draw(st.integers(0, 14)))
        links = [(one, named) for one, named in pairs if named != "after"]
        items.append(
            item(
                number,
                kind,
                parent=parent,
                start=start,
                end=start + timedelta(days=draw(st.integers(0, 14))),
                days=draw(st.integers(1, 4)),
                effort=draw(st.sampled_from([1.0, 0.5, 0.3])),
                after=tuple(one for one, named in pairs if named == "after"),
                links=tuple(
                    Link(item=one, kind=named, lag=draw(st.integers(1 if named == "finish_start" else 0, 3)))
                    for one, named in links
                ),
                agent=draw(st.sampled_from([None, _WRITER])),
                role=draw(st.sampled_from(["", *_ROLES])),
                state=draw(st.sampled_from(_STATES)),
            )
        )
    plan = plan_of(*items, team=draw(teams()))
    assume(_acyclic(plan))
    return plan, MONDAY + timedelta(days=draw(st.integers(0, 20)))
