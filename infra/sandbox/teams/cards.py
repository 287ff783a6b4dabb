"""Reads Adaptive Cards the way a Teams client does: what they say, which buttons they have, what a button sends."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

Json = dict[str, Any]
CARD = "application/vnd.microsoft.card.adaptive"


def words(node: Any) -> Iterator[str]:
    """Every text that the card shows at first, in reading order; titles of its buttons are not among them."""
    if isinstance(node, list):
        for item in node:
            yield from words(item)
        return
    if not isinstance(node, dict) or str(node.get("type", "")).startswith("Action."):
        return
    if node.get("isVisible") is False:
        return
    if node.get("type") == "RichTextBlock":
        yield "".join(run if isinstance(run, str) else str(run.get("text", "")) for run in node.get("inlines") or ())
        return
    for key in ("title", "text", "value", "label"):
        if isinstance(node.get(key), str) and not str(node.get("type", "")).startswith("Input."):
            yield node[key]
    for key in ("body", "items", "columns", "facts", "inlines", "rows", "cells"):
        yield from words(node.get(key))


def buttons(card: Json) -> Iterator[tuple[Json, tuple[Json, ...]]]:
    """Every Action.Execute with the cards it stands in, the outermost first: their inputs are what it sends."""
    yield from _buttons(card, (card,))


def _buttons(node: Any, inside: tuple[Json, ...]) -> Iterator[tuple[Json, tuple[Json, ...]]]:
    if isinstance(node, list):
        for item in node:
            yield from _buttons(item, inside)
    elif isinstance(node, dict):
        if node.get("type") == "Action.Execute":
            yield node, inside
        elif node.get("type") == "Action.ShowCard":
            yield from _buttons(_parts(node["card"]), (*inside, node["card"]))
        else:
            yield from _buttons(_parts(node), inside)


def _parts(node: Json) -> list[Any]:
    keys = ("body", "items", "columns", "rows", "cells", "actions", "selectAction")
    return [node[key] for key in keys if key in node]


def inputs(node: Any) -> Iterator[Json]:
    """The inputs of one card; those of the cards behind its ShowCard buttons are not among them."""
    if isinstance(node, list):
        for item in node:
            yield from inputs(item)
    elif isinstance(node, dict):
        if str(node.get("type", "")).startswith("Input."):
            yield node
        else:
            yield from inputs([node[key] for key in ("body", "items", "columns", "rows", "cells") if key in node])


def _verbs(action: Json) -> set[str]:
    """What a button can be called by: its verb, its title, or a verb within its data."""
    found = {str(action.get("verb", "")), str(action.get("title", ""))}
    data = action.get("data")
    for part in data.values() if isinstance(data, dict) else ():
        if isinstance(part, dict) and isinstance(part.get("verb"), str):
            found.add(part["verb"])
    return found


def pressed(card: Json, verb: str | int, typed: dict[str, str]) -> Json:
    """The ``action`` that pressing the button sends: its data and the inputs, as typed or as they stood.

    A number is the button's place in ``buttons(card)``.

    Raises LookupError when the card has no such button, more than one, or no such input; ValueError when a required
    input is empty, which a client does not let through.
    """
    found = [
        (action, inside) for place, (action, inside) in enumerate(buttons(card)) if verb in (place, *_verbs(action))
    ]
    if len(found) != 1:
        there = [action.get("title") for action, _ in buttons(card)]
        raise LookupError(f"{len(found)} buttons answer to {verb!r}; the card has {there}")
    action, inside = found[0]
    fields = {field["id"]: field for field in inputs(list(inside))}
    if unknown := typed.keys() - fields.keys():
        raise LookupError(f"the card has no input {sorted(unknown)}, but {sorted(fields)}")
    values = {name: typed.get(name, str(field.get("value", ""))) for name, field in fields.items()}
    if empty := [name for name, field in fields.items() if field.get("isRequired") and not values[name]]:
        raise ValueError(f"required inputs are empty: {empty}")
    if action.get("associatedInputs") == "none":
        values = {}
    kept: Json = {key: action[key] for key in ("type", "id", "title", "verb") if key in action}
    return {**kept, "data": {**action.get("data", {}), **values}}


def card_of(activity: Json) -> Json | None:
    """The Adaptive Card that a message shows, if it shows one."""
    for attachment in activity.get("attachments") or ():
        if attachment.get("contentType") == CARD:
            content: Json = attachment["content"]
            return content
    return None
