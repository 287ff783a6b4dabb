"""What cards are made of: typed builders with the house's habits built in.

Headings hold our own words; whatever anybody else wrote goes into text runs, which are not Markdown. Nothing here is
newer than Adaptive Cards 1.5, so nothing needs a fallback.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final, Literal, TypeVar

from microsoft_teams.cards import (
    Action,
    AdaptiveCard,
    CardElement,
    Container,
    ExecuteAction,
    RichTextBlock,
    ShowCardAction,
    TargetElement,
    TextBlock,
    TextRun,
    TextSize,
    ToggleVisibilityAction,
)

from bot.cards.text import breakable, clean, escape, one_line, short, shorten
from plans.ports.people import Fate

SCHEMA: Final = "http://adaptivecards.io/schemas/adaptive-card.json"
CONTENT_TYPE: Final = "application/vnd.microsoft.card.adaptive"
Activity = dict[str, Any]
"""An activity as JSON, ready for the outbox."""


@dataclass(frozen=True)
class Room:
    """How much a card may hold: it is rendered with less until it fits into a message."""

    items: int
    """Lines of one list."""
    chars: int
    """Characters of one long text."""
    line: int
    """Characters of one short text."""


def heading(words: str) -> TextBlock:
    return TextBlock(text=escape(words), style="heading", size="Medium", weight="Bolder", wrap=True)


def section(words: str) -> TextBlock:
    """A heading within the card, in our own words, below a rule."""
    return TextBlock(
        text=escape(words),
        style="heading",
        size="Default",
        weight="Bolder",
        wrap=True,
        spacing="Medium",
        separator=True,
    )


def strong(text: str) -> TextRun:
    return TextRun(text=_shown(text), weight="Bolder")


def quiet(text: str) -> TextRun:
    return TextRun(text=_shown(text), is_subtle=True)


def _shown(text: str) -> str:
    return breakable(one_line(text))


def line(*runs: str | TextRun, small: bool = False, apart: bool = False) -> RichTextBlock:
    """One paragraph. Plain strings are cleaned; neighbouring runs are set apart by a space."""
    found = [run if isinstance(run, TextRun) else TextRun(text=_shown(run)) for run in runs]
    told = [run for run in found if run.text]
    size: TextSize | None = "Small" if small else None
    made: list[CardElement] = [
        run.model_copy(update={"text": f"{run.text} " if place < len(told) else run.text, "size": size})
        for place, run in enumerate(told, 1)
    ]
    return RichTextBlock(inlines=made or [TextRun(text=" ")], spacing="Medium" if apart else "Small")


def title(text: str) -> RichTextBlock:
    """What the card is about, in somebody's words."""
    return RichTextBlock(inlines=[TextRun(text=_shown(text) or " ", size="Large", weight="Bolder")])


def label(words: str, *rest: str | TextRun) -> RichTextBlock:
    """``Goal: …``"""
    return line(strong(f"{words}:"), *rest)


T = TypeVar("T")


def listing(
    found: Sequence[T], tell: Callable[[T], RichTextBlock], room: Room, what: str = "more"
) -> list[CardElement]:
    """A line for each, or for as many as there is room for and how many are missing."""
    shown: list[CardElement] = [tell(one) for one in found[: room.items]]
    left = len(found) - room.items
    return [*shown, line(quiet(f"and {left} {what}"))] if left > 0 else shown


def points(texts: Sequence[str], room: Room) -> list[CardElement]:
    shown: list[CardElement] = [line(f"• {text}") for text in texts[: room.items]]
    left = len(texts) - room.items
    return [*shown, line(quiet(f"and {left} more"))] if left > 0 else shown


def quote(text: str, room: Room, rest: str = "") -> Container:
    """Somebody's words, line for line, set off as theirs. ``rest``: where to read on, if not nowhere."""
    shown = shorten(clean(text[: room.chars * 2]), room.chars)
    parts = [part for part in shown.split("\n") if part.strip()]
    body: list[CardElement] = [line(part) for part in parts[: room.chars // 40]]
    told = sum(map(len, parts[: room.chars // 40]))
    if shown.endswith("…") or len(parts) * 40 > room.chars:
        missing = rest or f"About {max(1, len(text) - told):,} more characters are not shown here."
        body.append(line(quiet(missing), small=True))
    return Container(style="emphasis", items=body or [line("(empty)")])


def fold(
    name: str, words: str, body: Sequence[CardElement], instead: Container | None = None
) -> tuple[Container, ToggleVisibilityAction]:
    """A part that is hidden until asked for, and the button that shows and hides it.

    ``instead``: what stands there while it is hidden; it must have an id.
    """
    names = [name, instead.id] if instead is not None else [name]
    button = ToggleVisibilityAction(title=words, target_elements=[TargetElement(element_id=one) for one in names])
    return Container(id=name, is_visible=False, spacing="Medium", items=list(body)), button


Style = Literal["default", "positive", "destructive"]


def button(
    words: str,
    verb: str,
    data: Mapping[str, object],
    style: Style = "default",
    *,
    answer: str | None = None,
    alone: bool = False,
) -> ExecuteAction:
    """A button that comes back as ``bot.buttons.Button``.

    ``answer`` is sent as the input of that name; ``alone`` sends none of the card's own inputs.
    """
    sent: dict[str, object] = {"steward": {"verb": verb, **data}}
    if answer is not None:
        sent["answer"] = answer
    return ExecuteAction(
        title=short(words, 60),
        verb=verb,
        style=style,
        data=sent,
        associated_inputs="none" if alone or answer is not None else None,
    )


def say(words: str, text: str | None = None) -> ExecuteAction:
    """A button that is the same as typing ``text``."""
    return button(words, "say", {"text": text or words}, alone=True)


def form(words: str, body: Sequence[CardElement], send: ExecuteAction, style: Style = "default") -> ShowCardAction:
    """A button that opens inputs inside the card, with the button that sends them."""
    return ShowCardAction(title=words, style=style, card=AdaptiveCard(body=list(body), actions=[send]))


def fate_line(fate: Fate) -> Container:
    """What became of what was asked, in words first; the colour only repeats it."""
    good = fate.word.lower() in ("approved", "answered", "accepted", "done")
    body: list[CardElement] = [line(strong(short(fate.word, 60)), f"by {short(fate.by, 80)}" if fate.by else "")]
    if fate.note:
        body.append(line(short(fate.note, 300)))
    return Container(style="good" if good else "emphasis", items=body)


def card(spoken: str, body: Sequence[CardElement], actions: Sequence[Action] = ()) -> AdaptiveCard:
    """A card; ``spoken`` is its one sentence for screen readers, and what clients without cards show."""
    words = short(spoken, 400)
    return AdaptiveCard(
        version="1.5", lang="en", body=list(body), actions=list(actions) or None, speak=words, fallback_text=words
    )


def dumped(made: AdaptiveCard) -> dict[str, Any]:
    return {"$schema": SCHEMA, **made.model_dump(by_alias=True, exclude_none=True)}


def message(made: AdaptiveCard) -> Activity:
    """The card as a message; its sentence is the notification."""
    attachment = {"contentType": CONTENT_TYPE, "content": dumped(made)}
    return {"type": "message", "summary": made.speak, "attachments": [attachment]}
