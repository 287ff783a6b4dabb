"""One-time codes: in memory only, once, in time, from their owner, in the personal chat."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest
from sqlmodel import select

from bot.challenges import SAID, Broker, normal
from bot.incoming import InvokeAnswer
from bot.typed_codes import code_in
from plans.ports.people import ChallengeExpired, ChallengeRequest
from plans.store.tables import AskRow, DecisionRow, InboundRow
from plans.words import AskId, AskState, ItemId, PlanSlug, Secret
from tests.integration.bot.office import ANN, CHANNEL, EVE, Office, personal
from tests.unit.bot.walk import inputs, runs, shown

CANARY = "738201"
REQUEST = ChallengeRequest(
    owner=ANN,
    vendor="Maildesk",
    origin="http://127.0.0.1:9103",
    item=ItemId("NA-7"),
    plan=PlanSlug("northwind"),
    why="to send the newsletter, started by scout",
    ttl=60,
)


@asynccontextmanager
async def asking(
    office: Office, request: ChallengeRequest = REQUEST
) -> AsyncIterator[tuple[asyncio.Task[Secret], AskRow]]:
    """A code is being waited for; its card is in the owner's personal chat."""
    await office.meet(ANN, EVE)
    known = set(office.broker.waiting_for(ANN))
    waiting = asyncio.create_task(office.broker.ask(request))
    async with asyncio.timeout(10):
        while set(office.broker.waiting_for(ANN)) == known:
            await asyncio.sleep(0)
            if waiting.done():
                waiting.result()
    [ask] = set(office.broker.waiting_for(ANN)) - known
    try:
        yield waiting, await office.database.read(lambda tx: tx.get_one(AskRow, ask))
    finally:
        waiting.cancel()
        await asyncio.gather(waiting, return_exceptions=True)


async def send(office: Office, ask: AskRow, code: str, person: str = ANN, chat: str | None = None) -> InvokeAnswer:
    """Types the code into the card's field and presses its button."""
    card = await office.card(ask.message)
    return await office.press(card["actions"][0], person, chat, code=code)  # type: ignore[arg-type]


async def state(office: Office, ask: AskRow) -> AskRow:
    return await office.database.read(lambda tx: tx.get_one(AskRow, ask.id))


async def test_the_owners_code_reaches_whoever_waits_for_it_and_the_card_says_so(office: Office) -> None:
    async with asking(office) as (waiting, ask):
        [message] = await office.messages()
        assert message.chat == personal(ANN)
        assert len(inputs(await office.card(ask.message))) == 1
        answer = await send(office, ask, "738 201")
        assert (await waiting).reveal() == CANARY
    assert "Answered by Ann Example" in runs(answer.value)
    assert not inputs(await office.card(ask.message))
    row = await state(office, ask)
    assert (row.state, row.answered_by, row.answer) == (AskState.ANSWERED, ANN, None)


async def test_a_code_counts_once(office: Office) -> None:
    async with asking(office) as (waiting, ask):
        first, second = await asyncio.gather(send(office, ask, CANARY), send(office, ask, CANARY))
        await waiting
    assert {first.type, second.type} == {
        "application/vnd.microsoft.card.adaptive",
        "application/vnd.microsoft.activity.message",
    }


async def test_a_replayed_code_is_refused_in_its_own_words(office: Office) -> None:
    async with asking(office) as (waiting, ask):
        card = await office.card(ask.message)
        await send(office, ask, CANARY)
        await waiting
        again = await office.press(card["actions"][0], code=CANARY)
    assert again.value == SAID["unknown-or-used"]


async def test_a_code_from_a_stranger_is_refused_logged_and_the_owner_still_asked(office: Office) -> None:
    async with asking(office) as (waiting, ask):
        card = await office.card(ask.message)
        answer = await send(office, ask, CANARY, EVE, personal(EVE))
        assert "asked of Ann Example" in answer.value
        assert await office.card(ask.message) == card
        assert not waiting.done()
    rows = await office.database.read(lambda tx: tx.exec(select(DecisionRow)).all())
    assert [(row.kind, row.actor) for row in rows] == [("refusal", EVE)]


async def test_a_code_sent_from_a_group_is_refused(office: Office) -> None:
    async with asking(office) as (waiting, ask):
        answer = await send(office, ask, CANARY, chat=CHANNEL)
        assert answer.value == SAID["not-personal"]
        assert not waiting.done()
        await send(office, ask, CANARY)
        assert (await waiting).reveal() == CANARY


async def test_a_late_code_is_refused(office: Office) -> None:
    async with asking(office) as (waiting, ask):
        office.clock.forward(seconds=61)
        assert (await send(office, ask, CANARY)).value == SAID["expired"]
        assert not waiting.done()


async def test_nobody_answering_ends_the_wait_and_closes_the_card(office: Office) -> None:
    request = REQUEST.model_copy(update={"ttl": 0.2})
    async with asking(office, request) as (waiting, ask):
        with pytest.raises(ChallengeExpired):
            await waiting
        card = await office.card(ask.message)
        assert "Expired" in runs(card)
        assert (await state(office, ask)).state == AskState.EXPIRED
        assert await office.broker.answer(AskId(ask.id), ANN, "personal", Secret(CANARY)) == "expired"


@pytest.mark.parametrize("typed", ["", "12", "x" * 13, "abcdef", "12 34 ; DROP", "1" * 500])
async def test_what_cannot_be_a_code_is_refused_and_can_be_typed_again(office: Office, typed: str) -> None:
    async with asking(office) as (waiting, ask):
        assert (await send(office, ask, typed)).value == SAID["bad-format"]
        await send(office, ask, CANARY)
        assert (await waiting).reveal() == CANARY


async def test_an_unknown_challenge_is_refused(office: Office) -> None:
    assert await office.broker.answer(AskId("nope"), ANN, "personal", Secret(CANARY)) == "unknown-or-used"


async def test_what_nobody_waits_for_any_more_is_void(office: Office) -> None:
    async with asking(office) as (waiting, ask):
        waiting.cancel()
        await asyncio.gather(waiting, return_exceptions=True)
        assert (await state(office, ask)).state == AskState.VOID


async def test_after_a_restart_the_challenge_is_void_and_its_code_refused(office: Office) -> None:
    async with asking(office) as (waiting, ask):
        restarted = Broker(office.database, office.asks, office.clock)
        await restarted.start()
        assert (await state(office, ask)).state == AskState.VOID
        assert await restarted.answer(AskId(ask.id), ANN, "personal", Secret(CANARY)) == "unknown-or-used"
        assert not waiting.done()


@pytest.mark.parametrize("text", [CANARY, "738 201", "my code is 738201", "738-201"])
async def test_a_code_typed_as_a_message_in_person_is_taken_and_not_stored(office: Office, text: str) -> None:
    async with asking(office) as (waiting, _):
        incoming = office.incoming(text)
        await office.reception.receive(incoming)
        assert (await waiting).reveal() == CANARY
        assert "Next time type it into the card" in shown(await office.card(f"code:{incoming.key}"))
        await office.reception.receive(incoming)
    assert await office.database.read(lambda tx: tx.exec(select(InboundRow)).all()) == []


@pytest.mark.parametrize("text", [CANARY, "my code is 738201"])
async def test_a_code_typed_in_a_group_is_refused_in_private_and_not_stored(office: Office, text: str) -> None:
    async with asking(office) as (waiting, ask):
        incoming = office.incoming(text, chat=CHANNEL)
        assert await office.reception.intercept(incoming)
        assert not waiting.done()
        [card, told] = await office.messages()
        assert (card.key, told.chat) == (ask.message, personal(ANN))
        assert "Delete your message there" in shown(told.activity)
    assert await office.messages(CHANNEL) == []
    assert await office.database.read(lambda tx: tx.exec(select(InboundRow)).all()) == []


async def test_a_code_typed_too_late_is_not_stored_either(office: Office) -> None:
    async with asking(office) as (waiting, _):
        waiting.cancel()
    incoming = office.incoming(CANARY)
    await office.reception.receive(incoming)
    assert "I kept nothing of it" in shown(await office.card(f"code:{incoming.key}"))
    assert await office.database.read(lambda tx: tx.exec(select(InboundRow)).all()) == []


async def test_with_two_codes_asked_the_card_has_to_say_which(office: Office) -> None:
    async with asking(office) as (first, _), asking(office) as (second, _):
        incoming = office.incoming(CANARY)
        await office.reception.receive(incoming)
        assert "which" in shown(await office.card(f"code:{incoming.key}"))
        assert not first.done()
        assert not second.done()


async def test_numbers_of_people_of_whom_no_code_is_asked_are_messages(office: Office) -> None:
    async with asking(office):
        assert not await office.reception.intercept(office.incoming("123456", EVE))
    office.clock.forward(minutes=11)
    assert not await office.reception.intercept(office.incoming("123456"))


async def test_the_code_appears_in_no_row_file_or_log(
    office: Office, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    with caplog.at_level(logging.DEBUG):
        async with asking(office) as (waiting, ask):
            await send(office, ask, CANARY, EVE, personal(EVE))
            await send(office, ask, CANARY, chat=CHANNEL)
            await office.reception.receive(office.incoming(f"the code is {CANARY}", chat=CHANNEL))
            await send(office, ask, CANARY)
            await waiting
        async with asking(office) as (waiting, _):
            await office.reception.receive(office.incoming(CANARY))
            await waiting
        assert CANARY not in repr(waiting)
    assert CANARY not in caplog.text
    assert await asyncio.to_thread(files_with, tmp_path, CANARY) == []


def files_with(folder: Path, text: str) -> list[str]:
    return [file.name for file in folder.iterdir() if text.encode() in file.read_bytes()]


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("123456", "123456"),
        ("123 456", "123456"),
        ("12-34-56", "123456"),
        ("A1B2C3", "A1B2C3"),
        ("the code: 12345678", "12345678"),
        ("code 123-456", "123-456"),
        ("NA-12", None),
        ("status", None),
        ("by 2027-01-29, budget 20,000 EUR", None),
        ("200000.50 EUR", None),
        ("see http://x/123456", None),
        ("", None),
    ],
)
def test_what_counts_as_a_code_in_a_message(text: str, code: str | None) -> None:
    found = code_in(text)
    assert (found.reveal() if found else None) == code


@pytest.mark.parametrize(("typed", "bare"), [("１２３４５６", "123456"), ("12 34\u201156", "123456"), ("ABCDEF", None)])
def test_a_code_is_read_without_its_gaps(typed: str, bare: str | None) -> None:
    assert normal(typed) == bare
