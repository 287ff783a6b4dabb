"""What else of a plan became late on a day, beside what has a card of its own: the worst first, each to be opened."""

from __future__ import annotations

from microsoft_teams.cards import Action, AdaptiveCard, CardElement, RichTextBlock

from bot.cards import dates
from bot.cards.parts import Room, card, fold, heading, line, quiet, say, strong, title
from plans.ports.people import LateLine, LateNotice

_OPENED = 4
"""Items with a button each: with the one for the status and the one for the rest, six are on the card."""
_SHOWN = 6
"""Lines that stand there unfolded."""


def render(notice: LateNotice, room: Room) -> AdaptiveCard:
    def told(one: LateLine) -> RichTextBlock:
        return line(
            strong(one.id), one.title, quiet(f"· {one.who}, by {dates.day(one.due, notice.today)} · {_moves(one)}")
        )

    number = len(notice.lines)
    body: list[CardElement] = [heading("Also late" if notice.alone else "Late"), title(notice.title)]
    body.append(line(_said(notice)))
    first = notice.lines[: min(_SHOWN, room.items)]
    body += [told(one) for one in first]
    actions: list[Action] = [say(f"Mend {one.id}", f"slip {one.id}") for one in notice.lines[:_OPENED]]
    actions.append(say("Status", f"status {notice.plan}"))
    if number > len(first):
        rest: list[CardElement] = [told(one) for one in notice.lines[len(first) : room.items]]
        if number > room.items:
            rest.append(line(quiet(f"and {number - room.items} more")))
        folded, toggle = fold("rest", f"{number - len(first)} more", rest)
        body.append(folded)
        actions.append(toggle)
    if number > _OPENED:
        body.append(line(quiet(f"“slip {notice.lines[-1].id}” opens one that has no button."), small=True))
    return card(f"{notice.title}: {_said(notice)}", body, actions)


def _said(notice: LateNotice) -> str:
    number = len(notice.lines)
    if not number:
        return "Each has a card of its own, or is settled."
    many = "1 item passed its date" if number == 1 else f"{number} items passed their dates"
    beside = f", beside the {notice.alone} with cards of their own" if notice.alone else ""
    return f"{many}{beside}."


def _moves(one: LateLine) -> str:
    return f"the plan finishes {dates.length(one.days)} later" if one.days else "the plan's finish stays"
