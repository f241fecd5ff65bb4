"""`kill -9` of the worker while Amazon holds each outgoing call, before its effect and after it.

The end is always the same: one listing, right stock, confirmed once, one valid label, told shipped once,
the buyer there, nothing left for a person. Cases share a shop, selling ones one; each is a new order or SKU.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import pytest

from loadbay.catalogue.services import set_price
from loadbay.channels.models import SalesChannel
from loadbay.dispatch import queries as dispatch
from loadbay.dispatch.bench_rules import COMMAND_FINISH
from loadbay.inbox.queries import open_tasks
from loadbay.jobs.schedule import look_soon
from loadbay.listings.queries import listing_card
from loadbay.listings.services import fields_of, update_listing, want_delisting, want_submission
from loadbay.orders import queries as orders
from loadbay.orders.services.answering import want_rejection
from loadbay.stock import services as stock
from loadbay.stock.queries import show
from tests.journeys.processes import PATIENCE_SECONDS, until
from tests.journeys.shop import (
    CHANNEL,
    MUG,
    ON_HAND,
    PRICE,
    RIGHT,
    ROOM,
    Act,
    Shop,
    a_shop_with_a_worker,
    plainly,
    sell,
)

pytestmark = pytest.mark.journey
MOMENTS = ("before", "after")
ARRIVING = ("getShipments", "processShipment")
PACKING = ("createPackages", "retrieveShippingOptions", "generateShipLabels", "document")
LEAVING = ("updatePackageStatus", "searchOrders")


@dataclass(frozen=True)
class Kill:
    """When the worker is killed: at the n-th call of an operation from the stage on."""

    shop: Shop
    operation: str
    moment: str
    nth: int = 1

    def during(self, act: Act) -> None:
        """Kill the worker while the call that the act leads to is held, and start it again."""
        self.shop.case = f"killed {self.moment} the effect of {self.operation}"
        hold_id = self.shop.amazon.hold(self.operation, self.moment, nth=self.nth)
        act()
        reached = until(lambda: self.shop.amazon.is_reached(hold_id), seconds=PATIENCE_SECONDS)
        assert reached, f"{self.operation} was never called.\n{self.shop.worker.said()}"
        self.shop.worker.kill()
        self.shop.amazon.release(hold_id)
        self.shop.worker.start()


@pytest.fixture(scope="module")
def selling(databases: Any, django_db_blocker: Any, tmp_path_factory: Any) -> Iterator[Shop]:
    """A shop that only sells: whatever was sold before, the next sale ends as the first."""
    with django_db_blocker.unblock(), databases.clone() as url:
        with a_shop_with_a_worker(url, tmp_path_factory.mktemp("selling")) as shop:
            yield shop


@pytest.fixture
def shop(own_database_url: str, django_db_blocker: object, tmp_path: Path) -> Iterator[Shop]:
    with django_db_blocker.unblock(), a_shop_with_a_worker(own_database_url, tmp_path) as shop:
        yield shop


def kills(shop: Shop, operations: tuple[str, ...]) -> Iterator[Kill]:
    return (Kill(shop, operation, moment) for operation in operations for moment in MOMENTS)


def test_a_sale_that_arrives_is_confirmed_once(selling: Shop) -> None:
    for kill in kills(selling, ARRIVING):
        end = sell(selling, arriving=kill.during, packing=plainly, leaving=plainly)
        assert end == RIGHT, selling.case


def test_a_packed_sale_gets_one_valid_label(selling: Shop) -> None:
    for kill in kills(selling, PACKING):
        end = sell(selling, arriving=plainly, packing=kill.during, leaving=plainly)
        assert end == RIGHT, selling.case


def test_a_completed_sale_is_told_shipped_once_and_gets_its_buyer(selling: Shop) -> None:
    for kill in kills(selling, LEAVING):
        end = sell(selling, arriving=plainly, packing=plainly, leaving=kill.during)
        assert end == RIGHT, selling.case


def test_a_worker_killed_again_while_it_looks_what_happened_confirms_once(selling: Shop) -> None:
    for moment in MOMENTS:
        first, second = Kill(selling, "processShipment", "after"), Kill(selling, "getShipment", moment)

        def twice(act: Act, first: Kill = first, second: Kill = second) -> None:
            second.during(lambda: first.during(act))

        assert sell(selling, arriving=twice, packing=plainly, leaving=plainly) == RIGHT, selling.case


def test_a_worker_killed_while_it_signs_in_goes_on(selling: Shop) -> None:
    for kill in kills(selling, ("token",)):

        def signing_in(act: Act, kill: Kill = kill) -> None:
            selling.worker.kill()
            act()
            kill.during(selling.worker.start)

        assert sell(selling, arriving=signing_in, packing=plainly, leaving=plainly) == RIGHT, selling.case


@pytest.mark.parametrize("moment", MOMENTS)
def test_a_product_is_listed_once_and_its_stock_and_price_are_right(shop: Shop, moment: str) -> None:
    for sku, nth in (("TRAY", 1), ("BOWL", 2)):  # Amazon's own check of it first, then the submission
        shop.list_product(sku, units=30)
        Kill(shop, "putListingsItem", moment, nth).during(lambda sku=sku: want_submission(sku, CHANNEL))
        shop.until(lambda sku=sku: shop.state(sku) == "submitted")
        shop.link(sku)
    shop.list_product("CUP", units=30)
    want_submission("CUP", CHANNEL)
    shop.until(lambda: shop.state("CUP") == "submitted")
    shop.amazon.post("listings/appear", sku="CUP")
    Kill(shop, "getListingsItem", moment).during(look_soon)
    shop.link("CUP")
    listed = {row["sku"]: row for row in shop.amazon.get("inspect/listings")}
    assert sorted(listed) == ["BOWL", "CUP", MUG, "TRAY"]
    assert {row["price"] for row in listed.values()} == {PRICE}
    assert all(row["is_converted"] for row in listed.values())
    assert {sku: shop.told(sku) for sku in ("BOWL", "CUP", "TRAY")} == {"BOWL": 30, "CUP": 30, "TRAY": 30}


@pytest.mark.parametrize("moment", MOMENTS)
def test_a_listing_is_proven_linked_and_the_linked_ones_are_looked_at(shop: Shop, moment: str) -> None:
    shop.list_product("TRAY", units=30)
    want_submission("TRAY", CHANNEL)
    shop.until(lambda: shop.state("TRAY") == "submitted")
    shop.amazon.post("listings/appear", sku="TRAY")
    look_soon()
    shop.until(lambda: shop.state("TRAY") in ("live_as_mfn", "awaiting_conversion"))
    shop.amazon.post("listings/TRAY/convert")
    # The proof that it is linked: Amazon's figure at our location is fetched, before any is sent.
    Kill(shop, "batchInventory", moment).during(look_soon)
    shop.until(lambda: shop.state("TRAY") == "linked" and shop.told("TRAY") == 30)

    def start_anew() -> None:
        shop.worker.kill()
        shop.worker.start()  # it looks at everything first, at linked ones in bulk

    Kill(shop, "searchListingsItems", moment).during(start_anew)
    shop.until(lambda: {shop.state(sku) for sku in (MUG, "TRAY")} == {"linked"})
    assert {sku: shop.told(sku) for sku in (MUG, "TRAY")} == {MUG: ON_HAND, "TRAY": 30}
    assert open_tasks() == ()


def test_a_declined_parcel_is_told_anew_in_its_other_box_and_gets_one_label(selling: Shop) -> None:
    for kill in kills(selling, ("updatePackage",)):
        order_id, shipment_id = selling.amazon.order_with(failing_labels=1, **{MUG: 2})
        look_soon()
        number = selling.number_of(order_id)
        selling.pack(number)
        selling.until(lambda number=number: dispatch.field_call(number).problem != "")
        selling.scan(number, number, "B 40x30x20")
        kill.during(lambda: selling.scan(COMMAND_FINISH))
        selling.until_printed(number)
        selling.complete(number)
        selling.until_over(order_id)
        assert selling.end_of(order_id, shipment_id, units=2) == RIGHT, selling.case


def test_a_shipment_that_a_person_declines_is_rejected_once_and_its_goods_are_free(shop: Shop) -> None:
    SalesChannel.objects.update(confirms_by_itself=False)
    for kill in kills(shop, ("processShipment",)):
        order_id, shipment_id = shop.amazon.order(MUG=2)
        look_soon()
        shop.until(
            lambda order_id=order_id: bool(dispatch.enquiry(dispatch.FieldCallFilter(text=order_id)).rows)
        )
        kill.during(lambda shipment_id=shipment_id: want_rejection(shipment_id, reason="OUT_OF_STOCK"))
        shop.until(lambda shipment_id=shipment_id: shop.amazon.shipment(shipment_id)["status"] == "CANCELLED")
        shop.until(lambda order_id=order_id: orders.sale(order_id).row.order_status == "Cancelled")
        assert show(MUG).promised == 0, shop.case
    assert show(MUG).on_hand == ON_HAND
    assert open_tasks() == ()


def test_a_movement_and_a_price_reach_amazon(shop: Shop) -> None:
    for moment, amount in zip(MOMENTS, ("31.25", "29.75"), strict=True):
        Kill(shop, "batchInventory", moment).during(lambda: stock.goods_in(sku=MUG, room=ROOM, units=10))
        shop.until(lambda: shop.told(MUG) == show(MUG).on_hand)
        price = {"sku": MUG, "category": "Amazon", "amount": amount, "currency": "GBP"}
        Kill(shop, "patchListingsItem", moment).during(lambda price=price: set_price(**price))
        shop.until(lambda amount=amount: shop.amazon.get(f"inspect/listings/{MUG}")["price"] == amount)
    assert show(MUG).on_hand == ON_HAND + 20


@pytest.mark.parametrize("moment", MOMENTS)
def test_a_correction_is_told_and_a_listing_is_taken_off(shop: Shop, moment: str) -> None:
    # Amazon's own check of a change comes first, then the change.
    for template, kept, nth in (("Heavy and Bulky", "heavy", 1), ("Standard Delivery", "standard", 2)):
        changed = replace(fields_of(MUG, CHANNEL), shipping_template=template)
        kill = Kill(shop, "patchListingsItem", moment, nth)
        kill.during(lambda changed=changed: update_listing(changed))
        shop.until(lambda: listing_card(MUG, CHANNEL).changes == ())
        shop.amazon.post("listings/appear")
        row = shop.amazon.get(f"inspect/listings/{MUG}")
        assert (row["template"].split("-")[1], row["price"], row["is_converted"]) == (kept, PRICE, True)
    Kill(shop, "deleteListingsItem", moment).during(lambda: want_delisting(MUG, CHANNEL))
    shop.until(lambda: shop.state(MUG) == "delisted")
    shop.amazon.post("listings/appear")
    assert shop.amazon.get("inspect/listings") == []


def test_a_killed_amazon_is_asked_again_when_it_is_back(selling: Shop) -> None:
    def without_amazon(act: Act) -> None:
        hold_id = selling.amazon.hold("generateShipLabels", "after")
        act()
        selling.until(lambda: selling.amazon.is_reached(hold_id))
        selling.amazon.kill()
        selling.amazon.start()

    assert sell(selling, arriving=plainly, packing=without_amazon, leaving=plainly) == RIGHT
