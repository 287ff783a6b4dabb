"""Changing a plan by talking, and asking what would be: understood, shown, done on a yes, once."""

from __future__ import annotations

import asyncio
import re
from collections.abc import Callable

import pytest
from sqlmodel import Session, select

from bot.commands.parse import Spoken
from plans.errors import UserError
from plans.model.edits import DropItem
from plans.store import plans
from plans.store.tables import AskRow, DecisionRow, ItemRow, MessageRow, OutcomeRow, PlanRow, RevisionRow
from plans.words import ChatId, ItemId, ItemState, PlanSlug
from tests.integration.bot.office import ANN, BOB, CHANNEL, EVE, GOAL, SLUG, Office, personal
from tests.integration.bot.talking import NA5, NA8, PRIVATE, action, asked, counted, fair_in, plan_of, typed, words
from tests.unit.bot.walk import runs, shown, titles
from tests.unit.planning.talk.fair import fair

GROUP = ChatId("19:team@thread.v2")


@pytest.mark.parametrize("chat", [CHANNEL, GROUP, personal(ANN)], ids=["channel", "group chat", "personal"])
async def test_a_change_is_shown_with_what_it_does_and_made_on_a_yes(office: Office, chat: ChatId) -> None:
    before = await fair_in(office, chat)
    reply = await office.hear("move the copy a week later and drop the podcast", chat=chat)

    assert "Nothing is changed before you say yes" in words(reply)
    card = await asked(office)
    assert (await office.asked()).chat == chat
    assert titles(card) == ["Apply", "Not now"]
    told = runs(card)
    for part in (
        "NA-5 Write the launch copy for Northwind Analytics: 1 week later.",
        "starts Fri 11 Dec instead of Fri 4 Dec; ends Tue 15 Dec instead of Tue 8 Dec",
        "NA-10 Mail the announcement: starts Wed 16 Dec",
        "NA-8 Record the podcast: dropped",
        "Finish: Thu 31 Dec, as before",
        "Last task: Fri 18 Dec instead of Thu 17 Dec",
    ):
        assert part in told
    assert await plan_of(office) == before, "nothing is changed without the yes"

    answer = await office.press(action(card, "Apply"), chat=chat)
    assert "Approved by Ann Example" in runs(answer.value)
    after = await plan_of(office)
    assert (after.revision, str(after.items[NA5].end), after.items[NA8].state) == (2, "2026-12-15", ItemState.DROPPED)
    row = await office.database.read(lambda tx: tx.get_one(RevisionRow, "northwind:2"))
    assert (row.state, row.proposer, row.signed_by) == ("approved", ANN, ANN)
    assert "“move the copy a week later and drop the podcast”" in row.reason
    outcomes = await office.database.read(lambda tx: tx.exec(select(OutcomeRow)).all())
    assert {found.state for found in outcomes} == {"succeeded"}

    await office.hear("undo", chat=chat)
    back = await plan_of(office)
    assert back.items == before.items


async def test_what_is_delivered_four_times_is_proposed_and_applied_once(office: Office) -> None:
    await fair_in(office)
    incoming = office.incoming("drop the podcast", chat=CHANNEL)
    for _ in range(4):
        await office.reception.receive(incoming)
        await office.handler.turn(incoming.key, 0)
    assert (await counted(office, RevisionRow), await counted(office, AskRow)) == (2, 1)
    button = action(await asked(office), "Apply")
    answers = await asyncio.gather(*(office.press(button, chat=CHANNEL) for _ in range(4)))
    assert all(answer == answers[0] for answer in answers)
    assert (await plan_of(office)).revision == 2


async def test_not_now_leaves_everything_as_it_is(office: Office) -> None:
    before = await fair_in(office)
    await office.hear("drop the podcast", chat=CHANNEL)
    answer = await office.press(action(await asked(office), "Not now"), chat=CHANNEL)
    assert "Left as it is by Ann Example" in runs(answer.value)
    assert await plan_of(office) == before
    row = await office.database.read(lambda tx: tx.get_one(RevisionRow, "northwind:2"))
    assert row.state == "rejected"


async def test_somebody_else_proposes_and_the_owner_decides(office: Office) -> None:
    before = await fair_in(office)
    reply = await office.hear("drop the podcast", BOB, CHANNEL)
    assert "before Ann Example says yes" in words(reply)
    card = await asked(office)
    assert "Bob Builder: “drop the podcast”" in runs(card)

    refused = await office.press(action(card, "Apply"), BOB, CHANNEL)
    assert refused.type == PRIVATE
    assert "Only Ann Example may answer this" in refused.value
    assert await plan_of(office) == before

    await office.press(action(card, "Apply"), ANN, CHANNEL)
    row = await office.database.read(lambda tx: tx.get_one(RevisionRow, "northwind:2"))
    assert (row.proposer, row.signed_by, row.state) == (BOB, ANN, "approved")


async def test_what_somebody_else_says_in_private_is_put_to_the_owner_in_private(office: Office) -> None:
    await fair_in(office)
    reply = await office.hear("move my podcast a week later", BOB)
    assert "Only Ann Example changes Northwind Analytics, so I have asked Ann Example" in words(reply)
    row = await office.database.read(lambda tx: tx.get_one(MessageRow, f"ask:{tx.exec(select(AskRow.id)).one()}"))
    assert row.chat == personal(ANN)


async def test_whoever_does_not_see_the_plan_cannot_speak_of_it(office: Office) -> None:
    await fair_in(office)
    assert "no plan here" in words(await office.hear("drop the podcast", EVE))
    assert await counted(office, AskRow) == 0


async def test_what_can_mean_two_things_is_asked_once_and_the_button_says_all_of_it(office: Office) -> None:
    await fair_in(office)
    question = await office.hear("move the webinar a week later, drop the podcast", chat=CHANNEL)
    assert "Which one is “the webinar”?" in words(question)
    assert await counted(office, AskRow) == 0
    sentence = typed(question, "NA-7 Launch webinar")
    assert sentence == "northwind: move NA-7 a week later; drop the podcast"
    await office.hear(sentence, chat=CHANNEL)
    assert "NA-7 Launch webinar: Fri 18 Dec instead of Fri 11 Dec" in runs(await asked(office))


async def test_what_is_not_understood_changes_nothing_of_the_rest(office: Office) -> None:
    await fair_in(office)
    reply = words(await office.hear("drop the podcast and move it to a better place", chat=CHANNEL))
    assert "“move it to a better place”; nothing was changed" in reply
    assert await counted(office, RevisionRow) == 1


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("move the podcast to 30 Feb", "30 Feb"),
        ("drop NA-99", "no item NA-99"),
        ("move the brochure a week later", "done already"),
        ("give the copy to scout", "scout cannot do NA-5"),
        ("bring the copy forward by 3 days", "waits for NA-4"),
    ],
)
async def test_what_cannot_be_is_said_with_the_way_on(office: Office, text: str, said: str) -> None:
    await fair_in(office)
    reply = await office.hear(text, chat=CHANNEL)
    assert said in words(reply)
    assert titles(reply["attachments"][0]["content"]), "there is a way on"
    assert await counted(office, RevisionRow) == 1


async def test_past_the_deadline_is_told_on_the_card(office: Office) -> None:
    await fair_in(office)
    await office.hear("move the launch webinar 3 weeks later", chat=CHANNEL)
    told = runs(await asked(office))
    assert "The deadline of Thu 31 Dec is missed by 1 working day; it would move along to Fri 1 Jan." in told
    assert "Deadline: Fri 1 Jan instead of Thu 31 Dec" in told


async def test_what_if_shows_what_it_would_do_and_stores_nothing(office: Office) -> None:
    before = await fair_in(office)
    reply = await office.hear("what if the designer is away in week 3?", chat=CHANNEL)
    assert "The designer is away Mon 30 Nov to Fri 4 Dec." in words(reply)
    card = reply["attachments"][0]["content"]
    assert titles(card) == ["Do it", "What moves"]
    assert "Week 3 is the plan's" in runs(card)
    assert "NA-6 Design the landing page: ends Thu 10 Dec instead of Fri 4 Dec" in runs(card)
    assert (await counted(office, RevisionRow), await counted(office, AskRow)) == (1, 0)
    assert await plan_of(office) == before

    await office.hear(typed(reply, "Do it"), chat=CHANNEL)
    assert titles(await asked(office)) == ["Apply", "Not now"]


async def test_alternatives_are_compared_and_each_can_be_done(office: Office) -> None:
    await fair_in(office)
    reply = await office.hear("what if we drop the podcast or move the copy 2 weeks?", chat=CHANNEL)
    card = reply["attachments"][0]["content"]
    assert titles(card) == ["Do A", "Do B", "What moves"]
    told = runs(card)
    assert "A at most 4,120 EUR instead of 5,020 EUR" in told
    assert "In time" in shown(card), "the odds of the deadline are compared too"
    assert re.search(r"A (over )?\d+ %", told)
    assert "B Fri 25 Dec instead of Thu 17 Dec" in told
    await office.hear(typed(reply, "Do B"), chat=CHANNEL)
    await office.press(action(await asked(office), "Apply"), chat=CHANNEL)
    assert str((await plan_of(office)).items[NA5].end) == "2026-12-22"


@pytest.mark.parametrize(
    "text",
    [
        GOAL,
        "move our website to the new host by 2027-03-01: 20 demo requests",
        "start a podcast series by 2027-03-01: 200 demo requests",
        "own the drop of our prices by 2027-03-01, budget 20,000 EUR",
        "complete the migration of the shop by 2027-03-01",
    ],
)
async def test_a_goal_stays_a_goal_beside_a_plan(office: Office, text: str) -> None:
    await fair_in(office)
    await office.hear(text, chat=CHANNEL)
    found = await office.database.read(lambda tx: tx.exec(select(PlanRow)).all())
    assert len(found) == 2


@pytest.mark.parametrize(
    "text",
    [
        "move the podcast to 2026-12-18",
        "start the podcast on 2026-12-14",
        "finish the podcast by 2026-12-16",
        "move NA-7 to 2026-12-18 and drop the podcast",
        "complete the research by 2026-12-11",
    ],
)
async def test_a_change_with_a_date_is_no_goal(office: Office, text: str) -> None:
    await fair_in(office)
    await office.hear(text, chat=CHANNEL)
    assert await counted(office, PlanRow) == 1
    assert titles(await asked(office)) == ["Apply", "Not now"]


async def test_an_item_that_is_named_by_its_id_is_never_the_beginning_of_a_goal(office: Office) -> None:
    await fair_in(office)
    assert "done already" in words(await office.hear("move NA-13 to 2026-12-18", chat=CHANNEL))
    assert await counted(office, PlanRow) == 1


async def test_of_several_plans_the_one_is_changed_that_has_the_item(office: Office) -> None:
    await fair_in(office, personal(ANN))
    other = fair().items[NA5].model_copy(update={"id": ItemId("FA-5"), "parent": None, "after": ()})
    await office.own(other, chat=personal(ANN), slug=PlanSlug("fair"), prefix="FA", title="Trade fair")
    await office.hear("drop the podcast")
    assert (await office.asked()).plan == SLUG


async def test_what_fits_several_plans_is_asked_with_the_plan_in_front(office: Office) -> None:
    await fair_in(office, personal(ANN))
    other = fair().items[NA8].model_copy(update={"id": ItemId("FA-8"), "parent": None})
    await office.own(other, chat=personal(ANN), slug=PlanSlug("fair"), prefix="FA", title="Trade fair")
    question = await office.hear("drop the podcast")
    assert "Which plan?" in words(question)
    assert typed(question, "Trade fair") == "fair: drop the podcast"
    await office.hear("fair: drop the podcast")
    assert (await office.asked()).plan == "fair"


async def test_a_plan_that_nobody_has_approved_is_not_changed_by_talking(office: Office) -> None:
    await office.hear(GOAL, chat=CHANNEL)
    assert "no plan here that could change" in words(await office.hear("drop the webinar", chat=CHANNEL))


async def test_a_plan_that_moves_on_while_it_is_read_is_looked_at_again(office: Office) -> None:
    await fair_in(office)
    work = await office.conversation.understand("drop the podcast", CHANNEL, ANN, personal=False)
    assert not isinstance(work, Spoken)
    await office.database.write(lambda tx: plans.set_item_state(tx, NA8, ItemState.DONE))
    with pytest.raises(UserError, match="changed just now"):
        await office.database.write(work)


async def test_a_yes_after_the_item_has_moved_on_is_refused_in_private(office: Office) -> None:
    await fair_in(office)
    await office.hear("give the podcast to me", chat=CHANNEL)
    card = await asked(office)
    await office.database.write(lambda tx: plans.set_item_state(tx, NA8, ItemState.DONE))
    answer = await office.press(action(card, "Apply"), chat=CHANNEL)
    assert answer.type == PRIVATE
    assert "NA-8 Record the podcast is done by now" in answer.value
    assert (await plan_of(office)).revision == 1


def _by_hand(office: Office, item: ItemId) -> Callable[[Session], None]:
    """Drops the item meanwhile."""

    def sign(tx: Session) -> None:
        row = plans.propose(tx, SLUG, (DropItem(item=item),), "by hand", "", ANN, office.clock.now())
        office.revisions.sign(tx, row, ANN)

    return sign


async def test_a_change_that_another_one_overtook_is_closed(office: Office) -> None:
    await fair_in(office)
    await office.hear("drop the podcast", chat=CHANNEL)
    card = await office.card((await office.asked()).message)
    await office.database.write(_by_hand(office, NA8))
    answer = await office.press(action(card, "Apply"), chat=CHANNEL)
    assert "no longer being asked" in str(answer.value) or "Replaced" in runs(answer.value)
    assert (await plan_of(office)).revision == 3, "the one that was signed by hand"


async def test_a_change_of_something_else_is_put_onto_what_was_signed_meanwhile(office: Office) -> None:
    await fair_in(office)
    await office.hear("drop the podcast", chat=CHANNEL)
    card = await office.card((await office.asked()).message)
    await office.database.write(_by_hand(office, NA5))
    assert "Approved" in runs((await office.press(action(card, "Apply"), chat=CHANNEL)).value)
    plan = await plan_of(office)
    assert [plan.items[item].state for item in (NA5, NA8)] == [ItemState.DROPPED] * 2


async def test_the_card_of_a_change_has_no_edit(office: Office) -> None:
    await fair_in(office)
    await office.hear("drop the podcast", chat=CHANNEL)
    button = action(await asked(office), "Apply")
    forged = {**button, "data": {"steward": {**button["data"]["steward"], "verb": "edit"}}}
    answer = await office.press(forged, chat=CHANNEL)
    assert answer.type == PRIVATE
    assert (await plan_of(office)).revision == 1


async def test_what_was_said_is_kept_with_who_said_it(office: Office) -> None:
    await fair_in(office)
    await office.hear("drop the podcast", BOB, CHANNEL)
    rows = await office.database.read(lambda tx: tx.exec(select(DecisionRow)).all())
    [row] = [row for row in rows if row.kind == "plan"]
    assert (row.actor, row.verdict, row.item) == (BOB, "ask", NA8)


async def test_a_dropped_item_lives_on_as_dropped(office: Office) -> None:
    await fair_in(office)
    await office.hear("drop the podcast", chat=CHANNEL)
    await office.press(action(await asked(office), "Apply"), chat=CHANNEL)
    await office.hear("put back the podcast", chat=CHANNEL)
    await office.press(action(await asked(office), "Apply"), chat=CHANNEL)
    row = await office.database.read(lambda tx: tx.get_one(ItemRow, NA8))
    assert row.state == ItemState.PLANNED
