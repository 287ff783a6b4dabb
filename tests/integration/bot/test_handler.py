"""Turns: what is said to the bot is done once and answered once, where it was said."""

from __future__ import annotations

import json
import logging
from datetime import UTC, date, datetime

import pytest
from sqlmodel import Session, select

from bot import cards
from bot.cards.text import clean
from plans.governance import stops
from plans.governance.decisions import conclude, record
from plans.model.plan import Plan
from plans.ports.brain import Brain, BrainUnavailable, T, Thought, Usage
from plans.store import plans
from plans.store.database import Database
from plans.store.tables import AskRow, DecisionRow, InboundRow, ItemRow, MessageRow, PlanRow, StopRow, TimerRow
from plans.words import AskKind, ItemId, ItemKind, ItemState, PersonId
from tests.doubles.clock import ManualClock
from tests.integration.bot.office import ANN, BOB, CHANNEL, EVE, GOAL, NAMES, SLUG, Office, personal, task
from tests.unit.bot.walk import runs, shown, titles


def words(activity: dict[str, object]) -> str:
    """Everything a person reads of a message."""
    return str(activity.get("text", "")) + shown(activity.get("attachments", []))


async def test_a_goal_becomes_a_proposal_with_a_sign_of_life_in_the_same_thread(office: Office) -> None:
    reply = await office.hear(GOAL, chat=CHANNEL)

    assert reply["text"].startswith("Here is my plan for ")
    assert "Northwind Analytics" in reply["text"]
    assert office.typed == [CHANNEL]
    ask = await office.asked()
    messages = await office.messages()
    assert {row.chat for row in messages} == {CHANNEL}
    assert [row.key for row in messages][1:] == [ask.message]
    assert messages[0].version > 1, "the sign of life is replaced in place as it goes"
    card = await office.card(ask.message)
    assert titles(card) == ["Approve", "Edit", "Reject", "Details"]
    assert "no Claude key is set" in runs(card)
    rows = await office.database.read(lambda tx: tx.exec(select(DecisionRow)).all())
    assert [(row.kind, row.verdict, row.plan) for row in rows] == [("plan", "ask", ask.plan)]


async def test_a_turn_that_runs_twice_proposes_and_answers_once(office: Office) -> None:
    incoming = office.incoming(GOAL, chat=CHANNEL)
    for _ in range(4):
        await office.reception.receive(incoming)
    for _ in range(2):
        await office.handler.turn(incoming.key, 0)

    assert len(await office.messages()) == 2
    assert len(await office.database.read(lambda tx: tx.exec(select(PlanRow)).all())) == 1
    assert len(await office.database.read(lambda tx: tx.exec(select(InboundRow)).all())) == 1


async def test_two_goals_for_the_same_thing_get_names_of_their_own(office: Office) -> None:
    for _ in range(2):
        await office.hear(GOAL, chat=CHANNEL)
    plans = await office.database.read(lambda tx: tx.exec(select(PlanRow)).all())
    assert len({plan.slug for plan in plans}) == len({plan.prefix for plan in plans}) == 2


@pytest.mark.parametrize(
    ("goal", "said"),
    [
        ("own", "names no date"),
        ("own the launch of Northwind", "names no date"),
        ("own the launch of Northwind by 2026-11-01", "has passed"),
        ("own the launch of Northwind by 30 Feb 2027", "30 Feb"),
        ("own the launch of Northwind by 2026-11-21", "too near"),
        ("own " + "the launch of Northwind " * 420 + "by 2027-01-29", "limit"),
    ],
    ids=["empty", "no date", "past", "30 Feb", "tomorrow", "10,000 characters"],
)
async def test_a_goal_that_cannot_be_planned_is_said_back_and_nothing_is_stored(
    office: Office, goal: str, said: str
) -> None:
    reply = await office.hear(goal)

    assert said in words(reply)
    assert titles(reply["attachments"][0]["content"]), "there is a way on"
    assert len(await office.messages()) == 1
    for table in (PlanRow, AskRow, DecisionRow):
        assert await office.database.read(lambda tx, t=table: tx.exec(select(t)).all()) == []  # type: ignore[misc]


async def test_the_welcome_comes_once_however_often_teams_tells_of_the_installation(office: Office) -> None:
    for kind, value in (("installed", {}), ("members_added", {"members": ["28:bot"]}), ("installed", {})):
        incoming = office.incoming("", kind=kind, value=value)  # type: ignore[arg-type]
        await office.reception.receive(incoming)
        await office.handler.turn(incoming.key, 0)
    [row] = await office.messages()
    assert row.key == f"welcome:{personal(ANN)}"
    assert "Added by Ann Example" in words(row.activity)


async def test_people_who_join_are_not_welcomed_one_by_one(office: Office) -> None:
    incoming = office.incoming("", chat=CHANNEL, kind="members_added", value={"members": ["29:bob"]})
    await office.reception.receive(incoming)
    await office.handler.turn(incoming.key, 0)
    assert await office.messages() == []


@pytest.mark.parametrize("text", ["hi", "Hello!", "help", "HELP", "hello there"])
async def test_hello_and_help_list_every_command(office: Office, text: str) -> None:
    reply = words(await office.hear(text))
    for typed in (
        "status",
        "this week",
        "why <item>",
        "agents",
        "undo",
        "stop <plan>",
        "resume",
        "done <item>",
        "help",
    ):
        assert typed in reply


async def test_status_says_what_is_late_at_risk_and_waits_for_whom(office: Office, clock: ManualClock) -> None:
    await office.own(
        task(1, start=date(2026, 11, 16), end=date(2026, 11, 18)),
        task(2, end=date(2026, 11, 23), days=2, after=(ItemId("NA-1"),), agent=None),
    )
    reply = words(await office.hear("status", chat=CHANNEL))
    assert "Status: something is late" in reply
    assert "NA-1 Task 1 · scout, due Wed 18 Nov, 2 days ago" in reply
    assert "0 of 2 tasks" in reply
    assert "1,000 EUR of 1,000 EUR left" in reply


async def test_a_proposal_waits_for_its_owner_in_the_status(office: Office) -> None:
    await office.hear(GOAL, chat=CHANNEL)
    reply = words(await office.hear("status", chat=CHANNEL))
    assert "waiting for approval" in reply
    assert "a yes to the plan from Ann Example" in reply


async def test_this_week_lists_what_is_due_and_how_it_stands(office: Office) -> None:
    await _streamed(office)
    reply = words(await office.hear("this week", chat=CHANNEL))
    assert "1 task for scout." in reply
    assert "scout •  NA-1  Task 1  · Fri 20 Nov · planned" in reply
    assert "NA-2" not in reply


async def test_next_week_is_seen_as_this_one_will_leave_it_and_nothing_is_kept(office: Office) -> None:
    plan = await _streamed(office)
    reply = words(await office.hear("What's coming up next week?", chat=CHANNEL))
    assert "Next week" in reply
    assert "scout •  NA-2  Task 2  · Mon 23 to Tue 24 Nov · planned" in reply
    assert "NA-1" not in reply
    assert await office.database.read(lambda tx: plans.load(tx, SLUG)) == plan


async def _streamed(office: Office) -> Plan:
    """Two tasks of scout under a stream, one for this Friday, one for next week."""
    stream = ItemId("NA-9")
    return await office.own(
        task(1, end=date(2026, 11, 20), parent=stream),
        task(2, start=date(2026, 11, 23), end=date(2026, 11, 25), days=2, parent=stream, after=(ItemId("NA-1"),)),
        task(9, kind=ItemKind.STREAM, agent=None, end=date(2026, 12, 18)),
    )


async def test_slip_opens_the_card_of_what_a_list_told_of(office: Office, clock: ManualClock) -> None:
    await office.own(*(task(n, end=date(2026, 11, 20)) for n in range(1, 6)))
    clock.set(datetime(2026, 11, 20, 23, 0, tzinfo=UTC))
    await office.database.write(lambda tx: office.deadlines.on_due(tx, _timers(tx)))
    posted = [row.activity["summary"] for row in await office.messages(CHANNEL)]
    assert [text.split(" ")[0] for text in posted] == ["NA-1", "NA-2", "NA-3", "Northwind"]
    assert "2 items passed their dates, beside the 3 with cards of their own" in posted[-1]
    assert "its card is here" in words(await office.hear("slip NA-5", chat=CHANNEL))
    posted = [row.activity["summary"] for row in await office.messages(CHANNEL)]
    assert any(text.startswith("NA-5 Task 5 is late") for text in posted)
    assert any("1 item passed its date, beside the 4 with cards" in text for text in posted)


async def test_slip_says_when_nothing_is_late(office: Office) -> None:
    await office.own()
    assert "it is not late" in words(await office.hear("slip NA-1", chat=CHANNEL))


def _timers(tx: Session) -> list[TimerRow]:
    return list(tx.exec(select(TimerRow).where(TimerRow.kind == "deadline")).all())


async def test_why_tells_decision_outcome_and_evidence(office: Office, clock: ManualClock) -> None:
    await office.own()

    def log(tx: object) -> None:
        decision = record(
            tx,  # type: ignore[arg-type]
            at=clock.now(),
            kind="act",
            what="scout is to look things up: Task 1",
            why="NA-1 is ready on the plan",
            actor="scout",
            verdict="allow",
            plan=SLUG,
            item="NA-1",
            rules=("read-freely",),
        )
        evidence = {"source": "scout's list", "attributes": {"words": 250}, "excerpt": "**Buyers** are…"}
        conclude(tx, decision, clock.now(), "succeeded", "words 250 of 200", evidence)  # type: ignore[arg-type]

    await office.database.write(log)
    reply = words(await office.hear("Why NA-1?", chat=CHANNEL))
    for part in (
        "scout is to look things up. Allowed: NA-1",
        "words 250 of 200",
        "scout's list",
        "**Buyers** are…",
        "read-freely",
    ):
        assert part in reply


async def test_playbooks_are_listed_and_each_is_a_press_away(office: Office) -> None:
    reply = await office.hear("which playbooks are there?")
    assert "Bring a product to people by a day" in words(reply)
    assert "invoice reconciliation" in words(reply)
    listed = cards.content(reply)
    assert titles(listed)[:2] == ["product launch", "ABM programme"]
    shown_ = words(await office.hear("playbook show product launch"))
    assert "78 items, 57 of them tasks; it takes 20 working days at least." in shown_
    assert "· scout" in shown_
    assert "people prepared: from 0 to 100 percent" in shown_
    assert "designer · 60 % of one person · 3 tasks" in shown_
    assert "Share of demo requests answered within a working day." in shown_


async def test_a_playbook_that_nobody_here_can_serve_says_so(office: Office) -> None:
    office.roster._delegates.clear()
    assert "· no agent here can: a person does it" in words(await office.hear("playbook abm"))


@pytest.mark.parametrize(
    ("text", "said", "offered"),
    [
        ("playbook", "Which playbook?", 5),
        ("playbook programme", "Which playbook?", 2),
        ("playbook show weddings", "There is no playbook “weddings”. These are:", 5),
    ],
)
async def test_a_playbook_that_could_be_several_is_asked_for(
    office: Office, text: str, said: str, offered: int
) -> None:
    reply = await office.hear(text)
    assert said in words(reply)
    assert len(titles(cards.content(reply))) == offered


@pytest.mark.parametrize("text", ["why NA-1", "status", "done NA-1", "this week"])
async def test_a_plan_is_not_spoken_of_where_it_does_not_live(office: Office, text: str) -> None:
    await office.own()
    for person, chat in ((EVE, personal(EVE)), (BOB, "19:other@thread.v2")):
        reply = words(await office.hear(text, person, chat))  # type: ignore[arg-type]
        assert "Northwind" not in reply.replace("Northwind Analytics by 2027-01-29", "")


async def test_its_owner_can_ask_about_it_in_person(office: Office) -> None:
    await office.own()
    assert "Northwind Analytics" in words(await office.hear("status"))


async def test_several_plans_are_told_apart_by_a_button_each(office: Office) -> None:
    await office.own()
    await office.hear(GOAL, chat=CHANNEL)
    reply = await office.hear("status", chat=CHANNEL)
    card = reply["attachments"][0]["content"]
    assert "Which plan?" in words(reply)
    assert len(titles(card)) == 2
    assert card["actions"][0]["data"]["steward"]["text"] == f"status {SLUG}"
    named = words(await office.hear(f"status {SLUG}", chat=CHANNEL))
    assert "0 of 2 tasks" in named


async def test_stop_and_resume_are_the_owners_and_are_told_to_delegation(office: Office) -> None:
    await office.own()
    refused = words(await office.hear("stop", BOB, CHANNEL))
    assert "Only Ann Example may stop Northwind Analytics" in refused
    assert office.told == []

    assert "Stopped" in words(await office.hear("stop northwind", chat=CHANNEL))
    assert await office.database.read(lambda tx: stops.stopped(tx, plan=SLUG)) is not None
    assert "Status: stopped" in words(await office.hear("status", chat=CHANNEL))
    assert "goes on" in words(await office.hear("resume", chat=CHANNEL))
    assert office.told == [("halted", SLUG), ("resumed", SLUG)]


async def test_everything_is_stopped_and_resumed_by_whoever_stopped_it(office: Office) -> None:
    await office.own()
    assert "Only somebody who owns a plan" in words(await office.hear("stop everything", EVE, CHANNEL))
    assert "Everything is stopped" in words(await office.hear("stop everything", chat=CHANNEL))
    assert "only Ann Example may lift that" in words(await office.hear("resume everything", EVE, CHANNEL))
    assert await _stopped(office)
    assert "Everything goes on" in words(await office.hear("resume", chat=CHANNEL))
    assert not await _stopped(office)
    assert office.told == [("halted", None), ("resumed", None)]


async def _stopped(office: Office) -> bool:
    return bool(await office.database.read(lambda tx: tx.exec(select(StopRow)).all()))


async def test_a_person_finishes_an_item_of_their_own_once(office: Office) -> None:
    await office.own(task(1, agent=None, owner=BOB), task(2))
    assert "Only Bob Builder can say" in words(await _bob_known(office, "done NA-1", ANN))
    assert "Noted: NA-1" in words(await office.hear("NA-1 is done", BOB, CHANNEL))
    assert "done already" in words(await office.hear("done NA-1", BOB, CHANNEL))
    assert "is scout's" in words(await office.hear("done NA-2", chat=CHANNEL))
    assert office.told == [("wake", SLUG)]
    row = await office.database.read(lambda tx: tx.get_one(ItemRow, "NA-1"))
    assert row.state == ItemState.DONE


async def _bob_known(office: Office, text: str, person: PersonId) -> dict[str, object]:
    await office.meet(BOB)
    return await office.hear(text, person, CHANNEL)


async def test_undo_says_when_there_is_nothing_to_take_back(office: Office) -> None:
    await office.own()
    assert "no change" in words(await office.hear("undo", chat=CHANNEL))


async def test_the_inventory_tells_who_can_be_reached(office: Office) -> None:
    reply = words(await office.hear("agents"))
    for part in ("scout", "writer", "maildesk", "research", "ready", "40 EUR a brief"):
        assert part in reply


async def test_what_nobody_understands_offers_the_nearest_commands(office: Office) -> None:
    reply = await office.hear("stats please")
    assert "did not understand" in words(reply)
    assert "Status" in titles(reply["attachments"][0]["content"])


async def test_hostile_names_are_shown_as_text(office: Office) -> None:
    await office.own(task(1, title="<at>Everyone</at> \u202e**boom**\u200b [x](http://evil)"))
    reply = await office.hear("this week", chat=CHANNEL)
    assert clean("<at>Everyone</at> \u202e**boom**\u200b [x](http://evil)") in runs(reply)
    assert "\u202e" not in json.dumps(reply, ensure_ascii=False)
    assert "entities" not in reply


async def test_a_failure_of_ours_is_apologised_for_and_logged_without_words(
    office: Office, database: Database, caplog: pytest.LogCaptureFixture
) -> None:
    await office.own()
    with database.engine.begin() as connection:
        connection.exec_driver_sql('UPDATE plan SET frame = \'{"title": "secret words"}\'')
    with caplog.at_level(logging.DEBUG):
        reply = await office.hear("status northwind", chat=CHANNEL)
    assert "Something went wrong on my side" in words(reply)
    assert "Reference" in words(reply)
    assert "turn " in caplog.text
    assert "secret words" not in caplog.text
    assert "status northwind" not in caplog.text


class ScriptedBrain:
    """Answers what the test says, whatever is asked."""

    def __init__(self, answer: dict[str, str] | None) -> None:
        self.answer = answer
        self.prompts: list[str] = []

    async def think(self, purpose: str, system: str, prompt: str, shape: type[T]) -> Thought[T]:
        self.prompts.append(prompt)
        if self.answer is None:
            raise BrainUnavailable("overloaded")
        return Thought(value=shape.model_validate(self.answer), usage=Usage())


async def said_by(
    database: Database, clock: ManualClock, answer: dict[str, str] | None, text: str
) -> dict[str, object]:
    brain: Brain = ScriptedBrain(answer)
    office = Office(database, clock, brain)
    await office.own()
    return await office.hear(text, chat=CHANNEL)


async def test_the_model_may_choose_a_command_that_only_reads(database: Database, clock: ManualClock) -> None:
    reply = await said_by(
        database, clock, {"intent": "why", "item": "NA-1"}, "what on earth happened to the first task"
    )
    assert "Why NA-1" in words(reply)


@pytest.mark.parametrize("intent", ["stop", "undo", "done", "resume"])
async def test_the_model_never_changes_anything_itself(database: Database, clock: ManualClock, intent: str) -> None:
    meaning = {"intent": intent, "plan": SLUG, "item": "NA-1"}
    reply = await said_by(database, clock, meaning, "please make this go away")
    assert "Did you mean this?" in words(reply)
    assert not database.read_now(lambda tx: tx.exec(select(StopRow)).all())


async def test_a_plan_that_the_model_makes_up_is_not_taken_over(database: Database, clock: ManualClock) -> None:
    meaning = {"intent": "stop", "plan": "everything", "item": "XX-9"}
    reply = await said_by(database, clock, meaning, "please make this go away")
    assert titles(reply["attachments"][0]["content"])[0] == "stop"  # type: ignore[index]


async def test_the_models_answer_is_shown_as_text(database: Database, clock: ManualClock) -> None:
    reply = await said_by(database, clock, {"intent": "answer", "answer": "**All** is [well](http://x)"}, "is all well")
    assert "**All** is [well](http://x)" in runs(reply)


async def test_without_the_model_the_nearest_commands_are_offered(database: Database, clock: ManualClock) -> None:
    assert "did not understand" in words(await said_by(database, clock, None, "is all well"))


async def test_every_kind_of_ask_has_its_words_in_the_status(office: Office) -> None:
    await office.own()

    def ask(tx: object) -> None:
        for number, kind in enumerate(AskKind):
            row = AskRow(
                id=f"a{number}", kind=kind, plan=SLUG, entity="x", chat=CHANNEL, allowed=[ANN], hash="", notice={},
                message=f"m{number}", asked_at=office.clock.now(),
            )  # fmt: skip
            tx.add(row)  # type: ignore[attr-defined]

    await office.database.write(ask)
    reply = words(await office.hear("status", chat=CHANNEL))
    assert reply.count(f"from {NAMES[ANN]}") == len(AskKind)
    assert len(await office.database.read(lambda tx: tx.exec(select(MessageRow)).all())) == 1
