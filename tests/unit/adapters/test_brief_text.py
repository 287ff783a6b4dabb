"""A brief in words says what is in the brief, and nothing else."""

from __future__ import annotations

from adapters.brief_text import MOST_CHARACTERS, as_text
from plans.ports.work import Material
from plans.words import ItemId
from tests.doubles.briefs import brief


def test_everything_an_agent_may_know_is_said() -> None:
    made = Material(item=ItemId("NA-11"), title="Report", text="founders buy fast")
    text = as_text(brief(materials=(made,), recipient="launch-list"))
    for part in (
        "Market and audience for Northwind Analytics",
        "Find out who buys tools",
        "Goal: own the launch",
        "It will be checked: a report of at least 250 words",
        "Wanted by: 2026-11-27 17:00 UTC",
        "At most: 100 EUR",
        "For: launch-list",
        "Material: Report\nfounders buy fast",
    ):
        assert part in text
    assert "mara" not in text


def test_what_is_not_set_is_not_mentioned() -> None:
    text = as_text(brief(budget=None))
    assert "At most" not in text
    assert "For:" not in text
    assert "Material" not in text


def test_long_materials_are_cut_and_never_the_task() -> None:
    made = Material(item=ItemId("NA-11"), title="Report", text="x" * 200_000)
    text = as_text(brief(materials=(made,)))
    assert len(text) == MOST_CHARACTERS
    assert "It will be checked" in text
