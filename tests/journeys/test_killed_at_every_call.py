"""`kill -9` of the worker while Amazon holds each outgoing call, before its effect and after it.

The end is always the same: one listing, right stock, confirmed once, one valid label, told shipped once,
the buyer there, nothing left for a person. Cases of one stage share a shop; each is a new order or SKU.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from loadbay.catalogue.services import set_price
from loadbay.jobs.schedule import look_soon
from loadbay.listings.services import want_submission
from loadbay.stock import services as stock
from loadbay.stock.queries import show
from tests.journeys.processes import PATIENCE_SECONDS, PretendAmazon, loadbay_process, until
from tests.journeys.shop import CHANNEL, MUG, ROOM, Shop, django_at

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

    def during(self, act: Callable[[], object]) -> None:
        """Kill the worker while the call that the act leads to is held, and start it again."""
        hold_id = self.shop.amazon.hold(self.operation, self.moment, nth=self.nth)
        act()
        reached = until(lambda: self.shop.amazon.is_reached(hold_id), seconds=PATIENCE_SECONDS)
        assert reached, f"{self.operation} was never called.\n{self.shop.worker.said()}"
        self.shop.worker.kill()
        self.shop.amazon.release(hold_id)
        self.shop.worker.start()


@pytest.fixture
def shop(own_database_url: str, django_db_blocker: object, tmp_path: Path) -> Iterator[Shop]:
    amazon = PretendAmazon(tmp_path)
    worker = loadbay_process("worker", folder=tmp_path, LOADBAY_DATABASE_URL=own_database_url)
    with django_db_blocker.unblock(), django_at(own_database_url):
        try:
            amazon.start()
            shop = Shop(amazon, worker, folder=tmp_path)
            shop.open()
            yield shop
        finally:
            worker.kill()
            amazon.kill()


def sell(
    shop: Shop,
    *,
    arriving: Callable[[Callable[[], object]], None],
    packing: Callable[[Callable[[], object]], None],
    leaving: Callable[[Callable[[], object]], None],
) -> None:
    """One sale from the buyer to the lorry; each stage is given its act, to perform it with or without a kill."""
    order_id, shipment_id = shop.amazon.order(MUG=2)
    arriving(look_soon)
    number = shop.number_of(order_id)
    packing(lambda: shop.pack(number))
    shop.until_labelled(number)
    leaving(lambda: shop.complete(number))
    shop.until_over(order_id)
    shop.judge(order_id, shipment_id, units=2)


def plainly(act: Callable[[], object]) -> None:
    act()


@pytest.mark.parametrize("moment", MOMENTS)
def test_a_sale_that_arrives_is_confirmed_once(shop: Shop, moment: str) -> None:
    for operation in ARRIVING:
        sell(shop, arriving=Kill(shop, operation, moment).during, packing=plainly, leaving=plainly)


@pytest.mark.parametrize("moment", MOMENTS)
def test_a_packed_sale_gets_one_valid_label(shop: Shop, moment: str) -> None:
    for operation in PACKING:
        sell(shop, arriving=plainly, packing=Kill(shop, operation, moment).during, leaving=plainly)


@pytest.mark.parametrize("moment", MOMENTS)
def test_a_completed_sale_is_told_shipped_once_and_gets_its_buyer(shop: Shop, moment: str) -> None:
    for operation in LEAVING:
        sell(shop, arriving=plainly, packing=plainly, leaving=Kill(shop, operation, moment).during)


@pytest.mark.parametrize("moment", MOMENTS)
def test_a_worker_killed_again_while_it_looks_after_the_first_kill_confirms_once(
    shop: Shop, moment: str
) -> None:
    def twice(act: Callable[[], object]) -> None:
        first = Kill(shop, "processShipment", "after")
        second = Kill(shop, "getShipment", moment)
        second.during(lambda: first.during(act))

    sell(shop, arriving=twice, packing=plainly, leaving=plainly)


@pytest.mark.parametrize("moment", MOMENTS)
def test_a_worker_killed_while_it_signs_in_goes_on(shop: Shop, moment: str) -> None:
    def signing_in(act: Callable[[], object]) -> None:
        shop.worker.kill()
        act()
        Kill(shop, "token", moment).during(shop.worker.start)

    sell(shop, arriving=signing_in, packing=plainly, leaving=plainly)


@pytest.mark.parametrize("moment", MOMENTS)
def test_a_product_is_listed_once_and_its_stock_and_price_are_right(shop: Shop, moment: str) -> None:
    for sku, operation, nth in (("TRAY", "putListingsItem", 1), ("BOWL", "putListingsItem", 2)):
        shop.list_product(sku, units=30)
        Kill(shop, operation, moment, nth).during(lambda sku=sku: want_submission(sku, CHANNEL))
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
    shop.until(lambda: {row["price"] for row in shop.amazon.get("inspect/listings")} == {"24.50"})
    assert all(row["is_converted"] for row in listed.values())
    assert {sku: shop.told(sku) for sku in ("BOWL", "CUP", "TRAY")} == {"BOWL": 30, "CUP": 30, "TRAY": 30}


@pytest.mark.parametrize("moment", MOMENTS)
def test_a_movement_and_a_price_reach_amazon(shop: Shop, moment: str) -> None:
    Kill(shop, "batchInventory", moment).during(lambda: stock.goods_in(sku=MUG, room=ROOM, units=10))
    shop.until(lambda: shop.told(MUG) == show(MUG).on_hand)
    price = {"sku": MUG, "category": "Amazon", "amount": "31.25", "currency": "GBP"}
    Kill(shop, "patchListingsItem", moment).during(lambda: set_price(**price))
    shop.until(lambda: shop.amazon.get(f"inspect/listings/{MUG}")["price"] == "31.25")


def test_a_killed_amazon_is_asked_again_when_it_is_back(shop: Shop) -> None:
    def without_amazon(act: Callable[[], object]) -> None:
        hold_id = shop.amazon.hold("generateShipLabels", "after")
        act()
        shop.until(lambda: shop.amazon.is_reached(hold_id))
        shop.amazon.kill()
        shop.amazon.start()

    sell(shop, arriving=plainly, packing=without_amazon, leaving=plainly)
