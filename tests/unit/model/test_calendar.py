from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from plans.errors import UserError
from plans.model.calendar import Calendar, day_end, spoken, today
from plans.model.plan import Link
from plans.words import ItemId
from tests.unit.model.drawn import item, patient, plan_of

days = st.dates(date(2020, 1, 1), date(2032, 12, 31))
calendars = st.builds(
    Calendar,
    st.sets(st.integers(0, 6), min_size=1).map(tuple),
    st.sets(st.dates(date(2026, 1, 1), date(2026, 3, 1)), max_size=20),
)
CHRISTMAS = frozenset({date(2026, 12, 25), date(2026, 12, 26), date(2027, 1, 1)})


@pytest.mark.parametrize(
    ("day", "zone", "over"),
    [
        (date(2026, 11, 20), "Europe/Berlin", datetime(2026, 11, 20, 23, tzinfo=UTC)),
        (date(2027, 3, 28), "Europe/Berlin", datetime(2027, 3, 28, 22, tzinfo=UTC)),  # 23 hours long
        (date(2026, 10, 25), "Europe/Berlin", datetime(2026, 10, 25, 23, tzinfo=UTC)),  # 25 hours long
        (date(2026, 11, 1), "America/New_York", datetime(2026, 11, 2, 5, tzinfo=UTC)),
        (date(2026, 9, 5), "America/Santiago", datetime(2026, 9, 6, 4, tzinfo=UTC)),  # the next day has no midnight
        (date(2026, 11, 20), "Pacific/Kiritimati", datetime(2026, 11, 20, 10, tzinfo=UTC)),
    ],
)
def test_a_day_ends_when_the_next_begins_in_its_zone(day: date, zone: str, over: datetime) -> None:
    assert day_end(day, zone) == over
    assert day_end(day, zone).utcoffset() == timedelta(0)
    assert today(over - timedelta(microseconds=1), zone) == day
    assert today(over, zone) == day + timedelta(days=1)


@patient
@given(calendars, days)
def test_ranks_and_working_days_are_the_same_thing(calendar: Calendar, day: date) -> None:
    on = calendar.next_workday(day)
    back = calendar.previous_workday(day)
    assert calendar.is_workday(on)
    assert calendar.is_workday(back)
    assert back <= day <= on
    assert calendar.day(calendar.rank(on)) == on
    assert not any(calendar.is_workday(day + timedelta(days=n)) for n in range((on - day).days))


@patient
@given(calendars, days, st.integers(0, 60))
def test_adding_working_days_is_counting_them_one_by_one(calendar: Calendar, day: date, count: int) -> None:
    at = calendar.next_workday(day)
    for _ in range(count):
        at = calendar.next_workday(at + timedelta(days=1))
    assert calendar.add_workdays(day, count) == at
    assert calendar.workdays_between(day, at) == count + 1
    assert calendar.add_workdays(at, -count) == calendar.next_workday(day)


@pytest.mark.parametrize(
    ("day", "count", "there"),
    [
        (date(2026, 12, 24), 1, date(2026, 12, 28)),  # Friday is a holiday, then the weekend
        (date(2026, 12, 26), 0, date(2026, 12, 28)),
        (date(2026, 12, 28), -1, date(2026, 12, 24)),
        (date(2026, 12, 31), 1, date(2027, 1, 4)),
    ],
)
def test_holidays_are_passed_over(day: date, count: int, there: date) -> None:
    assert Calendar(holidays=CHRISTMAS).add_workdays(day, count) == there


def test_no_working_days_lie_between_an_end_and_a_later_start() -> None:
    assert Calendar().workdays_between(date(2026, 12, 4), date(2026, 12, 1)) == 0


@pytest.mark.parametrize("workdays", [(), (7,), (-1, 2)])
def test_a_week_without_working_days_is_refused(workdays: tuple[int, ...]) -> None:
    with pytest.raises(ValueError, match="Monday"):
        Calendar(workdays)


def test_the_year_is_spoken_where_it_is_not_the_plans_own() -> None:
    assert spoken(date(2026, 12, 4), 2026) == "Fri 4 Dec"
    assert spoken(date(2027, 1, 29), 2026) == "Fri 29 Jan 2027"


@pytest.mark.parametrize(
    ("country", "off", "on"),
    [
        ("DE", date(2026, 12, 25), date(2027, 1, 6)),
        ("DE-BY", date(2027, 1, 6), date(2026, 12, 24)),  # Epiphany is one in Bavaria
        ("US", date(2026, 11, 26), date(2026, 12, 28)),
        ("US", date(2027, 7, 5), date(2027, 7, 6)),  # the fourth is a Sunday
        ("de-by", date(2027, 1, 6), date(2026, 12, 24)),
        ("", date(2026, 12, 26), date(2026, 12, 25)),  # a Saturday is none without any country
    ],
)
def test_public_holidays_of_the_plans_country_are_days_off(country: str, off: date, on: date) -> None:
    calendar = Calendar.of(plan_of(country=country))
    assert not calendar.is_workday(off)
    assert calendar.is_workday(on)


def test_holidays_go_on_when_a_plan_is_years_late() -> None:
    calendar = Calendar.of(plan_of(country="DE"))
    assert not calendar.is_workday(date(2035, 12, 25))


def test_the_days_given_are_off_beside_the_public_holidays() -> None:
    calendar = Calendar.of(plan_of(country="DE"), {date(2026, 12, 1)})
    assert not calendar.is_workday(date(2026, 12, 1))
    assert not calendar.is_workday(date(2026, 12, 25))


@pytest.mark.parametrize(("country", "said"), [("XX", "country 'XX'"), ("DE-ZZ", "part 'ZZ' of DE")])
def test_a_country_that_is_none_is_named_with_how_to_write_one(country: str, said: str) -> None:
    with pytest.raises(UserError, match=said) as caught:
        Calendar.of(plan_of(country=country))
    assert "`DE-BY`" in caught.value.way_on


def test_a_plans_week_without_working_days_is_said_in_words() -> None:
    with pytest.raises(UserError, match="no working day"):
        Calendar.of(plan_of(workdays=()))


def test_the_29th_of_february_is_a_day_like_any_other() -> None:
    assert Calendar().add_workdays(date(2028, 2, 28), 1) == date(2028, 2, 29)
    assert Calendar().add_workdays(date(2028, 2, 29), 1) == date(2028, 3, 1)
    assert Calendar().add_workdays(date(2027, 2, 26), 1) == date(2027, 3, 1)


def test_a_day_beyond_all_calendars_is_said_in_words() -> None:
    with pytest.raises(UserError, match="9999"):
        Calendar().add_workdays(date(2026, 12, 1), 10_000_000)


@pytest.mark.parametrize(
    ("kind", "lag", "there"),
    [
        ("finish_start", 2, date(2026, 12, 8)),  # Friday and Monday lie between
        ("finish_start", 1, date(2026, 12, 5)),  # Friday alone; from then on any day will do
        ("start_start", 0, date(2026, 11, 30)),
        ("start_start", 3, date(2026, 12, 3)),
    ],
)
def test_a_lag_is_counted_in_working_days(kind: str, lag: int, there: date) -> None:
    link = Link.model_validate({"item": item(1).id, "kind": kind, "lag": lag})
    assert Calendar().free_from(link, date(2026, 11, 30), date(2026, 12, 3)) == there


def test_a_lag_behind_work_at_the_weekend_begins_on_monday() -> None:
    saturday = date(2026, 12, 5)
    for link in (Link(item=ItemId("NA-1"), lag=2), Link(item=ItemId("NA-1"), kind="start_start", lag=2)):
        assert Calendar().free_from(link, saturday, saturday) == date(2026, 12, 9)
