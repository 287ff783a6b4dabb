"""What if: asked in many ways, alone or side by side, and what it would do."""

from __future__ import annotations

from datetime import date

import pytest

from plans.model.plan import Away, Member, Plan
from plans.model.repair import Moved
from plans.planning.load import compared
from plans.planning.talk.setting import Ambiguous, NotUnderstood, Understood
from plans.planning.talk.understand import understand
from plans.planning.talk.wonder import Wondered, asks, wonder
from plans.planning.whatif import Effect, effect
from plans.words import Doer, ItemId, ItemState, Money
from tests.unit.planning.talk.fair import AGENTS, TODAY, fair, setting, standing

ASKED = [
    ("what if NA-7 moves two weeks?", ["move NA-7 2 weeks later"]),
    ("What if the designer is away in week 3?", ["role:designer is away from 2026-12-14 to 2026-12-18"]),
    ("what if we drop the podcast?", ["drop NA-8"]),
    ("what if the budget is 4,000?", ["set the budget to 4,000 EUR"]),
    ("what if research takes 5 days?", ["estimate NA-4 at 5 days"]),
    ("what happens if Bob is ill next week", ["person:bob is away from 2026-12-07 to 2026-12-11"]),
    ("what about moving the podcast to 2026-12-18?", ["move NA-8 to 2026-12-18"]),
    ("suppose we dropped the podcast and gave the copy to inkwell", ["drop NA-8; give NA-5 to agent:inkwell"]),
    ("what if we drop the podcast or move NA-7 a week?", ["drop NA-8", "move NA-7 1 week later"]),
    ("compare moving the podcast a week or dropping it", ["move NA-8 1 week later", "drop NA-8"]),
    ("what if we drop the podcast? Or what if research takes 5 days?", ["drop NA-8", "estimate NA-4 at 5 days"]),
]


@pytest.mark.parametrize(("text", "typed"), ASKED, ids=[text for text, _ in ASKED])
def test_what_if_is_understood_as_the_changes_that_it_asks_about(text: str, typed: list[str]) -> None:
    found = wonder(text, setting())
    assert isinstance(found, Wondered)
    assert [way.typed for way in found.alternatives] == typed
    for way in found.alternatives:
        again = understand(way.typed, setting())
        assert isinstance(again, Understood)
        assert again.edits == way.edits


def test_what_is_not_clear_is_asked_with_the_whole_question() -> None:
    found = wonder("what if we drop the podcast or move the webinar a week?", setting())
    assert isinstance(found, Ambiguous)
    assert found.choices[0][1] == "what if drop NA-8 or move NA-7 a week"
    again = wonder(found.choices[0][1], setting())
    assert isinstance(again, Wondered)
    assert [way.typed for way in again.alternatives] == ["drop NA-8", "move NA-7 1 week later"]


@pytest.mark.parametrize("text", ["what if", "what if?", "what is this", "status", "", "what a week"])
def test_what_asks_no_what_if_is_none(text: str) -> None:
    assert not asks(text)
    assert wonder(text, setting()) is None


@pytest.mark.parametrize(
    "text",
    [
        "what if the weather is nice",
        "what if we drop the podcast or drop the venue plan or drop NA-7 or drop NA-6 or drop NA-5",
        "what if " + "we drop the podcast and " * 30,
    ],
)
def test_a_question_that_is_not_understood_says_so(text: str) -> None:
    assert isinstance(wonder(text, setting()), NotUnderstood)


def _effect(text: str, plan: Plan | None = None) -> Effect:
    plan = plan or fair()
    found = understand(text, setting(plan))
    assert isinstance(found, Understood)

    def chance(of: Plan) -> float:
        """The later the last task, the less likely: what is asked of the forecast, and on which deadline."""
        last = max(item.end for item in of.items.values() if item.parent)
        return max(0.0, min(1.0, (of.deadline - last).days / 20))

    return effect(plan, found.edits, TODAY, agents=AGENTS, chance=chance, deadline_said=found.deadline)


def test_dates_before_and_after_and_what_moves() -> None:
    found = _effect("move the copy 2 weeks later")
    assert (found.before.finish, found.after.finish) == (date(2026, 12, 31), date(2026, 12, 31))
    assert (found.before.last_work, found.after.last_work) == (date(2026, 12, 17), date(2026, 12, 25))
    assert found.moved[1] == Moved(ItemId("NA-5"), date(2026, 12, 8), date(2026, 12, 22))
    assert [moved.item for moved in found.moved] == ["NA-2", "NA-5", "NA-10", "NA-12"]
    assert found.breaks == ()


def test_a_missed_deadline_is_told_and_the_chance_is_that_of_the_deadline_as_agreed() -> None:
    found = _effect("move NA-7 3 weeks later")
    assert found.breaks == ("The deadline of Thu 31 Dec is missed by 1 working day; it would move along to Fri 1 Jan.",)
    assert found.after.finish == date(2027, 1, 1)
    assert found.after.chance == 0.0
    assert found.before.chance is not None
    assert found.before.chance > 0.5


def test_a_deadline_that_was_asked_for_is_not_missed_by_itself() -> None:
    found = _effect("set the deadline to 2027-01-15")
    assert found.breaks == ()
    assert (found.before.chance, found.after.chance) == (0.65, 1.0)


def test_a_budget_below_what_is_planned_breaks_a_rule() -> None:
    [broken] = _effect("the budget is 4,000").breaks
    assert "4,900 EUR" in broken


def test_an_earlier_deadline_tells_what_no_longer_fits() -> None:
    assert any("NA-10" in broken for broken in _effect("set the deadline to 9 December").breaks)


def test_cost_is_what_agents_and_items_take_at_most() -> None:
    dropped = _effect("drop the podcast")
    assert (dropped.before.cost, dropped.after.cost) == ((Money.of(4985),), (Money.of(4085),))
    assert _effect("give the copy to inkwell").after.cost == (Money.of(5040),)


def test_the_metrics_that_are_served_are_named() -> None:
    assert _effect("drop the podcast").metrics == ("demo requests: NA-8 dropped",)
    assert _effect("give the copy to inkwell").metrics == ()


def test_load_is_told_for_the_weeks_that_change() -> None:
    found = {(load.doer, load.monday): (load.before, load.after) for load in _effect("give the podcast to me").load}
    week = date(2026, 12, 7)
    assert found == {("person:bob", week): (80, 40), ("person:ann", week): (0, 40)}


def test_whoever_is_away_has_less_time_and_is_too_full_or_not_there() -> None:
    found = {load.monday: load.after for load in _effect("the designer is away from 1 to 2 December").load}
    assert found == {date(2026, 11, 30): 89, date(2026, 12, 7): 27}
    plan = fair()
    gone = plan.model_copy(
        update={"team": (Member(doer=Doer("role:designer"), away=(Away(start=TODAY, end=date(2026, 12, 6)),)),)}
    )
    assert [load.after for load in compared(plan, gone)] == [1000]


def test_a_members_share_and_week_count() -> None:
    plan = fair()
    half = plan.model_copy(update={"team": (Member(doer=Doer("role:designer"), share=0.5, workdays=(0, 1, 2, 3)),)})
    assert [(load.before, load.after) for load in compared(plan, half)] == [(80, 200)]


def test_what_is_settled_takes_nobodys_time() -> None:
    assert [load.after for load in compared(fair(), standing(6, ItemState.DONE))] == [0]
