"""Why an item is as it is: a few sentences from the decision log; what they rest on is folded."""

from __future__ import annotations

from dataclasses import dataclass

from microsoft_teams.cards import Action, AdaptiveCard, CardElement, RichTextBlock

from bot.cards.parts import Room, card, fold, heading, label, line, listing, points, say, section, strong, title


@dataclass(frozen=True)
class Reason:
    """One decision and its outcome, told."""

    at: str
    said: str
    """Three sentences at most: what was decided, why, and what came of it."""
    evidence: tuple[str, ...] = ()


@dataclass(frozen=True)
class Why:
    slug: str
    item: str
    title: str
    stands: str
    """The item's state in a sentence."""
    serves: str
    """What on the plan it is there for."""
    reasons: tuple[Reason, ...]


def render(found: Why, room: Room) -> AdaptiveCard:
    body: list[CardElement] = [
        heading(f"Why {found.item}"),
        title(found.title),
        line(found.stands),
        label("It serves", found.serves),
    ]
    actions: list[Action] = [say("Status", f"status {found.slug}")]
    if found.reasons:
        body.append(section("What was decided, newest first"))
        body += listing(found.reasons, _told, room, "earlier decisions")
    else:
        body.append(line("Nothing has been decided about it yet beyond its place on the plan."))
    rests = [one for one in found.reasons[: room.items] if one.evidence]
    if rests:
        folded, toggle = fold("evidence", "Evidence", [part for one in rests for part in _evidence(one, room)])
        body.append(folded)
        actions.insert(0, toggle)
    spoken = f"{found.item}: {found.stands} {found.reasons[0].said if found.reasons else ''}"
    return card(spoken, body, actions)


def _told(one: Reason) -> RichTextBlock:
    return line(strong(one.at), one.said)


def _evidence(one: Reason, room: Room) -> list[CardElement]:
    return [line(strong(one.at), apart=True), *points(one.evidence, room)]
