"""The card of a large plan: this week in full, the rest counted, and never larger than a message may be."""

from __future__ import annotations

import re

import pytest

from bot import cards
from bot.proposal_notice import proposal_notice
from plans.model.plan import Plan
from plans.model.revision import apply
from plans.planning.outline import assemble
from plans.planning.playbook_outline import outline
from plans.planning.playbooks import choose, shelf
from plans.ports.people import ProposalNotice
from plans.words import AskId, ItemKind
from tests.unit.bot.walk import inputs, runs, titles
from tests.unit.planning.house import AGENTS, FRIDAY, GOAL, desk_for

SHELF = shelf()
BY = "Planned by the playbook *product launch*: no Claude key is set. Chosen because the goal says “launch”."


def _plan(text: str, name: str) -> Plan:
    desk = desk_for(text)
    playbook = next(one for one in SHELF if one.name == name)
    return apply(*assemble(outline(playbook, desk), desk))


def _notice(plan: Plan) -> ProposalNotice:
    made = proposal_notice(AskId("a" * 24), plan, BY, AGENTS, FRIDAY, lambda person: "Ann Example")
    return made.model_copy(update={"hash": "h" * 64})


def test_what_begins_later_is_counted_by_month_and_by_stream() -> None:
    plan = _plan(GOAL, choose(GOAL, SHELF).playbook.name)
    notice = _notice(plan)
    tasks = len(list(plan.of_kind(ItemKind.TASK)))
    assert notice.later == f"{tasks - len(notice.week)} more tasks: 1 in Nov, 29 in Dec, 22 in Jan"
    counted = [int(re.match(r"(\d+) later tasks", stream.later)[1]) for stream in notice.streams]  # type: ignore[index]
    assert sum(counted) == tasks - len(notice.week)
    assert [line.who for line in notice.week] == ["researcher", "Ann Example", "Ann Example", "writer", "maildesk"]


def test_a_plan_whose_every_task_begins_this_week_counts_nothing() -> None:
    plan = _plan(GOAL, "product_launch")
    week = {line.id for line in _notice(plan).week}
    small = plan.model_copy(
        update={
            "items": {key: item for key, item in plan.items.items() if item.kind is not ItemKind.TASK or key in week}
        }
    )
    assert _notice(small).later == ""
    assert all(stream.later == "" for stream in _notice(small).streams)


@pytest.mark.parametrize("name", [playbook.name for playbook in SHELF])
@pytest.mark.parametrize(
    "text", [GOAL, f"own the launch of {'Northwind Analytics for Retail and Banks ' * 2} by 2027-03-12"]
)
def test_the_card_of_every_playbook_fits_with_this_week_whole(name: str, text: str) -> None:
    notice = _notice(_plan(text, name))
    activity = cards.render(notice)
    assert cards.size(activity) < cards.LIMIT
    card = cards.content(activity)
    assert titles(card) == ["Approve", "Edit", "Reject", "Details"]
    shown = runs(card)
    assert all(line.id in shown for line in notice.week)
    assert all(stream.id in shown for stream in notice.streams)
    assert "no Claude key is set" in shown
    assert notice.later in shown
    choices = next(field["choices"] for field in inputs(card) if field["id"] == "drop")
    assert [choice["value"] for choice in choices] == [line.id for line in notice.week]
