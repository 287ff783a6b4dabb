"""A vendor's words arrive as text: capped, and without what cannot be seen."""

from __future__ import annotations

import pytest

from adapters import vendor_text


@pytest.mark.parametrize(
    ("said", "kept"),
    [
        ("**bold** <b>x</b> [y](http://e.example) @Mara `z`", "**bold** <b>x</b> [y](http://e.example) @Mara `z`"),
        ("a\u202eb\u2066c\u2069d\u200ee\u200ff\u061cg", "abcdefg"),
        ("null\x00 bell\x07 escape\x1b[31m delete\x7f", "null bell escape[31m delete"),
        ("zero\u200bwidth\ufeff\u2060", "zerowidth"),
        ("tags\U000e0041\U000e0042 hidden", "tags hidden"),
        ("one\r\ntwo\rthree\u2028four", "one\ntwo\nthree\nfour"),
        ("tab\tstays", "tab\tstays"),
        ("lone \ud800 surrogate", "lone  surrogate"),
        ("می\u200cخواهم 👩\u200d💻", "می\u200cخواهم 👩\u200d💻"),
        ("  ends  ", "ends"),
    ],
)
def test_what_cannot_be_seen_goes_and_the_rest_stays(said: str, kept: str) -> None:
    assert vendor_text.clean(said, 1000) == kept


def test_what_is_too_long_is_cut_and_shows_it() -> None:
    assert vendor_text.clean("x" * 50, 10) == "x" * 9 + "…"
    assert vendor_text.clean("x" * 10, 10) == "x" * 10


def test_a_flood_of_invisible_characters_leaves_nothing() -> None:
    assert vendor_text.clean("\u202e" * 1_000_000, 100) == ""


def test_a_line_is_one_line() -> None:
    assert vendor_text.line("done\n\n# Approved by\tMara", 100) == "done # Approved by Mara"


def test_a_question_is_capped_in_length_and_in_options() -> None:
    offered = ["same", "same", "", 7, None, "\u202e", "x" * 500, *(f"option {n}" for n in range(20))]
    asked = vendor_text.question("q\u202e1", "y" * 5000, offered)
    assert asked.id == "q1"
    assert len(asked.text) == vendor_text.QUESTION_CHARACTERS
    assert len(asked.options) == vendor_text.OPTIONS
    assert asked.options[0] == "same"
    assert len(asked.options[1]) == vendor_text.OPTION_CHARACTERS


@pytest.mark.parametrize("character", ["x", "ü", "漢", "👩"])
def test_an_artifact_is_at_most_100_kb_whatever_its_script(character: str) -> None:
    kept = vendor_text.artifact(character * 200_000)
    assert vendor_text.ARTIFACT_BYTES - 4 < len(kept.encode()) <= vendor_text.ARTIFACT_BYTES
    assert set(kept) <= {character, "…"}


def test_an_excerpt_fits_the_log() -> None:
    assert len(vendor_text.excerpt("x" * 5000)) == vendor_text.EXCERPT_CHARACTERS
