"""Something passed its date: what it moves, and the repairs with the effect of each."""

from __future__ import annotations

from datetime import date

from microsoft_teams.cards import Action, AdaptiveCard, CardElement

from bot.cards import dates
from bot.cards.parts import Room, button, card, fate_line, heading, label, line, points, quiet, section, strong, title
from plans.ports.people import SlipNotice

_REPAIRS = 5
"""With one button to spare below what a card may hold."""


def render(notice: SlipNotice, room: Room) -> AdaptiveCard:
    body: list[CardElement] = [
        heading("Was late" if notice.fate else "Late"),
        title(f"{notice.item} {notice.title}"),
        line(strong(notice.who), f"was to finish it by {_day(notice.due, notice)}."),
    ]
    if notice.fate:
        return card(f"{notice.item} was late: {notice.fate.word} by {notice.fate.by}", [fate_line(notice.fate), *body])
    body.append(line(strong("The plan"), _finish(notice)))
    if notice.moves:
        body += [section("It pushes back"), *points(notice.moves, room)]
    repairs = notice.repairs[: min(_REPAIRS, room.items)]
    body.append(section("What can be done"))
    body += [label(found.label, found.effect) for found in repairs]
    body.append(line(quiet(f"{notice.owner} decides."), small=True))
    bound = {"ask": notice.ask, "hash": notice.hash}
    actions: list[Action] = [
        button(found.label, found.verb, bound, "destructive" if found.verb == "drop" else "default")
        for found in repairs
    ]
    return card(f"{notice.item} {notice.title} is late. The plan {_finish(notice)}", body, actions)


def _day(when: date, notice: SlipNotice) -> str:
    """Told on the day after the item was due: what is far from that has its year."""
    return dates.day(when, notice.due)


def _finish(notice: SlipNotice) -> str:
    later = (notice.finish_now - notice.finish_before).days
    if later <= 0:
        return f"still finishes {_day(notice.finish_before, notice)}."
    before, now = _day(notice.finish_before, notice), _day(notice.finish_now, notice)
    return f"finishes {now} instead of {before}, {dates.length(later)} later."
