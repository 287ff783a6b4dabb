"""How a plan stands: its finish, what is late or at risk, and what waits on whom."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from microsoft_teams.cards import AdaptiveCard, CardElement

from bot.cards import dates
from bot.cards.parts import Room, card, heading, label, points, say, section, title


@dataclass(frozen=True)
class Status:
    """A plan's standing in words, computed."""

    slug: str
    title: str
    state: str
    today: date
    deadline: date
    finish: date
    """When it will be finished as things stand."""
    done: int
    tasks: int
    late: tuple[str, ...] = ()
    at_risk: tuple[str, ...] = ()
    waiting: tuple[str, ...] = ()
    running: tuple[str, ...] = ()
    money: str = ""

    @property
    def in_time(self) -> bool:
        return self.finish <= self.deadline


def render(found: Status, room: Room) -> AdaptiveCard:
    body: list[CardElement] = [
        heading(f"Status: {verdict(found)}"),
        title(found.title),
        label("Finish", dates.due(found.finish, found.today), _against(found)),
        label("Done", f"{found.done} of {found.tasks} tasks"),
    ]
    if found.money:
        body.append(label("Money", found.money))
    for words, lines in (
        ("Late", found.late),
        ("At risk", found.at_risk),
        ("Waiting for a person", found.waiting),
        ("Being worked on", found.running),
    ):
        if lines:
            body += [section(words), *points(lines, room)]
    again = "resume" if found.state == "stopped" else "stop"
    buttons = [
        say("This week", f"this week {found.slug}"),
        say(again.capitalize(), f"{again} {found.slug}"),
    ]
    return card(spoken(found), body, buttons)


def verdict(found: Status) -> str:
    if found.state in ("stopped", "proposed", "rejected"):
        return {"proposed": "waiting for approval"}.get(found.state, found.state)
    if found.tasks and found.done == found.tasks:
        return "done"
    if not found.in_time:
        return "will be late"
    return "something is late" if found.late else "at risk" if found.at_risk else "on track"


def spoken(found: Status) -> str:
    late = f" Late: {len(found.late)}." if found.late else ""
    waits = f" Waiting for a person: {len(found.waiting)}." if found.waiting else ""
    finish = dates.due(found.finish, found.today)
    return f"{found.title}: {verdict(found)}, finish {finish}.{late}{waits}"


def _against(found: Status) -> str:
    if found.finish == found.deadline:
        return "· as planned"
    days = (found.finish - found.deadline).days
    side = "after" if days > 0 else "before"
    return f"· {dates.length(abs(days))} {side} {dates.day(found.deadline, found.today)}"
