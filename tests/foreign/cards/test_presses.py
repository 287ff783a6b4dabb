"""What a person presses and types comes back as one of our buttons: by mouse, by keyboard, from inner cards."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest

from bot.buttons import Button, read
from tests.foreign.cards import gallery
from tests.foreign.cards.stage import Stage

pytestmark = [pytest.mark.foreign, pytest.mark.asyncio(loop_scope="package")]

ORDINARY = asyncio.run(gallery.ordinary())


async def _sent(stage: Stage) -> Button:
    [pressed] = await stage.sent()
    assert pressed["type"] == "Action.Execute"
    button = read({"action": pressed})
    assert pressed["verb"] == button.verb
    return button


def _reachable(card: dict[str, Any]) -> list[str]:
    return [action["title"] for action in card.get("actions", [])]


@pytest.mark.parametrize("name", [name for name, card in ORDINARY.items() if card.get("actions")])
async def test_every_button_is_reached_and_pressed_by_keyboard(stage: Stage, name: str) -> None:
    card = ORDINARY[name]
    for title in _reachable(card):
        await stage.show(card)
        for field in await stage.page.locator(".host input").all():
            await field.fill("123456")
        assert await stage.tab_to(title), f"{title} is not reached with the Tab key"
        await stage.page.keyboard.press("Enter")
        action = next(action for action in card["actions"] if action["title"] == title)
        if action["type"] == "Action.Execute":
            assert (await _sent(stage)).verb == action["verb"]
        else:
            assert await stage.sent() == []


async def test_approve_sends_the_ask_and_the_hash_of_what_was_shown(stage: Stage) -> None:
    await stage.show(ORDINARY["proposal"])
    await stage.press("Approve")
    assert await _sent(stage) == Button(verb="approve", ask="ask-1", hash="h1")


async def test_edit_opens_inside_the_card_and_sends_what_was_changed(stage: Stage) -> None:
    await stage.show(ORDINARY["proposal"])
    await stage.press("Edit")
    await stage.page.get_by_label("Finish by").fill("2027-02-05")
    await stage.page.get_by_role("spinbutton", name="New budget").fill("15000")
    await stage.page.get_by_role("combobox", name="Leave out").select_option(index=2)
    await stage.press("Propose again")
    sent = await _sent(stage)
    items = [choice["value"] for choice in _choices(ORDINARY["proposal"], "drop")]
    assert (sent.verb, sent.ask, sent.hash) == ("edit", "ask-1", "h1")
    assert sent.inputs["deadline"] == "2027-02-05"
    assert sent.inputs["budget"] == "15000"
    assert sent.inputs["drop"] == items[1]


def _choices(card: dict[str, Any], name: str) -> list[dict[str, str]]:
    edit = next(action for action in card["actions"] if action["title"] == "Edit")
    found: list[dict[str, str]] = next(field for field in edit["card"]["body"] if field["id"] == name)["choices"]
    return found


@pytest.mark.parametrize("name", ["proposal", "act"])
async def test_a_no_carries_its_reason(stage: Stage, name: str) -> None:
    await stage.show(ORDINARY[name])
    await stage.press("Reject")
    await stage.page.get_by_role("textbox", name="Why not?").fill("Too early.")
    await stage.page.get_by_role("button", name="Reject th").click()
    sent = await _sent(stage)
    assert (sent.verb, sent.inputs) == ("reject", {"reason": "Too early."})


async def test_an_option_answers_whole_and_an_own_answer_is_possible(stage: Stage) -> None:
    await stage.show(ORDINARY["question"])
    await stage.press("Warm and plain")
    assert (await _sent(stage)).inputs == {"answer": "Warm and plain"}
    await stage.show(ORDINARY["question"])
    await stage.press("Another answer")
    await stage.page.get_by_role("textbox", name="Your answer").fill("Like a good friend.")
    await stage.press("Send answer")
    assert (await _sent(stage)).inputs == {"answer": "Like a good friend."}


async def test_the_code_is_masked_and_an_empty_one_is_not_sent(stage: Stage) -> None:
    await stage.show(ORDINARY["code"])
    field = stage.page.get_by_role("textbox", name="One-time code")
    assert await field.get_attribute("type") == "password"
    await stage.press("Send code")
    assert await stage.sent() == []
    assert "Type the code first." in await stage.page.locator(".host").inner_text()
    await field.fill("738 201")
    await stage.press("Send code")
    sent = await _sent(stage)
    assert (sent.verb, sent.inputs) == ("code", {"code": "738 201"})


async def test_a_repair_is_one_press(stage: Stage) -> None:
    await stage.show(ORDINARY["slip"])
    await stage.page.get_by_role("button", name="Extend to").click()
    assert await _sent(stage) == Button(verb="extend", ask="ask-1", hash="h1")


async def test_the_whole_text_takes_the_place_of_its_beginning(stage: Stage) -> None:
    await stage.show(ORDINARY["act"])
    body = stage.page.locator(".host")
    assert "The Northwind team" not in await body.inner_text()
    await stage.press("Whole text")
    assert (await body.inner_text()).count("You have the data.") == 1
    assert "The Northwind team" in await body.inner_text()
