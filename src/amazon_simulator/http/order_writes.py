"""Orders API v0, what a seller tells: a package that left, store pick-up, a verdict on a regulated order.

The bodies are read strictly (a number where a text belongs is refused by name); the judging is in
`world.confirming`.
"""

import re
from datetime import datetime
from typing import Literal, TypeVar

from msgspec import Struct, field

from amazon_simulator.http.answers import Answer, ApiError, bad_request, nothing
from amazon_simulator.http.call import Call
from amazon_simulator.http.orders_v0 import own
from amazon_simulator.world import order_commands

Body = TypeVar("Body")
_PLACE = re.compile(r"at `\$\.([^`]+)`")


class ConfirmedItem(Struct, frozen=True):
    orderItemId: str
    quantity: int
    transparencyCodes: list[str] = field(default_factory=list)


class PackageDetail(Struct, frozen=True):
    packageReferenceId: str
    carrierCode: str
    trackingNumber: str
    shipDate: datetime
    orderItems: list[ConfirmedItem]
    carrierName: str = ""
    shippingMethod: str = ""
    shipFromSupplySourceId: str = ""


class Confirmation(Struct, frozen=True):
    marketplaceId: str
    packageDetail: PackageDetail
    codCollectionMethod: Literal["", "DirectPayment"] = ""


def confirm(call: Call) -> Answer:
    order_id = _own_id(call)
    body = _body(call, Confirmation)
    if body.codCollectionMethod:
        raise bad_request("CodCollectionMethod is only supported in the JP marketplace.")
    detail = body.packageDetail
    if detail.shipDate.tzinfo is None:
        raise bad_request("ShipDate must be an ISO 8601 moment with a time zone.")
    items = [
        order_commands.PackedItem(
            item_id=each.orderItemId, quantity=each.quantity, transparency=each.transparencyCodes
        )
        for each in detail.orderItems
    ]
    call.desk.world.do(
        order_commands.ConfirmPackage(
            order_id=order_id,
            marketplace_id=body.marketplaceId,
            reference=detail.packageReferenceId,
            carrier_code=detail.carrierCode,
            carrier_name=detail.carrierName,
            method=detail.shippingMethod,
            tracking_id=detail.trackingNumber,
            ship_date=detail.shipDate,
            items=items,
            supply_source=detail.shipFromSupplySourceId,
        )
    )
    return nothing()


class PickedItem(Struct, frozen=True):
    orderItemId: str = ""
    quantity: int = 0


class PickupStatus(Struct, frozen=True):
    marketplaceId: str
    shipmentStatus: Literal["ReadyForPickup", "PickedUp", "RefusedPickup"]
    orderItems: list[PickedItem] = field(default_factory=list)


def update_shipment_status(call: Call) -> Answer:
    order_id = _own_id(call)
    body = _body(call, PickupStatus)
    call.desk.world.do(
        order_commands.TellStorePickup(
            order_id=order_id,
            marketplace_id=body.marketplaceId,
            status=body.shipmentStatus,
            item_ids=[each.orderItemId for each in body.orderItems],
        )
    )
    return nothing()


class Prescription(Struct, frozen=True):
    prescriptionId: str
    expirationDate: datetime
    writtenQuantity: int
    totalRefillsAuthorized: int
    refillsRemaining: int
    clinicId: str
    usageInstructions: str


class Details(Struct, frozen=True):
    prescriptionDetail: Prescription | None = None


class Verdict(Struct, frozen=True):
    externalReviewerId: str = ""
    status: str = ""
    rejectionReasonId: str = ""
    verificationDetails: Details = Details()


class VerdictBody(Struct, frozen=True):
    regulatedOrderVerificationStatus: Verdict


def update_verification_status(call: Call) -> Answer:
    order_id = _own_id(call)
    verdict = _body(call, VerdictBody).regulatedOrderVerificationStatus
    prescription = verdict.verificationDetails.prescriptionDetail
    call.desk.world.do(
        order_commands.TellVerdict(
            order_id=order_id,
            reviewer=verdict.externalReviewerId,
            status=verdict.status,
            rejection=verdict.rejectionReasonId,
            prescription=prescription.prescriptionId if prescription else "",
        )
    )
    return nothing()


def _own_id(call: Call) -> str:
    with call.desk.world.look() as memory:
        return own(call, memory).id


def _body(call: Call, kind: type[Body]) -> Body:
    """As Amazon says it: which field has the wrong type."""
    try:
        return call.body(kind)
    except ApiError as error:
        wrong = _PLACE.search(error.message)
        if error.status != 400 or wrong is None:
            raise
        text = f"The input is not valid. Please check the fields with invalid type [{wrong[1]}]."
        raise bad_request(text) from None
