"""Walks rendered cards the way a client does, so that tests speak of what a person sees and can press."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

ELEMENTS = {
    "AdaptiveCard": "1.0",
    "TextBlock": "1.0",
    "Container": "1.0",
    "RichTextBlock": "1.2",
    "TextRun": "1.2",
    "Input.Text": "1.0",
    "Input.Number": "1.0",
    "Input.Date": "1.0",
    "Input.ChoiceSet": "1.0",
    "Action.Execute": "1.4",
    "Action.ShowCard": "1.0",
    "Action.ToggleVisibility": "1.2",
}
"""What our cards may be made of, and since when it exists: Teams and the Playground know everything up to 1.5."""


def nodes(made: Any) -> Iterator[dict[str, Any]]:
    """Every object of a card, depth first."""
    if isinstance(made, dict):
        yield made
        for value in made.values():
            yield from nodes(value)
    elif isinstance(made, list):
        for value in made:
            yield from nodes(value)


def typed(made: Any, kind: str) -> list[dict[str, Any]]:
    return [node for node in nodes(made) if node.get("type") == kind]


def inputs(made: Any) -> list[dict[str, Any]]:
    return [node for node in nodes(made) if str(node.get("type", "")).startswith("Input.")]


def titles(made: Any) -> list[str]:
    """The buttons of a card, in order."""
    return [action["title"] for action in made.get("actions", [])]


def runs(made: Any) -> str:
    """Everything that stands in text runs, a line for each paragraph."""
    return "\n".join("".join(run["text"] for run in block["inlines"]) for block in typed(made, "RichTextBlock"))


def shown(made: Any) -> str:
    """Everything a person can read, in whatever element."""
    return " ".join(str(node["text"]) for node in nodes(made) if "text" in node and "verb" not in node)
