"""The playbooks there are, with one line each."""

from __future__ import annotations

from dataclasses import dataclass

from microsoft_teams.cards import AdaptiveCard, CardElement, RichTextBlock

from bot.cards.parts import Room, card, heading, line, listing, quiet, say, strong

_BUTTONS = 5
"""One fewer than a card may hold: the local client shows no sixth."""


@dataclass(frozen=True)
class PlaybookLine:
    name: str
    label: str
    about: str
    items: int
    lead_days: int


@dataclass(frozen=True)
class Playbooks:
    lines: tuple[PlaybookLine, ...]


def render(found: Playbooks, room: Room) -> AdaptiveCard:
    def told(one: PlaybookLine) -> RichTextBlock:
        return line(strong(one.label), one.about, quiet(f"· {one.items} items, {one.lead_days} working days or more"))

    body: list[CardElement] = [heading("Playbooks"), *listing(found.lines, told, room)]
    if len(found.lines) > _BUTTONS:
        body.append(line(quiet("“playbook show” and a name shows any of them."), small=True))
    buttons = [say(one.label, f"playbook show {one.name}") for one in found.lines[:_BUTTONS]]
    return card(f"{len(found.lines)} kinds of plan are made without a model", body, buttons)
