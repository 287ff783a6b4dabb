"""When a plan will be done, as odds, and what they rest on. Bars are made of characters: no client lacks those."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Final

from microsoft_teams.cards import Action, AdaptiveCard, CardElement

from bot.cards import dates
from bot.cards.parts import Room, card, fold, heading, label, line, points, quiet, say, section, strong, title

_WORDS: Final = {0.5: "Even odds", 0.8: "Safe to promise", 0.95: "Nearly certain"}
_BAR: Final = 10


@dataclass(frozen=True)
class DriverLine:
    id: str
    title: str
    share: float
    """Of the runs in which it decides."""
    said: str
    """What its odds rest on."""


@dataclass(frozen=True)
class Odds:
    """A forecast in words. Shares are between 0 and 1."""

    slug: str
    title: str
    today: date
    deadline: date
    over: bool
    """Nothing is open any more."""
    on_time: float
    dates: tuple[tuple[float, date], ...]
    """The share of runs, and the day by which they are done."""
    drivers: tuple[DriverLine, ...]
    basis: str
    enough: bool
    """Whether it rests on more than guesses."""
    buffer: str
    grounds: tuple[str, ...]
    """What each open item's odds rest on."""
    runs: int


def render(found: Odds, room: Room) -> AdaptiveCard:
    if found.over:
        done = f"Everything on it is settled, since {dates.day(found.dates[0][1], found.today)} at the latest."
        return card(f"{found.title}: {done}", [heading("Forecast: done"), title(found.title), line(done)])
    body: list[CardElement] = [
        heading(f"Forecast: {percent(found.on_time)} by the deadline"),
        title(found.title),
        label("Deadline", dates.due(found.deadline, found.today), f"· {bar(found.on_time)}"),
    ]
    body += [
        label(f"{_WORDS[share]} (P{share:.0%})".replace("%", ""), dates.due(day, found.today))
        for share, day in found.dates
    ]
    body.append(line(quiet(_how_to_read(found)), small=True))
    if found.drivers:
        body.append(section("What it hangs on"))
        for one in found.drivers:
            body.append(line(strong(one.id), one.title, f"· decides in {percent(one.share)} of the runs"))
            body.append(line(quiet(one.said), small=True))
    if found.buffer:
        body += [section("Buffer"), line(found.buffer)]
    body += [section("Computed from"), line(found.basis)]
    if not found.enough:
        body.append(line("That is not enough to say more than the estimates do: take the dates as guesses, too."))
    buttons: list[Action] = [say("Record", "forecast record"), say("Status", f"status {found.slug}")]
    if found.grounds:
        part, button = fold("grounds", "Item by item", points(found.grounds, room))
        body.append(part)
        buttons.append(button)
    return card(spoken(found), body, buttons)


def spoken(found: Odds) -> str:
    (_, even), (_, safe), _ = found.dates
    return (
        f"{found.title}: {percent(found.on_time)} by the deadline; even odds for {dates.day(even, found.today)}, "
        f"safe to promise {dates.day(safe, found.today)}."
    )


def percent(share: float) -> str:
    """Never 0 or 100 % of what is not certain."""
    return "under 1 %" if 0 < share < 0.01 else "over 99 %" if 0.99 < share < 1 else f"{share:.0%}".replace("%", " %")


def bar(share: float) -> str:
    full = round(share * _BAR)
    return "█" * full + "░" * (_BAR - full)


def _how_to_read(found: Odds) -> str:
    return (
        f"Of {found.runs:,} runs of this plan, each with its own luck, 8 in 10 were done by the P80 date: promise that "
        "one, and plan your own days by the P50."
    )
