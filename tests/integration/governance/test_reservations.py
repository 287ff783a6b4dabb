"""One budget, however many acts want some of it."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import date
from functools import partial

import pytest
from sqlmodel import Session

from plans.errors import Conflict, UserError
from plans.governance.reservations import left, release, reserve, settle
from plans.store.database import Database
from plans.store.tables import ReservationRow
from plans.words import DecisionId, Money
from tests.integration.governance.world import SLUG, plan_of, proposed, task

BUDGET = Money.of(100)
FORTY = Money.of(40)
ONE = DecisionId("D1")
DAY = date(2026, 11, 20)


@pytest.fixture
def store(database: Database) -> Database:
    database.write_now(lambda tx: proposed(tx, plan_of(task(1, DAY, DAY))))
    return database


def rest(store: Database) -> int:
    return store.read_now(lambda tx: left(tx, SLUG, BUDGET)).minor


def held(tx: Session, decision: str = ONE, amount: Money = FORTY) -> None:
    reserve(tx, DecisionId(decision), SLUG, amount, BUDGET)


def test_what_is_held_is_not_left(store: Database) -> None:
    store.write_now(held)
    assert rest(store) == 60_00


def test_the_same_decision_holds_once(store: Database) -> None:
    for _ in range(3):
        store.write_now(held)
    assert rest(store) == 60_00


def test_too_much_is_refused_naming_the_budget_and_what_is_left(store: Database) -> None:
    store.write_now(held)
    with pytest.raises(UserError, match="60 EUR of 100 EUR") as error:
        store.write_now(lambda tx: held(tx, "D2", Money(minor=60_01)))
    assert error.value.way_on
    store.write_now(lambda tx: held(tx, "D3", Money.of(60)))
    assert rest(store) == 0


@pytest.mark.parametrize(
    ("cost", "spent"),
    [
        (Money.of(25), 25_00),
        (Money.of(0), 0),
        (None, 40_00),
        (Money.of(4_000), 40_00),
        (Money.of(30, "USD"), 40_00),
        (Money(minor=-1), 40_00),
    ],
)
def test_settling_books_the_cost_but_never_beyond_what_was_held(
    store: Database, cost: Money | None, spent: int
) -> None:
    store.write_now(held)
    for again in (cost, Money.of(1)):
        store.write_now(partial(settle, decision=ONE, cost=again))
    assert rest(store) == 100_00 - spent


def test_releasing_frees_it_all_and_twice_is_harmless(store: Database) -> None:
    store.write_now(held)
    for _ in range(2):
        store.write_now(lambda tx: release(tx, ONE))
    assert rest(store) == 100_00


def test_what_is_settled_is_not_released_nor_the_other_way_round(store: Database) -> None:
    store.write_now(held)
    store.write_now(lambda tx: settle(tx, ONE, None))
    with pytest.raises(Conflict):
        store.write_now(lambda tx: release(tx, ONE))
    store.write_now(lambda tx: held(tx, "D2"))
    store.write_now(lambda tx: release(tx, DecisionId("D2")))
    with pytest.raises(Conflict):
        store.write_now(lambda tx: settle(tx, DecisionId("D2"), None))
    assert rest(store) == 60_00


def test_a_decision_whose_reservation_is_over_does_not_hold_again(store: Database) -> None:
    store.write_now(held)
    store.write_now(lambda tx: release(tx, ONE))
    with pytest.raises(Conflict, match="is released"):
        store.write_now(held)
    assert rest(store) == 100_00


def test_an_act_that_held_nothing_settles_and_releases_nothing(store: Database) -> None:
    store.write_now(lambda tx: settle(tx, ONE, Money.of(5)))
    store.write_now(lambda tx: release(tx, ONE))
    assert rest(store) == 100_00


def test_currencies_are_never_mixed(store: Database) -> None:
    with pytest.raises(UserError, match="is in EUR"):
        store.write_now(lambda tx: held(tx, ONE, Money.of(1, "USD")))
    store.write_now(lambda tx: reserve(tx, ONE, SLUG, Money.of(1, "USD"), None))
    with pytest.raises(UserError, match="is in EUR"):
        store.write_now(lambda tx: held(tx, "D2"))


def test_nothing_below_zero_is_held(store: Database) -> None:
    with pytest.raises(ValueError, match="below zero"):
        store.write_now(lambda tx: held(tx, ONE, Money(minor=-1)))


def test_without_a_budget_there_is_no_bound(store: Database) -> None:
    store.write_now(lambda tx: reserve(tx, ONE, SLUG, Money.of(1_000_000), None))
    assert store.read_now(lambda tx: tx.get_one(ReservationRow, ONE)).state == "held"


def test_eight_threads_racing_for_one_budget_never_hold_more_than_there_is(either: Database) -> None:
    either.write_now(lambda tx: proposed(tx, plan_of(task(1, DAY, DAY))))

    def grab(number: int) -> int:
        def work(tx: Session) -> None:
            left(tx, SLUG, BUDGET)  # a read first, as the policy's snapshot makes one
            reserve(tx, DecisionId(f"D{number}"), SLUG, Money.of(7), BUDGET)

        try:
            either.write_now(work)
        except UserError:
            return 0
        return 1

    with ThreadPoolExecutor(8) as threads:
        won = sum(threads.map(grab, range(40)))
    assert won == 14
    assert either.read_now(lambda tx: left(tx, SLUG, BUDGET)) == Money.of(2)
