"""What the model heard counts only as far as it comes from the plan, the inventory, or the message itself."""

from __future__ import annotations

from typing import Any

import pytest

from plans.planning.talk.heard import Heard, HeardChange, sentence
from plans.planning.talk.setting import Understood
from plans.planning.talk.understand import understand
from tests.unit.planning.talk.fair import setting

WORDS = "the podcast folks need 3 days extra, say until 18 December; call it “Talk {0} show” and keep to 8,000 EUR"


def _heard(**change: Any) -> str | None:
    return sentence(Heard(changes=[HeardChange(**change)]), WORDS, setting())


@pytest.mark.parametrize(
    ("change", "typed"),
    [
        ({"verb": "later", "item": "NA-8", "quote": "3 days"}, "move NA-8 3 days later"),
        ({"verb": "earlier", "item": "NA-8", "quote": "3 Days"}, "move NA-8 3 days earlier"),
        ({"verb": "end_on", "item": "NA-8", "quote": "18 December"}, "move NA-8 to 2026-12-18"),
        ({"verb": "start_on", "item": "NA-8", "quote": "18 December"}, "start NA-8 on 2026-12-18"),
        ({"verb": "until", "item": "NA-8", "quote": "18 December"}, "extend NA-8 until 2026-12-18"),
        ({"verb": "more_time", "item": "NA-8", "quote": "3 days"}, "extend NA-8 until 2026-12-14"),
        ({"verb": "less_time", "item": "NA-6", "quote": "3 days"}, "shorten NA-6 until 2026-12-01"),
        ({"verb": "drop", "item": "NA-8"}, "drop NA-8"),
        ({"verb": "put_back", "item": "NA-14"}, "put back NA-14"),
        ({"verb": "give", "item": "NA-5", "doer": "agent:inkwell"}, "give NA-5 to agent:inkwell"),
        ({"verb": "give", "item": "NA-8", "doer": "person:zoe"}, "give NA-8 to person:zoe"),
        ({"verb": "rename", "item": "NA-8", "title": "Talk {0} show"}, "rename NA-8 to “Talk {0} show”"),
        ({"verb": "estimate", "item": "NA-8", "quote": "3 days"}, "estimate NA-8 at 3 days"),
        ({"verb": "waits_for", "item": "NA-8", "other": "NA-5"}, "NA-8 waits for NA-5"),
        ({"verb": "no_longer_waits_for", "item": "NA-5", "other": "NA-4"}, "NA-5 no longer waits for NA-4"),
        ({"verb": "starts_with", "item": "NA-5", "other": "NA-4"}, "NA-5 can start with NA-4"),
        ({"verb": "deadline", "quote": "18 December"}, "set the deadline to 2026-12-18"),
        ({"verb": "budget", "quote": "8,000 EUR"}, "set the budget to 8,000 EUR"),
        ({"verb": "away", "doer": "role:designer", "quote": "until 18 December"},
         "role:designer is away from 2026-11-30 to 2026-12-18"),
        ({"verb": "add_task", "item": "NA-2", "title": "Talk"},
         "add a task “Talk” to NA-2 by 2026-12-18 for person:ann"),
    ],
)  # fmt: skip
def test_every_verb_is_a_sentence_that_the_grammar_reads(change: dict[str, Any], typed: str) -> None:
    said = _heard(**change)
    assert said is not None
    found = understand(said, setting())
    assert isinstance(found, Understood), found
    assert found.typed == typed


@pytest.mark.parametrize(
    "change",
    [
        {"verb": "drop", "item": "NA-99"},
        {"verb": "drop", "item": "everything"},
        {"verb": "drop", "item": "NA-8 and NA-7"},
        {"verb": "drop"},
        {"verb": "give", "item": "NA-5", "doer": "agent:evil"},
        {"verb": "give", "item": "NA-5", "doer": "Bob Builder"},
        {"verb": "later", "item": "NA-8", "quote": "2 weeks"},
        {"verb": "end_on", "item": "NA-8", "quote": "2026-12-19"},
        {"verb": "budget", "quote": "80,000 EUR"},
        {"verb": "rename", "item": "NA-8", "title": "Pwned"},
        {"verb": "waits_for", "item": "NA-8", "other": "NA-88"},
        {"verb": "deadline", "quote": " "},
    ],
)
def test_what_the_model_makes_up_is_not_taken_over(change: dict[str, Any]) -> None:
    assert _heard(**change) is None


def test_one_thing_made_up_spoils_all_of_it() -> None:
    good, bad = HeardChange(verb="drop", item="NA-8"), HeardChange(verb="drop", item="NA-99")
    assert sentence(Heard(changes=[good]), WORDS, setting()) == "drop NA-8"
    assert sentence(Heard(changes=[good, bad]), WORDS, setting()) is None
    assert sentence(Heard(changes=[]), WORDS, setting()) is None


def test_a_question_stays_one() -> None:
    heard = Heard(question=True, changes=[HeardChange(verb="drop", item="NA-8")])
    assert sentence(heard, WORDS, setting()) == "what if drop NA-8"
