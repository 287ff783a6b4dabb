"""What a playbook plans: objectives, and who can do what it asks of agents; streams, roles and the rest are folded."""

from __future__ import annotations

from dataclasses import dataclass

from microsoft_teams.cards import AdaptiveCard, CardElement, RichTextBlock

from bot.cards.parts import Room, card, fold, heading, line, listing, points, quiet, say, section, strong, title


@dataclass(frozen=True)
class Need:
    """Something that agents are asked for. ``who``: the agent of this inventory that can; empty if none does."""

    can: str
    who: str


@dataclass(frozen=True)
class StreamShown:
    title: str
    moves: str
    tasks: int
    milestones: tuple[str, ...]
    returns: str


@dataclass(frozen=True)
class Shown:
    label: str
    about: str
    items: int
    tasks: int
    lead_days: int
    objectives: tuple[str, ...]
    capabilities: tuple[Need, ...]
    streams: tuple[StreamShown, ...]
    roles: tuple[str, ...]
    agreed: tuple[str, ...]
    risks: tuple[str, ...]
    assumptions: tuple[str, ...]
    questions: tuple[str, ...]


def render(found: Shown, room: Room) -> AdaptiveCard:
    size = f"{found.items} items, {found.tasks} of them tasks; it takes {found.lead_days} working days at least."
    body: list[CardElement] = [heading("Playbook"), title(found.label), line(found.about), line(quiet(size))]
    body += [section("Objectives"), *points(found.objectives, room)]
    if found.capabilities:
        body += [section("Asked of agents"), *listing(found.capabilities, _need, room)]
    streams, show_streams = fold("streams", "Streams", _streams(found, room))
    folded, show_rest = fold("rest", "People and terms", _rest(found, room))
    spoken = f"The playbook {found.label}: {size}"
    actions = [show_streams, show_rest, say("All playbooks", "playbooks")]
    return card(spoken, [*body, streams, folded], actions)


def _need(one: Need) -> RichTextBlock:
    return line(strong(one.can), f"· {one.who or 'no agent here can: a person does it'}")


def _streams(found: Shown, room: Room) -> list[CardElement]:
    told = [part for one in found.streams[: room.items] for part in _stream(one, room)]
    left = len(found.streams) - room.items
    return [*told, line(quiet(f"and {left} more"))] if left > 0 else told


def _stream(one: StreamShown, room: Room) -> list[CardElement]:
    tasks = f"{one.tasks} task{'s' * (one.tasks != 1)}"
    told: list[CardElement] = [line(strong(one.title), quiet(f"· {tasks} · moves {one.moves}"), apart=True)]
    told += [line(quiet(f"• {mark}"), small=True) for mark in one.milestones[: room.items]]
    return [*told, line(quiet(f"Brings: {one.returns}"), small=True)]


def _rest(found: Shown, room: Room) -> list[CardElement]:
    parts = (
        ("People", found.roles),
        ("Agreed with it", found.agreed),
        ("Risks", found.risks),
        ("Assumptions", found.assumptions),
        ("Open questions", found.questions),
    )
    told = [part for words, texts in parts if texts for part in (section(words), *points(texts, room))]
    return told or [line("There is nothing more to it.")]
