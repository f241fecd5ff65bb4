"""The life of a field call, the steps to its label, and the pickup that takes it."""

from datetime import UTC, date, datetime, time, timedelta
from itertools import product
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from loadbay.dispatch.rules import (
    NEXT,
    Ask,
    Labels,
    Site,
    State,
    Step,
    StepNotAllowed,
    advance,
    collection_moment,
    next_ask,
    next_pickup,
)

LONDON = ZoneInfo("Europe/London")
CHRISTMAS = frozenset({date(2026, 12, 25), date(2026, 12, 28)})
SHOP = Site(LONDON, (time(11, 0), time(16, 0)), frozenset({1, 2, 3, 4, 5}), CHRISTMAS)


def at(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


@pytest.mark.parametrize(("state", "step"), list(NEXT))
def test_a_step_of_the_table_leads_on(state: State, step: Step):
    assert advance(state, step, number="FC-1") is NEXT[state, step]


@pytest.mark.parametrize(
    ("state", "step"), [pair for pair in product(State, Step) if pair not in NEXT], ids=str
)
def test_a_step_outside_the_table_is_refused_by_name(state: State, step: Step):
    with pytest.raises(StepNotAllowed) as refused:
        advance(state, step, number="FC-000007")
    assert refused.value.code == "step_not_allowed"
    assert "FC-000007" in refused.value.sentence


def test_a_completed_field_call_cannot_be_cancelled():
    assert (State.COMPLETED, Step.CANCEL) not in NEXT


NOTHING_YET = Labels(parcels=1, links=0, files=0)
STEPS = [
    ("ACCEPTED", NOTHING_YET, Ask.CONFIRM),
    ("CREATED", NOTHING_YET, Ask.CONFIRM),
    ("CONFIRMED", NOTHING_YET, Ask.CREATE_PACKAGES),
    ("PACKAGE_CREATED", NOTHING_YET, Ask.OPTIONS),
    ("PICKUP_SLOT_RETRIEVED", NOTHING_YET, Ask.MAKE),
    ("INVOICE_GENERATED", NOTHING_YET, Ask.MAKE),
    ("SHIPLABEL_GENERATED", NOTHING_YET, Ask.REMAKE),
    ("SHIPLABEL_GENERATED", Labels(parcels=1, links=1, files=0), Ask.FETCH),
    ("SHIPLABEL_GENERATED", Labels(parcels=2, links=1, files=1), Ask.FETCH),
    ("SHIPLABEL_GENERATED", Labels(parcels=2, links=0, files=1), Ask.REMAKE),
    ("SHIPLABEL_GENERATED", Labels(parcels=1, links=0, files=1), Ask.NOTHING),
    ("CANCELLED", NOTHING_YET, Ask.STOP_CANCELLED),
    ("CANCELLED", Labels(parcels=1, links=1, files=0), Ask.STOP_CANCELLED),
    ("SHIPPED", NOTHING_YET, Ask.STOP_GONE),
    ("SHIPPED", Labels(parcels=1, links=1, files=0), Ask.FETCH),
    ("LEVITATING", NOTHING_YET, Ask.LOOK),
]


@pytest.mark.parametrize(("status", "labels", "ask"), STEPS)
def test_the_next_question_follows_from_what_amazon_shows_and_what_is_stored(
    status: str, labels: Labels, ask: Ask
):
    assert next_ask(status, labels) is ask


MOMENTS = [
    ("the last pickup before the deadline", "2026-03-02T17:30", "2026-03-02T08:00", "2026-03-02T16:00"),
    ("the morning lorry for a morning deadline", "2026-03-02T12:00", "2026-03-02T08:00", "2026-03-02T11:00"),
    (
        "the day's first when the deadline is earlier",
        "2026-03-02T09:00",
        "2026-03-02T08:00",
        "2026-03-02T11:00",
    ),
    ("the next one when that has gone", "2026-03-02T12:00", "2026-03-02T11:30", "2026-03-02T16:00"),
    ("tomorrow when the last has gone", "2026-03-02T17:00", "2026-03-02T16:01", "2026-03-03T11:00"),
    ("monday over the weekend", "2026-03-06T17:00", "2026-03-06T18:00", "2026-03-09T11:00"),
    ("friday for a saturday deadline", "2026-03-07T12:00", "2026-03-05T09:00", "2026-03-06T16:00"),
    ("monday once friday's last has gone", "2026-03-07T12:00", "2026-03-06T16:01", "2026-03-09T11:00"),
    ("the last before a holiday", "2026-12-25T17:00", "2026-12-22T09:00", "2026-12-24T16:00"),
    ("the first after the holidays", "2026-12-25T17:00", "2026-12-24T17:00", "2026-12-29T11:00"),
    ("no holiday for the day before", "2026-12-24T13:00", "2026-12-22T09:00", "2026-12-24T11:00"),
    ("summer time moves the lorry in UTC", "2026-07-01T17:00", "2026-07-01T08:00", "2026-07-01T15:00"),
]


@pytest.mark.parametrize(("name", "ship_by", "now", "expected"), MOMENTS)
def test_the_collection_moment_is(name: str, ship_by: str, now: str, expected: str):
    assert collection_moment(at(ship_by), site=SHOP, now=at(now)) == at(expected)


NEW_YEAR = datetime(2026, 1, 1, tzinfo=UTC)
MOMENTS_OF_THE_YEAR = st.integers(0, 365 * 24 * 60).map(lambda minutes: NEW_YEAR + timedelta(minutes=minutes))


@given(ship_by=MOMENTS_OF_THE_YEAR, now=MOMENTS_OF_THE_YEAR)
def test_a_lorry_is_never_in_the_past_and_always_one_of_the_sites(ship_by: datetime, now: datetime):
    moment = collection_moment(ship_by, site=SHOP, now=now)
    assert moment >= now
    local = moment.astimezone(LONDON)
    assert local.time() in SHOP.pickups
    assert local.isoweekday() in SHOP.weekdays
    assert local.date() not in SHOP.holidays


def test_however_many_holidays_follow_one_another_the_lorry_comes_after_them():
    mondays = frozenset(date(2026, 3, 2) + timedelta(weeks=week) for week in range(60))
    site = Site(LONDON, (time(11, 0),), frozenset({1}), mondays)
    assert next_pickup(at("2026-03-01T09:00"), site=site) == at("2027-04-26T10:00")


def test_a_site_without_pickup_times_is_collected_at_the_days_end():
    site = Site(LONDON, (), frozenset(range(1, 8)))
    assert next_pickup(at("2026-03-02T10:00"), site=site) == at("2026-03-02T23:59")
