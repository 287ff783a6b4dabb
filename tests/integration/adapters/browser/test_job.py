"""A brief carried out in a real browser at a vendor that has only a web UI."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest

from adapters.browser.session import session_name
from plans.errors import VendorRefused
from plans.ports.work import Answer, Query
from plans.words import Money, StepState, Verb
from tests.integration.adapters.browser.conftest import StartWorld
from tests.integration.adapters.browser.world import KEY, OWNER, brief, ended, history

pytestmark = pytest.mark.asyncio(loop_scope="module")


async def test_a_campaign_is_sent_once_with_a_relayed_code_and_can_be_read_back(world: StartWorld) -> None:
    at = await world()
    delegate = at.delegate()

    steps = [step async for step in history(delegate, await delegate.submit(brief(), KEY))]

    done = steps[-1]
    assert done.state is StepState.DONE, done
    assert done.cost == Money(minor=900)
    assert done.artifacts[0].text.startswith("Hello,\nyour data has a home now.")
    assert at.desk.sent() == [(KEY, "Meet Northwind Analytics", "launch-list", 180)]
    assert at.desk.rows("SELECT count(DISTINCT address) FROM outbox WHERE subject LIKE 'Meet%'") == [(180,)]
    assert [step.seq for step in steps] == sorted({step.seq for step in steps})
    evidence = await delegate.read(Query(brief=brief(), key=KEY, ref=done.ref))
    assert evidence.found
    assert evidence.control
    assert evidence.attributes == {
        "status": "sent",
        "recipients": 180,
        "subject": "Meet Northwind Analytics",
        "reference": KEY,
        "cost": "9 EUR",
        "copies": 1,
    }
    assert len(at.broker.asked) == 1
    assert at.broker.asked[0].origin == at.desk.url
    assert (await delegate.submit(brief(), KEY)).state is StepState.DONE  # a brief handed over twice
    assert len(at.desk.sent()) == 1


async def test_while_the_code_is_awaited_the_job_says_so_and_gives_its_place_to_others(world: StartWorld) -> None:
    at = await world()
    delegate = at.delegate()
    seen: list[StepState] = []

    async def meanwhile() -> None:
        seen.append((await delegate.resume({"job": KEY}, None, KEY)).state)
        async with asyncio.timeout(5), at.pool.slot(), at.pool.slot():
            seen.append(StepState.WORKING)

    at.broker.meanwhile = meanwhile
    assert (await ended(delegate, await delegate.submit(brief(), KEY))).state is StepState.DONE
    assert seen == [StepState.NEEDS_2FA, StepState.WORKING]


async def test_jobs_of_one_person_use_the_session_one_after_the_other_and_a_successor_needs_no_code(
    world: StartWorld,
) -> None:
    at = await world()
    first = at.delegate()
    begun = [await first.submit(brief(), f"{KEY}-{n}") for n in (1, 2)]
    assert [(await ended(first, step)).state for step in begun] == [StepState.DONE] * 2
    await first.close()

    third = at.delegate()
    step = await third.submit(brief(recipient="partners"), f"{KEY}-3")
    assert (await ended(third, step)).state is StepState.DONE
    assert [row[0] for row in at.desk.sent()] == [f"{KEY}-1", f"{KEY}-2", f"{KEY}-3"]
    assert len(at.broker.asked) == 1


async def test_each_refused_code_is_asked_for_again_with_what_was_wrong(world: StartWorld) -> None:
    at = await world()
    at.broker.replies = [at.app.wrong, at.app.old, at.app.code]
    delegate = at.delegate()
    assert (await ended(delegate, await delegate.submit(brief(), KEY))).state is StepState.DONE
    await at.vault.erase(session_name("maildesk", OWNER))
    at.broker.replies = [at.app.same, at.app.code]
    assert (await ended(delegate, await delegate.submit(brief(), KEY + "b"))).state is StepState.DONE

    said = [(asked.attempt, asked.said) for asked in at.broker.asked]
    assert [attempt for attempt, _ in said] == [1, 2, 3, 1, 2]
    assert said[0][1] == said[3][1] == ""
    assert "wrong" in said[1][1]
    assert "expired; it is dead" in said[2][1]
    assert "already been used" in said[4][1]


async def _no_code(world: StartWorld) -> Any:
    at = await world()
    at.broker.replies = [lambda: None]
    return at


async def _wrong_codes(world: StartWorld) -> Any:
    at = await world()
    at.broker.replies = [at.app.wrong] * 3
    return at


async def _bad_password(world: StartWorld) -> Any:
    at = await world()
    await at.give_password("not-the-password")
    return at


async def _unknown_page(world: StartWorld) -> Any:
    at = await world()
    await at.vault.erase("credential:maildesk:" + OWNER)
    return at


@pytest.mark.parametrize(
    ("start", "state", "reason", "codes"),
    [
        (_no_code, StepState.EXPIRED, "nobody gave Maildesk's one-time code", 1),
        (_wrong_codes, StepState.NEEDS_LOGIN, "Maildesk refused 3 codes. The code before was wrong.", 3),
        (_bad_password, StepState.NEEDS_LOGIN, "Maildesk does not accept the stored user name and password", 0),
        (_unknown_page, StepState.NEEDS_LOGIN, "there is no user name and password for Maildesk", 0),
    ],
)
async def test_a_sign_in_that_fails_is_said_and_begins_again_on_a_persons_word(
    world: StartWorld, start: Any, state: StepState, reason: str, codes: int
) -> None:
    at = await start(world)
    delegate = at.delegate()
    stopped = await ended(delegate, await delegate.submit(brief(), KEY))
    assert (stopped.state, len(at.broker.asked)) == (state, codes)
    assert stopped.reason.startswith(reason)
    assert stopped.question
    assert at.desk.sent() == []
    assert (await delegate.resume(stopped.ref, None, KEY)).seq == stopped.seq  # a poll begins nothing

    await at.give_password()
    word = Answer(question=stopped.question.id, text="Try again", by=OWNER)
    assert (await ended(delegate, await delegate.resume(stopped.ref, word, KEY))).state is StepState.DONE
    assert len(at.desk.sent()) == 1


@pytest.mark.parametrize(
    ("fault", "codes"),
    [
        ("kill-after-login", 2),
        ("expire-on-save", 2),
        ("lose-answer", 1),
        ("sends-twice", 1),
        ("slow", 1),
        ("duplicate-labels", 1),
    ],
)
async def test_a_vendor_that_misbehaves_still_gets_exactly_one_campaign(
    world: StartWorld, fault: str, codes: int
) -> None:
    at = await world("--fault", fault)
    delegate = at.delegate()
    done = await ended(delegate, await delegate.submit(brief(), KEY))
    assert done.state is StepState.DONE, done
    assert at.desk.sent() == [(KEY, "Meet Northwind Analytics", "launch-list", 180)]
    assert len(at.broker.asked) == codes


async def test_text_on_a_page_that_instructs_agents_changes_nothing(world: StartWorld) -> None:
    at = await world("--fault", "agent-instructions")
    delegate = at.delegate()
    assert (await ended(delegate, await delegate.submit(brief(), KEY))).state is StepState.DONE
    assert at.desk.sent() == [(KEY, "Meet Northwind Analytics", "launch-list", 180)]


@pytest.mark.parametrize(
    ("word", "seen"),
    [
        ("filling in the form: body", StepState.CANCELED),
        ("looking at what came of it", StepState.DONE),
    ],
)
async def test_what_a_dead_process_left_is_found_by_looking_and_sent_once(
    world: StartWorld, word: str, seen: StepState
) -> None:
    at = await world()
    dead = at.delegate()
    begun = await dead.submit(brief(), KEY)
    async for step in history(dead, begun):
        if step.progress == word:
            break
    await dead.close()

    successor = at.delegate()
    assert (await successor.resume(begun.ref, None, KEY)).state is StepState.UNKNOWN
    looking = await successor.reconcile(begun.ref, KEY, brief())
    assert (looking.state, looking.ref) == (StepState.WORKING, {"look": KEY})
    found = await ended(successor, looking)
    assert found.state is seen, found
    if seen is StepState.CANCELED:
        assert at.desk.sent() == []
        found = await ended(successor, await successor.submit(brief(), KEY))
    assert found.state is StepState.DONE
    assert found.artifacts[0].id == KEY
    assert len(at.desk.sent()) == 1


async def test_a_list_without_the_row_that_is_always_there_proves_nothing(world: StartWorld) -> None:
    at = await world("--fault", "no-example")
    delegate = at.delegate()
    found = await ended(delegate, await delegate.reconcile(None, KEY, brief()))
    assert found.state is StepState.UNKNOWN
    assert not (await delegate.read(Query(brief=brief(), key=KEY, ref={}))).control


async def test_a_look_that_cannot_sign_in_does_not_claim_that_nothing_was_sent(world: StartWorld) -> None:
    at = await world()
    at.broker.replies = [lambda: None]
    delegate = at.delegate()
    assert (await ended(delegate, await delegate.reconcile(None, KEY, brief()))).state is StepState.UNKNOWN


async def test_a_job_is_called_off_before_it_sends_and_not_after(world: StartWorld) -> None:
    at = await world()
    delegate = at.delegate()

    async def meanwhile() -> None:
        await asyncio.Event().wait()

    at.broker.meanwhile = meanwhile
    begun = await delegate.submit(brief(), KEY)
    async for step in history(delegate, begun):
        if step.state is StepState.NEEDS_2FA:
            break
    assert (await delegate.cancel(begun.ref)).state is StepState.CANCELED
    at.broker.meanwhile = None
    done = await ended(delegate, await delegate.submit(brief(), KEY))
    late = await delegate.cancel(done.ref)
    assert (late.state, late.reason) == (StepState.DONE, "Maildesk has been told to send; that cannot be undone")
    assert len(at.desk.sent()) == 1


def _without_name(part: dict[str, Any]) -> None:
    subject = next(step for step in part["scripts"]["send_campaign"]["steps"] if step["id"] == "subject")
    subject["fill"] = subject["fill"][:1]


@pytest.mark.parametrize(
    ("changes", "change", "reason"),
    [
        ({"recipient": "everybody"}, lambda part: None, "Maildesk does not offer 'everybody' as audience"),
        ({}, _without_name, "Maildesk's page is not as its script knows it: there is not exactly one Subject"),
    ],
)
async def test_what_the_page_does_not_offer_fails_before_anything_is_sent(
    world: StartWorld, changes: dict[str, Any], change: Any, reason: str
) -> None:
    at = await world("--fault", "duplicate-labels")
    delegate = at.delegate(change)
    failed = await ended(delegate, await delegate.submit(brief(**changes), KEY))
    assert (failed.state, failed.reason) == (StepState.FAILED, reason)
    assert at.desk.sent() == []


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"recipient": None}, "names no recipient"),
        ({"verb": Verb.DRAFT}, "no script for send_campaign that would draft"),
        ({"capability": "delete_campaign"}, "no script for delete_campaign"),
    ],
)
async def test_a_brief_that_no_script_serves_is_refused_at_once(
    world: StartWorld, changes: dict[str, Any], said: str
) -> None:
    at = await world()
    with pytest.raises(VendorRefused, match=said):
        await at.delegate().submit(brief(**changes), KEY)


async def test_it_describes_itself_and_notices_that_the_vendor_is_down(world: StartWorld) -> None:
    at = await world()
    up = await at.delegate().describe()
    assert (up.healthy, up.driver, up.capabilities, up.tested) == (True, "browser", ("send_campaign",), "double")
    at.desk.url = "http://127.0.0.1:9"
    down = await at.delegate().describe()
    assert not down.healthy
    assert down.digest != up.digest
