"""The genuine buyer: hidden until shipped, then in place of the placeholder, then erased, provably."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta

import pytest
from django.db import connection
from django.db.models import BinaryField
from django.db.models.functions import Cast

from loadbay.channels.models import Connection
from loadbay.core.encryption import EMPTY_DOCUMENT
from loadbay.core.errors import Retryable
from loadbay.core.ids import AmazonOrderId
from loadbay.dispatch.models import Label
from loadbay.inbox.queries import open_tasks
from loadbay.jobs import rounds
from loadbay.journal.queries import timeline
from loadbay.orders import queries, readers
from loadbay.orders.models import BuyerDetails, Poll, Shipment, SpoiledEntry
from loadbay.orders.ports import OrderPage, SeenAddress, SeenOrder, ShipmentPage, Spoiled
from loadbay.orders.services import buyers, staging
from loadbay.parties.models import Customer
from loadbay.testing.fakes import FakeOrderSource
from tests.builders import CallBuilder, Shop, a_field_call
from tests.services.goods import a_product, events

NAME, STREET, TOWN, POSTCODE = "Wilhelmina Hartwell", "7 Quarry Rise", "Matlock", "DE4 3NS"


def a_shipped_sale(shop: Shop) -> CallBuilder:
    a_product("RUG", on_hand=9)
    return a_field_call(shop).shipped()


def fields(call: CallBuilder) -> dict[str, tuple[str, str]]:
    """name → (value, why it is empty)."""
    return {field.name: (field.value, field.why_empty) for field in queries.buyer(call.sale.number)}


def test_before_shipping_every_field_says_why_it_is_empty(shop: Shop):
    a_product("RUG", on_hand=9)
    call = a_field_call(shop).labelled()
    shop.finds_buyers()
    assert call.sale.customer.name == "Amazon Sellerflex"
    shown = fields(call)
    hidden = ("", "Amazon shows the buyer only after the parcel was marked as shipped.")
    assert shown.pop("postal_code") == (POSTCODE, "")
    assert set(shown.values()) == {hidden}
    assert shop.asked("shipped_orders") == 0


def test_shipped_but_not_shown_yet_says_so(shop: Shop):
    call = a_shipped_sale(shop)
    assert fields(call)["name"] == (
        "",
        "Shipped; Amazon has not shown it yet. It is asked for again by itself.",
    )


def test_after_shipping_customer_and_payment_method_replace_the_placeholder(shop: Shop):
    call = a_shipped_sale(shop)
    assert shop.finds_buyers() == 1
    sale = call.sale
    assert (sale.customer.name, sale.customer.is_placeholder) == (NAME, False)
    assert sale.payment_method == "Standard"
    shown = fields(call)
    assert shown["address"] == (f"{STREET}, {TOWN}", "")
    assert shown["email"] == ("", "Amazon never shows the e-mail address of buyers whose orders it fulfils.")
    assert events("orders.buyers_found") == [{"sale_ids": [sale.pk]}]
    assert shop.finds_buyers() == 0


def test_where_only_the_payment_method_shows_the_placeholder_stays(shop: Shop):
    call = a_shipped_sale(shop)
    (order,) = shop.marketplace.orders.values()
    order.buyer_name, order.address = "", None  # type: ignore[assignment]
    assert shop.finds_buyers() == 1
    assert (call.sale.customer.name, call.sale.payment_method) == ("Amazon Sellerflex", "Standard")
    assert fields(call)["name"][1] == "Amazon shows the buyer's name only to applications with a tax role."


def test_where_nothing_shows_it_stays_awaited(shop: Shop):
    a_shipped_sale(shop)
    (order,) = shop.marketplace.orders.values()
    order.buyer_name, order.address, order.payment_methods = "", None, ()  # type: ignore[assignment]
    assert shop.finds_buyers() == 0
    assert BuyerDetails.objects.get().state == "awaited"


def test_nothing_that_ever_comes_closes_the_matter_after_the_channels_days(shop: Shop):
    shop.set_channel(buyer_details_days=3)
    call = a_shipped_sale(shop)
    shop.clock.advance(3 * 24 * 3600 - 60)
    assert buyers.close_unseen(now=shop.clock.now()) == 0
    shop.clock.advance(120)
    assert buyers.close_unseen(now=shop.clock.now()) == 1
    assert fields(call)["name"] == ("", "Amazon showed no more within the waiting time after shipping.")
    assert shop.finds_buyers() == 0
    assert call.sale.customer.is_placeholder


def test_a_customer_found_once_goes_to_all_sales_of_the_order(shop: Shop):
    call = a_shipped_sale(shop)
    shop.finds_buyers()
    seen = shop.marketplace.shipments[call.shipment_id]
    second = replace(
        seen, shipment_id="SHP-LATER", status="ACCEPTED", updated_at=shop.clock.now(), packages=()
    )
    staging.stage_page(shop.connection, ShipmentPage((second,), (), None))
    shop.builds()
    later = shop.call("SHP-LATER").sale  # type: ignore[arg-type]
    assert (later.customer_id, later.payment_method) == (call.sale.customer_id, "Standard")
    assert Customer.objects.filter(is_placeholder=False).count() == 1


def test_buyers_are_read_in_bulk_and_only_as_far_as_they_are_awaited(shop: Shop):
    a_product("RUG", on_hand=9)
    calls = [a_field_call(shop).shipped() for _ in range(3)]
    shop.orders = FakeOrderSource(shop.marketplace, page_size=2)
    assert shop.finds_buyers() == 3
    assert shop.asked("shipped_orders") == 2
    assert {call.sale.customer.name for call in calls} == {NAME}


def test_trouble_loses_no_buyer_who_is_awaited(shop: Shop):
    a_product("RUG", on_hand=9)
    for _ in range(3):
        a_field_call(shop).shipped()
    shop.orders = FakeOrderSource(shop.marketplace, page_size=2)
    shop.fails("shipped_orders", Retryable("down"))
    with pytest.raises(Retryable):
        shop.finds_buyers()
    assert shop.finds_buyers() == 3


# --- erasing ---


def test_a_found_buyer_is_erased_thirty_days_after_the_latest_delivery(shop: Shop):
    call = a_shipped_sale(shop)
    order = call.shipment.order
    delivered = shop.clock.now() + timedelta(days=4)
    seen = SeenOrder(
        order_id=AmazonOrderId(order.order_id),
        status="SHIPPED",
        fulfilled_by="AMAZON",
        created_at=shop.clock.now(),
        updated_at=shop.clock.now(),
        buyer_name=NAME,
        address=SeenAddress(NAME, "", (STREET,), TOWN, "", POSTCODE, "GB"),
        latest_delivery_at=delivered,
    )
    buyers.found_buyers(shop.connection, [seen], now=shop.clock.now())
    day = (delivered + timedelta(days=30)).date()
    assert BuyerDetails.objects.get().purge_on == day
    assert buyers.purge_buyers(today=day - timedelta(days=1)) == 0
    assert buyers.purge_buyers(today=day) == 1
    assert buyers.purge_buyers(today=day) == 0


def test_erasing_leaves_nothing_of_the_buyer_and_can_be_proven(shop: Shop):
    call = a_shipped_sale(shop)
    shop.finds_buyers()
    number, net = call.sale.number, call.sale.net_total
    assert buyers.purge_buyers(today=date(2027, 1, 1)) == 1
    buyer, sale = BuyerDetails.objects.get(), call.sale
    assert (buyer.state, buyer.name, buyer.postal_code, buyer.address, buyer.email_hash) == (
        "erased",
        None,
        None,
        None,
        "",
    )
    assert (sale.number, sale.net_total, sale.customer.name, sale.customer.address) == (
        number,
        net,
        "Erased",
        None,
    )
    assert bytes(Shipment.objects.values_list("raw", flat=True).get()) == b""
    assert list(Label.objects.values_list("content", "link")) == [(None, None)]
    assert events("orders.buyers_erased") == [{"order_ids": [buyer.order_id]}]
    assert "Buyer data was erased." in [entry.text for entry in timeline(f"sale:{number}")]
    assert set(fields(call).values()) - {("Standard", "")} == {
        ("", "Erased after the time Amazon's data protection policy allows.")
    }


def test_a_buyer_who_never_showed_is_erased_too(shop: Shop):
    a_shipped_sale(shop)
    buyers.close_unseen(now=shop.clock.now() + timedelta(days=30))
    assert BuyerDetails.objects.get().postal_code == POSTCODE
    assert buyers.purge_buyers(today=(shop.clock.now() + timedelta(days=30)).date()) == 1
    assert BuyerDetails.objects.get().postal_code is None


def test_the_buyer_of_a_cancelled_order_is_erased_too(shop: Shop):
    a_product("RUG", on_hand=9)
    a_field_call(shop).cancelled()
    assert buyers.purge_buyers(today=(shop.clock.now() + timedelta(days=29)).date()) == 0
    assert buyers.purge_buyers(today=(shop.clock.now() + timedelta(days=30)).date()) == 1
    assert bytes(Shipment.objects.values_list("raw", flat=True).get()) == b""


def test_buyers_of_open_orders_are_not_erased(shop: Shop):
    a_product("RUG", on_hand=9)
    a_field_call(shop).labelled()
    assert buyers.purge_buyers(today=date(2036, 1, 1)) == 0
    assert BuyerDetails.objects.get().postal_code == POSTCODE


def test_what_was_set_aside_is_erased_with_the_rest(shop: Shop):
    a_shipped_sale(shop)
    bad = Spoiled("SHP-9", "no number", POSTCODE.encode())
    staging.stage_page(shop.connection, ShipmentPage((), (bad,), None))
    buyers.purge_buyers(today=date(2036, 1, 1))
    assert bytes(SpoiledEntry.objects.get().raw) == b""


def test_what_was_erased_of_the_set_aside_is_not_written_again_every_hour(shop: Shop):
    bad = Spoiled("SHP-9", "no number", POSTCODE.encode())
    staging.stage_page(shop.connection, ShipmentPage((), (bad,), None))
    at = SpoiledEntry.objects.get().at.date()
    stored = SpoiledEntry.objects.annotate(stored=Cast("raw", BinaryField())).values_list("stored", flat=True)
    full = bytes(stored.get())
    buyers.purge_buyers(today=at + timedelta(days=29))
    assert bytes(stored.get()) == full
    buyers.purge_buyers(today=at + timedelta(days=30))
    erased = bytes(stored.get())
    assert (len(erased), bytes(SpoiledEntry.objects.get().raw)) == (EMPTY_DOCUMENT, b"")
    buyers.purge_buyers(today=at + timedelta(days=30))
    assert bytes(stored.get()) == erased


def test_the_nightly_round_erases_everybody_whose_day_has_come(shop: Shop):
    a_product("RUG", on_hand=9)
    for _ in range(3):
        a_field_call(shop).shipped()
    shop.clock.advance(31 * 24 * 3600)
    assert rounds.purge_buyers() == 3


# --- nothing in clear ---


def everything_in_clear() -> str:
    """Every text, JSON and bytes column of every table, as a dump would show them."""
    found = []
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT table_name, column_name, data_type FROM information_schema.columns"
            " WHERE table_schema = 'public' AND data_type IN"
            " ('text', 'character varying', 'bytea', 'jsonb', 'json', 'ARRAY')"
        )
        for table, column, kind in cursor.fetchall():
            shown = f"encode(\"{column}\", 'escape')" if kind == "bytea" else f'"{column}"::text'
            cursor.execute(f'SELECT string_agg({shown}, chr(10)) FROM "{table}"')
            found.append(cursor.fetchone()[0] or "")
    return "\n".join(found)


def test_neither_the_secret_nor_the_buyer_stands_anywhere_in_clear(shop: Shop, caplog):
    Connection.objects.get().save()
    row = Connection.objects.get()
    row.client_secret, row.refresh_token = "demo-secret-of-a-shop", "Atzr|demo-refresh"
    row.save()
    shop.marketplace.label_content = f"^XA^FD{NAME}^FS^FD{STREET}^FS^XZ".encode()
    call = a_shipped_sale(shop)
    shop.finds_buyers()
    assert call.sale.customer.name == NAME
    dump = everything_in_clear()
    assert call.sale.number in dump
    for private in (NAME, "Hartwell", STREET, TOWN, POSTCODE, "demo-secret-of-a-shop", "Atzr|demo-refresh"):
        assert private not in dump
        assert private not in caplog.text


def test_a_buyer_who_never_shows_does_not_make_every_look_start_from_that_day(shop: Shop):
    a_shipped_sale(shop)
    shop.clock.advance(3600)
    a_field_call(shop).shipped()
    for order in shop.marketplace.orders.values():
        order.buyer_name, order.address, order.payment_methods = "", None, ()  # type: ignore[assignment]
    asked: list[datetime] = []
    source = shop.orders

    class Listening:
        def shipped_orders(self, *, updated_after: datetime, token: str | None):
            asked.append(updated_after)
            return source.shipped_orders(updated_after=updated_after, token=token)

        def order(self, order_id):
            return source.order(order_id)

    for _ in range(3):
        readers.read_buyers(shop.connection, source=Listening(), clock=shop.clock)
        shop.clock.advance(3 * 3600)
    whole, later, whole_again = asked
    assert (later > whole, whole_again) == (True, whole)


def test_an_awaited_buyer_who_cannot_be_read_is_told_and_not_passed_over(shop: Shop):
    """Such an order was left out without a word, until the matter was closed."""
    a_product("RUG", on_hand=5)
    call = a_field_call(shop).shipped()
    order = call.shipment.order.order_id

    @dataclass
    class Spoiling:
        """Shows our order and a stranger's, neither of which can be read."""

        spoiled: tuple[Spoiled, ...]

        def shipped_orders(self, *, updated_after: datetime, token: str | None) -> OrderPage:
            return OrderPage((), self.spoiled, None, None)

    both = (Spoiled(order, "two buyers", b"{}"), Spoiled("026-0", "two buyers", b"{}"))
    readers.read_buyers(shop.connection, source=Spoiling(both), clock=shop.clock)  # type: ignore[arg-type]
    (task,) = open_tasks()
    assert (task.kind, task.matter) == ("buyer_unread", order)
    assert task.sentence == f"The buyer of order {order} cannot be read: two buyers."
    assert shop.finds_buyers() == 1
    assert open_tasks() == ()


def test_trouble_with_buyers_is_kept_for_the_screens_until_amazon_answers(shop: Shop):
    a_product("RUG", on_hand=5)
    a_field_call(shop).shipped()
    shop.fails("shipped_orders", Retryable("Amazon is down."))
    with pytest.raises(Retryable):
        shop.finds_buyers()
    assert Poll.objects.get(question="buyers").trouble == "Amazon is down."
    shop.finds_buyers()
    assert Poll.objects.get(question="buyers").trouble == ""
