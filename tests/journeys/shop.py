"""A shop in a database of its own with one linked product, a worker process, and a pretend Amazon.

People's acts go through the services in this process; everything that asks Amazon is the worker's.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from uuid import uuid4

from django.db import connections

from loadbay.catalogue.fields import ProductFields
from loadbay.catalogue.services import create_product, set_price
from loadbay.channels.services import NewChannel, NewConnection, add_channel, add_connection
from loadbay.core.clock import SystemClock
from loadbay.dispatch import queries as dispatch
from loadbay.dispatch.bench_rules import COMMAND_FINISH, Tone
from loadbay.dispatch.services import bench, completing, printers
from loadbay.hosting.address import django_database
from loadbay.inbox.queries import open_tasks
from loadbay.jobs.schedule import look_soon
from loadbay.listings.queries import listing_card
from loadbay.listings.services import WantedListing, add_listing, want_submission
from loadbay.orders import queries as orders
from loadbay.stock import services as stock
from loadbay.stock.queries import show
from tests.journeys.processes import PATIENCE_SECONDS, PretendAmazon, Process, a_worker, until

CHANNEL, ROOM, LOCATION, MUG = "SC-UK", "MAIN", "LBAY", "MUG"
ON_HAND, PRICE = 500, "24.55"
CLOCK = SystemClock()
Act = Callable[[], object]
Stage = Callable[[Act], None]


@contextmanager
def django_at(url: str) -> Iterator[None]:
    """Point this process's Django at another database."""
    settings = connections["default"].settings_dict
    before = dict(settings)
    connections.close_all()
    settings.update(django_database(url))
    try:
        yield
    finally:
        connections.close_all()
        settings.update(before)


def open_shop(address: str, *, labels: Path) -> None:
    """A connection to that Amazon, a room, a printer into that folder, and a channel of them."""
    add_connection(
        NewConnection(
            name="demo",
            region="eu",
            seller_id="A2DEMOSELLER",
            client_id="demo-client",
            client_secret="demo-secret",
            refresh_token="Atzr|demo",
            endpoint=address,
            token_endpoint=f"{address}/auth/o2/token",
        )
    )
    stock.add_room(code=ROOM)
    printers.add_printer(printers.NewPrinter("Labels", kind="folder", address=str(labels)))
    add_channel(NewChannel(CHANNEL, "demo", "GB", "smartconnect", rooms={ROOM: LOCATION}))


@dataclass(frozen=True)
class End:
    """How a sale ended, as far as a kill could spoil it; as it stands here, it is right."""

    at_amazon: str = "SHIPPED"
    times_confirmed: int = 1
    told_shipped: list[int] = field(default_factory=lambda: [1])
    sale: str = "Posted"
    implied: str = "Complete"
    has_buyer: bool = True
    is_label_amazons: bool = True
    units_astray: int = 0
    promised: int = 0
    reserved_at_amazon: int = 0
    tasks: list[str] = field(default_factory=list)


RIGHT = End()


class Shop:
    """The acts of the shop's people, and what they can see of the outcome."""

    def __init__(self, amazon: PretendAmazon, worker: Process, *, folder: Path) -> None:
        self.amazon = amazon
        self.worker = worker
        self.labels = folder / "labels"
        self.sold = 0
        self.case = "nothing killed yet"
        self._catalogue = iter(amazon.get("inspect/catalogue"))

    def open(self) -> None:
        """Set everything up to a linked product whose stock Amazon knows."""
        open_shop(self.amazon.url, labels=self.labels)
        self.worker.start()
        self.list_product(MUG, units=ON_HAND)
        want_submission(MUG, CHANNEL)
        self.until(lambda: self.state(MUG) == "submitted")
        self.link(MUG)

    # --- listing ---

    def list_product(self, sku: str, *, units: int) -> None:
        """A product with price and goods, as a Draft on the channel."""
        item = next(item for item in self._catalogue if not item["is_hazmat"] and not item["gate"])
        create_product(
            ProductFields(
                sku=sku, name=item["title"], barcodes=(item["ean"],), country_of_origin=item["origin"]
            )
        )
        set_price(sku=sku, category="Amazon", amount=PRICE, currency="GBP")
        stock.goods_in(sku=sku, room=ROOM, units=units)
        add_listing(
            WantedListing(
                sku,
                CHANNEL,
                item["asin"],
                country_of_origin=item["origin"],
                shipping_template="Standard Delivery",
            )
        )

    def link(self, sku: str) -> None:
        """From submitted to linked with stock and price told: Amazon shows it, a person converts it."""
        self.amazon.post("listings/appear", sku=sku)
        look_soon()
        self.until(lambda: self.state(sku) in ("live_as_mfn", "awaiting_conversion"))
        self.amazon.post(f"listings/{sku}/convert")
        look_soon()
        self.until(lambda: self.state(sku) == "linked")
        self.until(lambda: self.told(sku) == show(sku).on_hand)

    def state(self, sku: str) -> str:
        return listing_card(sku, CHANNEL).state

    def told(self, sku: str) -> int | None:
        row = self.amazon.stock(sku)
        return row["quantity"] if row and row["accepted_updates"] else None

    # --- dispatch ---

    def number_of(self, order_id: str) -> str:
        """The field call of an order, once its shipment is confirmed."""
        wanted = dispatch.FieldCallFilter(text=order_id)
        self.until(lambda: [r.shipment_status for r in dispatch.enquiry(wanted).rows] == ["CONFIRMED"])
        return dispatch.enquiry(wanted).rows[0].number

    def pack(self, number: str) -> None:
        goods = [line.sku for line in dispatch.field_call(number).lines for _ in range(line.units)]
        for code in (number, *goods, COMMAND_FINISH):
            answer = self._scan(code)
            assert answer.tone is not Tone.STOP, answer

    def scan(self, *codes: str) -> None:
        for code in codes:
            self._scan(code)

    def _scan(self, code: str) -> bench.BenchAnswer:
        return bench.scan(key=uuid4(), code=code, bench=bench.Bench("bench 1", None, CLOCK.now()))

    def complete(self, number: str) -> None:
        assert completing.complete(number, now=CLOCK.now()).numbers == (number,)

    # --- waiting and judging ---

    def until(self, condition: Callable[[], bool]) -> None:
        reached = until(condition, seconds=PATIENCE_SECONDS)
        assert reached, f"{self.case}: waited in vain\n{self.worker.said()}\n{open_tasks()}"

    def until_printed(self, number: str) -> None:
        self.until(lambda: [job.state for job in dispatch.field_call(number).prints] == ["printed"])

    def until_over(self, order_id: str) -> None:
        """Amazon knows that it was shipped, and has shown the buyer."""
        self.until(lambda: orders.sale(order_id).buyer_state == "found")

    def end_of(self, order_id: str, shipment_id: str, *, units: int) -> End:
        """How the sale of an order ended here and at Amazon."""
        self.sold += units
        expected = ON_HAND - self.sold
        self.until(lambda: self.told(MUG) == expected)
        sale, seen, row = orders.sale(order_id), self.amazon.shipment(shipment_id), self.amazon.stock(MUG)
        card = dispatch.field_call(sale.row.field_call)
        stock_here = show(MUG)
        return End(
            at_amazon=seen["status"],
            times_confirmed=seen["times_confirmed"],
            told_shipped=[package["told_shipped"] for package in seen["packages"]],
            sale=sale.row.order_status,
            implied=sale.row.implied_status,
            has_buyer=bool(orders.buyer(sale.row.number)[0].value),
            is_label_amazons=self._is_label_amazons(card, seen),
            units_astray=expected - stock_here.on_hand,
            promised=stock_here.promised,
            reserved_at_amazon=row["reserved"] if row else -1,
            tasks=[task.sentence for task in open_tasks()],
        )

    def _is_label_amazons(self, card: dispatch.FieldCallCard, seen: dict[str, Any]) -> bool:
        """One valid label, stored and printed once, with the bytes and number that Amazon made last."""
        package = seen["packages"][0]
        made = self.amazon.label(seen["id"], package["id"])
        stored = [(package_id, content) for package_id, _, content in dispatch.label_bytes(card.row.number)]
        printed = [path.read_bytes() for path in sorted(self.labels.glob(f"{card.row.number}_*"))]
        numbers = [parcel.tracking_id for parcel in card.parcels]
        return (stored, printed, numbers) == ([(package["id"], made)], [made], [package["tracking_id"]])


def sell(shop: Shop, *, arriving: Stage, packing: Stage, leaving: Stage) -> End:
    """One sale from the buyer to the lorry; each stage gets its act, to perform it with or without a kill."""
    order_id, shipment_id = shop.amazon.order(MUG=2)
    arriving(look_soon)
    number = shop.number_of(order_id)
    packing(lambda: shop.pack(number))
    shop.until_printed(number)
    leaving(lambda: shop.complete(number))
    shop.until_over(order_id)
    return shop.end_of(order_id, shipment_id, units=2)


def plainly(act: Act) -> None:
    act()


@contextmanager
def a_shop_with_a_worker(database_url: str, folder: Path) -> Iterator[Shop]:
    """Opened, with Amazon and worker as processes of their own; killed at the end."""
    amazon = PretendAmazon(folder)
    worker = a_worker(folder=folder, database_url=database_url)
    with django_at(database_url):
        try:
            amazon.start()
            shop = Shop(amazon, worker, folder=folder)
            shop.open()
            yield shop
        finally:
            worker.kill()
            amazon.kill()
