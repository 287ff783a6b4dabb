"""The inventory and the desk that the tests of planning start from."""

from __future__ import annotations

from datetime import date

from plans.model.calendar import Calendar
from plans.planning.goal import Goal, read
from plans.planning.outline import Desk
from plans.ports.work import Agent
from plans.words import AgentName, Money, PersonId, PlanSlug, Verb

FRIDAY = date(2026, 11, 20)
OWNER = PersonId("dana")
GOAL = "own the launch of Northwind Analytics by 2027-01-29: 200 demo requests in the first month, budget 20,000 EUR"
RESEARCHER = Agent(
    name=AgentName("researcher"), driver="mcp", capabilities=("research",), owner="dana", may=(Verb.READ,)
)
WRITER = Agent(
    name=AgentName("writer"),
    driver="a2a",
    capabilities=("write_copy",),
    owner="dana",
    may=(Verb.READ, Verb.DRAFT),
    price=Money(minor=250),
)
MAILDESK = Agent(
    name=AgentName("maildesk"), driver="browser", capabilities=("send_campaign",), owner="dana", may=(Verb.MESSAGE,)
)
AGENTS = (RESEARCHER, WRITER, MAILDESK)


def desk_for(goal: Goal | str = GOAL, today: date = FRIDAY, agents: tuple[Agent, ...] = AGENTS) -> Desk:
    found = read(goal, today) if isinstance(goal, str) else goal
    calendar = Calendar()
    return Desk(
        goal=found,
        slug=PlanSlug(found.slug),
        prefix=found.prefix,
        owner=OWNER,
        owner_name="Dana",
        zone="Europe/Berlin",
        begins=calendar.next_workday(today),
        calendar=calendar,
        agents=agents,
    )
