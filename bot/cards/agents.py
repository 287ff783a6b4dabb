"""The inventory: who can be given work, for what, and whether they can be reached."""

from __future__ import annotations

from dataclasses import dataclass

from microsoft_teams.cards import AdaptiveCard, CardElement, RichTextBlock

from bot.cards.parts import Room, card, heading, line, listing, quiet, strong


@dataclass(frozen=True)
class AgentLine:
    name: str
    reached: str
    """By which kind of door: ``MCP``, ``A2A``, ``web UI`` …"""
    can: str
    may: str
    owner: str
    price: str
    health: str
    """``ready``, or what is wrong."""


@dataclass(frozen=True)
class Inventory:
    lines: tuple[AgentLine, ...]


def render(found: Inventory, room: Room) -> AdaptiveCard:
    body: list[CardElement] = [heading("Agents")]
    body += listing(found.lines, _told, room)
    if not found.lines:
        body.append(line("There are none yet. Whoever runs Steward enters them in agents.yaml."))
    return card(f"{len(found.lines)} agents can be given work", body)


def _told(one: AgentLine) -> RichTextBlock:
    rest = f"· may {one.may or 'nothing'} · {one.price} · {one.health} · {one.owner} answers for it"
    return line(strong(one.name), f"({one.reached})", one.can, quiet(rest))
