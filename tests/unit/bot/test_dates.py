"""Dates in words."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from bot.cards import dates

TODAY = date(2026, 11, 20)


@pytest.mark.parametrize(
    ("when", "words"),
    [
        (date(2027, 1, 29), "Fri 29 Jan, in 10 weeks"),
        (date(2026, 11, 20), "Fri 20 Nov, today"),
        (date(2026, 11, 21), "Sat 21 Nov, tomorrow"),
        (date(2026, 11, 19), "Thu 19 Nov, yesterday"),
        (date(2026, 11, 10), "Tue 10 Nov, 10 days ago"),
        (date(2026, 12, 3), "Thu 3 Dec, in 13 days"),
        (date(2027, 6, 1), "Tue 1 Jun, in 6 months"),
        (date(2027, 11, 20), "Sat 20 Nov 2027, in 12 months"),
    ],
)
def test_a_date_is_told_as_a_day_and_how_far_it_is(when: date, words: str) -> None:
    assert dates.due(when, TODAY) == words


@pytest.mark.parametrize(
    ("start", "end", "words"),
    [
        (date(2026, 11, 23), date(2026, 11, 27), "Mon 23 to Fri 27 Nov"),
        (date(2026, 11, 30), date(2026, 12, 4), "Mon 30 Nov to Fri 4 Dec"),
        (date(2026, 11, 23), date(2026, 11, 23), "Mon 23 Nov"),
    ],
)
def test_a_span_names_its_month_once(start: date, end: date, words: str) -> None:
    assert dates.span(start, end, TODAY) == words


@pytest.mark.parametrize(
    ("seconds", "words"),
    [
        (120, "2 minutes"),
        (90, "90 seconds"),
        (60, "1 minute"),
        (1, "1 second"),
        (-5, "0 seconds"),
        (3 * 86_400, "3 days"),
    ],
)
def test_a_length_of_time_is_never_told_as_more_than_it_is(seconds: int, words: str) -> None:
    assert dates.lasting(timedelta(seconds=seconds)) == words
