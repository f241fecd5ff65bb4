"""Sales > Ledger, a credit on a sale, and what the books decline, as the office sees them."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from loadbay.core.ids import ShipmentId
from loadbay.erp.ledger.models import Account, Document, Payment
from loadbay.jobs import rounds
from loadbay.orders.models import SaleCredit, SaleLine, Shipment
from tests.builders import CallBuilder, Shop, a_field_call, a_shipment
from tests.web.conftest import a_shop_with_goods

pytestmark = pytest.mark.django_db


def page(answer) -> str:
    return answer.content.decode()


@pytest.fixture
def shop_maker(request: pytest.FixtureRequest) -> Callable[[], Shop]:
    return that_sold if "sold" in request.fixturenames else a_shop_with_goods


def that_sold() -> Shop:
    shop = a_shop_with_goods()
    a_field_call(shop, "RUG", 2).completed()
    rounds.hand_over("ledger")
    return shop


@pytest.fixture
def sold(shop: Shop) -> CallBuilder:
    """Two rugs that left and are posted."""
    return shop.call(ShipmentId(Shipment.objects.get().shipment_id))


def test_an_empty_ledger_says_what_comes(sign_in, shop):
    assert "No document yet" in page(sign_in("manager").get("/office/ledger/"))


def test_documents_are_listed_filtered_and_sorted(sign_in, sold):
    client = sign_in("manager")
    made = Document.objects.get()
    for found in ("", f"?text={made.invoice}", "?status=Posted&sort=posted", "?channel=UK&sort=oldest"):
        rows = client.get(f"/office/ledger/{found}").context["page"].rows
        assert [row.number for row in rows] == [made.number], found
    assert "No document fits" in page(client.get("/office/ledger/?status=Open"))
    assert client.get("/office/ledger/?since=yesterday").status_code == 422


def test_a_document_shows_lines_entries_payments_and_its_sale(sign_in, sold):
    made = Document.objects.get()
    shown = page(sign_in("manager").get(f"/office/ledger/document/{made.number}/"))
    for words in (
        made.invoice,
        "Collected by the marketplace",
        "Receivables",
        sold.sale.number,
        "Tax payable",
    ):
        assert words in shown, words
    assert sign_in("manager").get("/office/ledger/document/NOPE/").status_code == 404


def test_the_sale_links_its_document_and_offers_a_credit(sign_in, sold):
    shown = page(sign_in("manager").get(f"/office/sale/{sold.sale.number}/"))
    assert f"/office/ledger/document/{Document.objects.get().number}/" in shown
    assert f"/office/sale/{sold.sale.number}/credit/" in shown


def test_a_sale_is_credited_by_lines_once_however_often_it_is_pressed(sign_in, sold):
    client, address = sign_in("manager"), f"/office/sale/{sold.sale.number}/credit/"
    form = client.get(address).context["form"]
    (line,) = form.lines
    sent = {"reason": "one is torn", "key": form["key"].value(), f"line-{line.line_id}": "1"}
    for _ in range(2):
        assert client.post(address, sent).status_code == 302
    assert SaleCredit.objects.get().lines.get().units == 1
    rounds.hand_over("ledger")
    shown = page(client.get(f"/office/sale/{sold.sale.number}/"))
    assert ("one is torn" in shown, "CR-000001" in shown) == (True, True)
    assert "Credits" in page(client.get(f"/office/ledger/document/{Document.objects.get().number}/"))


@pytest.mark.parametrize(
    ("given", "field"), [({"reason": ""}, "reason"), ({"units": "3"}, "line"), ({"units": "-1"}, "line")]
)
def test_a_credit_that_cannot_be_is_refused_beside_its_field(sign_in, sold, given, field):
    client, address = sign_in("manager"), f"/office/sale/{sold.sale.number}/credit/"
    line = SaleLine.objects.get(sale=sold.sale)
    sent = {
        "reason": given.get("reason", "torn"),
        "key": "k",
        f"line-{line.pk}": given.get("units", "1"),
    }
    answer = client.post(address, sent)
    assert answer.status_code == 422
    assert any(name.startswith(field) for name in answer.context["form"].errors)
    assert not SaleCredit.objects.exists()


def test_a_packer_credits_nothing(sign_in, sold):
    assert sign_in("packer").post(f"/office/sale/{sold.sale.number}/credit/").status_code == 403


def test_accounts_show_balances_and_their_entries(sign_in, sold):
    client = sign_in("manager")
    rows = {row.number: row for row in client.get("/office/ledger/accounts/").context["accounts"]}
    assert (
        str(rows["1200"].balances[0].balance) == str(sold.sale.net_total + sold.sale.tax_total)[:-2] + " GBP"
    )
    entries = client.get("/office/ledger/account/4000/").context["page"].rows
    assert [entry.account for entry in entries] == ["4000"]


def test_an_account_is_added_and_changed_and_a_refusal_stands_beside_its_field(sign_in, shop):
    client = sign_in("manager")
    new = {"number": "4300", "name": "Rugs", "kind": "income", "role": ""}
    assert client.post("/office/ledger/accounts/add/", new).status_code == 302
    again = client.post("/office/ledger/accounts/add/", new)
    assert (again.status_code, list(again.context["form"].errors)) == (422, ["number"])
    changed = {"name": "Carpets", "kind": "income", "role": "", "is_blocked": "on"}
    assert client.post("/office/ledger/account/4300/change/", changed).status_code == 302
    assert (Account.objects.get(number="4300").name, Account.objects.get(number="4300").is_blocked) == (
        "Carpets",
        True,
    )
    refused = client.post(
        "/office/ledger/account/4000/change/", {"name": "Sales", "kind": "income", "role": ""}
    )
    assert (refused.status_code, list(refused.context["form"].errors)) == (422, ["role"])


def test_a_number_series_is_set_and_a_gap_refused(sign_in, sold):
    client = sign_in("manager")
    gap = client.post("/office/ledger/series/set/", {"code": "invoice", "prefix": "INV-", "next_number": "9"})
    assert (gap.status_code, list(gap.context["form"].errors)) == (422, ["next_number"])
    new = client.post("/office/ledger/series/set/", {"code": "invoice", "prefix": "R-", "next_number": "9"})
    assert new.status_code == 302
    assert "R-" in page(client.get("/office/ledger/series/"))


def test_a_period_is_exported_as_a_file(sign_in, sold):
    client = sign_in("manager")
    assert client.get("/office/ledger/export/").status_code == 200
    day = Document.objects.get().posted_on
    asked = f"/office/ledger/export/?kind=entries&format=csv&since={day}&until={day}"
    answer = client.get(asked)
    assert answer["Content-Disposition"].endswith('.csv"')
    assert b"".join(answer.streaming_content).decode().count("INV-000001") == 5
    wrong = client.get(f"/office/ledger/export/?kind=entries&format=csv&since={day}&until=2020-01-01")
    assert (wrong.status_code, list(wrong.context["form"].errors)) == (422, ["until"])


def test_what_the_books_decline_is_said_on_the_sale_and_handed_over_again(sign_in, shop):
    call = a_field_call(shop, "RUG")
    SaleLine.objects.update(charge_type="account", charge_number="4711")
    rounds.hand_over("ledger")
    client = sign_in("manager")
    shown = page(client.get(f"/office/sale/{call.sale.number}/"))
    assert "The books do not take it" in shown
    assert "account 4711" in shown
    Account.objects.create(number="4711", name="Rugs", kind="income")
    assert client.post(f"/office/sale/{call.sale.number}/hand-over/").status_code == 302
    rounds.hand_over("ledger")
    assert "The books do not take it" not in page(client.get(f"/office/sale/{call.sale.number}/"))


def test_an_unbalanced_shipment_says_what_is_off_and_by_how_much(sign_in, shop):
    shop.marketplace.shipments["SHP-9"] = a_shipment("9", at=shop.clock.now()).unbalanced().seen
    shop.reads("ACCEPTED")
    shop.builds()
    shown = page(sign_in("manager").get("/office/sales/"))
    lines = "the lines come to 12.00 GBP (goods 10.00 GBP, tax 2.00 GBP)"
    words = f"it says 999.00 GBP, {lines}, 987.00 GBP too little"
    assert words in shown
    assert words in page(sign_in("manager").get("/office/tasks/"))


@pytest.fixture
def owed(sold: CallBuilder) -> Document:
    """The document of a sale whose money the shop collects."""
    found = Document.objects.get()
    Document.objects.update(is_collected=False, outstanding=found.net + found.tax)
    found.refresh_from_db()
    return found


def test_what_is_outstanding_is_paid_in_parts_and_reversed_on_the_document(sign_in, owed):
    client, address = sign_in("manager"), f"/office/ledger/document/{owed.number}/"
    shown = client.get(address)
    assert "Outstanding" in page(shown)
    start = shown.context["form"]
    sent = {"amount": "5.00", "on": start["on"].value(), "account": "1210", "reference": "BANK 1"}
    assert client.post(f"{address}payment/", sent).status_code == 302
    again = client.post(f"{address}payment/", sent)
    assert (again.status_code, "is registered on" in page(again)) == (422, True)
    assert "PAY-000001" in page(client.get(address))
    reverse = "/office/ledger/payment/PAY-000001/reverse/"
    assert "Reverse PAY-000001" in page(client.get(reverse))
    refused = client.post(reverse, {"reason": "", "on": sent["on"]})
    assert (refused.status_code, list(refused.context["form"].errors)) == (422, ["reason"])
    assert client.post(reverse, {"reason": "wrong one", "on": sent["on"]}).status_code == 302
    assert "reverses PAY-000001" in page(client.get(address))
    owed.refresh_from_db()
    assert owed.outstanding == owed.net + owed.tax
    assert owed.number in page(client.get("/office/ledger/?owed=outstanding"))


@pytest.mark.parametrize(
    ("given", "field"),
    [
        ({"amount": "999.00"}, "amount"),
        ({"amount": "1.005"}, "amount"),
        ({"on": "2999-01-01"}, "on"),
        ({"on": "soon"}, "on"),
        ({"account": "4000"}, "account"),
        ({"reference": ""}, "reference"),
    ],
)
def test_a_payment_that_cannot_be_is_refused_beside_its_field_and_keeps_what_was_typed(
    sign_in, owed, given, field
):
    day = str(owed.posted_on)
    sent = {"amount": "5.00", "on": day, "account": "1210", "reference": "BANK 1"} | given
    answer = sign_in("manager").post(f"/office/ledger/document/{owed.number}/payment/", sent)
    assert (answer.status_code, list(answer.context["form"].errors)) == (422, [field])
    assert answer.context["form"]["reference"].value() == sent["reference"]
    assert not Payment.objects.exists()


def test_what_was_paid_too_much_is_given_back_on_the_document(sign_in, owed):
    Document.objects.update(outstanding=-3)
    client, address = sign_in("manager"), f"/office/ledger/document/{owed.number}/"
    assert "Paid too much" in page(client.get(address))
    sent = {"amount": "3", "on": str(owed.posted_on), "account": "1210", "reference": "BACK 1"}
    assert client.post(f"{address}refund/", sent).status_code == 302
    owed.refresh_from_db()
    assert owed.outstanding == 0


def test_what_amazon_collected_takes_no_payment_and_a_packer_registers_none(sign_in, sold):
    number = Document.objects.get().number
    shown = page(sign_in("manager").get(f"/office/ledger/document/{number}/"))
    assert "Register a payment" not in shown
    sent = {"amount": "3", "on": "2026-03-02", "account": "1210", "reference": "B"}
    address = f"/office/ledger/document/{number}/payment/"
    refused = sign_in("manager").post(address, sent)
    assert (refused.status_code, "Amazon collected the money" in page(refused)) == (422, True)
    assert sign_in("packer").post(address, sent).status_code == 403
