"""A plan's table there and back: unchanged it changes nothing, and what is changed is read however it was written."""

from __future__ import annotations

import csv
import io
from datetime import date

import pytest
from hypothesis import given, settings

from plans.model.edits import (
    AddItem,
    DropItem,
    Move,
    Reassign,
    Recheck,
    Redate,
    Reestimate,
    ReplaceItem,
    RestoreItem,
    Retitle,
    SetFlow,
    SetRole,
    SetWaits,
)
from plans.model.exchange import spreadsheet
from plans.model.plan import Flow, Item, Link, Plan
from plans.words import AgentName, Check, ItemId, ItemKind, ItemState, Money
from tests.unit.model.drawn import OWNER, launch, patient
from tests.unit.model.exchange.dressed import BOB, KNOWN, after, dressed, flying, read, typed, whole

NA1, NA4, NA5, NA6, NA7 = (ItemId(f"NA-{number}") for number in (1, 4, 5, 6, 7))


few = settings(patient, max_examples=30)


@given(dressed())
@few
def test_a_table_read_back_into_its_plan_changes_nothing(plan: Plan) -> None:
    assert read(plan, spreadsheet.text(plan, KNOWN)).edits == ()


@given(dressed())
@few
def test_a_table_holds_all_of_every_item(plan: Plan) -> None:
    named = {
        key: one.model_copy(
            update={"title": f"T{one.title}", "budget": one.budget if one.budget and one.budget.minor >= 0 else None}
        )
        for key, one in plan.items.items()
    }
    empty = plan.model_copy(update={"items": {}})
    made = after(empty, spreadsheet.text(plan.model_copy(update={"items": named}), KNOWN))
    assert {key: _shown(one) for key, one in made.items.items()} == {key: _shown(one) for key, one in named.items()}


def _shown(item: Item) -> Item:
    """Without what a table cannot tell apart: no recipient and an empty one, no flow and one that says nothing."""
    flow = item.flow if item.flow != Flow() else None
    return item.model_copy(
        update={"recipient": item.recipient or None, "flow": flow, "state": ItemState.PROPOSED}
    )  # fmt: skip


def test_whatever_separates_and_ends_its_lines_the_table_is_the_same() -> None:
    plan = launch()
    text = typed(plan, NA5, "title", "Write it well")
    records = list(csv.reader(io.StringIO(text)))
    for separator in (",", ";", "\t"):
        for end in ("\n", "\r\n"):
            for mark in ("", "\ufeff"):
                out = io.StringIO()
                csv.writer(out, delimiter=separator, lineterminator=end).writerows(records)
                found = read(plan, mark + out.getvalue())
                assert found.edits == (Retitle(item=NA5, title="Write it well"),)
    assert read(plan, "sep=;\r\nid;title\r\nNA-5;Better\r\n").edits == (Retitle(item=NA5, title="Better"),)


@pytest.mark.parametrize(
    ("column", "cell", "edit"),
    [
        ("title", "=SUM(A1)", Retitle(item=NA5, title="=SUM(A1)")),
        ("start", "2026-12-01", Redate(item=NA5, start=date(2026, 12, 1), end=date(2026, 12, 3))),
        ("end", "4.12.2026", Redate(item=NA5, start=date(2026, 12, 2), end=date(2026, 12, 4))),
        ("end", "12/31/2026", Redate(item=NA5, start=date(2026, 12, 2), end=date(2026, 12, 31))),
        ("end", "2026-12-04 00:00:00", Redate(item=NA5, start=date(2026, 12, 2), end=date(2026, 12, 4))),
        ("owner", "bob builder", Reassign(item=NA5, agent=AgentName("writer"), owner=BOB)),
        ("agent", "Researcher", Reassign(item=NA5, agent=AgentName("researcher"), owner=OWNER)),
        ("agent", "", Reassign(item=NA5, agent=None, owner=OWNER)),
        ("days", "3", Reestimate(item=NA5, days=3)),
        ("high", "4", Reestimate(item=NA5, days=2, high=4)),
        ("effort", "50 %", Reestimate(item=NA5, days=2, effort=0.5)),
        ("parent", "na-3", Move(item=NA5, parent=ItemId("NA-3"))),
        ("waits_for", "", SetWaits(item=NA5)),
        ("waits_for", "NA-4; NA-7", SetWaits(item=NA5, after=(NA4, NA7))),
        ("waits_for", "NA-4+2d", SetWaits(item=NA5, links=(Link(item=NA4, lag=2),))),
        ("waits_for", "na-4 ss + 1", SetWaits(item=NA5, links=(Link(item=NA4, kind="start_start", lag=1),))),
        ("check", "it sings", Recheck(item=NA5, check=Check(text="it sings"))),
        (
            "expects",
            "words>=200; tone=warm",
            Recheck(item=NA5, check=Check(text="it is there", expects={"words": 200, "tone": "warm"})),
        ),
        ("role", "designer", SetRole(item=NA5, role="designer")),
        ("trigger", "a lead", SetFlow(item=NA5, flow=Flow(trigger="a lead"))),
        ("state", "dropped", DropItem(item=NA5)),
    ],
    ids=lambda value: str(value) if isinstance(value, str) else "",
)
def test_each_cell_becomes_the_edit_that_tells_its_change(column: str, cell: str, edit: object) -> None:
    plan = launch()
    assert read(plan, typed(plan, NA5, column, cell)).edits == (edit,)


def test_what_no_edit_has_a_name_for_replaces_the_item() -> None:
    plan = launch()
    found = after(plan, typed(plan, NA6, "budget", "1,250.50"))
    assert found.items[NA6].budget == Money(minor=125_050)
    assert isinstance(read(plan, typed(plan, NA6, "instructions", "Be brief")).edits[0], ReplaceItem)


def test_an_item_that_was_dropped_can_be_taken_up_again() -> None:
    plan = flying(ItemState.DROPPED)
    found = read(plan, typed(plan, NA4, "state", "planned"))
    assert found.edits == (RestoreItem(item=NA4, state=ItemState.PLANNED),)


def test_a_row_without_an_id_is_a_new_item_under_the_next_number() -> None:
    plan = launch()
    found = read(
        plan, "id,kind,title,parent,start,end\n,task,Call them,NA-2,2026-12-01,2026-12-03\n,,And again,,,2026-12-04"
    )
    first, second = (edit.item for edit in found.edits if isinstance(edit, AddItem))
    assert (first.id, first.days, first.owner, first.state) == ("NA-9", 3, OWNER, ItemState.PROPOSED)
    assert (second.id, second.kind, second.start) == ("NA-10", ItemKind.TASK, date(2026, 12, 4))


def test_what_is_not_in_the_table_stays_and_is_told() -> None:
    plan = launch()
    found = read(plan, "id,title\nNA-5,Task 5")
    assert found.edits == ()
    assert found.notes == (
        "Not in the file: NA-1, NA-2, NA-3, NA-4, NA-6, NA-7 and 1 more. They stay as they are; the state "
        "`dropped` gives an item up.",
    )


def test_what_is_being_worked_on_keeps_what_its_agent_was_told() -> None:
    plan = flying()
    for column, cell in (("agent", "writer"), ("check", "more"), ("instructions", "anew"), ("state", "dropped")):
        found = read(plan, typed(plan, NA4, column, cell))
        assert found.edits == ()
        assert len(found.notes) == 1
    found = read(plan, typed(plan, NA4, "end", "2026-12-02"))
    assert isinstance(found.edits[0], Redate), "more time harms nobody"
    assert read(plan, typed(plan, NA4, "agent", "writer")).notes == (
        "NA-4 is being worked on (delegated), so these of it stay as they are: agent.",
    )


def test_what_is_done_is_history() -> None:
    plan = flying(ItemState.DONE)
    assert read(plan, typed(plan, NA4, "end", "2026-12-02")).edits == ()
    assert read(plan, typed(plan, NA4, "state", "planned")).edits == ()
    assert read(plan, typed(plan, NA4, "title", "Named better")).edits == (Retitle(item=NA4, title="Named better"),)


def test_no_state_is_believed_but_dropped() -> None:
    plan = launch()
    found = read(plan, typed(plan, NA4, "state", "done"))
    assert found.edits == ()
    assert found.notes == (
        "The state that the file gives to NA-4 was not taken over: work brings it about, or `done`.",
    )


def test_people_of_the_same_name_are_written_by_their_ids() -> None:
    twins = type(KNOWN)({OWNER: "Dana Doe", BOB: "dana doe"}, KNOWN.agents, 9)
    plan = launch()
    text = spreadsheet.text(plan, twins)
    assert "Dana" not in text
    assert read(plan, text, twins).edits == ()


def test_the_table_for_a_chat_leaves_out_columns_in_which_nothing_stands_and_comes_back_in_any_shape() -> None:
    plan = whole()
    text = spreadsheet.text(plan, KNOWN, empty=False)
    assert "instructions" not in text.splitlines()[0]
    assert "waits_for" in text.splitlines()[0]
    assert read(plan, text, pasted=True).edits == ()
    mangled = text.replace("\r\n", "\n").replace("Task 5", "Task  5").replace(",,,,,\n", "\n")
    assert read(plan, mangled, pasted=True).edits == ()
    assert len(read(plan, mangled.replace("Task  5", "Task 55"), pasted=True).edits) == 1
