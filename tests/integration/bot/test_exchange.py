"""A plan out of the chat and back into it: shown to be copied, and pasted as a proposal that the owner decides on."""

from __future__ import annotations

import json
from typing import Any

import pytest
from sqlmodel import select

from plans.errors import UserError
from plans.governance import imports
from plans.model.edits import Retitle
from plans.model.exchange import lossless, spreadsheet
from plans.model.exchange.reading import Known
from plans.model.plan import Plan
from plans.store import plans
from plans.store.tables import DecisionRow, PlanRow, RevisionRow
from plans.words import ChatId, ItemId, ItemState, PlanSlug
from tests.integration.bot.office import ANN, BOB, CHANNEL, EVE, GOAL, SLUG, Office, task
from tests.integration.bot.test_handler import words
from tests.unit.bot.walk import nodes, runs, titles

NA1, NA2 = ItemId("NA-1"), ItemId("NA-2")


async def card_of(office: Office) -> dict[str, Any]:
    return await office.card((await office.asked()).message)


def copied(card: dict[str, Any]) -> str:
    """What somebody gets who shows the folded text and copies it."""
    [field] = [node for node in nodes(card) if node.get("id") == "copy"]
    return str(field["value"])


async def stands(office: Office, slug: str = SLUG) -> Plan:
    return await office.database.read(lambda tx: plans.load(tx, PlanSlug(slug)))


async def test_a_table_that_was_copied_from_the_card_changes_nothing(office: Office) -> None:
    await office.own()
    reply = await office.hear("export", chat=CHANNEL)
    card = reply["attachments"][0]["content"]
    assert "2 items as a table (CSV)." in runs(card)
    assert titles(card) == ["Show to copy", "As JSON", "For Planner"]
    assert "uv run app.py plan export northwind --format csv --out northwind.csv" in runs(card)
    table = copied(card)
    assert table.splitlines()[0].startswith("id,kind,title,")
    answer = await office.hear(f"import\n{table}", chat=CHANNEL)
    assert words(answer) == "Nothing differs from Northwind Analytics as it stands."


async def test_a_pasted_change_is_a_proposal_with_its_diff_and_becomes_the_plan_when_its_owner_says_so(
    office: Office,
) -> None:
    await office.own()
    await office.meet(BOB)
    table = copied((await office.hear("export", chat=CHANNEL))["attachments"][0]["content"])
    answer = await office.hear(f"import\n{table.replace('Task 2', '=Task(2)')}", BOB, CHANNEL)
    assert words(answer) == "Northwind Analytics: 1 change. Ann Example decides, on the card."
    ask = await office.asked()
    assert ask.allowed == [ANN]
    card = await office.card(ask.message)
    shown = runs(card)
    assert "NA-2 =Task(2): called that instead of “Task 2”" in shown
    assert "Imported by Bob Builder from what you pasted" in shown
    assert titles(card) == ["Approve", "Edit", "Reject", "The plan"]
    assert (await stands(office)).items[NA2].title == "Task 2", "nothing is changed by a proposal"

    refused = await office.press(card["actions"][0], BOB, CHANNEL)
    assert "Only Ann Example" in json.dumps(refused.value)
    await office.press(card["actions"][0], ANN, CHANNEL)
    assert (await stands(office)).items[NA2].title == "=Task(2)"
    [decision] = await office.database.read(
        lambda tx: tx.exec(select(DecisionRow).where(DecisionRow.kind == "plan")).all()
    )
    assert decision.data["revision"] == "northwind:2"
    assert "Taken back" in words(await office.hear("undo", chat=CHANNEL))
    assert (await stands(office)).items[NA2].title == "Task 2"


async def test_what_cannot_be_read_is_said_back_with_line_and_column_and_nothing_is_stored(office: Office) -> None:
    await office.own()
    before = len(await office.messages())
    answer = words(await office.hear("import\nid,title,end\nNA-1,Better,30 Feb", chat=CHANNEL))
    assert "what you pasted, line 2, column end: “30 Feb” is no date" in answer
    assert "Nothing was changed." in answer
    assert len(await office.messages()) == before + 1
    assert len(await office.database.read(lambda tx: tx.exec(select(RevisionRow)).all())) == 1


async def test_a_word_alone_tells_how(office: Office) -> None:
    await office.own()
    answer = words(await office.hear("import", chat=CHANNEL))
    assert "paste a table below it" in answer
    assert "uv run app.py plan import FILE" in answer


async def test_the_owner_is_told_what_was_not_taken_over_and_which_rules_would_break(office: Office) -> None:
    await office.own(task(1), task(2))
    await office.database.write(lambda tx: plans.set_item_state(tx, NA1, ItemState.DELEGATED))
    await office.hear(
        "import\nid,title,agent,end\nNA-1,Better,writer,2026-11-29\nNA-2,Task 2,scout,2026-11-27", chat=CHANNEL
    )
    card = await card_of(office)
    shown = runs(card)
    assert "NA-1 is being worked on (delegated), so these of it stay as they are: agent." in shown
    assert "It would break a rule: NA-1 starts or ends on a day off (Sun 29 Nov)." in shown
    assert "done by" not in shown


async def test_a_plan_is_only_imported_into_where_it_is_seen(office: Office) -> None:
    await office.own()
    await office.meet(EVE)
    elsewhere = ChatId("19:other@thread.tacv2;messageid=5")
    answer = words(await office.hear("import\nid,title\nNA-1,Mine", EVE, elsewhere))
    assert "There is no plan here yet." in answer
    assert "There is no plan here yet." in words(await office.hear("export", EVE, elsewhere))


async def test_a_named_plan_is_the_one_that_is_meant(office: Office) -> None:
    await office.own()
    answer = words(await office.hear("import into northwind\nid,title,end\n,Call them,2026-12-01", chat=CHANNEL))
    assert "1 change" in answer
    assert "NA-3 Call them: new, Tue 1 Dec, done by Ann Example" in runs(await card_of(office))
    assert "There is no plan “southwind” here" in words(
        await office.hear("import into southwind\nid,title,end\n,Call them,2026-12-01", chat=CHANNEL)
    )


async def test_a_plan_that_changed_meanwhile_is_not_proposed_upon(office: Office) -> None:
    plan = await office.own()
    offer = imports.Offer(plan, (Retitle(item=NA2, title="Other"),), ())
    await office.database.write(lambda tx: plans.set_item_state(tx, NA1, ItemState.DONE))
    with pytest.raises(UserError, match="The plan changed while the file was read; nothing was proposed"):
        await office.database.write(lambda tx: office.proposals.offered(tx, offer, "f.csv", CHANNEL, ANN))


async def test_a_proposed_plan_can_be_exported_worked_on_and_proposed_anew(office: Office) -> None:
    await office.hear(GOAL, chat=CHANNEL)
    [row] = await office.database.read(lambda tx: tx.exec(select(PlanRow)).all())
    plan = await office.database.read(lambda tx: imports.standing(tx, PlanSlug(row.slug)))
    assert plan.items
    people = Known({ANN: "Ann Example"}, frozenset(item.agent for item in plan.items.values() if item.agent))
    first = next(iter(plan.items.values()))
    table = spreadsheet.text(plan, people, empty=False).replace(first.title, "Worked on")
    answer = await office.hear(f"import\n{table}", chat=CHANNEL)
    assert f"{len(plan.items)} changes" in words(answer)
    rows = await office.database.read(lambda tx: tx.exec(select(RevisionRow)).all())
    assert [found.state for found in rows] == ["proposed", "proposed"]
    again = await office.database.read(lambda tx: imports.standing(tx, PlanSlug(row.slug)))
    assert again.items[first.id].title == "Worked on"


async def test_a_whole_plan_that_is_not_here_becomes_a_new_one_of_whoever_pasted_it(office: Office) -> None:
    plan = await office.own()
    gone = plan.model_copy(update={"slug": PlanSlug("southwind"), "title": "Southwind"})
    await office.meet(BOB)
    answer = words(await office.hear(f"import {lossless.text(gone)}", BOB, CHANNEL))
    assert answer == "Southwind: a new plan of 2 items. Bob Builder decides, on the card."
    card = await card_of(office)
    assert "NA is taken here: ids begin with NA2- instead." in runs(card)
    await office.press(card["actions"][0], BOB, CHANNEL)
    made = await stands(office, "southwind")
    assert list(made.items) == ["NA2-1", "NA2-2"]
    assert made.items[ItemId("NA2-2")].after == ("NA2-1",)
    assert {item.owner for item in made.items.values()} == {BOB}


@pytest.mark.parametrize("form", ["json", "planner"])
async def test_other_formats_can_be_copied_where_they_fit(office: Office, form: str) -> None:
    await office.own()
    card = (await office.hear(f"export {form}", chat=CHANNEL))["attachments"][0]["content"]
    assert json.loads(copied(card))["format"] == f"steward/{'plan' if form == 'json' else form}"


async def test_a_plan_too_large_for_a_message_is_exported_by_a_command_line(office: Office) -> None:
    await office.own(*(task(number, instructions="x" * 200) for number in range(1, 80)))
    card = (await office.hear("export", chat=CHANNEL))["attachments"][0]["content"]
    assert "It is too large for a message." in runs(card)
    assert titles(card) == ["As JSON", "For Planner"]
