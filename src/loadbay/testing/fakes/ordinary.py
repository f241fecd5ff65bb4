"""Orders of the fake marketplace that no External Fulfillment location ships: the merchant's own, and FBA.

They are whole from the moment they are released; a pending one shows neither amounts nor buyer.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import timedelta
from decimal import Decimal

from loadbay.channels.rules import AMAZONS_OWN
from loadbay.core.errors import Rejected
from loadbay.core.ids import AmazonOrderId, LocationId, MarketplaceId, PackageId, ShipmentId, Sku
from loadbay.core.money import Money
from loadbay.dispatch.ports import ShippedParcel
from loadbay.orders.ports import (
    ChargeKind,
    SeenAddress,
    SeenCharge,
    SeenLine,
    SeenOrder,
    SeenPackage,
    SeenShipment,
    WholeOrder,
)
from loadbay.testing.fakes.marketplace import TEN_POUNDS, FakeMarketplace

PLACES = {"MERCHANT": LocationId(""), "AMAZON": LocationId(AMAZONS_OWN)}
_HIDDEN = {"PENDING", "PENDING_AVAILABILITY", "CANCELLED"}


@dataclass
class OrdinaryOrders:
    """A hand on the marketplace's side: buyers, and what Amazon does with their orders."""

    marketplace: FakeMarketplace

    def place(
        self,
        lines: Mapping[Sku, int],
        *,
        by: str = "MERCHANT",
        status: str = "UNSHIPPED",
        price: Money = TEN_POUNDS,
    ) -> AmazonOrderId:
        """A customer buys; answers the order's number."""
        number = AmazonOrderId(f"026-0000000-{len(self.marketplace.ordinary) + 1:07d}")
        self.marketplace.clock.advance(0.001)
        shipment = self._shipment(number, lines, by=by, price=price)
        self.marketplace.ordinary[number] = WholeOrder(shipment, self._buyer(shipment, by))
        self.change(number, status=status)
        return number

    def move(self, number: AmazonOrderId, status: str) -> None:
        self.change(number, status=status)

    def change(self, number: AmazonOrderId, **fields: object) -> None:
        """Something of the order is different from now on."""
        self.marketplace.clock.advance(0.001)
        order = self.marketplace.ordinary[number]
        now = self.marketplace.clock.now()
        shipment = replace(order.shipment, updated_at=now, **fields)  # type: ignore[arg-type]
        buyer = replace(order.buyer, status=shipment.status, updated_at=now)
        self.marketplace.ordinary[number] = WholeOrder(shipment, buyer)

    def resize(self, number: AmazonOrderId, units: Mapping[Sku, int], *, price: Money = TEN_POUNDS) -> None:
        """Some of it was cancelled: so many are left of each SKU."""
        shipment = self.marketplace.ordinary[number].shipment
        lines = tuple(_line(line.line_id, line.sku, units[line.sku], price) for line in shipment.lines)
        self.change(number, lines=tuple(line for line in lines if line.units), units=sum(units.values()))

    def ask_to_cancel(self, number: AmazonOrderId, reason: str = "Ordered by mistake") -> None:
        lines = self.marketplace.ordinary[number].shipment.lines
        self.change(number, lines=tuple(replace(line, cancel_asked=reason) for line in lines))

    def ship_part(self, number: AmazonOrderId, units: Mapping[Sku, int]) -> None:
        """Somebody confirmed a part of it in Seller Central."""
        lines = self.marketplace.ordinary[number].shipment.lines
        told = tuple(
            replace(line, shipped_units=line.shipped_units + units.get(line.sku, 0)) for line in lines
        )
        whole = all(line.shipped_units >= line.units for line in told)
        self.change(number, lines=told, status="SHIPPED" if whole else "PARTIALLY_SHIPPED")

    def seen(self, number: AmazonOrderId) -> WholeOrder:
        """The order as the marketplace shows it now."""
        order = self.marketplace.ordinary.get(number)
        if order is None:
            raise Rejected(f"There is no order {number}.", reason="404")
        if order.shipment.status not in _HIDDEN:
            return order
        lines = tuple(replace(line, charges=()) for line in order.shipment.lines)
        buyer = replace(order.buyer, buyer_name="", address=None, payment_methods=())
        return WholeOrder(replace(order.shipment, lines=lines, currency="", total=None), buyer)

    def _shipment(
        self, number: AmazonOrderId, lines: Mapping[Sku, int], *, by: str, price: Money
    ) -> SeenShipment:
        now = self.marketplace.clock.now()
        return SeenShipment(
            shipment_id=ShipmentId(number),
            order_id=number,
            location_id=PLACES[by],
            marketplace_id=self.marketplace.marketplace_id,
            channel_name="AMAZON",
            shipping_type="",
            kind="NEW",
            status="PENDING",
            created_at=now,
            updated_at=now,
            placed_at=now,
            expected_ship_at=now + timedelta(hours=8),
            earliest_pack_at=now,
            lines=tuple(
                _line(f"{number}-{position}", sku, units, price)
                for position, (sku, units) in enumerate(lines.items(), start=1)
            ),
            charges=(),
            currency=price.currency,
            units=sum(lines.values()),
            ship_method="STANDARD",
            raw=f'{{"orderId": "{number}"}}'.encode(),
        )

    def _buyer(self, shipment: SeenShipment, by: str) -> SeenOrder:
        return SeenOrder(
            order_id=shipment.order_id,
            status=shipment.status,
            fulfilled_by=by,
            created_at=shipment.created_at,
            updated_at=shipment.updated_at,
            buyer_name="Wilhelmina Hartwell",
            address=SeenAddress(
                "Wilhelmina Hartwell", "", ("7 Quarry Rise",), "Matlock", "", "DE4 3NS", "GB"
            ),
            payment_methods=("CreditCard",),
            raw=shipment.raw,
        )


@dataclass
class FakeConfirmationDesk:
    """Implements `ConfirmationDesk`: keeps what it was told, by order and reference."""

    marketplace: FakeMarketplace
    told: dict[tuple[AmazonOrderId, str], ShippedParcel] = field(default_factory=dict)

    def look(self, order_id: AmazonOrderId) -> SeenShipment:
        with self.marketplace.troubles.around("look_at_order"):
            return OrdinaryOrders(self.marketplace).seen(order_id).shipment

    def confirm_shipped(
        self, order_id: AmazonOrderId, parcel: ShippedParcel, *, marketplace_id: MarketplaceId
    ) -> None:
        with self.marketplace.troubles.around("confirm_shipped"):
            shipment = OrdinaryOrders(self.marketplace).seen(order_id).shipment
            self._check(shipment, parcel, marketplace_id)
            is_new = (order_id, parcel.reference) not in self.told
            self.told[order_id, parcel.reference] = parcel
            others = [p for p in shipment.packages if p.package_id != parcel.reference]
            packages = (*others, told_package(parcel.reference, parcel.tracking_id))
            orders = OrdinaryOrders(self.marketplace)
            orders.change(order_id, packages=packages)
            if is_new:
                skus = {line.line_id: line.sku for line in shipment.lines}
                orders.ship_part(order_id, {skus[line_id]: units for line_id, units in parcel.lines})

    def _check(self, shipment: SeenShipment, parcel: ShippedParcel, marketplace_id: MarketplaceId) -> None:
        known = any(p.package_id == parcel.reference for p in shipment.packages)
        lines = {line.line_id for line in shipment.lines}
        if shipment.marketplace_id != marketplace_id:
            raise Rejected("MarketplaceId: the order was not placed there.", reason="400")
        if not parcel.reference.isdigit():
            raise Rejected("PackageReferenceId: is invalid, must be a positive numeric value.", reason="400")
        if not parcel.lines or any(line_id not in lines for line_id, _ in parcel.lines):
            raise Rejected("OrderItemId is invalid.", reason="400")
        if shipment.status not in {"UNSHIPPED", "PARTIALLY_SHIPPED"} and not known:
            raise Rejected(f"PackageToUpdateNotFound: the order is {shipment.status}.", reason="400")


def told_package(number: str, tracking_id: str) -> SeenPackage:
    return SeenPackage(PackageId(number), "SHIPPED", tracking_id)


def _line(line_id: str, sku: Sku, units: int, price: Money) -> SeenLine:
    nothing = Money(Decimal(0), price.currency)
    return SeenLine(
        line_id, sku, units, (SeenCharge(ChargeKind.PRODUCT, price.times(units), nothing, nothing),)
    )
