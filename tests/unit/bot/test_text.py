"""Foreign words: what is invisible or reorders is gone, what looks like markup shows as itself."""

from __future__ import annotations

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.cards.text import clean, escape, one_line, shorten


@pytest.mark.parametrize(
    ("typed", "shown"),
    [
        ("Ann\u202eelpmaxE", "AnnelpmaxE"),
        ("\u2066Ann\u2069", "Ann"),
        ("pay\u200bpal", "paypal"),
        ("\ufeffAnn\u00ad", "Ann"),
        ("a\u3164b\u2800c", "abc"),
        ("hide\U000e0041\U000e0042", "hide"),
        ("bell\x07\x1b[31m", "bell[31m"),
        ("lone\ud83d", "lone"),
        ("a\u0301\u0301\u0301\u0301\u0301\u0301b", "a\u0301\u0301\u0301\u0301b"),
        ("{{DATE(2027-01-01T00:00:00Z)}}", "{ {DATE(2027-01-01T00:00:00Z)}}"),
        ("{{{{", "{ { { {"),
        ("one\r\ntwo\u2028three\x85four", "one\ntwo\nthree\nfour"),
        ("<b>bold</b> <at>Bob</at>", "<b>bold</b> <at>Bob</at>"),
        ("  Zoë 雪 שלום  ", "Zoë 雪 שלום"),
    ],
)
def test_what_cannot_be_seen_is_removed_and_the_rest_stays(typed: str, shown: str) -> None:
    assert clean(typed) == shown


@given(st.text(max_size=200))
def test_clean_text_holds_nothing_that_hides_or_reorders(text: str) -> None:
    found = clean(text)
    assert all(char == "\n" or unicodedata.category(char) not in ("Cc", "Cf", "Cs", "Co", "Cn") for char in found)
    assert not any(
        unicodedata.bidirectional(c) in ("RLE", "LRE", "RLO", "LRO", "PDF", "RLI", "LRI", "PDI") for c in found
    )
    assert "{{" not in found
    assert clean(found) == found


@pytest.mark.parametrize(
    ("typed", "shown"),
    [
        ("**bold** _it_ `code` ~~no~~", r"\*\*bold\*\* \_it\_ \`code\` \~\~no\~\~"),
        ("[pay here](https://evil.example)", r"\[pay here\]\(https://evil.example)"),
        ("<b>x</b> &lt;", r"\<b\>x\</b\> \&lt;"),
        ("# Big", r"\# Big"),
        ("- item", r"\- item"),
        ("+ item", r"\+ item"),
        ("1. first", r"1\. first"),
        ("12) twelfth", r"12\) twelfth"),
        ("a | b", r"a \| b"),
        ("\\*", r"\\\*"),
        ("NA-12: done, 2.5 %", "NA-12: done, 2.5 %"),
    ],
)
def test_markdown_is_escaped_and_plain_words_are_not(typed: str, shown: str) -> None:
    assert escape(typed) == shown


@given(st.text(max_size=120))
def test_unescaping_gives_back_the_words(text: str) -> None:
    undone, skip = [], False
    for char in escape(text):
        if char == "\\" and not skip:
            skip = True
            continue
        undone.append(char)
        skip = False
    assert "".join(undone) == one_line(text)


@given(st.text(max_size=300), st.integers(min_value=2, max_value=100))
def test_shortened_text_is_never_longer_than_allowed(text: str, limit: int) -> None:
    found = shorten(text, limit)
    assert len(found) <= limit
    assert found == text or found.endswith("…")
