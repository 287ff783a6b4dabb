"""No spreadsheet evaluates what we wrote, whatever its separator; and every text comes back as it was."""

from __future__ import annotations

import re

import pytest
from hypothesis import given

from plans.model.exchange.guard import guarded, unguarded
from tests.unit.model.exchange.dressed import WORDS


@given(WORDS)
def test_every_text_comes_back_exactly(text: str) -> None:
    assert unguarded(guarded(text)) == text


@given(WORDS)
def test_no_cell_begins_like_a_formula_under_any_separator(text: str) -> None:
    for cell in re.split(r"[,;|\t\r\n]", guarded(text)):
        assert cell[:1] not in set("=+-@＝＋－＠")
    assert guarded(text)[:1] not in ("\t", "\r", "\n")


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("=HYPERLINK(A1)", "'=HYPERLINK(A1)"),
        ("'=1", "''=1"),
        ("+49 170", "'+49 170"),
        ("see: x;=cmd()", "see: x;'=cmd()"),
        ("'tis plain", "'tis plain"),
        ("a - b = c", "a - b = c"),
    ],
)
def test_an_apostrophe_is_put_where_one_is_needed_and_nowhere_else(text: str, shown: str) -> None:
    assert guarded(text) == shown


def test_a_formula_that_somebody_typed_is_taken_as_text() -> None:
    assert unguarded("=1+1") == "=1+1"
