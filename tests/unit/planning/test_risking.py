"""A risk as people say it, in one line."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from plans.errors import UserError
from plans.model.agreed import Risk
from plans.planning.risking import EXAMPLE, read
from plans.words import Money, PersonId, RiskId
from tests.unit.model.drawn import launch, patient


def _read(text: str) -> Risk:
    return read(text, launch(), PersonId("dana"), RiskId("R1"))


@pytest.mark.parametrize(
    ("text", "fields"),
    [
        (
            EXAMPLE.removeprefix("risk add ").replace("NA-12", "NA-4"),
            {
                "text": "the venue falls through",
                "probability": 0.3,
                "days": 5,
                "cost": Money.of(2000),
                "items": ("NA-4",),
                "mitigation": "book a second one",
                "sponsor": True,
            },
        ),
        (
            "Legal is slow, 50 percent, 2 weeks, hits NA-4 and NA-5; we ask early",
            {
                "text": "Legal is slow",
                "probability": 0.5,
                "days": 10,
                "items": ("NA-4", "NA-5"),
                "mitigation": "ask early",
            },
        ),
        ("it rains 20%", {"text": "it rains", "probability": 0.2, "days": 0, "cost": None, "sponsor": False}),
        ("Ann is away for 3 days, probability 40%", {"text": "Ann is away for 3 days", "probability": 0.4, "days": 3}),
        (
            "a fine, 0.5%, €20,000, tell the sponsor",
            {"text": "a fine", "probability": 0.005, "cost": Money.of(20_000), "sponsor": True},
        ),
    ],
)
def test_a_risk_is_read_part_by_part(text: str, fields: dict[str, Any]) -> None:
    found = _read(text)
    assert {name: getattr(found, name) for name in fields} == fields


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("rain", "How likely is it?"),
        ("rain, 120 %", "How likely is it?"),
        ("rain, 0 %", "How likely is it?"),
        ("30 %, 5 days", "What could go wrong?"),
        ("rain, 30 %, hits NA-99", "Northwind has no item NA-99."),
    ],
)
def test_what_is_missing_is_asked_for_with_an_example(text: str, said: str) -> None:
    with pytest.raises(UserError) as caught:
        _read(text)
    assert caught.value.said.startswith(said)
    assert caught.value.way_on


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
