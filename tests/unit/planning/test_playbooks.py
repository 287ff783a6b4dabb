from __future__ import annotations

from datetime import date, timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from infra.sandbox.maildesk.store import AUDIENCES
from plans.errors import SetupError, UserError
from plans.model.critic import review
from plans.model.plan import Plan
from plans.model.revision import apply
from plans.model.schedule import schedule
from plans.planning.goal import read
from plans.planning.outline import assemble
from plans.planning.playbook_file import load
from plans.planning.playbook_outline import outline
from plans.planning.playbooks import FOLDER, choose, feasible, shelf
from plans.words import ItemKind, Money, Tier, Verb
from tests.unit.model.drawn import patient
from tests.unit.planning.house import AGENTS, FRIDAY, GOAL, MAILDESK, RESEARCHER, desk_for

KINDS = {
    "product_launch": "own the launch of Northwind",
    "abm_programme": "run an ABM programme for 40 retail accounts",
}


def _planned(text: str, today: date = FRIDAY) -> Plan:
    desk = desk_for(text, today)
    frame, edits = assemble(outline(choose(text).playbook, desk), desk)
    return apply(frame, edits)


@pytest.mark.parametrize("kind", KINDS.values())
@pytest.mark.parametrize("figures", ["", ": 200 leads, 5% growth, 3 events, budget 20,000 EUR"])
@patient
@given(weekday=st.integers(0, 6), ahead=st.integers(0, 340))
def test_any_feasible_deadline_gives_a_plan_that_passes_the_critic(
    kind: str, figures: str, weekday: int, ahead: int
) -> None:
    today = date(2026, 11, 16) + timedelta(days=weekday)
    lead = choose(kind).playbook.lead_days
    earliest = desk_for(f"{kind} by {today + timedelta(days=60)}", today).day(lead - 1)
    deadline = earliest + timedelta(days=ahead)
    desk = desk_for(f"{kind} by {deadline}{figures}", today)
    feasible(choose(kind).playbook, desk)
    plan = _planned(f"{kind} by {deadline}{figures}", today)
    assert review(plan) == []
    assert schedule(plan).finish == desk.last
    assert 2 <= len(list(plan.of_kind(ItemKind.OBJECTIVE))) <= 4
    assert 4 <= len(list(plan.of_kind(ItemKind.STREAM))) <= 6
    for item in plan.items.values():
        top = item
        while top.parent is not None:
            top = plan.items[top.parent]
        assert top.kind is ItemKind.OBJECTIVE
        if item.tier is Tier.WEEKLY:
            assert item.end <= desk.day(4)


@pytest.mark.parametrize("kind", KINDS.values())
@pytest.mark.parametrize("weekday", range(7))
def test_a_day_too_early_is_refused_with_the_earliest_there_is(kind: str, weekday: int) -> None:
    today = date(2026, 11, 16) + timedelta(days=weekday)
    playbook = choose(kind).playbook
    desk = desk_for(f"{kind} by {today + timedelta(days=1)}", today)
    earliest = desk.day(playbook.lead_days - 1)
    with pytest.raises(UserError, match="too near") as caught:
        feasible(playbook, desk)
    assert f"by {earliest}" in caught.value.way_on
    feasible(playbook, desk_for(f"{kind} by {earliest}", today))
    with pytest.raises(UserError, match="too near"):
        feasible(playbook, desk_for(f"{kind} by {earliest - timedelta(days=1)}", today))


def test_the_first_week_of_a_launch_is_what_three_agents_and_the_owner_do() -> None:
    tasks = {item.title: item for item in _planned(GOAL).of_kind(ItemKind.TASK)}
    research, copy, mail, confirm, crew = tasks.values()
    assert [one.agent for one in tasks.values()] == ["researcher", "writer", "maildesk", None, None]
    assert [one.capability for one in tasks.values()] == ["research", "write_copy", "send_campaign", "", ""]
    assert [one.verb for one in tasks.values()] == [Verb.READ, Verb.DRAFT, Verb.MESSAGE, None, None]
    assert (copy.after, mail.after) == ((research.id,), (copy.id,))
    assert research.check.expects == {"words": 200, "sources": 3}
    assert copy.check.expects == {"words": 100}
    assert mail.check.expects == {"status": "sent", "recipients": 1}
    assert (mail.recipient, mail.budget) == ("launch-list", Money.of(1_000))
    assert [one.recipient for one in (research, copy, confirm, crew)] == [None] * 4
    assert confirm.title == "Confirm launch date and price with finance"
    assert (confirm.start, confirm.end) == (FRIDAY, date(2026, 11, 23))
    assert all(one.instructions and one.check.text for one in tasks.values())


def test_an_abm_programme_writes_to_its_own_audience_in_its_own_words() -> None:
    plan = _planned("run an ABM programme for 40 retail accounts by 2027-01-29: 12 meetings")
    mail = next(item for item in plan.items.values() if item.capability == "send_campaign")
    assert (mail.recipient, mail.budget) == ("abm-accounts", None)
    assert "letter" in mail.title
    assert plan.title == "ABM programme: 40 retail accounts"


def test_the_goals_own_figures_are_what_the_plan_is_measured_by() -> None:
    plan = _planned("launch X by 2027-01-29: 200 leads in the first month, 5% growth, 8% growth, 3 events")
    assert [(one.name, one.target, one.due) for one in plan.metrics[:2]] == [
        ("leads", 200, date(2027, 2, 28)),
        ("growth", 5, date(2027, 1, 29)),
    ]
    assert any("which of your other figures" in question for question in plan.questions)


def test_a_goal_without_figures_or_budget_asks_for_them() -> None:
    questions = " ".join(_planned("launch X by 2027-01-29").questions)
    assert "Which figure" in questions
    assert "What may it cost?" in questions


def test_what_no_agent_can_do_is_the_owners_and_an_open_question() -> None:
    drafts_only = MAILDESK.model_copy(update={"may": (Verb.DRAFT,)})
    desk = desk_for(agents=(RESEARCHER, drafts_only))
    frame, edits = assemble(outline(choose(GOAL).playbook, desk), desk)
    agents = [item.agent for item in apply(frame, edits).of_kind(ItemKind.TASK)]
    assert agents == ["researcher", None, None, None, None]
    asked = [question.partition(":")[0] for question in frame.questions if "really Dana's own?" in question]
    assert asked == [
        "No agent of the inventory can write copy",
        "No agent of the inventory can send a mail campaign",
    ]


def test_the_cheapest_able_agent_is_chosen_and_ties_go_by_name() -> None:
    dear = RESEARCHER.model_copy(update={"name": "a", "price": Money.of(1)})
    twin = RESEARCHER.model_copy(update={"name": "quick"})
    desk = desk_for(agents=(dear, RESEARCHER, twin))
    frame, edits = assemble(outline(choose(GOAL).playbook, desk), desk)
    assert next(apply(frame, edits).of_kind(ItemKind.TASK)).agent == "quick"


def test_a_name_full_of_braces_and_marks_stays_data() -> None:
    plan = _planned("launch {deadline} {0.__class__} %s **X** by 2027-01-29")
    assert plan.title == "Launch of {deadline} {0.__class__} %s **X**"


@pytest.mark.parametrize(
    ("text", "name", "why"),
    [
        (GOAL, "product_launch", "the goal says “launch”"),
        ("run an ABM programme for banks", "abm_programme", "the goal says “abm”"),
        (
            "Account-Based marketing at named accounts",
            "abm_programme",
            "the goal says “account-based”, “named accounts”",
        ),
        ("organise the summer fair", "product_launch", "says nothing that points to another"),
        (
            "launch to the accounts, each a buying committee",
            "product_launch",
            "*product launch* and *ABM programme* alike",
        ),
        ("relaunching accountsABM", "product_launch", "says nothing that points to another"),
    ],
)
def test_the_playbook_is_chosen_by_what_the_goal_says(text: str, name: str, why: str) -> None:
    choice = choose(text)
    assert choice.playbook.name == name
    assert why in choice.why


GOOD = (FOLDER / "product_launch.yaml").read_text(encoding="utf-8")


@pytest.mark.parametrize(
    ("old", "new", "where"),
    [
        ("label: product launch", "labbel: product launch", r":3: label: Field required"),
        ("label: product launch", "labbel: product launch", r":4: labbel: unknown key"),
        ("lead_days: 20", "lead_days: 20\nlead_days: 5", r":\d+: lead_days stands there twice"),
        ("lead_days: 20", "lead_days: soon", r":\d+: lead_days: Input should be a valid integer"),
        ("opens: {day: 0}", "opens: {day: 0, left: 5}", r"streams\.0\.opens: Value error, say either day or left"),
        ("{figure} follow", "{figures} follow", r":6: north_star: Value error, \{figures\} is none of"),
        ("{figure} follow", "{figure.__class__} follow", r"north_star: Value error, \{figure\.__class__\} is none of"),
        ("{figure} follow", "{figure!r} follow", r"north_star"),
        ("capability: research", "capability: hack", r"tasks\.0\.capability"),
        ("after: [copy]", "after: [nothing]", r"there is no milestone or task nothing"),
        ("  - key: copy", "  - key: mail", r"used for two parts: mail"),
        ("objective: prepared", "objective: fame", r"there is no objective fame"),
        ("keywords:", "keywords: [", r":\d+: "),
    ],
)
def test_a_playbook_that_is_wrong_is_refused_with_file_and_line(tmp_path: Path, old: str, new: str, where: str) -> None:
    assert old in GOOD
    path = tmp_path / "mine.yaml"
    path.write_text(GOOD.replace(old, new, 1), encoding="utf-8")
    with pytest.raises(SetupError, match=where) as caught:
        load(path)
    assert str(caught.value).startswith(f"{path}:")


@pytest.mark.parametrize("text", ["", "[]", "just words"])
def test_a_file_that_is_no_playbook_at_all_is_refused(tmp_path: Path, text: str) -> None:
    path = tmp_path / "mine.yaml"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(SetupError, match=r"mine\.yaml:1"):
        load(path)


def test_a_missing_file_is_told() -> None:
    with pytest.raises(SetupError, match=r"nowhere\.yaml"):
        load(Path("nowhere.yaml"))


def test_every_playbook_of_the_house_is_on_the_shelf_the_default_first() -> None:
    assert [playbook.name for playbook in shelf()] == ["product_launch", "abm_programme"]
    assert {agent.capabilities[0] for agent in AGENTS} == {
        part.capability for playbook in shelf() for part in playbook.tasks if part.capability
    }
    assert read(GOAL, FRIDAY).subject in _planned(GOAL).title


def test_the_sandbox_can_send_to_every_playbooks_audience() -> None:
    assert {found.audience for found in shelf()} <= set(AUDIENCES)
