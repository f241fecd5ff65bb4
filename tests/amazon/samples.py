"""Shipments and orders as Amazon sends them, with values of our own."""

from __future__ import annotations

from typing import Any


def amount(value: Any, currency: str = "GBP") -> dict[str, Any]:
    return {"value": value, "currencyCode": currency}


def breakup(net: Any, *, discount: Any = "0", currency: str = "GBP") -> dict[str, Any]:
    return {
        "baseAmount": amount(net, currency),
        "discountAmount": amount(discount, currency),
        "netAmount": amount(net, currency),
    }


def charge(
    kind: str = "PRODUCT", *, net: Any = "20.00", tax: Any = "4.00", currency: str = "GBP"
) -> dict[str, Any]:
    return {
        "chargeType": kind,
        "baseCharge": breakup(net, currency=currency),
        "totalCharge": breakup("24.00", currency=currency),
        "totalTax": {"type": "TOTAL", "charge": breakup(tax, currency=currency)},
    }


def line(number: str = "1", *, sku: str = "RUG-02", units: Any = 2, **changes: Any) -> dict[str, Any]:
    return {
        "shipmentLineItemId": number,
        "merchantSku": sku,
        "numberOfUnits": units,
        "complianceAttributes": {
            "serialNumberRequirement": "REQUIRED",
            "hazmatLabelsRequirement": "DISALLOWED",
            "countryOfOriginRequirement": "DISALLOWED",
            "itemValueRequirement": "DISALLOWED",
        },
        "charges": [charge()],
        **changes,
    }


def a_shipment(number: str = "SHP1", **changes: Any) -> dict[str, Any]:
    return {
        "id": number,
        "locationId": "LBAY",
        "marketplaceAttributes": {"marketplaceId": "A1F83G8C2ARO7P", "channelName": "FBA"},
        "shipmentInfo": {
            "shipmentType": "NEW",
            "numberOfUnits": 2,
            "priority": "LOW",
            "buyerOrderId": "203-1234567-7654321",
            "orderPlacedTimestamp": "1772442000000",
            "orderStatesEligibleForRejection": ["ACCEPTED", "CONFIRMED"],
        },
        "shipmentRequirements": {
            "pSlip": {"requirement": "NOT_REQUIRED"},
            "invoice": {"requirement": "NOT_REQUIRED"},
        },
        "charges": [charge("TOTAL"), charge("SHIPPING", net="3.50", tax="0.70")],
        "status": "ACCEPTED",
        "lineItems": [line()],
        "shippingInfo": {
            "recommendedShipMethod": "ATS_STANDARD",
            "expectedShippingDateTimeInUTC": "2026-03-02T17:00:00Z",
            "shippingType": "MARKETPLACE",
            "shipToAddress": {"postalCode": "DE4 3NS", "name": "Wilhelmina Hartwell"},
            "recommendedPackages": [
                {
                    "dimensions": {
                        side: {"value": value, "dimensionUnit": "CM"}
                        for side, value in (("length", "40"), ("width", 30), ("height", "20.5"))
                    },
                    "weight": {"value": "2.4", "weightUnit": "KG"},
                    "lineItems": [{"lineItemId": "1"}],
                }
            ],
        },
        "creationDateTime": "2026-03-02T09:00:00Z",
        "lastUpdatedDateTime": "2026-03-02T09:05:00.250Z",
        "earliestPackDateTime": "2026-03-02 10:00:00Z",
        **changes,
    }


def an_order(number: str = "203-1234567-7654321", **changes: Any) -> dict[str, Any]:
    return {
        "orderId": number,
        "createdTime": "2026-03-02T08:59:00.000Z",
        "lastUpdatedTime": "2026-03-02T15:00:00.000Z",
        "salesChannel": {"channelName": "AMAZON", "marketplaceId": "A1F83G8C2ARO7P"},
        "buyer": {"buyerName": "Wilhelmina Hartwell", "buyerEmail": "w.h@marketplace.example"},
        "recipient": {
            "deliveryAddress": {
                "name": "Wilhelmina Hartwell",
                "addressLine1": "7 Quarry Rise",
                "city": "Matlock",
                "postalCode": "DE4 3NS",
                "countryCode": "GB",
            }
        },
        "proceeds": {"grandTotal": {"amount": "27.50", "currencyCode": "GBP"}},
        "payment": {"paymentExecutions": [{"paymentMethod": "Standard", "acquirerId": "ACQ-77"}]},
        "fulfillment": {
            "fulfillmentStatus": "SHIPPED",
            "fulfilledBy": "AMAZON",
            "deliverByWindow": {"latestDateTime": "2026-03-05T22:59:59.000Z"},
        },
        "orderItems": [],
        **changes,
    }
