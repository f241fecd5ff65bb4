"""Order rules: conditions joined by and, what is not known fits nothing, the first stop decides."""

from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from loadbay.orders.order_rules import (
    FIELDS,
    MOST_CONDITIONS,
    Action,
    Comparison,
    Condition,
    Kind,
    OrderRule,
    WrongRule,
    check_rule,
    condition,
    fits,
    judge,
)

FACTS = {
    "total": Decimal("120.00"),
    "discount": Decimal(0),
    "currency": "GBP",
    "units": Decimal(3),
    "lines": Decimal(2),
    "sku": ("RUG-02", "LAMP"),
    "country": None,
    "postcode": "DE4 3NS",
    "ship_method": "Std UK Dom",
    "status": "ACCEPTED",
    "kind": "NEW",
    "location": "LBAY",
    "gift": True,
    "gift_message": False,
    "weight": None,
}


def holds(field: str, comparison: str, value: str) -> bool:
    return fits([condition(field, comparison, value)], FACTS)


@pytest.mark.parametrize(
    ("field", "comparison", "value", "is_so"),
    [
        ("total", "at-least", "120", True),
        ("total", "more-than", "120", False),
        ("total", "less-than", "120.01", True),
        ("total", "at-most", "119.99", False),
        ("total", "is", "120.0", True),
        ("total", "is-not", "120", False),
        ("units", "at-least", "4", False),
        ("currency", "is", "gbp", True),
        ("currency", "none-of", "EUR, USD", True),
        ("currency", "none-of", "EUR, GBP", False),
        ("sku", "is", "lamp", True),
        ("sku", "is-not", "LAMP", False),
        ("sku", "is-not", "SOFA", True),
        ("sku", "starts-with", "SOFA, RUG", True),
        ("sku", "contains", "UG-0", True),
        ("sku", "one-of", "SOFA,CHAIR", False),
        ("postcode", "starts-with", "BT, de43", True),
        ("postcode", "starts-with", "E4", False),
        ("ship_method", "contains", "dom", True),
        ("gift", "is", "yes", True),
        ("gift_message", "is", "yes", False),
        ("gift_message", "is", "no", True),
        ("country", "is", "GB", False),
        ("country", "is-not", "GB", False),
        ("weight", "at-most", "1000", False),
    ],
)
def test_each_comparison_of_each_kind_of_field(field, comparison, value, is_so):
    assert holds(field, comparison, value) is is_so


@pytest.mark.parametrize(
    ("field", "comparison", "value", "words"),
    [
        ("colour", "is", "red", "'colour' is no field of an order"),
        ("total", "about", "5", "'about' is no comparison"),
        ("total", "contains", "5", "Total cannot be asked with contains; use is, is-not, at-least"),
        ("total", "at-least", "a lot", "is compared with a number; 'a lot' is none"),
        ("total", "at-least", "NaN", "'NaN' is none"),
        ("total", "at-least", "1e99", "'1e99' is none"),
        ("gift", "is", "maybe", "Gift wrap is yes or no, not 'maybe'"),
        ("gift", "starts-with", "y", "cannot be asked with starts-with"),
        ("sku", "is", "  ", "Give a value for SKU"),
        ("sku", "is", "A\x00B", "Give a value for SKU"),
        ("sku", "is", "A" * 201, "at most 200 characters"),
    ],
)
def test_what_cannot_be_asked_is_refused_in_words(field, comparison, value, words):
    with pytest.raises(WrongRule) as refusal:
        condition(field, comparison, value, part="2")
    assert words in refusal.value.sentence
    assert refusal.value.part == "2"


def test_a_rule_without_name_without_or_with_too_many_conditions_is_refused():
    one = condition("units", "at-least", "2")
    for name, conditions, part in ((" ", [one], "name"), ("Big", [], "1"), ("Big", [one] * 9, "1")):
        with pytest.raises(WrongRule) as refusal:
            check_rule(name, conditions)
        assert refusal.value.part == part
    check_rule("Big", [one] * MOST_CONDITIONS)


def a_rule(number: int, action: Action, *conditions: Condition) -> OrderRule:
    return OrderRule(number, f"R{number}", action, conditions)


BIG = condition("total", "at-least", "100")
SMALL = condition("total", "less-than", "100")


def test_the_first_that_stops_decides_and_every_flag_counts():
    rules = [
        a_rule(1, Action.HOLD, BIG, SMALL),
        a_rule(2, Action.FLAG, BIG),
        a_rule(3, Action.IGNORE, BIG),
        a_rule(4, Action.HOLD, BIG),
        a_rule(5, Action.FLAG, BIG),
    ]
    said = judge(rules, FACTS)
    assert said.stop is rules[2]
    assert said.flags == (rules[1], rules[4])
    assert said.stop.because == "Ignored by the order rule R3: Total is at least 100."


def test_a_released_order_is_not_stopped_by_the_same_rule_but_by_another():
    rules = [a_rule(1, Action.HOLD, BIG), a_rule(2, Action.HOLD, BIG)]
    assert judge(rules, FACTS, released={1}).stop is rules[1]
    assert judge(rules, FACTS, released={1, 2}).stop is None


NUMBERS = st.decimals(min_value=-1000, max_value=1000, places=2)


@given(NUMBERS, NUMBERS)
def test_of_less_equal_and_more_exactly_one_fits(known, wanted):
    asked = [Condition("total", entry, str(wanted)) for entry in (Comparison.LESS_THAN, Comparison.IS)]
    asked.append(Condition("total", Comparison.MORE_THAN, str(wanted)))
    assert sum(fits([entry], {"total": known}) for entry in asked) == 1


@given(
    st.sampled_from([code for code, field in FIELDS.items() if field.kind in {Kind.TEXT, Kind.SKUS}]),
    st.text(min_size=1, max_size=20),
    st.text(min_size=1, max_size=20),
)
def test_a_negative_comparison_is_the_opposite_where_the_value_is_known(field, known, wanted):
    for plain, negative in (
        (Comparison.IS, Comparison.IS_NOT),
        (Comparison.ONE_OF, Comparison.NONE_OF),
    ):
        one, other = (fits([Condition(field, entry, wanted)], {field: known}) for entry in (plain, negative))
        assert one is not other
        assert not fits([Condition(field, negative, wanted)], {field: None})


@given(
    st.lists(st.sampled_from([BIG, SMALL]), max_size=4), st.lists(st.sampled_from([BIG, SMALL]), max_size=4)
)
def test_more_conditions_never_fit_more(some, more):
    assert not fits([*some, *more], FACTS) or fits(some, FACTS)
