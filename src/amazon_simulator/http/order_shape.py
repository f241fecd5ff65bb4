"""An order of the Orders API 2026-01-01, true to role and status; a missing role is a missing field.

What may be seen is decided in `order_view`, what it costs in `world.amounts`. Parts that were not asked for
by `includedData` are left out.
"""

from decimal import Decimal
from typing import Any

from amazon_simulator.http import order_packages
from amazon_simulator.http.order_view import Item, View
from amazon_simulator.world import amounts
from amazon_simulator.world.buyers import Buyer
from amazon_simulator.world.clock import iso
from amazon_simulator.world.lifecycle import Programme

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


def order(view: View, *, included: list[str]) -> dict[str, Any]:
    one = view.order
    shown: dict[str, Any] = {
        "orderId": one.id,
        "createdTime": iso(one.created),
        "lastUpdatedTime": iso(one.updated),
        "salesChannel": _channel(view),
        "orderItems": [_item(view, item, included) for item in view.items],
    }
    if view.programmes:
        shown["programs"] = view.programmes
    if view.terms.seller_order_id:
        shown["orderAliases"] = [{"aliasId": view.terms.seller_order_id, "aliasType": "SELLER_ORDER_ID"}]
    if view.terms.replaces:
        kind = f"{view.terms.kind}_ORIGINAL_ID"
        shown["associatedOrders"] = [{"orderId": view.terms.replaces, "associationType": kind}]
    for name, (key, part) in _PARTS.items():
        content = part(view) if name in included else None
        if content:
            shown[key] = content
    return shown


def _channel(view: View) -> dict[str, str]:
    if view.terms.is_elsewhere:
        return {"channelName": "NON_AMAZON"}
    return {
        "channelName": "AMAZON",
        "marketplaceId": view.market.id,
        "marketplaceName": view.market.shop,
    }


def _buyer(view: View) -> dict[str, str]:
    shown, buyer = {}, view.buyer()
    if view.may_name:
        shown["buyerName"] = buyer.name
        if view.terms.company:
            shown["buyerCompanyName"] = view.terms.company
        if view.terms.purchase_order:
            shown["buyerPurchaseOrderNumber"] = view.terms.purchase_order
    if view.may_write:
        shown["buyerEmail"] = buyer.email
    return shown


def _recipient(view: View) -> dict[str, Any] | None:
    buyer = view.buyer()
    if view.may_address:
        return {"deliveryAddress": _address(view, buyer)}
    if view.may_see_postcode_only:
        return {"deliveryAddress": {"postalCode": buyer.postcode, "countryCode": buyer.country}}
    return None


def _address(view: View, buyer: Buyer) -> dict[str, str]:
    shown = {
        "name": buyer.name,
        "companyName": view.terms.company,
        "addressLine1": buyer.line_1,
        "addressLine2": buyer.line_2,
        "city": buyer.city,
        "stateOrRegion": buyer.region,
        "postalCode": buyer.postcode,
        "countryCode": buyer.country,
        "addressType": "COMMERCIAL" if view.terms.company else "RESIDENTIAL",
        "phone": buyer.phone if view.may_call else "",
    }
    return {name: value for name, value in shown.items() if value}


def _money(value: Decimal, view: View) -> dict[str, str]:
    return {"amount": f"{value:.2f}", "currencyCode": view.market.currency}


def _proceeds(view: View) -> dict[str, Any] | None:
    if not view.is_open:
        return None
    sums: dict[str, Decimal] = {}
    for line in view.lines:
        for kind, amount, _ in _shares(view.figures(line)):
            sums[kind] = sums.get(kind, Decimal(0)) + amount
    return {
        "grandTotal": _money(amounts.total(view.lines, view.market), view),
        "breakdowns": [{"type": kind, "subtotal": _money(value, view)} for kind, value in sums.items()],
    }


Share = tuple[str, Decimal, dict[str, Decimal]]


def _shares(figures: amounts.Figures) -> list[Share]:
    """What a line's money consists of: kind, sum, and its finer parts; what is nothing is left out."""
    discounts = {"ITEM": figures.discount.amount, "SHIPPING": figures.shipping_discount.amount}
    taxes = {"ITEM": figures.goods.tax, "SHIPPING": figures.shipping.tax, "GIFT_WRAP": figures.gift.tax}
    taxes["DISCOUNT"] = figures.discount.tax + figures.shipping_discount.tax
    shares: list[Share] = [
        ("ITEM", figures.goods.amount, {}),
        ("SHIPPING", figures.shipping.amount, {}),
        ("GIFT_WRAP", figures.gift.amount, {}),
        ("DISCOUNT", sum(discounts.values(), Decimal(0)), discounts),
        ("TAX", figures.tax_on_top, taxes),
    ]
    return [share for share in shares if share[1] or share[0] == "ITEM"]


def _payment(view: View) -> dict[str, Any] | None:
    if not view.is_open:
        return None
    amount = _money(amounts.total(view.lines, view.market), view)
    return {"paymentExecutions": [{"paymentMethod": view.payment_method, "paymentAmount": amount}]}


def _tax(view: View) -> dict[str, Any]:
    shown: dict[str, Any] = {}
    if view.terms.company and view.may_name:
        number = f"{view.market.country}{100_000_000 + view.order.number % 900_000_000}"
        shown["taxRegistrations"] = [
            {
                "entityType": "BUYER",
                "legalName": view.terms.company,
                "taxRegistrationType": "VAT",
                "taxRegistrationNumber": number,
            }
        ]
    if view.is_easy_ship:
        shown["taxInvoicing"] = {"invoiceStatus": "NOT_REQUIRED"}
    return shown


def _fulfillment(view: View) -> dict[str, Any]:
    earliest, latest = view.delivery
    return {
        "fulfillmentStatus": view.order.status,
        "fulfilledBy": view.order.fulfilled_by,
        "fulfillmentServiceLevel": view.terms.service_level,
        "shipByWindow": {
            "earliestDateTime": iso(view.order.created),
            "latestDateTime": iso(view.ship_by),
        },
        "deliverByWindow": {"earliestDateTime": iso(earliest), "latestDateTime": iso(latest)},
    }


def _fulfillment_orders(view: View) -> list[dict[str, str]]:
    return [
        {"fulfillmentOrderId": shipment.id}
        for shipment in view.shipments
        if shipment.programme == Programme.EASY_SHIP
    ]


_PARTS: dict[str, Any] = {
    "BUYER": ("buyer", _buyer),
    "RECIPIENT": ("recipient", _recipient),
    "PROCEEDS": ("proceeds", _proceeds),
    "PAYMENT": ("payment", _payment),
    "TAX": ("tax", _tax),
    "FULFILLMENT": ("fulfillment", _fulfillment),
    "PACKAGES": ("packages", order_packages.of),
    "FULFILLMENT_ORDERS": ("fulfillmentOrders", _fulfillment_orders),
}


def _item(view: View, item: Item, included: list[str]) -> dict[str, Any]:
    line = item.line
    product: dict[str, Any] = {
        "asin": line.asin,
        "title": view.state.products[line.asin].title,
        "sellerSku": line.sku,
        "condition": {"conditionType": "NEW", "conditionSubtype": "NEW"},
    }
    if view.is_open:
        product["price"] = {"unitPrice": _money(line.price, view)}
        if "AMAZON_BUSINESS" in view.terms.programmes:
            product["price"]["priceDesignation"] = "BUSINESS_PRICE"
    shown: dict[str, Any] = {
        "orderItemId": line.item_id,
        "quantityOrdered": line.quantity,
        "product": product,
    }
    for name, (key, part) in _ITEM_PARTS.items():
        content = part(view, item) if name in included else None
        if content:
            shown[key] = content
    return shown


def _item_proceeds(view: View, item: Item) -> dict[str, Any] | None:
    if not view.is_open:
        return None
    figures = view.figures(item.line)
    parts = []
    for kind, amount, finer in _shares(figures):
        entry: dict[str, Any] = {"type": kind, "subtotal": _money(amount, view)}
        details = [{"subtype": name, "value": _money(value, view)} for name, value in finer.items() if value]
        parts.append(entry | ({"detailedBreakdowns": details} if details else {}))
    return {"proceedsTotal": _money(figures.total, view), "breakdowns": parts}


def _item_promotion(view: View, item: Item) -> dict[str, Any] | None:
    if not view.is_open or not item.terms.promotion:
        return None
    return {"breakdowns": [{"promotionId": item.terms.promotion}]}


def _item_cancellation(view: View, item: Item) -> dict[str, Any]:
    shown: dict[str, Any] = {}
    if item.terms.cancel_asked is not None:
        shown["cancellationRequest"] = {"requester": "BUYER", "cancelReason": item.terms.cancel_asked}
    if item.cancelled_by:
        shown["cancellationExecution"] = {
            "cancelledBy": item.cancelled_by,
            "cancelReason": item.cancel_reason,
        }
    return shown


def _item_fulfillment(view: View, item: Item) -> dict[str, Any]:
    shown: dict[str, Any] = {"quantityFulfilled": item.done, "quantityUnfulfilled": item.left}
    packing: dict[str, Any] = {}
    if item.line.is_gift and item.line.has_gift_wrap:
        packing["giftOption"] = _gift(view, item)
    if item.line.needs_serial:
        packing["serialNumberRequirement"] = {"requirementType": "REQUIRED"}
    return shown | ({"packing": packing} if packing else {})


def _gift(view: View, item: Item) -> dict[str, str]:
    """The message is the buyer's own words: only of merchant orders, only to those who may see him."""
    gift = {"giftWrapLevel": "STANDARD"}
    if not view.is_amazons and view.may_address:
        gift["giftMessage"] = item.terms.gift_message or amounts.GIFT_MESSAGE
    return gift


def _item_tax(view: View, item: Item) -> dict[str, Any] | None:
    if not view.is_open or not view.market.sales_tax:
        return None
    collected = {"model": "MARKETPLACE_FACILITATOR", "responsibleParty": "Amazon Services, Inc."}
    return {"taxCollections": [collected]}


_ITEM_PARTS: dict[str, Any] = {
    "PROCEEDS": ("proceeds", _item_proceeds),
    "PROMOTION": ("promotion", _item_promotion),
    "CANCELLATION": ("cancellation", _item_cancellation),
    "FULFILLMENT": ("fulfillment", _item_fulfillment),
    "TAX": ("tax", _item_tax),
}
