"""What orders need from a marketplace: its shipments and orders, and a way to answer them.

Implemented by `amazon.adapter`; fakes and contract tests ship in `loadbay.testing`. A thing that cannot be
read is handed over as `Spoiled`, so that one poisonous order never hides the rest of its page.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import Enum
from typing import Protocol

from loadbay.core.ids import AmazonOrderId, LocationId, MarketplaceId, PackageId, ShipmentId, Sku
from loadbay.core.money import Money


class Requirement(Enum):
    """Whether the marketplace wants a value for a line (complianceAttributes of EF Shipments)."""

    REQUIRED = "required"
    DISALLOWED = "disallowed"
    OPTIONAL = "optional"


class ChargeKind(Enum):
    PRODUCT = "product"
    SHIPPING = "shipping"
    GIFT_WRAP = "gift_wrap"
    OTHER = "other"


@dataclass(frozen=True)
class SeenCharge:
    """One charge of a line or of the shipment: after discount, tax apart, for all units together."""

    kind: ChargeKind
    net: Money
    tax: Money
    discount: Money


@dataclass(frozen=True)
class SeenLine:
    """One line of a shipment. `line_id` is unique inside its shipment only."""

    line_id: str
    sku: Sku
    units: int
    charges: tuple[SeenCharge, ...] = ()
    serials: Requirement = Requirement.OPTIONAL
    hazmat_labels: Requirement = Requirement.OPTIONAL
    origin: Requirement = Requirement.OPTIONAL
    item_value: Requirement = Requirement.OPTIONAL
    recommended_origin: str = ""
    gift_wrap: bool = False
    has_gift_message: bool = False
    cancelled_units: int = 0
    shipped_units: int = 0
    """Units that the marketplace counts as shipped already (Orders API)."""
    cancel_asked: str = ""
    """Why the buyer asks to cancel it; empty where nobody asked."""
    asin: str = ""
    is_tax_collected: bool = False
    """The marketplace collects its tax and pays it itself (marketplace facilitator)."""


@dataclass(frozen=True)
class Box:
    """Outer dimensions in millimetres and weight in grams."""

    length_mm: int
    width_mm: int
    height_mm: int
    weight_g: int


@dataclass(frozen=True)
class RecommendedBox:
    box: Box
    line_ids: tuple[str, ...]


@dataclass(frozen=True)
class SeenPackage:
    package_id: PackageId
    status: str
    tracking_id: str = ""


@dataclass(frozen=True)
class SeenShipment:
    """A shipment as the marketplace shows it. Statuses are kept as sent, known or not.

    `charges` are those of the header that its lines do not carry (shipping). `postal_code` is buyer data;
    `raw` is the answer's own bytes and counts as buyer data too.
    """

    shipment_id: ShipmentId
    order_id: AmazonOrderId
    location_id: LocationId
    marketplace_id: MarketplaceId
    channel_name: str
    shipping_type: str
    kind: str
    status: str
    created_at: datetime
    updated_at: datetime
    placed_at: datetime | None
    expected_ship_at: datetime | None
    earliest_pack_at: datetime | None
    lines: tuple[SeenLine, ...]
    charges: tuple[SeenCharge, ...]
    currency: str
    units: int
    packages: tuple[SeenPackage, ...] = ()
    recommended_boxes: tuple[RecommendedBox, ...] = ()
    rejectable_in: frozenset[str] | None = None
    ship_method: str = ""
    postal_code: str = ""
    total: SeenCharge | None = None
    """What the header says everything amounts to: lines, shipping and the rest, tax apart."""
    replaces: str = ""
    """The order that this one replaces or exchanges, where the marketplace names one."""
    programs: tuple[str, ...] = ()
    """Amazon's programs of the order, such as AMAZON_BUSINESS and PRIME."""
    raw: bytes = b""


@dataclass(frozen=True)
class Spoiled:
    """An entry of a page that could not be read: what is known of it, and why."""

    identity: str
    reason: str
    raw: bytes


@dataclass(frozen=True)
class ShipmentPage:
    shipments: tuple[SeenShipment, ...]
    spoiled: tuple[Spoiled, ...]
    next_token: str | None


class ShipmentSource(Protocol):
    """The marketplace's shipments, read."""

    def shipments(
        self,
        *,
        status: str,
        updated_after: datetime,
        updated_before: datetime | None,
        location_id: LocationId | None,
        token: str | None,
    ) -> ShipmentPage:
        """One page of shipments in one status, oldest change first. An empty page may carry a token.

        Anything that is not the documented success shape raises trouble; it is never an empty page.
        """

    def shipment(self, shipment_id: ShipmentId) -> SeenShipment:
        """One shipment as it is now. Raises Rejected with reason "404" when there is none."""

    def reread(self, raw: bytes) -> SeenShipment | Spoiled:
        """An entry as it was received once, read anew: what it says, or why it still cannot be read.

        The marketplace is not asked and nothing is raised; any bytes may be given.
        """


class ShipmentDesk(Protocol):
    """The seller's answer to a new shipment."""

    def confirm(self, shipment_id: ShipmentId) -> None:
        """Promise to ship. Raises Conflict when its state forbids it, Unclear when the answer is lost."""

    def reject(self, shipment_id: ShipmentId, *, line_ids: tuple[str, ...], reason: str) -> None:
        """Decline the whole shipment (OUT_OF_STOCK or CUSTOMER_REQUESTED). Same troubles as `confirm`."""


@dataclass(frozen=True)
class SeenAddress:
    """A delivery address; every field may be empty. Buyer data."""

    name: str = ""
    company: str = ""
    lines: tuple[str, ...] = ()
    city: str = ""
    region: str = ""
    postal_code: str = ""
    country: str = ""
    phone: str = ""


@dataclass(frozen=True)
class SeenOrder:
    """An order of the orders API as far as it is shown to our roles. Buyer data where present."""

    order_id: AmazonOrderId
    status: str
    fulfilled_by: str
    created_at: datetime
    updated_at: datetime
    buyer_name: str = ""
    buyer_email: str = ""
    address: SeenAddress | None = None
    payment_methods: tuple[str, ...] = ()
    total: Money | None = None
    latest_delivery_at: datetime | None = None
    raw: bytes = b""


@dataclass(frozen=True)
class OrderPage:
    orders: tuple[SeenOrder, ...]
    spoiled: tuple[Spoiled, ...]
    next_token: str | None
    updated_before: datetime | None


@dataclass(frozen=True)
class WholeOrder:
    """An order with its items, fit to be staged as one shipment that bears the order's own number.

    Its `location_id` is empty where the merchant ships it, `channels.rules.AMAZONS_OWN` where Amazon does.
    """

    shipment: SeenShipment
    buyer: SeenOrder


@dataclass(frozen=True)
class WholeOrderPage:
    """`updated_before` is how far the marketplace has looked, by its own clock."""

    orders: tuple[WholeOrder, ...]
    spoiled: tuple[Spoiled, ...]
    next_token: str | None
    updated_before: datetime | None


class OrderSource(Protocol):
    """The marketplace's orders API (Orders 2026-01-01): whole orders, and buyer details after shipping."""

    def orders(
        self,
        *,
        updated_after: datetime,
        fulfilled_by: tuple[str, ...],
        marketplace_ids: tuple[str, ...],
        token: str | None,
    ) -> WholeOrderPage:
        """One page (up to 100) of orders that changed, whatever their status; an empty one may have a token.

        `fulfilled_by` names MERCHANT, AMAZON or both. No end is named: the newest changes are included as
        far as the marketplace shows them. An order that cannot be read is `Spoiled`; anything that is not
        the documented success shape raises trouble.
        """

    def whole_order(self, order_id: AmazonOrderId) -> WholeOrder:
        """One order as it is now, with its packages. Raises Rejected with reason "404" when there is none."""

    def reread_order(self, raw: bytes) -> WholeOrder | Spoiled:
        """An order as it was received once, read anew. Asks nobody and raises nothing."""

    def shipped_orders(self, *, updated_after: datetime, token: str | None) -> OrderPage:
        """One page (up to 100) of shipped orders that Amazon fulfils, with buyer, recipient, payment.

        Raises trouble for anything that is not the documented success shape.
        """

    def order(self, order_id: AmazonOrderId) -> SeenOrder:
        """One order with buyer, recipient and payment as far as the roles reach."""


@dataclass(frozen=True)
class StatusNotice:
    """What an outside listener is told of an order that entered an implied status. Never buyer data.

    `event` is the same at every try, so that a listener can tell a repetition.
    """

    event: str
    channel: str
    order: str
    shipment: str
    sale: str
    channel_status: str
    order_status: str
    implied_status: str
    entered_at: datetime


class StatusListener(Protocol):
    """A system of the shop's own that wants to know when orders enter an implied status."""

    def tell(self, notice: StatusNotice) -> None:
        """Tell of one order, signed so that the listener knows who speaks.

        Called again with the same `event` until it returns, so it may be heard twice. Retryable: try later;
        Rejected: it will never be heard like this; Unclear: it may have been heard, tell it again.
        """
