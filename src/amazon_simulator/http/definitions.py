"""Product Type Definitions 2020-09-01: the types, and per type a JSON schema behind a short-lived address.

With a sellerId the schema lists that seller's shipping templates. What belongs to a type stands in
`world.product_types`.
"""

import base64
import hashlib
from typing import Any

import msgspec

from amazon_simulator.http import addresses
from amazon_simulator.http.answers import Answer, ApiError, forbidden, ok
from amazon_simulator.http.call import Call
from amazon_simulator.world.listing_rules import CHANNELS, CONDITIONS, OFFER_ONLY
from amazon_simulator.world.marketplaces import MARKETPLACES
from amazon_simulator.world.product_types import (
    OFFER_ATTRIBUTES,
    PRODUCT_ATTRIBUTES,
    PURE_OFFER,
    SAFETY_ATTRIBUTES,
    display_name,
    product_type_names,
)
from amazon_simulator.world.state import State

VERSION = "Qx7v0Loc1="
REQUIREMENTS = ("LISTING", "LISTING_PRODUCT_ONLY", OFFER_ONLY)
NO_SELLER = "-"
DRAFT = "https://json-schema.org/draft/2019-09/schema"


def search(call: Call) -> Answer:
    markets = call.marketplaces()
    words = [word.casefold() for each in call.values("keywords") for word in each.split()]
    words += call.text("itemName").casefold().split()
    with call.desk.world.look() as memory:
        names = sorted({PURE_OFFER, *product_type_names(memory.state)})
        titles = {each: each.casefold() for each in names}
        for product in memory.state.products.values():
            titles[product.product_type] += f" {product.browse_node} {product.title}".casefold()
    found = [name for name in names if not words or any(word in titles[name] for word in words)]
    shown = [{"name": name, "displayName": display_name(name), "marketplaceIds": markets} for name in found]
    return ok({"productTypes": shown, "productTypeVersion": VERSION})


def get(call: Call) -> Answer:
    markets, name = call.marketplaces(), call.path["product_type"]
    requirements = call.choice("requirements", REQUIREMENTS, default="LISTING")
    enforced = call.choice("requirementsEnforced", ("ENFORCED", "NOT_ENFORCED"), default="ENFORCED")
    seller_id = call.text("sellerId")
    if seller_id and seller_id != call.caller.seller_id:
        raise forbidden("The sellerId is not the seller who authorized this application.")
    with call.desk.world.look() as memory:
        if name != PURE_OFFER and name not in product_type_names(memory.state):
            raise ApiError(404, "NOT_FOUND", f"The product type '{name}' does not exist.")
    path = "/".join(("schemas", seller_id or NO_SELLER, markets[0], requirements, name))
    return ok(
        {
            "metaSchema": _link(call, "meta-schemas/v1"),
            "schema": _link(call, path),
            "requirements": requirements,
            "requirementsEnforced": enforced,
            "propertyGroups": _groups(requirements),
            "locale": MARKETPLACES[markets[0]].language,
            "marketplaceIds": markets,
            "productType": name,
            "displayName": display_name(name),
            "productTypeVersion": {"version": VERSION, "latest": True, "releaseCandidate": False},
        }
    )


def _link(call: Call, path: str) -> dict[str, Any]:
    content = document(call, path)
    checksum = base64.b64encode(hashlib.md5(content, usedforsecurity=False).digest()).decode()
    return {"link": {"resource": addresses.url(call, path), "verb": "GET"}, "checksum": checksum}


def document(call: Call, path: str) -> bytes:
    kind, _, rest = path.partition("/")
    if kind == "meta-schemas":
        return msgspec.json.encode({"$schema": DRAFT, "$id": f"meta-schema-{rest}"})
    seller_id, market, requirements, name = rest.split("/")
    with call.desk.world.look() as memory:
        return msgspec.json.encode(
            schema(memory.state, seller_id=seller_id, market=market, requirements=requirements, name=name)
        )


def _groups(requirements: str) -> dict[str, Any]:
    groups = {
        "offer": ("Offer", "Price, condition, stock and delivery of your offer", OFFER_ATTRIBUTES),
        "safety_and_compliance": ("Safety and compliance", "Dangerous goods, batteries", SAFETY_ATTRIBUTES),
    }
    if requirements != OFFER_ONLY:
        groups["product_details"] = ("Product details", "What the item is", PRODUCT_ATTRIBUTES)
    return {
        key: {"title": title, "description": text, "propertyNames": list(names)}
        for key, (title, text, names) in groups.items()
    }


def schema(state: State, *, seller_id: str, market: str, requirements: str, name: str) -> dict[str, Any]:
    names = [*OFFER_ATTRIBUTES, *SAFETY_ATTRIBUTES]
    required = ["condition_type", "merchant_suggested_asin"]
    if requirements != OFFER_ONLY:
        names += PRODUCT_ATTRIBUTES
        required = ["item_name", "brand"]
    properties = {each: _property(each, {"type": "string"}) for each in names}
    properties |= {each: _property(each, {"type": "boolean"}) for each in ("batteries_required",)}
    properties["condition_type"] = _property("condition_type", {"type": "string", "enum": list(CONDITIONS)})
    properties["country_of_origin"] = _property(
        "country_of_origin", {"type": "string", "pattern": "^[A-Z]{2}$"}
    )
    properties["purchasable_offer"] = _offer(MARKETPLACES[market].currency)
    properties["fulfillment_availability"] = _availability()
    if seller_id != NO_SELLER:
        templates = state.sellers[seller_id].templates
        properties["merchant_shipping_group"] = _property(
            "merchant_shipping_group",
            {
                "type": "string",
                "enum": [each.id for each in templates],
                "enumNames": [each.name for each in templates],
            },
        )
    return {
        "$schema": DRAFT,
        "$id": f"product-type/{name}/{requirements}",
        "title": display_name(name),
        "type": "object",
        "required": required,
        "properties": properties,
    }


def _property(name: str, value: dict[str, Any]) -> dict[str, Any]:
    return _array(name, {"value": value, "marketplace_id": {"type": "string"}}, required=["value"])


def _array(name: str, properties: dict[str, Any], *, required: list[str]) -> dict[str, Any]:
    items = {"type": "object", "required": required, "properties": properties}
    return {
        "title": name.replace("_", " ").capitalize(),
        "type": "array",
        "minItems": 1,
        "editable": name != "condition_type",
        "selectors": ["marketplace_id"],
        "items": items,
    }


def _offer(currency: str) -> dict[str, Any]:
    point = {"type": "object", "properties": {"value_with_tax": {"type": "number", "exclusiveMinimum": 0}}}
    schedule = {
        "type": "array",
        "items": {"type": "object", "properties": {"schedule": {"type": "array", "items": point}}},
    }
    return _array(
        "purchasable_offer",
        {
            "currency": {"type": "string", "enum": [currency]},
            "audience": {"type": "string", "enum": ["ALL", "B2B"]},
            "our_price": schedule,
            "marketplace_id": {"type": "string"},
        },
        required=["our_price"],
    ) | {"selectors": ["marketplace_id", "audience"]}


def _availability() -> dict[str, Any]:
    return _array(
        "fulfillment_availability",
        {
            "fulfillment_channel_code": {"type": "string", "enum": list(CHANNELS)},
            "quantity": {"type": "integer", "minimum": 0},
            "lead_time_to_ship_max_days": {"type": "integer", "minimum": 0},
        },
        required=["fulfillment_channel_code"],
    ) | {"selectors": ["fulfillment_channel_code"]}
