"""Orders with their buyers, and the account itself, as the fake marketplace shows them."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime

from loadbay.channels.ports import Feature, SeenMarketplace
from loadbay.core.errors import Rejected, Trouble
from loadbay.core.ids import AmazonOrderId
from loadbay.orders.ports import OrderPage, SeenOrder, Spoiled, WholeOrder, WholeOrderPage
from loadbay.testing.fakes.marketplace import FakeMarketplace, FakeOrder
from loadbay.testing.fakes.ordinary import PLACES, OrdinaryOrders


@dataclass
class FakeOrderSource:
    """Implements `OrderSource`. The buyer shows once every shipment of the order is shipped."""

    marketplace: FakeMarketplace
    page_size: int = 100

    def orders(
        self,
        *,
        updated_after: datetime,
        fulfilled_by: tuple[str, ...],
        marketplace_ids: tuple[str, ...],
        token: str | None,
    ) -> WholeOrderPage:
        with self.marketplace.troubles.around("orders"):
            places = {PLACES[by] for by in fulfilled_by}
            every = [self.ordinary.seen(number) for number in self.marketplace.ordinary]
            found = sorted(
                (
                    seen
                    for seen in every
                    if seen.shipment.updated_at >= updated_after
                    and seen.shipment.location_id in places
                    and seen.shipment.marketplace_id in marketplace_ids
                ),
                key=lambda seen: seen.shipment.updated_at,
            )
            start = int(token or 0)
            more = str(start + self.page_size) if start + self.page_size < len(found) else None
            page = tuple(found[start : start + self.page_size])
            return WholeOrderPage(page, (), more, self.marketplace.clock.now())

    def whole_order(self, order_id: AmazonOrderId) -> WholeOrder:
        with self.marketplace.troubles.around("whole_order"):
            return self.ordinary.seen(order_id)

    def reread_order(self, raw: bytes) -> WholeOrder | Spoiled:
        for number, order in self.marketplace.ordinary.items():
            if order.shipment.raw == raw:
                return self.ordinary.seen(number)
        return Spoiled("", "it cannot be read", raw)

    @property
    def ordinary(self) -> OrdinaryOrders:
        return OrdinaryOrders(self.marketplace)

    def shipped_orders(self, *, updated_after: datetime, token: str | None) -> OrderPage:
        with self.marketplace.troubles.around("shipped_orders"):
            seen = [self._seen(order) for order in self.marketplace.orders.values()]
            found = [
                order for order in seen if order.status == "SHIPPED" and order.updated_at >= updated_after
            ]
            start = int(token or 0)
            end = start + self.page_size
            more = str(end) if end < len(found) else None
            return OrderPage(tuple(found[start:end]), (), more, self.marketplace.clock.now())

    def order(self, order_id: AmazonOrderId) -> SeenOrder:
        with self.marketplace.troubles.around("order"):
            order = self.marketplace.orders.get(order_id)
            if order is None:
                raise Rejected(f"There is no order {order_id}.", reason="404")
            return self._seen(order)

    def _seen(self, order: FakeOrder) -> SeenOrder:
        shipments = [self.marketplace.shipments[name] for name in order.shipment_ids]
        statuses = {shipment.status for shipment in shipments}
        shipped = statuses <= {"SHIPPED", "DELIVERED"}
        return SeenOrder(
            order_id=order.order_id,
            status="SHIPPED" if shipped else "CANCELLED" if statuses == {"CANCELLED"} else "PENDING",
            fulfilled_by="AMAZON",
            created_at=min(shipment.created_at for shipment in shipments),
            updated_at=max(shipment.updated_at for shipment in shipments),
            buyer_name=order.buyer_name if shipped else "",
            address=order.address if shipped else None,
            payment_methods=order.payment_methods if shipped else (),
            raw=b"{}",
        )


@dataclass
class FakeAccountDesk:
    """Implements `AccountDesk`. `wrong` holds the trouble each feature shall meet."""

    marketplace: FakeMarketplace
    wrong: dict[Feature, Trouble] = field(default_factory=dict)

    def marketplaces(self) -> tuple[SeenMarketplace, ...]:
        self._meet(Feature.SELLER)
        return (
            SeenMarketplace(
                marketplace_id=self.marketplace.marketplace_id,
                country="GB",
                name="Amazon.co.uk",
                currency="GBP",
                language="en_GB",
                is_participating=True,
                is_suspended=False,
            ),
        )

    def probe(self, feature: Feature, *, marketplace_id: str, location_id: str) -> None:
        self._meet(feature)

    def _meet(self, feature: Feature) -> None:
        if feature in self.wrong:
            raise self.wrong[feature]
