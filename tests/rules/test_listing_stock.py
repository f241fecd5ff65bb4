"""How the number that Amazon is told comes about."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from loadbay.listings.stock_rules import (
    Applied,
    Part,
    ShopRules,
    applied_rules,
    is_urgent,
    next_sequence,
    reckon,
    scarcest,
    shown,
)

NOW = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
units = st.integers(-50, 500)
some = st.none() | st.integers(0, 500)
any_rules = st.builds(
    ShopRules,
    offset=st.integers(-100, 100),
    fixed=some,
    percentage=st.none() | st.integers(0, 100),
    minimum=some,
    listing_cap=some,
    global_cap=some,
)


def told(on_hand: int, *, open_units: int = 0, labelled: int = 0, rules: ShopRules = ShopRules()) -> int:  # noqa: B008
    free = on_hand - open_units - labelled
    return reckon([Part("RUG", free)], rules=rules, open_units=open_units).told


def test_with_no_rule_everything_on_hand_is_told():
    assert told(100) == 100


def test_an_arriving_sale_changes_nothing_that_is_sent():
    assert told(100, open_units=5) == told(100)


def test_its_label_lowers_it_by_its_units_once():
    assert told(100, open_units=5) - told(100, labelled=5) == 5
    assert told(95) == told(100, labelled=5)


def test_with_a_cap_of_five_amazon_sells_five_beside_the_open_ones():
    number = told(100, open_units=5, rules=ShopRules(listing_cap=5))
    assert number == 10
    assert number - 5 == 5


def test_the_rules_act_in_their_order():
    rules = ShopRules(offset=-10, percentage=50, minimum=3, listing_cap=30, global_cap=20)
    assert applied_rules(100, rules=rules) == (
        Applied("offset", 90),
        Applied("percentage", 45),
        Applied("minimum", 45),
        Applied("listing_cap", 30),
        Applied("global_cap", 20),
    )


@pytest.mark.parametrize(
    ("free", "rules", "number"),
    [
        (7, ShopRules(fixed=3), 3),
        (0, ShopRules(fixed=3), 0),
        (7, ShopRules(percentage=50), 3),
        (4, ShopRules(minimum=5), 0),
        (5, ShopRules(minimum=5), 5),
        (3, ShopRules(offset=-5), 0),
        (0, ShopRules(offset=2), 2),
        (-4, ShopRules(offset=2), 0),
        (9, ShopRules(global_cap=0), 0),
    ],
)
def test_each_rule_does_what_it_says(free, rules, number):
    assert shown(free, rules=rules) == number


@given(units, any_rules, st.integers(0, 50))
def test_it_is_never_below_zero_nor_above_a_cap(free, rules, open_units):
    result = reckon([Part("RUG", free)], rules=rules, open_units=open_units)
    assert result.shown >= 0
    assert result.told == result.shown + open_units
    for cap in (rules.listing_cap, rules.global_cap):
        assert cap is None or result.shown <= cap


@given(units, st.integers(0, 30), st.integers(0, 30))
def test_without_rules_amazons_sellable_is_what_is_free(on_hand, open_units, labelled):
    free = on_hand - open_units - labelled
    assert max(0, told(on_hand, open_units=open_units, labelled=labelled) - open_units) == max(0, free)


def test_the_scarcest_part_of_a_bundle_decides_and_is_named():
    parts = [Part("CUP", free=9, units=4), Part("SAUCER", free=12, units=4), Part("POT", free=5)]
    assert scarcest(parts) == Part("CUP", free=9, units=4)
    result = reckon(parts, rules=ShopRules(), open_units=1)
    assert (result.free, result.limited_by, result.told) == (2, "CUP", 3)


def test_a_bundle_of_nothing_is_sold_out():
    assert reckon([], rules=ShopRules(), open_units=0).told == 0


@given(st.integers(0, 2**60))
def test_a_sequence_number_only_grows(last):
    assert next_sequence(last, now=NOW) > last
    assert next_sequence(last, now=NOW) >= int(NOW.timestamp() * 1000)


@pytest.mark.parametrize(
    ("number", "acknowledged", "urgent"),
    [(0, None, True), (0, 5, True), (4, 5, True), (6, 5, False), (6, None, False)],
)
def test_nothing_and_less_are_urgent(number, acknowledged, urgent):
    assert is_urgent(number, acknowledged=acknowledged) is urgent
