"""From staged shipments to sales: the matrix decides, stock is promised, nobody holds up the others."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from decimal import Decimal

import pytest
from procrastinate.contrib.django.models import ProcrastinateJob

from loadbay.catalogue.fields import ProductFields
from loadbay.catalogue.services import create_product, update_product
from loadbay.channels.models import MatrixLine
from loadbay.dispatch.models import FieldCall
from loadbay.inbox.models import Task
from loadbay.listings.services import add_listing
from loadbay.orders import queries
from loadbay.orders.models import Sale, SaleLine, Shipment
from loadbay.orders.ports import ChargeKind, ShipmentPage
from loadbay.orders.services import building, staging
from loadbay.stock import services as stock
from loadbay.stock.models import Reservation
from tests.builders import (
    NOON,
    ShipmentBuilder,
    Shop,
    a_field_call,
    a_shipment,
    charge,
    picks,
    tasks,
    unknown,
)
from tests.services.goods import a_bundle, a_product, events, on_hand, promised, wanted


def arrives(shop: Shop, *shipments: ShipmentBuilder) -> None:
    """Amazon shows these; they are staged and built."""
    staging.stage_page(shop.connection, ShipmentPage(tuple(one.seen for one in shipments), (), None))
    shop.builds()


def states() -> dict[str, tuple[str, str]]:
    """shipment → (building, implied status)."""
    rows = Shipment.objects.order_by("shipment_id")
    return {row.shipment_id: (row.building, row.implied_status) for row in rows}


def test_a_sale_and_a_field_call_stand_against_the_placeholder_without_payment(shop: Shop):
    a_product("RUG", on_hand=5)
    arrives(shop, a_shipment().of(("RUG", 2)))
    sale = Sale.objects.select_related("customer").get()
    assert (sale.customer.name, sale.customer.is_placeholder) == ("Amazon Sellerflex", True)
    assert (sale.payment_method, sale.order_status, sale.external_document) == ("", "Open", "026-1-SHP-1")
    assert (sale.net_total, sale.tax_total, sale.currency) == (Decimal(20), Decimal(4), "GBP")
    assert list(sale.lines.values_list("kind", "product__sku", "units", "net", "tax")) == [
        ("item", "RUG", 2, Decimal(20), Decimal(4))
    ]
    assert sale.field_calls.get().agent.name == "Amazon SmartConnect"
    assert sale.field_calls.get().collection_at.isoformat() == "2026-03-02T16:00:00+00:00"
    assert states() == {"SHP-1": ("built", "In Progress")}
    assert promised("RUG") == {"open": 2}
    assert (on_hand("RUG"), tasks()) == (5, [])


def test_charges_of_lines_and_of_the_header_are_lines_of_the_sale(shop: Shop):
    a_product("RUG", on_hand=5)
    line = a_shipment().seen.lines[0]
    gift = charge("2.00", "0.40", kind=ChargeKind.GIFT_WRAP)
    seen = a_shipment().but(
        lines=(replace(line, charges=(*line.charges, gift)),),
        charges=(charge("3.50", "0.70", kind=ChargeKind.SHIPPING),),
        total=charge("15.50", "3.10"),
    )
    arrives(shop, seen)
    assert list(SaleLine.objects.order_by("id").values_list("kind", "net", "tax")) == [
        ("item", Decimal("10"), Decimal("2")),
        ("other", Decimal("2"), Decimal("0.40")),
        ("shipping", Decimal("3.50"), Decimal("0.70")),
    ]
    sale = Sale.objects.get()
    assert (sale.net_total, sale.tax_total) == (Decimal("15.50"), Decimal("3.10"))


def test_building_twice_builds_once(shop: Shop):
    a_product("RUG", on_hand=5)
    arrives(shop, a_shipment())
    assert building.build_staged(shop.connection) == 0
    arrives(shop, a_shipment())
    assert (Sale.objects.count(), FieldCall.objects.count()) == (1, 1)
    assert promised("RUG") == {"open": 1}


def test_one_sale_and_one_field_call_per_shipment_of_an_order(shop: Shop):
    a_product("RUG", on_hand=5)
    one, two = a_shipment("1"), a_shipment("2").but(order_id=a_shipment("1").seen.order_id)
    arrives(shop, one, two)
    assert Sale.objects.values("shipment__order").distinct().count() == 1
    assert (Sale.objects.count(), FieldCall.objects.count()) == (2, 2)


# --- the matrix ---


@pytest.mark.parametrize(
    "status",
    [
        "CREATED",
        "ACCEPTED",
        "CONFIRMED",
        "PACKAGE_CREATED",
        "PICKUP_SLOT_RETRIEVED",
        "INVOICE_GENERATED",
        "SHIPLABEL_GENERATED",
    ],
)
def test_every_open_status_is_ready_and_built(shop: Shop, status: str):
    a_product("RUG", on_hand=5)
    arrives(shop, a_shipment().but(status=status))
    assert states() == {"SHP-1": ("built", "In Progress")}
    promise = "wanted" if status in {"CREATED", "ACCEPTED"} else "confirmed"
    assert Shipment.objects.get().promise == promise
    assert promised("RUG") == {"labelled" if status == "SHIPLABEL_GENERATED" else "open": 1}


@pytest.mark.parametrize("status", ["SHIPPED", "DELIVERED"])
def test_what_was_shipped_without_us_is_an_error_for_a_person(shop: Shop, status: str):
    a_product("RUG", on_hand=5)
    arrives(shop, a_shipment().but(status=status))
    assert states() == {"SHP-1": ("waiting", "Error")}
    assert tasks() == [("shipment_stopped", "SHP-1")]
    assert Task.objects.get().sentence == "Shipment SHP-1 was shipped without Loadbay."
    assert promised("RUG") == {}


@pytest.mark.parametrize("status", ["SHIPPED", "DELIVERED", "CANCELLED"])
def test_what_ended_before_the_order_start_is_ignored(shop: Shop, status: str):
    arrives(shop, a_shipment(at=NOON - timedelta(days=9)).but(status=status))
    assert states() == {"SHP-1": ("ignored", "Ignored")}
    assert tasks() == []


def test_what_is_still_open_from_before_the_order_start_is_built(shop: Shop):
    a_product("RUG", on_hand=5)
    arrives(shop, a_shipment(at=NOON - timedelta(days=9)))
    assert states() == {"SHP-1": ("built", "In Progress")}


def test_what_was_cancelled_before_we_saw_it_makes_no_sale(shop: Shop):
    arrives(shop, a_shipment().cancelled(at=NOON))
    assert states() == {"SHP-1": ("ignored", "Cancelled")}
    assert (Sale.objects.count(), tasks()) == (0, [])


def test_an_unbalanced_shipment_waits_and_says_so(shop: Shop):
    a_product("RUG", on_hand=5)
    arrives(shop, a_shipment("1").unbalanced(), a_shipment("2"))
    assert states() == {"SHP-1": ("waiting", "Error"), "SHP-2": ("built", "In Progress")}
    assert tasks() == [("shipment_stopped", "SHP-1")]
    assert Shipment.objects.get(shipment_id="SHP-1").held_because == (
        "The lines of shipment SHP-1 do not add up to its total: it says 999.00 GBP, the lines come to "
        "12.00 GBP (goods 10.00 GBP, tax 2.00 GBP), 987.00 GBP too little."
    )


def test_a_status_without_a_line_makes_one_task_for_all_orders_in_it(shop: Shop):
    a_product("RUG", on_hand=5)
    odd = [a_shipment(str(n)).but(status="ON_HOLD") for n in range(3)]
    arrives(shop, *odd)
    assert set(states().values()) == {("waiting", "Waiting")}
    assert tasks() == [("matrix_gap", f"{shop.channel.pk}:ON_HOLD:No Order:balanced")]
    assert len(Task.objects.get().subjects) == 4  # the three and their channel


def test_a_line_that_says_waiting_or_ignored_is_followed(shop: Shop):
    a_product("RUG", on_hand=5)
    MatrixLine.objects.filter(channel_status="ACCEPTED", order_status="No Order", balanced=True).update(
        implied_status="Waiting"
    )
    MatrixLine.objects.filter(channel_status="CREATED", order_status="No Order", balanced=True).update(
        implied_status="Ignored"
    )
    arrives(shop, a_shipment("1"), a_shipment("2").but(status="CREATED"))
    assert states() == {"SHP-1": ("waiting", "Waiting"), "SHP-2": ("ignored", "Ignored")}


# --- goods nobody knows ---


def test_an_unknown_sku_waits_with_one_task_and_goes_on_when_the_product_appears(shop: Shop):
    a_product("RUG", on_hand=9)
    arrives(shop, *(a_shipment(str(n)).of(("NEW", 1)) for n in range(3)), a_shipment("9"))
    assert [state for state, _ in states().values()] == ["waiting", "waiting", "waiting", "built"]
    assert tasks() == [unknown(shop, "NEW")]
    assert (Task.objects.get().times, len(Task.objects.get().subjects)) == (1, 3)
    a_product("NEW", on_hand=9)
    assert tasks() == []
    shop.builds()
    assert {state for state, _ in states().values()} == {"built"}
    assert promised("NEW") == {"open": 3}


def test_an_unknown_sku_goes_on_when_an_existing_product_gets_the_code(shop: Shop):
    a_product("RUG", on_hand=9)
    arrives(shop, a_shipment().of(("OLD-RUG", 1)))
    update_product(ProductFields(sku="RUG", name="Rug", barcodes=("OLD-RUG",)))
    shop.builds()
    assert states() == {"SHP-1": ("built", "In Progress")}
    assert promised("RUG") == {"open": 1}


def test_with_two_unknown_skus_it_waits_until_both_are_known(shop: Shop):
    arrives(shop, a_shipment().of(("ONE", 1), ("TWO", 1)))
    assert tasks() == [unknown(shop, "ONE"), unknown(shop, "TWO")]
    a_product("ONE", on_hand=1)
    shop.builds()
    assert states() == {"SHP-1": ("waiting", "Waiting")}
    assert tasks() == [unknown(shop, "TWO")]
    a_product("TWO", on_hand=1)
    shop.builds()
    assert states() == {"SHP-1": ("built", "In Progress")}


def test_reading_an_order_makes_no_product(shop: Shop):
    arrives(shop, a_shipment().of(("NEW", 1)))
    assert queries.sales(queries.SaleFilter()).rows == ()
    assert not Reservation.objects.exists()


def test_a_listing_is_asked_before_the_product_code(shop: Shop):
    """The SKU at Amazon is a listing's; what it sells is that listing's product."""
    a_product("RUG", on_hand=5, price="12.99")
    create_product(ProductFields(sku="OTHER", name="Other", barcodes=("RUG-AMZ",)))
    add_listing(wanted("RUG"))
    arrives(shop, a_shipment())
    assert promised("RUG") == {"open": 1}


# --- stock ---


def test_short_stock_has_a_sale_and_a_promise_but_is_not_confirmed(shop: Shop):
    a_product("RUG", on_hand=1)
    call = a_field_call(shop, "RUG", 3)
    assert (call.shipment.is_short, call.shipment.promise) == (True, "none")
    assert (promised("RUG"), call.sale.order_status) == ({"open": 3}, "Open")
    assert tasks() == [("short_stock", call.shipment_id)]
    assert "lacks 2 RUG. The stock rooms do not hold everything it needs." in Task.objects.get().sentence
    assert shop.asked("confirm") == 0
    assert shop.scans(call.number).outcome.value == "held"


def test_goods_in_cover_it_and_it_is_confirmed_by_itself(shop: Shop):
    a_product("RUG", on_hand=1)
    call = a_field_call(shop, "RUG", 3)
    stock.goods_in(sku="RUG", room="SHOP", units=1)
    assert shop.covers() == 0
    assert call.shipment.is_short
    stock.goods_in(sku="RUG", room="SHOP", units=1)
    assert jobs_of("build_sales") >= 1
    assert shop.covers() == 1
    shop.confirms()
    assert (call.shipment.is_short, call.shipment.held_because, call.shipment.promise) == (
        False,
        "",
        "confirmed",
    )
    assert (tasks(), promised("RUG")) == ([], {"open": 3})
    assert shop.scans(call.number).outcome.value == "started"


def jobs_of(name: str) -> int:
    return ProcrastinateJob.objects.filter(task_name__endswith=name).count()


def test_looking_in_vain_leaves_no_trace(shop: Shop):
    a_product("RUG", on_hand=1)
    a_field_call(shop, "RUG", 3)
    before = (list(Reservation.objects.values_list("pk", flat=True)), len(events("stock.changed")))
    assert shop.covers() == 0
    assert (list(Reservation.objects.values_list("pk", flat=True)), len(events("stock.changed"))) == before


def test_the_oldest_short_sale_is_covered_first(shop: Shop):
    a_product("RUG")
    first, second = a_field_call(shop), a_field_call(shop)
    stock.goods_in(sku="RUG", room="SHOP", units=1)
    assert shop.covers() == 1
    assert (first.shipment.is_short, second.shipment.is_short) == (False, True)


def test_goods_that_come_into_another_room_are_picked_there(db: None, clock):
    shop = Shop(rooms=("SHOP", "LOFT"), clock=clock)
    a_product("RUG")
    call = a_field_call(shop, "RUG", 2)
    assert picks(call.number) == {("1", "RUG", "SHOP"): 2}
    stock.goods_in(sku="RUG", room="LOFT", units=2)
    assert shop.covers() == 1
    assert picks(call.number) == {("1", "RUG", "LOFT"): 2}


def test_a_short_bundle_goes_on_once_its_component_comes_in(shop: Shop):
    a_product("LEG", on_hand=4)
    a_product("TOP")
    a_bundle("TABLE", contents={"LEG": 4, "TOP": 1})
    call = a_field_call(shop, "TABLE")
    assert call.shipment.is_short
    before = jobs_of("build_sales")
    stock.goods_in(sku="TOP", room="SHOP", units=1)
    assert jobs_of("build_sales") == before + 1
    assert shop.covers() == 1
    assert not call.shipment.is_short


def test_a_bundle_promises_and_picks_what_it_contains(shop: Shop):
    a_product("LEG", on_hand=8)
    a_product("TOP", on_hand=2)
    a_bundle("TABLE", contents={"LEG": 4, "TOP": 1})
    call = a_field_call(shop, "TABLE", 2)
    assert (promised("LEG"), promised("TOP")) == ({"open": 8}, {"open": 2})
    assert picks(call.number) == {("1", "LEG", "SHOP"): 8, ("1", "TOP", "SHOP"): 2}
    assert sum(Reservation.objects.values_list("sold_units", flat=True)) == 2


def test_two_lines_of_one_sku_share_the_promise(shop: Shop):
    a_product("RUG", on_hand=5)
    arrives(shop, a_shipment().of(("RUG", 2), ("RUG", 3)))
    assert promised("RUG") == {"open": 5}
    assert picks(FieldCall.objects.get().number) == {("1", "RUG", "SHOP"): 2, ("2", "RUG", "SHOP"): 3}


def test_two_lines_of_one_sku_out_of_two_rooms_each_get_their_units(db: None, clock):
    shop = Shop(rooms=("SHOP", "LOFT"), clock=clock)
    a_product("RUG", on_hand=4)
    stock.goods_in(sku="RUG", room="LOFT", units=1)
    arrives(shop, a_shipment().of(("RUG", 2), ("RUG", 3)))
    assert picks(FieldCall.objects.get().number) == {
        ("1", "RUG", "SHOP"): 2,
        ("2", "RUG", "SHOP"): 2,
        ("2", "RUG", "LOFT"): 1,
    }


def test_the_first_room_that_holds_the_whole_line_is_taken(db: None, clock):
    shop = Shop(rooms=("SHOP", "LOFT"), clock=clock)
    a_product("RUG", on_hand=1)
    stock.goods_in(sku="RUG", room="LOFT", units=2)
    call = a_field_call(shop, "RUG", 2)
    assert picks(call.number) == {("1", "RUG", "LOFT"): 2}


def test_five_hundred_shipments_are_built_in_one_batch(shop: Shop, django_assert_max_num_queries):
    a_product("RUG", on_hand=500)
    seen = tuple(a_shipment(str(number)).seen for number in range(500))
    staging.stage_page(shop.connection, ShipmentPage(seen, (), None))
    with django_assert_max_num_queries(60):
        assert building.build_staged(shop.connection) == 500
    assert (Sale.objects.count(), FieldCall.objects.count()) == (500, 500)
    assert promised("RUG") == {"open": 500}
    assert len(events("orders.sales_built")) == 1
    assert Sale.objects.values("number").distinct().count() == 500


def test_the_last_goods_of_a_batch_go_to_the_oldest(shop: Shop):
    a_product("RUG", on_hand=2)
    arrives(shop, *(a_shipment(str(n)) for n in range(3)))
    short = Shipment.objects.filter(is_short=True).values_list("shipment_id", flat=True)
    assert list(short) == ["SHP-2"]
    assert promised("RUG") == {"open": 3}
