"""What dispatch needs from a marketplace (packages, labels, shipped) and from a printer.

Implemented by `amazon.adapter` and by the drivers in `printing`; fakes and contract tests ship in
`loadbay.testing`. Every write may raise Unclear: look at the shipment, then decide.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import Enum
from typing import Protocol

from loadbay.core.ids import AmazonOrderId, MarketplaceId, PackageId, ShipmentId
from loadbay.core.money import Money
from loadbay.orders.ports import Box, SeenShipment


class PaperFormat(Enum):
    """The kind of a label's bytes, sniffed from them, never believed from a name."""

    ZPL = "zpl"
    PNG = "png"
    PDF = "pdf"


@dataclass(frozen=True)
class PackedLine:
    line_id: str
    units: int
    serials: tuple[str, ...] = ()
    country_of_origin: str = ""
    item_value: Money | None = None


@dataclass(frozen=True)
class PackageToMake:
    """A packed box. `package_id` is ours and unique inside its shipment."""

    package_id: PackageId
    box: Box
    lines: tuple[PackedLine, ...]
    hazmat_labels: tuple[str, ...] | None = None
    """None where the marketplace disallows naming them."""


@dataclass(frozen=True)
class MadeLabel:
    """The answer for one package: a link to the label's file, or the reason why there is none."""

    package_id: PackageId
    url: str
    carrier_name: str = ""
    tracking_id: str = ""
    pickup_from: datetime | None = None
    pickup_until: datetime | None = None
    error_code: str = ""
    error_text: str = ""

    @property
    def is_made(self) -> bool:
        return bool(self.url)


@dataclass(frozen=True)
class LabelFile:
    format: PaperFormat
    content: bytes


@dataclass(frozen=True)
class ShippingOption:
    option_id: str
    ship_by: str
    carrier_name: str = ""
    is_recommended: bool = False


class LabelDesk(Protocol):
    """The marketplace, as packing and loading see it. One operation per shipment at a time."""

    def look(self, shipment_id: ShipmentId) -> SeenShipment:
        """The shipment as it is now, with its packages."""

    def confirm(self, shipment_id: ShipmentId) -> None:
        """Promise to ship, where that has not happened yet (as `orders.ports.ShipmentDesk.confirm`)."""

    def create_packages(self, shipment_id: ShipmentId, packages: Sequence[PackageToMake]) -> None:
        """Declare all packages of the shipment at once. Conflict when it is not CONFIRMED."""

    def update_package(self, shipment_id: ShipmentId, package: PackageToMake) -> None:
        """Tell a declared package anew: another box or weight, with the same units in it.

        Its label is void, and the steps after packing come again. Telling the same twice is harmless.
        Rejected when the shipment has no such package, Conflict before packages were declared and after
        shipping.
        """

    def shipping_options(
        self, shipment_id: ShipmentId, *, package_id: PackageId
    ) -> tuple[ShippingOption, ...]:
        """The options offered; empty for SmartConnect, where Amazon chooses. Asking is a step of its own."""

    def make_labels(
        self, shipment_id: ShipmentId, package_ids: Sequence[PackageId], *, option_id: str | None = None
    ) -> tuple[MadeLabel, ...]:
        """Generate the labels of all packages; some may fail inside one answer."""

    def remake_labels(
        self, shipment_id: ShipmentId, package_ids: Sequence[PackageId]
    ) -> tuple[MadeLabel, ...]:
        """Generate new labels (the old ones are void, the tracking id may change)."""

    def fetch_label(self, url: str) -> LabelFile:
        """The bytes behind a label's short-lived link. Rejected when it has expired or holds no label."""

    def tell_shipped(self, shipment_id: ShipmentId, package_id: PackageId) -> None:
        """Tell the marketplace that the package left the building.

        Called once per package after a person completed its field call. Conflict when its state forbids it.
        """


@dataclass(frozen=True)
class ShippedParcel:
    """A parcel that left with a carrier of our own choice. `reference` is digits, unique in its order."""

    reference: str
    carrier_code: str
    carrier_name: str
    method: str
    tracking_id: str
    shipped_at: datetime
    lines: tuple[tuple[str, int], ...]
    """(line id of the order, units)"""


class ConfirmationDesk(Protocol):
    """The marketplace, as it hears of parcels that the merchant shipped himself (MFN)."""

    def look(self, order_id: AmazonOrderId) -> SeenShipment:
        """The order as it is now, with the packages that the marketplace knows, by their references."""

    def confirm_shipped(
        self, order_id: AmazonOrderId, parcel: ShippedParcel, *, marketplace_id: MarketplaceId
    ) -> None:
        """Tell that a parcel left, or correct one that was told: the same reference means the same parcel.

        Called once per parcel after a person completed its field call. Raises Rejected with the marketplace's
        words when it does not take it, Unclear when the answer is lost.
        """


class LabelPrinter(Protocol):
    """A place that turns finished bytes into a printed label."""

    def print(self, content: bytes, *, format: PaperFormat, title: str) -> None:
        """Hand the bytes over unchanged; return once they were taken.

        Raises Retryable when nothing was sent, Unclear when the connection broke after a part was sent,
        Rejected when this printer cannot print that format.
        """
