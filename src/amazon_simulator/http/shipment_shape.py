"""The Shipment resource of External Fulfillment, as Amazon shows it to a seller.

What it costs is in `charges`; a SmartConnect shipment shows the postcode of its buyer and nothing
more of him. Text numbers stay texts, moments are UTC.
"""

from base64 import b64encode
from decimal import Decimal
from typing import Any

from amazon_simulator.http import charges
from amazon_simulator.world.amounts import GIFT_MESSAGE
from amazon_simulator.world.buyers import Buyer, buyer_of
from amazon_simulator.world.clock import iso
from amazon_simulator.world.lifecycle import REJECTABLE, Programme
from amazon_simulator.world.marketplaces import MARKETPLACES, Marketplace
from amazon_simulator.world.state import (
    Channel,
    Line,
    Location,
    Order,
    Original,
    PackedLine,
    Parcel,
    Product,
    Shipment,
    State,
)

_SHIP_METHODS = {Programme.SMARTCONNECT: "ATS_STANDARD", Programme.EASY_SHIP: "ATS_STANDARD"}


def shipment(state: State, one: Shipment) -> dict[str, Any]:
    order = state.orders[one.order_id]
    market = MARKETPLACES[order.marketplace_id]
    shown: dict[str, Any] = {
        "id": one.id,
        "locationId": one.location_id,
        "marketplaceAttributes": {
            "marketplaceId": market.id,
            "channelName": _channel(one),
            "merchantId": order.seller_id,
        },
        "shipmentInfo": _info(one, order, market),
        "shipmentRequirements": _requirements(one),
        "charges": charges.of_shipment(one.lines, market),
        "status": one.status,
        "lineItems": [_line(state, one, line, market) for line in one.lines],
        "shippingInfo": _shipping(state, one, order),
        "creationDateTime": iso(one.created),
        "lastUpdatedDateTime": iso(one.updated),
        "earliestPackDateTime": iso(one.created),
    }
    if one.sub_status:
        shown["subStatus"] = one.sub_status
    reason = one.cancellation.reason if one.cancellation is not None else one.told_reason
    if reason:
        shown["reason"] = reason
    if one.parcels:
        shown["packages"] = [_parcel(parcel) for parcel in one.parcels]
    if one.invoice_number:
        made = iso(one.invoiced or one.updated)
        shown["invoiceInfo"] = {"invoiceId": one.invoice_number, "creationDateTime": made}
    return shown


def _channel(one: Shipment) -> str:
    return Channel.FBA if one.programme == Programme.SMARTCONNECT else Channel.MFN


def _info(one: Shipment, order: Order, market: Marketplace) -> dict[str, Any]:
    original = (
        {} if one.original is None else {"originalShipmentInfo": _original(one.original, order, market)}
    )
    return {
        **original,
        "shipmentType": one.type,
        "numberOfUnits": sum(line.quantity for line in one.lines),
        "priority": "LOW",
        "buyerOrderId": order.id,
        "orderStatesEligibleForRejection": list(REJECTABLE),
        "orderPlacedTimestamp": str(int(order.created.timestamp() * 1000)),
        "processingSource": "EXTERNAL_PLATFORM",
        "paymentMethod": "PREPAID",
    }


def _original(original: Original, order: Order, market: Marketplace) -> dict[str, Any]:
    channel = Channel.FBA if order.fulfilled_by == "AMAZON" else Channel.MFN
    return {
        "id": original.shipment_id,
        "locationId": original.location_id,
        "marketplaceAttributes": {
            "marketplaceId": market.id,
            "channelName": channel,
            "merchantId": order.seller_id,
        },
        "originalLineItems": [
            {
                "replacingSku": line.sku,
                "originalSku": line.original_sku,
                "charges": [charges.of_price(line.price * line.quantity, market)],
            }
            for line in original.lines
        ],
    }


def _requirements(one: Shipment) -> dict[str, Any]:
    invoice: dict[str, str] = {"requirement": "NOT_REQUIRED"}
    if one.needs_invoice:
        status = "AVAILABLE" if one.invoice_number else "PENDING"
        invoice = {"requirement": "REQUIRED", "status": status}
    return {"pSlip": {"requirement": "NOT_REQUIRED"}, "invoice": invoice}


def _line(state: State, one: Shipment, line: Line, market: Marketplace) -> dict[str, Any]:
    shown: dict[str, Any] = {
        "shipmentLineItemId": line.id,
        "merchantSku": line.sku,
        "numberOfUnits": line.quantity,
        "pieceType": "MULTIPLE" if line.is_multi_piece else "SINGLE",
        "giftAttributes": _gift(line),
        "charges": charges.of_line(line, market),
        "complianceAttributes": {
            "hazmatLabelsRequirement": _requirement(is_required=line.needs_hazmat_label),
            "serialNumberRequirement": _requirement(is_required=line.needs_serial),
            "countryOfOriginRequirement": _requirement(is_required=line.needs_origin),
            "itemValueRequirement": _requirement(is_required=line.needs_item_value),
        },
    }
    origin = state.products[line.asin].origin
    if origin:
        shown["recommendedCountryOfOrigin"] = origin
    if line.needs_item_value:
        shown["recommendedCurrencyCode"] = market.currency
    if line.marks:
        shown["customAttributes"] = [
            {"key": key, "type": "STRING", "value": value} for key, value in line.marks.items()
        ]
    shown |= _given(one, line)
    if line.needs_hazmat_label:
        shown["hazmatLabels"] = ["LIMITED_QUANTITY"]
    if one.cancellation is not None:
        shown["cancellations"] = [
            {
                "cancelledQuantity": line.quantity,
                "cancelledTimestamp": iso(one.cancellation.at),
                "cancellationType": one.cancellation.kind,
                "cancellationReason": one.cancellation.reason,
            }
        ]
    return shown


def _given(one: Shipment, line: Line) -> dict[str, Any]:
    """What the seller said of the line in the packages."""
    packed = [each for parcel in one.parcels for each in parcel.lines if each.line_id == line.id]
    shown: dict[str, Any] = {}
    serials = [serial for each in packed for serial in each.serials]
    if serials:
        shown["serialNumbers"] = serials
    origin = next((each for each in packed if each.origin), None)
    if origin is not None:
        shown["countryOfOrigin"] = origin.origin
    value = next((each for each in packed if each.item_value is not None), None)
    if value is not None:
        shown["itemValue"] = {"value": str(value.item_value), "currencyCode": value.currency}
    return shown


def _requirement(*, is_required: bool) -> str:
    return "REQUIRED" if is_required else "DISALLOWED"


def _gift(line: Line) -> dict[str, Any]:
    is_wrapped = line.is_gift and line.has_gift_wrap
    shown: dict[str, Any] = {"giftWrapRequirement": _requirement(is_required=is_wrapped)}
    if not (line.is_gift and line.has_gift_message):
        return shown | {"giftMessagePresence": "ABSENT"}
    words = (line.terms.gift_message if line.terms else "") or GIFT_MESSAGE
    message = {"format": "PLAIN_TEXT", "content": b64encode(words.encode()).decode()}
    return shown | {"giftMessagePresence": "PRESENT", "giftMessage": message}


def _shipping(state: State, one: Shipment, order: Order) -> dict[str, Any]:
    buyer = buyer_of(order.number, country=MARKETPLACES[order.marketplace_id].country, seed=state.seed)
    return {
        "recommendedShipMethod": _SHIP_METHODS.get(one.programme, "STANDARD"),
        "expectedShippingDateTimeInUTC": iso(one.ship_by),
        "shipToAddress": _address(one, buyer),
        "shippingType": "SELF" if one.programme == Programme.SELF_SHIP else "MARKETPLACE",
        "recommendedPackages": [_recommended(state, one)],
    }


def _address(one: Shipment, buyer: Buyer) -> dict[str, str]:
    if one.programme != Programme.SELF_SHIP:
        return {"postalCode": buyer.postcode, "countryCode": buyer.country}
    address = {
        "name": buyer.name,
        "addressLine1": buyer.line_1,
        "city": buyer.city,
        "countryCode": buyer.country,
        "postalCode": buyer.postcode,
        "phoneNumber": buyer.phone,
    }
    return address | ({"addressLine2": buyer.line_2} if buyer.line_2 else {})


def _recommended(state: State, one: Shipment) -> dict[str, Any]:
    """One box: the widest item decides its sides, the heights are stacked."""
    products: list[tuple[Product, int]] = [(state.products[line.asin], line.quantity) for line in one.lines]
    length = max(product.length for product, _ in products)
    width = max(product.width for product, _ in products)
    height = sum((product.height * units for product, units in products), Decimal(0))
    weight = sum((product.weight * units for product, units in products), Decimal(0))
    return {
        "dimensions": {
            "length": {"value": str(length), "dimensionUnit": "CM"},
            "width": {"value": str(width), "dimensionUnit": "CM"},
            "height": {"value": str(height), "dimensionUnit": "CM"},
        },
        "weight": {"value": str(max(weight, Decimal("0.005"))), "weightUnit": "KG"},
        "lineItems": [{"lineItemId": line.id} for line in one.lines],
    }


def _parcel(parcel: Parcel) -> dict[str, Any]:
    size = parcel.size
    shown: dict[str, Any] = {
        "id": parcel.id,
        "dimensions": {
            "length": {"value": str(size.length), "dimensionUnit": size.unit},
            "width": {"value": str(size.width), "dimensionUnit": size.unit},
            "height": {"value": str(size.height), "dimensionUnit": size.unit},
        },
        "weight": {"value": str(size.weight), "weightUnit": size.weight_unit},
        "packageLineItems": [_packed(line) for line in parcel.lines],
        "packageHandlingRequirements": parcel.handling,
        "status": parcel.status,
    }
    if parcel.hazmat_labels:
        shown["hazmatLabels"] = parcel.hazmat_labels
    return shown


def _packed(line: PackedLine) -> dict[str, Any]:
    shown: dict[str, Any] = {"packageLineItemId": line.line_id, "quantity": line.quantity}
    if line.serials:
        shown["serialNumbers"] = list(line.serials)
    if line.pieces is not None:
        shown["pieces"] = line.pieces
    if line.origin:
        shown["countryOfOrigin"] = line.origin
    if line.item_value is not None:
        shown["itemValue"] = {"value": str(line.item_value), "currencyCode": line.currency}
    return shown


def drop_off(location: Location) -> dict[str, Any]:
    """The counter near a location where parcels may be handed in."""
    market = MARKETPLACES[location.marketplace_id]
    place = {
        "name": f"Parcel counter of {location.id}"[:50],
        "addressLine1": "1 Counter Street",
        "city": "Hafenstadt" if market.country == "DE" else "Harbour Town",
        "countryCode": market.country,
        "postalCode": "00000",
    }
    return {"address": place, "distance": {"value": "1.2", "distanceUnit": "KM"}}
