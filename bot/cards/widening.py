"""Something no longer fits the tiers above it: what would have to move, for its owner to say."""

from __future__ import annotations

from microsoft_teams.cards import Action, AdaptiveCard, CardElement

from bot.cards import dates
from bot.cards.parts import Room, button, card, fate_line, fold, heading, label, line, points, quiet, section, title
from plans.ports.people import WideningNotice


def render(notice: WideningNotice, room: Room) -> AdaptiveCard:
    head: list[CardElement] = [heading("Does not fit any more"), title(notice.title)]
    body: list[CardElement] = [*points(notice.outside, room), label("Finish", _finish(notice))]
    changes, toggle = fold("changes", "What would change", [section("Changes"), *points(notice.changes, room)])
    if notice.fate:
        spoken = f"{notice.title} does not fit: {notice.fate.word} by {notice.fate.by}"
        return card(spoken, [fate_line(notice.fate), *head, *body, changes], [toggle])
    body.append(line(quiet(f"Only {notice.owner} can move what is above the week."), small=True))
    bound = {"ask": notice.ask, "hash": notice.hash}
    actions: list[Action] = [
        button("Make room", "approve", bound, "positive", alone=True),
        button("Leave it", "reject", bound, "destructive", alone=True),
        toggle,
    ]
    number = len(notice.outside)
    what = "1 task does" if number == 1 else f"{number} tasks do"
    return card(f"{notice.title}: {what} not fit any more. {_finish(notice)}", [*head, *body, changes], actions)


def _finish(notice: WideningNotice) -> str:
    now = dates.due(notice.finish_now, notice.today)
    if notice.finish_now == notice.finish_before:
        return f"{now}, as before"
    return f"{now}, instead of {dates.day(notice.finish_before, notice.today)}"
