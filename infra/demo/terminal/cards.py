"""An Adaptive Card in letters: paragraphs to print, and the controls that can be chosen by number.

Reads whatever a card may hold; an element that is not known here shows its fallback, or nothing.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any, Literal

from rich.text import Text

from infra.demo.terminal.markup import bare, marked
from infra.sandbox.teams import cards
from infra.sandbox.teams.cards import Json

_COLOURS = {"good": "green", "attention": "red", "warning": "yellow", "accent": "cyan"}
_BARS = {"emphasis": "dim", "good": "green", "attention": "red", "warning": "yellow", "accent": "cyan"}
_NESTED = ("body", "items", "columns", "rows", "cells", "actions", "selectAction")


@dataclass(frozen=True)
class Paragraph:
    """One line of a card, to be wrapped. ``bar`` is the colour of the mark before it, for what is set off."""

    text: Text
    bar: str = ""
    apart: bool = False
    """Whether there is space before it."""


@dataclass(frozen=True)
class Control:
    """Something to choose: ``press`` sends, ``form`` opens what is to be filled in, ``fold`` shows what is hidden."""

    kind: Literal["press", "form", "fold", "link"]
    title: str
    action: Json

    @property
    def asks(self) -> bool:
        """Whether it answers something that waits for an answer."""
        if self.kind == "form":
            return any(Control("press", "", inner).asks for inner, _ in cards.buttons(self.action["card"]))
        data = self.action.get("data")
        return isinstance(data, dict) and any(isinstance(part, dict) and part.get("ask") for part in data.values())


def paragraphs(node: Any) -> list[Paragraph]:
    """What a card shows at first."""
    return list(_shown(node))


def hidden(card: Json, fold: Json) -> list[Json]:
    """The elements that a fold shows and hides."""
    wanted = {target if isinstance(target, str) else target.get("elementId") for target in fold["targetElements"]}
    return [node for node in _elements(card) if node.get("id") in wanted]


def controls(node: Any) -> list[Control]:
    """What can be chosen on a card as it is shown at first, in reading order."""
    return list(_controls(node))


def sending(card: Json) -> list[Control]:
    """The controls of a card that send something."""
    return [control for control in every(card) if control.kind == "press"]


def every(node: Any) -> list[Control]:
    """Whatever can be chosen, what is hidden or behind another control included; always in the same order."""
    found = []
    for part in _elements(node):
        kind = _KINDS.get(str(part.get("type", "")))
        if kind is not None:
            found.append(Control(kind, bare(str(part.get("title") or "Choose")), part))
            if kind == "form":
                found += every(part["card"])
    return found


def lines(found: list[Paragraph]) -> list[str]:
    """The words alone, line by line."""
    return [line for paragraph in found for line in paragraph.text.plain.splitlines() if line.strip()]


def _elements(node: Any) -> Iterator[Json]:
    if isinstance(node, list):
        for part in node:
            yield from _elements(part)
    elif isinstance(node, dict):
        yield node
        for key in _NESTED:
            yield from _elements(node.get(key))


def _controls(node: Any) -> Iterator[Control]:
    if isinstance(node, list):
        for part in node:
            yield from _controls(part)
    elif isinstance(node, dict) and node.get("isVisible") is not False:
        kind = _KINDS.get(str(node.get("type", "")))
        if kind is not None:
            yield Control(kind, bare(str(node.get("title") or "Choose")), node)
            return
        for key in _NESTED:
            yield from _controls(node.get(key))


_KINDS: dict[str, Literal["press", "form", "fold", "link"]] = {
    "Action.Execute": "press",
    "Action.ShowCard": "form",
    "Action.ToggleVisibility": "fold",
    "Action.OpenUrl": "link",
}


def _shown(node: Any, bar: str = "") -> Iterator[Paragraph]:
    if isinstance(node, list):
        for part in node:
            yield from _shown(part, bar)
        return
    if not isinstance(node, dict) or node.get("isVisible") is False:
        return
    kind = str(node.get("type", ""))
    show = _ELEMENTS.get(kind)
    if show is not None:
        first = True
        for paragraph in show(node, bar):
            apart = first and (
                node.get("separator") is True or node.get("spacing") in ("Medium", "Large", "ExtraLarge")
            )
            yield Paragraph(paragraph.text, paragraph.bar, paragraph.apart or apart)
            first = False
    elif isinstance(node.get("fallback"), dict):
        yield from _shown(node["fallback"], bar)


def _style(node: Json) -> str:
    """Rich's words for how a text stands out."""
    large = node.get("size") in ("Large", "ExtraLarge")
    heading = node.get("style") == "heading"
    found = ["bold"] if large or heading or node.get("weight") == "Bolder" else []
    found += ["dim"] if node.get("isSubtle") else []
    found += ["italic"] if node.get("italic") else []
    colour = _COLOURS.get(str(node.get("color", "")).lower(), "cyan" if heading and not large else "")
    return " ".join([*found, colour]).strip()


def _block(node: Json, bar: str) -> Iterator[Paragraph]:
    for line in str(node.get("text", "")).splitlines() or [""]:
        point = line.removeprefix("- ")
        yield Paragraph(marked(f"• {point}" if point != line else line, _style(node)), bar)


def _rich(node: Json, bar: str) -> Iterator[Paragraph]:
    made = Text()
    for run in node.get("inlines") or ():
        if isinstance(run, str):
            made.append(bare(run))
        elif isinstance(run, dict):
            made.append(bare(str(run.get("text", ""))), _style(run))
    yield Paragraph(made, bar)


def _facts(node: Json, bar: str) -> Iterator[Paragraph]:
    for fact in node.get("facts") or ():
        yield Paragraph(Text.assemble(marked(f"{fact.get('title', '')}: ", "bold"), marked(fact.get("value", ""))), bar)


def _container(node: Json, bar: str) -> Iterator[Paragraph]:
    inner = _BARS.get(str(node.get("style", "")).lower(), bar)
    for key in ("items", "columns", "rows"):
        yield from _shown(node.get(key), inner)


def _row(node: Json, bar: str) -> Iterator[Paragraph]:
    """Columns side by side where each is a few words, else one after the other."""
    columns = [list(_shown(column, bar)) for column in node.get("columns") or node.get("cells") or ()]
    columns = [column for column in columns if column]
    if all(len(column) == 1 and len(column[0].text) <= 40 for column in columns):
        if columns:
            yield Paragraph(Text("  ").join(column[0].text for column in columns), columns[0][0].bar)
        return
    for column in columns:
        yield from column


def _field(node: Json, bar: str) -> Iterator[Paragraph]:
    yield Paragraph(Text(f"▢ {bare(str(node.get('label') or node.get('placeholder') or node.get('id')))}", "dim"), bar)


def _picture(node: Json, bar: str) -> Iterator[Paragraph]:
    if node.get("altText"):
        yield Paragraph(Text(f"({bare(str(node['altText']))})", "dim"), bar)


_ELEMENTS: dict[str, Callable[[Json, str], Iterator[Paragraph]]] = {
    "AdaptiveCard": lambda node, bar: _shown(node.get("body"), bar),
    "TextBlock": _block,
    "RichTextBlock": _rich,
    "FactSet": _facts,
    "Container": _container,
    "Column": _container,
    "TableCell": _container,
    "ColumnSet": _row,
    "TableRow": _row,
    "Table": _container,
    "Image": _picture,
    **dict.fromkeys(
        ("Input.Text", "Input.Number", "Input.Date", "Input.Time", "Input.Toggle", "Input.ChoiceSet"), _field
    ),
}
