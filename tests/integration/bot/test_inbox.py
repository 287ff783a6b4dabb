"""Every activity once, with its continuation; codes never; people and chats as they are now."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import AsyncIterator

import pytest
from sqlmodel import Session, SQLModel, col, select

from bot.inbox import Inbox, load, mark_handled, unhandled
from bot.incoming import Incoming, InvokeAnswer
from infra.sandbox.teams import Teams
from infra.sandbox.teams.cards import CARD
from plans.store.database import Database
from plans.store.tables import ChatRow, InboundRow, PersonRow
from tests.doubles.clock import ManualClock
from tests.integration.bot.channel.serving import serving
from tests.integration.bot.channel.test_endpoint import CODE_CARD

CODE = "8273645"


class Queue:
    """The engine's end of the inbox."""

    def __init__(self) -> None:
        self.entered: list[tuple[str, str, int]] = []
        self.failure: Exception | None = None

    def enqueue(self, tx: Session, kind: str, entity: str, seq: int, delay: float = 0.0) -> None:
        if self.failure is not None:
            raise self.failure
        self.entered.append((kind, entity, seq))


class Receiver:
    """An inbox, and codes that are taken."""

    def __init__(self, inbox: Inbox) -> None:
        self.inbox = inbox

    async def receive(self, incoming: Incoming) -> None:
        await self.inbox.receive(incoming)

    async def intercept(self, incoming: Incoming) -> bool:
        return incoming.text == CODE

    async def click(self, incoming: Incoming) -> InvokeAnswer:
        return InvokeAnswer.message("Thanks.")


@pytest.fixture
def queue() -> Queue:
    return Queue()


@pytest.fixture
def inbox(either: Database, queue: Queue, clock: ManualClock) -> Inbox:
    return Inbox(either, queue, clock)


@pytest.fixture
async def teams(inbox: Inbox, clock: ManualClock) -> AsyncIterator[Teams]:
    async with Teams(now=clock.now) as found, serving(found, Receiver(inbox), clock):
        yield found


def rows(database: Database) -> list[InboundRow]:
    return database.read_now(lambda tx: list(tx.exec(select(InboundRow).order_by(col(InboundRow.at)))))


async def test_the_same_activity_four_times_counts_once(
    teams: Teams, inbox: Inbox, either: Database, queue: Queue
) -> None:
    chat = teams.user("Ann").personal_chat()
    await chat.install()
    before = len(rows(either))
    sent = await chat.say("own the launch", times=2)
    again = [teams.deliver(chat.activity(sent.activity)) for _ in range(2)]
    assert [status for status, _ in await asyncio.gather(*again)] == [202, 202]

    stored = rows(either)[before:]
    assert len(stored) == 1
    assert queue.entered[before:] == [("turn", stored[0].id, 0)]


async def test_what_is_said_comes_back_as_it_arrived_until_it_is_handled(
    teams: Teams, either: Database, clock: ManualClock
) -> None:
    chat = teams.user("Ann").personal_chat()
    await chat.install()
    await chat.say("own the launch")
    key = rows(either)[-1].id

    found = either.read_now(lambda tx: load(tx, key))

    assert found is not None
    assert (found.key, found.text, found.person.name, found.at) == (key, "own the launch", "Ann", clock.now())
    assert either.read_now(unhandled)[-1] == (key, 0)
    assert either.write_now(lambda tx: mark_handled(tx, key, clock.now()))
    assert not either.write_now(lambda tx: mark_handled(tx, key, clock.now()))
    assert either.read_now(lambda tx: load(tx, key)) is None
    assert (key, 0) not in either.read_now(unhandled)
    assert either.read_now(lambda tx: load(tx, "nothing")) is None


async def test_people_and_chats_are_kept_up_to_date(teams: Teams, either: Database) -> None:
    ann = teams.user("Ann")
    group = teams.group_chat("Launch", ann)
    await group.install()
    before = either.read_now(lambda tx: tx.get_one(PersonRow, ann.id))
    assert (before.name, before.teams_id, before.personal_chat) == ("Ann", ann.account.id, None)

    personal = ann.personal_chat()
    await personal.install()
    await group.say("status")
    assert either.read_now(lambda tx: tx.get_one(PersonRow, ann.id)).personal_chat == personal.id

    moved = {**group.activity({"type": "message", "text": "x"}), "serviceUrl": "http://127.0.0.1:9/"}
    await teams.deliver(moved)
    chat = either.read_now(lambda tx: tx.get_one(ChatRow, group.id))
    assert (chat.kind, chat.name, chat.service_url) == ("groupChat", "Launch", "http://127.0.0.1:9/")
    assert (chat.tenant, chat.bot_id) == (teams.directory.tenant, teams.directory.bot_id)


async def test_the_bot_is_not_a_person(teams: Teams, either: Database) -> None:
    chat = teams.user("Ann").personal_chat()
    bot = {"id": teams.directory.bot_id, "name": "Steward"}
    await teams.deliver({**chat.activity({"type": "conversationUpdate"}), "from": bot})
    assert either.read_now(lambda tx: tx.exec(select(PersonRow)).all()) == []


async def test_a_person_without_an_entra_id_goes_by_the_channels(teams: Teams, either: Database) -> None:
    chat = teams.user("Ann").personal_chat()
    await teams.deliver({**chat.activity({"type": "message", "text": "x"}), "from": {"id": "29:guest"}})
    assert either.read_now(lambda tx: tx.get(PersonRow, "29:guest")) is not None


async def test_the_same_id_in_another_tenant_or_chat_is_another_activity(teams: Teams, either: Database) -> None:
    chat = teams.user("Ann").personal_chat()
    activity = chat.activity({"type": "message", "id": "1", "text": "x"})
    for changed in (
        {},
        {"channelData": {"tenant": {"id": "other"}}},
        {"conversation": {"id": "a:other"}},
        {"id": "2"},
    ):
        await teams.deliver({**activity, **changed})
    assert len(rows(either)) == 4


async def test_without_its_continuation_an_activity_is_not_stored(teams: Teams, either: Database, queue: Queue) -> None:
    chat = teams.user("Ann").personal_chat()
    activity = chat.activity({"type": "message", "id": "1", "text": "x"})
    queue.failure = RuntimeError("no queue")
    assert (await teams.deliver(activity))[0] == 503
    assert rows(either) == []
    queue.failure = None
    assert (await teams.deliver(activity))[0] == 202
    assert len(rows(either)) == 1


async def test_an_invoke_is_never_stored(inbox: Inbox, teams: Teams, either: Database) -> None:
    found = Incoming.model_validate(
        {
            "id": "1",
            "kind": "invoke",
            "chat": {"id": "c", "kind": "personal", "service_url": "", "tenant": "", "bot_id": ""},
            "person": {"id": "p", "teams_id": "p"},
            "at": teams.now(),
        }
    )
    with pytest.raises(ValueError, match="not stored"):
        await inbox.receive(found)
    assert rows(either) == []


async def test_a_code_is_in_no_row_and_no_log_record(
    teams: Teams, either: Database, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    chat = teams.user("Ann").personal_chat()
    await chat.install()
    shown = chat.conversation.add(
        "m", "bot", {"attachments": [{"contentType": CARD, "content": CODE_CARD}]}, teams.now()
    )
    await chat.press(shown, "code", {"code": CODE})
    await chat.say(CODE, times=4)
    await chat.say("status")

    assert [row.activity["text"] for row in rows(either) if row.activity["kind"] == "message"] == ["status"]
    with either.engine.connect() as connection:
        dump = str([connection.execute(table.select()).all() for table in SQLModel.metadata.sorted_tables])
    assert "status" in dump
    assert CODE not in dump
    assert CODE not in caplog.text
    assert not [record for record in caplog.records if CODE in str(record.__dict__)]
