from __future__ import annotations

import contextlib
import time
from datetime import date
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from plans.errors import UserError
from plans.planning.goal import read
from plans.words import Money
from tests.unit.model.drawn import patient
from tests.unit.planning.house import FRIDAY, GOAL

LAUNCH_DAY = date(2027, 1, 29)


def test_the_goal_of_the_readme_is_read_whole() -> None:
    goal = read(GOAL, FRIDAY)
    assert (goal.text, goal.subject, goal.deadline) == (GOAL, "Northwind Analytics", LAUNCH_DAY)
    assert goal.budget == Money.of(20_000)
    assert [(one.amount, one.unit, one.window, one.due) for one in goal.targets] == [
        (200, "demo requests", "in the first month", date(2027, 2, 28))
    ]
    assert (goal.prefix, goal.slug, goal.assumed) == ("NA", "northwind-analytics", ())


@pytest.mark.parametrize(
    "said",
    [
        "2027-01-29",
        "29 January 2027",
        "29th of January 2027",
        "January 29, 2027",
        "Jan 29",
        "jan. 29th",
        "29 Jan.",
        "29.01.2027",
        "29.1.27",
        "29/01/2027",
        "1/29/2027",
    ],
)
def test_a_date_is_read_in_every_common_form(said: str) -> None:
    assert read(f"launch Northwind by {said}", FRIDAY).deadline == LAUNCH_DAY


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("launch X in 10 weeks", LAUNCH_DAY),
        ("launch X within three months", date(2027, 2, 20)),
        ("launch X in 100 days", date(2027, 2, 28)),
        ("launch X in a year", date(2027, 11, 20)),
        ("launch X by the end of January", date(2027, 1, 31)),
        ("launch X by Nov 19", date(2027, 11, 19)),
        ("launch X by today", FRIDAY),
        ("launch X tomorrow", date(2026, 11, 21)),
        ("kick-off 2026-12-01, launch X by 2027-01-29, review 2027-03-01", LAUNCH_DAY),
        ("launch X on 2027-01-29: 30 leads in 6 weeks", LAUNCH_DAY),
        ("launch Northwind 10.20.30 by 2027-01-29", LAUNCH_DAY),
        ("may 20 people launch X by 2027-01-29", LAUNCH_DAY),
        ("By 29 January 2027, launch X", LAUNCH_DAY),
        ("launch X by \u200e2027-01-29\u200f", LAUNCH_DAY),
    ],
)
def test_the_deadline_is_the_date_that_by_goes_before(text: str, day: date) -> None:
    assert read(text, FRIDAY).deadline == day


@pytest.mark.parametrize(
    ("text", "said", "way_on"),
    [
        ("", "no goal", "E.g."),
        (" \n\u202e\u200b\t ", "no goal", "E.g."),
        ("x" * 10_000, "10,000 characters; 4,000 is the limit", "details can follow"),
        ("launch Northwind Analytics", "names no date", "2027-01-29"),
        ("launch X in 10 parsecs", "names no date", "2027-01-29"),
        ("launch X by January 2027", "“January 2027” names no day", "2027-01-29"),
        ("launch X by 2026-11-19", "2026-11-19 has passed: today is 2026-11-20", "to come"),
        ("launch X by 30 Feb", "“30 Feb” is no date: February 2027 has 28 days", "2027-02-28"),
        ("launch X by 2027-02-30", "“2027-02-30” is no date: February 2027 has 28 days", "2027-02-28"),
        ("launch X by February 29, 2027", "February 2027 has 28 days", "2027-02-28"),
        ("launch X by 31.04.2027", "April 2027 has 30 days", "2027-04-30"),
        ("launch X by 2027-13-01", "no month 13", "2027-01-29"),
        ("launch X by 2027-00-10", "no month 0", "2027-01-29"),
        ("launch X by 0 January 2027", "January 2027 has 31 days", "2027-01-31"),
        ("launch X by 0000-01-01", "no year 0", "2027-01-29"),
        ("launch X by 01/02/2027", "two ways", "2027-01-29"),
        ("launch X by 2207-01-29", "more than five years away", "year-month-day"),
        ("launch X in 9999 years", "further than any calendar", "year-month-day"),
        ("by 2027-01-29", "does not say what it is about", "Northwind"),
        ("own the launch by 2027-01-29, budget -5 EUR", "cannot be negative", "may be spent"),
        ("launch X by 2027-01-29, budget 99,000,000,000 EUR", "beyond any plan", "sum"),
    ],
)
def test_what_cannot_be_planned_is_said_back_with_the_way_on(text: str, said: str, way_on: str) -> None:
    with pytest.raises(UserError) as caught:
        read(text, FRIDAY)
    assert said in caught.value.said
    assert way_on in caught.value.way_on
    assert len(caught.value.said) < 300


@pytest.mark.parametrize(
    ("text", "subject"),
    [
        ("Launch Northwind Analytics on 29 January 2027 with a budget of €20k", "Northwind Analytics"),
        ("please bring Tarragon to market until 29.01.2027", "Tarragon"),
        ("By 2027-01-29 own the release of our new Billing API", "new Billing API"),
        ("run an ABM programme against 40 retail accounts by 2027-01-29: 12 meetings", "40 retail accounts"),
        ("Own our account-based marketing programme for banks in Spain by 2027-01-29", "banks in Spain"),
        ("organise the summer fair by 2027-01-29", "summer fair"),
        ("Northwind goes live by 2027-01-29", "Northwind goes live"),
        ("launch *Northwind* <b>Analytics</b> [x](http://evil) by 2027-01-29", "*Northwind* <b>Analytics</b> [x](http"),
        ("launch \u202eevil\u202c \u2066name\u2069\x07 by 2027-01-29", "evil name"),
        ("launch 日本語 👩‍🚀 by 2027-01-29", "日本語 👩‍🚀"),
    ],
)
def test_the_subject_is_free_text_without_marks_that_steer(text: str, subject: str) -> None:
    assert read(text, FRIDAY).subject == subject


def test_the_persons_words_are_kept_as_they_were() -> None:
    text = "launch <at>X</at> \u202eabc **now**\nby 2027-01-29"
    assert read(f"  {text}\x00 ", FRIDAY).text == text


@pytest.mark.parametrize(
    ("text", "budget"),
    [
        ("budget 20,000 EUR", Money.of(20_000)),
        ("budget: 20.000 €", Money.of(20_000)),
        ("budget of 20 000 euros", Money.of(20_000)),
        ("with a 20k EUR budget", Money.of(20_000)),
        ("20'000 CHF budget", Money.of(20_000, "CHF")),
        ("spend at most $1,234.56", Money(minor=123_456, currency="USD")),
        ("up to £5m", Money.of(5_000_000, "GBP")),
        ("budget 0 EUR", Money.of(0)),
        ("budget 5000", Money.of(5_000)),
        ("1M EUR revenue in the first year", None),
        ("200 demo requests", None),
    ],
)
def test_a_budget_is_money_that_is_said_to_be_spent(text: str, budget: Money | None) -> None:
    goal = read(f"launch X by 2027-01-29: {text}", FRIDAY)
    assert goal.budget == budget
    assert bool(goal.assumed) == (text == "budget 5000")


@pytest.mark.parametrize(
    ("text", "targets"),
    [
        ("3 webinars, 2 events and 1.5k sign-ups within 6 weeks", [
            (3, "webinars", LAUNCH_DAY), (2, "events", LAUNCH_DAY), (1_500, "sign-ups", date(2027, 3, 12))
        ]),
        ("raise conversion by 5% in the first 3 months", [(5, "%", date(2027, 4, 29))]),
        ("1M EUR revenue in the first year", [(1_000_000, "EUR revenue", date(2028, 1, 29))]),
        ("12 meetings in the first quarter", [(12, "meetings", date(2027, 4, 29))]),
        ("budget 20,000 EUR", []),
        ("make 2027 our year", [(2027, "our year", LAUNCH_DAY)]),
        ("1 2 3", []),
    ],
)  # fmt: skip
def test_figures_are_read_with_their_windows(text: str, targets: list[Any]) -> None:
    found = read(f"launch X by 2027-01-29: {text}", FRIDAY).targets
    assert [(one.amount, one.unit, one.due) for one in found] == targets


@patient
@given(st.text(max_size=300), st.sampled_from(["", " by 2027-01-29", " budget 5 EUR by 30 Feb", "1,000" * 40]))
def test_any_text_is_either_read_or_said_back(text: str, more: str) -> None:
    try:
        goal = read(text + more, FRIDAY)
    except UserError as error:
        fit = bool(error.said and error.way_on)
    else:
        fit = bool(goal.subject and goal.slug and goal.prefix.isascii() and goal.text.encode())
    assert fit


@pytest.mark.parametrize(
    "unit", ["1,000,", "budget of ", "in the first ", "may 2 ", "( a", "by the end of ", "a b c 1 "]
)
def test_a_goal_made_to_be_slow_is_read_in_good_time(unit: str) -> None:
    begun = time.process_time()
    with contextlib.suppress(UserError):
        read((unit * 4_000)[:3_980] + " by 2027-01-29", FRIDAY)
    assert time.process_time() - begun < 2
