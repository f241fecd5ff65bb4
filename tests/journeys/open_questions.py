"""A shop and a pretend Amazon in this process, on one clock: nothing is waited for.

What Loadbay's workers do is done by `sync`: at each stage first the work that is due there, then, as long as
that did not do, all there is; and all there is at the end. A case takes a product of its own from listing to
lorry, so that many cases share one shop.
"""

from __future__ import annotations

import threading
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import Any
from uuid import uuid4

import httpx2
import msgspec

from amazon_simulator.http.desk import Desk
from amazon_simulator.server import Options, create_app, make
from amazon_simulator.world.commands import SetSpeed
from amazon_simulator.world.switches import Switches
from loadbay import wiring
from loadbay.catalogue.fields import ProductFields
from loadbay.catalogue.services import create_product, set_price
from loadbay.channels.queries import ChannelCard, channel
from loadbay.channels.services import (
    WantedSettings,
    change_channel,
)
from loadbay.core.clock import SystemClock
from loadbay.dispatch import queries as dispatch
from loadbay.dispatch.bench_rules import COMMAND_FINISH, Outcome, Tone
from loadbay.dispatch.models import FieldCall, Label
from loadbay.dispatch.services import bench, completing, labels, stopping
from loadbay.inbox.queries import open_tasks
from loadbay.jobs import rounds
from loadbay.jobs.syncing import ShopPlan, sync
from loadbay.jobs.turns import Due, Setback, Step, Synced, run
from loadbay.listings.queries import listing_card
from loadbay.listings.services import WantedListing, add_listing, confirm_linked, want_submission
from loadbay.listings.services.sending import take_turn
from loadbay.listings.services.submissions import look_now
from loadbay.orders import queries as orders
from loadbay.orders.readers import NEW_STATUSES
from loadbay.stock import services as stock
from loadbay.stock.queries import show
from loadbay.testing.fakes import FakeClock
from tests.databases import Databases
from tests.journeys.shop import CHANNEL, LOCATION, ROOM, django_at, open_shop

ON_HAND, UNITS = 20, 2
CASES_OF_A_SHOP = 9


class Amazon:
    """The control side of a simulator that runs in this process."""

    def __init__(self, url: str, desk: Desk) -> None:
        self.url = url
        self._desk = desk
        self._client = httpx2.Client(base_url=f"{url}/simulator/", timeout=30)

    def close(self) -> None:
        self._client.close()

    def ask(self, method: str, path: str, body: object = None) -> Any:
        answer = self._client.request(method, path, json=body)
        assert answer.status_code < 300, f"{method} {path}: {answer.text}"
        return answer.json()

    @contextmanager
    def counts_calls(self) -> Iterator[None]:
        """In the block its usage plans are in force, with rates so high that only the bursts matter."""
        self._desk.has_plans = True
        self._desk.world.do(SetSpeed(speed=1_000))
        try:
            yield
        finally:
            self._desk.has_plans = False
            self._desk.world.do(SetSpeed(speed=1))

    def has_answered(self, status: int) -> int:
        """How many calls it has answered so."""
        rows = self.get("inspect/calls")["operations"].values()
        return sum(row["answered"].get(str(status), 0) for row in rows)

    def refuses(self, path: str, **body: Any) -> int:
        """The status of a call that it does not carry out."""
        status = self._client.post(path, json=body).status_code
        assert status >= 400, path
        return status

    def label(self, shipment_id: str, package_id: str) -> bytes:
        """The newest label that it made for a package."""
        return self._client.get(f"inspect/shipments/{shipment_id}/labels/{package_id}").content

    def get(self, path: str) -> Any:
        return self.ask("GET", path)

    def post(self, path: str, **body: Any) -> Any:
        return self.ask("POST", path, body)


@dataclass(frozen=True)
class End:
    """How a case ended at Amazon and here; as it stands here, it is right."""

    at_amazon: str = "SHIPPED"
    times_confirmed: int = 1
    shipped_once: bool = True
    sale: str = "Posted"
    units_astray: int = 0
    told: int = ON_HAND - UNITS
    reserved_at_amazon: int = 0
    tasks: tuple[str, ...] = ()


RIGHT = End()


@dataclass(frozen=True)
class Stopped:
    """How a case ended whose buyer cancelled; as it stands here, it is right."""

    at_amazon: str = "CANCELLED"
    sale: str = "Cancelled"
    call: str = "cancelled"
    valid_labels: int = 0
    told_shipped: int = 0
    on_hand: int = ON_HAND
    promised: int = 0
    told: int = ON_HAND
    reserved_at_amazon: int = 0
    tasks: tuple[str, ...] = ()


SUBMIT = ("submit listings",)
FOLLOW = ("follow listings", "change listings", "send stock", "send prices")
SELL = ("read shipments", "build sales", "answer", "send stock")
PACK = ("label", "print", "send stock")
LOAD = ("tell shipped", "send stock")


class Stage(ShopPlan):
    """Of all work only some steps, and of shipments only those that may be new."""

    def __init__(self, cards: Sequence[ChannelCard], stage: Sequence[str]) -> None:
        super().__init__(cards)
        self._stage = stage

    def steps(self) -> Iterator[Step]:
        return (step for step in super().steps() if step.name in self._stage and not self._is_old(step))

    def standing(self) -> tuple[Setback, ...]:
        return ()

    def later(self) -> tuple[Due, ...]:
        return ()

    @staticmethod
    def _is_old(step: Step) -> bool:
        return step.name == "read shipments" and step.subject.split()[0] not in NEW_STATUSES


@dataclass
class Shop:
    """The acts of the shop's people, and `sync` between them."""

    amazon: Amazon
    clock: FakeClock
    folder: Path
    sku: str = ""
    numbers: Iterator[int] = field(default_factory=lambda: iter(range(1, 10_000)))
    _turned: set[str] = field(default_factory=set)

    def open(self) -> None:
        open_shop(self.amazon.url, labels=self.folder)

    def behaves(self, **switches: object) -> None:
        """Amazon behaves so; where the shop has a setting for it, the shop knows."""
        self.amazon.ask("PATCH", "switches", switches)
        self._turned |= set(switches)
        ends = switches.get("reservation_ends")
        if ends:
            change_channel(CHANNEL, WantedSettings(reservation_ends=str(ends)), now=self.clock.now())

    def behaves_as_by_default(self) -> None:
        defaults = msgspec.to_builtins(Switches())
        self.behaves(**{name: defaults[name] for name in self._turned})
        self._turned = set()

    @property
    def item(self) -> dict[str, Any]:
        """What all the products here are at Amazon."""
        rows = self.amazon.get("inspect/catalogue")
        return dict(next(row for row in rows if not row["is_hazmat"] and not row["gate"]))

    def syncs(self) -> Synced:
        return sync(code=None, until_idle=True)

    def works(self, stage: Sequence[str]) -> None:
        """What a worker does at this stage, without looking round for everything else."""
        card = channel(CHANNEL)
        if stage is FOLLOW:
            look_now(card.id)
        take_turn(card.id)
        run(Stage([card], stage), clock=rounds.CLOCK, until_idle=False)

    def syncs_until(self, condition: Any, *, stage: Sequence[str] = (), tries: int = 6) -> None:
        """The work of the stage, then everything, and ever more time between, until it is so."""
        if stage:
            self.works(stage)
            if condition():
                return
        for number in range(tries):
            self.syncs()
            if condition():
                return
            self.clock.advance(60 * 4**number)
        raise AssertionError(f"{self.sku}: waited in vain for a day. {open_tasks()}")

    # --- from listing ---

    def lists(self) -> None:
        """A new product is submitted; Amazon shows it after its delay, as merchant fulfilled."""
        self.sku = f"ITEM-{next(self.numbers)}"
        item = self.item
        create_product(ProductFields(sku=self.sku, name=item["title"], country_of_origin=item["origin"]))
        set_price(sku=self.sku, category="Amazon", amount="24.55", currency="GBP")
        stock.goods_in(sku=self.sku, room=ROOM, units=ON_HAND)
        wanted = WantedListing(
            self.sku,
            CHANNEL,
            item["asin"],
            country_of_origin=item["origin"],
            shipping_template="Standard Delivery",
        )
        add_listing(wanted)
        want_submission(self.sku, CHANNEL)
        self.works(SUBMIT)
        self.clock.advance(1_260)
        self.syncs_until(lambda: self.state in ("live_as_mfn", "awaiting_conversion"), stage=FOLLOW)

    def links(self) -> None:
        """Converted, linked, and Amazon knows the stock."""
        self.converts()
        self.syncs_until(lambda: self.state == "linked" and self.stock["quantity"] == ON_HAND, stage=FOLLOW)

    def converts(self) -> None:
        """A person converts it in Seller Central; where Amazon does not show that, the person says so."""
        self.amazon.post(f"listings/{self.sku}/convert")
        if self.amazon.get("inspect/switches")["converted_channel"] == "DEFAULT":
            confirm_linked(sku=self.sku, channel=CHANNEL, person="mo")

    @property
    def state(self) -> str:
        return listing_card(self.sku, CHANNEL).state

    @property
    def stock(self) -> dict[str, Any]:
        return dict(self.amazon.get(f"inspect/inventory/{LOCATION}/{self.sku}"))

    # --- to lorry ---

    def sells(self) -> Sold:
        lines = [{"sku": self.sku, "quantity": UNITS}]
        placed = self.amazon.post("orders", lines=lines)["orders"][0]
        sold = Sold(self, placed["order_id"], placed["shipment_ids"][0])
        self.syncs_until(lambda: sold.is_confirmed, stage=SELL)
        return sold


@dataclass(frozen=True)
class Sold:
    """One order on its way."""

    shop: Shop
    order_id: str
    shipment_id: str

    @property
    def seen(self) -> dict[str, Any]:
        return dict(self.shop.amazon.get(f"inspect/shipments/{self.shipment_id}"))

    @property
    def is_confirmed(self) -> bool:
        rows = dispatch.enquiry(dispatch.FieldCallFilter(text=self.order_id)).rows
        return [row.shipment_status for row in rows] == ["CONFIRMED"]

    @cached_property
    def number(self) -> str:
        return orders.sale(self.order_id).row.field_call

    def is_packed(self) -> None:
        """Scanned, labelled by Amazon, printed."""
        goods = [line.sku for line in dispatch.field_call(self.number).lines for _ in range(line.units)]
        for code in (self.number, *goods, COMMAND_FINISH):
            place = bench.Bench("bench 1", None, self.shop.clock.now())
            answer = bench.scan(key=uuid4(), code=code, bench=place)
            assert answer.tone is not Tone.STOP, answer
        self.shop.syncs_until(self.is_printed, stage=PACK)

    def is_printed(self, times: int = 1) -> bool:
        return [job.state for job in dispatch.field_call(self.number).prints] == ["printed"] * times

    def is_labelled_again(self) -> None:
        """A person asks for a new label, and that one is printed too."""
        labels.regenerate(self.number)
        self.shop.syncs_until(lambda: self.is_printed(times=2), stage=PACK)

    @property
    def label_here(self) -> tuple[str, bytes]:
        """The number and the bytes of the one label that is valid here."""
        (parcel,) = dispatch.field_call(self.number).parcels
        ((_, _, content),) = dispatch.label_bytes(self.number)
        return parcel.tracking_id, content

    @property
    def label_there(self) -> tuple[str, bytes]:
        """The number and the bytes of the label that Amazon made last."""
        (package,) = self.seen["packages"]
        return package["tracking_id"], self.shop.amazon.label(self.shipment_id, package["id"])

    def is_put_back(self) -> None:
        """The bench tells of the cancellation; a person puts the goods on the shelf again."""
        place = bench.Bench("bench 1", None, self.shop.clock.now())
        assert bench.scan(key=uuid4(), code=self.number, bench=place).outcome is Outcome.CANCELLED
        stopping.put_back(self.number)

    def lorry_comes(self) -> None:
        self.shop.amazon.post("lorry", location=LOCATION)

    def is_loaded(self) -> None:
        """A person completes the batch; Amazon is told, at once or when it lets itself be told."""
        assert completing.complete(self.number, now=self.shop.clock.now()).numbers == (self.number,)
        self.shop.works(LOAD)

    @property
    def is_over(self) -> bool:
        """Posted here, known as shipped there, and the stock told that is left."""
        call = FieldCall.objects.get(number=self.number)
        is_posted = orders.sale(self.order_id).row.order_status == "Posted"
        left = self.shop.stock["quantity"] == ON_HAND - UNITS
        return is_posted and left and not completing.is_still_to_tell(call.pk)

    @property
    def is_stopped(self) -> bool:
        return orders.sale(self.order_id).row.order_status == "Cancelled"

    def stops(self) -> Stopped:
        self.shop.syncs_until(lambda: self.is_stopped and self.shop.stock["quantity"] == ON_HAND)
        seen, here = self.seen, show(self.shop.sku)
        return Stopped(
            at_amazon=seen["status"],
            sale=orders.sale(self.order_id).row.order_status,
            call=dispatch.field_call(self.number).row.state,
            valid_labels=Label.objects.filter(parcel__field_call__number=self.number, is_void=False).count(),
            told_shipped=sum(package["told_shipped"] for package in seen["packages"]),
            on_hand=here.on_hand,
            promised=here.promised,
            told=self.shop.stock["quantity"],
            reserved_at_amazon=self.shop.stock["reserved"],
            tasks=tuple(task.sentence for task in open_tasks()),
        )

    def ends(self) -> End:
        self.shop.syncs_until(lambda: self.is_over)
        seen, sale, here = self.seen, orders.sale(self.order_id), show(self.shop.sku)
        return End(
            at_amazon=seen["status"],
            times_confirmed=seen["times_confirmed"],
            shipped_once=[p["told_shipped"] <= 1 and bool(p["shipped_at"]) for p in seen["packages"]]
            == [True],
            sale=sale.row.order_status,
            units_astray=ON_HAND - UNITS - here.on_hand + here.promised,
            told=self.shop.stock["quantity"],
            reserved_at_amazon=self.shop.stock["reserved"] - self.shop.stock["in_baskets"],
            tasks=tuple(task.sentence for task in open_tasks()),
        )


@contextmanager
def a_shop(url: str, folder: Path) -> Iterator[Shop]:
    """Opened in the database at that address; its Amazon ends with the block, and so does its clock."""
    clock, before = FakeClock(SystemClock().now()), rounds.CLOCK
    app, _ = create_app(Options(has_plans=False), clock=clock)
    server = make(app, Options(port=0))
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
    thread.start()
    amazon = Amazon(f"http://127.0.0.1:{server.port}", app.desk)
    wiring.forget_clients()
    rounds.CLOCK = clock
    try:
        with django_at(url):
            shop = Shop(amazon, clock, folder)
            shop.open()
            yield shop
    finally:
        rounds.CLOCK = before
        wiring.forget_clients()
        amazon.close()
        server.shutdown()
        server.server_close()
        thread.join()


class Street(ExitStack):
    """Shops one after the other: what a case listed is looked at ever after, so each serves a few cases."""

    def __init__(self, databases: Databases, folder: Path) -> None:
        super().__init__()
        self._databases = databases
        self._folder = folder
        self._served = 0
        self._shop: Shop | None = None

    def next_shop(self) -> Shop:
        """The shop for one more case."""
        if self._shop is None or self._served % CASES_OF_A_SHOP == 0:
            self.close()
            url = self.enter_context(self._databases.clone())
            self._shop = self.enter_context(a_shop(url, self._folder))
        self._served += 1
        return self._shop
