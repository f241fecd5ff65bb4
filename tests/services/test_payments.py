"""Payments by hand: what the shop collects is outstanding until it is paid; nothing is paid twice."""

from __future__ import annotations

import contextlib
import csv
import io
import json
from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal

import hypothesis
import pytest
from django.db import IntegrityError, connection, transaction
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st

from loadbay.core.errors import NotFound, Refusal
from loadbay.erp.ledger import queries
from loadbay.erp.ledger.models import Account, Document, Entry, Payment, Posting
from loadbay.erp.ledger.payment_rules import (
    PaymentAlreadyRegistered,
    PaymentNotPossible,
    WantedPayment,
)
from loadbay.erp.ledger.rules import SeriesNotUsable
from loadbay.erp.ledger.services.chart import WantedAccount, add_account, change_account
from loadbay.erp.ledger.services.numbering import set_series
from loadbay.erp.ledger.services.paying import register_payment, register_refund, reverse_payment
from loadbay.orders.erp_ports import DocumentToPost
from loadbay.parties.services import ensure_customer
from tests.services.test_ledger import DAY, DESK, LINES, balances, credit, exported, line, sums, wanted

pytestmark = pytest.mark.django_db
NOW = datetime(2026, 3, 10, 12, tzinfo=UTC)


@pytest.fixture(autouse=True)
def _customer(db: None) -> None:
    ensure_customer("AMAZON", "Amazon Sellerflex")


def on_delivery(number: str = "1", *lines, currency: str = "GBP") -> Document:
    """A posted document over 54.00 whose money the shop collects."""
    document = replace(wanted(number, *lines, currency=currency), is_collected=False)
    for verdicts in (DESK.make([document]), DESK.post([DocumentToPost(document.external_number, DAY)])):
        assert verdicts[0].trouble is None, verdicts[0].trouble
    return Document.objects.get(reference=document.reference)


def pay(document: Document, amount: str, reference: str = "BANK 1", *, account: str = "1210") -> str:
    return register_payment(
        document.number, WantedPayment(amount, account, reference, date(2026, 3, 5)), now=NOW
    )


def refund(document: Document, amount: str, reference: str = "BACK 1") -> str:
    return register_refund(document.number, WantedPayment(amount, "1210", reference), now=NOW)


def outstanding(document: Document) -> str:
    return str(queries.document(document.number).row.outstanding)


def state() -> tuple[object, ...]:
    """Everything that a refusal must leave as it is."""
    return (
        sums(),
        list(Payment.objects.values_list("number", "is_reversed").order_by("id")),
        list(Document.objects.values_list("number", "outstanding").order_by("id")),
    )


def test_a_part_and_then_the_rest_is_paid_and_nothing_is_outstanding():
    document = on_delivery()
    assert outstanding(document) == "54.00 GBP"
    assert pay(document, "20.00") == "PAY-000001"
    assert outstanding(document) == "34.00 GBP"
    assert pay(document, "34", "BANK 2") == "PAY-000002"
    assert outstanding(document) == "0.00 GBP"
    assert (sums()["1210", "GBP"], sums()["1100", "GBP"]) == (54, 0)
    card = queries.document(document.number)
    assert (str(card.paid), str(card.credited)) == ("54.00 GBP", "0.00 GBP")
    assert [(row.number, row.account, row.reference, row.posted_on) for row in card.payments] == [
        ("PAY-000001", "1210", "BANK 1", date(2026, 3, 5)),
        ("PAY-000002", "1210", "BANK 2", date(2026, 3, 5)),
    ]


def test_what_was_paid_and_then_credited_is_given_back():
    document = on_delivery()
    pay(document, "54.00")
    credit("1", ("1", 1, "20.00", "4.00"))
    assert outstanding(document) == "-24.00 GBP"
    with pytest.raises(PaymentNotPossible, match=r"24.00 GBP was paid too much"):
        refund(document, "24.01")
    assert refund(document, "24.00") == "PAY-000002"
    assert outstanding(document) == "0.00 GBP"
    assert (sums()["1210", "GBP"], sums()["1100", "GBP"]) == (30, 0)


def test_what_is_credited_before_it_was_paid_is_owed_no_more():
    document = on_delivery()
    credit("1", ("1", 2, "40.00", "8.00"))
    assert outstanding(document) == "6.00 GBP"
    assert not Posting.objects.filter(kind="refund").exists()
    with pytest.raises(PaymentNotPossible, match=r"6.00 GBP of SO-000001 is outstanding"):
        pay(document, "54.00")
    pay(document, "6.00")
    credit("1", ("2", 1, "5.00", "1.00"), name="C2")
    refund(document, "6.00")
    document.refresh_from_db()
    assert (document.status, outstanding(document)) == ("Credited", "0.00 GBP")
    assert set(sums().values()) == {Decimal(0)}


def test_a_payment_in_error_is_reversed_by_an_entry_and_may_be_registered_again():
    document = on_delivery()
    number = pay(document, "20.00")
    assert reverse_payment(number, reason="wrong account", now=NOW) == "PAY-000002"
    assert (outstanding(document), sums()["1210", "GBP"]) == ("54.00 GBP", 0)
    assert pay(document, "20.00") == "PAY-000003"
    rows = queries.document(document.number).payments
    assert [(row.kind, row.is_reversed, row.reverses, row.reason) for row in rows] == [
        ("payment", True, "", ""),
        ("reversal", False, "PAY-000001", "wrong account"),
        ("payment", False, "", ""),
    ]
    assert Entry.objects.filter(account__number="1210").count() == 3


def test_a_reversed_refund_is_paid_too_much_again():
    document = on_delivery()
    pay(document, "54.00")
    credit("1", ("1", 1, "20.00", "4.00"))
    reverse_payment(refund(document, "24.00"), reason="it never left", now=NOW)
    assert outstanding(document) == "-24.00 GBP"


def test_a_payment_that_bounced_after_all_was_given_back_is_outstanding():
    document = on_delivery()
    first = pay(document, "54.00")
    credit("1", ("1", 2, "40.00", "8.00"), ("2", 1, "5.00", "1.00"))
    refund(document, "54.00")
    reverse_payment(first, reason="bounced", now=NOW)
    assert outstanding(document) == "54.00 GBP"
    pay(document, "54.00", "BANK 2")
    assert outstanding(document) == "0.00 GBP"


REFUSED = {
    "more than outstanding": ({"amount": "54.01"}, "amount", "Register 54.00 GBP, and the rest"),
    "nothing": ({"amount": "0"}, "amount", "is not more than nothing"),
    "negative": ({"amount": "-1.00"}, "amount", "a refund"),
    "a smaller part than the currency has": ({"amount": "1.005"}, "amount", "more decimals than GBP"),
    "no figures": ({"amount": "12,00"}, "amount", "Give figures alone, such as 12.00"),
    "not a number": ({"amount": "NaN"}, "amount", "is no amount"),
    "a day to come": ({"on": date(2026, 3, 11)}, "on", "has not come yet"),
    "before it was ordered": ({"on": date(2026, 3, 1)}, "on", "is before 2026-03-02"),
    "an account that is not there": ({"account": "4711"}, "account", "takes payments: 1210"),
    "an account for something else": ({"account": "4000"}, "account", "takes no payments"),
    "without a reference": ({"reference": "  "}, "reference", "needs a reference"),
    "a reference that is too long": ({"reference": "x" * 61}, "reference", "1 to 60"),
}


@pytest.mark.parametrize(("given", "field", "words"), REFUSED.values(), ids=REFUSED)
def test_a_payment_that_cannot_be_names_document_outstanding_and_cure(given, field, words):
    document = on_delivery()
    before = state()
    asked = replace(WantedPayment("10.00", "1210", "BANK 1", DAY), **given)
    with pytest.raises(PaymentNotPossible) as refused:
        register_payment(document.number, asked, now=NOW)
    assert (refused.value.field, refused.value.code) == (field, "payment_not_possible")
    for part in (words, "SO-000001", "54.00 GBP"):
        assert part in refused.value.sentence, part
    assert state() == before


def test_yen_have_no_smaller_part():
    document = on_delivery("1", line("1", 1, "1000", "100"), currency="JPY")
    with pytest.raises(PaymentNotPossible, match="more decimals than JPY, which has 0"):
        pay(document, "10.5")
    pay(document, "1100.00")
    assert outstanding(document) == "0 JPY"


def test_what_the_marketplace_collected_or_is_not_posted_takes_no_payment():
    DESK.make([wanted("1"), replace(wanted("2"), is_collected=False)])
    DESK.post([DocumentToPost("026-1", DAY)])
    asked = WantedPayment("1.00", "1210", "BANK 1")
    for number, words in (("S-1", "Amazon collected the money"), ("S-2", "SO-000002 is Open")):
        with pytest.raises(PaymentNotPossible, match=words):
            register_payment(number, asked, now=NOW)
    with pytest.raises(NotFound, match="no document 4711"):
        register_payment("4711", asked, now=NOW)
    assert [queries.document(n).row.outstanding for n in ("S-1", "S-2")] == [None, None]


def test_a_blocked_account_takes_no_payment():
    document = on_delivery()
    add_account(WantedAccount("1220", "Till", "asset", takes_payments=True))
    assert [row.number for row in queries.payment_accounts()] == ["1210", "1220"]
    change_account(WantedAccount("1220", "Till", "asset", takes_payments=True, is_blocked=True))
    with pytest.raises(PaymentNotPossible, match="'1220' takes no payments"):
        pay(document, "1.00", account="1220")


def test_the_same_reference_and_amount_is_registered_once():
    document = on_delivery()
    pay(document, "20.00")
    before = state()
    with pytest.raises(PaymentAlreadyRegistered, match=r"already, as PAY-000001; 34.00 GBP of SO-000001"):
        pay(document, "20.00", " BANK  1 ")
    assert state() == before
    assert (pay(document, "20.00", "BANK 2"), pay(document, "10.00")) == ("PAY-000002", "PAY-000003")


def test_a_reversal_needs_a_reason_a_payment_and_happens_once():
    document = on_delivery()
    number = pay(document, "20.00")
    for given, words in (
        ({"reason": " "}, "needs a reason"),
        ({"reason": "x", "on": date(2026, 3, 4)}, "is before 2026-03-05"),
        ({"reason": "x", "on": date(2026, 3, 11)}, "has not come yet"),
    ):
        with pytest.raises(PaymentNotPossible, match=words):
            reverse_payment(number, now=NOW, **given)
    reversal = reverse_payment(number, reason="typed twice", now=NOW)
    before = state()
    with pytest.raises(PaymentAlreadyRegistered, match=f"reversed already, with {reversal}"):
        reverse_payment(number, reason="again", now=NOW)
    with pytest.raises(PaymentNotPossible, match="is a reversal itself"):
        reverse_payment(reversal, reason="back", now=NOW)
    with pytest.raises(NotFound, match="no payment PAY-9"):
        reverse_payment("PAY-9", reason="x", now=NOW)
    assert state() == before


MOVES = st.lists(
    st.tuples(
        st.sampled_from(["pay", "refund", "credit", "reverse"]),
        st.decimals(min_value=Decimal("0.01"), max_value=900, places=2),
        st.integers(0, 6),
    ),
    max_size=12,
)


@settings(max_examples=30, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@hypothesis.given(LINES, MOVES)
def test_whatever_is_paid_credited_and_reversed_books_balance_and_say_what_is_outstanding(raw, moves):
    """On the buyer's account stands, after every step, just what the document says is outstanding."""
    with transaction.atomic():
        lines = [line(str(at), units, str(net), str(tax)) for at, (units, net, tax) in enumerate(raw)]
        document = on_delivery("1", *lines)
        for at, (what, amount, which) in enumerate(moves):
            with contextlib.suppress(Refusal):
                _move(document, what, amount, at=at, which=which, lines=lines)
            document.refresh_from_db()
            assert balances() == sums()
            assert sums().get(("1100", "GBP"), 0) == document.outstanding
            card = queries.document(document.number)
            assert card.row.total - card.credited - card.paid == card.row.outstanding
            assert sums().get(("1210", "GBP"), 0) == card.paid.amount
        for posting in Posting.objects.all():
            sides = posting.entries.values_list("debit", "credit")
            assert sum(debit - amount for debit, amount in sides) == 0
        transaction.set_rollback(True)


def _move(document, what, amount, *, at, which, lines):
    if what == "pay":
        owed = max(Document.objects.get(pk=document.pk).outstanding, Decimal(0))
        pay(document, str(min(amount, owed) if which % 2 else amount), f"B{at}")
    elif what == "refund":
        over = max(-Document.objects.get(pk=document.pk).outstanding, Decimal(0))
        refund(document, str(min(amount, over) if which % 2 else amount), f"R{at}")
    elif what == "reverse":
        known = list(document.payments.order_by("id"))
        if known:
            reverse_payment(known[which % len(known)].number, reason="in error", now=NOW)
    else:
        row = lines[which % len(lines)]
        if document.lines.get(key=row.key).credited_units < row.units and document.status == "Posted":
            rest = row.units - document.lines.get(key=row.key).credited_units
            credit("1", (row.key, rest, "0", "0"), name=f"C{at}")


@pytest.mark.parametrize(
    "change",
    [
        "DELETE FROM ledger_payment",
        "UPDATE ledger_payment SET amount = amount + 1",
        "UPDATE ledger_payment SET is_reversed = true, reference = 'another'",
    ],
)
def test_a_registered_payment_is_never_changed(change: str):
    pay(on_delivery(), "20.00")
    before = state()
    with pytest.raises(IntegrityError, match="never changed"), transaction.atomic():
        with connection.cursor() as cursor:
            cursor.execute(change)
    assert state() == before


def test_a_reversed_payment_never_counts_again():
    reverse_payment(pay(on_delivery(), "20.00"), reason="in error", now=NOW)
    with pytest.raises(IntegrityError, match="never changed"), transaction.atomic():
        Payment.objects.update(is_reversed=False)


def test_documents_that_are_owed_or_paid_too_much_are_found():
    first, second = on_delivery("1"), on_delivery("2")
    pay(second, "54.00")
    credit("2", ("1", 1, "20.00", "4.00"))
    DESK.make([wanted("3")])
    for owed, numbers in (("outstanding", [first.number]), ("overpaid", [second.number])):
        page = queries.documents(queries.DocumentFilter(owed=owed))
        assert [row.number for row in page.rows] == numbers, owed


def test_payments_of_a_period_are_exported_with_what_amazon_collected():
    document = on_delivery()
    number = pay(document, "20.00", "=BANK")
    reverse_payment(number, reason="in error", now=NOW)
    DESK.make([wanted("2")])
    DESK.post([DocumentToPost("026-2", DAY)])
    until = date(2026, 3, 31)
    rows = list(csv.DictReader(io.StringIO(exported("payments", "csv", until=until))))
    shown = [(r["number"], r["kind"], r["amount"], r["account"], r["reference"], r["reverses"]) for r in rows]
    assert shown == [
        ("PAY-000001", "payment", "20.00", "1210", "'=BANK", ""),
        ("PAY-000002", "reversal", "20.00", "1210", "", "PAY-000001"),
        ("INV-000002", "payment", "54.00", "1200", "", ""),
    ]
    assert [(row["is_registered"], row["is_reversed"]) for row in rows] == [
        ("yes", "yes"),
        ("yes", "no"),
        ("no", "no"),
    ]
    again = json.loads(exported("payments", "json", until=until))
    assert [row["number"] for row in again] == [row["number"] for row in rows]
    documents = json.loads(exported("documents", "json", until=until))
    assert [(row["is_collected"], row["outstanding"]) for row in documents] == [
        ("no", "54.00"),
        ("yes", "0.00"),
    ]


def test_a_prefix_that_payments_had_is_never_an_invoices():
    pay(on_delivery(), "5.00")
    set_series("payment", prefix="PMT-")
    with pytest.raises(SeriesNotUsable, match="Numbers of Payments begin with PAY- already"):
        set_series("invoice", prefix="PAY-")
    assert set_series("payment", prefix="PAY-").next_number == 2


def test_a_document_is_not_paid_to_its_own_receivables():
    document = on_delivery()
    Account.objects.filter(pk=document.receivables_id).update(takes_payments=True)
    with pytest.raises(PaymentNotPossible, match="takes no payments"):
        pay(document, "5.00", account=document.receivables.number)
    assert outstanding(document) == "54.00 GBP"


def test_a_payment_counts_although_the_day_of_the_channel_began_before_the_shops():
    document = on_delivery()
    the_day_before = datetime.combine(document.ordered_on - timedelta(days=1), time(20), UTC)
    register_payment(document.number, WantedPayment("5.00", "1210", "BANK 1"), now=the_day_before)
    assert outstanding(document) == "49.00 GBP"
