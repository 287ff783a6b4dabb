"""What reaches the receiver, what is turned away, and what a button is answered with."""

from __future__ import annotations

import json
import logging
from typing import Any

import aiohttp
import pytest

from bot.channel.endpoint import LIMIT
from bot.incoming import InvokeAnswer
from infra.sandbox.teams import NotDelivered, Teams
from infra.sandbox.teams.cards import CARD
from tests.integration.bot.channel.serving import Recorder
from tests.integration.bot.channel.test_auth import message

Json = dict[str, Any]
JSON = {"Content-Type": "application/json"}


def card(*actions: Json, body: tuple[Json, ...] = ()) -> Json:
    return {"type": "AdaptiveCard", "version": "1.5", "body": list(body), "actions": list(actions)}


def button(title: str, verb: str) -> Json:
    return {"type": "Action.Execute", "title": title, "verb": verb, "data": {"steward": {"verb": verb, "ask": "a1"}}}


CODE_CARD = card(button("Send", "code"), body=({"type": "Input.Text", "id": "code", "isRequired": True},))


async def shown(teams: Teams, http: aiohttp.ClientSession, chat_id: str, content: Json) -> None:
    """Has the bot show a card."""
    activity = {"type": "message", "attachments": [{"contentType": CARD, "content": content}]}
    url = f"{teams.service_url}v3/conversations/{chat_id}/activities"
    async with http.post(url, json=activity) as response:
        assert response.status == 201


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"{",
        b"[]",
        b"5",
        b"null",
        b'"message"',
        b"{}",
        b'{"type": ""}',
        b'{"type": 5}',
        b'{"type": {}}',
        b"\xff\xfe",
        b'{"type": NaN}',
        b'{"a":' * 5000,
        b"[" * 100_000,
        b'{"type": "message", "id": ' + b"9" * 5000 + b"}",
    ],
)
async def test_a_body_that_is_no_activity_is_a_bad_request(
    body: bytes, bot: str, http: aiohttp.ClientSession, receiver: Recorder
) -> None:
    async with http.post(bot, data=body, headers=JSON) as response:
        assert response.status == 400
    assert receiver.received == []


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("conversation", None),
        ("conversation", "a:1"),
        ("conversation", {}),
        ("conversation", {"id": "x" * 5000}),
        ("from", None),
        ("from", "29:ann"),
        ("from", []),
        ("from", {"id": "a\0b"}),
        ("recipient", {}),
        ("serviceUrl", None),
        ("channelId", None),
        ("timestamp", "yesterday"),
        ("timestamp", 5),
        ("timestamp", "0001-01-01T00:00:00+14:00"),
        ("timestamp", "9999-12-31T23:59:59-14:00"),
        ("entities", "x"),
        ("entities", [1]),
        ("membersAdded", ["x"]),
        ("attachments", [1]),
        ("text", "half a pair: \ud800"),
        ("text", "\0"),
        ("value", {"\udfff": 1}),
    ],
)
async def test_an_activity_with_a_field_of_the_wrong_kind_is_a_bad_request(
    field: str, value: Any, teams: Teams, bot: str, receiver: Recorder
) -> None:
    status, _ = await teams.deliver(message(teams, **{field: value}))
    assert status == 400
    assert receiver.received == []


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("channelData", "x"),
        ("channelData", {"tenant": "x"}),
        ("channelData", {"tenant": {"id": 5}}),
        ("entities", [None, {"type": "mention"}, {"type": "mention", "mentioned": 5, "text": 5}]),
        ("timestamp", "2026-11-20T09:00:00"),
        ("text", None),
        ("value", "x"),
        ("id", None),
        ("from", {"id": "29:ann", "aadObjectId": {}}),
    ],
)
async def test_an_odd_field_that_nobody_needs_does_no_harm(
    field: str, value: Any, teams: Teams, bot: str, receiver: Recorder
) -> None:
    status, _ = await teams.deliver(message(teams, **{field: value}))
    assert status == 202
    assert len(receiver.received) == 1


async def test_a_body_over_256_kb_is_too_large(teams: Teams, bot: str, http: aiohttp.ClientSession) -> None:
    async def chunks() -> Any:
        for _ in range(LIMIT // 65536 + 1):
            yield b" " * 65536

    async with http.post(bot, data=b" " * (LIMIT + 1), headers=JSON) as response:
        assert response.status == 413
    async with http.post(bot, data=chunks(), headers=JSON) as response:
        assert response.status == 413
    whole = json.dumps(message(teams)).encode()
    async with http.post(bot, data=whole + b" " * (LIMIT - len(whole)), headers=JSON) as response:
        assert response.status == 202


async def test_a_web_page_cannot_post_without_asking(teams: Teams, bot: str, http: aiohttp.ClientSession) -> None:
    async with http.post(bot, data=json.dumps(message(teams)), headers={"Content-Type": "text/plain"}) as response:
        assert response.status == 400


async def test_a_personal_message_arrives_with_who_where_and_when(teams: Teams, bot: str, receiver: Recorder) -> None:
    ann = teams.user("Ann Example")
    chat = ann.personal_chat()
    await chat.install()
    await chat.say("  own the launch  ")

    installed, added, said = receiver.received
    assert (installed.kind, installed.name) == ("installed", "add")
    assert (added.kind, added.value) == ("members_added", {"members": [teams.directory.bot_id]})
    assert (said.kind, said.text, said.person.id, said.person.name) == (
        "message",
        "own the launch",
        ann.id,
        "Ann Example",
    )
    assert said.chat.model_dump() == {
        "id": chat.id,
        "kind": "personal",
        "service_url": teams.service_url,
        "tenant": teams.directory.tenant,
        "bot_id": teams.directory.bot_id,
        "name": "",
    }
    assert said.at == teams.now()


async def test_in_a_channel_the_thread_is_the_chat_and_the_bots_mention_is_gone(
    teams: Teams, bot: str, receiver: Recorder
) -> None:
    ann = teams.user("Ann Example")
    channel = teams.channel("Marketing", "General", ann)
    await channel.install(ann)
    thread = channel.new_thread(ann)
    first = await thread.say("own the launch")
    await thread.say("status")

    said = [incoming for incoming in receiver.received if incoming.kind == "message"]
    assert [incoming.text for incoming in said] == ["own the launch", "status"]
    assert {incoming.chat.id for incoming in said} == {f"{channel.conversation.id};messageid={first.id}"}
    assert {incoming.chat.kind for incoming in said} == {"channel"}


async def test_mentions_of_others_stay_as_their_names(teams: Teams, bot: str, receiver: Recorder) -> None:
    entities = [
        {"type": "mention", "text": "<at>Steward</at>", "mentioned": {"id": "28:bot"}},
        {"type": "mention", "text": '<at id="1">Ben <b></at>', "mentioned": {"id": "29:ben"}},
    ]
    text = '<at>Steward</at>&nbsp;give NA-3 to <at id="1">Ben <b></at> <at>nobody</at>'
    await teams.deliver(message(teams, text=text, entities=entities))
    assert receiver.received[0].text == "give NA-3 to Ben <b> <at>nobody</at>"


async def test_the_cells_of_a_pasted_table_stay_apart(teams: Teams, bot: str, receiver: Recorder) -> None:
    await teams.deliver(message(teams, text="import\r\nid\ttitle\t\tend\r\nNA-3\tBetter  now\t\t"))
    assert receiver.received[0].text == "import\nid\ttitle\t\tend\nNA-3\tBetter now"


async def test_a_messages_value_is_left_behind(teams: Teams, bot: str, receiver: Recorder) -> None:
    await teams.deliver(message(teams, text=None, value={"code": "123456"}))
    assert "123456" not in receiver.received[0].model_dump_json()


async def test_an_activity_without_an_id_gets_the_same_one_each_time(
    teams: Teams, bot: str, receiver: Recorder
) -> None:
    for text in ("one", "one", "two"):
        await teams.deliver(message(teams, id=None, text=text))
    first, again, other = receiver.received
    assert first.key == again.key != other.key


async def test_when_a_message_cannot_be_stored_teams_is_asked_to_send_it_again(
    teams: Teams, bot: str, receiver: Recorder, caplog: pytest.LogCaptureFixture
) -> None:
    receiver.failure = RuntimeError("INSERT ... ('a secret goal')")
    status, _ = await teams.deliver(message(teams, text="a secret goal"))
    assert status == 503
    assert "RuntimeError" in caplog.text
    assert "secret" not in caplog.text


async def test_a_click_replaces_the_card_for_the_clicker(
    teams: Teams, bot: str, http: aiohttp.ClientSession, receiver: Recorder
) -> None:
    chat = teams.user("Ann").personal_chat()
    await chat.install()
    await shown(teams, http, chat.id, card(button("Approve", "approve")))
    seen = await chat.wait_for(lambda found: found.buttons == ["Approve"])
    receiver.answer = InvokeAnswer.card(card(body=({"type": "TextBlock", "text": "Approved by Ann"},)))

    answer = await chat.press(seen, "approve")

    assert answer.card == receiver.answer.value
    assert chat.messages[-1].text == "Approved by Ann"
    clicked = receiver.clicked[0]
    assert (clicked.kind, clicked.name, clicked.reply_to) == ("invoke", "adaptiveCard/action", seen.id)
    assert clicked.value["action"]["data"] == {"steward": {"verb": "approve", "ask": "a1"}}


async def test_a_refusal_is_told_to_the_clicker_alone_and_the_card_stays(
    teams: Teams, bot: str, http: aiohttp.ClientSession, receiver: Recorder
) -> None:
    ann, ben = teams.user("Ann"), teams.user("Ben")
    chat = teams.group_chat("Launch", ann, ben)
    await chat.install()
    await shown(teams, http, chat.id, card(button("Approve", "approve")))
    seen = await chat.wait_for(lambda found: bool(found.buttons))
    receiver.answer = InvokeAnswer.message("Only Ann may.")

    answer = await chat.as_user(ben).press(seen, "approve")

    assert (answer.status, answer.text) == (200, "Only Ann may.")
    assert chat.as_user(ben).messages == chat.messages == [seen]


async def test_an_error_has_the_shape_that_clients_show(
    teams: Teams, bot: str, http: aiohttp.ClientSession, receiver: Recorder
) -> None:
    receiver.answer = InvokeAnswer.error(404, "Gone", "That plan is gone.")
    invoke = message(teams, type="invoke", name="adaptiveCard/action", value={"action": {}})
    assert await teams.deliver(invoke) == (
        200,
        {
            "statusCode": 404,
            "type": "application/vnd.microsoft.error",
            "value": {"code": "Gone", "message": "That plan is gone."},
        },
    )


@pytest.mark.parametrize("value", [None, "x", [], {}, {"action": None}, {"action": "approve"}])
async def test_a_click_that_carries_nothing_is_told_so(value: Any, teams: Teams, bot: str, receiver: Recorder) -> None:
    status, body = await teams.deliver(message(teams, type="invoke", name="adaptiveCard/action", value=value))
    assert (status, body["statusCode"]) == (200, 400)
    assert receiver.clicked == []


@pytest.mark.parametrize(
    ("name", "expected"),
    [("task/fetch", 501), ("composeExtension/query", 501), (None, 501), ("message/submitAction", 200)],
)
async def test_other_invokes_are_answered_as_teams_expects(
    name: str | None, expected: int, teams: Teams, bot: str, receiver: Recorder
) -> None:
    status, _ = await teams.deliver(message(teams, type="invoke", name=name, value={"action": {}}))
    assert status == expected
    assert (receiver.clicked, receiver.received) == ([], [])


async def test_a_message_that_is_a_code_is_taken_and_nothing_else_of_it_is_seen(
    teams: Teams, bot: str, receiver: Recorder, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    receiver.codes = {"314 159"}
    chat = teams.user("Ann").personal_chat()
    await chat.install()
    receiver.received.clear()

    # Teams sends it again while, and after, it is taken; by then the receiver no longer knows it.
    sent = await chat.say("314 159", times=2)
    receiver.codes.clear()
    await teams.deliver({**chat.activity(sent.activity)})

    assert receiver.received == []
    assert "314" not in caplog.text


@pytest.mark.parametrize("text", ["status", "314 159"])
async def test_a_message_that_only_looks_like_a_code_is_received(
    text: str, teams: Teams, bot: str, receiver: Recorder
) -> None:
    await teams.deliver(message(teams, text=text))
    assert [incoming.text for incoming in receiver.received] == [text]


async def test_a_click_that_fails_says_so_without_quoting_what_was_typed(
    teams: Teams,
    bot: str,
    http: aiohttp.ClientSession,
    receiver: Recorder,
    caplog: pytest.LogCaptureFixture,
) -> None:
    caplog.set_level(logging.DEBUG)
    chat = teams.user("Ann").personal_chat()
    await chat.install()
    await shown(teams, http, chat.id, CODE_CARD)
    seen = await chat.wait_for(lambda found: bool(found.buttons))
    receiver.failure = ValueError("bad code: 271828")

    answer = await chat.press(seen, "code", {"code": "271828"})

    assert answer.status == 500
    assert "271828" not in answer.text
    assert "271828" not in caplog.text
    assert receiver.clicked[0].value["action"]["data"]["code"] == "271828"
    assert "271828" not in repr(receiver.clicked[0])


async def test_the_stand_in_refuses_what_a_client_would(teams: Teams, bot: str, http: aiohttp.ClientSession) -> None:
    chat = teams.user("Ann").personal_chat()
    with pytest.raises(LookupError, match="install"):
        await chat.say("hello")
    await chat.install()
    await shown(teams, http, chat.id, CODE_CARD)
    seen = await chat.wait_for(lambda found: bool(found.buttons))
    with pytest.raises(ValueError, match="required"):
        await chat.press(seen, "code")
    with pytest.raises(LookupError, match="input"):
        await chat.press(seen, "code", {"code": "1", "colour": "red"})
    with pytest.raises(LookupError, match="buttons"):
        await chat.press(seen, "approve")
    teams.bot_url += "/elsewhere"
    with pytest.raises(NotDelivered):
        await chat.say("hello")
