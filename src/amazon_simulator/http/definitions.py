"""Product Type Definitions 2020-09-01: the types, and per type a JSON schema behind a short-lived address.

With a sellerId the schema lists that seller's shipping templates. What belongs to a type stands in
`world.product_types`, how it is written as a schema in `definition_schema`.
"""

import base64
import hashlib
from typing import Any

import msgspec

from amazon_simulator.http import addresses, definition_schema, locales
from amazon_simulator.http.answers import Answer, ApiError, bad_request, forbidden, ok
from amazon_simulator.http.call import Call
from amazon_simulator.world.marketplaces import MARKETPLACES
from amazon_simulator.world.product_types import (
    OFFER,
    OFFER_ONLY,
    PURE_OFFER,
    REQUIREMENTS,
    SAFETY,
    WHOLE_LISTING,
    described,
    display_name,
    product_type_names,
)

VERSION = "Qx7v0Loc2="
VERSIONS = ("LATEST", "RELEASE_CANDIDATE", VERSION)
ENFORCED = ("ENFORCED", "NOT_ENFORCED")
PARENTAGE = ("NONE", "CHILD", "PARENT")
NO_SELLER = "-"


def search(call: Call) -> Answer:
    markets = call.marketplaces()
    if call.text("keywords") and call.text("itemName"):
        raise bad_request("Give either keywords or itemName.")
    locales.read(call, "locale")
    locales.read(call, "searchLocale")
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
    markets, name = call.marketplaces(most=1), call.path["product_type"]
    requirements = call.choice("requirements", REQUIREMENTS, default=WHOLE_LISTING)
    enforced = call.choice("requirementsEnforced", ENFORCED, default="ENFORCED")
    call.choice("parentageLevel", PARENTAGE)  # no listing here is a variation of another
    call.choice("productTypeVersion", VERSIONS)
    locale = locales.read(call, "locale") or MARKETPLACES[markets[0]].language
    seller_id = call.text("sellerId")
    if seller_id and seller_id != call.caller.seller_id:
        raise forbidden("The sellerId is not the seller who authorized this application.")
    with call.desk.world.look() as memory:
        if name != PURE_OFFER and name not in product_type_names(memory.state):
            raise ApiError(404, "NOT_FOUND", f"The product type '{name}' does not exist.")
    path = "/".join(("schemas", seller_id or NO_SELLER, markets[0], requirements, enforced, name))
    return ok(
        {
            "metaSchema": _link(call, "meta-schemas/v1"),
            "schema": _link(call, path),
            "requirements": requirements,
            "requirementsEnforced": enforced,
            "propertyGroups": _groups(name, requirements),
            "locale": locale,
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
        return msgspec.json.encode(definition_schema.META_SCHEMA)
    seller_id, market, requirements, enforced, name = rest.split("/")
    with call.desk.world.look() as memory:
        written = definition_schema.schema(
            memory.state.sellers[seller_id] if seller_id != NO_SELLER else None,
            market=market,
            requirements=requirements,
            enforced=enforced == ENFORCED[0],
            name=name,
        )
    return msgspec.json.encode(written)


def _groups(name: str, requirements: str) -> dict[str, Any]:
    groups = {
        "offer": ("Offer", "Price, condition, stock and delivery of your offer", OFFER),
        "safety_and_compliance": ("Safety and compliance", "Dangerous goods, batteries", SAFETY),
    }
    if requirements != OFFER_ONLY:
        groups["product_details"] = ("Product details", "What the item is", described(name))
    return {
        key: {"title": title, "description": text, "propertyNames": list(names)}
        for key, (title, text, names) in groups.items()
    }
