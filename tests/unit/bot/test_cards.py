"""Every card: made of what clients know, small, accessible, and safe with hostile words in every field."""

from __future__ import annotations

import re
from typing import Any

import pytest

from bot import cards
from bot.cards.parts import Activity
from plans.ports.people import Notice, ProgressNotice
from tests.unit.bot import notices, views
from tests.unit.bot.walk import ELEMENTS, inputs, nodes, runs, shown, titles, typed

HOSTILE = [
    "**[Approve](https://evil.example)** _now_",
    "<b>bold</b><img src=x onerror=alert(1)><at>Everyone</at>",
    "Ann\u202e\u2066 elpmaxE\u2069\u200b",
    "{{DATE(2027-01-01T00:00:00Z, SHORT)}} ${ask}",
    "line one\n# two\n- three",
    "x" * 300,
    "",
    "\ud83d lone \x00 nul",
    "שלום עולם 雪 Zoë",
]


def card_of(notice: Notice) -> dict[str, Any]:
    return cards.content(cards.render(notice))


def every_card(words: str, lines: int = 3) -> list[dict[str, Any]]:
    return [card_of(notice) for notice in notices.every(words, lines) if not isinstance(notice, ProgressNotice)]


@pytest.mark.parametrize("words", HOSTILE)
def test_no_card_reads_foreign_words_as_markdown(words: str) -> None:
    plain = set(every_text_block(every_card("words")))
    for made in every_text_block(every_card(words)):
        assert made in plain, "a TextBlock is Markdown: only our own words stand there"


def every_text_block(made: list[dict[str, Any]]) -> list[str]:
    return [block["text"] for card in made for block in typed(card, "TextBlock")]


@pytest.mark.parametrize("words", HOSTILE)
def test_no_card_carries_what_hides_or_reorders(words: str) -> None:
    for card in every_card(words):
        text = shown(card) + " ".join(titles(card)) + card["speak"] + card["fallbackText"]
        # Our own places to break stand in very long words only.
        text = re.sub(r"(\S{24})\u200b", r"\1", text)
        assert not set(text) & set("\u202e\u2066\u2069\u200b\x00\ud83d")
        assert "{{DATE" not in text


def test_words_arrive_as_they_were_written() -> None:
    for card in every_card("*Zoë* <3 [x](y)"):
        assert "*Zoë* <3 [x](y)" in runs(card)


@pytest.mark.parametrize("words", ["words", "x" * 30_000, "雪" * 30_000, "a\n" * 9000])
@pytest.mark.parametrize("lines", [0, 3, 400])
def test_every_message_fits(words: str, lines: int) -> None:
    for notice in notices.every(words, lines):
        assert cards.size(cards.render(notice)) < cards.LIMIT


@pytest.mark.parametrize("words", ["words", "x" * 30_000])
@pytest.mark.parametrize("lines", [0, 3, 400])
def test_every_answer_of_a_command_fits(words: str, lines: int) -> None:
    assert all(cards.size(activity) < cards.LIMIT for _, activity in views.every(words, lines))


def test_a_list_that_was_cut_says_how_much_is_missing() -> None:
    assert "and 34 more this week" in runs(card_of(notices.proposal(lines=40)))


@pytest.mark.parametrize("lines", [0, 3, 400])
def test_cards_are_made_of_what_every_client_knows(lines: int) -> None:
    for card in every_card("words", lines):
        assert card["version"] == "1.5"
        kinds = {node["type"] for node in nodes(card) if "type" in node}
        assert kinds <= set(ELEMENTS)
        assert len(card.get("actions", [])) <= 6
        ids = [node["id"] for node in nodes(card) if "id" in node]
        assert len(ids) == len(set(ids))


def test_cards_speak_and_label_every_input() -> None:
    for card in every_card("words"):
        assert card["speak"]
        assert card["fallbackText"]
        assert all(field.get("label") for field in inputs(card))
        assert all(choice["title"] for field in inputs(card) for choice in field.get("choices", []))


def test_every_message_has_a_summary_for_the_notification() -> None:
    found: list[Activity] = [cards.render(notice) for notice in notices.every("words")]
    assert all(activity["type"] == "message" and activity["summary"] for activity in found)


def test_buttons_are_bound_to_what_was_asked() -> None:
    for card in every_card("words"):
        for action in typed(card, "Action.Execute"):
            steward = action["data"]["steward"]
            assert action["verb"] == steward["verb"]
            if steward["verb"] not in ("say", "undo"):
                assert (steward["ask"], steward["hash"]) == (notices.ASK, "h1")


@pytest.mark.parametrize(
    "notice",
    [
        notices.proposal(fate=notices.FATE),
        notices.act(fate=notices.FATE),
        notices.question(fate=notices.FATE),
        notices.challenge(fate=notices.FATE),
        notices.slip(fate=notices.FATE),
        notices.widening(fate=notices.FATE),
        notices.said(fate=notices.FATE),
    ],
    ids=lambda notice: notice.kind,
)
def test_an_answered_card_shows_its_fate_in_place_of_its_buttons(notice: Notice) -> None:
    card = card_of(notice)
    assert not typed(card, "Action.Execute")
    assert not inputs(card)
    assert "Approved by Ann Example" in runs(card)


def test_the_proposal_offers_approve_edit_reject_and_says_what_it_rests_on() -> None:
    card = card_of(notices.proposal("Northwind"))
    assert titles(card) == ["Approve", "Edit", "Reject", "Details"]
    assert "Fri 29 Jan, in 10 weeks" in runs(card)
    assert {field["id"] for field in inputs(card)} == {"deadline", "budget", "drop", "redate", "redate_to", "reason"}
    assert "asks you first" in runs(card)


def test_approving_sends_no_input_along() -> None:
    for notice in (notices.proposal(), notices.act()):
        approve = card_of(notice)["actions"][0]
        assert (approve["verb"], approve["associatedInputs"]) == ("approve", "none")


def test_the_code_field_is_masked_empty_and_alone() -> None:
    card = card_of(notices.challenge("Maildesk"))
    [field] = inputs(card)
    assert (field["id"], field["style"], field["isRequired"]) == ("code", "Password", True)
    assert "value" not in field
    assert "2 minutes" in runs(card)
    assert titles(card) == ["Send code"]


def test_options_of_a_question_are_buttons_and_an_own_answer_is_always_possible() -> None:
    card = card_of(notices.question("Which tone?", ("Formal", "Friendly")))
    assert titles(card) == ["Formal", "Friendly", "Another answer"]
    assert card["actions"][0]["data"]["answer"] == "Formal"
    assert titles(card_of(notices.question("Which tone?"))) == ["Send answer"]


def test_an_option_that_does_not_fit_on_a_button_is_still_answered_whole() -> None:
    long = "Formal, " * 20
    card = card_of(notices.question("Which tone?", (long,)))
    assert card["actions"][0]["data"]["answer"] == long
    assert len(titles(card)[0]) <= 60


def test_a_long_act_is_shown_whole_behind_one_press() -> None:
    text = "word " * 500
    card = card_of(notices.act(text))
    assert "Whole text" in titles(card)
    assert text.strip() in [run["text"] for run in typed(card, "TextRun")]


def test_the_slip_says_what_moves_and_what_each_repair_does() -> None:
    card = card_of(notices.slip("words"))
    assert titles(card) == ["Extend", "Reassign", "Drop"]
    assert "The plan finishes Tue 2 Feb instead of Fri 29 Jan, 4 days later." in runs(card)


def test_a_list_of_what_is_late_opens_the_worst_by_a_button_and_the_others_by_their_names() -> None:
    card = card_of(notices.late("words", 9))
    buttons = [action for action in card["actions"] if action["type"] == "Action.Execute"]
    assert [action["data"]["steward"]["text"] for action in buttons] == [
        *(f"slip NA-{n}" for n in range(4)),
        f"status {notices.PLAN}",
    ]
    assert titles(card)[-1] == "3 more"
    assert "“slip NA-8” opens one that has no button." in runs(card)
    assert "9 items passed their dates, beside the 3 with cards of their own." in runs(card)


def test_a_week_is_told_by_who_does_what_and_folds_what_is_left_out() -> None:
    lines = tuple(
        notices.week().lines[0].model_copy(update={"id": f"NA-{n}", "who": who, "late": n == 2})
        for n, who in enumerate(("Ann", "scout", "Ann"))
    )
    card = card_of(notices.week().model_copy(update={"lines": lines}))
    text = shown(card)
    assert [text.index(word) for word in ("Ann", "NA-0", "NA-2", "scout", "NA-1")] == sorted(
        text.index(word) for word in ("Ann", "NA-0", "NA-2", "scout", "NA-1")
    )
    assert "carried over, ready to begin" in text
    assert titles(card) == ["Status", "Next week", "Left out, and why"]
    assert titles(card_of(notices.week(ahead=True))) == ["Status", "Left out, and why"]


def test_what_does_not_fit_is_the_owners_to_approve_or_to_leave() -> None:
    card = card_of(notices.widening("words"))
    assert titles(card) == ["Make room", "Leave it", "What would change"]
    assert [action["verb"] for action in card["actions"][:2]] == ["approve", "reject"]
    assert "Tue 2 Feb, in 11 weeks, instead of Fri 29 Jan" in runs(card)


def test_progress_is_plain_text() -> None:
    activity = cards.render(ProgressNotice(text="reading **your** goal…"))
    assert (activity["textFormat"], activity["text"]) == ("plain", "reading **your** goal…")


def test_a_change_shows_what_was_said_what_it_does_and_two_ways_on() -> None:
    card = card_of(notices.said("words", 2))
    assert titles(card) == ["Apply", "Not now"]
    told = runs(card)
    assert "“words”" in told
    for part in ("Finish: words", "Last task: words", "Cost: words", "In time: words", "words decides."):
        assert part in told
