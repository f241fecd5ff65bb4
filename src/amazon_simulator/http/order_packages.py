"""The packages of an order in the Orders API 2026-01-01: of merchant orders only, with carrier and tracking.

Orders behind External Fulfillment have parcels with labels, ordinary ones what confirmShipment told.
"""

from typing import Any

from amazon_simulator.http.order_view import View
from amazon_simulator.world.clock import iso
from amazon_simulator.world.lifecycle import Status
from amazon_simulator.world.order_parts import Box
from amazon_simulator.world.state import Parcel, Shipment


def of(view: View) -> list[dict[str, Any]] | None:
    """Merchant orders only, once a box has its label or was told."""
    if view.is_amazons:
        return None
    if view.order.ordinary is not None:
        return [_box(box) for box in view.order.ordinary.boxes]
    return [
        _package(shipment, parcel)
        for shipment in view.shipments
        for parcel in shipment.parcels
        if parcel.labels
    ]


def _box(box: Box) -> dict[str, Any]:
    shown: dict[str, Any] = {
        "packageReferenceId": box.reference,
        "createdTime": iso(box.told),
        "packageStatus": {"status": "SHIPPED"},
        "carrier": box.carrier,
        "shipTime": iso(box.shipped),
        "trackingNumber": box.tracking_id,
        "packageItems": [
            {"orderItemId": item_id, "quantity": units}
            | ({"transparencyCodes": box.transparency[item_id]} if item_id in box.transparency else {})
            for item_id, units in box.units.items()
        ],
    }
    return shown | ({"shippingService": box.method} if box.method else {})


def _package(shipment: Shipment, parcel: Parcel) -> dict[str, Any]:
    label = parcel.labels[-1]
    items = {line.id: line.item_id for line in shipment.lines}
    shown: dict[str, Any] = {
        "packageReferenceId": parcel.id,
        "createdTime": iso(label.made),
        "packageStatus": _package_status(shipment, parcel),
        "carrier": label.carrier,
        "trackingNumber": label.tracking_id,
        "packageItems": [
            {"orderItemId": items[line.line_id], "quantity": line.quantity} for line in parcel.lines
        ],
    }
    if parcel.shipped:
        shown["shipTime"] = iso(parcel.shipped)
    return shown


_DETAILED = {
    "PICKED_UP": "PICKED_UP",
    "OUT_FOR_DELIVERY": "OUT_FOR_DELIVERY",
    "DELIVERED": "DELIVERED",
    "UNDELIVERABLE": "UNDELIVERABLE",
}


def _package_status(shipment: Shipment, parcel: Parcel) -> dict[str, str]:
    if shipment.status == Status.CANCELLED:
        return {"status": "CANCELLED"}
    if not parcel.shipped:
        return {"status": "PENDING", "detailedStatus": "PENDING_PICK_UP"}
    detailed = _DETAILED.get(shipment.sub_status, "")
    status = "DELIVERED" if shipment.status == Status.DELIVERED else "SHIPPED"
    if detailed == "OUT_FOR_DELIVERY":
        status = "IN_TRANSIT"
    elif detailed == "UNDELIVERABLE":
        status = detailed
    return {"status": status} | ({"detailedStatus": detailed} if detailed else {})
