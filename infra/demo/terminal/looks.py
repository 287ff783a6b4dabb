"""How messages look in letters: who, the words with a bar before them, and the buttons with their numbers."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from rich.console import Console, Group, RenderableType
from rich.text import Text

from infra.demo.terminal import cards
from infra.demo.terminal.cards import Control, Paragraph
from infra.demo.terminal.markup import bare, marked
from infra.sandbox.teams import Message
from infra.sandbox.teams.cards import Json

_NEWS = 6
"""Lines that an update shows of what is new."""
_SIGNS = {"press": "", "form": "…", "fold": " ▾", "link": " ↗"}
Numbered = list[tuple[int, Control]]


@dataclass(frozen=True)
class Look:
    """A message as it was shown: enough to see what an update changed."""

    lines: tuple[str, ...]
    titles: tuple[str, ...]


def words(message: Message) -> list[Paragraph]:
    """All that a message says at first."""
    text = str(message.activity.get("text") or "")
    plain = [Paragraph(marked(line)) for line in text.splitlines()]
    return [*plain, *cards.paragraphs(message.card or {})]


def look(message: Message) -> Look:
    shown = tuple(cards.lines(words(message)))
    return Look(shown, tuple(control.title for control in cards.controls(message.card)))


def sentence(message: Message) -> str:
    """A message in one line: what a notification of it would say."""
    card: Json = message.card or {}
    said = card.get("speak") or message.activity.get("summary") or next(iter(look(message).lines), "")
    return " ".join(bare(str(said)).split())


def whole(message: Message, numbered: Numbered, width: int) -> RenderableType:
    """The message as it stands."""
    return _message("Steward", words(message), numbered, width)


def update(message: Message, before: Look, numbered: Numbered, width: int) -> RenderableType:
    """Only what an update changed: in one line, with the words that are new, and what may be answered now."""
    known = {*before.lines, sentence(message)}
    fresh = [found for found in words(message) if found.text.plain.strip() and found.text.plain not in known]
    head = Text.assemble(("Steward", "bold green"), ("  updated: ", "dim"), _cut(sentence(message), width - 20))
    asking = numbered if any(control.asks for _, control in numbered) else []
    if len(fresh) == 1 and not asking:
        return head.append(f" {fresh[0].text.plain}")
    return Group(head, *_barred(fresh[:_NEWS], width), *_buttons(asking, width))


def part(title: str, found: list[Paragraph], numbered: Numbered, width: int) -> RenderableType:
    """A part of a card that was folded."""
    return _message(title, found, numbered, width)


def heading(text: str, width: int) -> Text:
    """Where somebody has gone."""
    return Text(f"── {text} ".ljust(width, "─"), "bold")


def note(text: str) -> Text:
    """What the demonstration itself has to say."""
    return Text(text, "dim")


def said(who: str, text: str) -> Text:
    """What a person said, or did."""
    return Text.assemble((f"{who}: ", "bold cyan"), bare(text))


def aside(text: str) -> Text:
    """What Steward tells only the one who pressed."""
    return Text.assemble(("Steward", "bold green"), (" (only you see this): ", "dim"), bare(text))


def elsewhere(place: str, message: Message, numbered: Numbered, width: int) -> RenderableType:
    """Something came in another chat."""
    head = Text.assemble(("● ", "bold yellow"), (f"{place}: ", "bold"), _cut(sentence(message), width * 2))
    asking = [(number, control) for number, control in numbered if control.asks]
    return Group(head, *_buttons(asking, width))


def _message(who: str, found: list[Paragraph], numbered: Numbered, width: int) -> RenderableType:
    return Group("", Text(who, "bold green"), *_barred(found, width), *_buttons(numbered, width))


def _barred(found: Iterable[Paragraph], width: int) -> list[Text]:
    """Wrapped, with a bar before each line; what is set off has one of its own colour."""
    made: list[Text] = []
    for paragraph in found:
        if paragraph.apart and made:
            made.append(Text("┃", "green"))
        inner = 2 if paragraph.bar else 0
        for line in _wrapped(paragraph.text, width - 2 - inner):
            made.append(Text.assemble(("┃ ", "green"), ("▌ " if inner else "", paragraph.bar), line))
    return made


def _buttons(numbered: Numbered, width: int) -> list[Text]:
    """As many to a line as fit."""
    made: list[Text] = []
    for number, control in numbered:
        button = Text.assemble((f"[{number}]", "bold yellow"), " ", (control.title, "bold" if control.asks else ""))
        button.append(_SIGNS[control.kind])
        if made and made[-1].cell_len + 3 + button.cell_len <= width:
            made[-1].append("   ").append_text(button)
        else:
            made.append(Text.assemble("  ", button))
    return made


def _wrapped(text: Text, width: int) -> list[Text]:
    lines = text.wrap(_RULER, max(width, 20))
    for line in lines:
        line.rstrip()
    return list(lines) or [Text()]


def _cut(text: str, length: int) -> str:
    return text if len(text) <= length else f"{text[: length - 1]}…"


_RULER = Console(width=200)
"""Text is wrapped to the width that is handed in, not to this one's."""
