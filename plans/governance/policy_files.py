"""Policies as files: read, parsed and checked before any of them is in force, each fault with its file and line.

A set with a fault is refused as a whole: half a set of policies is a hole, not a policy.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from itertools import dropwhile, takewhile
from pathlib import Path

import cedarpy

from plans.errors import SetupError


@dataclass(frozen=True)
class Rule:
    """A policy's annotations: what decisions quote, and what people read."""

    id: str
    sentence: str


@dataclass(frozen=True)
class Source:
    """One file, and its policies in the order of the text."""

    name: str
    text: str
    rules: tuple[Rule, ...]


def read_folder(folder: Path, vocabulary: str) -> tuple[Source, ...]:
    """Every ``*.cedar`` file, by name. Raises SetupError naming file, line and reason of the first fault."""
    try:
        paths = sorted(path for path in folder.iterdir() if path.suffix == ".cedar")
    except OSError as error:
        raise SetupError(f"STEWARD_POLICIES: {folder} cannot be read: {error.strerror}.") from error
    if not paths:
        raise SetupError(
            f"STEWARD_POLICIES: {folder} has no *.cedar file; without one nothing would ever be permitted."
        )
    sources = tuple(_read(path, cedarpy.Schema.from_str(vocabulary)) for path in paths)
    seen: dict[str, str] = {}
    for source in sources:
        for rule in source.rules:
            if rule.id in seen:
                raise SetupError(f'{source.name}: @id("{rule.id}") is already in {seen[rule.id]}; ids name one policy.')
            seen[rule.id] = source.name
    return sources


def _read(path: Path, schema: cedarpy.Schema) -> Source:
    try:
        text = path.read_text(encoding="utf-8")
    except OSError as error:
        raise SetupError(f"{path} cannot be read: {error.strerror}.") from error
    except UnicodeDecodeError as error:
        raise SetupError(f"{path} is not UTF-8 text (byte {error.start}).") from error
    heads = _heads(text)
    reason = _unparsed(text)
    if reason is not None:
        # From the end, as long as the same is wrong: where a policy is never closed, that is where it begins.
        sound = sum(1 for _ in dropwhile(lambda head: _unparsed(head) == reason, reversed(heads)))
        raise SetupError(f"{path}, line {sound + 1}: {reason}.")
    reason = _invalid(text, schema)
    if reason is not None:
        sound = sum(1 for _ in takewhile(lambda head: _invalid(head, schema) != reason, heads))
        raise SetupError(f"{path}, line {sound + 1}: {reason}.")
    return Source(str(path.name), text, _rules(path, text))


def _unparsed(text: str) -> str | None:
    try:
        cedarpy.PolicySet.from_str(text)
    except ValueError as error:
        return str(error).rstrip(".")
    return None


def _invalid(text: str, schema: cedarpy.Schema) -> str | None:
    """What the vocabulary has against it. None also for a text that does not parse."""
    if _unparsed(text) is not None:
        return None
    errors = cedarpy.validate_policies(text, schema).errors
    return str(errors[0].error).rstrip(".") if errors else None


def _heads(text: str) -> list[str]:
    """The text's first line, its first two, and so on up to the last but one.

    cedarpy (4.12.2) tells what is wrong but not where: the first head with which a fault shows ends on its line.
    """
    lines = text.splitlines(keepends=True)
    return ["".join(lines[:count]) for count in range(1, len(lines))]


def _rules(path: Path, text: str) -> tuple[Rule, ...]:
    parsed = json.loads(cedarpy.policies_to_json_str(text))
    if parsed["templates"]:
        raise SetupError(
            f"{path}: a template permits nothing until it is linked, which is not done here; spell it out."
        )
    found = parsed["staticPolicies"]
    rules = []
    for place in range(len(found)):
        annotations = found[f"policy{place}"].get("annotations") or {}
        if not annotations.get("id") or not annotations.get("sentence"):
            raise SetupError(
                f'{path}: policy {place + 1} needs @id("…"), which decisions quote, and @sentence("…") for people.'
            )
        rules.append(Rule(annotations["id"], annotations["sentence"]))
    return tuple(rules)
