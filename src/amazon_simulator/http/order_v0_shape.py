"""An order of the Orders API v0: the same orders as `order_shape` shows, in the older names and statuses.

Personal data need a restricted data token that names them; without it the fields are left out, the town
and postcode stay. No address and no prices while an order is pending.
"""

from datetime import datetime
from decimal import Decimal
from typing import Any

from msgspec import Struct

from amazon_simulator.http.order_view import View
from amazon_simulator.world import amounts
from amazon_simulator.world.lifecycle import Programme, Status
from amazon_simulator.world.state import Shipment

STATUSES = {
    "PENDING_AVAILABILITY": "PendingAvailability",
    "PENDING": "Pending",
    "UNSHIPPED": "Unshipped",
    "PARTIALLY_SHIPPED": "PartiallyShipped",
    "SHIPPED": "Shipped",
    "CANCELLED": "Canceled",
    "UNFULFILLABLE": "Unfulfillable",
}
INVOICE_UNCONFIRMED = "InvoiceUnconfirmed"
CHANNELS = {"AFN": "AMAZON", "MFN": "MERCHANT"}
CATEGORIES = {
    "STANDARD": "Standard",
    "EXPEDITED": "Expedited",
    "FREE_ECONOMY": "FreeEconomy",
    "NEXT_DAY": "NextDay",
    "PRIORITY": "Priority",
    "SAME_DAY": "SameDay",
    "SECOND_DAY": "SecondDay",
    "SCHEDULED": "Scheduled",
}
_LEVELS = {"STANDARD": "Std {} Dom_1", "NEXT_DAY": "{} Next", "SECOND_DAY": "{} Second"}


class Rights(Struct, frozen=True):
    """What the token of the call opens beyond the roles: kinds of personal data."""

    elements: frozenset[str] = frozenset()

    def has(self, element: str) -> bool:
        return element in self.elements


def date(moment: datetime) -> str:
    """v0 shows whole seconds."""
    return moment.strftime("%Y-%m-%dT%H:%M:%SZ")


def money(value: Decimal, view: View) -> dict[str, str]:
    return {"CurrencyCode": view.market.currency, "Amount": f"{value:.2f}"}


def status(view: View) -> str:
    part = view.order.ordinary
    if view.order.status == "SHIPPED" and part is not None and part.waits_for_invoice:
        return INVOICE_UNCONFIRMED
    return STATUSES[view.order.status]


def order(view: View, rights: Rights) -> dict[str, Any]:
    one = view.order
    shown: dict[str, Any] = {
        "AmazonOrderId": one.id,
        "SellerOrderId": view.terms.seller_order_id or one.id,
        "PurchaseDate": date(one.created),
        "LastUpdateDate": date(one.updated),
        "OrderStatus": status(view),
        "FulfillmentChannel": "AFN" if view.is_amazons else "MFN",
        "SalesChannel": "Non-Amazon" if view.terms.is_elsewhere else view.market.shop,
        "ShipServiceLevel": _level(view),
        "ShipmentServiceLevelCategory": CATEGORIES[view.terms.service_level],
        "NumberOfItemsShipped": sum(item.done for item in view.items),
        "NumberOfItemsUnshipped": sum(item.left for item in view.items),
        "PaymentMethod": "Other",
        "PaymentMethodDetails": ["Invoice" if view.payment_method == "Invoice" else "Standard"],
        "MarketplaceId": view.market.id,
        "OrderType": "Preorder" if "PREORDER" in view.terms.programmes else "StandardOrder",
        **_flags(view),
    }
    if view.is_open:
        shown["OrderTotal"] = money(amounts.total(view.lines, view.market), view)
    if not view.is_amazons and one.status != "PENDING_AVAILABILITY":
        shown |= _promises(view)
    if view.is_easy_ship:
        shown["EasyShipShipmentStatus"] = easy_ship_status(view)
        shown["ElectronicInvoiceStatus"] = "NotRequired"
    for name, part in (("BuyerInfo", buyer(view, rights)), ("ShippingAddress", address(view, rights))):
        if part:
            shown[name] = part
    return shown


def _level(view: View) -> str:
    if view.is_amazons:
        return CATEGORIES[view.terms.service_level]
    land = "UK" if view.market.country == "GB" else view.market.country
    return _LEVELS.get(view.terms.service_level, "Exp {} Dom_1").format(land)


def _flags(view: View) -> dict[str, Any]:
    programmes, part = view.terms.programmes, view.order.ordinary
    shown: dict[str, Any] = {
        "IsBusinessOrder": "AMAZON_BUSINESS" in programmes,
        "IsPrime": "PRIME" in programmes,
        "IsPremiumOrder": "PREMIUM" in programmes,
        "IsGlobalExpressEnabled": False,
        "IsSoldByAB": False,
        "IsIBA": "INVOICE_BY_AMAZON" in programmes,
        "IsISPU": "IN_STORE_PICK_UP" in programmes,
        "IsAccessPointOrder": False,
        "IsReplacementOrder": view.terms.kind == "REPLACEMENT",
        "HasRegulatedItems": part is not None and part.review is not None,
        "AutomatedShippingSettings": {"HasAutomatedShippingSettings": False},
    }
    if view.terms.kind == "REPLACEMENT":
        shown["ReplacedOrderId"] = view.terms.replaces
    return shown


def _promises(view: View) -> dict[str, str]:
    earliest, latest = view.delivery
    return {
        "EarliestShipDate": date(view.order.created),
        "LatestShipDate": date(view.ship_by),
        "EarliestDeliveryDate": date(earliest),
        "LatestDeliveryDate": date(latest),
    }


_EASY_SHIP = {
    Status.CREATED: "PendingSchedule",
    Status.ACCEPTED: "PendingSchedule",
    Status.CONFIRMED: "PendingSchedule",
    Status.PACKAGE_CREATED: "PendingSchedule",
    Status.PICKUP_SLOT_RETRIEVED: "PendingSchedule",
    Status.INVOICE_GENERATED: "PendingSchedule",
    Status.SHIPLABEL_GENERATED: "PendingPickUp",
    Status.SHIPPED: "PickedUp",
    Status.DELIVERED: "Delivered",
    Status.CANCELLED: "LabelCanceled",
}


def easy_ship_status(view: View) -> str:
    first: Shipment = next(each for each in view.shipments if each.programme == Programme.EASY_SHIP)
    if first.status == Status.SHIPPED and first.sub_status == "OUT_FOR_DELIVERY":
        return "OutForDelivery"
    return _EASY_SHIP[first.status]


def buyer(view: View, rights: Rights) -> dict[str, Any]:
    """The anonymised address of merchant orders needs no restricted token; the name does."""
    one, shown = view.buyer(), {}
    if view.is_open and not view.is_amazons:
        shown["BuyerEmail"] = one.email
    if view.may_name and rights.has("buyerInfo"):
        shown["BuyerName"] = one.name
        if view.terms.purchase_order:
            shown["PurchaseOrderNumber"] = view.terms.purchase_order
    return shown


def address(view: View, rights: Rights) -> dict[str, str]:
    one = view.buyer()
    place = {"PostalCode": one.postcode, "CountryCode": one.country}
    if not view.may_see_place:
        return {}
    if not view.may_see_town:
        return place
    place |= {"City": one.city, "StateOrRegion": one.region}
    if view.may_address and rights.has("shippingAddress"):
        place |= {
            "Name": one.name,
            "CompanyName": view.terms.company,
            "AddressLine1": one.line_1,
            "AddressLine2": one.line_2,
            "AddressType": "Commercial" if view.terms.company else "Residential",
            "Phone": one.phone if view.may_call else "",
        }
    return {name: value for name, value in place.items() if value}
