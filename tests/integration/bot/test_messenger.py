"""Messages as rows: written with what made them true, replaced in place, whispered even where no chat is open yet."""

from __future__ import annotations

import pytest
from sqlmodel import Session

from bot.channel.failures import SendLater, SendRefused
from bot.messenger import PARKED, unopened
from bot.personal_chats import PersonalChats, release, waiting
from plans.ports.people import ProgressNotice
from plans.store.tables import ChatRow, MessageRow, PersonRow
from tests.integration.bot.office import ANN, BOB, CHANNEL, Office, personal
from tests.unit.bot.walk import shown


class Opener:
    """Opens chats, or fails as the test says."""

    def __init__(self, *failures: Exception) -> None:
        self.failures = list(failures)
        self.opened: list[tuple[str, str]] = []

    async def open_personal(self, person: PersonRow, near_chat: ChatRow) -> str:
        if self.failures:
            raise self.failures.pop(0)
        self.opened.append((person.teams_id, near_chat.id))
        return personal(BOB)


async def whisper(office: Office, *texts: str) -> None:
    """Whispers to Bob, who was only ever heard in the channel."""
    await office.hear("hi", BOB, CHANNEL)

    def say(tx: Session) -> None:
        for text in texts:
            office.messenger.whisper(tx, BOB, ProgressNotice(text=text), f"note:{text}")

    await office.database.write(say)


def chats(office: Office, opener: Opener) -> PersonalChats:
    return PersonalChats(office.database, opener, office.messenger, office.clock)


async def row(office: Office, key: str) -> MessageRow:
    return await office.database.read(lambda tx: tx.get_one(MessageRow, key))


async def test_the_same_key_replaces_the_message_in_place(office: Office) -> None:
    for text in ("one", "two"):
        await office.database.write(
            lambda tx, t=text: office.messenger.post(tx, CHANNEL, ProgressNotice(text=t), "k")  # type: ignore[misc]
        )
    [found] = await office.messages()
    assert (found.activity["text"], found.version) == ("two", 2)


async def test_a_message_goes_with_what_made_it_true(office: Office) -> None:
    def fail(tx: Session) -> None:
        office.messenger.post(tx, CHANNEL, ProgressNotice(text="done"), "k")
        raise RuntimeError("rolled back")

    with pytest.raises(RuntimeError):
        await office.database.write(fail)
    assert await office.messages() == []


async def test_a_whisper_goes_to_the_personal_chat(office: Office) -> None:
    await office.meet(ANN)
    await office.database.write(lambda tx: office.messenger.whisper(tx, ANN, ProgressNotice(text="psst"), "k"))
    assert (await row(office, "k")).chat == personal(ANN)


async def test_a_whisper_to_somebody_without_a_chat_waits_parked_and_goes_out_once_it_is_open(office: Office) -> None:
    await whisper(office, "one", "two")
    parked = await row(office, "note:one")
    assert (parked.state, parked.chat) == (PARKED, unopened(BOB))
    assert BOB in {person for person, _ in await office.database.read(waiting)}

    opener = Opener()
    for _ in range(2):
        await chats(office, opener).open(BOB, parked.number)

    assert opener.opened == [(f"29:{BOB}", CHANNEL)], "opened once, from where Bob was seen"
    for key in ("note:one", "note:two"):
        found = await row(office, key)
        assert (found.state, found.chat) == ("pending", personal(BOB))
    assert await office.database.read(waiting) == []


async def test_a_parked_whisper_that_is_replaced_stays_parked(office: Office) -> None:
    await whisper(office, "one")
    await office.database.write(lambda tx: office.messenger.whisper(tx, BOB, ProgressNotice(text="new"), "note:one"))
    found = await row(office, "note:one")
    assert (found.state, found.activity["text"]) == (PARKED, "new")


async def test_the_chat_opened_by_the_person_first_lets_it_out(office: Office) -> None:
    await whisper(office, "one")
    await office.hear("hello", BOB, personal(BOB))
    assert (await row(office, "note:one")).state == "pending"


async def test_teams_being_away_leaves_it_parked_for_the_next_try(office: Office) -> None:
    await whisper(office, "one")
    with pytest.raises(SendLater):
        await chats(office, Opener(SendLater("busy"))).open(BOB, 1)
    assert (await row(office, "note:one")).state == PARKED


async def test_whom_the_bot_may_not_write_to_is_told_about_where_they_were_seen(office: Office) -> None:
    await whisper(office, "one")
    await chats(office, Opener(SendRefused("the app is not installed"))).open(BOB, 1)
    assert (await row(office, "note:one")).state == "failed"
    told = await row(office, f"unreachable:{BOB}")
    assert told.chat == CHANNEL
    assert "I cannot write to Bob Builder in person: the app is not installed." in shown(told.activity)


async def test_nothing_is_let_out_for_somebody_whose_chat_is_not_known(office: Office) -> None:
    await whisper(office, "one")
    await office.database.write(lambda tx: release(tx, BOB))
    assert (await row(office, "note:one")).state == PARKED
