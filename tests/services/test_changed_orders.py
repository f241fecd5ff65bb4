"""Orders that change after their sale was built: wishes to cancel, fewer units, parts that left, lateness."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal

import pytest

from loadbay.channels.models import SalesChannel
from loadbay.core.ids import Sku
from loadbay.dispatch.bench_rules import Outcome
from loadbay.dispatch.models import FieldCall
from loadbay.inbox.models import Task
from loadbay.orders.models import Sale, Shipment
from loadbay.orders.services import amending, lateness
from loadbay.orders.services.amending import NothingToAnswer
from loadbay.stock import services as stock
from tests.builders import FINISH, Shop, a_merchant_order, picks, tasks
from tests.services.goods import a_merchant_channel, promised

RUG, LAMP = Sku("RUG"), Sku("LAMP")


@pytest.fixture
def mfn(shop: Shop) -> SalesChannel:
    return a_merchant_channel(beside=shop.channel)


def test_a_buyer_who_asks_to_cancel_asks_a_person_and_stops_the_bench(shop: Shop, mfn: SalesChannel):
    order, number = a_merchant_order(shop, RUG=1)
    shop.ordinary.ask_to_cancel(order, "Bought twice")
    shop.imports_orders()
    shop.imports_orders()
    assert tasks() == [("buyer_asks_to_cancel", order)]
    answer = shop.scans(number)
    assert (answer.outcome, "The buyer asks to cancel it." in answer.sentence) == (Outcome.HELD, True)
    assert Sale.objects.get().order_status == "Released"
    amending.ship_anyway(order)
    assert (tasks(), shop.scans(number).outcome) == ([], Outcome.STARTED)
    with pytest.raises(NothingToAnswer):
        amending.ship_anyway(order)


def test_a_wish_from_before_the_sale_asks_as_well(shop: Shop, mfn: SalesChannel):
    order = shop.ordinary.place({RUG: 1}, status="PENDING")
    shop.ordinary.ask_to_cancel(order)
    shop.imports_orders()
    assert tasks() == []
    shop.ordinary.move(order, "UNSHIPPED")
    shop.imports_orders()
    assert tasks() == [("buyer_asks_to_cancel", order)]
    assert amending.is_held(Shipment.objects.get().held_because)


def test_a_wish_that_is_granted_cancels_everything_and_its_task(shop: Shop, mfn: SalesChannel):
    order, _ = a_merchant_order(shop, RUG=1)
    shop.ordinary.ask_to_cancel(order)
    shop.imports_orders()
    shop.ordinary.move(order, "CANCELLED")
    shop.imports_orders()
    assert (tasks(), Sale.objects.get().order_status, promised("RUG")) == ([], "Cancelled", {})


def test_fewer_units_shrink_the_sale_its_goods_and_its_picks(shop: Shop, mfn: SalesChannel):
    order, number = a_merchant_order(shop, RUG=3, LAMP=1)
    shop.ordinary.resize(order, {RUG: 1, LAMP: 0})
    shop.imports_orders()
    sale = Sale.objects.get()
    assert (sale.net_total, Shipment.objects.get().units) == (Decimal(10), 1)
    assert list(sale.lines.values_list("description", "units")) == [("RUG", 1)]
    assert (promised("RUG"), promised("LAMP")) == ({"open": 1}, {})
    assert picks(number) == {(f"{order}-1", "RUG", "SHOP"): 1}
    assert tasks() == []


def test_fewer_units_of_a_packed_order_ask_a_person(shop: Shop, mfn: SalesChannel):
    order, number = a_merchant_order(shop, RUG=2)
    shop.packs(number)
    shop.scans(FINISH)
    shop.ordinary.resize(order, {RUG: 1})
    shop.imports_orders()
    assert tasks() == [("order_changed", order)]
    assert Sale.objects.get().net_total == Decimal(20)


def test_a_part_that_left_without_us_holds_the_rest(shop: Shop, mfn: SalesChannel):
    order, number = a_merchant_order(shop, RUG=2)
    shop.ordinary.ship_part(order, {RUG: 1})
    shop.imports_orders()
    assert (Shipment.objects.get().status, tasks()) == ("PARTIALLY_SHIPPED", [("shipped_elsewhere", order)])
    assert shop.scans(number).outcome is Outcome.HELD


def test_a_part_that_had_left_before_we_saw_the_order_holds_the_rest(shop: Shop, mfn: SalesChannel):
    order = shop.ordinary.place({RUG: 2})
    shop.ordinary.ship_part(order, {RUG: 1})
    shop.imports_orders()
    assert (Shipment.objects.get().status, tasks()) == ("PARTIALLY_SHIPPED", [("shipped_elsewhere", order)])
    assert shop.scans(FieldCall.objects.get().number).outcome is Outcome.HELD


def test_a_part_that_had_left_holds_it_still_once_its_goods_come(shop: Shop, mfn: SalesChannel):
    order = shop.ordinary.place({RUG: 10})
    shop.ordinary.ship_part(order, {RUG: 1})
    shop.imports_orders()
    stock.goods_in(sku="RUG", room="SHOP", units=1)
    assert shop.covers() == 1
    assert shop.scans(FieldCall.objects.get().number).outcome is Outcome.HELD


def test_what_we_shipped_ourselves_asks_nobody(shop: Shop, mfn: SalesChannel):
    _, number = a_merchant_order(shop, RUG=1)
    shop.packs(number)
    for code in (FINISH, "JD0001"):
        shop.scans(code)
    shop.completes(number)
    shop.confirms_shipped()
    shop.imports_orders()
    assert tasks() == []


def test_a_wish_to_cancel_holds_a_short_order_still_once_its_goods_come(shop: Shop, mfn: SalesChannel):
    order, number = a_merchant_order(shop, RUG=10)
    shop.ordinary.ask_to_cancel(order, "Bought twice")
    shop.imports_orders()
    assert set(tasks()) == {("short_stock", order), ("buyer_asks_to_cancel", order)}
    stock.goods_in(sku="RUG", room="SHOP", units=1)
    assert (shop.covers(), tasks()) == (1, [("buyer_asks_to_cancel", order)])
    answer = shop.scans(number)
    assert (answer.outcome, "The buyer asks to cancel it." in answer.sentence) == (Outcome.HELD, True)
    amending.ship_anyway(order)
    assert (tasks(), shop.scans(number).outcome) == ([], Outcome.STARTED)


def test_a_change_too_great_for_the_tables_is_set_aside_and_holds_up_nobody(shop: Shop, mfn: SalesChannel):
    order, _ = a_merchant_order(shop, RUG=2)
    other, _ = a_merchant_order(shop, LAMP=2)
    shop.ordinary.resize(order, {RUG: 3_000_000_000})
    shop.ordinary.resize(other, {LAMP: 1})
    assert shop.reads_orders().set_aside == 1
    assert tasks() == [("shipment_set_aside", f"{shop.connection}:{order}")]
    sizes = dict(Shipment.objects.values_list("shipment_id", "lines__units"))
    assert sizes == {order: 2, other: 1}
    shop.reads_orders()
    assert Task.objects.get().times == 1
    shop.ordinary.resize(order, {RUG: 1})
    shop.reads_orders()
    sizes = dict(Shipment.objects.values_list("shipment_id", "lines__units"))
    assert (sizes, tasks()) == ({order: 1, other: 1}, [])


def test_a_late_order_is_warned_of_once_and_closes_by_itself(shop: Shop, mfn: SalesChannel):
    order, number = a_merchant_order(shop, RUG=1)
    due = Shipment.objects.get().expected_ship_at
    assert lateness.warn_late(now=due - timedelta(minutes=1)) == 0
    for _ in range(2):
        assert lateness.warn_late(now=due + timedelta(minutes=1)) == 1
    assert tasks() == [("ship_late", order)]
    shop.packs(number)
    for code in (FINISH, "JD0001"):
        shop.scans(code)
    shop.completes(number)
    shop.confirms_shipped()
    assert lateness.warn_late(now=due + timedelta(minutes=2)) == 0
    assert tasks() == []
