"""A plan out of a file where there was none: the same plan, under free names."""

from __future__ import annotations

import pytest
from hypothesis import given, settings

from plans.model.agreed import NotAfter
from plans.model.exchange import lossless
from plans.model.exchange.fresh import fresh
from plans.model.exchange.reading import Known, Unreadable
from plans.model.plan import Plan
from plans.model.revision import apply
from plans.words import ItemId, ItemState, PlanSlug
from tests.unit.model.drawn import OWNER, patient
from tests.unit.model.exchange.dressed import BOB, KNOWN, dressed, flying, whole


def made(plan: Plan, slug: str = "northwind", prefix: str = "NA", owner: str = OWNER) -> tuple[Plan, tuple[str, ...]]:
    frame, edits, notes = fresh(lossless.said(plan, "plan.json"), KNOWN, PlanSlug(slug), prefix, type(OWNER)(owner))
    assert not frame.items
    return apply(frame, edits), notes


@given(dressed())
@settings(patient, max_examples=30)
def test_under_its_own_names_it_equals_the_original(plan: Plan) -> None:
    items = {
        key: one.model_copy(update={"state": ItemState.PLANNED if one.state is ItemState.READY else one.state})
        for key, one in plan.items.items()
    }
    found, notes = made(plan)
    assert found == plan.model_copy(update={"items": items})
    assert notes == ()


def test_where_the_prefix_is_taken_every_mention_of_an_id_gets_the_new_one() -> None:
    found, notes = made(whole(), "northwind-2", "NA2")
    six = found.items[ItemId("NA2-6")]
    assert (six.parent, six.after, [link.item for link in six.links]) == ("NA2-2", ("NA2-5",), ["NA2-4", "NA2-7"])
    assert found.risks[0].items == ("NA2-6",)
    assert [one.item for one in found.constraints if isinstance(one, NotAfter)] == ["NA2-6"]
    assert notes == (
        "NA is taken here: ids begin with NA2- instead.",
        "The name northwind is taken here, or no name: this one is called northwind-2.",
    )
    assert made(found)[0] == whole()


def test_it_can_be_somebody_elses() -> None:
    found, _ = made(whole(), owner=BOB)
    assert found.owner == BOB
    assert {item.owner for item in found.items.values()} == {BOB}


def test_what_was_under_way_begins_anew() -> None:
    found, notes = made(flying())
    assert found.items[ItemId("NA-4")].state is ItemState.PLANNED
    assert notes == ("Under way where the file comes from, begun anew here: NA-4.",)


def test_a_table_alone_makes_no_plan_and_strangers_own_nothing() -> None:
    with pytest.raises(Unreadable, match="should begin with XY-, as the plan says"):
        made(whole().model_copy(update={"prefix": "XY"}))
    with pytest.raises(Unreadable, match="nobody called “dana” is known here"):
        fresh(lossless.said(whole(), "f"), Known({BOB: "Bob"}, KNOWN.agents), PlanSlug("n"), "NA", OWNER)
