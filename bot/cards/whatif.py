"""What a change would do, and several side by side; each can be said from here. Nothing of it is stored."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

from microsoft_teams.cards import Action, AdaptiveCard, CardElement

from bot.cards.parts import Room, card, fold, heading, label, line, points, quiet, say, section, strong, title
from bot.cards.trim import trimmed

_LETTERS = "ABCD"
_NOTHING = "Nothing."


@dataclass(frozen=True)
class Way:
    """One way in which the plan could change."""

    text: str
    """What is typed to have it; empty where it is too long for that."""
    said: tuple[str, ...]
    finish: str
    last_work: str
    chance: str
    cost: str
    breaks: tuple[str, ...]
    load: tuple[str, ...]
    changes: tuple[str, ...]
    metrics: tuple[str, ...]


@dataclass(frozen=True)
class WhatIf:
    title: str
    ways: tuple[Way, ...]
    assumed: tuple[str, ...] = ()


def render(found: WhatIf, room: Room) -> AdaptiveCard:
    # All of them are shown in every room, so each is cut to it.
    found = replace(found, ways=tuple(trimmed(way, room) for way in found.ways))
    body: list[CardElement] = [heading("What if"), title(found.title)]
    one = found.ways[0]
    if len(found.ways) == 1:
        body += _one(one, room)
    else:
        body += _compared(found.ways, room)
    body += [line(quiet(words), small=True) for words in found.assumed[: room.items]]
    folded, toggle = fold("moves", "What moves", _moves(found.ways, room))
    actions: list[Action] = [
        say("Do it" if len(found.ways) == 1 else f"Do {letter}", way.text)
        for letter, way in zip(_LETTERS, found.ways, strict=False)
        if way.text
    ]
    spoken = f"What if: {' Or: '.join(f'{_words(way, room)} Finish {way.finish}.' for way in found.ways)}"
    return card(spoken, [*body, folded], [*actions, toggle])


def _words(way: Way, room: Room) -> str:
    return _joined(way.said, room)


def _joined(sentences: Sequence[str], room: Room) -> str:
    left = len(sentences) - room.items
    return " ".join(sentences[: room.items]) + (f" And {left} more." if left > 0 else "")


def _one(way: Way, room: Room) -> list[CardElement]:
    body: list[CardElement] = [*points(way.said, room), label("Finish", way.finish)]
    for words, told in (("Last task", way.last_work), ("In time", way.chance), ("Cost", way.cost or "as before")):
        if told:
            body.append(label(words, told))
    if way.breaks:
        body += [section("It breaks"), *points(way.breaks, room)]
    if way.load:
        body += [section("Too full"), *points(way.load, room)]
    return body


def _compared(ways: Sequence[Way], room: Room) -> list[CardElement]:
    """A row for each thing that is compared, a line in it for each way."""
    rows: tuple[tuple[str, Callable[[Way], str]], ...] = (
        ("Finish", lambda way: way.finish),
        ("Last task", lambda way: way.last_work or "as before"),
        ("In time", lambda way: way.chance),
        ("Cost", lambda way: way.cost or "as before"),
        ("It breaks", lambda way: _joined((*way.breaks, *way.load), room) or _NOTHING),
    )
    body: list[CardElement] = _lettered(ways, lambda way: _words(way, room))
    for words, told in rows:
        if any(told(way) for way in ways):
            body += [section(words), *_lettered(ways, told)]
    return body


def _lettered(ways: Sequence[Way], told: Callable[[Way], str]) -> list[CardElement]:
    return [line(strong(letter), told(way)) for letter, way in zip(_LETTERS, ways, strict=False)]


def _moves(ways: Sequence[Way], room: Room) -> list[CardElement]:
    body: list[CardElement] = []
    for letter, way in zip(_LETTERS, ways, strict=False):
        if len(ways) > 1:
            body.append(line(strong(letter), _words(way, room), apart=True))
        body += points(way.changes, room) or [line("Nothing moves.")]
        body += [label("Serves", told) for told in way.metrics[: room.items]]
    return body
