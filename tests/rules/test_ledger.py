"""Every document balances to the cent, a credit takes it back exactly, no step is taken out of order."""

from __future__ import annotations

from decimal import Decimal
from itertools import product

import pytest
from hypothesis import given
from hypothesis import strategies as st

from loadbay.core.money import exponent
from loadbay.erp.ledger import rules
from loadbay.erp.ledger.rules import (
    AccountNotUsable,
    Amounts,
    Chart,
    LedgerStepNotAllowed,
    SeriesNotUsable,
    Side,
)

CHART = Chart(
    {"receivables": 1, "clearing": 2, "tax": 3, "sales": 4, "shipping": 5, "other": 6, "rounding": 7}
)
STATUSES = (rules.OPEN, rules.RELEASED, rules.POSTED, rules.CREDITED, rules.CANCELLED)
STEPS = (rules.RELEASE, rules.POST, rules.CANCEL, rules.CREDIT, rules.CREDIT_THE_REST)
AMOUNT = st.decimals(min_value=-99_999, max_value=99_999, places=4)
CURRENCIES = st.sampled_from(["GBP", "EUR", "JPY", "KWD"])


def posted(raw: list[tuple[int, Decimal, Decimal]], total: Decimal, currency: str) -> list[Amounts]:
    """Lines as a document keeps them: to the cent, and a rounding line for the rest."""
    lines = [
        Amounts(a, rules.to_cents(n, currency=currency), rules.to_cents(t, currency=currency))
        for a, n, t in raw
    ]
    off = rules.rounding_of([(line.net, line.tax) for line in lines], total=total)
    return [*lines, Amounts(CHART["rounding"], off, Decimal(0))] if off else lines


@given(
    st.lists(st.tuples(st.sampled_from([4, 5, 6]), AMOUNT, AMOUNT), min_size=1, max_size=30),
    CURRENCIES,
)
def test_any_document_balances_to_the_cent_and_its_credit_takes_it_back(raw, currency):
    total = rules.to_cents(sum((net + tax for _, net, tax in raw), Decimal(0)), currency=currency)
    lines = posted(raw, total, currency)
    entries = rules.invoice(lines, CHART)
    assert rules.balance(entries) == 0
    assert sum(line.net + line.tax for line in lines) == total
    owed = sum(e.debit - e.credit for e in entries if e.account == CHART["receivables"])
    assert owed == total
    step = Decimal(1).scaleb(-exponent(currency))
    assert all(side % step == 0 for e in entries for side in (e.debit, e.credit))
    assert all((e.debit > 0) != (e.credit > 0) for e in entries)
    back = rules.reversed_sides(entries)
    assert rules.balance(back) == 0
    for one, other in zip(entries, back, strict=True):
        assert (one.debit - other.credit, one.credit - other.debit) == (0, 0)


@given(
    st.lists(st.tuples(st.sampled_from([4, 5]), AMOUNT, AMOUNT), min_size=2, max_size=10), st.integers(1, 9)
)
def test_credits_of_parts_add_up_to_the_whole(raw, cut):
    """Posted lines credited in two lots leave nothing on any account."""
    total = rules.to_cents(sum((net + tax for _, net, tax in raw), Decimal(0)), currency="GBP")
    lines = posted(raw, total, "GBP")
    cut = min(cut, len(lines) - 1)
    entries = [*rules.invoice(lines, CHART)]
    for part in (lines[:cut], lines[cut:]):
        entries += rules.reversed_sides(rules.invoice(part, CHART))
    sums: dict[int, Decimal] = {}
    for entry in entries:
        sums[entry.account] = sums.get(entry.account, Decimal(0)) + entry.debit - entry.credit
    assert set(sums.values()) <= {Decimal(0)}


@given(AMOUNT.filter(bool))
def test_a_payment_moves_what_is_owed_from_the_buyer_to_the_marketplace(amount):
    entries = rules.payment(amount, CHART)
    assert rules.balance(entries) == 0
    assert {e.account for e in entries} == {CHART["clearing"], CHART["receivables"]}


def test_a_sale_of_two_rugs_is_posted_like_this():
    lines = [
        Amounts(CHART["sales"], Decimal("40.01"), Decimal("8.00")),
        Amounts(CHART["shipping"], Decimal("5"), Decimal("1")),
    ]
    assert rules.invoice(lines, CHART) == (
        Side(CHART["sales"], Decimal(0), Decimal("40.01")),
        Side(CHART["tax"], Decimal(0), Decimal("9.00")),
        Side(CHART["shipping"], Decimal(0), Decimal("5")),
        Side(CHART["receivables"], Decimal("54.01"), Decimal(0)),
    )


def test_a_free_replacement_has_no_entry():
    assert rules.invoice([Amounts(4, Decimal(0), Decimal(0))], CHART) == ()


def test_a_role_without_an_account_is_named():
    with pytest.raises(AccountNotUsable, match="tax charged"):
        rules.invoice([Amounts(4, Decimal(1), Decimal(1))], Chart({"receivables": 1}))


@pytest.mark.parametrize(
    ("status", "step"), [pair for pair in product(STATUSES, STEPS) if pair not in rules.NEXT]
)
def test_a_step_that_is_not_in_the_table_is_refused(status, step):
    with pytest.raises(LedgerStepNotAllowed, match="SO-000001"):
        rules.advance(status, step, number="SO-000001")


@pytest.mark.parametrize("pair", list(rules.NEXT))
def test_a_step_of_the_table_is_taken(pair):
    assert rules.advance(*pair, number="SO-000001") == rules.NEXT[pair]


@given(st.lists(st.sampled_from(STEPS), max_size=12))
def test_whatever_is_asked_in_any_order_what_was_posted_never_opens_again(steps):
    status, was_posted = rules.OPEN, False
    for step in steps:
        try:
            status = rules.advance(status, step, number="SO-1")
        except LedgerStepNotAllowed:
            continue
        was_posted = was_posted or status == rules.POSTED
        assert not was_posted or status in {rules.POSTED, rules.CREDITED}


@pytest.mark.parametrize("prefix", ["", "INV1", "TOO-LONG-PREFIX-", "A/", "É-", "1"])
def test_a_prefix_that_numbers_could_not_be_told_apart_by_is_refused(prefix):
    with pytest.raises(SeriesNotUsable):
        rules.check_prefix(prefix)


@pytest.mark.parametrize(("typed", "kept"), [("inv-", "INV-"), (" 2026-R ", "2026-R"), ("A.", "A.")])
def test_a_prefix_is_kept_in_upper_case(typed, kept):
    assert rules.check_prefix(typed) == kept


@pytest.mark.parametrize(
    ("wanted", "highest", "gapless", "words"),
    [
        (0, None, False, "from 1"),
        (10**9, None, True, "from 1"),
        (5, 5, False, "was used"),
        (3, 5, True, "was used"),
        (7, 5, True, "no gap"),
    ],
)
def test_a_next_number_that_repeats_or_leaves_a_gap_is_refused(wanted, highest, gapless, words):
    with pytest.raises(SeriesNotUsable, match=words):
        rules.check_next(wanted, highest=highest, is_gapless=gapless, words="Posted invoices")


@pytest.mark.parametrize(
    ("wanted", "highest", "gapless"), [(1, None, True), (500, None, True), (6, 5, True), (70, 5, False)]
)
def test_a_next_number_that_goes_on_is_taken(wanted, highest, gapless):
    assert rules.check_next(wanted, highest=highest, is_gapless=gapless, words="Orders") == wanted
