"""The state of a marketplace in memory: a catalogue, listings, stock figures, orders and shipments.

It keeps the rules a shop depends on (states in order, stale sequences, buyers hidden until shipped) and
nothing else. The desks in the neighbouring modules speak the ports over it.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import timedelta
from decimal import Decimal

from loadbay.core.errors import Conflict, Rejected
from loadbay.core.ids import AmazonOrderId, Asin, LocationId, MarketplaceId, PackageId, ShipmentId, Sku
from loadbay.core.money import Money
from loadbay.listings.ports import CatalogueItem, SeenListing
from loadbay.orders.ports import (
    Box,
    ChargeKind,
    SeenAddress,
    SeenCharge,
    SeenLine,
    SeenPackage,
    SeenShipment,
    WholeOrder,
)
from loadbay.testing.fakes.clock import FakeClock
from loadbay.testing.fakes.troubles import Troubles

HERE = LocationId("LBAY")
TEN_POUNDS = Money(Decimal("10.00"), "GBP")
ORDER_OF_STATES = (
    "ACCEPTED",
    "CONFIRMED",
    "PACKAGE_CREATED",
    "PICKUP_SLOT_RETRIEVED",
    "SHIPLABEL_GENERATED",
    "SHIPPED",
    "DELIVERED",
)
REJECTABLE = frozenset({"ACCEPTED", "CONFIRMED", "PACKAGE_CREATED", "PICKUP_SLOT_RETRIEVED"})


@dataclass
class FakeOrder:
    """An order with its buyer, who shows only after shipping."""

    order_id: AmazonOrderId
    shipment_ids: list[ShipmentId] = field(default_factory=list)
    buyer_name: str = "Wilhelmina Hartwell"
    address: SeenAddress = SeenAddress(
        "Wilhelmina Hartwell", "", ("7 Quarry Rise",), "Matlock", "", "DE4 3NS", "GB"
    )
    payment_methods: tuple[str, ...] = ("Standard",)


@dataclass
class StockFigure:
    quantity: int = 0
    sequence: int = 0


class FakeMarketplace:
    """One seller's corner of a marketplace, at one location."""

    def __init__(self, clock: FakeClock | None = None, *, location: LocationId = HERE) -> None:
        self.clock = clock or FakeClock()
        self.location = location
        self.marketplace_id = MarketplaceId("A1F83G8C2ARO7P")
        self.troubles = Troubles()
        self.catalogue: dict[Asin, CatalogueItem] = {}
        self.listings: dict[Sku, SeenListing] = {}
        self.figures: dict[tuple[LocationId, Sku], StockFigure] = {}
        self.orders: dict[AmazonOrderId, FakeOrder] = {}
        self.shipments: dict[ShipmentId, SeenShipment] = {}
        self.ordinary: dict[AmazonOrderId, WholeOrder] = {}
        """Orders that no location of External Fulfillment ships (`fakes.ordinary`)."""
        self.label_content = b"^XA^FO50,50^FDfake label^FS^XZ"
        self.labels_made: dict[tuple[ShipmentId, PackageId], int] = {}
        self.boxes_told: dict[tuple[ShipmentId, PackageId], Box] = {}
        self.told_shipped: dict[tuple[ShipmentId, PackageId], int] = {}

    def place_order(self, lines: Mapping[Sku, int], *, price: Money = TEN_POUNDS) -> ShipmentId:
        """A customer buys; the marketplace makes one shipment. Answers its id."""
        number = len(self.orders) + 1
        order = FakeOrder(AmazonOrderId(f"203-0000000-{number:07d}"))
        shipment_id = ShipmentId(f"SHP{number:09d}")
        order.shipment_ids.append(shipment_id)
        self.orders[order.order_id] = order
        self.shipments[shipment_id] = self._new_shipment(shipment_id, order, lines, price)
        return shipment_id

    def cancel(self, shipment_id: ShipmentId) -> None:
        """The customer cancels; refused once shipped."""
        if self.shipment(shipment_id).status in {"SHIPPED", "DELIVERED"}:
            raise Conflict("It has left the building.", reason="422")
        self.move(shipment_id, "CANCELLED")

    def shipment(self, shipment_id: ShipmentId) -> SeenShipment:
        try:
            return self.shipments[shipment_id]
        except KeyError:
            raise Rejected(f"There is no shipment {shipment_id}.", reason="404") from None

    def move(
        self, shipment_id: ShipmentId, status: str, *, packages: tuple[SeenPackage, ...] | None = None
    ) -> None:
        """Put a shipment into a status, now."""
        seen = self.shipment(shipment_id)
        self.clock.advance(0.001)
        self.shipments[shipment_id] = replace(
            seen,
            status=status,
            updated_at=self.clock.now(),
            packages=seen.packages if packages is None else packages,
        )

    def require(self, shipment_id: ShipmentId, *statuses: str) -> SeenShipment:
        """The shipment if it is in one of the statuses; `Conflict` otherwise."""
        seen = self.shipment(shipment_id)
        if seen.status not in statuses:
            raise Conflict(f"Shipment {shipment_id} is {seen.status}.", reason="422")
        return seen

    def reserved(self, location: LocationId, sku: Sku) -> int:
        """Units in shipments at the location whose label is not made."""
        open_states = set(ORDER_OF_STATES[: ORDER_OF_STATES.index("SHIPLABEL_GENERATED")])
        return sum(
            line.units
            for seen in self.shipments.values()
            if seen.location_id == location and seen.status in open_states
            for line in seen.lines
            if line.sku == sku
        )

    def _new_shipment(
        self, shipment_id: ShipmentId, order: FakeOrder, lines: Mapping[Sku, int], price: Money
    ) -> SeenShipment:
        now = self.clock.now()
        tax = Money((price.amount / 5).quantize(Decimal("0.01")), price.currency)
        none = Money(Decimal(0), price.currency)
        return SeenShipment(
            shipment_id=shipment_id,
            order_id=order.order_id,
            location_id=self.location,
            marketplace_id=self.marketplace_id,
            channel_name="FBA",
            shipping_type="MARKETPLACE",
            kind="NEW",
            status="ACCEPTED",
            created_at=now,
            updated_at=now,
            placed_at=now,
            expected_ship_at=now + timedelta(hours=8),
            earliest_pack_at=now,
            lines=tuple(
                SeenLine(
                    str(position),
                    sku,
                    units,
                    (SeenCharge(ChargeKind.PRODUCT, price.times(units), tax.times(units), none),),
                )
                for position, (sku, units) in enumerate(lines.items(), start=1)
            ),
            charges=(),
            currency=price.currency,
            units=sum(lines.values()),
            rejectable_in=REJECTABLE,
            postal_code=order.address.postal_code,
            raw=f'{{"id": "{shipment_id}"}}'.encode(),
        )
