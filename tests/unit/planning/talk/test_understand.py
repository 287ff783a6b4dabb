"""What is said about a plan, and the change that it is; what cannot be, and why."""

from __future__ import annotations

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from plans.errors import UserError
from plans.model.edits import AddItem, Redate, SetDeadline, SetMember, SetWaits
from plans.model.plan import Away, Link
from plans.model.revision import apply, invert
from plans.planning.talk.setting import Ambiguous, NotUnderstood, Setting, Understood
from plans.planning.talk.understand import sounds, understand
from plans.words import Doer, ItemId, ItemState, Money, Verb
from tests.unit.model.drawn import patient
from tests.unit.planning.talk.fair import ANN, BOB, fair, setting, standing

NA8 = ItemId("NA-8")
SAID = [
    ("move the launch webinar a week later", "move NA-7 1 week later"),
    ("move NA-7 a week later, give the copy to the second writer, drop the podcast",
     "move NA-7 1 week later; give NA-5 to agent:inkwell; drop NA-8"),
    ("Could you move the podcast 3 days later, please?", "move NA-8 3 days later"),
    ("push back the podcast by two weeks", "move NA-8 2 weeks later"),
    ("push the podcast back 2 weeks", "move NA-8 2 weeks later"),
    ("we should postpone the podcast by a fortnight", "move NA-8 2 weeks later"),
    ("postpone the podcast until 18 December", "move NA-8 to 2026-12-18"),
    ("delay the mailing by 3 working days", "move NA-10 3 days later"),
    ("bring the podcast forward to 3 December", "move NA-8 to 2026-12-03"),
    ("pull in the podcast by a day", "move NA-8 1 day earlier"),
    ("can we move the brief a day earlier", "move NA-11 1 day earlier"),
    ("move NA-8 to 2026-12-18", "move NA-8 to 2026-12-18"),
    ("move na-8 to the week of 14 December", "start NA-8 on 2026-12-14"),
    ("move “Record the podcast” to calendar week 51", "start NA-8 on 2026-12-14"),
    ("put off the podcast until Friday", "move NA-8 to 2026-12-04"),
    ("move the podcast to start on 14 December", "start NA-8 on 2026-12-14"),
    ("the podcast starts 3 days later", "move NA-8 3 days later"),
    ("the launch webinar slips by a week", "move NA-7 1 week later"),
    ("the podcast is 3 days late", "move NA-8 3 days later"),
    ("move the webinar programme two weeks later", "move NA-3 2 weeks later"),
    ("move everything 2 weeks later", "move everything 2 weeks later"),
    ("extend the research by 2 days", "extend NA-4 until 2026-12-07"),
    ("extend NA-4 until 8 December", "extend NA-4 until 2026-12-08"),
    ("give research 2 more days", "extend NA-4 until 2026-12-07"),
    ("shorten the podcast by a day", "shorten NA-8 until 2026-12-08"),
    ("the podcast should be done by 16 Dec", "extend NA-8 until 2026-12-16"),
    ("start the podcast on 10 December", "start NA-8 on 2026-12-10"),
    ("give the copy to inkwell", "give NA-5 to agent:inkwell"),
    ("assign the podcast to me", "give NA-8 to person:ann"),
    ("hand the landing page over to Bob", "give NA-6 to person:bob"),
    ("let Bob do the landing page", "give NA-6 to person:bob"),
    ("give Bob the landing page", "give NA-6 to person:bob"),
    ("Zoë takes over the podcast", "give NA-8 to person:zoe"),
    ("reassign NA-8 to the designer", "give NA-8 to role:designer"),
    ("drop the podcast", "drop NA-8"),
    ("cancel NA-8", "drop NA-8"),
    ("skip the research, please", "drop NA-4"),
    ("take the podcast off the plan", "drop NA-8"),
    ("drop the podcast and the landing page", "drop NA-8; drop NA-6"),
    ("I want to drop the podcast and to give the copy to inkwell", "drop NA-8; give NA-5 to agent:inkwell"),
    ("put back the venue", "put back NA-14"),
    ("bring the venue back", "put back NA-14"),
    ("rename the podcast to “Record two podcasts and a trailer”", "rename NA-8 to “Record two podcasts and a trailer”"),
    ("call the podcast “Talk”", "rename NA-8 to “Talk”"),
    ("estimate the podcast at 3 days", "estimate NA-8 at 3 days"),
    ("estimate the podcast between 2 and 6 days", "estimate NA-8 at between 2 and 6 days, likely 2"),
    ("estimate research at 2 to 6 days, likely 4", "estimate NA-4 at between 2 and 6 days, likely 4"),
    ("research takes a week", "estimate NA-4 at 5 days"),
    ("the podcast waits for the copy", "NA-8 waits for NA-5"),
    ("make the podcast wait for the copy plus 2 days", "NA-8 waits for NA-5 plus 2 days"),
    ("the mailing no longer waits for the copy", "NA-10 no longer waits for NA-5"),
    ("the copy can start with the research", "NA-5 can start with NA-4"),
    ("add a task “Write the FAQ” to Content by 11 December for Bob",
     "add a task “Write the FAQ” to NA-2 by 2026-12-11 for person:bob"),
    ("add a task Write the FAQ to content for quill by 11 Dec",
     "add a task “Write the FAQ” to NA-2 by 2026-12-11 for agent:quill"),
    ("set the deadline to 2027-01-15", "set the deadline to 2027-01-15"),
    ("move the deadline a week later", "set the deadline to 2027-01-07"),
    ("budget 15,000 EUR", "set the budget to 15,000 EUR"),
    ("cut the budget by 3,000", "set the budget to 7,000 EUR"),
    ("the designer is away from 1 to 4 December", "role:designer is away from 2026-12-01 to 2026-12-04"),
    ("the designer is away in week 3", "role:designer is away from 2026-12-14 to 2026-12-18"),
    ("Bob is out from 7 December until 9 December", "person:bob is away from 2026-12-07 to 2026-12-09"),
    ("I'm away on Friday", "person:ann is away from 2026-12-04 to 2026-12-04"),
    ("drop the podcast. Move the launch webinar a week later. Give the copy to inkwell.",
     "drop NA-8; move NA-7 1 week later; give NA-5 to agent:inkwell"),
    ("move the podcast a week later and give it to Zoë", "move NA-8 1 week later; give NA-8 to person:zoe"),
    ("move the podcats a week later", "move NA-8 1 week later"),
]  # fmt: skip


def understood(text: str, there: Setting | None = None) -> Understood:
    found = understand(text, there or setting())
    assert isinstance(found, Understood), found
    return found


def refused(text: str, there: Setting | None = None) -> UserError:
    with pytest.raises(UserError) as caught:
        understand(text, there or setting())
    return caught.value


@pytest.mark.parametrize(("text", "typed"), SAID, ids=[text for text, _ in SAID])
def test_what_is_said_is_understood_and_can_be_typed_without_anything_left_open(text: str, typed: str) -> None:
    found = understood(text)
    assert found.typed == typed
    again = understood(typed)
    assert (again.typed, again.edits) == (typed, found.edits)
    after = apply(fair(), found.edits)
    assert after != fair()
    assert apply(after, invert(fair(), found.edits)) == fair()


@pytest.mark.parametrize(
    "text",
    [
        *("", "what's for lunch", "the weather is nice today", "why NA-8", "status", "is all well?"),
        *("the meeting by the river", "thanks", "own it", "hello there"),
    ],
)
def test_talk_is_not_taken_for_a_change(text: str) -> None:
    assert understand(text, setting()) is None
    assert not sounds(text)


CANNOT = [
    ("move the podcast to 30 Feb", "30 Feb", "2027-02-28"),
    ("move the podcast to 2026-11-01", "has passed", "to come"),
    ("move the podcast to 2036-11-01", "more than five years", "year"),
    ("move the podcast 0 days later", "moves nothing", "how much"),
    ("drop NA-99", "no item NA-99", "status"),
    ("move the brochure a week later", "NA-13 Print the brochure is done already", "undo"),
    ("drop the brochure", "done already", "undo"),
    ("move the venue a week later", "was dropped", "put back NA-14"),
    ("put back the podcast", "is not dropped", "status"),
    ("give the copy to scout", "scout cannot do NA-5", "Who can: quill, inkwell"),
    ("give the copy to reader", "reader may not do NA-5", "Who can: quill, inkwell"),
    ("give the podcast to quill", "work for a person", "person"),
    ("give the copy to quill", "quill's already", "somebody else"),
    ("bring the copy forward by 3 days", "waits for NA-4", "start NA-5 on 2026-12-04"),
    ("bring the research forward by a week", "is past", "start NA-4 on 2026-11-30"),
    ("NA-5 waits for NA-10", "in a circle", "wait"),
    ("NA-5 waits for NA-5", "cannot wait for itself", "two items"),
    ("the podcast no longer waits for the copy", "does not wait for NA-5", "nothing"),
    ("shorten the podcast until 2 December", "cannot end Wed 2 Dec", "move NA-8"),
    ("estimate the podcast at 9 weeks and drop NA-77", "no item NA-77", "status"),
    ("estimate the webinar programme at 3 days", "takes as long as what is under it", "Estimate its tasks"),
    ("add a task “x” to Content by 2026-11-29", "has passed", "to come"),
    ("set the deadline to 2026-11-02", "has passed", "to come"),
    ("cut the budget by 30,000", "cannot be cut", "what it is to be"),
    ("the deadline is 31 December", "nothing would change", "status"),
]


@pytest.mark.parametrize(("text", "said", "way_on"), CANNOT, ids=[text for text, _, _ in CANNOT])
def test_what_cannot_be_is_said_why_and_what_can(text: str, said: str, way_on: str) -> None:
    error = refused(text)
    assert said in error.said
    assert way_on in error.way_on


@pytest.mark.parametrize(
    ("text", "way_on"),
    [
        ("move the copy a week later", "extend NA-5 by 3 days"),
        ("give the copy to inkwell", "Let it finish"),
        ("drop the copy", "call off NA-5"),
        ("the copy waits for the podcast", "waits for nothing any more"),
    ],
)
def test_what_somebody_is_working_on_is_left_to_them(text: str, way_on: str) -> None:
    error = refused(text, setting(standing(5, ItemState.DELEGATED)))
    assert "being worked on by quill" in error.said
    assert way_on in error.way_on


def test_what_somebody_is_working_on_gets_more_time_or_is_called_off() -> None:
    working = setting(standing(5, ItemState.DELEGATED))
    assert understood("extend the copy by 2 days", working).typed == "extend NA-5 until 2026-12-10"
    after = apply(working.plan, understood("call off the copy", working).edits)
    assert after.items[ItemId("NA-5")].state is ItemState.DROPPED


def test_what_waits_moves_along_its_parents_make_room_and_the_rest_stays() -> None:
    after = apply(fair(), understood("move the copy 2 weeks later").edits)
    moved = {
        item.id: (str(item.start), str(item.end)) for item in after.items.values() if item != fair().items[item.id]
    }
    assert moved == {
        "NA-5": ("2026-12-18", "2026-12-22"),
        "NA-10": ("2026-12-23", "2026-12-24"),
        "NA-12": ("2026-12-25", "2026-12-25"),
        "NA-2": ("2026-11-30", "2026-12-25"),
    }


def test_a_stream_takes_along_what_is_open_under_it_and_not_what_somebody_is_working_on() -> None:
    plan = standing(11, ItemState.DELEGATED)
    after = apply(plan, understood("move the webinar programme a week later", setting(plan)).edits)
    assert str(after.items[ItemId("NA-7")].end) == "2026-12-18"
    assert after.items[ItemId("NA-11")] == plan.items[ItemId("NA-11")]


def test_past_the_deadline_the_deadline_moves_along() -> None:
    found = understood("move the launch webinar 6 weeks later")
    assert not found.deadline
    assert [edit for edit in found.edits if isinstance(edit, SetDeadline)]


def test_whoever_is_away_gets_that_much_longer_for_what_no_longer_fits() -> None:
    after = apply(fair(), understood("the designer is away from 1 to 2 December").edits)
    [member] = after.team
    assert member.doer == Doer("role:designer")
    assert [(str(one.start), str(one.end)) for one in member.away] == [("2026-12-01", "2026-12-02")]
    assert str(after.items[ItemId("NA-6")].end) == "2026-12-08"
    assert after.items[ItemId("NA-4")] == fair().items[ItemId("NA-4")]


def test_a_second_absence_is_added_to_the_first() -> None:
    once = apply(fair(), understood("Bob is away on 7 December").edits)
    twice = apply(once, understood("Bob is away from 9 to 10 December", setting(once)).edits)
    assert [type(one) for one in twice.team[0].away] == [Away, Away]
    assert len([edit for edit in understood("Bob is away on 7 December").edits if isinstance(edit, SetMember)]) == 1


def test_dependencies_are_set_with_their_lag_and_side() -> None:
    def waits(text: str) -> SetWaits:
        return next(edit for edit in understood(text).edits if isinstance(edit, SetWaits))

    assert waits("the podcast waits for the copy").after == ("NA-5",)
    assert waits("the podcast waits for the copy plus 2 days").links == (Link(item=ItemId("NA-5"), lag=2),)
    beside = waits("the copy can start with the research")
    assert (beside.after, beside.links) == ((), (Link(item=ItemId("NA-4"), kind="start_start"),))


def test_what_now_waits_is_pushed_behind_it() -> None:
    moves = {edit.item: edit.start for edit in understood("the podcast waits for the copy plus 2 days").edits
             if isinstance(edit, Redate)}  # fmt: skip
    assert str(moves[ItemId("NA-8")]) == "2026-12-11"


def test_a_new_task_has_all_that_the_rules_ask_for() -> None:
    [edit] = [edit for edit in understood("add a task “Write the FAQ” to Content by 11 Dec for quill").edits
              if isinstance(edit, AddItem)]  # fmt: skip
    item = edit.item
    assert (item.id, item.parent, item.owner, str(item.end)) == ("NA-21", "NA-2", ANN, "2026-12-11")
    assert (item.agent, item.capability, item.verb, item.instructions) == (
        "quill", "write_copy", Verb.DRAFT, "Write the FAQ",
    )  # fmt: skip


def test_the_budget_is_in_the_plans_currency_unless_another_is_named() -> None:
    def budget(text: str) -> Money | None:
        return apply(fair(), understood(text).edits).budget

    assert budget("the budget is 10.500") == Money.of(10_500)
    assert budget("budget 8k USD") == Money.of(8_000, "USD")
    assert budget("remove the budget") is None


ASKED = [
    ("move the webinar a week later", "Which one is", ["move NA-7 a week later", "move NA-3 a week later"]),
    (
        "drop the podcast, move the webinar a week later and drop the venue plan",
        "Which one",
        ["drop NA-8; move NA-7 a week later; drop the venue plan"],
    ),
    ("move the podcast forward a week", "later or earlier", ["move the podcast 1 week later"]),
    ("push the podcast back", "How much later", ["move NA-8 1 day later"]),
    ("give the copy to the other writer", "Who is", ["give the copy to agent:inkwell"]),
    ("the designer is away", "From when to when", ["role:designer is away this week"]),
    ("add a task “Write the FAQ”", "Where does", ["add a task “Write the FAQ” to NA-2"]),
]  # fmt: skip


@pytest.mark.parametrize(("text", "question", "choices"), ASKED, ids=[text for text, _, _ in ASKED])
def test_what_can_mean_several_things_is_asked_with_whole_sentences(
    text: str, question: str, choices: list[str]
) -> None:
    found = understand(text, setting())
    assert isinstance(found, Ambiguous)
    assert question in found.question
    sentences = [sentence for _, sentence in found.choices]
    assert sentences[: len(choices)] == choices
    assert len(sentences) > 1


@pytest.mark.parametrize(
    ("text", "part"),
    [
        ("drop the podcast and it waits for the moon", "it waits for the moon"),
        ("move the thing a week later", "move the thing a week later"),
        ("move it a week later", "move it a week later"),
        ("drop the podcast, paint the town red and move NA-7 a week later", "drop the podcast, paint the town red"),
        ("move the podcast to a better place", "move the podcast to a better place"),
        ("drop the podcast. " * 40, "drop the podcast. " * 4),
    ],
)
def test_a_part_that_is_not_understood_is_named_and_nothing_is_done(text: str, part: str) -> None:
    found = understand(text, setting())
    assert isinstance(found, NotUnderstood)
    assert found.part.startswith(part.strip()[:60])


def test_an_unknown_person_is_answered_with_who_can_of_those_who_have_to_do_with_it() -> None:
    found = understand("give the copy to nobody special", setting())
    assert isinstance(found, NotUnderstood)
    assert found.choices[0] == ("quill", "give the copy to agent:quill")
    assert [name for name, _ in found.choices] == ["quill", "inkwell", "the designer", "Ann Example", "Bob Builder"]


def test_two_people_of_one_name_are_told_apart_by_asking() -> None:
    there = setting()
    twins = Setting(there.plan, there.today, ANN, there.agents, {ANN: "Ann Example", BOB: "Ann Example"})
    found = understand("give the podcast to Ann Example", twins)
    assert isinstance(found, Ambiguous)
    assert [sentence for _, sentence in found.choices] == [
        "give the podcast to person:ann",
        "give the podcast to person:bob",
    ]


def test_open_items_are_meant_before_those_that_are_settled() -> None:
    plan = fair()
    twin = plan.items[ItemId("NA-13")].model_copy(update={"id": ItemId("NA-15"), "state": ItemState.PLANNED})
    both = plan.model_copy(update={"items": {**plan.items, twin.id: twin}})
    assert understood("drop the brochure", setting(both)).typed == "drop NA-15"


_WORDS = (
    "move|drop|give|extend|the|a|podcast|webinar|NA-8|NA-7|NA-99|week|weeks|later|earlier|by|to|until|from|18 December"
    "|2026-12-18|30 Feb|and|,|;|or|what|if|away|designer|quill|Bob|waits for|no longer|budget|10,000|deadline|is|“|”|it"
    "|rename|add a task|999 months|between|2|6 days|estimate|at|forward|back|0|everything|the copy|start|without"
)
WORDS = st.sampled_from(_WORDS.split("|"))


@patient
@given(st.one_of(st.text(max_size=300), st.lists(WORDS, max_size=25).map(" ".join)))
def test_anything_at_all_is_understood_asked_about_or_refused_in_words(text: str) -> None:
    try:
        found = understand(text, setting())
    except UserError:
        return
    if isinstance(found, Understood):
        after = apply(fair(), found.edits)
        assert after != fair()
        assert apply(after, invert(fair(), found.edits)) == fair()
    elif found is not None:
        assert not hasattr(found, "edits")


@pytest.mark.parametrize("text", ["move " * 2000, "drop the podcast and " * 500, "“" * 5000, "give x to y " * 400])
def test_long_and_tangled_texts_are_read_at_once(text: str) -> None:
    begun = time.perf_counter()
    sounds(text)
    understand(text, setting())
    assert time.perf_counter() - begun < 2


def test_a_plan_of_two_thousand_items_is_understood_at_once() -> None:
    plan = fair()
    podcast = plan.items[NA8]
    more = [
        podcast.model_copy(update={"id": ItemId(f"NA-{n}"), "title": f"Visit partner {n}"}) for n in range(100, 2100)
    ]
    large = plan.model_copy(update={"items": {**plan.items, **{item.id: item for item in more}}})
    begun = time.perf_counter()
    assert understood("move the launch webinar a week later, drop the podcast", setting(large)).about == (NA8,)
    assert time.perf_counter() - begun < 2
