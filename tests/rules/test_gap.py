"""Where a number of Amazon's stands here, and what a gap proof may claim."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from loadbay.orders.gap_rules import Known, Standing, WrongPeriod, claim, judge, period

START = datetime(2026, 3, 1, tzinfo=UTC)
LONDON = ZoneInfo("Europe/London")
NOW = datetime(2026, 7, 10, 12, tzinfo=UTC)


@pytest.mark.parametrize(
    ("known", "standing", "detail"),
    [
        (Known("built", sale="S-1"), Standing.IMPORTED, ""),
        (Known("staged"), Standing.WAITING, "Its sale is built in a moment."),
        (Known("waiting", held_because="Unknown SKU X."), Standing.WAITING, "Unknown SKU X."),
        (Known("ignored", ignored_because="Rule Tests."), Standing.IGNORED, "Rule Tests."),
        (
            Known("ignored", implied="Cancelled"),
            Standing.IGNORED,
            "Cancelled at Amazon before its sale was built.",
        ),
        (Known("ignored", implied="Complete"), Standing.IGNORED, "The order status matrix says Complete."),
        (Known(set_aside="no total"), Standing.SET_ASIDE, "no total"),
        (Known(), Standing.MISSING, ""),
    ],
)
def test_each_way_a_number_can_stand_here(known, standing, detail):
    judged = judge(known, status="ACCEPTED", created_at=START, starts_at=START)
    assert (judged.standing, judged.detail) == (standing, detail)


@pytest.mark.parametrize(
    ("status", "days_before", "standing"),
    [
        ("SHIPPED", 1, Standing.BEFORE_START),
        ("SHIPPED", 0, Standing.MISSING),
        ("ACCEPTED", 1, Standing.MISSING),
        ("ACCEPTED", 31, Standing.BEFORE_START),
    ],
)
def test_what_an_import_would_pass_over_is_no_gap(status, days_before, standing):
    created = START - timedelta(days=days_before)
    assert judge(Known(), status=status, created_at=created, starts_at=START).standing is standing


def test_a_number_of_a_location_without_a_channel_is_missing_and_says_why():
    judged = judge(Known(), status="SHIPPED", created_at=START, starts_at=None)
    assert judged.standing is Standing.MISSING
    assert judged.detail == "Its location belongs to no stock room of a sales channel."


def test_a_period_lasts_from_the_first_morning_to_the_last_evening_of_the_shop():
    since, until = period(date(2026, 7, 1), date(2026, 7, 2), zone=LONDON, now=NOW)
    assert since == datetime(2026, 6, 30, 23, tzinfo=UTC)
    assert until == datetime(2026, 7, 2, 23, tzinfo=UTC)


def test_what_changed_in_the_last_two_minutes_is_left_out():
    _, until = period(date(2026, 7, 10), date(2026, 7, 10), zone=LONDON, now=NOW)
    assert until == NOW - timedelta(minutes=2)


@pytest.mark.parametrize(
    ("first", "last", "words"),
    [
        ("2026-07-03", "2026-07-02", "Exchange them"),
        ("2026-07-11", "2026-07-12", "a first day before today"),
        ("2025-01-01", "2026-07-01", "at most 400 days"),
    ],
)
def test_a_period_that_is_none_is_refused_in_words(first, last, words):
    with pytest.raises(WrongPeriod, match=words):
        period(date.fromisoformat(first), date.fromisoformat(last), zone=LONDON, now=NOW)


@given(
    st.dictionaries(st.sampled_from([kind.value for kind in Standing]), st.integers(0, 50)),
    st.lists(st.just("SHIPPED shipments of uk (down)"), max_size=2),
    st.booleans(),
)
def test_no_gaps_is_said_only_when_everything_was_answered_and_nothing_is_missing(counts, unanswered, ended):
    said = claim(counts, unanswered=unanswered, ended=ended)
    is_whole = ended and not unanswered
    assert said.startswith("Complete") is is_whole
    assert ("No gaps" in said) is (is_whole and sum(counts.values()) > 0 and not counts.get("missing"))
