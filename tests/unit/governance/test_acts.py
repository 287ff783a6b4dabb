"""An act's hash covers the whole act."""

from __future__ import annotations

from typing import Any

import pytest

from plans.governance.acts import Act
from plans.words import AgentName, ItemId, Money, PlanSlug, Verb

ACT = Act(
    plan=PlanSlug("northwind"),
    item=ItemId("NA-3"),
    agent=AgentName("mailer"),
    verb=Verb.MESSAGE,
    capability="send_mail",
    resource="mailer",
    recipient="beta-list",
    text="Hello 🚀",
    amount=Money.of(40),
)


@pytest.mark.parametrize(
    "change",
    [
        {"plan": "other"},
        {"item": "NA-4"},
        {"agent": "writer"},
        {"verb": Verb.PUBLISH},
        {"capability": "send_sms"},
        {"resource": "other"},
        {"recipient": "everybody"},
        {"recipient": None},
        {"text": "Hello"},
        {"amount": Money.of(41)},
        {"amount": Money.of(40, "USD")},
        {"amount": None},
    ],
)
def test_a_changed_act_has_another_hash(change: dict[str, Any]) -> None:
    assert ACT.model_copy(update=change).hash() != ACT.hash()


def test_the_hash_survives_storage() -> None:
    assert Act.model_validate(ACT.model_dump(mode="json")).hash() == ACT.hash()
    assert len(ACT.hash()) == 64


def test_text_that_utf8_cannot_carry_still_has_a_hash() -> None:
    assert ACT.model_copy(update={"text": "\ud800"}).hash() != ACT.model_copy(update={"text": "\ud801"}).hash()
