"""A listing as Amazon shows it: summaries, attributes, issues, offers and stock, as far as was asked.

A converted listing reports what the switch says; the quantity of an Amazon channel is never shown.
"""

from collections.abc import Callable
from typing import Any

from amazon_simulator.http.call import Call
from amazon_simulator.http.catalogue import PICTURE_SIDE, picture_url
from amazon_simulator.world import attributes, ledger
from amazon_simulator.world.clock import iso
from amazon_simulator.world.marketplaces import MARKETPLACES
from amazon_simulator.world.state import Issue, Listing, State

STATUSES = ("BUYABLE", "DISCOVERABLE")


def issue(one: Issue, *, markets: list[str] | None = None) -> dict[str, Any]:
    shown: dict[str, Any] = {
        "code": one.code,
        "message": one.message,
        "severity": one.severity,
        "categories": list(one.categories),
    }
    if one.attributes:
        shown["attributeNames"] = list(one.attributes)
    if one.action:
        shown["enforcements"] = {
            "actions": [{"action": one.action}],
            "exemption": {"status": "NOT_EXEMPT"},
        }
    if markets:
        shown["marketplaceIds"] = markets
    return shown


class View:
    """Which parts of a listing are wanted, for which marketplaces."""

    def __init__(self, call: Call, markets: list[str]) -> None:
        self.host = call.request.host_url.rstrip("/")
        self.markets = markets
        self.included = call.choices("includedData", tuple(_PARTS)) or ["summaries"]

    def show(self, state: State, listing: Listing) -> dict[str, Any]:
        shown: dict[str, Any] = {"sku": listing.sku}
        for name in self.included:
            shown[name] = _PARTS[name](self, state, listing)
        return shown


def _summaries(view: View, state: State, listing: Listing) -> list[dict[str, Any]]:
    assert listing.created is not None
    assert listing.updated is not None
    product = state.products[listing.asin]
    image = {"link": picture_url(view.host, listing.asin), "height": PICTURE_SIDE, "width": PICTURE_SIDE}
    shown = []
    for market in view.markets:
        summary: dict[str, Any] = {
            "marketplaceId": market,
            "asin": listing.asin,
            "productType": product.product_type,
            "status": statuses(state, listing, market),
            "itemName": product.title,
            "createdDate": iso(listing.created),
            "lastUpdatedDate": iso(listing.updated),
            "mainImage": image,
        }
        condition = attributes.first(listing.attributes, "condition_type", marketplace_id=market)
        if condition:
            summary["conditionType"] = condition
        if listing.is_converted:
            summary["fnSku"] = listing.fnsku
        shown.append(summary)
    return shown


def statuses(state: State, listing: Listing, market: str) -> list[str]:
    is_suppressed = any(each.action or each.severity == "ERROR" for each in listing.issues)
    has_price = attributes.price(listing.attributes, marketplace_id=market) is not None
    if has_price and not is_suppressed and _units(state, listing) > 0:
        return ["BUYABLE", "DISCOVERABLE"]
    return [] if is_suppressed else ["DISCOVERABLE"]


def _units(state: State, listing: Listing) -> int:
    if listing.is_converted:
        found = [lines.get(listing.sku) for lines in state.stock.values()]
        return sum(ledger.sellable(stock) for stock in found if stock is not None)
    records = listing.attributes.get("fulfillment_availability", [])
    return sum(each.get("quantity") or 0 for each in records)


def _attributes(view: View, state: State, listing: Listing) -> dict[str, list[Any]]:
    kept = {
        name: [each for each in values if each.get("marketplace_id") in (None, *view.markets)]
        for name, values in listing.attributes.items()
    }
    return {name: values for name, values in kept.items() if values}


def _issues(view: View, state: State, listing: Listing) -> list[dict[str, Any]]:
    return [issue(each, markets=view.markets) for each in listing.issues]


def _offers(view: View, state: State, listing: Listing) -> list[dict[str, Any]]:
    shown = []
    for market in view.markets:
        price = attributes.price(listing.attributes, marketplace_id=market)
        if price is None:
            continue
        money = {"currencyCode": MARKETPLACES[market].currency, "amount": f"{price:.2f}"}
        audience = {"value": "ALL", "displayName": "Sell on Amazon"}
        shown.append({"marketplaceId": market, "offerType": "B2C", "price": money, "audience": audience})
    return shown


def _availability(view: View, state: State, listing: Listing) -> list[dict[str, Any]]:
    shown = []
    for each in listing.attributes.get("fulfillment_availability", []):
        record: dict[str, Any] = {"fulfillmentChannelCode": each["fulfillment_channel_code"]}
        if each["fulfillment_channel_code"] == "DEFAULT":
            record["quantity"] = each.get("quantity") or 0
        shown.append(record)
    return shown


def _nothing(view: View, state: State, listing: Listing) -> list[Any]:
    return []


def _relationships(view: View, state: State, listing: Listing) -> list[dict[str, Any]]:
    return [{"marketplaceId": market, "relationships": []} for market in view.markets]


def _product_types(view: View, state: State, listing: Listing) -> list[dict[str, Any]]:
    return [{"marketplaceId": market, "productType": listing.product_type} for market in view.markets]


_PARTS: dict[str, Callable[[View, State, Listing], Any]] = {
    "summaries": _summaries,
    "attributes": _attributes,
    "issues": _issues,
    "offers": _offers,
    "fulfillmentAvailability": _availability,
    "procurement": _nothing,
    "relationships": _relationships,
    "productTypes": _product_types,
}
