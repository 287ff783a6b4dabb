"""When a plan will be done, as odds, and what they rest on. Bars are made of characters: no client lacks those."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Final

from microsoft_teams.cards import Action, AdaptiveCard, CardElement, RichTextBlock

from bot.cards import dates
from bot.cards.parts import Room, card, fold, heading, label, line, listing, points, quiet, say, section, strong, title

_WORDS: Final = {0.5: "Even odds", 0.8: "Safe to promise", 0.95: "Nearly certain"}
_BAR: Final = 10
_NAMED: Final = 4


@dataclass(frozen=True)
class DriverLine:
    id: str
    title: str
    share: float
    """Of the runs in which it decides."""
    said: str
    """What its odds rest on."""


@dataclass(frozen=True)
class NextLine:
    id: str
    title: str
    end: date
    chance: float
    """That it is done by its end."""


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
    guessed: bool
    """Whether it rests on guesses alone."""
    unplanned: tuple[str, ...]
    """Ids of what has no work on the plan yet: if there are any, no odds are given."""
    buffer: str
    next: tuple[NextLine, ...]
    """What is due in the next two weeks, what is due first in front."""
    grounds: tuple[str, ...]
    """What each open item's odds rest on."""
    runs: int


def render(found: Odds, room: Room) -> AdaptiveCard:
    if found.over:
        done = f"Everything on it is settled, since {dates.day(found.dates[0][1], found.today)} at the latest."
        return card(f"{found.title}: {done}", [heading("Forecast: done"), title(found.title), line(done)])
    body = _unsaid(found, room) if found.unplanned else _said(found)
    body += [section("Computed from"), line(found.basis)]
    if found.guessed:
        body.append(line("That is not enough to say more than the estimates do: take the dates as guesses, too."))
    buttons: list[Action] = [say("Record", "forecast record"), say("Status", f"status {found.slug}")]
    if found.grounds:
        part, button = fold("grounds", "Item by item", points(found.grounds, room))
        body.append(part)
        buttons.append(button)
    return card(spoken(found), body, buttons)


def _said(found: Odds) -> list[CardElement]:
    """Dates and odds, how to read them, and what they hang on."""
    deadline = label("Deadline", dates.due(found.deadline, found.today), f"· {bar(found.on_time)}")
    body: list[CardElement] = [
        heading(f"Forecast: {odds(found.on_time)} by the deadline"),
        title(found.title),
        deadline,
    ]
    for share, day in found.dates:
        body.append(label(f"{_WORDS[share]} (P{share * 100:.0f})", dates.due(day, found.today)))
    body.append(
        line(
            quiet(
                f"Of {found.runs:,} runs of this plan, each with its own luck, 8 in 10 were done by the P80 date: "
                "promise that one, and plan your own days by the P50."
            ),
            small=True,
        )
    )
    if found.drivers:
        body.append(section("What it hangs on"))
    for one in found.drivers:
        body.append(line(strong(one.id), one.title, f"· decides in {percent(one.share)} of the runs"))
        body.append(line(quiet(one.said), small=True))
    if found.buffer:
        body += [section("Buffer"), line(found.buffer)]
    return body


def _unsaid(found: Odds, room: Room) -> list[CardElement]:
    """Why nothing is said of the whole, and what can be said of what comes next."""

    def told(one: NextLine) -> RichTextBlock:
        by = f"by {dates.day(one.end, found.today)}"
        return line(strong(one.id), one.title, quiet(f"· {odds(one.chance)} {by} {bar(one.chance)}"))

    body: list[CardElement] = [heading("Forecast: not enough to say yet"), title(found.title), line(_lacking(found))]
    if found.next:
        body += [section("What comes next, with the chance that it is done in time"), *listing(found.next, told, room)]
    return body


def spoken(found: Odds) -> str:
    if found.unplanned:
        return f"{found.title}: not enough to say yet. {_lacking(found)}"
    (_, even), (_, safe), _ = found.dates
    return (
        f"{found.title}: {odds(found.on_time)} by the deadline; even odds for {dates.day(even, found.today)}, "
        f"safe to promise {dates.day(safe, found.today)}."
    )


def _lacking(found: Odds) -> str:
    """``For NA-11 and NA-13 no work is on the plan yet, so nobody can say when all of it will be done.``"""
    some, rest = found.unplanned[:_NAMED], len(found.unplanned) - _NAMED
    named = (
        f"{', '.join(some)} and {rest} more"
        if rest > 0
        else " and ".join(filter(None, (", ".join(some[:-1]), some[-1])))
    )
    return f"For {named} no work is on the plan yet, so nobody can say when all of it will be done."


def percent(share: float) -> str:
    """Never 0 or 100 % of what is not certain."""
    return "under 1 %" if 0 < share < 0.01 else "over 99 %" if 0.99 < share < 1 else f"{share:.0%}".replace("%", " %")


def odds(share: float) -> str:
    """Of what is still to come: thousands of runs without a miss do not make it certain."""
    return percent(min(max(share, 0.001), 0.999))


def bar(share: float) -> str:
    full = round(share * _BAR)
    return "█" * full + "░" * (_BAR - full)
