"""Orders v0 confirmShipment: a merchant's own parcel left. Reading the order back is Orders 2026-01-01."""

from __future__ import annotations

from dataclasses import dataclass

import msgspec

from loadbay.amazon.adapter.orders import AmazonOrderSource
from loadbay.amazon.caller import Caller, nothing
from loadbay.amazon.calls import Call, Effect, path, stamp
from loadbay.amazon.rates import Priority
from loadbay.amazon.wire import order_writes as write
from loadbay.core.ids import AmazonOrderId, MarketplaceId
from loadbay.dispatch.ports import ShippedParcel
from loadbay.orders.ports import SeenShipment


@dataclass(frozen=True)
class AmazonConfirmationDesk:
    """Implements `dispatch.ports.ConfirmationDesk`."""

    caller: Caller
    priority: Priority = Priority.CONFIRM

    def look(self, order_id: AmazonOrderId) -> SeenShipment:
        return AmazonOrderSource(self.caller, self.priority).whole_order(order_id).shipment

    def confirm_shipped(
        self, order_id: AmazonOrderId, parcel: ShippedParcel, *, marketplace_id: MarketplaceId
    ) -> None:
        detail = write.PackageDetail(
            package_reference_id=parcel.reference,
            carrier_code=parcel.carrier_code,
            carrier_name=parcel.carrier_name or msgspec.UNSET,
            shipping_method=parcel.method or msgspec.UNSET,
            tracking_number=parcel.tracking_id,
            ship_date=stamp(parcel.shipped_at),
            order_items=[write.ConfirmedItem(line_id, units) for line_id, units in parcel.lines],
        )
        call = Call(
            "confirmShipment",
            "POST",
            path("/orders/v0/orders/{id}/shipmentConfirmation", id=order_id),
            body=msgspec.json.encode(write.Confirmation(marketplace_id, detail)),
            effect=Effect.WRITE,
            priority=self.priority,
            subjects=(f"order:{order_id}", f"shipment:{order_id}"),
        )
        self.caller.ask(call, nothing)
