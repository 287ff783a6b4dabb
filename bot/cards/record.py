"""How true forecasts were: the Brier score, and how often things came true that were said to be so likely."""

from __future__ import annotations

from dataclasses import dataclass

from microsoft_teams.cards import AdaptiveCard, CardElement

from bot.cards.forecast import bar, percent
from bot.cards.parts import Room, card, heading, label, line, quiet, say, section, strong, title


@dataclass(frozen=True)
class Line:
    """Forecasts of about the same probability."""

    low: float
    high: float
    said: float
    """Their mean."""
    count: int
    came_true: int


@dataclass(frozen=True)
class Record:
    about: str
    """Whose forecasts: a plan's title, or ``3 plans``."""
    count: int
    """Forecasts of which the truth is known."""
    enough: int
    """How many of them it takes to say anything."""
    open: int
    brier: float
    reference: float
    """What always saying the base rate would have got."""
    lines: tuple[Line, ...]


def render(found: Record, room: Room) -> AdaptiveCard:
    body: list[CardElement]
    if found.count < found.enough:
        words = (
            f"Not yet measurable: of {found.count} forecasts the truth is known, and it takes {found.enough} to say "
            f"anything. {found.open} are still open."
        )
        body = [heading("Forecast record"), title(found.about), line(words)]
        return card(words, body, [say("Forecast", "forecast")])
    body = [
        heading("Forecast record"),
        title(found.about),
        label("Brier score", f"{found.brier:.2f}", quiet(f"· over {found.count} forecasts, {found.open} still open")),
        line(
            quiet(
                f"0 is perfect. Always saying how often such things come true would have got {found.reference:.2f}; "
                "a coin gets 0.25."
            ),
            small=True,
        ),
        section("What was said, and how often it came true"),
    ]
    for one in found.lines[: room.items]:
        share = one.came_true / one.count
        body.append(
            line(
                strong(f"{one.low * 100:.0f} to {one.high * 100:.0f} %"),
                f"{bar(share)} {percent(share)}",
                quiet(f"· {one.came_true} of {one.count}; said {percent(one.said)}"),
            )
        )
    return card(_spoken(found), body, [say("Forecast", "forecast")])


def _spoken(found: Record) -> str:
    verdict = "better" if found.brier < found.reference else "no better"
    return (
        f"Forecast record: Brier score {found.brier:.2f} over {found.count} forecasts, {verdict} than always "
        "saying how often such things come true."
    )
