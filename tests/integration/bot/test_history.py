"""``history``, ``diff`` and ``undo`` with a number, as they are typed in chat."""

from __future__ import annotations

from datetime import date
from typing import Any, get_args

import pytest
from sqlmodel import Session

from bot.commands.history import _GROUPS, _ORIGINS
from plans.model.diff import Kind
from plans.model.edits import AddItem, DropItem, Edit, Redate, Retitle, SetDeadline
from plans.store import plans
from plans.store.history import Origin
from plans.store.tables import RevisionRow
from plans.words import ItemId
from tests.integration.bot.office import ANN, BOB, CHANNEL, SLUG, Office, task
from tests.unit.bot.walk import nodes, runs, shown, titles, typed

ONE, TWO = ItemId("NA-1"), ItemId("NA-2")
MOVED = Redate(item=TWO, start=date(2026, 11, 20), end=date(2026, 12, 4))


async def change(office: Office, *edits: Edit, reason: str = "the fair is cancelled", **more: Any) -> int:
    def sign(tx: Session) -> int:
        told = {"planned_by": "talk", "proposer": ANN, **more}
        row = plans.propose(tx, SLUG, edits, reason, told["planned_by"], told["proposer"], office.clock.now())
        return office.revisions.sign(tx, row, ANN).revision

    return await office.database.write(sign)


async def card(office: Office, said: str) -> dict[str, Any]:
    found: dict[str, Any] = (await office.hear(said, chat=CHANNEL))["attachments"][0]["content"]
    return found


async def test_history_tells_of_each_version_when_by_whom_why_and_how_newest_first(office: Office) -> None:
    await office.own()
    await office.meet(BOB)
    await change(office, MOVED, DropItem(item=ONE))
    office.clock.forward(hours=2)
    await change(office, Retitle(item=TWO, title="Copy"), reason="a better name", planned_by="import", proposer=BOB)
    await office.hear("undo", chat=CHANNEL)
    made = await card(office, "history")
    assert runs(made).splitlines()[1:] == [
        "4 Takes back version 3: a better name",
        "Fri 20 Nov, 12:00 · Ann Example · an undo · 1 change · Show",
        "3 a better name",
        "Fri 20 Nov, 12:00 · proposed by Bob Builder, signed by Ann Example · from a file · 1 change · taken back "
        "by 4 · Show",
        "2 the fair is cancelled",
        "Fri 20 Nov, 10:00 · Ann Example · by talking · 2 changes · Show",
        "1 the goal",
        "Fri 20 Nov, 10:00 · Ann Example · the first plan · 2 changes · Show",
    ]
    said = [action["data"]["steward"]["text"] for action in typed(made, "Action.Execute")]
    assert said == [f"diff {SLUG} {number}" for number in (4, 3, 2, 1)] + [f"status {SLUG}"]


async def test_a_row_of_the_history_shows_what_that_version_changed(office: Office) -> None:
    await office.own()
    await change(office, MOVED)
    made = await card(office, "history")
    row = next(node["selectAction"] for node in nodes(made) if "selectAction" in node)
    assert (await office.press(row, chat=CHANNEL)).status == 200
    text = row["data"]["steward"]["text"]
    assert "NA-2 Task 2: ends Fri 4 Dec instead of Fri 27 Nov" in shown(await card(office, text))


async def test_more_than_ten_versions_are_folded(office: Office) -> None:
    await office.own()
    for number in range(12):
        await change(office, Retitle(item=ONE, title=f"T{number}"))
    made = await card(office, "history")
    assert titles(made) == ["Older", "Status"]
    [folded] = [node for node in nodes(made) if node.get("isVisible") is False]
    assert [text.split()[0] for text in runs(folded).splitlines()[::2]] == ["3", "2", "1"]


async def test_one_version_is_shown_by_kind_of_change_and_the_last_one_can_be_taken_back(office: Office) -> None:
    await office.own()
    await change(office, MOVED, DropItem(item=ONE), SetDeadline(deadline=date(2027, 2, 5)))
    made = await card(office, "diff 2")
    headings = [block["text"] for block in typed(made, "TextBlock")]
    assert headings == ["Version 2", "The plan as a whole", "Dropped, removed, taken up again", "Dates"]
    assert "the fair is cancelled" in runs(made)
    assert "Fri 20 Nov, 10:00 · Ann Example · by talking" in runs(made)
    assert titles(made) == ["History", "Undo"]
    assert titles(await card(office, "diff 1")) == ["History"]
    undo = next(action for action in made["actions"] if action["title"] == "Undo")
    await office.press(undo, chat=CHANNEL)
    assert undo["data"]["steward"]["number"] == 2


async def test_what_lies_between_two_versions_is_their_difference_in_either_order(office: Office) -> None:
    await office.own()
    for title in ("A", "B", "C"):
        await change(office, Retitle(item=ONE, title=title))
    await change(office, AddItem(item=task(7)))
    for typed_ in ("diff 2 4", "diff 4 2", "compare versions 2 and 4"):
        made = await card(office, typed_)
        assert "From version 2 to 4" in shown(made)
        assert [text for text in runs(made).splitlines() if text.startswith("•")] == [
            "• NA-1 C: called that instead of “A”"
        ]
    assert "NA-7 Task 7: new" in shown(await card(office, "diff"))


async def test_two_versions_that_hold_the_same_say_so(office: Office) -> None:
    await office.own()
    await change(office, MOVED)
    await office.hear("undo", chat=CHANNEL)
    assert "Nothing differs between them." in shown(await card(office, "diff 1 3"))


@pytest.mark.parametrize("said", ["diff 9", "diff 2 9", "diff 3", "undo 9", "undo 3"])
async def test_a_version_that_there_is_not_is_said_back_with_those_there_are(office: Office, said: str) -> None:
    await office.own()
    await change(office, MOVED)

    def turn_down(tx: Session) -> None:
        row = plans.propose(tx, SLUG, (Retitle(item=ONE, title="no"),), "", "", ANN, office.clock.now())
        plans.reject(tx, row, ANN, office.clock.now())

    await office.database.write(turn_down)
    await change(office, Retitle(item=ONE, title="yes"))
    words = shown(await card(office, said))
    assert f"has no version {said[-1]}: its versions are 1 to 2 and 4." in words
    assert "history northwind" in words


async def test_undo_of_an_older_version_says_what_came_after_it_and_twice_is_said_to_be_done(office: Office) -> None:
    await office.own()
    await change(office, MOVED)
    await change(office, Retitle(item=ONE, title="A"))
    assert "version 3 came after it" in shown(await card(office, "undo 2"))
    for answer in ("Taken back.", "was taken back already"):
        reply = await office.hear("undo 3", chat=CHANNEL)
        assert answer in reply["text"]
    assert await office.database.read(lambda tx: tx.get_one(RevisionRow, f"{SLUG}:4").undoes) == 3


async def test_a_plan_that_is_only_proposed_has_no_history_yet(office: Office) -> None:
    await office.meet(ANN)
    await office.hear("own the launch of Northwind Analytics by 2027-01-29: 200 demo requests", chat=CHANNEL)
    assert "Nothing has been signed yet." in shown(await card(office, "history"))
    assert "was never approved" in shown(await card(office, "diff"))


async def test_people_whom_nobody_knows_any_more_are_told_by_their_ids(office: Office) -> None:
    await office.own()

    def forget(tx: Session) -> None:
        row = tx.get_one(RevisionRow, f"{SLUG}:1")
        row.proposer = row.signed_by = BOB
        tx.add(row)

    await office.database.write(forget)
    made = runs(await card(office, "history"))
    assert f"· {BOB} ·" in made


def test_every_kind_of_change_has_a_heading_and_every_origin_a_word() -> None:
    assert {kind for _, kinds in _GROUPS for kind in kinds} == set(get_args(Kind))
    assert set(_ORIGINS) == set(get_args(Origin))
