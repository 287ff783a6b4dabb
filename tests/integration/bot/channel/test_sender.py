"""What the bot says arrives, in the pace and size that Teams allows, and what cannot arrive is told apart."""

from __future__ import annotations

import logging
from email.utils import format_datetime

import aiohttp
import pytest

from bot.channel.failures import MessageGone, SendLater, SendRefused
from bot.channel.identity import AppIdentity
from bot.channel.sender import Sender, size
from infra.sandbox.teams import Teams
from infra.sandbox.teams.people import Chat
from plans.store.tables import ChatRow, PersonRow
from tests.doubles.clock import ManualClock
from tests.integration.bot.channel.serving import PASSWORD, Recorder, settings_for

HELLO = {"type": "message", "text": "hello"}


class Naps:
    """Sleeping, on a clock that it moves."""

    def __init__(self, clock: ManualClock) -> None:
        self.clock = clock
        self.taken: list[float] = []

    async def __call__(self, seconds: float) -> None:
        self.taken.append(round(seconds, 3))
        self.clock.forward(seconds=seconds)


@pytest.fixture
def naps(clock: ManualClock) -> Naps:
    return Naps(clock)


def sender_for(teams: Teams, http: aiohttp.ClientSession, clock: ManualClock, naps: Naps) -> Sender:
    identity = AppIdentity(settings_for(teams), clock)
    return Sender(http, identity, clock, sleep=naps, jitter=lambda: 0.5)


@pytest.fixture
def sender(teams: Teams, http: aiohttp.ClientSession, clock: ManualClock, naps: Naps) -> Sender:
    return sender_for(teams, http, clock, naps)


@pytest.fixture
async def chat(teams: Teams, bot: str, receiver: Recorder) -> Chat:
    """Ann's personal chat, with the app installed."""
    found = teams.user("Ann").personal_chat()
    await found.install()
    return found


def row(chat: Chat, teams: Teams, **changed: str) -> ChatRow:
    known = {"id": chat.id, "kind": chat.conversation.kind, "service_url": teams.service_url}
    return ChatRow.model_validate(
        {**known, "tenant": teams.directory.tenant, "bot_id": teams.directory.bot_id, **changed}
    )


async def test_a_message_is_posted_then_replaced_in_place(teams: Teams, chat: Chat, sender: Sender) -> None:
    sent = await sender.send(row(chat, teams), HELLO, None)
    assert await sender.send(row(chat, teams), {**HELLO, "text": "goodbye"}, sent) == sent
    assert [(found.id, found.text, found.version) for found in chat.messages] == [(sent, "goodbye", 2)]
    assert chat.messages[0].author == teams.directory.bot_id


async def test_an_answer_in_a_channel_lands_in_its_thread(teams: Teams, bot: str, sender: Sender) -> None:
    ann = teams.user("Ann")
    channel = teams.channel("Marketing", "General", ann)
    await channel.install(ann)
    thread = channel.new_thread(ann)
    await thread.say("status")
    await sender.send(row(thread, teams), HELLO, None)
    assert [found.text for found in thread.messages][1:] == ["hello"]


@pytest.mark.parametrize("status", [412, 429, 502, 503, 504])
async def test_what_may_pass_is_tried_again_ever_more_slowly(
    status: int, teams: Teams, chat: Chat, sender: Sender, naps: Naps
) -> None:
    teams.faults.answer(status, times=3)
    await sender.send(row(chat, teams), HELLO, None)
    assert naps.taken == [0.5, 1.0, 2.0]
    assert len(chat.messages) == 1


async def test_a_dropped_connection_is_tried_again(teams: Teams, chat: Chat, sender: Sender) -> None:
    teams.faults.drop(times=2)
    await sender.send(row(chat, teams), HELLO, None)
    assert len(chat.messages) == 1


async def test_it_waits_as_long_as_teams_asks(teams: Teams, chat: Chat, sender: Sender, naps: Naps) -> None:
    teams.faults.answer(429, retry_after="4")
    await sender.send(row(chat, teams), HELLO, None)
    at = teams.now().replace(microsecond=0)
    teams.faults.answer(503, retry_after=format_datetime(at.replace(second=at.second + 6), usegmt=True))
    await sender.send(row(chat, teams), HELLO, None)
    teams.faults.answer(503, retry_after="when it suits")
    await sender.send(row(chat, teams), HELLO, None)
    assert naps.taken == [4.0, pytest.approx(6.0, abs=1.0), 0.5]


async def test_when_that_is_too_long_it_is_handed_back(teams: Teams, chat: Chat, sender: Sender, naps: Naps) -> None:
    teams.faults.answer(429, retry_after="120")
    with pytest.raises(SendLater) as raised:
        await sender.send(row(chat, teams), HELLO, None)
    assert raised.value.retry_after == 120.0
    assert naps.taken == []


async def test_the_budget_bounds_how_long_it_keeps_trying(teams: Teams, chat: Chat, sender: Sender, naps: Naps) -> None:
    teams.faults.answer(503, times=100)
    with pytest.raises(SendLater, match="busy"):
        await sender.send(row(chat, teams), HELLO, None)
    assert sum(naps.taken) <= 15.0


async def test_a_fault_of_teams_own_is_left_for_later(teams: Teams, chat: Chat, sender: Sender, naps: Naps) -> None:
    teams.faults.answer(500)
    with pytest.raises(SendLater, match=r"fault of its own \(ServiceError, HTTP 500\)"):
        await sender.send(row(chat, teams), HELLO, None)
    assert naps.taken == []


@pytest.mark.parametrize(
    ("status", "code", "said"),
    [
        (400, "BadSyntax", "does not accept this message (BadSyntax, HTTP 400)"),
        (403, "MessageWritesBlocked", "is blocked (MessageWritesBlocked, HTTP 403)"),
        (413, "MessageSizeTooBig", "too large"),
        (404, "ConversationNotFound", "does not exist any more"),
        (409, "it quotes <b>your words</b>", "refuses this message (HTTP 409)"),
    ],
)
async def test_what_can_never_succeed_is_refused_in_our_words(
    status: int, code: str, said: str, teams: Teams, chat: Chat, sender: Sender
) -> None:
    teams.faults.answer(status, code=code)
    with pytest.raises(SendRefused) as raised:
        await sender.send(row(chat, teams), HELLO, None)
    assert said in str(raised.value)
    assert len(teams.connector.calls) == 1


async def test_an_update_of_a_message_that_is_gone_says_so(teams: Teams, chat: Chat, sender: Sender) -> None:
    with pytest.raises(MessageGone):
        await sender.send(row(chat, teams), HELLO, "404")


async def test_a_message_that_teams_would_not_take_is_not_sent_at_all(
    teams: Teams, chat: Chat, sender: Sender, caplog: pytest.LogCaptureFixture
) -> None:
    with pytest.raises(SendRefused, match="too large"):
        await sender.send(row(chat, teams), {**HELLO, "text": "é" * 51_200}, None)
    assert teams.connector.calls == []
    await sender.send(row(chat, teams), {**HELLO, "text": "é" * 51_000}, None)
    assert "larger than every client shows" in caplog.text
    assert "é" not in caplog.text


def test_size_is_counted_in_utf_16() -> None:
    assert size({"a": "é"}) == 2 * len('{"a": "é"}')
    assert size({"a": "😀"}) == 2 * len('{"a": ""}') + 4


async def test_it_keeps_below_the_limits_that_teams_enforces(
    teams: Teams, chat: Chat, sender: Sender, clock: ManualClock
) -> None:
    teams.faults.rate_limits = True
    begun, waits = clock.now(), []
    while len(chat.messages) < 130:
        try:
            await sender.send(row(chat, teams), HELLO, None)
        except SendLater as error:
            waits.append(error.retry_after)
            clock.forward(seconds=error.retry_after or 1.0)
    assert {call.status for call in teams.connector.calls} == {201}
    assert (clock.now() - begun).total_seconds() >= 60.0
    assert None not in waits


@pytest.mark.parametrize("url", ["http://smba.example/", "ftp://127.0.0.1/", "file:///etc/", ""])
async def test_an_insecure_service_address_is_never_called(url: str, teams: Teams, chat: Chat, sender: Sender) -> None:
    with pytest.raises(SendRefused, match="not a secure one"):
        await sender.send(row(chat, teams, service_url=url), HELLO, None)


async def test_typing_is_shown_and_never_in_the_way(
    teams: Teams, chat: Chat, sender: Sender, naps: Naps, caplog: pytest.LogCaptureFixture
) -> None:
    where = row(chat, teams)
    await sender.typing(where)
    assert chat.conversation.typing == 1
    teams.faults.answer(500)
    await sender.typing(where)
    teams.faults.drop()
    await sender.typing(where)
    assert not [record for record in caplog.records if record.levelno > logging.DEBUG and record.name.startswith("bot")]
    for _ in range(10):
        await sender.typing(where)
    assert naps.taken == []
    assert len(teams.connector.calls) == 6 + 1


async def test_a_personal_chat_is_opened_near_another(teams: Teams, chat: Chat, sender: Sender) -> None:
    ben = teams.user("Ben")
    person = PersonRow(id=ben.id, teams_id=ben.account.id, name="Ben")
    with pytest.raises(SendRefused, match="not installed"):
        await sender.open_personal(person, row(chat, teams))
    await ben.personal_chat().install()
    assert await sender.open_personal(person, row(chat, teams)) == ben.personal_chat().id


async def test_nobody_is_written_to_who_has_not_installed_the_app(teams: Teams, chat: Chat, sender: Sender) -> None:
    await chat.uninstall()
    with pytest.raises(SendRefused, match="BotNotInConversationRoster"):
        await sender.send(row(chat, teams), HELLO, None)


class TestSigned:
    """With an app id, every request carries the bot's own token."""

    @pytest.fixture
    async def chat(self, signed: Teams, guarded: str, monkeypatch: pytest.MonkeyPatch) -> Chat:
        monkeypatch.setenv("REQUESTS_CA_BUNDLE", str(signed.ca_file))
        found = signed.user("Ann").personal_chat()
        await found.install()
        return found

    async def test_the_token_is_fetched_once_and_sent_with_each_message(
        self, signed: Teams, chat: Chat, http: aiohttp.ClientSession, clock: ManualClock, naps: Naps
    ) -> None:
        sender = sender_for(signed, http, clock, naps)
        for _ in range(3):
            await sender.send(row(chat, signed), HELLO, None)
        assert (len(chat.messages), len(signed.login.handed_out)) == (3, 1)

    async def test_a_token_that_is_not_taken_any_more_is_renewed_once(
        self,
        signed: Teams,
        chat: Chat,
        http: aiohttp.ClientSession,
        clock: ManualClock,
        naps: Naps,
        caplog: pytest.LogCaptureFixture,
    ) -> None:
        caplog.set_level(logging.DEBUG)
        sender = sender_for(signed, http, clock, naps)
        await sender.send(row(chat, signed), HELLO, None)
        signed.login.revoke()
        await sender.send(row(chat, signed), HELLO, None)
        assert [call.status for call in signed.connector.calls] == [201, 401, 201]
        tokens = list(signed.login.handed_out)
        assert len(tokens) == 2
        assert not [token for token in (*tokens, PASSWORD) if token in caplog.text]

    async def test_a_bot_that_cannot_sign_in_keeps_its_messages_for_later(
        self,
        signed: Teams,
        chat: Chat,
        http: aiohttp.ClientSession,
        clock: ManualClock,
        naps: Naps,
        monkeypatch: pytest.MonkeyPatch,
    ) -> None:
        monkeypatch.delenv("REQUESTS_CA_BUNDLE")
        with pytest.raises(SendLater, match="sign-in"):
            await sender_for(signed, http, clock, naps).send(row(chat, signed), HELLO, None)
        assert signed.connector.calls == []


async def test_a_redirect_is_not_followed(teams: Teams, chat: Chat, sender: Sender) -> None:
    teams.faults.answer(307, location=f"{teams.service_url}v3/conversations/{chat.id}/activities")
    with pytest.raises(SendRefused, match="HTTP 307"):
        await sender.send(row(chat, teams), HELLO, None)
    assert chat.messages == []
