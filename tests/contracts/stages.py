"""Two stages: the fakes in memory, and the adapter talking HTTP to the simulator."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from decimal import Decimal
from itertools import count
from typing import Any

import httpx2

from amazon_simulator.server import Options, create_app, make
from loadbay.amazon import adapter
from loadbay.core.ids import AmazonOrderId, Asin, LocationId, ShipmentId, Sku
from loadbay.core.money import Money
from loadbay.listings.ports import CatalogueItem, SeenListing, StockToTell
from loadbay.testing import fakes
from tests.amazon.double import an_account, caller_of

STOCK = 1_000


class FakeStage:
    """The fakes, over one marketplace in memory."""

    def __init__(self) -> None:
        self.world = fakes.FakeMarketplace()
        self.account_desk = fakes.FakeAccountDesk(self.world)
        self.catalogue_desk = fakes.FakeCatalogueDesk(self.world)
        self.listing_desk = fakes.FakeListingDesk(self.world)
        self.stock_desk = fakes.FakeStockDesk(self.world)
        self.shipment_source = fakes.FakeShipmentSource(self.world, page_size=2)
        self.shipment_desk = fakes.FakeShipmentDesk(self.world)
        self.label_desk = fakes.FakeLabelDesk(self.world)
        self.confirmation_desk = fakes.FakeConfirmationDesk(self.world)
        self.order_source = fakes.FakeOrderSource(self.world, page_size=2)
        self.marketplace_id = str(self.world.marketplace_id)
        self.location = self.world.location
        self.linked_sku, self.free_asin = Sku("LINKED-1"), Asin("B0CEXAMPLE")
        self.world.catalogue[self.free_asin] = CatalogueItem(
            self.free_asin, "Wool rug", product_type="RUG", country_of_origin="GB"
        )
        price = Money(Decimal("20.00"), "GBP")
        self.world.listings[self.linked_sku] = SeenListing(
            self.linked_sku, Asin("B0CLINKED1"), is_buyable=True, channel_codes=("AMAZON_EU",), price=price
        )
        self.stock_desk.tell([StockToTell(self.linked_sku, self.location, STOCK, 1)])

    def now(self) -> datetime:
        return self.world.clock.now()

    def place_order(self, *, units: int = 1) -> ShipmentId:
        return self.world.place_order({self.linked_sku: units})

    def place_ordinary(self, *, units: int = 1) -> AmazonOrderId:
        return fakes.OrdinaryOrders(self.world).place({self.linked_sku: units})

    def cancel(self, shipment_id: ShipmentId) -> None:
        self.world.cancel(shipment_id)

    def appear(self, sku: Sku) -> None:
        self.listing_desk.appear()

    def convert(self, sku: Sku) -> None:
        self.listing_desk.convert(sku)


@dataclass(frozen=True)
class Simulator:
    """A running simulator and its control side."""

    address: str
    control: httpx2.Client
    numbers: Iterator[int]

    def post(self, path: str, body: dict[str, Any] | None = None) -> Any:
        answer = self.control.post(path, json=body or {})
        assert answer.status_code < 300, answer.text
        return answer.json()


@contextmanager
def a_simulator(*, has_plans: bool = False, speed: float = 1.0) -> Iterator[Simulator]:
    """In this process, on a free port of loopback."""
    options = Options(port=0, has_plans=has_plans, speed=speed)
    app, _ = create_app(options)
    server = make(app, options)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    address = f"http://127.0.0.1:{server.port}"
    with httpx2.Client(base_url=address, trust_env=False) as control:
        yield Simulator(address, control, count(1))
    app.desk.holds.clear()
    server.shutdown()
    thread.join(timeout=10)
    server.server_close()


class SimulatorStage:
    """The real adapter; each stage has a linked SKU of its own."""

    def __init__(self, simulator: Simulator, *, address: str = "", **secrets: str) -> None:
        self.simulator = simulator
        number = next(simulator.numbers)
        address = address or simulator.address
        account = an_account(endpoint=address, token_endpoint=f"{address}/auth/o2/token", **secrets)
        self.caller = caller = caller_of(account)
        self.account_desk = adapter.AmazonAccountDesk(caller)
        self.catalogue_desk = adapter.AmazonCatalogueDesk(caller)
        self.listing_desk = adapter.AmazonListingDesk(caller)
        self.stock_desk = adapter.AmazonStockDesk(caller)
        self.shipment_source = adapter.AmazonShipmentSource(caller)
        self.shipment_desk = adapter.AmazonShipmentDesk(caller)
        self.label_desk = adapter.AmazonLabelDesk(caller)
        self.confirmation_desk = adapter.AmazonConfirmationDesk(caller)
        self.order_source = adapter.AmazonOrderSource(caller)
        self.marketplace_id = account.marketplace_id
        self.location = LocationId("LBAY")
        self.linked_sku = Sku(f"LINKED {number}/Ä")
        catalogue = simulator.control.get("/simulator/inspect/catalogue").json()
        asins = [row["asin"] for row in catalogue if not row["gate"] and not row["is_hazmat"]]
        self.free_asin = Asin(asins[-1])
        listing = {"sku": self.linked_sku, "asin": asins[0], "price": "20.00", "quantity": STOCK}
        simulator.post("/simulator/listings/seed", {"listings": [listing], "converted": True})

    def now(self) -> datetime:
        return datetime.now(UTC)

    def place_order(self, *, units: int = 1) -> ShipmentId:
        line = {"sku": self.linked_sku, "quantity": units}
        answer = self.simulator.post("/simulator/orders", {"lines": [line], "force": True})
        return ShipmentId(answer["orders"][0]["shipment_ids"][0])

    def place_ordinary(self, *, units: int = 1) -> AmazonOrderId:
        lines = [{"sku": self.linked_sku, "quantity": units}]
        wanted = {"lines": lines, "fulfilled_by": "merchant", "force": True}
        number = self.simulator.post("/simulator/orders", wanted)["orders"][0]["order_id"]
        self.simulator.post(f"/simulator/orders/{number}/hurry")
        return AmazonOrderId(number)

    def cancel(self, shipment_id: ShipmentId) -> None:
        order_id = self.shipment_source.shipment(shipment_id).order_id
        self.simulator.post(f"/simulator/orders/{order_id}/cancel")

    def appear(self, sku: Sku) -> None:
        self.simulator.post("/simulator/listings/appear")

    def convert(self, sku: Sku) -> None:
        self.simulator.control.post(f"/simulator/listings/{sku}/convert", json={"hazmat_form": {}})
