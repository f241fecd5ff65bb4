"""The books: what is posted balances and stays, numbers have no gap, the chart is the shop's own."""

from __future__ import annotations

import csv
import io
import json
from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest
from django.db import IntegrityError, connection, transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from loadbay.core.bulk import insert_rows
from loadbay.core.errors import NotFound, WrongInput
from loadbay.erp.ledger import export, queries
from loadbay.erp.ledger.adapter import LedgerDesk
from loadbay.erp.ledger.models import AccountBalance, Credit, Document, Entry, Posting
from loadbay.erp.ledger.rules import AccountNotUsable, SeriesNotUsable
from loadbay.erp.ledger.services.chart import WantedAccount, add_account, change_account
from loadbay.erp.ledger.services.numbering import series, set_series
from loadbay.orders.erp_ports import (
    CreditToMake,
    DocumentToMake,
    DocumentToPost,
    LineKind,
    LineToCredit,
    LineToMake,
    LineType,
)
from loadbay.parties.services import ensure_customer

pytestmark = pytest.mark.django_db
DAY = date(2026, 3, 2)
DESK = LedgerDesk()


@pytest.fixture(autouse=True)
def _customer(db: None) -> None:
    ensure_customer("AMAZON", "Amazon Sellerflex")


def line(key: str, units: int, net: str, tax: str, *, kind: LineKind = LineKind.GOODS) -> LineToMake:
    type_ = LineType.ITEM if kind is LineKind.GOODS else LineType.ACCOUNT
    return LineToMake(key, kind, type_, "", f"Line {key}", units, Decimal(net), Decimal(tax))


def wanted(number: str = "1", *lines: LineToMake, currency: str = "GBP") -> DocumentToMake:
    return DocumentToMake(
        external_number=f"026-{number}",
        reference=f"S-{number}",
        channel="UK",
        customer="AMAZON",
        currency=currency,
        ordered_on=DAY,
        lines=lines or (line("1", 2, "40.00", "8.00"), line("2", 1, "5.00", "1.00", kind=LineKind.SHIPPING)),
        dimension_1="SALES",
    )


def post(number: str = "1", *lines: LineToMake, currency: str = "GBP", on: date = DAY) -> Document:
    document = wanted(number, *lines, currency=currency)
    for verdicts in (DESK.make([document]), DESK.post([DocumentToPost(document.external_number, on)])):
        assert verdicts[0].trouble is None, verdicts[0].trouble
    return Document.objects.get(reference=document.reference)


def credit(number: str, *lines: tuple[str, int, str, str], name: str = "C1") -> str:
    taken = tuple(LineToCredit(key, units, Decimal(net), Decimal(tax)) for key, units, net, tax in lines)
    (verdict,) = DESK.credit([CreditToMake(f"S-{number}-{name}", f"026-{number}", "came back", DAY, taken)])
    assert verdict.trouble is None, verdict.trouble
    return verdict.credit


def sums() -> dict[tuple[str, str], Decimal]:
    """(account, currency) → debits less credits, from the entries themselves."""
    found: dict[tuple[str, str], Decimal] = {}
    for account, currency, debit, amount in Entry.objects.values_list(
        "account__number", "currency", "debit", "credit"
    ):
        found[account, currency] = found.get((account, currency), Decimal(0)) + debit - amount
    return found


def balances() -> dict[tuple[str, str], Decimal]:
    rows = AccountBalance.objects.values_list("account__number", "currency", "debit", "credit")
    return {(account, currency): debit - amount for account, currency, debit, amount in rows}


def test_a_posted_sale_stands_on_income_tax_and_what_the_marketplace_owes():
    post()
    assert {account: amount for (account, _), amount in sums().items() if amount} == {
        "1200": Decimal(54),
        "4000": Decimal(-40),
        "4100": Decimal(-5),
        "2200": Decimal(-9),
    }
    assert [p.kind for p in Posting.objects.order_by("id")] == ["invoice", "payment"]


def test_what_was_not_collected_is_owed_by_the_buyer():
    document = replace(wanted(), is_collected=False)
    DESK.make([document])
    DESK.post([DocumentToPost(document.external_number, DAY)])
    assert sums()["1100", "GBP"] == 54
    assert not Posting.objects.filter(kind="payment").exists()


def test_fractions_of_a_cent_go_to_the_rounding_account():
    document = post(
        "1", line("1", 1, "10.004", "0"), line("2", 1, "10.004", "0"), line("3", 1, "10.004", "0")
    )
    assert document.net + document.tax == Decimal("30.01")
    assert sums()["8900", "GBP"] == Decimal("-0.01")
    credit("1", *((key, 1, "10.004", "0") for key in "123"))
    assert set(sums().values()) == {Decimal(0)}
    assert Document.objects.get().status == "Credited"


def test_each_currency_is_a_balance_of_its_own():
    post("1")
    post("2", currency="EUR")
    post("3", line("1", 1, "1000", "100"), currency="JPY")
    assert sums()["1200", "JPY"] == 1100
    assert balances() == sums()
    assert {currency for _, currency in balances()} == {"GBP", "EUR", "JPY"}


AMOUNT = st.decimals(min_value=0, max_value=500, places=3)
LINES = st.lists(st.tuples(st.integers(1, 4), AMOUNT, AMOUNT), min_size=1, max_size=5)


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(LINES, st.sampled_from(["GBP", "JPY"]), st.data())
def test_any_document_with_any_credits_balances_and_comes_out_at_nothing(raw, currency, data):
    with transaction.atomic():
        lines = [line(str(at), units, str(net), str(tax)) for at, (units, net, tax) in enumerate(raw)]
        document = post("1", *lines, currency=currency)
        left = {row.key: row.units for row in lines}
        while any(left.values()) and Document.objects.get(pk=document.pk).status == "Posted":
            key = data.draw(st.sampled_from([key for key, units in left.items() if units]))
            units = data.draw(st.integers(1, left[key]))
            row = next(row for row in lines if row.key == key)
            part = (Decimal(units) / row.units) * Decimal("0.99") if units < left[key] else Decimal(0)
            credit(
                "1",
                (
                    key,
                    units,
                    str((row.net * part).quantize(Decimal(1) if currency == "JPY" else Decimal("0.01"))),
                    "0",
                ),
                name=f"C{sum(left.values())}",
            )
            left[key] -= units
            assert balances() == sums()
        for posting in Posting.objects.all():
            sides = posting.entries.values_list("debit", "credit")
            assert sum(debit - amount for debit, amount in sides) == 0
        assert set(sums().values()) <= {Decimal(0)}
        assert Document.objects.get(pk=document.pk).status == "Credited"
        transaction.set_rollback(True)


# --- the database itself ---


def test_the_database_takes_no_posting_that_does_not_balance():
    document = post()
    posting = Posting.objects.create(
        kind="credit", number="X-1", document=document, currency="GBP", amount=5, posted_on=DAY
    )
    account = Entry.objects.first().account_id
    row = {"posting_id": posting.pk, "account_id": account, "currency": "GBP"}
    with pytest.raises(IntegrityError, match="does not balance"), transaction.atomic():
        insert_rows(Entry, [{**row, "debit": Decimal(5), "credit": Decimal(0)}])
    mixed = [
        {**row, "debit": Decimal(5), "credit": Decimal(0)},
        {**row, "currency": "EUR", "debit": Decimal(0), "credit": Decimal(5)},
    ]
    with pytest.raises(IntegrityError, match="does not balance"), transaction.atomic():
        insert_rows(Entry, mixed)
    euros = [{**entry, "currency": "EUR"} for entry in mixed]
    with pytest.raises(IntegrityError, match="another currency"), transaction.atomic():
        insert_rows(Entry, euros)


@pytest.mark.parametrize(
    "change",
    [
        "UPDATE ledger_entry SET debit = debit + 1 WHERE debit > 0",
        "DELETE FROM ledger_entry",
        "UPDATE ledger_posting SET posted_on = '2020-01-01'",
        "UPDATE ledger_credit SET reason = 'another'",
    ],
)
def test_what_was_posted_is_never_changed(change: str):
    post()
    credit("1", ("1", 1, "20.00", "4.00"))
    before = sums()
    with pytest.raises(IntegrityError, match="never changed"), transaction.atomic():
        with connection.cursor() as cursor:
            cursor.execute(change)
    assert sums() == before


# --- making ---


def test_many_are_made_with_a_handful_of_statements(django_assert_max_num_queries):
    documents = [wanted(str(number)) for number in range(200)]
    with django_assert_max_num_queries(14):
        verdicts = DESK.make(documents)
    assert [v.document.number for v in verdicts if v.document][:2] == ["SO-000001", "SO-000002"]
    with django_assert_max_num_queries(14):
        DESK.post([DocumentToPost(each.external_number, DAY) for each in documents])
    assert Document.objects.filter(status="Posted").count() == 200
    assert balances() == sums()


def test_a_second_document_of_one_sale_is_refused():
    DESK.make([wanted("1")])
    (verdict,) = DESK.make([replace(wanted("1"), external_number="OTHER")])
    assert "has SO-000001 already" in str(verdict.trouble)
    both = DESK.make([wanted("2"), replace(wanted("2"), external_number="2nd")])
    assert [verdict.document is not None for verdict in both].count(True) == 1


def test_a_document_without_a_line_is_refused():
    (verdict,) = DESK.make([replace(wanted(), lines=())])
    assert "has no line" in str(verdict.trouble)
    assert not Document.objects.exists()


# --- number series ---


def test_a_posting_that_fails_gives_its_number_back():
    post("1")
    with transaction.atomic():
        post("2")
        transaction.set_rollback(True)
    assert post("3").invoice == "INV-000002"


def test_a_person_sets_prefix_and_next_number():
    post("1")
    card = set_series("invoice", prefix="r26-", next_number=500)
    assert (card.prefix, card.next_number) == ("R26-", 500)
    assert post("2").invoice == "R26-000500"
    assert set_series("invoice", prefix="INV-").next_number == 2
    assert post("3").invoice == "INV-000002"


@pytest.mark.parametrize(
    ("code", "given", "words"),
    [
        ("invoice", {"next_number": 1}, "was used"),
        ("invoice", {"next_number": 9}, "no gap"),
        ("invoice", {"prefix": "SO-"}, "belongs to Sales orders"),
        ("credit", {"prefix": "R1"}, "no digit"),
    ],
)
def test_numbers_that_would_repeat_or_be_missing_are_refused(code, given, words):
    post("1")
    with pytest.raises(SeriesNotUsable, match=words):
        set_series(code, **given)
    assert post("2").invoice == "INV-000002"


def test_orders_may_leave_a_gap():
    post("1")
    set_series("order", next_number=100)
    assert post("2").number == "SO-000100"


def test_an_unknown_series_is_named():
    with pytest.raises(NotFound, match="order, invoice, credit"):
        series("sales")


# --- chart of accounts ---


def test_a_role_goes_over_to_another_account_and_credits_stay_on_the_old_one():
    post("1")
    add_account(WantedAccount("1101", "Amazon debtors", "asset", "receivables"))
    add_account(WantedAccount("2201", "VAT", "liability", "tax"))
    assert queries.account("1100").role == ""
    credit("1", ("1", 2, "40.00", "8.00"), ("2", 1, "5.00", "1.00"))
    assert set(sums().values()) == {Decimal(0)}
    post("2")
    assert sums()["2201", "GBP"] == -9


@pytest.mark.parametrize(
    ("given", "words"),
    [
        (WantedAccount("4000", "Again", "income"), "is there already"),
        (WantedAccount("", "None", "income"), "Account number"),
        (WantedAccount("43 00", "Space", "income"), "Account number"),
        (WantedAccount("4300", "", "income"), "name of an account"),
        (WantedAccount("4300", "x", "magic"), "Kind"),
        (WantedAccount("4300", "x", "income", "magic"), "Role"),
        (WantedAccount("4300", "x", "income", "sales", is_blocked=True), "to be blocked"),
        (WantedAccount("4300", "x", "income", takes_payments=True), "cannot take payments"),
        (WantedAccount("1300", "x", "asset", "receivables", takes_payments=True), "cannot take payments"),
    ],
)
def test_an_account_that_cannot_be_kept_is_refused(given, words):
    with pytest.raises(AccountNotUsable, match=words):
        add_account(given)
    assert len(queries.accounts()) == 8


def test_an_account_that_postings_need_is_neither_blocked_nor_left_without_its_role():
    with pytest.raises(AccountNotUsable, match="Give that role to another"):
        change_account(WantedAccount("4000", "Sales", "income"))
    with pytest.raises(AccountNotUsable, match="blocked"):
        change_account(WantedAccount("4000", "Sales", "income", "sales", is_blocked=True))
    change_account(WantedAccount("4000", "Goods sold", "income", "sales"))
    assert queries.account("4000").name == "Goods sold"


def test_a_blocked_account_takes_nothing_more():
    add_account(WantedAccount("4300", "Old income", "income"))
    change_account(WantedAccount("4300", "Old income", "income", is_blocked=True))
    charge = replace(line("9", 1, "5", "1", kind=LineKind.SHIPPING), number="4300")
    (verdict,) = DESK.make([wanted("1", charge)])
    assert "not there or blocked" in str(verdict.trouble)


# --- reading ---


def test_documents_are_found_by_any_number_status_day_and_channel():
    first = post("1")
    number = credit("1", ("1", 1, "20.00", "4.00"))
    DESK.make([wanted("2")])
    for text in (first.number.lower(), first.invoice, number, "026-1", "s-1"):
        page = queries.documents(queries.DocumentFilter(text=text))
        assert [row.number for row in page.rows] == [first.number], text
    for filter_, count in (
        ({"status": "Open"}, 1),
        ({"channel": "uk"}, 2),
        ({"channel": "DE"}, 0),
        ({"since": date(2026, 3, 3)}, 0),
        ({"until": DAY}, 2),
    ):
        assert len(queries.documents(queries.DocumentFilter(**filter_)).rows) == count, filter_


@pytest.mark.parametrize(
    ("sort", "numbers"),
    [("newest", ["S-3", "S-2", "S-1"]), ("oldest", ["S-1", "S-2", "S-3"]), ("posted", ["S-1", "S-3", "S-2"])],
)
def test_pages_by_key_show_each_document_once(sort, numbers):
    for number, day in (("1", 9), ("2", 3), ("3", 5)):
        post(number, on=date(2026, 3, day))
    found, after = [], None
    for _ in range(4):
        page = queries.documents(queries.DocumentFilter(sort=sort), after=after, size=1)
        found += [row.sale for row in page.rows]
        after = page.after
        if after is None:
            break
    assert found == numbers


def test_a_document_shows_everything_about_it():
    post()
    credit("1", ("1", 1, "20.00", "4.00"))
    card = queries.document("inv-000001")
    assert (card.row.number, card.dimensions) == ("SO-000001", ("SALES",))
    assert [(row.description, row.credited) for row in card.lines] == [("Line 1", 1), ("Line 2", 0)]
    assert [(one.number, one.lines) for one in card.credits] == [("CR-000001", (("Line 1", 1),))]
    assert [(paid.kind, str(paid.amount)) for paid in card.payments] == [
        ("payment", "54.00 GBP"),
        ("refund", "24.00 GBP"),
    ]
    assert Credit.objects.get().posted_by


def test_an_unknown_document_is_named():
    with pytest.raises(NotFound, match="no document 4711"):
        queries.document("4711")


# --- export ---


def exported(kind: str, format_: str, since: date = DAY, until: date = DAY) -> str:
    return "".join(export.exported(kind, format=format_, since=since, until=until))


def test_entries_of_a_period_are_exported_and_balance():
    post("1")
    post("2", on=date(2026, 4, 1))
    rows = list(csv.DictReader(io.StringIO(exported("entries", "csv"))))
    assert len(rows) == 6
    assert sum(Decimal(row["debit"]) - Decimal(row["credit"]) for row in rows) == 0
    assert {row["posted_on"] for row in rows} == {"2026-03-02"}
    assert json.loads(exported("entries", "json")) == rows


def test_documents_are_exported_without_a_buyer_s_name_and_without_formulas():
    charge = replace(line("1", 1, "5", "1"))
    DESK.make([replace(wanted("1", charge), payment_method="=cmd()")])
    (row,) = csv.DictReader(io.StringIO(exported("documents", "csv")))
    assert (row["customer"], row["payment_method"], row["total"]) == ("AMAZON", "'=cmd()", "6.00")
    assert "Sellerflex" not in exported("documents", "json")


def test_an_empty_period_is_an_empty_file():
    assert json.loads(exported("entries", "json")) == []
    assert len(exported("entries", "csv").splitlines()) == 1


@pytest.mark.parametrize(
    ("given", "words"),
    [
        (("taxes", "csv"), "cannot be exported"),
        (("entries", "pdf"), "Format"),
        (("entries", "csv", DAY, date(2026, 3, 1)), "ends before"),
    ],
)
def test_a_file_that_makes_no_sense_is_refused(given, words):
    with pytest.raises(WrongInput, match=words):
        exported(*given)
