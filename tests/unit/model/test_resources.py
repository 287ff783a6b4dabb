from __future__ import annotations

from plans.model.plan import Member
from plans.model.resources import Resources
from plans.words import AgentName, Doer, ItemKind
from tests.unit.model.drawn import item, plan_of

WRITER, SCOUT = AgentName("writer"), AgentName("scout")


def test_the_team_is_asked_first_the_inventory_second_and_else_it_is_one_person() -> None:
    plan = plan_of(
        item(1, agent=WRITER),
        item(2, agent=SCOUT),
        item(3, role="designer"),
        item(4),
        team=(Member(doer=Doer("agent:writer"), at_once=3, share=0.5),),
    )
    resources = Resources.of(plan, {WRITER: 9, SCOUT: 4})
    capacities = {doer: resources.capacity(doer) for doer in resources.members}
    assert capacities == {"agent:writer": 150, "agent:scout": 400, "role:designer": 100, "person:dana": 100}


def test_a_task_takes_its_part_of_a_day_but_never_more_than_its_doer_has() -> None:
    half = Member(doer=Doer("role:designer"), share=0.5, at_once=2)
    plan = plan_of(item(1, role="designer"), item(2, role="designer", effort=0.2), item(3, effort=0.335), team=(half,))
    resources = Resources.of(plan, {})
    assert [resources.demand(one) for one in plan.items.values()] == [50, 20, 34]


def test_what_only_contains_takes_nobodys_time() -> None:
    kinds = [kind for kind in ItemKind if kind is not ItemKind.TASK]
    plan = plan_of(*[item(number, kind) for number, kind in enumerate(kinds, 1)])
    resources = Resources.of(plan, {})
    assert [resources.demand(one) for one in plan.items.values()] == [0, 0, 0]
    assert resources.members == {}
