"""A change that somebody said: the diff and what it does to the finish, to be applied or left."""

from __future__ import annotations

from microsoft_teams.cards import Action, AdaptiveCard, CardElement

from bot.cards.parts import (
    Room,
    button,
    card,
    fate_line,
    fold,
    heading,
    label,
    line,
    points,
    quiet,
    section,
    title,
)
from plans.ports.people import SaidNotice


def render(notice: SaidNotice, room: Room) -> AdaptiveCard:
    head: list[CardElement] = [
        heading("Change of the plan" if notice.fate else "Change the plan?"),
        title(notice.title),
        label(notice.by, f"“{notice.said}”"),
    ]
    if notice.fate:
        folded, toggle = fold("change", "The change", _change(notice, room))
        spoken = f"Change of {notice.title}: {notice.fate.word} by {notice.fate.by}"
        return card(spoken, [fate_line(notice.fate), *head, folded], [toggle])
    bound = {"ask": notice.ask, "hash": notice.hash}
    actions: list[Action] = [
        button("Apply", "approve", bound, "positive"),
        button("Not now", "reject", bound),
    ]
    body = [*head, *_change(notice, room), line(quiet(f"{notice.approver} decides."), small=True)]
    spoken = f"{notice.by} would change {notice.title}: {notice.said}. {notice.approver} can apply it."
    return card(spoken, body, actions)


def _change(notice: SaidNotice, room: Room) -> list[CardElement]:
    body: list[CardElement] = [*points(notice.understood, room)]
    if notice.changes:
        body += [section("What changes"), *points(notice.changes, room)]
    if notice.breaks:
        body += [section("What it breaks"), *points(notice.breaks, room)]
    body.append(label("Finish", notice.finish))
    for words, told in (("Last task", notice.last_work), ("Cost", notice.cost), ("In time", notice.chance)):
        if told:
            body.append(label(words, told))
    return body + [line(quiet(words), small=True) for words in notice.assumed[: room.items]]
