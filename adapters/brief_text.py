"""A brief in words, for agents that read text: what to do, for what goal, how it will be checked, and the materials."""

from __future__ import annotations

from typing import Final

from plans.ports.work import Brief

MOST_CHARACTERS: Final = 60_000


def as_text(brief: Brief) -> str:
    """The whole brief, and nothing that is not in it; long materials are cut at the end."""
    lines = [
        brief.title,
        "",
        brief.instructions,
        "",
        f"Goal: {brief.goal}",
        f"It will be checked: {brief.check.text}",
        f"Wanted by: {brief.deadline:%Y-%m-%d %H:%M} UTC",
    ]
    if brief.budget is not None:
        lines.append(f"At most: {brief.budget}")
    if brief.recipient:
        lines.append(f"For: {brief.recipient}")
    for material in brief.materials:
        lines += ["", f"Material: {material.title or material.item}", material.text]
    return "\n".join(lines)[:MOST_CHARACTERS]
