"""The playbooks of the house: what they plan, for every deadline and every first day; and how one is chosen."""

from __future__ import annotations

from collections import Counter, defaultdict
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from infra.sandbox.maildesk.store import AUDIENCES
from plans.errors import UserError
from plans.model.agreed import AtMost, Embargo
from plans.model.calendar import Calendar
from plans.model.critic import review
from plans.model.plan import Item, Plan
from plans.model.revision import apply
from plans.model.schedule import schedule
from plans.planning.capabilities import VERB_OF
from plans.planning.goal import read
from plans.planning.outline import assemble
from plans.planning.playbook_outline import outline, room
from plans.planning.playbook_parts import Playbook
from plans.planning.playbooks import choose, feasible, named, shelf
from plans.ports.work import Agent
from plans.words import ItemKind, Money, Tier, Verb
from tests.unit.model.drawn import patient
from tests.unit.planning.house import AGENTS, FRIDAY, GOAL, MAILDESK, RESEARCHER, desk_for

SHELF = shelf()
NAMES = [playbook.name for playbook in SHELF]
GOALS = {
    "product_launch": "own the launch of Northwind",
    "abm_programme": "run an ABM programme for 40 retail accounts",
    "blog_chain": "write a blog series about pensions",
    "invoice_reconciliation": "reconcile the invoices of 2026",
    "lead_to_meeting": "turn our inbound leads into meetings",
    "seo_programme": "run SEO for the pricing pages",
    "support_tier_one": "set up tier-one support for Northwind",
}
LONGEST = 260
"""Working days, a year: the longest span that is tried."""
MONDAY = date(2026, 11, 16)
WEEK = Calendar()


def _book(name: str) -> Playbook:
    return next(playbook for playbook in SHELF if playbook.name == name)


def _planned(
    text: str, today: date = FRIDAY, playbook: Playbook | None = None, agents: tuple[Agent, ...] = AGENTS
) -> Plan:
    desk = desk_for(text, today, agents)
    frame, edits = assemble(outline(playbook or choose(text, SHELF).playbook, desk), desk)
    return apply(frame, edits)


def _spanning(playbook: Playbook, days: int, today: date, more: str = "", agents: tuple[Agent, ...] = AGENTS) -> Plan:
    """A plan of so many working days."""
    due = WEEK.add_workdays(WEEK.next_workday(today), days - 1)
    return _planned(f"do it by {due}{more}", today, playbook, agents)


def _overload(plan: Plan) -> dict[tuple[str, date], float]:
    """Effort by doer and day wherever it is more than there is of them."""
    spent: dict[tuple[str, date], float] = defaultdict(float)
    for item in plan.of_kind(ItemKind.TASK):
        for rank in range(WEEK.rank(item.start), WEEK.rank(item.end) + 1):
            spent[item.doer, WEEK.day(rank)] += item.effort
    there = {member.doer: member.share * member.at_once for member in plan.team}
    return {at: effort for at, effort in spent.items() if effort > there.get(at[0], 1.0) + 1e-9}  # type: ignore[call-overload]


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("figures", ["", ": 200 leads, 5% growth, 3 events, budget 20,000 EUR"])
@patient
@given(weekday=st.integers(0, 6), days=st.integers(0, LONGEST))
def test_any_feasible_deadline_gives_a_plan_that_passes_the_critic(
    name: str, figures: str, weekday: int, days: int
) -> None:
    playbook, today = _book(name), MONDAY + timedelta(days=weekday)
    plan = _spanning(playbook, max(days, playbook.lead_days), today, figures)
    assert review(plan) == []
    assert schedule(plan).finish == plan.deadline
    assert 2 <= len(list(plan.of_kind(ItemKind.OBJECTIVE))) <= 4
    assert 4 <= len(list(plan.of_kind(ItemKind.STREAM))) <= 6
    for item in plan.items.values():
        top = item
        while top.parent is not None:
            top = plan.items[top.parent]
        assert top.kind is ItemKind.OBJECTIVE


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("agents", [AGENTS, ()], ids=["with agents", "without"])
def test_nobody_is_given_more_than_there_is_of_them(name: str, agents: tuple[Agent, ...]) -> None:
    playbook = _book(name)
    for days in range(playbook.lead_days, LONGEST + 1, 3):
        assert _overload(_spanning(playbook, days, MONDAY + timedelta(days=days % 7), "", agents)) == {}


@pytest.mark.parametrize("name", NAMES)
def test_what_waits_begins_behind_what_it_waits_for_with_the_days_between(name: str) -> None:
    playbook = _book(name)
    for days in range(playbook.lead_days, LONGEST + 1, 7):
        plan = _spanning(playbook, days, MONDAY)
        for item in plan.items.values():
            assert all(plan.items[before].end < item.start for before in item.after)
            for link in item.links:
                before = plan.items[link.item]
                begun = link.kind == "start_start"
                assert WEEK.rank(item.start) >= WEEK.rank(before.start if begun else before.end) + link.lag + (
                    not begun
                )


@pytest.mark.parametrize("name", NAMES)
def test_what_is_agreed_about_mails_holds_in_every_plan(name: str) -> None:
    playbook = _book(name)
    for days in range(playbook.lead_days, LONGEST + 1, 3):
        plan = _spanning(playbook, days, MONDAY + timedelta(days=days % 7))
        for agreed in plan.constraints:
            if isinstance(agreed, AtMost) and agreed.per == "week":
                weeks = Counter(item.end.isocalendar()[:2] for item in plan.items.values() if item.verb is agreed.verb)
                assert max(weeks.values(), default=0) <= agreed.most


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("weekday", range(7))
def test_a_day_too_early_is_refused_with_the_earliest_there_is(name: str, weekday: int) -> None:
    today, kind, playbook = MONDAY + timedelta(days=weekday), GOALS[name], _book(name)
    desk = desk_for(f"{kind} by {today + timedelta(days=1)}", today)
    earliest = desk.day(playbook.lead_days - 1)
    with pytest.raises(UserError, match="too near") as caught:
        feasible(playbook, desk)
    assert f"by {earliest}" in caught.value.way_on
    feasible(playbook, desk_for(f"{kind} by {earliest}", today))
    with pytest.raises(UserError, match="too near"):
        feasible(playbook, desk_for(f"{kind} by {earliest - timedelta(days=1)}", today))


@pytest.mark.parametrize("name", NAMES)
def test_a_playbook_says_all_that_a_practitioner_asks(name: str) -> None:
    playbook = _book(name)
    plan = _spanning(playbook, 60, FRIDAY, ", budget 20,000 EUR")
    assert len(plan.items) == playbook.items >= 30
    for stream in plan.of_kind(ItemKind.STREAM):
        assert stream.flow is not None
        assert stream.flow.trigger
        assert stream.flow.feedback
        assert stream.flow.returns
        assert stream.metric in {metric.name for metric in plan.metrics}
        assert any(child.kind is ItemKind.MILESTONE for child in plan.children(stream.id))
        assert any(child.kind is ItemKind.TASK for child in plan.children(stream.id))
    tasks = list(plan.of_kind(ItemKind.TASK))
    assert all((task.low or 0) <= task.days <= (task.high or 0) for task in tasks)
    assert any(task.high and task.high > task.days for task in tasks)
    assert any(task.effort < 1 for task in tasks)
    seats = {member.doer for member in plan.team}
    assert {f"role:{task.role}" for task in tasks if task.role} == seats
    assert plan.risks
    assert all(risk.mitigation and set(risk.items) <= set(plan.items) for risk in plan.risks)
    assert len({item.title for item in plan.items.values()}) == len(plan.items)
    latest = max(WEEK.rank(task.end) for task in tasks)
    assert latest >= WEEK.rank(plan.deadline) - 5, "work goes on until the deadline is near"


def test_the_launch_of_the_readme_has_sixty_items_and_more_over_ten_weeks() -> None:
    plan = _planned(GOAL)
    tasks = list(plan.of_kind(ItemKind.TASK))
    assert len(plan.items) >= 60
    assert {task.start.isocalendar()[:2] for task in tasks} >= {
        *((2026, week) for week in (47, 48, 49, 50, 51, 52, 53)),
        *((2027, week) for week in (1, 2, 3, 4)),
    }
    assert not any("near" in assumed for assumed in plan.assumptions)


@pytest.mark.parametrize("name", ["product_launch", "abm_programme"])
def test_in_the_first_six_days_only_five_tasks_and_two_milestones_fall_due(name: str) -> None:
    playbook = _book(name)
    for days in (51, 60):
        plan = _spanning(playbook, days, FRIDAY)
        sixth = WEEK.add_workdays(FRIDAY, 5)
        due = [item for item in plan.items.values() if item.end <= sixth]
        assert Counter(item.kind for item in due) == {ItemKind.TASK: 5, ItemKind.MILESTONE: 2}


def test_a_deadline_that_is_near_is_told_where_it_presses() -> None:
    playbook = _book("product_launch")
    pressed = sum(room(part, playbook.lead_days) < part.when.days[1] for part in playbook.tasks)
    plan = _spanning(playbook, playbook.lead_days, FRIDAY)
    assert f"The deadline is near: {pressed} tasks must be done in fewer days than such work usually takes." in (
        plan.assumptions
    )


def test_the_first_week_of_a_launch_is_what_three_agents_and_the_owner_do() -> None:
    first = list(_planned(GOAL).of_kind(ItemKind.TASK))[:5]
    research, copy, mail, confirm, crew = first
    assert [one.agent for one in first] == ["researcher", "writer", "maildesk", None, None]
    assert [one.capability for one in first] == ["research", "write_copy", "send_campaign", "", ""]
    assert [one.verb for one in first] == [Verb.READ, Verb.DRAFT, Verb.MESSAGE, None, None]
    assert (copy.after, mail.after) == ((research.id,), (copy.id,))
    assert research.check.expects == {"words": 200, "sources": 3}
    assert copy.check.expects == {"words": 100}
    assert mail.check.expects == {"status": "sent", "recipients": 1}
    assert (mail.recipient, mail.budget) == ("launch-list", Money.of(1_000))
    assert [one.recipient for one in (research, copy, confirm, crew)] == [None] * 4
    assert confirm.title == "Confirm launch date and price with finance"
    assert (confirm.start, confirm.end) == (FRIDAY, date(2026, 11, 23))
    assert [one.doer for one in (confirm, crew)] == ["person:dana"] * 2
    assert all(one.instructions and one.check.text for one in first)
    assert all(one.tier is Tier.WEEKLY for one in first)


def test_a_launch_keeps_its_news_until_the_day() -> None:
    embargo = next(one for one in _planned(GOAL).constraints if isinstance(one, Embargo))
    assert (embargo.start, embargo.end) == (FRIDAY, date(2027, 1, 28))
    assert embargo.verbs == (Verb.PUBLISH,)
    assert embargo.by == "dana"
    assert "Northwind Analytics" in embargo.text


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


def test_what_no_agent_can_do_is_a_persons_and_one_open_question() -> None:
    drafts_only = MAILDESK.model_copy(update={"may": (Verb.DRAFT,)})
    plan = _planned(GOAL, agents=(RESEARCHER, drafts_only))
    first = list(plan.of_kind(ItemKind.TASK))[:5]
    assert [item.agent for item in first] == ["researcher", None, None, None, None]
    assert [item.doer for item in first[1:3]] == ["role:content editor", "role:marketing operations"]
    assert [question for question in plan.questions if "No agent" in question] == [
        "No agent of the inventory can write copy: is “Write the launch copy for Northwind Analytics” "
        "(and 3 more like it) really work for the content editor?",
        "No agent of the inventory can send a mail campaign: is “Mail the announcement of Northwind Analytics to the "
        "waiting list” (and 1 more like it) really work for the marketing operations?",
    ]


def test_the_cheapest_able_agent_is_chosen_and_ties_go_by_name() -> None:
    dear = RESEARCHER.model_copy(update={"name": "a", "price": Money.of(1)})
    twin = RESEARCHER.model_copy(update={"name": "quick"})
    assert next(_planned(GOAL, agents=(dear, RESEARCHER, twin)).of_kind(ItemKind.TASK)).agent == "quick"


def test_a_name_full_of_braces_and_marks_stays_data() -> None:
    plan = _planned("launch {deadline} {0.__class__} %s **X** by 2027-01-29")
    assert plan.title == "Launch of {deadline} {0.__class__} %s **X**"


PHRASINGS = {
    "product_launch": [
        "bring Tarragon to market",
        "we want to roll out the new billing",
        "prepare the go-live of the portal",
        "announce our product to the waiting list",
    ],
    "abm_programme": [
        "run an ABM programme for banks",
        "Account-Based marketing at named accounts",
        "win our twenty key accounts",
        "reach the buying committee of our target accounts",
    ],
    "seo_programme": [
        "improve our organic traffic by 30%",
        "get our rankings up in search engines",
        "own SEO and GEO for the pricing pages",
        "be cited by answer engines on payroll",
    ],
    "blog_chain": [
        "write a blog series about pensions",
        "publish twelve articles on data protection",
        "own the editorial calendar of the spring",
        "plan blog posts for the developers",
    ],
    "lead_to_meeting": [
        "turn our inbound leads into meetings",
        "book meetings from the webinar leads",
        "set up lead nurturing for trial users",
        "qualify and follow up every lead",
    ],
    "support_tier_one": [
        "set up tier-one support for Northwind",
        "build a first line for customer service",
        "start a helpdesk for the portal",
        "cut the tickets of the service desk by half",
    ],
    "invoice_reconciliation": [
        "reconcile the open invoices of 2026",
        "finish the reconciliation of accounts payable",
        "match bank statements with the ledger",
        "get month-end down to a day",
    ],
}


@pytest.mark.parametrize(
    ("text", "name"), [(text, name) for name, texts in PHRASINGS.items() for text in texts], ids=lambda found: found
)
def test_a_goal_finds_its_playbook_and_says_by_which_words(text: str, name: str) -> None:
    choice = choose(text, SHELF)
    assert choice.playbook.name == name
    assert choice.why.startswith("the goal says “")


@pytest.mark.parametrize(
    ("text", "name", "why"),
    [
        (GOAL, "product_launch", "the goal says “launch”"),
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
        ("a blog, and a helpdesk", "blog_chain", "*blog chain* and *tier-one support* alike"),
        ("relaunching accountsABM", "product_launch", "says nothing that points to another"),
    ],
)
def test_the_playbook_is_chosen_by_what_the_goal_says(text: str, name: str, why: str) -> None:
    choice = choose(text, SHELF)
    assert choice.playbook.name == name
    assert why in choice.why


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("product launch", ["product_launch"]),
        ("PRODUCT_LAUNCH", ["product_launch"]),
        ("abm", ["abm_programme"]),
        ("programme", ["abm_programme", "seo_programme"]),
        ("wedding", []),
    ],
)
def test_a_playbook_is_found_by_its_name_or_a_part_of_it(text: str, names: list[str]) -> None:
    assert [playbook.name for playbook in named(text, SHELF)] == names


def test_every_playbook_of_the_house_is_on_the_shelf_the_default_first() -> None:
    assert NAMES[0] == "product_launch"
    assert set(NAMES) == set(GOALS)
    assert {capability for agent in AGENTS for capability in agent.capabilities} == {
        capability for playbook in SHELF for capability in playbook.capabilities
    }
    assert read(GOAL, FRIDAY).subject in _planned(GOAL).title


def test_the_sandbox_can_send_to_every_playbooks_audience() -> None:
    assert {found.audience for found in SHELF if found.audience} <= set(AUDIENCES)


def test_what_reaches_somebody_waits_for_what_was_written() -> None:
    for playbook in SHELF:
        parts = {part.key: part for part in playbook.tasks}
        for part in playbook.tasks:
            if part.capability and VERB_OF[part.capability] is Verb.MESSAGE:
                before = [parts[key] for key in part.when.after if key in parts]
                assert any(one.capability and VERB_OF[one.capability] is Verb.DRAFT for one in before), part.key


def _names_of(items: list[Item]) -> set[str]:
    return {item.role or item.agent or "owner" for item in items}


def test_the_owners_own_work_is_a_small_part_of_every_plan() -> None:
    for name in NAMES:
        tasks = list(_spanning(_book(name), 60, FRIDAY).of_kind(ItemKind.TASK))
        own = [task for task in tasks if task.doer == "person:dana"]
        assert len(own) <= max(5, len(tasks) // 8)
        assert len(_names_of(tasks)) >= 6
