"""The items of an order in the Orders API v0: sums for the quantity of a line, tax beside them, gift data.

What is restricted of an item is the buyer's own words; the price of the wrapping is not.
"""

from decimal import Decimal
from typing import Any

from amazon_simulator.http.order_v0_shape import Rights, money
from amazon_simulator.http.order_view import Item, View
from amazon_simulator.world import amounts


def item(view: View, one: Item, rights: Rights) -> dict[str, Any]:
    line = one.line
    shown: dict[str, Any] = {
        "ASIN": line.asin,
        "SellerSKU": line.sku,
        "OrderItemId": line.item_id,
        "Title": view.state.products[line.asin].title,
        "QuantityOrdered": line.quantity,
        "QuantityShipped": one.done,
        "ProductInfo": {"NumberOfItems": "1"},
        "ConditionId": "New",
        "ConditionSubtypeId": "New",
        "IsTransparency": False,
    }
    if view.is_easy_ship:
        shown["SerialNumberRequired"] = line.needs_serial
    if not view.is_amazons:
        shown["BuyerRequestedCancel"] = _wish(one)
    if view.is_open:
        shown |= _money(view, one)
        shown["IsGift"] = "true" if line.is_gift else "false"
        gift = buyer(view, one, rights)
        shown |= {"BuyerInfo": gift} if gift else {}
    return shown


def _wish(one: Item) -> dict[str, str]:
    if one.terms.cancel_asked is None:
        return {"IsBuyerRequestedCancel": "false"}
    return {"IsBuyerRequestedCancel": "true", "BuyerCancelReason": one.terms.cancel_asked}


def _money(view: View, one: Item) -> dict[str, Any]:
    figures = view.figures(one.line)
    shown = _pair(view, "ItemPrice", "ItemTax", figures.goods)
    if figures.shipping.amount:
        shown |= _pair(view, "ShippingPrice", "ShippingTax", figures.shipping)
        shown |= _pair(view, "ShippingDiscount", "ShippingDiscountTax", figures.shipping_discount)
    shown |= _pair(view, "PromotionDiscount", "PromotionDiscountTax", figures.discount)
    if one.terms.promotion:
        shown["PromotionIds"] = [one.terms.promotion]
    if "AMAZON_BUSINESS" in view.terms.programmes:
        shown["PriceDesignation"] = "BUSINESS_PRICE"
    if view.market.sales_tax:
        party = "Amazon Services, Inc."
        shown["TaxCollection"] = {"Model": "MarketplaceFacilitator", "ResponsibleParty": party}
    return shown


def _pair(view: View, name: str, tax_name: str, part: amounts.Part) -> dict[str, Any]:
    return {name: money(part.amount, view), tax_name: money(part.tax, view)}


def buyer(view: View, one: Item, rights: Rights) -> dict[str, Any]:
    """The wrapping of an item, and the message to those who may read it."""
    gift = view.figures(one.line).gift
    if not view.is_open or not one.line.is_gift or gift.amount == Decimal(0):
        return {}
    shown: dict[str, Any] = {**_pair(view, "GiftWrapPrice", "GiftWrapTax", gift), "GiftWrapLevel": "Standard"}
    if rights.has("buyerInfo") and not view.is_amazons and view.may_name:
        shown["GiftMessageText"] = one.terms.gift_message or amounts.GIFT_MESSAGE
    return shown
