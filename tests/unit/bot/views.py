"""What commands answer with: with the words of a real launch, or with words of the test's choosing in every field."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import date, timedelta
from typing import Any, TypeVar

from microsoft_teams.cards import AdaptiveCard

from bot import cards
from bot.cards import agents, choice, help, refusal, status, week, welcome, whatif, why
from bot.cards.parts import Activity, Room, message
from bot.cards.trim import trimmed
from bot.commands.catalogue import COMMANDS, TALK

TODAY = date(2026, 11, 26)
T = TypeVar("T")
_COMMANDS = [*TALK, *((command.typed, command.what) for command in COMMANDS)]


def _fitted(render: Callable[[T, Room], AdaptiveCard], view: T) -> Activity:
    return cards.fitted(lambda room: render(trimmed(view, room), room))


def every(words: str, lines: int = 3) -> Iterator[tuple[str, Activity]]:
    yield "status", _fitted(status.render, _status(words, lines))
    yield "week", _fitted(week.render, _week(words, lines))
    yield "why", _fitted(why.render, _why(words, lines))
    yield "agents", _fitted(agents.render, _agents(words, lines))
    yield "whatif", _fitted(whatif.render, _what_if(words, lines, 1))
    yield "whatif-compared", _fitted(whatif.render, _what_if(words, lines, 4))
    yield (
        "choice",
        cards.fitted(lambda room: choice.render(words, [(words, "status northwind-analytics")] * lines, room)),
    )
    yield "refusal", message(refusal.render(words, words, ("status", "help")))
    yield "help", message(help.render(_COMMANDS, words))
    yield "welcome", message(welcome.render("channel", words))


def _status(words: str, lines: int) -> status.Status:
    return status.Status(
        slug="northwind-analytics",
        title=words,
        state="active",
        today=TODAY,
        deadline=date(2027, 1, 29),
        finish=date(2027, 2, 2),
        done=2,
        tasks=5,
        late=(words,) * lines,
        at_risk=(words,) * lines,
        waiting=(words,) * lines,
        running=(words,) * lines,
        money=words,
    )


def _week(words: str, lines: int) -> week.Week:
    line = week.WeekLine("NA-17", words, words, TODAY, words)
    return week.Week("northwind-analytics", words, TODAY, (line,) * lines)


def _why(words: str, lines: int) -> why.Why:
    reason = why.Reason(at="Thu 26 Nov, 09:00", said=words, evidence=(words,) * lines)
    return why.Why("northwind-analytics", "NA-17", words, words, words, (reason,) * lines)


def _what_if(words: str, lines: int, ways: int) -> whatif.WhatIf:
    way = whatif.Way(
        text="northwind-analytics: drop NA-8",
        said=(words,) * max(1, lines),
        finish=words,
        last_work=words,
        chance=words,
        cost=words,
        breaks=(words,) * lines,
        load=(words,) * lines,
        changes=(words,) * lines,
        metrics=(words,) * lines,
    )
    return whatif.WhatIf(words, (way,) * ways, (words,) * lines)


def _agents(words: str, lines: int) -> agents.Inventory:
    return agents.Inventory((agents.AgentLine(words, "MCP", words, words, words, words, words),) * lines)


def ordinary() -> dict[str, dict[str, Any]]:
    """What Ann sees when she asks."""
    item = "NA-20 Confirm launch date and price with finance · Ann Example, due"
    found = {
        "status": _fitted(
            status.render,
            status.Status(
                slug="northwind-analytics",
                title="Launch of Northwind Analytics",
                state="active",
                today=TODAY,
                deadline=date(2027, 1, 29),
                finish=date(2027, 1, 29),
                done=2,
                tasks=5,
                late=(f"{item} Mon 23 Nov, 3 days ago",),
                waiting=("NA-19: a yes from Ann Example",),
                running=("NA-18 Write the launch copy for Northwind Analytics · quill, due Wed 25 Nov, yesterday",),
                money="19,916 EUR of 20,000 EUR left",
            ),
        ),
        "week": _fitted(week.render, _this_week()),
        "why": _fitted(why.render, _why_done()),
        "agents": _fitted(
            agents.render,
            agents.Inventory(
                (
                    agents.AgentLine(
                        "scout", "MCP", "research", "read, draft", "Ann Example", "40 EUR a brief", "ready"
                    ),
                    agents.AgentLine(
                        "maildesk",
                        "web UI",
                        "send campaign",
                        "read, message",
                        "Ann Example",
                        "10 EUR a brief",
                        "does not answer",
                    ),
                )
            ),
        ),
        "whatif": _fitted(whatif.render, whatif.WhatIf("Launch of Northwind Analytics", _wondered()[:1])),
        "whatif-compared": _fitted(whatif.render, whatif.WhatIf("Launch of Northwind Analytics", _wondered())),
        "choice": cards.fitted(
            lambda room: choice.render(
                "Which plan?",
                [("Launch of Northwind Analytics", "status northwind-analytics"), ("Trade fair", "status trade-fair")],
                room,
            )
        ),
        "refusal": message(
            refusal.render(
                "Only Ann Example may stop Launch of Northwind Analytics.", "Ask Ann Example.", ("status", "help")
            )
        ),
        "help": message(help.render(_COMMANDS, "Hello Ann. Give me a goal with a date, or ask how things stand.")),
        "welcome": message(welcome.render("personal", "Ann Example")),
    }
    return {name: cards.content(activity) for name, activity in found.items()}


def _wondered() -> tuple[whatif.Way, ...]:
    """The webinar later, or without the podcast."""
    later = whatif.Way(
        text="northwind-analytics: move NA-12 2 weeks later",
        said=("NA-12 Hold the launch webinar: 2 weeks later.",),
        finish="Tue 2 Feb instead of Fri 29 Jan",
        last_work="Tue 2 Feb instead of Tue 19 Jan",
        chance="38% instead of 83%",
        cost="",
        breaks=(
            "The deadline of Fri 29 Jan is missed by 2 working days; it would move along to Tue 2 Feb.",
            "NA-14 Mail the recording ends after the embargo.",
        ),
        load=("Bob Builder: 140 % of the week of Mon 25 Jan instead of 60 %.",),
        changes=(
            "Deadline: Tue 2 Feb instead of Fri 29 Jan",
            "NA-12 Hold the launch webinar: Tue 2 Feb instead of Tue 19 Jan",
        ),
        metrics=("demo requests: NA-12 later",),
    )
    without = whatif.Way(
        text="northwind-analytics: drop NA-13",
        said=("NA-13 Record the podcast is dropped.",),
        finish="Fri 29 Jan, as before",
        last_work="",
        chance="91% instead of 83%",
        cost="at most 9,100 EUR instead of 10,000 EUR",
        breaks=(),
        load=(),
        changes=("NA-13 Record the podcast: dropped",),
        metrics=("demo requests: NA-13 dropped",),
    )
    return later, without


def _this_week() -> week.Week:
    lines = [
        ("NA-17", "Research the market for Northwind Analytics", "scout", 23, "done"),
        ("NA-20", "Confirm launch date and price with finance", "Ann Example", 23, "late, ready to begin"),
        ("NA-18", "Write the launch copy for Northwind Analytics", "quill", 25, "being worked on"),
        ("NA-19", "Mail the announcement to the waiting list", "maildesk", 26, "waits for an answer"),
    ]
    return week.Week(
        "northwind-analytics",
        "Launch of Northwind Analytics",
        TODAY - timedelta(days=2),
        tuple(week.WeekLine(id_, name, who, date(2026, 11, day), state) for id_, name, who, day, state in lines),
    )


def _why_done() -> why.Why:
    return why.Why(
        slug="northwind-analytics",
        item="NA-17",
        title="Research the market for Northwind Analytics",
        stands="It is done, by scout.",
        serves="NA-4 Positioning and price → NA-1 Reach 200 demo requests in the first month",
        reasons=(
            why.Reason(
                at="Fri 20 Nov, 15:19",
                said="scout is to look things up. Allowed: NA-17 is ready on the plan. It succeeded: read back "
                "from scout read_report: words 533, sources 5.",
                evidence=(
                    "Seen in scout read_report: sources 5, status done, words 533",
                    "“About 457 firms in five regions can be reached this year. The nearest group to win is heads of "
                    "revenue operations: they want one number they can defend in the board meeting.”",
                    "Rules: work-on-approved-plan",
                    "Cost: 40 EUR",
                ),
            ),
        ),
    )
