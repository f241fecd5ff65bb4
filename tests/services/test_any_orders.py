"""Whatever orders there are, however they change, whichever page fails: in the end each is here once.

The world is the fake marketplace, the reader and the services are the real ones.
"""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest
from django.db import transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from loadbay.core.errors import Retryable
from loadbay.core.ids import AmazonOrderId, Sku
from loadbay.jobs import rounds
from loadbay.orders.models import ChannelOrder, Sale, Shipment
from loadbay.stock.models import Reservation
from loadbay.testing.fakes import FakeClock
from tests.builders import Shop
from tests.services.goods import a_product, an_order_channel

GOODS = ("RUG", "LAMP")
NEXT = {
    "PENDING": ("UNSHIPPED", "CANCELLED"),
    "UNSHIPPED": ("CANCELLED",),
}
amounts = st.fixed_dictionaries({sku: st.integers(0, 3) for sku in GOODS}).filter(lambda u: any(u.values()))
steps = st.one_of(
    st.tuples(st.just("place"), amounts, st.sampled_from(["PENDING", "UNSHIPPED"])),
    st.tuples(st.just("place_fba"), amounts, st.sampled_from(["PENDING", "SHIPPED"])),
    st.tuples(st.just("move"), st.integers(0, 9), st.integers(0, 1)),
    st.tuples(st.just("shrink"), st.integers(0, 9), amounts),
    st.tuples(st.just("read"), st.integers(1, 3), st.none()),
    st.tuples(st.just("fail"), st.integers(1, 3), st.none()),
    st.tuples(st.just("build"), st.none(), st.none()),
)


@pytest.mark.django_db
@settings(max_examples=25, deadline=None, suppress_health_check=list(HealthCheck))
@given(script=st.lists(steps, min_size=4, max_size=18))
def test_in_the_end_every_order_is_here_once_and_its_total_is_right(script: list[tuple[str, Any, Any]]):
    with transaction.atomic():
        shop = _played(script)
        there = {number: order.shipment.status for number, order in shop.marketplace.ordinary.items()}
        assert dict(Shipment.objects.values_list("shipment_id", "status")) == there
        _compare(shop)
        transaction.set_rollback(True)


def _played(script: list[tuple[str, Any, Any]]) -> Shop:
    rounds.CLOCK = FakeClock()
    shop = Shop(clock=rounds.CLOCK)
    for sku in GOODS:
        a_product(sku, on_hand=500)
    an_order_channel("mfn", beside=shop.channel)
    an_order_channel("fba", beside=shop.channel)
    for step in script:
        _step(shop, *step)
    shop.orders.page_size = 100
    shop.imports_orders()
    shop.imports_orders()
    return shop


def _step(shop: Shop, what: str, first: Any, second: Any) -> None:
    numbers = list(shop.marketplace.ordinary)
    match what:
        case "place" | "place_fba":
            units = {Sku(sku): count for sku, count in first.items() if count}
            shop.ordinary.place(units, by="MERCHANT" if what == "place" else "AMAZON", status=second)
        case "move" if numbers:
            _move(shop, numbers[first % len(numbers)], second)
        case "shrink" if numbers:
            _shrink(shop, numbers[first % len(numbers)], second)
        case "read":
            shop.orders.page_size = first
            shop.reads_orders()
        case "fail":
            shop.orders.page_size = 1
            for _ in range(first):
                shop.fails("orders", Retryable("down"))
                with pytest.raises(Retryable):
                    shop.reads_orders()
        case "build":
            shop.builds()


def _move(shop: Shop, number: AmazonOrderId, choice: int) -> None:
    shipment = shop.marketplace.ordinary[number].shipment
    ways = NEXT.get(shipment.status, ()) if shipment.location_id == "" else ("SHIPPED",)
    if ways and shipment.status not in {"SHIPPED", "CANCELLED"}:
        shop.ordinary.move(number, ways[choice % len(ways)])


def _shrink(shop: Shop, number: AmazonOrderId, units: dict[str, int]) -> None:
    shipment = shop.marketplace.ordinary[number].shipment
    left = {line.sku: min(line.units, units[line.sku]) for line in shipment.lines}
    if shipment.status in NEXT and any(left.values()):
        shop.ordinary.resize(number, left)


def _compare(shop: Shop) -> None:
    theirs = {number: order.shipment for number, order in shop.marketplace.ordinary.items()}
    rows = {row.shipment_id: row for row in Shipment.objects.select_related("order")}
    assert sorted(rows) == sorted(theirs)
    assert ChannelOrder.objects.count() == len(theirs)
    sales = {sale.shipment.shipment_id: sale for sale in Sale.objects.select_related("shipment")}
    for number, seen in theirs.items():
        worth = sum((line.charges[0].net.amount for line in seen.lines), Decimal(0))
        if seen.status in {"UNSHIPPED", "SHIPPED"}:
            assert sales[number].net_total == worth
            assert sum(line.net for line in sales[number].lines.all()) == worth
        else:
            assert number not in sales or sales[number].order_status == "Cancelled"
    _compare_promises(theirs)


def _compare_promises(theirs: dict[AmazonOrderId, Any]) -> None:
    """What the shop still has to ship is promised, to the unit; nothing else is."""
    wanted: dict[str, int] = {}
    for seen in theirs.values():
        if seen.location_id == "" and seen.status in NEXT:
            for line in seen.lines:
                wanted[line.sku] = wanted.get(line.sku, 0) + line.units
    held: dict[str, int] = {}
    for sku, units in Reservation.objects.values_list("product__sku", "units"):
        held[sku] = held.get(sku, 0) + units
    assert held == wanted
