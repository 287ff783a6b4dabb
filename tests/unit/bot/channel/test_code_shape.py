"""Which messages are offered as one-time codes before anything is stored."""

from __future__ import annotations

import pytest

from bot.channel.endpoint import may_be_code


@pytest.mark.parametrize(
    "text",
    ["123456", "123 456", "12-34-56", " 1 2 3 4 ", "AB12CD", "status", "1234567890", "１２３４５６", "123\u2013456"],
)
def test_letters_and_digits_alone_may_be_a_code(text: str) -> None:
    assert may_be_code(text)


@pytest.mark.parametrize("text", ["", "123", "12345678901", "my code is 123456", "why NA-12?", "12,345", "123456!"])
def test_anything_else_is_a_message(text: str) -> None:
    assert not may_be_code(text)
