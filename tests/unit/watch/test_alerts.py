"""What an alert says: what slipped, what it moves, what can be done; bounded however large the plan."""

from __future__ import annotations

from datetime import date, timedelta

from plans.model.plan import Plan
from plans.model.repair import repairs
from plans.ports.people import SlipNotice
from plans.watch.alerts import alert
from plans.words import AskId, ItemId
from tests.integration.governance.world import plan_of, task

MONDAY = date(2026, 11, 16)
LATE = ItemId("NA-1")


def chain(length: int) -> Plan:
    """Tasks of one day each, each after the one before, on consecutive days."""
    days = [MONDAY + timedelta(days=7 * (n // 5) + n % 5) for n in range(length)]
    items = [task(n + 1, day, day, after=(f"NA-{n}",) if n else ()) for n, day in enumerate(days)]
    return plan_of(*items, deadline=days[-1])


def told(plan: Plan, today: date) -> SlipNotice:
    return alert(AskId("a"), plan, plan.items[LATE], today, repairs(plan, LATE, today), "writer", "Ada Lovelace")


def test_an_alert_tells_what_it_moves_and_each_repair_with_its_effect() -> None:
    notice = told(chain(3), date(2026, 11, 17))
    assert (notice.item, notice.due, notice.finish_before, notice.finish_now) == (
        LATE,
        MONDAY,
        date(2026, 11, 18),
        date(2026, 11, 19),
    )
    assert notice.moves == (
        "NA-2 Task 2: Wed 18 Nov instead of Tue 17 Nov",
        "NA-3 Task 3: Thu 19 Nov instead of Wed 18 Nov",
    )
    assert [repair.verb for repair in notice.repairs] == ["extend", "reassign", "drop"]
    assert all("finishes" in repair.effect for repair in notice.repairs)


def test_a_long_list_of_what_moves_is_cut_and_counted() -> None:
    notice = told(chain(40), date(2026, 11, 20))
    assert len(notice.moves) == 13
    assert notice.moves[-1] == "and 27 more"
