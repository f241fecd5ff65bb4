"""Orders that Amazon ships: for the books only, and one Amazon order is one order whatever API shows it."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from decimal import Decimal

import pytest
from django.utils import timezone

from loadbay.channels.models import SalesChannel
from loadbay.core.ids import Sku
from loadbay.dispatch.models import FieldCall
from loadbay.orders import order_readers
from loadbay.orders.models import ChannelOrder, Sale, Shipment
from loadbay.orders.ports import ShipmentPage
from loadbay.orders.services import importing, onsite, staging
from tests.builders import Shop, a_shipment, tasks
from tests.services.goods import a_linked_listing, a_product, an_order_channel, on_hand, promised

RUG, LAMP = Sku("RUG"), Sku("LAMP")


@pytest.fixture
def fba(shop: Shop) -> SalesChannel:
    return an_order_channel("fba", beside=shop.channel)


def arrives(shop: Shop, order: str, *goods: tuple[str, int], number: str = "1") -> None:
    """Amazon makes a shipment of the order at our location."""
    shipment = a_shipment(number, at=shop.clock.now()).of(*goods).but(order_id=order)
    staging.stage_page(shop.connection, ShipmentPage((shipment.seen,), (), None))
    shop.builds()


def buildings() -> dict[str, str]:
    return dict(Shipment.objects.order_by("shipment_id").values_list("shipment_id", "building"))


def test_a_shipped_order_is_a_posted_sale_without_field_call_and_without_our_stock(
    shop: Shop, fba: SalesChannel
):
    a_product("RUG", on_hand=5)
    number = shop.ordinary.place({RUG: 2}, by="AMAZON", status="SHIPPED")
    shop.imports_orders()
    sale = Sale.objects.select_related("shipment", "customer").get()
    assert (sale.shipment.shipment_id, sale.order_status, sale.net_total) == (number, "Posted", Decimal(20))
    assert (sale.shipment.location, sale.shipment.implied_status) == ("AMAZON", "Complete")
    assert FieldCall.objects.count() == 0
    assert (promised("RUG"), on_hand("RUG"), tasks()) == ({}, 5, [])


def test_a_pending_order_at_amazon_keeps_nothing_of_ours_and_is_no_task(shop: Shop, fba: SalesChannel):
    a_product("RUG", on_hand=5)
    number = shop.ordinary.place({RUG: 2}, by="AMAZON", status="PENDING")
    shop.imports_orders()
    assert (buildings(), promised("RUG"), tasks()) == ({number: "waiting"}, {}, [])


def test_an_order_that_cannot_be_filled_is_a_task(shop: Shop, fba: SalesChannel):
    a_product("RUG", on_hand=5)
    number = shop.ordinary.place({RUG: 2}, by="AMAZON", status="UNFULFILLABLE")
    shop.imports_orders()
    assert (tasks(), Sale.objects.count()) == ([("shipment_stopped", number)], 0)


def test_a_line_listed_on_site_waits_and_then_counts_as_plain_fba(shop: Shop, fba: SalesChannel):
    a_product("RUG", on_hand=5, price="10.00")
    a_linked_listing("RUG")
    number = shop.ordinary.place({RUG: 1}, by="AMAZON", status="SHIPPED")
    shop.imports_orders()
    assert (buildings(), Sale.objects.count(), tasks()) == ({number: "waiting"}, 0, [])
    shop.clock.advance(6 * 3600 + 1)
    shop.builds()
    assert (Sale.objects.get().order_status, promised("RUG")) == ("Posted", {})


def test_what_our_own_shipment_takes_is_not_sold_twice(shop: Shop, fba: SalesChannel):
    a_product("RUG", on_hand=5, price="10.00")
    a_linked_listing("RUG")
    number = shop.ordinary.place({RUG: 1}, by="AMAZON", status="PENDING")
    shop.imports_orders()
    arrives(shop, number, ("RUG", 1))
    shop.ordinary.move(number, "SHIPPED")
    shop.imports_orders()
    assert buildings() == {number: "ignored", "SHP-1": "built"}
    assert (Sale.objects.count(), ChannelOrder.objects.count()) == (1, 1)
    shop.clock.advance(10 * 3600)
    shop.builds()
    assert Sale.objects.count() == 1


def test_the_rest_of_an_order_is_plain_fba(shop: Shop, fba: SalesChannel):
    a_product("RUG", on_hand=5, price="10.00")
    a_product("LAMP")
    a_linked_listing("RUG")
    number = shop.ordinary.place({RUG: 3, LAMP: 1}, by="AMAZON", status="PENDING")
    shop.imports_orders()
    arrives(shop, number, ("RUG", 2))
    shop.ordinary.move(number, "SHIPPED")
    shop.imports_orders()
    shop.clock.advance(7 * 3600)
    shop.builds()
    sales = {sale.shipment.shipment_id: sale.net_total for sale in Sale.objects.select_related("shipment")}
    assert sales == {"SHP-1": Decimal(20), number: Decimal(20)}
    lines = Sale.objects.get(shipment__shipment_id=number).lines.order_by("id")
    assert list(lines.values_list("description", "units", "net")) == [
        ("RUG", 1, Decimal(10)),
        ("LAMP", 1, Decimal(10)),
    ]


def test_a_shipment_that_comes_after_the_wait_is_a_task_and_no_second_sale(shop: Shop, fba: SalesChannel):
    a_product("RUG", on_hand=5, price="10.00")
    a_linked_listing("RUG")
    number = shop.ordinary.place({RUG: 1}, by="AMAZON", status="SHIPPED")
    shop.imports_orders()
    shop.clock.advance(7 * 3600)
    shop.builds()
    arrives(shop, number, ("RUG", 1))
    assert (Sale.objects.count(), tasks()) == (1, [("shipment_after_fba", "SHP-1")])
    assert promised("RUG") == {}


def test_a_shipment_that_waited_while_the_rest_was_sold_is_sold_as_well(shop: Shop, fba: SalesChannel):
    a_product("RUG", on_hand=5, price="10.00")
    a_linked_listing("RUG")
    number = shop.ordinary.place({RUG: 3, LAMP: 1}, by="AMAZON", status="SHIPPED")
    shop.imports_orders()
    arrives(shop, number, ("RUG", 2), ("LAMP", 1))  # it waits for LAMP, which nobody knows yet
    before = timezone.now() - timedelta(hours=1)
    Shipment.objects.filter(shipment_id="SHP-1").update(seen_at=before)
    shop.clock.advance(7 * 3600)
    shop.builds()
    a_product("LAMP", on_hand=5)
    shop.builds()
    assert buildings() == {number: "built", "SHP-1": "built"}
    assert tasks("shipment_after_fba") == []


def test_a_cancelled_shipment_gives_its_line_back_to_plain_fba(shop: Shop, fba: SalesChannel):
    a_product("RUG", on_hand=5, price="10.00")
    a_linked_listing("RUG")
    number = shop.ordinary.place({RUG: 1}, by="AMAZON", status="PENDING")
    shop.imports_orders()
    arrives(shop, number, ("RUG", 1))
    gone = replace(
        a_shipment("1", at=shop.clock.now()).seen,
        order_id=number,
        status="CANCELLED",
        updated_at=shop.clock.now() + timedelta(seconds=1),
    )
    staging.stage_page(shop.connection, ShipmentPage((gone,), (), None))
    shop.ordinary.move(number, "SHIPPED")
    shop.imports_orders()
    shop.clock.advance(7 * 3600)
    shop.builds()
    assert Sale.objects.get(shipment__shipment_id=number).order_status == "Posted"


def test_what_a_shipment_takes_is_taken_once_however_long_the_rest_waits(shop: Shop, fba: SalesChannel):
    a_product("RUG", on_hand=5, price="10.00")
    a_linked_listing("RUG")
    number = shop.ordinary.place({RUG: 5, LAMP: 1}, by="AMAZON", status="PENDING")
    shop.imports_orders()
    arrives(shop, number, ("RUG", 2))
    shop.ordinary.move(number, "SHIPPED")
    shop.imports_orders()
    shop.clock.advance(7 * 3600)
    for _ in range(3):
        shop.builds()
        assert Shipment.objects.get(shipment_id=number).held_because == "Unknown SKU LAMP."
        importing.build_again([number])
    a_product("LAMP")
    shop.builds()
    sale = Sale.objects.get(shipment__shipment_id=number)
    assert list(sale.lines.order_by("id").values_list("description", "units")) == [("RUG", 3), ("LAMP", 1)]
    assert (sale.net_total, sale.shipment.units) == (Decimal(40), 4)


def test_an_order_of_which_one_shipment_has_come_is_not_built_again_and_again(shop: Shop, fba: SalesChannel):
    a_product("RUG", on_hand=5, price="10.00")
    a_linked_listing("RUG")
    number = shop.ordinary.place({RUG: 3}, by="AMAZON", status="SHIPPED")
    shop.imports_orders()
    arrives(shop, number, ("RUG", 1))
    assert onsite.go_on(shop.connection, now=shop.clock.now()) == 0
    arrives(shop, number, ("RUG", 2), number="2")
    assert buildings() == {number: "ignored", "SHP-1": "built", "SHP-2": "built"}


def test_buyers_are_read_elsewhere_only_if_orders_are_asked_of_every_marketplace(
    shop: Shop, fba: SalesChannel
):
    assert order_readers.reads_orders_of_amazon(shop.connection)
    SalesChannel.objects.filter(pk=shop.channel.pk).update(marketplace="DE")
    assert not order_readers.reads_orders_of_amazon(shop.connection)


def test_a_customer_found_once_goes_to_all_sales_of_the_order(shop: Shop, fba: SalesChannel):
    a_product("RUG", on_hand=5, price="10.00")
    a_product("LAMP")
    a_linked_listing("RUG")
    number = shop.ordinary.place({RUG: 1, LAMP: 1}, by="AMAZON", status="PENDING")
    shop.imports_orders()
    arrives(shop, number, ("RUG", 1))
    shop.ordinary.move(number, "SHIPPED")
    shop.imports_orders()
    names = set(Sale.objects.values_list("customer__name", flat=True))
    assert (Sale.objects.count(), names) == (2, {"Wilhelmina Hartwell"})
