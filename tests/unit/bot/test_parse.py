"""What is typed, and the command it is."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.commands.catalogue import COMMANDS
from bot.commands.parse import Spoken, nearest, owns, parse

COMMAND_TABLE = [
    ("Hi!", Spoken("hello")),
    ("hello there", Spoken("hello")),
    ("Good morning, Steward", Spoken("hello")),
    ("HELP", Spoken("help")),
    ("help me, please", Spoken("help")),
    ("?", Spoken("help")),
    ("status", Spoken("status")),
    ("  STATUS?? ", Spoken("status")),
    ("Steward, status please", Spoken("status")),
    ("What's the status of Northwind?", Spoken("status", plan="northwind")),
    ("status northwind-analytics", Spoken("status", plan="northwind-analytics")),
    ("how are we doing?", Spoken("status")),
    ("This week?", Spoken("week")),
    ("what is due this week", Spoken("week")),
    ("this week northwind", Spoken("week", plan="northwind")),
    ("next week", Spoken("ahead")),
    ("What's coming up next week?", Spoken("ahead")),
    ("next week northwind", Spoken("ahead", plan="northwind")),
    ("slip NA-12", Spoken("slip", item="NA-12")),
    ("mend item na-12, please", Spoken("slip", item="NA-12")),
    ("slip", Spoken("slip")),
    ("why NA-12", Spoken("why", item="NA-12")),
    ("Why is na-12 late?", Spoken("why", item="NA-12")),
    ("why?", Spoken("why")),
    ("forecast", Spoken("forecast")),
    ("What's the forecast for Northwind?", Spoken("forecast", plan="northwind")),
    ("Will we make it?", Spoken("forecast")),
    ("when will it be done?", Spoken("forecast")),
    ("forecast record", Spoken("record")),
    ("forecast record of northwind", Spoken("record", plan="northwind")),
    ("How good are your forecasts?", Spoken("record")),
    ("agents", Spoken("agents")),
    ("show me the agents", Spoken("agents")),
    ("undo", Spoken("undo")),
    ("undo the last change", Spoken("undo")),
    ("undo northwind 3", Spoken("undo", plan="northwind", number=3)),
    ("undo 12", Spoken("undo", number=12)),
    ("history", Spoken("history")),
    ("History of Northwind Analytics?", Spoken("history", plan="northwind analytics")),
    ("what changed", Spoken("history")),
    ("show me the changes, please", Spoken("history")),
    ("diff", Spoken("diff")),
    ("diff 12", Spoken("diff", number=12)),
    ("diff 12 15", Spoken("diff", number=12, other=15)),
    ("Diff northwind 12 15", Spoken("diff", plan="northwind", number=12, other=15)),
    ("diff northwind", Spoken("diff", plan="northwind")),
    ("diff version 12 to 15", Spoken("diff", number=12, other=15)),
    ("compare versions 12 and 15", Spoken("diff", number=12, other=15)),
    ("what changed in version 3?", Spoken("diff", number=3)),
    ("stop", Spoken("stop")),
    ("stop everything!", Spoken("stop", everything=True)),
    ("Stop Northwind Analytics.", Spoken("stop", plan="northwind analytics")),
    ("resume", Spoken("resume")),
    ("resume everything", Spoken("resume", everything=True)),
    ("continue with northwind", Spoken("resume", plan="northwind")),
    ("done NA-3", Spoken("done", item="NA-3")),
    ("I've finished na-3", Spoken("done", item="NA-3")),
    ("NA-3 is done", Spoken("done", item="NA-3")),
    ("done", Spoken("done")),
    ("constraints", Spoken("constraints")),
    ("What have we agreed?", Spoken("constraints")),
    ("constraints of Northwind", Spoken("constraints", plan="northwind")),
    ("agree no more than two mails a week", Spoken("agree", text="no more than two mails a week")),
    ("Agreed: never say “Game-Changing”", Spoken("agree", text="never say “Game-Changing”")),
    ("we agreed that NA-12 is done by 3 Dec", Spoken("agree", text="NA-12 is done by 3 Dec")),
    ("please agree on a budget of at most 15,000 EUR", Spoken("agree", text="a budget of at most 15,000 EUR")),
    ("embargo until 25 January", Spoken("agree", text="embargo until 25 January")),
    ("agree", Spoken("agree")),
    ("agreements", Spoken("constraints")),
    ("lift K2", Spoken("lift", key="K2")),
    ("lift the constraint k2", Spoken("lift", key="K2")),
    ("lift", Spoken("lift")),
    ("load", Spoken("load")),
    ("who is overloaded?", Spoken("load")),
    ("workload northwind", Spoken("load", plan="northwind")),
    ("risks", Spoken("risks")),
    ("what could go wrong?", Spoken("risks")),
    ("risks northwind", Spoken("risks", plan="northwind")),
    ("risk add the venue falls through, 30 %", Spoken("risk", text="the venue falls through, 30 %")),
    ("Add a risk: rain, 20%", Spoken("risk", text="rain, 20%")),
    ("risk close R2", Spoken("risk", key="R2")),
    ("close risk r2", Spoken("risk", key="R2")),
    ("plans", Spoken("plans")),
    ("export", Spoken("export")),
    ("Export as CSV, please", Spoken("export", text="csv")),
    ("export planner northwind", Spoken("export", plan="northwind", text="planner")),
    ("export northwind", Spoken("export", plan="northwind")),
    ("import", Spoken("import")),
    ("Import into Northwind", Spoken("import", plan="northwind")),
    ("import\nid,title\nNA-1,  two  spaces", Spoken("import", text="id,title\nNA-1,  two  spaces")),
    ("import id;title\nNA-1;x\t", Spoken("import", text="id;title\nNA-1;x\t".strip())),
    (
        "please import into northwind:\n```csv\nid\ttitle\nNA-1\tx\n```",
        Spoken("import", plan="northwind", text="id\ttitle\nNA-1\tx"),
    ),
    ('import {"format": "steward/plan"}', Spoken("import", text='{"format": "steward/plan"}')),
    ("import our contacts, all of them", None),
    ("import duties are too high", None),
    ("playbooks", Spoken("playbooks")),
    ("Which playbooks do you know?", Spoken("playbooks")),
    ("playbook", Spoken("playbook")),
    ("playbook show product_launch", Spoken("playbook", plan="product_launch")),
    ("Show me the playbook SEO and GEO programme, please", Spoken("playbook", plan="seo and geo programme")),
    ("playbook abm", Spoken("playbook", plan="abm")),
    ("`status`", Spoken("status")),
    ("st\u200batus\u202e", Spoken("status")),
    ("what's for lunch", None),
    ("why is the sky blue", None),
    ("", None),
    ("the meeting by the river", None),
]


@pytest.mark.parametrize(("typed", "meant"), COMMAND_TABLE, ids=[typed for typed, _ in COMMAND_TABLE])
def test_commands_are_read_forgivingly_and_never_guessed(typed: str, meant: Spoken | None) -> None:
    assert parse(typed) == meant


@pytest.mark.parametrize(
    "typed",
    [
        "own the launch of Northwind Analytics by 2027-01-29: 200 demo requests, budget 20,000 EUR",
        "Own it",
        "own",
        "please own the launch of X by Friday",
        "launch our app before March",
        "we want to run a webinar in 6 weeks",
        "Help us organise the fair by 2027-03-01",
    ],
)
def test_a_goal_is_a_goal_with_all_its_words(typed: str) -> None:
    assert parse(typed) == Spoken("goal", text=typed)


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("drop the podcast", Spoken("change", text="drop the podcast")),
        ("Move NA-8 a week later!", Spoken("change", text="Move NA-8 a week later!")),
        ("northwind: drop the podcast", Spoken("change", plan="northwind", text="drop the podcast")),
        ("in trade-fair: drop NA-8", Spoken("change", plan="trade-fair", text="drop NA-8")),
        ("what if the webinar moves two weeks?", Spoken("whatif", text="what if the webinar moves two weeks?")),
        ("northwind: what if we drop it", Spoken("whatif", plan="northwind", text="what if we drop it")),
        ("move the podcast to 2026-12-18", Spoken("goal", text="move the podcast to 2026-12-18")),
        ("stop the webinar", Spoken("stop", plan="the webinar")),
    ],
)
def test_changes_and_what_ifs_are_told_from_commands_and_goals(typed: str, meant: Spoken) -> None:
    assert parse(typed) == meant


@pytest.mark.parametrize(
    ("typed", "certain"),
    [("own the launch by 2027-01-01", True), ("Hey Steward, own it", True), ("start the fair by 2027-01-01", False)],
)
def test_a_goal_that_says_own_can_be_nothing_else(typed: str, certain: bool) -> None:
    assert owns(typed) is certain


@pytest.mark.parametrize("command", COMMANDS, ids=lambda command: command.name)
def test_every_command_in_the_catalogue_works_as_it_is_listed(command: object) -> None:
    typed = command.typed.replace("<item>", "NA-1").replace("<plan>", "northwind").replace("<version>", "12")  # type: ignore[attr-defined]
    found = parse(typed)
    assert found is not None
    assert found.name == command.name  # type: ignore[attr-defined]


@given(st.text(max_size=400))
def test_anything_at_all_is_read_without_a_fault(typed: str) -> None:
    parse(typed)
    assert 1 <= len(nearest(typed)) <= 3


@pytest.mark.parametrize("typed", ["status " * 2000, "why " + "x" * 10_000, "own " + "a" * 10_000, "done " * 3000])
def test_long_texts_are_read_at_once(typed: str) -> None:
    parse(typed)
    nearest(typed)


@pytest.mark.parametrize(("typed", "first"), [("stauts", "status"), ("thsi week", "this week"), ("agnets", "agents")])
def test_a_slip_of_the_finger_is_offered_what_was_meant(typed: str, first: str) -> None:
    assert nearest(typed)[0] == first
