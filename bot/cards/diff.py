"""What lies between two versions of a plan, grouped by what kind of change it is; what is long is folded."""

from __future__ import annotations

from dataclasses import dataclass

from microsoft_teams.cards import Action, AdaptiveCard, CardElement

from bot.cards.parts import Room, button, card, fold, heading, line, points, quiet, say, section, title


@dataclass(frozen=True)
class Group:
    name: str
    lines: tuple[str, ...]


@dataclass(frozen=True)
class Diff:
    slug: str
    title: str
    since: int
    """The version before; 0 for none."""
    until: int
    reason: str
    """Why, when it is one version that is shown."""
    signed: str
    """By whom and when, when it is one version that is shown."""
    groups: tuple[Group, ...]
    last: bool = False
    """Whether it is the last change that stands, which ``undo`` takes back."""


def render(found: Diff, room: Room) -> AdaptiveCard:
    single = bool(found.signed)
    named = f"Version {found.until}" if single else f"From version {found.since} to {found.until}"
    body: list[CardElement] = [heading(named), title(found.title)]
    if single:
        body += [line(found.reason), line(quiet(found.signed), small=True)]
    shown, rest = _parted(found.groups, room)
    body += shown or [line("Nothing differs between them.")]
    actions: list[Action] = [say("History", f"history {found.slug}")]
    if found.last:
        actions.append(button("Undo", "undo", {"plan": found.slug, "number": found.until}))
    if rest:
        folded, toggle = fold("rest", "More", rest)
        body.append(folded)
        actions.insert(0, toggle)
    number = sum(len(group.lines) for group in found.groups)
    return card(f"{named} of {found.title}: {number} change{'s' * (number != 1)}", body, actions)


def _parted(groups: tuple[Group, ...], room: Room) -> tuple[list[CardElement], list[CardElement]]:
    """As many groups as there is room for at once, the first in any case; and the others."""
    shown: list[CardElement] = []
    rest: list[CardElement] = []
    lines = 0
    for group in groups[: room.items]:
        lines += min(len(group.lines), room.items) + 1
        part = shown if not shown or lines <= room.items else rest
        part += [section(group.name), *points(group.lines, room)]
    left = sum(len(group.lines) for group in groups[room.items :])
    if left:
        rest.append(line(quiet(f"and {left} more changes of other kinds")))
    return shown, rest
