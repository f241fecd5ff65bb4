"""What follows when a document differs from its sale, and what a credit amounts to."""

from __future__ import annotations

from decimal import Decimal
from itertools import product

import pytest
from hypothesis import given
from hypothesis import strategies as st

from loadbay.orders import erp_rules as rules
from loadbay.orders.erp_rules import Creditable, NothingToCredit, Step

SALE = (rules.OPEN, rules.RELEASED, rules.POSTED, rules.CREDITED, rules.CANCELLED)


def test_every_pair_of_document_and_sale_that_differs_has_its_step():
    pairs = {pair for pair in product((rules.NONE, *SALE), SALE) if pair[0] != pair[1]}
    assert set(rules.STEPS) == pairs


@pytest.mark.parametrize("wanted", SALE)
@pytest.mark.parametrize("begin", [rules.NONE, *SALE])
def test_following_the_steps_ends_where_the_sale_is_or_with_a_person(begin, wanted):
    after = {
        Step.MAKE: rules.OPEN,
        Step.RELEASE: rules.RELEASED,
        Step.POST: rules.POSTED,
        Step.CANCEL: rules.CANCELLED,
        Step.CREDIT: rules.CREDITED,
        Step.LEAVE: rules.CANCELLED,
    }
    status, steps = begin, []
    while status != wanted:
        steps.append(rules.step(status, wanted))
        if steps[-1] in {Step.ASK_A_PERSON, Step.TAKE_OVER}:
            break
        status = after[steps[-1]]
        assert len(steps) <= 4, steps
    is_for_a_person = bool(steps) and steps[-1] in {Step.ASK_A_PERSON, Step.TAKE_OVER}
    assert (status == wanted) is not is_for_a_person


@pytest.mark.parametrize(
    ("order_status", "channel_status", "counted"),
    [
        ("Open", "ACCEPTED", "Open"),
        ("Posted", "CANCELLED", "Posted"),
        ("Cancelled", "CANCELLED", ""),
        ("Credited", "CANCELLED", ""),
        ("Credited", "DELIVERED", "Posted"),
        ("Credited", "SHIPPED", "Posted"),
    ],
)
def test_what_a_sale_is_to_the_matrix(order_status, channel_status, counted):
    assert rules.counts_as(order_status, channel_status=channel_status) == counted


AMOUNT = st.decimals(min_value=0, max_value=9999, places=2)


@given(AMOUNT, AMOUNT, st.lists(st.integers(1, 4), min_size=1, max_size=8))
def test_units_credited_one_lot_after_another_add_up_to_what_was_charged(net, tax, lots):
    line = Creditable(1, "RUG", sum(lots), net, tax, 0, Decimal(0), Decimal(0))
    nets, taxes = Decimal(0), Decimal(0)
    for lot in lots:
        (taken,) = rules.credit_lines([line], {1: lot}, currency="GBP")
        assert taken.net >= 0
        assert taken.tax >= 0
        nets, taxes = nets + taken.net, taxes + taken.tax
        assert nets <= net
        assert taxes <= tax
        line = Creditable(1, "RUG", line.units, net, tax, line.credited_units + lot, nets, taxes)
    assert (nets, taxes, line.left) == (net, tax, 0)
    with pytest.raises(NothingToCredit):
        rules.credit_lines([line], None, currency="GBP")


def test_a_credit_of_everything_takes_what_is_left_of_each_line():
    lines = [
        Creditable(1, "RUG", 3, Decimal("10.00"), Decimal("2.00"), 1, Decimal("3.33"), Decimal("0.67")),
        Creditable(2, "Shipping", 1, Decimal("5.00"), Decimal("1.00"), 1, Decimal("5.00"), Decimal("1.00")),
    ]
    taken = rules.credit_lines(lines, None, currency="GBP")
    assert [(one.line_id, one.units, one.net, one.tax) for one in taken] == [
        (1, 2, Decimal("6.67"), Decimal("1.33"))
    ]
    assert rules.is_all(lines, taken)


@pytest.mark.parametrize("wanted", [{3: 1}, {1: 4}, {1: -1}, {1: 0}, {}])
def test_a_line_or_units_that_are_not_there_are_refused(wanted):
    line = Creditable(1, "RUG", 3, Decimal(9), Decimal(0), 0, Decimal(0), Decimal(0))
    with pytest.raises(NothingToCredit):
        rules.credit_lines([line], wanted, currency="GBP")


def test_a_reason_is_one_line_and_never_empty():
    assert rules.check_reason("  came \n back ") == "came back"
    for text in ("", "   ", "x" * 201):
        with pytest.raises(NothingToCredit):
            rules.check_reason(text)


def test_waiting_grows_to_an_hour_and_no_longer():
    assert [rules.wait_after(tries).total_seconds() / 60 for tries in (0, 1, 2, 3, 99)] == [1, 5, 15, 60, 60]
