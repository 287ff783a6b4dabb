"""Teams ends up agreeing with the rows: in order, in place, whatever goes wrong on the way."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from datetime import timedelta
from typing import Any, TypeVar

import aiohttp
import pytest
from sqlmodel import Session, select

from bot import claims
from bot.channel.identity import AppIdentity
from bot.channel.sender import Sender
from bot.channel.settings import ChannelSettings
from bot.outbox import LEASE, OnFailed, Relay, post
from infra.sandbox.teams import Teams
from infra.sandbox.teams.people import Chat
from plans.store.database import Database
from plans.store.tables import ChatRow, MessageRow
from tests.doubles.clock import ManualClock
from tests.integration.bot.channel.serving import Recorder, serving

Json = dict[str, Any]
T = TypeVar("T")


def hello(text: str = "hello") -> Json:
    return {"type": "message", "text": text}


class Office:
    """A database, Teams, and relays that connect the two."""

    def __init__(self, database: Database, teams: Teams, clock: ManualClock, http: aiohttp.ClientSession) -> None:
        self.database, self.teams, self.clock, self.http = database, teams, clock, http
        self.read = database.read
        self._write = database.write
        self._written = asyncio.Event()
        database.write = self._watched_write  # type: ignore[method-assign]

    async def _watched_write(self, work: Callable[[Session], T]) -> T:
        try:
            return await self._write(work)
        finally:
            self._written.set()

    async def chat(self, name: str = "Ann") -> Chat:
        """A personal chat that the bot knows."""
        found = self.teams.user(name).personal_chat()
        await found.install()
        self.database.write_now(lambda tx: tx.add(self.row(found)))
        return found

    def row(self, chat: Chat) -> ChatRow:
        directory = self.teams.directory
        return ChatRow(
            id=chat.id,
            kind=chat.conversation.kind,
            service_url=self.teams.service_url,
            tenant=directory.tenant,
            bot_id=directory.bot_id,
        )

    def post(self, chat: Chat, key: str, activity: Json) -> None:
        self.database.write_now(lambda tx: post(tx, chat.id, key, activity, self.clock.now()))

    def message(self, key: str) -> MessageRow:
        return self.database.read_now(lambda tx: tx.get_one(MessageRow, key))

    def relay(self, on_failed: OnFailed | None = None) -> Relay:
        # No retries within the sender: here it is the relay's that are watched.
        identity = AppIdentity(ChannelSettings(), self.clock)
        sender = Sender(self.http, identity, self.clock, sleep=self.sleep, jitter=lambda: 0.5, budget=0.0)
        return Relay(self.database, sender, self.clock, on_failed=on_failed, jitter=lambda: 0.5)

    async def sleep(self, seconds: float) -> None:
        self.clock.forward(seconds=seconds)

    @asynccontextmanager
    async def relaying(self, on_failed: OnFailed | None = None) -> AsyncIterator[Relay]:
        relay = self.relay(on_failed)
        await relay.start()
        try:
            yield relay
        finally:
            await relay.stop()

    async def until(self, key: str, fits: Callable[[MessageRow], bool]) -> MessageRow:
        """Waits until the row is as it should be, looking again after each of the relay's writes."""
        async with asyncio.timeout(20):
            while True:
                self._written.clear()
                row = await self.read(lambda tx: tx.get_one(MessageRow, key))
                if fits(row):
                    return row
                await self._written.wait()


@asynccontextmanager
async def opened(database: Database, clock: ManualClock) -> AsyncIterator[Office]:
    async with Teams(now=clock.now) as teams, serving(teams, Recorder(), clock), aiohttp.ClientSession() as http:
        yield Office(database, teams, clock, http)


@pytest.fixture
async def office(either: Database, clock: ManualClock) -> AsyncIterator[Office]:
    async with opened(either, clock) as found:
        yield found


def sent(row: MessageRow) -> bool:
    return row.state == "sent"


async def test_a_message_is_posted_and_its_id_kept(office: Office) -> None:
    chat = await office.chat()
    office.post(chat, "k", hello())
    async with office.relaying():
        row = await office.until("k", sent)
    assert [(found.id, found.text) for found in chat.messages] == [(row.activity_id, "hello")]
    assert (row.version, row.sent_version, row.attempts, row.error) == (1, 1, 0, "")
    assert row.sent_at is not None
    assert row.claimed_until is None


async def test_the_same_again_is_nothing_new_and_another_replaces_it_in_place(office: Office) -> None:
    chat = await office.chat()
    async with office.relaying() as relay:
        office.post(chat, "k", hello())
        await office.until("k", sent)
        office.post(chat, "k", hello())
        assert office.message("k").state == "sent"
        office.post(chat, "k", hello("goodbye"))
        relay.nudge()
        await office.until("k", sent)
    assert [(found.text, found.version) for found in chat.messages] == [("goodbye", 2)]
    assert [call.method for call in office.teams.connector.calls] == ["POST", "PUT"]


async def test_what_cannot_be_told_apart_in_json_is_the_same(office: Office) -> None:
    chat = await office.chat()
    office.post(chat, "k", {**hello(), "entities": [{"a": (1, 2)}]})
    office.post(chat, "k", {**hello(), "entities": [{"a": [1, 2]}]})
    assert office.message("k").version == 1


async def test_a_chats_messages_arrive_in_the_order_in_which_they_were_posted(office: Office) -> None:
    ann, ben = await office.chat("Ann"), await office.chat("Ben")
    for number in range(6):
        office.post(ann if number % 2 else ben, f"k{number}", hello(str(number)))
    async with office.relaying():
        for number in range(6):
            await office.until(f"k{number}", sent)
    assert [found.text for found in ann.messages] == ["1", "3", "5"]
    assert [found.text for found in ben.messages] == ["0", "2", "4"]
    assert [office.message(f"k{number}").number for number in range(6)] == [1, 2, 3, 4, 5, 6]


async def test_a_chat_that_has_to_wait_keeps_its_order_and_holds_up_no_other(office: Office) -> None:
    ann, ben = await office.chat("Ann"), await office.chat("Ben")
    office.teams.faults.answer(503, retry_after="30")
    office.post(ann, "a1", hello("1"))
    async with office.relaying() as relay:
        row = await office.until("a1", lambda found: found.attempts == 1)
        assert row.not_before >= office.clock.now() + timedelta(seconds=29)
        assert "busy" in row.error
        office.post(ann, "a2", hello("2"))
        office.post(ben, "b1", hello("3"))
        relay.nudge()
        await office.until("b1", sent)
        assert ann.messages == []
        office.clock.forward(seconds=30)
        relay.nudge()
        await office.until("a2", sent)
    assert [found.text for found in ann.messages] == ["1", "2"]


async def test_tries_come_ever_more_slowly_and_never_stop(office: Office) -> None:
    chat = await office.chat()
    office.teams.faults.answer(500, times=12)
    office.post(chat, "k", hello())
    waits = []
    async with office.relaying() as relay:
        for attempt in range(1, 13):
            row = await office.until("k", lambda found, n=attempt: found.attempts == n)  # type: ignore[misc]
            waits.append((row.not_before - office.clock.now()).total_seconds())
            office.clock.set(row.not_before)
            relay.nudge()
        await office.until("k", sent)
    assert waits == [1, 2, 4, 8, 16, 32, 64, 128, 256, 300, 300, 300]


async def test_a_version_posted_while_the_one_before_is_on_its_way_is_not_lost(office: Office) -> None:
    chat = await office.chat()
    held = office.teams.faults.hold()
    office.post(chat, "k", hello("one"))
    async with office.relaying():
        await held.reached()
        await asyncio.to_thread(office.post, chat, "k", hello("two"))
        held.release()
        row = await office.until("k", sent)
    assert (row.version, row.sent_version) == (2, 2)
    assert [found.text for found in chat.conversation.history] == ["one", "two"]


async def test_a_message_that_is_gone_is_posted_anew(office: Office) -> None:
    chat = await office.chat()
    async with office.relaying() as relay:
        office.post(chat, "k", hello())
        first = (await office.until("k", sent)).activity_id
        assert first is not None
        chat.conversation.delete(first, office.clock.now())
        office.post(chat, "k", hello("goodbye"))
        relay.nudge()
        row = await office.until("k", sent)
    assert [(found.id, found.text) for found in chat.messages] == [(row.activity_id, "goodbye")]


@pytest.mark.parametrize("status", [400, 403, 413])
async def test_what_can_never_arrive_is_given_up_and_told(status: int, office: Office) -> None:
    chat = await office.chat()
    other = await office.chat("Ben")

    def tell(tx: Session, row: MessageRow) -> None:
        post(tx, other.id, f"failed:{row.key}", hello(row.error), office.clock.now())

    office.teams.faults.answer(status)
    office.post(chat, "k", hello())
    office.post(chat, "k2", hello("the next"))
    async with office.relaying(tell):
        row = await office.until("k", lambda found: found.state == "failed")
        await office.until("k2", sent)
        await office.until("failed:k", sent)
    assert str(status) in row.error
    assert [found.text for found in chat.messages] == ["the next"]
    assert [found.text for found in other.messages] == [row.error]


async def test_a_smaller_version_gets_its_chance_after_one_that_was_too_large(office: Office) -> None:
    chat = await office.chat()
    async with office.relaying() as relay:
        office.post(chat, "k", hello("x" * 60_000))
        row = await office.until("k", lambda found: found.state == "failed")
        assert "too large" in row.error
        office.post(chat, "k", hello("short"))
        relay.nudge()
        await office.until("k", sent)
    assert [found.text for found in chat.messages] == ["short"]


async def test_a_key_that_moves_to_another_chat_is_posted_there(office: Office) -> None:
    ann, ben = await office.chat("Ann"), await office.chat("Ben")
    async with office.relaying() as relay:
        office.post(ann, "k", hello())
        await office.until("k", sent)
        office.post(ben, "k", hello())
        relay.nudge()
        await office.until("k", sent)
    assert [found.text for found in ben.messages] == ["hello"]


async def test_a_chat_that_was_never_seen_stops_nobody(office: Office) -> None:
    chat = await office.chat()
    office.database.write_now(lambda tx: post(tx, "nowhere", "lost", hello(), office.clock.now()))
    office.post(chat, "k", hello())
    async with office.relaying():
        await office.until("k", sent)
    assert office.message("lost").state == "failed"


async def test_an_unsent_message_survives_whoever_should_have_sent_it(office: Office) -> None:
    chat = await office.chat()
    office.teams.faults.drop()
    office.post(chat, "k", hello())
    async with office.relaying():
        await office.until("k", lambda found: found.attempts == 1)
    assert chat.messages == []
    office.clock.forward(seconds=5)
    async with office.relaying():
        await office.until("k", sent)
    assert [found.text for found in chat.messages] == ["hello"]


async def test_a_claim_is_respected_until_it_runs_out_then_taken_over(office: Office) -> None:
    chat = await office.chat()
    now = office.clock.now()
    office.post(chat, "k", hello())
    office.post(chat, "k2", hello("next"))
    [dead] = office.database.write_now(lambda tx: claims.take(tx, now, now + LEASE, 8))
    assert office.database.write_now(lambda tx: claims.take(tx, now, now + LEASE, 8)) == []
    later = now + LEASE
    [taken] = office.database.write_now(lambda tx: claims.take(tx, later, later + LEASE, 8))
    assert (dead.key, taken.key) == ("k", "k")

    # The one that was thought dead comes back: what it says changes nothing.
    office.database.write_now(lambda tx: claims.sent(tx, dead, "stale", later))
    office.database.write_now(lambda tx: claims.give_up(tx, dead, "stale", None))
    office.database.write_now(lambda tx: claims.put_off(tx, dead, later, "stale"))
    row = office.message("k")
    assert (row.state, row.activity_id, row.error, row.claimed_until) == ("pending", None, "", later + LEASE)
    office.database.write_now(lambda tx: claims.sent(tx, taken, "fresh", later))
    assert office.message("k").activity_id == "fresh"


async def test_while_a_chats_message_is_on_its_way_no_other_of_its_messages_is_taken(office: Office) -> None:
    chat = await office.chat()
    now = office.clock.now()
    office.post(chat, "early", hello())
    [first] = office.database.write_now(lambda tx: claims.take(tx, now, now + LEASE, 8))
    office.database.write_now(lambda tx: claims.sent(tx, first, "1", now))
    office.post(chat, "late", hello())
    [second] = office.database.write_now(lambda tx: claims.take(tx, now, now + LEASE, 8))
    office.post(chat, "early", hello("changed meanwhile"))
    assert second.key == "late"
    assert office.database.write_now(lambda tx: claims.take(tx, now, now + LEASE, 8)) == []
    office.database.write_now(lambda tx: claims.sent(tx, second, "2", now))
    [third] = office.database.write_now(lambda tx: claims.take(tx, now, now + LEASE, 8))
    assert (third.key, third.activity_id) == ("early", "1")


async def test_two_relays_on_one_database_send_each_message_once(postgres: Database, clock: ManualClock) -> None:
    async with opened(postgres, clock) as office:
        chats = [await office.chat(name) for name in ("Ann", "Ben", "Cem")]
        async with office.relaying(), office.relaying():
            for number in range(12):
                await asyncio.to_thread(office.post, chats[number % 3], f"k{number}", hello(str(number)))
            for number in range(12):
                await office.until(f"k{number}", sent)
        for offset, chat in enumerate(chats):
            assert [found.text for found in chat.messages] == [str(number) for number in range(offset, 12, 3)]


async def test_posts_at_the_same_time_get_different_numbers(office: Office) -> None:
    chat = await office.chat()
    await asyncio.gather(*(asyncio.to_thread(office.post, chat, f"k{n}", hello(str(n))) for n in range(16)))
    numbers = office.database.read_now(lambda tx: tx.exec(select(MessageRow.number)).all())
    assert sorted(numbers) == list(range(1, 17))


async def test_after_a_kill_nothing_waits_for_claims_of_the_dead(database: Database, clock: ManualClock) -> None:
    async with opened(database, clock) as office:
        chat = await office.chat()
        office.post(chat, "k", hello())
        now = clock.now()
        assert database.write_now(lambda tx: claims.take(tx, now, now + LEASE, 1))
        async with office.relaying():
            await office.until("k", sent)
        assert len(chat.messages) == 1


async def test_a_database_that_fails_is_tried_again_and_no_words_are_logged(
    office: Office, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    chat = await office.chat()
    failures = [RuntimeError("(a secret goal)")]

    async def flaky(work: Any) -> Any:
        if failures:
            raise failures.pop()
        return await office.read(work)

    office.post(chat, "k", hello("a secret goal"))
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(office.database, "read", flaky)
        async with office.relaying():
            await office.until("k", sent)
    assert "could not be read: RuntimeError" in caplog.text
    assert "secret" not in caplog.text
