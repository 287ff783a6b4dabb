"""What a change would do: the rules it breaks anew, what falls out of line, and the finish."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from plans.errors import UserError
from plans.model.agreed import AtMost, Embargo, NotAfter, NotBefore
from plans.model.edits import Agree, Redate, Reestimate, Retitle, SetWaits
from plans.model.plan import Plan
from plans.model.weigh import breaking, weigh
from plans.words import ItemId, Verb
from tests.unit.model.drawn import MONDAY, WEEK, launch

AGREED: dict[str, Any] = {"id": "K1", "text": "agreed", "by": "dana", "on": MONDAY}


def _day(number: int) -> date:
    return WEEK.add_workdays(MONDAY, number)


def test_an_agreement_that_the_plan_does_not_keep_names_the_items() -> None:
    one = NotBefore(**AGREED, item=ItemId("NA-2"), day=_day(1))
    found = weigh(launch(), (Agree(constraint=one),), MONDAY)
    assert [(broken.rule, broken.item) for broken in found.broken] == [("C21", "NA-2"), ("C21", "NA-4")]
    assert found.after.constraints == (one,)
    assert found.finish_before == found.finish_after


def test_what_was_broken_before_is_not_held_against_the_change() -> None:
    plan = launch()
    broken = plan.items[ItemId("NA-7")].model_copy(update={"title": " "})
    plan = plan.model_copy(update={"items": {**plan.items, broken.id: broken}})
    assert weigh(plan, (Retitle(item=ItemId("NA-6"), title="x"),), MONDAY).broken == ()
    found = weigh(plan, (Retitle(item=ItemId("NA-6"), title=""),), MONDAY).broken
    assert [one.item for one in found] == ["NA-6"]


def test_what_falls_out_of_line_and_a_later_finish_are_told_with_it() -> None:
    found = weigh(launch(), (Redate(item=ItemId("NA-2"), start=_day(0), end=_day(3)),), MONDAY)
    assert [one.item for one in found.fallout] == ["NA-6"]
    assert [(one.rule, one.item) for one in found.broken] == [("C06", "NA-6"), ("C09", "NA-2")]
    assert [(one.rule, one.item) for one in found.misfits] == [("C09", "NA-2")]
    longer = weigh(launch(), (Reestimate(item=ItemId("NA-7"), days=30),), MONDAY)
    assert longer.finish_after > longer.finish_before


def test_a_change_that_goes_round_in_a_circle_is_refused_in_words() -> None:
    with pytest.raises(UserError, match="circle"):
        weigh(launch(), (SetWaits(item=ItemId("NA-4"), after=(ItemId("NA-6"),)),), MONDAY)


@pytest.mark.parametrize(
    ("one", "broken"),
    [
        (
            NotAfter(**AGREED, item=ItemId("NA-6"), day=_day(3)),
            ["NA-6 ends Fri 4 Dec; K1 agrees no later than Thu 3 Dec"],
        ),
        (NotAfter(**AGREED, item=ItemId("NA-6"), day=_day(4)), []),
        (
            AtMost(**AGREED, verb=Verb.DRAFT, most=0),
            ["NA-5 is 1 of 1 items that draft in the week of Mon 30 Nov; K1 agrees 0"],
        ),
        (Embargo(**AGREED, start=MONDAY, end=_day(20)), []),
    ],
)
def test_one_agreement_alone_is_looked_at(one: Any, broken: list[str]) -> None:
    plan: Plan = launch().model_copy(update={"constraints": (NotBefore(**AGREED, item=ItemId("NA-1"), day=_day(9)),)})
    assert [finding.said for finding in breaking(plan, one)] == broken
