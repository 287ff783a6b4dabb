"""The inventory: who can be given work, for what, and whether they can be reached."""

from __future__ import annotations

from dataclasses import dataclass

from microsoft_teams.cards import AdaptiveCard, CardElement

from bot.cards.parts import Room, card, heading, line, quiet, strong


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
    for one in found.lines[: room.items]:
        body += _told(one)
    if len(found.lines) > room.items:
        body.append(line(quiet(f"and {len(found.lines) - room.items} more")))
    if not found.lines:
        body.append(line("There are none yet. Whoever runs Steward enters them in agents.yaml."))
    return card(f"{len(found.lines)} agents can be given work", body)


def _told(one: AgentLine) -> list[CardElement]:
    rest = f"{one.reached} · may {one.may or 'nothing'} · {one.price} · {one.owner} answers for it"
    return [line(strong(one.name), f"· {one.can} · {one.health}", apart=True), line(quiet(rest), small=True)]
