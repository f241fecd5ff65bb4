"""A shop without workers beside a pretend Amazon: all due work is done by `sync`, in this process.

For what has to be seen turn by turn, with faults at Amazon. Its one product is linked from the start.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from uuid import uuid4

from loadbay import wiring
from loadbay.catalogue.fields import ProductFields
from loadbay.catalogue.services import create_product, set_price
from loadbay.core.clock import SystemClock
from loadbay.dispatch import queries as dispatch
from loadbay.dispatch.bench_rules import COMMAND_FINISH, Tone
from loadbay.dispatch.services import bench
from loadbay.jobs.syncing import sync
from loadbay.jobs.turns import Synced
from loadbay.listings.models import Listing
from loadbay.listings.services import WantedListing, add_listing, confirm_linked
from loadbay.orders import queries as orders
from loadbay.stock import services as stock
from tests.journeys.processes import PretendAmazon
from tests.journeys.shop import CHANNEL, MUG, ROOM, django_at, open_shop

CLOCK = SystemClock()


class ShopByHand:
    """The acts of the shop's people, and `sync` between them."""

    def __init__(self, amazon: PretendAmazon, folder: Path) -> None:
        self.amazon = amazon
        self.labels = folder / "labels"
        self._items = iter(
            item for item in amazon.get("inspect/catalogue") if not item["is_hazmat"] and not item["gate"]
        )
        open_shop(amazon.url, labels=self.labels)
        self.lists(MUG, units=50)

    def lists(self, sku: str, *, units: int, at_amazon: bool = True) -> None:
        """A product with goods whose listing is linked; Amazon knows of it, or does not."""
        item = next(self._items)
        create_product(ProductFields(sku=sku, name=item["title"], barcodes=(item["ean"],)))
        set_price(sku=sku, category="Amazon", amount="12.99", currency="GBP")
        stock.goods_in(sku=sku, room=ROOM, units=units)
        if at_amazon:
            row = {"sku": sku, "asin": item["asin"], "price": "12.99", "quantity": units}
            self.amazon.post("listings/seed", listings=[row], converted=True)
        listing_id = add_listing(
            WantedListing(
                sku,
                CHANNEL,
                item["asin"],
                country_of_origin="GB",
                shipping_template="Standard Delivery",
            )
        )
        told = {"country_of_origin": "GB", "shipping_template": "Standard Delivery"}
        rows = Listing.objects.filter(pk=listing_id)
        rows.update(state=Listing.State.AWAITING_CONVERSION, offer_told=told)
        confirm_linked(sku=sku, channel=CHANNEL, person="mo")

    def fails(self, operation: str, kind: str, *, times: int = 1) -> None:
        self.amazon.post("faults", operation=operation, kind=kind, times=times)

    def syncs(self) -> Synced:
        return sync(code=None, until_idle=True)

    def buys(self, sku: str = MUG, units: int = 1, **more: object) -> str:
        """A buyer orders; Amazon's order number."""
        placed = self.amazon.post("orders", lines=[{"sku": sku, "quantity": units}], **more)
        return str(placed["orders"][0]["order_id"])

    def call_of(self, order_id: str) -> str:
        return orders.sale(order_id).row.field_call

    def packs(self, number: str) -> None:
        goods = [line.sku for line in dispatch.field_call(number).lines for _ in range(line.units)]
        for code in (number, *goods, COMMAND_FINISH):
            answer = bench.scan(key=uuid4(), code=code, bench=bench.Bench("bench 1", None, CLOCK.now()))
            assert answer.tone is not Tone.STOP, answer


@contextmanager
def a_shop_by_hand(url: str, folder: Path, *, speed: str = "60") -> Iterator[ShopByHand]:
    """Open it in the database at that address; its Amazon ends with the block."""
    amazon = PretendAmazon(folder, speed=speed)
    wiring.forget_clients()
    with django_at(url):
        try:
            amazon.start()
            yield ShopByHand(amazon, folder)
        finally:
            amazon.kill()
            wiring.forget_clients()
