"""What commands answer with: with the words of a real launch, or with words of the test's choosing in every field."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import date
from typing import Any, TypeVar

from microsoft_teams.cards import AdaptiveCard

from bot import cards
from bot.cards import (
    agents,
    choice,
    constraints,
    diff,
    export,
    forecast,
    help,
    history,
    load,
    playbook,
    playbooks,
    record,
    refusal,
    risks,
    status,
    welcome,
    whatif,
    why,
)
from bot.cards.parts import Activity, Room, message
from bot.cards.trim import trimmed
from bot.commands.catalogue import COMMANDS, TALK
from bot.commands.playbooks import laid_out, listed
from plans.planning.playbooks import shelf
from plans.ports.work import Agent
from plans.words import AgentName, Verb

TODAY = date(2026, 11, 26)
T = TypeVar("T")
_ABLE = (
    Agent(
        name=AgentName("scout"), driver="mcp", capabilities=("research",), owner="Ann Example", may=(Verb.READ,)
    ),
)  # fmt: skip
_COMMANDS = (
    [*TALK, *((command.typed, command.what) for command in COMMANDS if command.menu)],
    [(command.typed, command.what) for command in COMMANDS if not command.menu],
)


def _fitted(render: Callable[[T, Room], AdaptiveCard], view: T) -> Activity:
    return cards.fitted(lambda room: render(trimmed(view, room), room))


def every(words: str, lines: int = 3) -> Iterator[tuple[str, Activity]]:
    yield "status", _fitted(status.render, _status(words, lines))
    yield "why", _fitted(why.render, _why(words, lines))
    yield "constraints", _fitted(constraints.render, _constraints(words, lines))
    yield "load", _fitted(load.render, _load(words, lines))
    yield "risks", _fitted(risks.render, _risks(words, lines))
    yield "agents", _fitted(agents.render, _agents(words, lines))
    yield "history", _fitted(history.render, _history(words, lines))
    yield "diff", _fitted(diff.render, _diff(words, lines))
    yield "forecast", _fitted(forecast.render, _odds(words, lines))
    yield "forecast-early", _fitted(forecast.render, replace(_odds(words, lines), unplanned=("NA-11",) * lines))
    yield "record", _fitted(record.render, _record(words, 42))
    yield "playbooks", _fitted(playbooks.render, _playbooks(words, lines))
    yield "playbook", _fitted(playbook.render, _playbook(words, lines))
    yield "whatif", _fitted(whatif.render, _what_if(words, lines, 1))
    yield "whatif-compared", _fitted(whatif.render, _what_if(words, lines, 4))
    yield (
        "choice",
        cards.fitted(lambda room: choice.render(words, [(words, "status northwind-analytics")] * lines, room)),
    )
    table = "\r\n".join([words[:200]] * min(lines, 20))
    for form in ("csv", "json"):
        view = export.Export("northwind-analytics", words, form, "a table (CSV)", lines, table)
        yield f"export-{form}", message(export.render(view, whole=form == "csv"))
    yield "refusal", message(refusal.render(words, words, ("status", "help")))
    yield "help", message(help.render(*_COMMANDS, words))
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


def _why(words: str, lines: int) -> why.Why:
    reason = why.Reason(at="Thu 26 Nov, 09:00", said=words, evidence=(words,) * lines)
    return why.Why("northwind-analytics", "NA-22", words, words, words, (reason,) * lines)


def _history(words: str, lines: int) -> history.History:
    version = history.Version(4, words, words, words, words, 3, back=5)
    older = max(0, lines - history.SHOWN)
    return history.History("northwind-analytics", words, (version,) * (lines - older), (version,) * older)


def _diff(words: str, lines: int) -> diff.Diff:
    groups = (diff.Group("Dates", (words,) * lines),) * (3 if lines else 0)
    return diff.Diff("northwind-analytics", words, 3, 4, words, words, groups, last=True)


def _odds(words: str, lines: int) -> forecast.Odds:
    driver = forecast.DriverLine("NA-17", words, 0.84, words)
    return forecast.Odds(
        slug="northwind-analytics",
        title=words,
        today=TODAY,
        deadline=date(2027, 1, 29),
        over=False,
        on_time=0.62,
        dates=((0.5, date(2027, 1, 26)), (0.8, date(2027, 2, 3)), (0.95, date(2027, 2, 11))),
        drivers=(driver,) * min(lines, 2),
        basis=words,
        guessed=True,
        unplanned=(),
        buffer=words,
        next=(forecast.NextLine("NA-17", words, TODAY, 0.6),) * lines,
        grounds=(words,) * lines,
        runs=10_000,
    )


def _record(words: str, count: int) -> record.Record:
    lines = (record.Line(0.4, 0.6, 0.52, 9, 5), record.Line(0.8, 1.0, 0.88, count - 9, count - 13))
    return record.Record(about=words, count=count, enough=20, open=6, brier=0.13, reference=0.19, lines=lines)


def _constraints(words: str, lines: int) -> constraints.Agreements:
    one = constraints.Agreement("K1", words, words, words, TODAY, "C24", (words,) * lines)
    return constraints.Agreements("northwind-analytics", words, TODAY, (one,) * lines)


def _load(words: str, lines: int) -> load.Loads:
    return load.Loads(
        slug="northwind-analytics",
        title=words,
        today=TODAY,
        path=date(2027, 1, 29),
        levelled=date(2027, 2, 4),
        bound=date(2027, 2, 2),
        holds=(words, 4),
        people=(load.Somebody(words, ((date(2026, 11, 30), 140), (date(2026, 12, 7), 80))),) * lines,
    )


def _risks(words: str, lines: int) -> risks.Risks:
    one = risks.RiskLine("R1", words, words, words, words, words)
    return risks.Risks("northwind-analytics", words, (one,) * lines, (one,) * lines)


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


def _playbooks(words: str, lines: int) -> playbooks.Playbooks:
    return playbooks.Playbooks((playbooks.PlaybookLine("product_launch", words, words, 78, 20),) * lines)


def _playbook(words: str, lines: int) -> playbook.Shown:
    many = (words,) * lines
    return playbook.Shown(
        label=words,
        about=words,
        items=78,
        tasks=57,
        lead_days=20,
        objectives=many,
        capabilities=(playbook.Need(words, words), playbook.Need(words, "")) * lines,
        streams=(playbook.StreamShown(words, words, 9, many, words),) * lines,
        roles=many,
        agreed=many,
        risks=many,
        assumptions=many,
        questions=many,
    )


def ordinary() -> dict[str, dict[str, Any]]:
    """What Ann sees when she asks."""
    item = "NA-25 Confirm launch date and price with finance · Ann Example, due"
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
                waiting=("NA-24: a yes from Ann Example",),
                running=("NA-23 Write the launch copy for Northwind Analytics · quill, due Wed 25 Nov, yesterday",),
                money="19,916 EUR of 20,000 EUR left",
            ),
        ),
        "why": _fitted(why.render, _why_done()),
        "history": _fitted(history.render, _versions()),
        "diff": _fitted(diff.render, _changed()),
        "forecast": _fitted(forecast.render, _forecast()),
        "forecast-guessed": _fitted(
            forecast.render,
            replace(_forecast(), drivers=(), buffer="", grounds=(), basis="5 guesses", on_time=0.004),
        ),
        "forecast-early": _fitted(forecast.render, replace(_forecast(), unplanned=("NA-11", "NA-13"))),
        "forecast-done": _fitted(forecast.render, replace(_forecast(), over=True)),
        "record": _fitted(record.render, _record("Launch of Northwind Analytics", 42)),
        "record-early": _fitted(record.render, replace(_record("Launch of Northwind Analytics", 13), lines=())),
        "constraints": _fitted(constraints.render, _agreed()),
        "load": _fitted(load.render, _load("Launch of Northwind Analytics", 4)),
        "load-free": _fitted(
            load.render, replace(_load("Launch of Northwind Analytics", 0), levelled=date(2027, 1, 29), holds=None)
        ),
        "risks": _fitted(risks.render, _threats()),
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
        "playbooks": _fitted(playbooks.render, listed(shelf())),
        "playbook": _fitted(playbook.render, laid_out(shelf()[0], _ABLE)),
        "whatif": _fitted(whatif.render, whatif.WhatIf("Launch of Northwind Analytics", _wondered()[:1])),
        "whatif-compared": _fitted(whatif.render, whatif.WhatIf("Launch of Northwind Analytics", _wondered())),
        "choice": cards.fitted(
            lambda room: choice.render(
                "Which plan?",
                [("Launch of Northwind Analytics", "status northwind-analytics"), ("Trade fair", "status trade-fair")],
                room,
            )
        ),
        "export": message(export.render(_exported(), whole=True)),
        "export-large": message(export.render(_exported(), whole=False)),
        "refusal": message(
            refusal.render(
                "Only Ann Example may stop Launch of Northwind Analytics.", "Ask Ann Example.", ("status", "help")
            )
        ),
        "help": message(help.render(*_COMMANDS, "Hello Ann. Give me a goal with a date, or ask how things stand.")),
        "welcome": message(welcome.render("personal", "Ann Example")),
    }
    return {name: cards.content(activity) for name, activity in found.items()}


def _forecast() -> forecast.Odds:
    copy = "Write the launch copy for Northwind Analytics"
    return replace(
        _odds("Launch of Northwind Analytics", 0),
        drivers=(
            forecast.DriverLine("NA-18", copy, 0.84, "12 similar items by quill took 1.4 times the estimate"),
            forecast.DriverLine("NA-20", "Confirm launch date and price with finance", 0.31, "a guess around 3 days"),
        ),
        basis="12 similar items by quill, 3 guesses",
        guessed=False,
        buffer="40 % of 5 working days used, 55 % of the longest chain done: it lasts",
        next=(
            forecast.NextLine("NA-18", copy, date(2026, 11, 25), 0.47),
            forecast.NextLine("NA-20", "Confirm launch date and price with finance", date(2026, 11, 30), 0.91),
        ),
        grounds=(
            f"NA-18 {copy}: 12 similar items by quill took 1.4 times the estimate",
            "NA-20 Confirm launch date and price with finance: a guess around 3 days",
        ),
    )


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


def _agreed() -> constraints.Agreements:
    day = date(2026, 11, 20)
    mails = constraints.Agreement(
        "K1",
        "no more than one mail a week",
        "at most 1 item a week that messages people",
        "Ann Example",
        day,
        "C24",
        ("NA-19 is 1 of 2 items that message in the week of Mon 23 Nov; K1 agrees 1",),
    )
    quiet = constraints.Agreement(
        "K2",
        "nothing is published before 2027-01-25",
        "nothing that publishes or messages people from Fri 20 Nov to Sun 24 Jan",
        "Ann Example",
        day,
        "C23",
        (),
    )
    return constraints.Agreements("northwind-analytics", "Launch of Northwind Analytics", TODAY, (mails, quiet))


def _threats() -> risks.Risks:
    tight = risks.RiskLine(
        "",
        "The critical path has no slack: a day lost on NA-17 or NA-18 is a day lost at the end",
        "50 %: 3 working days",
        "NA-17, NA-18",
        "Give one of them more hands, or the plan more days.",
        "Ann Example",
    )
    finance = risks.RiskLine(
        "R1",
        "Finance says no to the price",
        "30 %: 5 working days, 2,000 EUR",
        "NA-20",
        "ask the board in the first week",
        "Ann Example",
    )
    return risks.Risks("northwind-analytics", "Launch of Northwind Analytics", (tight,), (finance,))


def _versions() -> history.History:
    made = [
        (12, "Takes back version 11: The fair is cancelled", "Thu 26 Nov, 14:05", "Ann Example", "an undo", 2, None),
        (11, "The fair is cancelled", "Thu 26 Nov, 13:50", "Ann Example", "by talking", 2, 12),
        (9, "scout: could not be reached", "Wed 25 Nov, 09:12", "Steward", "by a rule", 1, None),
        (8, "NA-20 was not done by Mon 23 Nov. Extend to Fri 27 Nov.", "Tue 24 Nov, 08:30", "Ann Example", "a repair",
         3, None),
        *((n, f"Reading in launch-{n}.csv", "Mon 23 Nov, 17:00", "proposed by Bob Builder, signed by Ann Example",
           "from a file", 14, None) for n in range(7, 1, -1)),
        (1, "Goal of Ann Example", "Fri 20 Nov, 09:02", "Ann Example", "the first plan", 15, None),
    ]  # fmt: skip
    versions = tuple(history.Version(*one) for one in made)
    return history.History(
        "northwind-analytics", "Launch of Northwind Analytics", versions[: history.SHOWN], versions[history.SHOWN :]
    )


def _changed() -> diff.Diff:
    return diff.Diff(
        slug="northwind-analytics",
        title="Launch of Northwind Analytics",
        since=7,
        until=8,
        reason="NA-20 was not done by Mon 23 Nov. Extend to Fri 27 Nov.",
        signed="Tue 24 Nov, 08:30 · Ann Example · a repair",
        groups=(
            diff.Group("The plan as a whole", ("Deadline: Tue 2 Feb instead of Fri 29 Jan",)),
            diff.Group(
                "Dates",
                (
                    "NA-20 Confirm launch date and price with finance: ends Fri 27 Nov instead of Mon 23 Nov",
                    "NA-19 Mail the announcement to the waiting list: Mon 30 Nov instead of Thu 26 Nov",
                ),
            ),
        ),
        last=True,
    )


def _exported() -> export.Export:
    table = (
        "id,title,owner,agent,start,end,days,waits_for,state\r\n"
        "NA-17,Research the market for Northwind Analytics,Ann Example,scout,2026-11-20,2026-11-23,2,,done\r\n"
        "NA-18,Write the launch copy for Northwind Analytics,Ann Example,quill,2026-11-24,2026-11-25,2,NA-17,ready\r\n"
    )
    return export.Export(
        "northwind-analytics", "Launch of Northwind Analytics", "csv", "a table (CSV)", 2, table
    )  # fmt: skip


def _why_done() -> why.Why:
    return why.Why(
        slug="northwind-analytics",
        item="NA-22",
        title="Research the market for Northwind Analytics",
        stands="It is done, by scout.",
        serves="NA-4 Positioning and price → NA-1 Reach 200 demo requests in the first month",
        reasons=(
            why.Reason(
                at="Fri 20 Nov, 15:19",
                said="scout is to look things up. Allowed: NA-22 is ready on the plan. It succeeded: read back "
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
