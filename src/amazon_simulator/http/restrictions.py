"""Listings Restrictions: may this seller list this ASIN in this condition? An empty list means yes."""

from typing import Any

from amazon_simulator.http import locales
from amazon_simulator.http.answers import Answer, bad_request, forbidden, ok
from amazon_simulator.http.call import Call
from amazon_simulator.world.marketplaces import MARKETPLACES
from amazon_simulator.world.product_types import CONDITIONS
from amazon_simulator.world.state import Product


def get(call: Call) -> Answer:
    asin, condition = call.required("asin"), call.choice("conditionType", CONDITIONS)
    if call.required("sellerId") != call.caller.seller_id:
        raise forbidden("The sellerId is not the seller who authorized this application.")
    markets = call.marketplaces()
    locales.read(call, "reasonLocale")
    if len(asin) != 10 or not asin.isalnum():
        raise bad_request(f"'{asin}' is not an ASIN.")
    with call.desk.world.look() as memory:
        product = memory.state.products.get(asin)
    reason = _reason(product, asin, market=markets[0])
    if reason is None:
        return ok({"restrictions": []})
    restriction: dict[str, Any] = {"reasons": [reason]}
    if condition:
        restriction["conditionType"] = condition
    return ok({"restrictions": [{"marketplaceId": market, **restriction} for market in markets]})


def _reason(product: Product | None, asin: str, *, market: str) -> dict[str, Any] | None:
    if product is None:
        text = f"The ASIN {asin} does not exist in this marketplace."
        return {"message": text, "reasonCode": "ASIN_NOT_FOUND"}
    if not product.gate:
        return None
    if "not eligible" in product.gate:
        return {"message": product.gate, "reasonCode": "NOT_ELIGIBLE"}
    domain = MARKETPLACES[market].domain.removeprefix("www.")
    link = {
        "resource": f"https://sellercentral.{domain}/hz/approvalrequest?asin={asin}",
        "verb": "GET",
        "title": "Request approval in Seller Central.",
        "type": "text/html",
    }
    return {"message": product.gate, "reasonCode": "APPROVAL_REQUIRED", "links": [link]}
