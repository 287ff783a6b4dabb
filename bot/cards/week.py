"""A week of a plan: who does what and when, what somebody has to decide, and, folded, what is left out and why."""

from __future__ import annotations

from datetime import date, timedelta
from itertools import groupby
from typing import Final

from microsoft_teams.cards import Action, AdaptiveCard, CardElement

from bot.cards import dates
from bot.cards.parts import Room, card, fold, heading, line, points, quiet, say, section, strong, title
from plans.ports.people import WeekLine, WeekNotice
from plans.words import ItemState

STATES: Final = {
    ItemState.PROPOSED: "proposed",
    ItemState.PLANNED: "planned",
    ItemState.READY: "ready to begin",
    ItemState.DELEGATED: "being worked on",
    ItemState.ASKING: "waits for an answer",
    ItemState.DONE: "done",
    ItemState.DROPPED: "dropped",
    ItemState.FAILED: "failed",
    ItemState.UNKNOWN: "outcome unclear",
}
"""An item's state in words."""


def render(notice: WeekNotice, room: Room) -> AdaptiveCard:
    body: list[CardElement] = [heading(_heading(notice)), title(notice.title), line(notice.summary)]
    body += _tasks(notice, room)
    if notice.decisions:
        body += [section("To be decided"), *points(notice.decisions, room)]
    if notice.ahead:
        body.append(line(quiet("As it looks now; nothing of it is fixed yet."), small=True, apart=True))
    actions: list[Action] = [say("Status", f"status {notice.plan}")]
    if not notice.ahead:
        actions.append(say("Next week", f"next week {notice.plan}"))
    if notice.left:
        folded, toggle = fold("left", "Left out, and why", [section("Left out"), *points(notice.left, room)])
        body.append(folded)
        actions.append(toggle)
    return card(f"{notice.title}, {_heading(notice).lower()}: {notice.summary}", body, actions)


def _heading(notice: WeekNotice) -> str:
    sunday = notice.monday + timedelta(days=6)
    return "Next week" if notice.ahead else "This week" if notice.today <= sunday else "That week"


def _tasks(notice: WeekNotice, room: Room) -> list[CardElement]:
    """By who does it, in the order of their first days; what there is no room for is counted."""
    lines = notice.lines[: room.items]
    first = {one.who: place for place, one in reversed(list(enumerate(lines)))}
    body: list[CardElement] = []
    for who, group in groupby(sorted(lines, key=lambda one: first[one.who]), key=lambda one: one.who):
        body.append(line(strong(who), apart=True))
        body += [line("•", strong(one.id), one.title, quiet(f"· {_when(one, notice.today)}")) for one in group]
    if len(notice.lines) > room.items:
        body.append(line(quiet(f"and {len(notice.lines) - room.items} more this week")))
    return body or [line("Nothing is due this week.")]


def _when(one: WeekLine, today: date) -> str:
    late = "carried over, " if one.late else ""
    return f"{dates.span(one.start, one.end, today)} · {late}{STATES[one.state]}"
