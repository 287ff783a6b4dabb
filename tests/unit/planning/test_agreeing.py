"""What people agree, read from their words: each kind in several wordings, and what is none is asked about."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from plans.errors import UserError
from plans.model.agreed_words import limit
from plans.planning.agreeing import EXAMPLES, read
from plans.words import ConstraintId, ItemId, Money, PersonId, Verb
from tests.unit.model.drawn import MONDAY, launch, patient


def _read(text: str) -> Any:
    return read(text, launch(), MONDAY, PersonId("dana"), ConstraintId("K1"))


def _fields(text: str) -> dict[str, Any]:
    return _read(text).model_dump(exclude={"id", "text", "by", "on"})  # type: ignore[no-any-return]


def _quiet(start: date, end: date, *verbs: Verb) -> dict[str, Any]:
    return {"kind": "embargo", "start": start, "end": end, "verbs": verbs or (Verb.PUBLISH, Verb.MESSAGE)}


def _at_most(verb: str, most: int, per: str) -> dict[str, Any]:
    return {"kind": "at_most", "verb": verb, "most": most, "per": per}


@pytest.mark.parametrize(
    ("text", "fields"),
    [
        ("no more than two mails a week", _at_most("message", 2, "week")),
        ("at most one post per day", _at_most("publish", 1, "day")),
        ("3 newsletters a week at most", _at_most("message", 3, "week")),
        ("we never mail them more than 3 newsletters per week", _at_most("message", 3, "week")),
        ("nothing is published before 2027-01-25", _quiet(MONDAY, date(2027, 1, 24))),
        ("embargo until 25 January 2027", _quiet(MONDAY, date(2027, 1, 24))),
        ("embargo from 2026-12-21 to 2027-01-03", _quiet(date(2026, 12, 21), date(2027, 1, 3))),
        ("nothing goes out between 21 December and 3 January", _quiet(date(2026, 12, 21), date(2027, 1, 3))),
        ("no mails until 5 Jan 2027", _quiet(MONDAY, date(2027, 1, 4), Verb.MESSAGE)),
        ("nothing is published on 24 December", _quiet(date(2026, 12, 24), date(2026, 12, 24))),
        ("embargo from 14 December", _quiet(date(2026, 12, 14), launch().deadline)),
        ("budget at most 15,000 EUR", {"kind": "spend", "most": {"minor": 1_500_000, "currency": "EUR"}}),
        ("we spend no more than 3k EUR", {"kind": "spend", "most": {"minor": 300_000, "currency": "EUR"}}),
        ("NA-4 not before 2027-01-10", {"kind": "not_before", "item": "NA-4", "day": date(2027, 1, 10)}),
        ("na-4 does not start until 10 January 2027", {"kind": "not_before", "item": "NA-4", "day": date(2027, 1, 10)}),
        ("NA-4 starts after 10 January 2027", {"kind": "not_before", "item": "NA-4", "day": date(2027, 1, 11)}),
        ("NA-4 by 2027-01-20", {"kind": "not_after", "item": "NA-4", "day": date(2027, 1, 20)}),
        ("NA-4 no later than 3 December", {"kind": "not_after", "item": "NA-4", "day": date(2026, 12, 3)}),
        ("NA-4 is done before 3 December", {"kind": "not_after", "item": "NA-4", "day": date(2026, 12, 2)}),
        ("never say “revolutionary”, “game-changing”", {"kind": "unsaid", "words": ("revolutionary", "game-changing")}),
        ("don't call it disruptive or the best", {"kind": "unsaid", "words": ("disruptive", "the best")}),
    ],
)
def test_an_agreement_is_read_in_the_words_people_use(text: str, fields: dict[str, Any]) -> None:
    assert _fields(text) == fields


def test_it_keeps_the_words_the_person_and_the_day() -> None:
    one = _read("  no more than two   mails a week. ")
    assert (one.id, one.text, one.by, one.on) == ("K1", "no more than two mails a week", "dana", MONDAY)


@pytest.mark.parametrize("example", EXAMPLES)
def test_every_example_that_is_offered_is_understood(example: str) -> None:
    assert _read(example.removeprefix("agree ").replace("NA-12", "NA-4")).rule.startswith("C")


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("", "What was agreed?"),
        ("the sky is blue", "I do not know how to keep “the sky is blue”."),
        ("NA-4", "By when, or not before when, is NA-4 to be done?"),
        ("NA-4 on 2027-01-10", "Is NA-4 to be done by 2027-01-10, or not before it?"),
        ("NA-99 by 2027-01-10", "Northwind has no item NA-99."),
        ("embargo", "From when to when?"),
        ("embargo from 2027-01-10 to 2027-01-03", "That embargo would end (2027-01-03) before it begins (2027-01-10)."),
        ("embargo until 30 February", "“30 February” is no date: February 2026 has 28 days."),
        ("never say “”", "Which words are not to be used?"),
    ],
)
def test_what_is_not_understood_is_asked_about_with_a_way_on(text: str, said: str) -> None:
    with pytest.raises(UserError) as caught:
        _read(text)
    assert caught.value.said.startswith(said[:30])
    assert caught.value.way_on


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("no more than two mails a week", "at most 2 items a week that message people"),
        ("at most one post a day", "at most 1 item a day that publishes"),
        ("no more than no posts a day", "at most no items a day that publish"),
        ("no mails until 5 Jan 2027", "nothing that messages people from Mon 30 Nov to Mon 4 Jan"),
        ("NA-4 not before 2027-01-10", "NA-4 does not begin before Sun 10 Jan"),
        ("NA-4 by 2027-01-20", "NA-4 is over by Wed 20 Jan"),
        ("budget at most 15,000 EUR", "the items' budgets stay within 15,000 EUR"),
        ("never say “great”", "no title and no instruction says “great”"),
    ],
)
def test_what_is_kept_is_told_back_in_our_words(text: str, words: str) -> None:
    assert limit(_read(text), MONDAY) == words


@patient
@given(st.text(max_size=200))
def test_anything_at_all_is_read_or_refused_in_words(text: str) -> None:
    refused = _refused(text)
    assert refused is None or (refused.said and refused.way_on)


def _refused(text: str) -> UserError | None:
    try:
        _read(text)
    except UserError as error:
        return error
    return None


def test_money_is_read_exactly() -> None:
    assert _read("budget at most 1,234.50 EUR").most == Money(minor=123_450)
    assert _read("NA-4 by 2027-01-20").item == ItemId("NA-4")
