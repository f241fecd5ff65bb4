"""An order of the Orders API 2026-01-01, true to role and status.

An order that Amazon fulfils (Onsite too) shows neither buyer nor money before it has shipped; e-mail and
phone of its buyer never. A missing role is a missing field, never an error.
"""

from datetime import timedelta
from decimal import Decimal
from typing import Any

from amazon_simulator.http.shipment_shape import gift_gross, line_gross
from amazon_simulator.world.buyers import Buyer, buyer_of
from amazon_simulator.world.clock import iso
from amazon_simulator.world.lifecycle import Programme, Status
from amazon_simulator.world.marketplaces import MARKETPLACES, Marketplace
from amazon_simulator.world.state import Line, Order, Parcel, Shipment, State
from amazon_simulator.world.switches import CustomerAfterShipping

SHIPPING_ROLE = "Direct-to-Consumer Shipping (Restricted)"
DELIVERY_ROLE = "Direct-to-Consumer Delivery (Restricted)"
TAX_ROLES = frozenset(("Tax Invoicing (Restricted)", "Tax Remittance (Restricted)"))
_OPEN_DATA = frozenset(("UNSHIPPED", "PARTIALLY_SHIPPED", "SHIPPED"))
INCLUDED = (
    "BUYER",
    "RECIPIENT",
    "PROCEEDS",
    "EXPENSE",
    "PROMOTION",
    "CANCELLATION",
    "FULFILLMENT",
    "PACKAGES",
    "TAX",
    "PAYMENT",
    "FULFILLMENT_ORDERS",
)


class View:
    """One order with all that its shape needs, and the right to see it."""

    def __init__(self, state: State, order: Order, *, roles: frozenset[str], included: list[str]) -> None:
        self.state = state
        self.order = order
        self.roles = roles
        self.included = included
        self.market: Marketplace = MARKETPLACES[order.marketplace_id]
        self.shipments: list[Shipment] = [state.shipments[each] for each in order.shipment_ids]
        self.is_amazons = order.fulfilled_by == "AMAZON"
        self.is_open = order.status in _OPEN_DATA

    @property
    def switch(self) -> CustomerAfterShipping:
        return self.state.switches.customer_after_shipping

    def buyer(self) -> Buyer:
        return buyer_of(self.order.number, country=self.market.country, seed=self.state.seed)


def order(state: State, one: Order, *, roles: frozenset[str], included: list[str]) -> dict[str, Any]:
    view = View(state, one, roles=roles, included=included)
    shown: dict[str, Any] = {
        "orderId": one.id,
        "createdTime": iso(one.created),
        "lastUpdatedTime": iso(one.updated),
        "salesChannel": {
            "channelName": "AMAZON",
            "marketplaceId": one.marketplace_id,
            "marketplaceName": view.market.domain.removeprefix("www.").capitalize(),
        },
        "orderItems": [_item(view, shipment, line) for shipment in view.shipments for line in shipment.lines],
    }
    if any(shipment.programme == Programme.EASY_SHIP for shipment in view.shipments):
        shown["programs"] = ["AMAZON_EASY_SHIP"]
    for name, (key, part) in _PARTS.items():
        content = part(view) if name in included else None
        if content:
            shown[key] = content
    return shown


def _buyer(view: View) -> dict[str, str] | None:
    if not view.is_open or (view.is_amazons and view.switch != CustomerAfterShipping.NAME_AND_ADDRESS):
        return None
    buyer, shown = view.buyer(), {}
    may_name = bool(view.roles & TAX_ROLES) or (not view.is_amazons and SHIPPING_ROLE in view.roles)
    if may_name:
        shown["buyerName"] = buyer.name
    if not view.is_amazons and DELIVERY_ROLE in view.roles:
        shown["buyerEmail"] = buyer.email
    return shown or None


def _recipient(view: View) -> dict[str, Any] | None:
    is_hidden = view.is_amazons and view.switch == CustomerAfterShipping.NOTHING
    if not view.is_open or SHIPPING_ROLE not in view.roles or is_hidden:
        return None
    buyer = view.buyer()
    short = {"postalCode": buyer.postcode, "countryCode": buyer.country}
    if view.is_amazons and view.switch == CustomerAfterShipping.POSTCODE_ONLY:
        return {"deliveryAddress": short}
    address = {
        "name": buyer.name,
        "addressLine1": buyer.line_1,
        "city": buyer.city,
        **short,
        "addressType": "RESIDENTIAL",
    }
    if buyer.line_2:
        address["addressLine2"] = buyer.line_2
    if buyer.region:
        address["stateOrRegion"] = buyer.region
    if not view.is_amazons:
        address["phone"] = buyer.phone
    return {"deliveryAddress": address}


def _money(value: Decimal, view: View) -> dict[str, str]:
    return {"amount": f"{value:.2f}", "currencyCode": view.market.currency}


def _total(view: View) -> Decimal:
    lines = [line for shipment in view.shipments for line in shipment.lines]
    return sum((line_gross(line) + gift_gross(line) for line in lines), Decimal(0))


def _proceeds(view: View) -> dict[str, Any] | None:
    return {"grandTotal": _money(_total(view), view)} if view.is_open else None


def _payment(view: View) -> dict[str, Any] | None:
    if not view.is_open:
        return None
    method = "CreditCard" if view.order.number % 5 else "Invoice"
    return {"paymentExecutions": [{"paymentMethod": method, "paymentAmount": _money(_total(view), view)}]}


def _fulfillment(view: View) -> dict[str, Any]:
    ship_by = max(shipment.ship_by for shipment in view.shipments)
    return {
        "fulfillmentStatus": view.order.status,
        "fulfilledBy": view.order.fulfilled_by,
        "fulfillmentServiceLevel": "STANDARD",
        "shipByWindow": {"earliestDateTime": iso(view.order.created), "latestDateTime": iso(ship_by)},
        "deliverByWindow": {
            "earliestDateTime": iso(ship_by + timedelta(days=1)),
            "latestDateTime": iso(ship_by + timedelta(days=3)),
        },
    }


def _packages(view: View) -> list[dict[str, Any]] | None:
    """Merchant orders only, once a box has its label."""
    if view.is_amazons:
        return None
    return [
        _package(shipment, parcel)
        for shipment in view.shipments
        for parcel in shipment.parcels
        if parcel.labels
    ] or None


def _package(shipment: Shipment, parcel: Parcel) -> dict[str, Any]:
    label = parcel.labels[-1]
    items = {line.id: line.item_id for line in shipment.lines}
    shown: dict[str, Any] = {
        "packageReferenceId": parcel.id,
        "createdTime": iso(label.made),
        "packageStatus": {"status": "SHIPPED" if parcel.shipped else "PENDING"},
        "carrier": label.carrier,
        "trackingNumber": label.tracking_id,
        "packageItems": [
            {"orderItemId": items[line.line_id], "quantity": line.quantity} for line in parcel.lines
        ],
    }
    if parcel.shipped:
        shown["shipTime"] = iso(parcel.shipped)
    return shown


def _fulfillment_orders(view: View) -> list[dict[str, str]] | None:
    return [
        {"fulfillmentOrderId": shipment.id}
        for shipment in view.shipments
        if shipment.programme == Programme.EASY_SHIP
    ] or None


_PARTS: dict[str, Any] = {
    "BUYER": ("buyer", _buyer),
    "RECIPIENT": ("recipient", _recipient),
    "PROCEEDS": ("proceeds", _proceeds),
    "PAYMENT": ("payment", _payment),
    "FULFILLMENT": ("fulfillment", _fulfillment),
    "PACKAGES": ("packages", _packages),
    "FULFILLMENT_ORDERS": ("fulfillmentOrders", _fulfillment_orders),
}


def _item(view: View, shipment: Shipment, line: Line) -> dict[str, Any]:
    product: dict[str, Any] = {
        "asin": line.asin,
        "title": view.state.products[line.asin].title,
        "sellerSku": line.sku,
        "condition": {"conditionType": "NEW", "conditionSubtype": "NEW"},
    }
    if view.is_open:
        product["price"] = {"unitPrice": _money(line.price, view)}
    shown = {"orderItemId": line.item_id, "quantityOrdered": line.quantity, "product": product}
    if "PROCEEDS" in view.included and view.is_open:
        shown["proceeds"] = _item_proceeds(view, line)
    if "FULFILLMENT" in view.included:
        shown["fulfillment"] = _item_fulfillment(shipment, line)
    if "CANCELLATION" in view.included and shipment.cancellation is not None:
        shown["cancellation"] = _item_cancellation(shipment)
    return shown


def _item_proceeds(view: View, line: Line) -> dict[str, Any]:
    parts = [{"type": "ITEM", "subtotal": _money(line_gross(line), view)}]
    if line.is_gift:
        parts.append({"type": "GIFT_WRAP", "subtotal": _money(gift_gross(line), view)})
    total = line_gross(line) + gift_gross(line)
    return {"proceedsTotal": _money(total, view), "breakdowns": parts}


def _item_fulfillment(shipment: Shipment, line: Line) -> dict[str, Any]:
    is_gone = shipment.status in (Status.SHIPPED, Status.DELIVERED)
    is_dead = shipment.status == Status.CANCELLED
    done = line.quantity if is_gone else 0
    shown: dict[str, Any] = {
        "quantityFulfilled": done,
        "quantityUnfulfilled": 0 if is_dead else line.quantity - done,
    }
    if line.is_gift:
        shown["packing"] = {"giftOption": {"giftWrapLevel": "STANDARD"}}
    return shown


def _item_cancellation(shipment: Shipment) -> dict[str, Any]:
    assert shipment.cancellation is not None
    by = {"SELLER_REJECTED": "MERCHANT", "SYSTEM_CANCELLED": "AMAZON"}
    return {
        "cancellationExecution": {
            "cancelledBy": by.get(shipment.cancellation.kind, "BUYER"),
            "cancelReason": shipment.cancellation.reason,
        }
    }
