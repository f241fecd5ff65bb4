"""Sales and the books: a document for each, brought to where its sale is, once, whatever goes wrong."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from decimal import Decimal

import pytest
from django.db import connection
from django.db.models import F

from loadbay.channels.definition_queries import shop_collects
from loadbay.channels.services.payment_methods import save_payment_methods
from loadbay.core.errors import Misconfigured, Retryable, Unclear
from loadbay.core.ids import ShipmentId
from loadbay.erp.ledger.adapter import LedgerDesk
from loadbay.erp.ledger.models import Account, Credit, Document, Entry
from loadbay.jobs import rounds
from loadbay.orders import erp_senders
from loadbay.orders.backlog import IMPORT_LASTS, documents_behind
from loadbay.orders.erp_ports import DocumentStatus
from loadbay.orders.erp_rules import NothingToCredit
from loadbay.orders.erp_senders import HandedOver
from loadbay.orders.models import Poll, Sale, SaleCredit, SaleLine, Shipment
from loadbay.orders.services.crediting import credit_sale, creditable, credits_of
from loadbay.orders.services.documents import hand_over_again
from loadbay.testing.fakes import FakeErp, Moment
from tests.builders import CallBuilder, Shop, a_field_call, tasks
from tests.services.conftest import a_shop
from tests.services.goods import a_linked_listing, a_product
from tests.services.settings_shop import forget_jobs, jobs

pytestmark = pytest.mark.django_db


@pytest.fixture
def shop_maker(request: pytest.FixtureRequest) -> Callable[[], Shop]:
    return that_sold if "sold" in request.fixturenames else a_shop


def that_sold() -> Shop:
    shop = a_shop()
    a_product("RUG", on_hand=10, price="12.00")
    a_linked_listing("RUG", amazon=shop)
    a_field_call(shop, "RUG", 2)
    return shop


@pytest.fixture
def sold(shop: Shop) -> CallBuilder:
    """Two rugs, sold and confirmed."""
    return shop.call(ShipmentId(Shipment.objects.get().shipment_id))


@pytest.fixture
def books(shop: Shop) -> FakeErp:
    return FakeErp(customers={shop.channel.placeholder_customer.code})


def to(desk: object, shop: Shop) -> HandedOver:
    return erp_senders.hand_over("ledger", desk=desk, clock=shop.clock)  # type: ignore[arg-type]


def document(sale: Sale) -> Document:
    return Document.objects.get(reference=sale.number)


def test_a_sale_has_its_document_with_every_line_and_the_same_total(shop: Shop, sold: CallBuilder):
    to(LedgerDesk(), shop)
    made = document(sold.sale)
    assert (made.external_number, made.channel) == (sold.sale.external_document, "UK")
    assert made.net + made.tax == sold.sale.net_total + sold.sale.tax_total
    assert made.lines.count() == SaleLine.objects.filter(sale=sold.sale).count()
    assert (sold.sale.document_number, sold.sale.document_status) == (made.number, made.status)


def test_who_collects_the_money_counts_for_documents_made_from_then_on(shop: Shop):
    a_product("RUG", on_hand=10, price="12.00")
    a_linked_listing("RUG", amazon=shop)
    shop.set_channel(payment_behaviour="mapped")
    made = []
    for collected_by in ("shop", "amazon"):
        methods = {"CashOnDelivery": "COD"}
        save_payment_methods("UK", methods, collected_by={"CashOnDelivery": collected_by})
        call = a_field_call(shop, "RUG")
        Sale.objects.filter(pk=call.sale.pk).update(payment_method="CashOnDelivery")
        call.completed()
        to(LedgerDesk(), shop)
        made.append(document(call.sale).pk)
    rows = Document.objects.filter(pk__in=made).order_by("id")
    assert [(row.is_collected, row.outstanding == row.net + row.tax) for row in rows] == [
        (False, True),
        (True, False),
    ]
    shop.set_channel(payment_behaviour="channel")
    assert shop_collects([shop.channel.pk]) == {shop.channel.pk: frozenset()}


def test_the_document_follows_the_sale_from_open_to_posted(shop: Shop, sold: CallBuilder):
    Sale.objects.update(order_status="Open")
    to(LedgerDesk(), shop)
    assert document(sold.sale).status == "Open"
    Sale.objects.update(order_status="Released")
    assert to(LedgerDesk(), shop).done["released"] == 1
    assert document(sold.sale).status == "Released"
    sold.completed()
    to(LedgerDesk(), shop)
    posted = document(sold.sale)
    assert (posted.status, posted.invoice) == ("Posted", "INV-000001")
    assert sold.sale.document_status == "Posted"


def test_the_day_of_the_posting_is_the_day_it_left_in_the_zone_of_the_channel(shop: Shop, sold: CallBuilder):
    shop.set_channel(time_zone="Pacific/Auckland")
    sold.completed()
    shop.clock.moment += timedelta(days=3)
    to(LedgerDesk(), shop)
    assert sold.sale.posted_at is not None
    assert document(sold.sale).posted_on == (sold.sale.posted_at + timedelta(hours=13)).date()


def test_handing_over_again_changes_nothing(shop: Shop, sold: CallBuilder):
    sold.completed()
    to(LedgerDesk(), shop)
    entries = Entry.objects.count()
    Sale.objects.update(document_status="", document_number="")
    to(LedgerDesk(), shop)
    assert (Document.objects.count(), Entry.objects.count()) == (1, entries)
    assert sold.sale.document_status == "Posted"


def test_a_cancelled_sale_cancels_its_document_and_has_none_if_there_was_none(shop: Shop, sold: CallBuilder):
    to(LedgerDesk(), shop)
    second = a_field_call(shop, "RUG")
    sold.cancelled()
    second.cancelled()
    to(LedgerDesk(), shop)
    assert document(sold.sale).status == "Cancelled"
    assert not Document.objects.filter(reference=second.sale.number).exists()
    assert (second.sale.document_status, second.sale.document_number) == ("Cancelled", "")
    assert to(LedgerDesk(), shop) == HandedOver()


def test_books_that_are_down_stop_nothing_and_get_everything_once_they_are_back(
    shop: Shop, sold: CallBuilder, books: FakeErp
):
    books.troubles.next("make", Retryable("The ERP is down."))
    with pytest.raises(Retryable):
        to(books, shop)
    sold.completed()
    assert sold.sale.document_status == ""
    to(books, shop)
    assert sold.sale.document_status == "Posted"


@pytest.mark.parametrize("step", ["make", "post", "credit"])
def test_an_answer_lost_after_it_took_effect_repeats_nothing(
    shop: Shop, sold: CallBuilder, books: FakeErp, step: str
):
    sold.completed()
    if step == "credit":
        to(books, shop)
        credit_sale(sold.sale.number, reason="came back")
    books.troubles.next(step, Unclear("The answer was lost."), moment=Moment.AFTER)
    with pytest.raises(Unclear):
        to(books, shop)
    to(books, shop)
    assert (len(books.documents), books.invoices) == (1, 1)
    assert books.credits == (1 if step == "credit" else 0)
    assert sold.sale.document_status == sold.sale.order_status


def test_what_the_books_decline_stops_that_sale_with_a_task_and_not_the_others(
    shop: Shop, sold: CallBuilder, books: FakeErp
):
    SaleLine.objects.create(
        sale=sold.sale,
        kind="shipping",
        charge_type="account",
        charge_number="4711",
        description="Shipping",
        units=1,
        net=Decimal("0"),
        tax=Decimal("0"),
    )
    second = a_field_call(shop, "RUG")
    report = to(books, shop)
    assert report.declined == [(sold.sale.number, "There is no account 4711.")]
    assert tasks("document_refused") == [("document_refused", sold.sale.number)]
    assert (sold.sale.document_is_stopped, second.sale.document_status) == (True, "Released")
    assert to(books, shop).declined == []


def test_once_it_is_mended_it_is_handed_over_again_and_the_task_closes(shop: Shop, sold: CallBuilder):
    SaleLine.objects.filter(sale=sold.sale).update(charge_type="account", charge_number="4711")
    assert len(to(LedgerDesk(), shop).declined) == 1
    Account.objects.create(number="4711", name="Rugs", kind="income")
    assert hand_over_again(sold.sale.number) == 1
    to(LedgerDesk(), shop)
    assert (tasks("document_refused"), sold.sale.document_trouble) == ([], "")
    assert document(sold.sale).lines.get().account.number == "4711"


def test_what_a_person_posted_in_the_books_is_taken_over_and_the_matrix_asked(
    shop: Shop, sold: CallBuilder, books: FakeErp
):
    Sale.objects.update(order_status="Open")
    to(books, shop)
    books.a_person_sets(sold.sale.external_document, DocumentStatus.POSTED)
    Shipment.objects.update(implied_status="")
    Sale.objects.update(order_status="Released")
    to(books, shop)
    assert (sold.sale.order_status, sold.sale.document_status) == ("Posted", "Posted")
    assert sold.shipment.implied_status == "In Progress"


def test_a_document_cancelled_in_the_books_asks_a_person(shop: Shop, sold: CallBuilder, books: FakeErp):
    to(books, shop)
    books.a_person_sets(sold.sale.external_document, DocumentStatus.CANCELLED)
    sold.completed()
    to(books, shop)
    assert tasks("document_refused") == [("document_refused", sold.sale.number)]
    assert sold.sale.order_status == "Posted"


def test_a_wrong_key_of_the_books_is_one_alert(
    shop: Shop, sold: CallBuilder, monkeypatch: pytest.MonkeyPatch
):
    books = FakeErp()
    books.troubles.next("make", Misconfigured("The client secret is wrong."))
    monkeypatch.setattr("loadbay.wiring.LedgerDesk", lambda: books)
    with pytest.raises(Misconfigured):
        rounds.hand_over("ledger")
    assert tasks("erp_stopped") == [("erp_stopped", "ledger")]
    books.customers.add(shop.channel.placeholder_customer.code)
    rounds.hand_over("ledger")
    assert tasks("erp_stopped") == []


def test_the_books_wait_while_something_is_imported_and_go_on_after_it(shop: Shop, sold: CallBuilder):
    now = rounds.CLOCK.now()
    Poll.objects.update_or_create(
        connection_id=shop.connection, question="orders", defaults={"asked_at": now, "answered_at": None}
    )
    waited = rounds.hand_over("ledger")
    assert (waited.gave_way, waited.done["made"], Document.objects.count()) == (True, 0, 0)
    Poll.objects.filter(question="orders").update(answered_at=now)
    gone_on = rounds.hand_over("ledger")
    assert (gone_on.gave_way, gone_on.done["made"], Document.objects.count()) == (False, 1, 1)


@pytest.mark.parametrize(
    ("trouble", "ago"),
    [("Amazon is down.", timedelta(0)), ("", IMPORT_LASTS)],
    ids=["in trouble", "open for long"],
)
def test_a_window_that_stands_still_holds_up_no_books(
    shop: Shop, sold: CallBuilder, trouble: str, ago: timedelta
):
    asked = {"asked_at": rounds.CLOCK.now() - ago, "answered_at": None, "trouble": trouble}
    Poll.objects.update_or_create(connection_id=shop.connection, question="orders", defaults=asked)
    assert rounds.hand_over("ledger").done["made"] == 1


def test_every_batch_goes_on_where_the_last_one_ended_until_no_step_is_left(
    shop: Shop, sold: CallBuilder, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr(erp_senders, "BATCH", 1)
    a_field_call(shop, "RUG", 1)
    a_field_call(shop, "RUG", 3)
    Sale.objects.update(order_status="Posted", posted_at=shop.clock.now())
    report = to(LedgerDesk(), shop)
    assert (report.done["made"], report.done["posted"]) == (3, 3)
    assert set(Sale.objects.values_list("document_status", flat=True)) == {"Posted"}


def test_books_that_post_in_the_background_are_asked_again_later(
    shop: Shop, sold: CallBuilder, books: FakeErp, monkeypatch: pytest.MonkeyPatch
):
    sold.completed()
    monkeypatch.setattr(books, "_post", lambda name: books.documents[name].seen)
    report = to(books, shop)
    assert (report.put_off, books.troubles.asked.count("post")) == (1, 1)
    assert sold.sale.document_try_at is not None


def test_each_event_of_a_sale_has_the_books_told_by_a_job(shop: Shop, sold: CallBuilder):
    assert "hand_over" in jobs()
    forget_jobs()
    sold.completed()
    assert "hand_over" in jobs()
    forget_jobs()
    credit_sale(sold.sale.number, reason="came back")
    assert "hand_over" in jobs()


# --- credits ---


def test_a_sale_is_credited_whole_and_its_document_with_it(shop: Shop, sold: CallBuilder):
    sold.completed()
    to(LedgerDesk(), shop)
    credit_sale(sold.sale.number, reason="All of it came back")
    assert sold.sale.order_status == "Credited"
    assert to(LedgerDesk(), shop).done["credited"] == 1
    assert document(sold.sale).status == "Credited"
    (credit,) = credits_of(sold.sale.number)
    assert (credit.number, credit.document) == (f"{sold.sale.number}-C1", "CR-000001")
    sums = {}
    for account, debit, amount in Entry.objects.values_list("account__number", "debit", "credit"):
        sums[account] = sums.get(account, 0) + debit - amount
    assert set(sums.values()) == {Decimal(0)}


def test_one_unit_is_credited_and_then_the_rest(shop: Shop, sold: CallBuilder):
    sold.completed()
    (line,) = creditable(sold.sale.number)
    credit_sale(sold.sale.number, reason="one came back", units={line.line_id: 1})
    assert sold.sale.order_status == "Posted"
    credit_sale(sold.sale.number, reason="the other one too")
    assert sold.sale.order_status == "Credited"
    to(LedgerDesk(), shop)
    made = document(sold.sale)
    assert made.status == "Credited"
    assert sum(c.net + c.tax for c in Credit.objects.all()) == made.net + made.tax


def test_asked_twice_with_one_key_there_is_one_credit(shop: Shop, sold: CallBuilder):
    sold.completed()
    (line,) = creditable(sold.sale.number)
    first = credit_sale(sold.sale.number, reason="broken", units={line.line_id: 1}, key="k1")
    again = credit_sale(sold.sale.number, reason="broken", units={line.line_id: 1}, key="k1")
    assert first == again
    assert SaleCredit.objects.count() == 1


@pytest.mark.parametrize(
    ("reason", "units", "words"),
    [
        ("", None, "needs a reason"),
        ("broken", 3, "2 of 2 are left"),
        ("broken", 0, "Nothing is left to credit"),
        ("broken", -1, "cannot be credited"),
    ],
)
def test_a_credit_that_makes_no_sense_is_refused_and_changes_nothing(
    shop: Shop, sold: CallBuilder, reason: str, units: int | None, words: str
):
    sold.completed()
    (line,) = creditable(sold.sale.number)
    wanted = None if units is None else {line.line_id: units}
    with pytest.raises(NothingToCredit, match=words):
        credit_sale(sold.sale.number, reason=reason, units=wanted)
    assert (SaleCredit.objects.count(), sold.sale.order_status) == (0, "Posted")


def test_only_a_posted_sale_can_be_credited(shop: Shop, sold: CallBuilder):
    with pytest.raises(NothingToCredit, match="Released"):
        credit_sale(sold.sale.number, reason="too early")


def test_a_credited_sale_whose_order_amazon_cancels_is_no_error_any_more(shop: Shop, sold: CallBuilder):
    sold.completed()
    sold.cancelled()
    assert (sold.sale.order_status, sold.shipment.implied_status) == ("Posted", "Error")
    credit_sale(sold.sale.number, reason="Amazon cancelled it after it left")
    assert (sold.sale.order_status, sold.shipment.implied_status) == ("Credited", "Cancelled")


def test_a_cancellation_after_the_credit_leaves_the_sale_credited(shop: Shop, sold: CallBuilder):
    sold.completed()
    credit_sale(sold.sale.number, reason="came back")
    sold.cancelled()
    assert sold.sale.order_status == "Credited"


def test_goods_that_amazon_counts_as_delivered_stay_complete_when_they_are_credited(
    shop: Shop, sold: CallBuilder
):
    sold.shipped()
    credit_sale(sold.sale.number, reason="came back")
    assert sold.shipment.implied_status == "Complete"


def test_a_stopped_credit_says_why(shop: Shop, sold: CallBuilder, books: FakeErp):
    sold.completed()
    to(books, shop)
    books.documents[sold.sale.external_document].credited = {str(SaleLine.objects.get().pk): 2}
    credit_sale(sold.sale.number, reason="came back")
    assert [words for _, words in to(books, shop).declined] == [
        f"Line {SaleLine.objects.get().pk} has not so much left."
    ]


def test_what_the_books_lack_is_found_by_its_index_and_named_in_the_backlog(shop: Shop, sold: CallBuilder):
    assert documents_behind(most=5) == [(f"sale:{sold.sale.number}", "")]
    rows = Sale.objects.exclude(document_status=F("order_status")).order_by("id")
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL enable_seqscan = off")
        cursor.execute("SET LOCAL enable_sort = off")
    assert "sale_to_hand_over" in rows.explain()
    sold.completed()
    to(LedgerDesk(), shop)
    assert documents_behind(most=5) == []
    (line,) = creditable(sold.sale.number)
    credit_sale(sold.sale.number, reason="torn", units={line.line_id: 1})
    assert documents_behind(most=5) == [(f"sale:{sold.sale.number}", "")]
