"""Who has how much to do, and when the plan can be finished with the people and agents that there are."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from microsoft_teams.cards import AdaptiveCard, CardElement, RichTextBlock

from bot.cards import dates
from bot.cards.parts import Room, card, heading, label, line, listing, quiet, say, section, strong, title

_FULL = 100


@dataclass(frozen=True)
class Somebody:
    """One doer's fullest weeks: their Mondays, each with percent of what there is of them."""

    name: str
    weeks: tuple[tuple[date, int], ...]


@dataclass(frozen=True)
class Loads:
    slug: str
    title: str
    today: date
    path: date
    """The finish, going by what waits for what."""
    levelled: date
    """The finish, going by everybody's time as well."""
    bound: date
    """Nothing sooner is possible."""
    holds: tuple[str, int] | None
    """Who holds the finish up, and for how many working days."""
    people: tuple[Somebody, ...]
    """The fullest first."""


def render(found: Loads, room: Room) -> AdaptiveCard:
    body: list[CardElement] = [
        heading("Who has how much to do"),
        title(found.title),
        label("By what waits for what", dates.due(found.path, found.today)),
        label("With everybody's time", _levelled(found)),
    ]
    if found.holds:
        name, days = found.holds
        body.append(line(strong(name), f"holds it up most: for {_days(days)} what decides the finish waits for them."))
    if found.bound < found.levelled:
        best = dates.day(found.bound, found.today)
        body.append(line(quiet(f"Before {best} nothing helps; in between I have looked for a second."), small=True))
    body.append(section("Fullest weeks"))
    body += listing(found.people, lambda one: _person(one, found.today), room)
    if not found.people:
        body.append(line("Nobody has anything left to do."))
    spoken = f"{found.title}: {_levelled(found)} with everybody's time"
    return card(spoken, body, [say("Forecast", f"forecast {found.slug}"), say("This week", f"this week {found.slug}")])


def _levelled(found: Loads) -> str:
    if found.levelled <= found.path:
        return f"{dates.day(found.levelled, found.today)}: nobody's time holds it up"
    return f"{dates.day(found.levelled, found.today)}, {dates.length((found.levelled - found.path).days)} later"


def _person(one: Somebody, today: date) -> RichTextBlock:
    weeks = ", ".join(
        f"{percent} % from {dates.day(monday, today)}" + (" (too much)" if percent > _FULL else "")
        for monday, percent in one.weeks
    )
    return line(strong(one.name), quiet(f"· {weeks}"))


def _days(number: int) -> str:
    return f"{number} working day{'s' * (number != 1)}"
