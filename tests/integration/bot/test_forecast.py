"""`forecast` and `forecast record`, as they are typed and answered."""

from __future__ import annotations

import sys
import threading
from datetime import date, timedelta
from typing import Any

import pytest
from sqlmodel import Session, select, update

from plans.model.forecast import Forecast, forecast
from plans.store import plans
from plans.store.tables import ForecastRow, PlanRow
from plans.words import ItemId, ItemKind, ItemState
from tests.integration.bot.office import ANN, CHANNEL, EVE, SLUG, Office, task
from tests.unit.bot.walk import runs, shown, titles

ONE = ItemId("NA-1")


def _card(reply: dict[str, Any]) -> dict[str, Any]:
    card: dict[str, Any] = reply["attachments"][0]["content"]
    return card


async def _kept(office: Office) -> list[ForecastRow]:
    return list(await office.database.read(lambda tx: tx.exec(select(ForecastRow)).all()))


async def test_a_forecast_tells_dates_odds_drivers_and_what_they_rest_on(office: Office) -> None:
    await office.own(task(1, days=4, low=2, high=9), task(2, days=5, after=(ONE,)), deadline=date(2026, 12, 8))
    card = _card(await office.hear("forecast", chat=CHANNEL))
    words = runs(card)
    for said in ("Even odds (P50):", "Safe to promise (P80):", "Nearly certain (P95):", "promise that one"):
        assert said in words
    assert "NA-2 Task 2 · decides in 100 % of the runs" in words
    assert "an estimate of 2 to 9 days, likely 4" in words
    assert "1 estimate in three points, 1 guess" in words
    assert "of 4 working days used" in words
    assert titles(card) == ["Record", "Status", "Item by item"]


async def test_what_was_told_is_kept_to_be_scored_once_a_day(office: Office) -> None:
    await office.own()
    for _ in range(2):
        await office.hear("will we make it?", chat=CHANNEL)
    rows = await _kept(office)
    assert sorted(row.id.rpartition(":")[2] for row in rows) == ["NA-1", "NA-2", "deadline", "p80"]
    assert {row.came_true for row in rows} == {None}


async def test_it_is_computed_on_a_thread_of_its_own(office: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    threads: list[str] = []

    def watched(*args: Any, **more: Any) -> Forecast:
        threads.append(threading.current_thread().name)
        return forecast(*args, **more)

    monkeypatch.setattr(sys.modules["bot.commands.forecast"], "compute", watched)
    await office.own()
    await office.hear("forecast", chat=CHANNEL)
    (name,) = threads
    assert name != threading.main_thread().name
    assert not name.startswith("db-"), "no transaction is open there"


async def test_of_a_plan_that_has_just_changed_it_is_told_and_not_kept(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    await office.own()

    def meddled(*args: Any, **more: Any) -> Forecast:
        office.database.write_now(lambda tx: tx.connection().exec_driver_sql("UPDATE plan SET revision = 7"))
        return forecast(*args, **more)

    monkeypatch.setattr(sys.modules["bot.commands.forecast"], "compute", meddled)
    assert "Even odds" in runs(_card(await office.hear("forecast", chat=CHANNEL)))
    assert await _kept(office) == []


async def test_guesses_alone_are_called_that(office: Office) -> None:
    await office.own()
    assert "not enough to say more than the estimates do" in runs(_card(await office.hear("forecast", chat=CHANNEL)))


async def test_while_later_work_is_not_planned_only_what_comes_next_has_odds(office: Office) -> None:
    far = task(3, kind=ItemKind.MILESTONE, agent=None, start=date(2027, 1, 20), end=date(2027, 1, 20))
    await office.own(task(1), task(2, after=(ONE,)), far)
    card = _card(await office.hear("forecast", chat=CHANNEL))
    words = runs(card)
    assert card["body"][0]["text"] == "Forecast: not enough to say yet"
    assert "For NA-3 no work is on the plan yet, so nobody can say when all of it will be done." in words
    assert "NA-2 Task 2 · " in words
    assert "P80" not in words


async def test_a_plan_that_is_done_needs_no_odds(office: Office) -> None:
    await office.own(task(1))
    await office.database.write(lambda tx: plans.set_item_state(tx, ONE, ItemState.DONE))
    card = _card(await office.hear("forecast", chat=CHANNEL))
    assert card["body"][0]["text"] == "Forecast: done"
    assert await _kept(office) == []


async def test_a_plan_without_work_is_refused_with_the_way_on(office: Office) -> None:
    await office.own(task(1, kind=ItemKind.OBJECTIVE, agent=None))
    assert "no task or milestone whose end could be forecast" in runs(
        _card(await office.hear("forecast", chat=CHANNEL))
    )


async def test_a_stranger_is_told_of_no_plan(office: Office) -> None:
    await office.own()
    for said in ("forecast", "forecast northwind", "forecast record"):
        assert "There is no plan here yet" in runs(_card(await office.hear(said, EVE)))


async def test_a_record_is_not_measurable_before_there_is_enough_of_it(office: Office) -> None:
    await office.own()
    await office.hear("forecast", chat=CHANNEL)
    words = runs(_card(await office.hear("forecast record", chat=CHANNEL)))
    told = "Not yet measurable: of 0 forecasts the truth is known, and it takes 20 to say anything. 4 are still open."
    assert words == f"Northwind Analytics\n{told}"


async def test_a_record_says_how_often_what_was_said_came_true(office: Office) -> None:
    await office.own()

    def past(tx: Session) -> None:
        for number in range(25):
            at = office.clock.now() - timedelta(days=number)
            said, true = 0.9 if number < 15 else 0.3, number < 12 or number > 22
            tx.add(
                ForecastRow(id=f"{SLUG}:{number}", plan=SLUG, at=at, by=at.date(), probability=said, resolved_at=at,
                            came_true=true)
            )  # fmt: skip

    await office.database.write(past)
    words = runs(_card(await office.hear("forecast record", chat=CHANNEL)))
    # (12 × 0.01 + 3 × 0.81 + 8 × 0.09 + 2 × 0.49) / 25
    assert "Brier score: 0.17 · over 25 forecasts, 0 still open" in words
    assert "80 to 100 % ████████░░ 80 % · 12 of 15; said 90 %" in words
    assert "20 to 40 % ██░░░░░░░░ 20 % · 2 of 10; said 30 %" in words


async def test_asking_for_the_record_settles_what_is_known_by_then(office: Office) -> None:
    await office.own()
    await office.hear("forecast", chat=CHANNEL)
    office.clock.forward(days=90)
    words = runs(_card(await office.hear("forecast record", ANN, CHANNEL)))
    assert "of 4 forecasts the truth is known" in words
    assert {row.came_true for row in await _kept(office)} == {False}


async def test_load_tells_when_everybodys_time_lets_it_be_finished(office: Office) -> None:
    await office.own(task(1, days=5, agent=None), task(2, days=5, agent=None), deadline=date(2026, 12, 8))
    reply = await office.hear("who is overloaded?", chat=CHANNEL)
    words = runs(_card(reply))
    assert "With everybody's time:" in words
    assert "later" in words
    assert "Ann Example holds it up most" in words
    assert "(too much)" in words
    assert titles(_card(reply)) == ["Forecast", "This week"]


@pytest.mark.parametrize("said", ["load", "forecast"])
async def test_of_a_plan_that_is_only_proposed_there_is_nothing_to_work_out(office: Office, said: str) -> None:
    await office.own()
    await office.database.write(lambda tx: tx.exec(update(PlanRow).values(revision=0, state="proposed")))
    reply = await office.hear(said, chat=CHANNEL)
    assert "is only proposed" in shown(reply["attachments"])
