"""Buttons come back as one typed model, and whatever is not one is refused without repeating it."""

from __future__ import annotations

from typing import Any

import pytest

from bot import cards
from bot.buttons import Button, read
from plans.errors import UserError
from plans.ports.people import ProgressNotice
from tests.unit.bot import notices
from tests.unit.bot.walk import typed


def pressed(action: dict[str, Any], **inputs: object) -> dict[str, Any]:
    return {"action": {"type": "Action.Execute", "verb": action["verb"], "data": {**action["data"], **inputs}}}


def test_every_button_of_every_card_can_be_read() -> None:
    found = set()
    for notice in notices.every("words"):
        if not isinstance(notice, ProgressNotice):
            for action in typed(cards.content(cards.render(notice)), "Action.Execute"):
                found.add(read(pressed(action)).verb)
    assert found == {"approve", "reject", "edit", "answer", "code", "extend", "reassign", "drop", "undo", "say"}


def test_inputs_come_as_text_whatever_the_client_makes_of_them() -> None:
    data = {"steward": {"verb": "edit", "ask": "a", "hash": "h"}, "budget": 20000, "sure": True, "drop": None}
    assert read({"action": {"data": data}}).inputs == {"budget": "20000", "sure": "true"}


def test_what_was_typed_is_not_printed() -> None:
    data = {"steward": {"verb": "code", "ask": "a", "hash": "h"}, "code": "738201"}
    assert "738201" not in repr(read({"action": {"data": data}}))


@pytest.mark.parametrize(
    "data",
    [
        {"steward": {"verb": "code", "ask": "a", "hash": "h", "extra": "738201"}},
        {"steward": {"verb": "738201", "ask": "a", "hash": "h"}},
        {"steward": {"verb": "code", "ask": "a", "hash": "h", "inputs": {"code": "738201"}}},
        {"steward": {"verb": "code", "ask": "a", "hash": "h"}, "code": ["738201"]},
        {"steward": {"verb": "code", "ask": "a", "hash": "h"}, "code": "738201" * 2000},
        {"steward": {"verb": "approve", "hash": "h"}, "code": "738201"},
    ],
)
def test_a_refusal_repeats_nothing_of_what_was_sent(data: dict[str, Any]) -> None:
    with pytest.raises(UserError) as refusal:
        read({"action": {"data": data}})
    whole = f"{refusal.value.said}{refusal.value.way_on}{refusal.value.__cause__}{refusal.value.__suppress_context__}"
    assert "738201" not in whole


def test_what_answers_an_ask_is_told_from_what_is_only_typed() -> None:
    assert Button(verb="approve", ask="a", hash="h").asked
    assert not Button(verb="say", text="status").asked
