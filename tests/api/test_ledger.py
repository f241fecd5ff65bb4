"""The books by programs: what the office sees and does, and a credit that is never made twice."""

from __future__ import annotations

import pytest

from loadbay.erp.ledger.models import Document, Payment
from loadbay.jobs import rounds
from loadbay.orders.models import SaleCredit
from tests.builders import CallBuilder, Shop, a_field_call

pytestmark = pytest.mark.django_db


@pytest.fixture
def sold(shop: Shop) -> CallBuilder:
    call = a_field_call(shop, "RUG", 2).completed()
    rounds.hand_over("ledger")
    return call


def test_documents_entries_accounts_and_the_export_balance(api, sold):
    (row,) = api.get("/ledger/documents")["documents"]
    card = api.get(f"/ledger/documents/{row['invoice']}")
    assert (card["row"]["sale"], len(card["entries"])) == (sold.sale.number, 5)
    entries = api.get("/ledger/entries?limit=2")
    assert (len(entries["entries"]), entries["after"] is not None) == (2, True)
    balances = [b for one in api.get("/ledger/accounts")["accounts"] for b in one["balances"]]
    assert sum(float(one["balance"]["amount"]) for one in balances) == 0
    day = row["posted_on"]
    file = api.get(f"/ledger/export/entries?since={day}&until={day}")
    assert (api.status, file.decode().count(row["invoice"])) == (200, 5)


def test_a_credit_with_one_key_is_made_once(api, sold):
    address = f"/sales/{sold.sale.number}/credits"
    (line,) = api.get(address)["lines"]
    sent = {"reason": "torn", "lines": [{"line_id": line["line_id"], "units": 1}]}
    first = api.post(address, sent, Idempotency_Key="once")
    assert (api.status, api.post(address, sent, Idempotency_Key="once")) == (201, first)
    assert SaleCredit.objects.count() == 1


@pytest.fixture
def owed(sold: CallBuilder) -> str:
    """The document of a sale whose money the shop collects, over 24.00 GBP."""
    from_books = Document.objects.get()
    Document.objects.update(is_collected=False, outstanding=from_books.net + from_books.tax)
    return from_books.number


def test_a_payment_is_registered_once_shown_and_reversed(api, owed):
    sent = {"amount": "10.00", "account": "1210", "reference": "BANK 1"}
    first = api.post(f"/ledger/documents/{owed}/payments", sent, Idempotency_Key="one")
    assert (api.status, first["document"], first["payment"]["number"]) == (201, owed, "PAY-000001")
    assert api.post(f"/ledger/documents/{owed}/payments", sent, Idempotency_Key="one") == first
    api.ask("post", f"/ledger/documents/{owed}/payments", sent)
    assert api.said()[:2] == (409, "payment_already_registered")
    card = api.get(f"/ledger/documents/{owed}")
    before = float(card["row"]["total"]["amount"])
    assert float(card["row"]["outstanding"]["amount"]) == before - 10
    back = api.post("/ledger/payments/PAY-000001/reverse", {"reason": "wrong document"})
    assert (back["payment"]["kind"], back["payment"]["reverses"]) == ("reversal", "PAY-000001")
    assert api.get("/ledger/payments/PAY-000001")["payment"]["is_reversed"] is True
    api.ask("post", f"/ledger/documents/{owed}/refunds", sent)
    assert api.said()[:2] == (422, "payment_not_possible")
    assert [row["number"] for row in api.get("/ledger/documents?owed=outstanding")["documents"]] == [owed]


def test_who_may_only_read_the_books_registers_no_payment(program, owed):
    asking = program("ledger:read")
    asking.ask(
        "post",
        f"/ledger/documents/{owed}/payments",
        {"amount": "1.00", "account": "1210", "reference": "BANK 1"},
    )
    assert (asking.status, Payment.objects.count()) == (403, 0)


def test_a_series_with_a_gap_is_refused_in_the_one_shape(api, sold):
    api.ask("patch", "/ledger/series/invoice", {"next_number": 9})
    assert api.said()[:2] == (422, "series_not_usable")


def test_without_the_scope_nothing_of_the_books_is_shown(program, sold):
    asking = program("sales:read")
    asking.get("/ledger/documents")
    assert asking.status == 403
