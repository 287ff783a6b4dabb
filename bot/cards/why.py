"""Why an item is as it is: a few sentences from the decision log, each with what it rests on."""

from __future__ import annotations

from dataclasses import dataclass

from microsoft_teams.cards import AdaptiveCard, CardElement, RichTextBlock

from bot.cards.parts import Room, card, heading, label, line, listing, quiet, say, section, strong, title


@dataclass(frozen=True)
class Reason:
    """One decision and its outcome, told."""

    at: str
    said: str
    evidence: str = ""


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
    if found.reasons:
        body.append(section("What was decided, newest first"))
        body += listing(found.reasons, _told, room, "earlier decisions")
    else:
        body.append(line("Nothing has been decided about it yet beyond its place on the plan."))
    spoken = f"{found.item}: {found.stands} {found.reasons[0].said if found.reasons else ''}"
    return card(spoken, body, [say("Status", f"status {found.slug}")])


def _told(one: Reason) -> RichTextBlock:
    return line(strong(one.at), one.said, quiet(one.evidence))
