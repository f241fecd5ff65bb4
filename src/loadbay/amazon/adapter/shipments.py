"""External Fulfillment Shipments: reading them, confirming and rejecting. Labels are in `labels.py`."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

import msgspec

from loadbay.amazon.caller import Caller, nothing
from loadbay.amazon.calls import Call, Effect, path, query
from loadbay.amazon.rates import Priority
from loadbay.amazon.translate import shipments as translate
from loadbay.amazon.wire import shipment_writes as write
from loadbay.core.errors import Retryable
from loadbay.core.ids import LocationId, ShipmentId
from loadbay.orders.ports import SeenShipment, ShipmentPage, Spoiled

BASE = "/externalFulfillment/2024-09-11/shipments"
PAGE_SIZE = 100
_CANCELLED = "CANCELLED"  # the look before a label and before Complete All: a packer waits for it


def shipment_path(shipment_id: ShipmentId, below: str = "") -> str:
    return path(BASE + "/{id}" + below, id=shipment_id)


def look(caller: Caller, shipment_id: ShipmentId, *, priority: Priority) -> SeenShipment:
    """One shipment as it is now."""
    call = Call(
        "getShipment",
        "GET",
        shipment_path(shipment_id),
        priority=priority,
        subjects=(f"shipment:{shipment_id}",),
    )
    return caller.ask(call, translate.shipment, about=lambda seen: translate.subjects([seen]))


@dataclass(frozen=True)
class AmazonShipmentSource:
    """Implements `orders.ports.ShipmentSource`."""

    caller: Caller
    priority: Priority = Priority.NEW_ORDERS

    def shipments(
        self,
        *,
        status: str,
        updated_after: datetime,
        updated_before: datetime | None,
        location_id: LocationId | None,
        token: str | None,
    ) -> ShipmentPage:
        asked = query(
            status=status,
            locationId=location_id,
            lastUpdatedAfter=updated_after,
            lastUpdatedBefore=updated_before,
            maxResults=PAGE_SIZE,
            paginationToken=token,
        )
        priority = Priority.BENCH if status == _CANCELLED else self.priority
        call = Call("getShipments", "GET", BASE, asked, priority=priority)
        page = self.caller.ask(call, translate.page, about=lambda seen: translate.subjects(seen.shipments))
        if token is not None and page.next_token == token:
            raise Retryable("Amazon gave the same page of shipments again. It is read again later.")
        return page

    def shipment(self, shipment_id: ShipmentId) -> SeenShipment:
        return look(self.caller, shipment_id, priority=self.priority)

    def reread(self, raw: bytes) -> SeenShipment | Spoiled:
        return translate.reread(raw)


@dataclass(frozen=True)
class AmazonShipmentDesk:
    """Implements `orders.ports.ShipmentDesk`."""

    caller: Caller
    priority: Priority = Priority.CONFIRM

    def confirm(self, shipment_id: ShipmentId) -> None:
        # The body is optional and nothing in it is needed for a promise to ship the whole.
        self._process(shipment_id, operation="CONFIRM", body=None)

    def reject(self, shipment_id: ShipmentId, *, line_ids: tuple[str, ...], reason: str) -> None:
        lines = [write.LineWithReason(write.LineItem(line_id), reason) for line_id in line_ids]
        body = msgspec.json.encode(write.Acknowledgement(lines))
        self._process(shipment_id, operation="REJECT", body=body)

    def _process(self, shipment_id: ShipmentId, *, operation: str, body: bytes | None) -> None:
        call = Call(
            "processShipment",
            "POST",
            shipment_path(shipment_id),
            query(operation=operation),
            body,
            effect=Effect.WRITE,
            priority=self.priority,
            subjects=(f"shipment:{shipment_id}",),
        )
        self.caller.ask(call, nothing)
