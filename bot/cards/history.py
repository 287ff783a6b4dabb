"""The versions of a plan, newest first: each a row that is pressed to see what it changed."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from microsoft_teams.cards import Action, AdaptiveCard, CardElement, Container

from bot.cards.parts import Room, card, fold, heading, line, quiet, say, strong, title

SHOWN: Final = 10
"""Versions that are there without unfolding."""


@dataclass(frozen=True)
class Version:
    number: int
    reason: str
    at: str
    """When it was signed, in the reader's words."""
    who: str
    """Who signed it, and who proposed it if that was somebody else."""
    origin: str
    """How it came about: ``by talk``, ``on a card`` …"""
    changes: int
    back: int | None = None
    """The version that took it back, if one did."""


@dataclass(frozen=True)
class History:
    slug: str
    title: str
    versions: tuple[Version, ...]
    """The last ones, newest first."""
    older: tuple[Version, ...] = ()
    """Those before them, folded."""


def render(found: History, room: Room) -> AdaptiveCard:
    body: list[CardElement] = [heading("Versions of the plan"), title(found.title)]
    body += _rows(found.slug, found.versions, room) or [line("Nothing has been signed yet.")]
    actions: list[Action] = [say("Status", f"status {found.slug}")]
    if found.older:
        folded, toggle = fold("older", "Older", _rows(found.slug, found.older, room))
        body.append(folded)
        actions.insert(0, toggle)
    number = len(found.versions) + len(found.older)
    last = f", the last: {found.versions[0].reason}" if found.versions else ""
    return card(f"{found.title}: {number} version{'s' * (number != 1)}{last}", body, actions)


def _rows(slug: str, versions: Sequence[Version], room: Room) -> list[CardElement]:
    rows: list[CardElement] = [_row(slug, one) for one in versions[: room.items]]
    left = len(versions) - len(rows)
    if left:
        rows.append(line(quiet(f"and {left} more; type their number: “diff {slug} {versions[-1].number}”")))
    return rows


def _row(slug: str, one: Version) -> Container:
    changes = f"{one.changes} change{'s' * (one.changes != 1)}"
    back = f" · taken back by {one.back}" if one.back else ""
    return Container(
        spacing="Medium",
        items=[
            line(strong(str(one.number)), one.reason),
            line(quiet(f"{one.at} · {one.who} · {one.origin} · {changes}{back} ·"), strong("Show"), small=True),
        ],
        select_action=say(f"Show version {one.number}", f"diff {slug} {one.number}"),
    )
