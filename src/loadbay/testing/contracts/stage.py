"""What a contract test needs: the desks under test, and a hand on the marketplace's own side."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Protocol

from loadbay.channels.ports import AccountDesk
from loadbay.core.ids import AmazonOrderId, Asin, LocationId, PackageId, ShipmentId, Sku
from loadbay.dispatch.ports import ConfirmationDesk, LabelDesk, PackageToMake, PackedLine
from loadbay.listings.ports import CatalogueDesk, ListingDesk, StockDesk
from loadbay.orders.ports import Box, OrderSource, SeenShipment, ShipmentDesk, ShipmentSource


class Stage(Protocol):
    """A seller with one location and one linked SKU that can be bought."""

    account_desk: AccountDesk
    catalogue_desk: CatalogueDesk
    listing_desk: ListingDesk
    stock_desk: StockDesk
    shipment_source: ShipmentSource
    shipment_desk: ShipmentDesk
    label_desk: LabelDesk
    order_source: OrderSource
    confirmation_desk: ConfirmationDesk
    marketplace_id: str
    location: LocationId
    linked_sku: Sku
    """Converted to the seller's own location, with a price and plenty of stock."""
    free_asin: Asin
    """In the catalogue, not listed by this seller, and free of restrictions."""

    def now(self) -> datetime:
        """The marketplace's present moment."""

    def place_order(self, *, units: int = 1) -> ShipmentId:
        """A customer buys the linked SKU; answers the shipment the marketplace made."""

    def place_ordinary(self, *, units: int = 1) -> AmazonOrderId:
        """A customer buys the linked SKU from the merchant; the order is released (UNSHIPPED)."""

    def cancel(self, shipment_id: ShipmentId) -> None:
        """The customer cancels."""

    def appear(self, sku: Sku) -> None:
        """What was submitted for the SKU is processed and live."""

    def convert(self, sku: Sku) -> None:
        """A person changes the listing to the seller's own location."""


def recently(stage: Stage) -> datetime:
    """A moment before anything a test does."""
    return stage.now() - timedelta(minutes=5)


def one_package(seen: SeenShipment, *, name: str = "P1") -> PackageToMake:
    """Everything of the shipment in one box."""
    lines = tuple(PackedLine(line.line_id, line.units) for line in seen.lines)
    return PackageToMake(PackageId(name), Box(400, 300, 200, 2400), lines)


def confirmed(stage: Stage, *, units: int = 1) -> SeenShipment:
    """A confirmed shipment."""
    shipment_id = stage.place_order(units=units)
    stage.shipment_desk.confirm(shipment_id)
    return stage.label_desk.look(shipment_id)


def packed(stage: Stage, *, units: int = 1) -> SeenShipment:
    """A shipment whose one package P1 is declared."""
    seen = confirmed(stage, units=units)
    stage.label_desk.create_packages(seen.shipment_id, [one_package(seen)])
    return stage.label_desk.look(seen.shipment_id)


def labelled(stage: Stage, *, units: int = 1) -> SeenShipment:
    """A shipment whose one package P1 has its label."""
    seen = packed(stage, units=units)
    stage.label_desk.shipping_options(seen.shipment_id, package_id=PackageId("P1"))
    stage.label_desk.make_labels(seen.shipment_id, [PackageId("P1")])
    return stage.label_desk.look(seen.shipment_id)
