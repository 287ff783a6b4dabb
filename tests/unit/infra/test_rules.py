"""The README lists the critic's rules as the code has them."""

from __future__ import annotations

import pytest

from infra.rules import README, table, written
from plans.model.critic import RULES


def test_the_readme_lists_the_rules_as_they_are() -> None:
    text = README.read_text(encoding="utf-8")
    assert written(text) == text, "run: uv run python -m infra.rules"


def test_every_rule_is_a_line_with_its_number_and_sentence() -> None:
    lines = table().splitlines()
    assert [line.split(" | ")[0].strip("| ") for line in lines[2:]] == [rule.id for rule in RULES]


def test_a_readme_without_a_place_for_them_is_refused() -> None:
    with pytest.raises(ValueError, match="no block"):
        written("# Steward")
