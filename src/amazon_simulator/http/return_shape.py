"""A return as External Fulfillment shows it. One covers one SKU; a one-time password only where there is one.

Moments are ISO texts, except the end of the password, which is in seconds as Amazon has it.
"""

from typing import Any

from amazon_simulator.world.clock import iso
from amazon_simulator.world.life_state import Return, Tracking
from amazon_simulator.world.marketplaces import MARKETPLACES
from amazon_simulator.world.state import Shipment, State


def show(state: State, back: Return) -> dict[str, Any]:
    shipment = state.shipments[back.shipment_id]
    shown: dict[str, Any] = {
        "id": back.id,
        "returnLocationId": back.return_location_id,
        "merchantSku": back.sku,
        "returnType": back.type,
        "returnSubType": back.sub_type,
        "numberOfUnits": back.units,
        "status": back.status,
        "fulfillmentLocationId": back.location_id,
        "creationDateTime": iso(back.created),
        "lastUpdatedDateTime": iso(back.updated),
        "returnMetadata": _metadata(back, shipment),
        "returnShippingInfo": _shipping(back),
        "marketplaceChannelDetails": _channel(state, back),
        "packageDeliveryMode": "WITH_OTP" if back.otp else "WITHOUT_OTP",
    }
    if back.otp and back.otp_ends is not None:
        shown["otpDetails"] = {"otp": back.otp, "validTill": int(back.otp_ends.timestamp())}
    if back.previous:
        shown["replanningDetails"] = {"previousTrackingInfo": [_tracking(each) for each in back.previous]}
    return shown


def _metadata(back: Return, shipment: Shipment) -> dict[str, Any]:
    shown: dict[str, Any] = {
        "returnReason": back.reason,
        "rmaId": back.rma_id,
        "fulfillmentOrderId": back.shipment_id,
    }
    if shipment.invoice_number:
        shown["invoiceInformation"] = {"id": shipment.invoice_number}
    return shown


def _shipping(back: Return) -> dict[str, Any]:
    shown: dict[str, Any] = {
        "forwardTrackingInfo": _tracking(back.forward),
        "reverseTrackingInfo": _tracking(back.reverse),
    }
    if back.picked_up is not None:
        shown["pickupDateTime"] = iso(back.picked_up)
    if back.delivered is not None:
        shown["deliveryDateTime"] = iso(back.delivered)
    return shown


def _tracking(one: Tracking) -> dict[str, str]:
    return {"carrierName": one.carrier, "trackingId": one.tracking_id}


def _channel(state: State, back: Return) -> dict[str, Any]:
    order = state.orders[back.order_id]
    market = MARKETPLACES[order.marketplace_id]
    country = "UK" if market.country == "GB" else market.country
    shown: dict[str, Any] = {
        "marketplaceChannel": {
            "marketplaceName": f"AMAZON_{country}",
            "channelName": "FBA" if order.fulfilled_by == "AMAZON" else "MFN",
        },
        "merchantId": back.seller_id,
        "shipmentId": back.shipment_id,
        "customerOrderId": back.order_id,
        "returnLocationId": back.return_location_id,
        "channelSku": back.sku,
    }
    if back.exchange_order_id:
        shown["exchangeOrderId"] = back.exchange_order_id
    return shown
