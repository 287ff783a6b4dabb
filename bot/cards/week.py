"""What is due this week, who does it, and how it stands."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from microsoft_teams.cards import AdaptiveCard, CardElement, RichTextBlock

from bot.cards import dates
from bot.cards.parts import Room, card, heading, line, listing, quiet, say, strong, title


@dataclass(frozen=True)
class WeekLine:
    id: str
    title: str
    who: str
    end: date
    state: str
    """In words: ``done``, ``running``, ``late`` …"""


@dataclass(frozen=True)
class Week:
    slug: str
    title: str
    today: date
    lines: tuple[WeekLine, ...]


def render(found: Week, room: Room) -> AdaptiveCard:
    def told(one: WeekLine) -> RichTextBlock:
        return line(
            strong(one.id), one.title, quiet(f"· {one.who}, by {dates.day(one.end, found.today)} · {one.state}")
        )

    body: list[CardElement] = [heading("This week"), title(found.title)]
    body += listing(found.lines, told, room, "more this week") or [line("Nothing is due this week.")]
    number = len(found.lines)
    words = "1 item is" if number == 1 else f"{number} items are" if number else "nothing is"
    return card(f"{found.title}: {words} due this week", body, [say("Status", f"status {found.slug}")])
