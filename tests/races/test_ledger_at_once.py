"""Two at once: numbers without gap or double, one document per sale, one credit per unit."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

import pytest
from django.db import connection

from loadbay.erp.ledger.adapter import LedgerDesk
from loadbay.erp.ledger.models import AccountBalance, Credit, Document, Entry, Payment, Series
from loadbay.erp.ledger.payment_rules import (
    PaymentAlreadyRegistered,
    PaymentNotPossible,
    WantedPayment,
)
from loadbay.erp.ledger.services.paying import register_payment, reverse_payment
from loadbay.orders import erp_senders
from loadbay.orders.erp_ports import (
    CreditToMake,
    DocumentToMake,
    DocumentToPost,
    LineKind,
    LineToCredit,
    LineToMake,
    LineType,
)
from loadbay.orders.erp_rules import NothingToCredit
from loadbay.orders.models import Sale, SaleCredit
from loadbay.orders.services.crediting import credit_sale, creditable
from loadbay.parties.services import ensure_customer
from tests.builders import Shop, a_field_call
from tests.services.goods import a_linked_listing, a_product
from tests.services.racing import at_once

DAY = date(2026, 3, 2)
DESK = LedgerDesk()


def wanted(number: int) -> DocumentToMake:
    line = LineToMake("1", LineKind.GOODS, LineType.ITEM, "RUG", "Rug", 1, Decimal(10), Decimal(2))
    return DocumentToMake(f"026-{number}", f"S-{number}", "UK", "AMAZON", "GBP", DAY, (line,))


@pytest.fixture
def many(own_database: Any) -> list[str]:
    """Forty documents that are not posted yet."""
    ensure_customer("AMAZON", "Amazon")
    documents = [wanted(number) for number in range(40)]
    DESK.make(documents)
    return [each.external_number for each in documents]


def test_posted_at_once_no_number_is_missing_and_none_is_double(many: list[str]):
    lots = [many[start::4] for start in range(4)]
    answers = at_once(
        *(lambda lot=lot: [DESK.post([DocumentToPost(name, DAY)]) for name in lot] for lot in lots)
    )
    assert not any(isinstance(answer, Exception) for answer in answers), answers
    numbers = sorted(Document.objects.values_list("invoice", flat=True))
    assert numbers == [f"INV-{number:06}" for number in range(1, 41)]
    moved = {row.account_id: (row.debit, row.credit) for row in AccountBalance.objects.all()}
    for account_id, (debit, amount) in moved.items():
        rows = Entry.objects.filter(account_id=account_id).values_list("debit", "credit")
        assert (sum(d for d, _ in rows), sum(c for _, c in rows)) == (debit, amount)


def test_without_the_row_of_the_series_numbers_would_be_double(many: list[str]):
    """The race is there: read, add, write back gives two the same number."""

    def careless() -> int:
        last = Series.objects.get(code="invoice").last
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_sleep(0.2)")
        Series.objects.filter(code="invoice").update(last=last + 1)
        return last + 1

    assert at_once(careless, careless) == [1, 1]


def test_posted_twice_at_once_there_is_one_invoice(many: list[str]):
    at_once(*[lambda: DESK.post([DocumentToPost(many[0], DAY)])] * 3)
    assert Document.objects.filter(status="Posted").count() == 1
    assert Series.objects.get(code="invoice").last == 1


def test_made_twice_at_once_there_is_one_document(own_database: Any):
    ensure_customer("AMAZON", "Amazon")
    answers = at_once(*[lambda: DESK.make([wanted(number) for number in range(20)])] * 3)
    assert not any(isinstance(answer, Exception) for answer in answers), answers
    assert Document.objects.count() == 20
    assert Series.objects.get(code="order").last == 20


@pytest.fixture
def posted(shop: Shop) -> Sale:
    a_product("RUG", on_hand=10, price="12.00")
    a_linked_listing("RUG", amazon=shop)
    call = a_field_call(shop, "RUG", 2).completed()
    erp_senders.hand_over("ledger", desk=DESK, clock=shop.clock)
    return call.sale


def test_two_people_credit_the_same_units_and_one_is_told(shop: Shop, posted: Sale):
    (line,) = creditable(posted.number)
    answers = at_once(*[lambda: credit_sale(posted.number, reason="came back", units={line.line_id: 2})] * 2)
    assert sorted(isinstance(answer, NothingToCredit) for answer in answers) == [False, True]
    assert SaleCredit.objects.count() == 1


def test_one_key_pressed_at_once_is_one_credit_in_sale_and_books(shop: Shop, posted: Sale):
    (line,) = creditable(posted.number)
    at_once(*[lambda: credit_sale(posted.number, reason="broken", units={line.line_id: 1}, key="once")] * 3)
    at_once(*[lambda: erp_senders.hand_over("ledger", desk=DESK, clock=shop.clock)] * 3)
    assert (SaleCredit.objects.count(), Credit.objects.count()) == (1, 1)


@pytest.fixture
def owed(own_database: Any) -> str:
    """A posted document over 12.00 whose money the shop collects."""
    ensure_customer("AMAZON", "Amazon")
    document = replace(wanted(1), is_collected=False)
    DESK.make([document])
    DESK.post([DocumentToPost(document.external_number, DAY)])
    return Document.objects.get().number


NOW = datetime(2026, 3, 10, 12, tzinfo=UTC)


def test_two_people_register_the_same_payment_and_one_is_told(owed: str):
    asked = WantedPayment("5.00", "1210", "BANK 1", DAY)
    answers = at_once(*[lambda: register_payment(owed, asked, now=NOW)] * 3)
    assert [type(answer) for answer in answers].count(PaymentAlreadyRegistered) == 2
    assert (Payment.objects.count(), Document.objects.get().outstanding) == (1, 7)


def test_two_people_pay_the_rest_and_no_more_than_that_is_booked(owed: str):
    acts = [
        lambda name=name: register_payment(owed, WantedPayment("12.00", "1210", name, DAY), now=NOW)
        for name in ("BANK 1", "BANK 2", "BANK 3")
    ]
    answers = at_once(*acts)
    assert [type(answer) for answer in answers].count(PaymentNotPossible) == 2
    assert Document.objects.get().outstanding == 0
    bank = AccountBalance.objects.get(account__number="1210")
    assert (bank.debit, bank.credit) == (12, 0)


def test_two_people_reverse_one_payment_and_it_is_taken_back_once(owed: str):
    number = register_payment(owed, WantedPayment("5.00", "1210", "BANK 1", DAY), now=NOW)
    answers = at_once(*[lambda: reverse_payment(number, reason="in error", now=NOW)] * 3)
    assert [type(answer) for answer in answers].count(PaymentAlreadyRegistered) == 2
    assert (Payment.objects.count(), Document.objects.get().outstanding) == (2, 12)


def test_a_payment_and_a_credit_at_once_leave_what_is_outstanding_right(owed: str):
    line = LineToCredit("1", 1, Decimal(10), Decimal(2))
    credit = CreditToMake("S-1-C1", "026-1", "came back", DAY, (line,))
    pay = WantedPayment("5.00", "1210", "BANK 1", DAY)
    at_once(lambda: register_payment(owed, pay, now=NOW), lambda: DESK.credit([credit]))
    paid = sum(Payment.objects.values_list("amount", flat=True))
    assert Document.objects.get().outstanding == -paid


def test_without_the_row_of_the_document_both_would_be_booked(owed: str):
    """The race is there: read what is outstanding, then write, lets two pay the same rest."""

    def careless() -> bool:
        left = Document.objects.get().outstanding
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_sleep(0.2)")
        return left >= 12

    assert at_once(careless, careless) == [True, True]
