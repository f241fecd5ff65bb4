"""Catalog Items 2022-04-01: one item by ASIN, or a search by identifiers or by words.

Unknown identifiers are simply missing from a search; an unknown ASIN asked for by name is 404.
"""

from collections import Counter
from collections.abc import Callable
from decimal import Decimal
from typing import Any

from amazon_simulator.http import locales, paging
from amazon_simulator.http.answers import Answer, ApiError, bad_request, ok
from amazon_simulator.http.call import Call
from amazon_simulator.world import shelf
from amazon_simulator.world.memory import Memory
from amazon_simulator.world.state import Product

IDENTIFIER_TYPES = ("ASIN", "EAN", "GTIN", "ISBN", "JAN", "MINSAN", "SKU", "UPC")
DEFAULT_PAGE = 10
MOST_PAGE = 20
MOST_RESULTS = 1000
PICTURE_SIDE = 500
INCHES = Decimal("2.54")
POUNDS = Decimal("0.45359237")


class Sight:
    """An item as seen in some marketplaces."""

    def __init__(self, call: Call, markets: list[str]) -> None:
        self.host = call.request.host_url.rstrip("/")
        self.markets = markets
        locales.read(call, "locale")
        locales.read(call, "keywordsLocale")
        included = call.choices("includedData", (*_PARTS, *_EMPTY)) or ["summaries"]
        self.included = included

    def show(self, product: Product) -> dict[str, Any]:
        shown: dict[str, Any] = {"asin": product.asin}
        for name in self.included:
            if name == "attributes":
                shown[name] = _attributes(self, product)
            elif name in _EMPTY:
                shown[name] = [{"marketplaceId": market, **_EMPTY[name]} for market in self.markets]
            else:
                shown[name] = [
                    {"marketplaceId": market, **_PARTS[name](self, product)} for market in self.markets
                ]
        return shown


def get(call: Call) -> Answer:
    sight = Sight(call, call.marketplaces())
    with call.desk.world.look() as memory:
        product = memory.state.products.get(call.path["asin"])
    if product is None:
        text = f"Requested item '{call.path['asin']}' not found in marketplace(s) {','.join(sight.markets)}."
        raise ApiError(404, "NOT_FOUND", text)
    return ok(sight.show(product))


def search(call: Call) -> Answer:
    markets = call.marketplaces(most=1)
    sight = Sight(call, markets)
    identifiers, keywords = call.values("identifiers", most=20), call.values("keywords", most=20)
    if bool(identifiers) == bool(keywords):
        raise bad_request("Give either identifiers or keywords.")
    size = call.number("pageSize", least=1, most=MOST_PAGE, default=DEFAULT_PAGE)
    place = paging.read(call.text("pageToken"), arguments=[*identifiers, "-", *keywords])
    with call.desk.world.look() as memory:
        found = _identified(call, memory, identifiers) if identifiers else _worded(memory, keywords)
    if call.values("classificationIds"):
        wanted = call.values("classificationIds")
        found = [each for each in found if _node_id(each.browse_node) in wanted]
    if call.values("brandNames"):
        found = [each for each in found if each.brand in call.values("brandNames")]
    found = found[:MOST_RESULTS]
    page = found[place.beyond : place.beyond + size]
    answer: dict[str, Any] = {
        "numberOfResults": len(found),
        "pagination": _pagination(place, size, len(found)),
        "items": [sight.show(each) for each in page],
    }
    if keywords:
        answer["refinements"] = _refinements(found)
    return ok(answer)


def _pagination(place: paging.Place, size: int, total: int) -> dict[str, str]:
    tokens = {}
    if place.beyond + size < total:
        tokens["nextToken"] = paging.write(paging.Place(place.beyond + size, place.arguments))
    if place.beyond > 0:
        tokens["previousToken"] = paging.write(paging.Place(max(0, place.beyond - size), place.arguments))
    return tokens


def _identified(call: Call, memory: Memory, identifiers: list[str]) -> list[Product]:
    kind = call.choice("identifiersType", IDENTIFIER_TYPES)
    if not kind:
        raise bad_request("identifiersType is required with identifiers.")
    products = memory.state.products
    if kind == "ASIN":
        return [products[each] for each in identifiers if each in products]
    if kind == "SKU":
        if call.required("sellerId") != call.caller.seller_id:
            raise bad_request("The sellerId is not the seller who authorized this application.")
        listings = [shelf.find(memory.state, call.caller.seller_id, each) for each in identifiers]
        return [products[each.asin] for each in listings if each is not None and each.created]
    wanted = {each.lstrip("0") for each in identifiers}
    return [each for each in products.values() if each.ean and each.ean.lstrip("0") in wanted]


def _worded(memory: Memory, keywords: list[str]) -> list[Product]:
    words = [word.casefold() for each in keywords for word in each.split()]
    return [
        product
        for product in memory.state.products.values()
        if all(word in f"{product.title} {product.brand}".casefold() for word in words)
    ]


def _refinements(found: list[Product]) -> dict[str, Any]:
    brands = Counter(each.brand for each in found)
    nodes = Counter(each.browse_node for each in found)
    return {
        "brands": [{"brandName": name, "numberOfResults": times} for name, times in brands.most_common()],
        "classifications": [
            {"classificationId": _node_id(name), "displayName": name, "numberOfResults": times}
            for name, times in nodes.most_common()
        ],
    }


def _node_id(name: str) -> str:
    return str(10_000_000 + sum(ord(letter) * 31**place for place, letter in enumerate(name)) % 89_999_999)


def _classification(product: Product) -> dict[str, str]:
    return {"displayName": product.browse_node, "classificationId": _node_id(product.browse_node)}


def _summary(sight: Sight, product: Product) -> dict[str, Any]:
    summary = {
        "itemName": product.title,
        "brand": product.brand,
        "manufacturer": product.brand,
        "browseClassification": _classification(product),
        "itemClassification": "BASE_PRODUCT",
        "packageQuantity": 1,
        "websiteDisplayGroup": "home_display_on_website",
        "websiteDisplayGroupName": "Home",
        "adultProduct": False,
        "autographed": False,
        "memorabilia": False,
        "tradeInEligible": False,
    }
    optional = {"color": product.colour, "modelNumber": product.model_number}
    return summary | {name: value for name, value in optional.items() if value}


def _product_type(sight: Sight, product: Product) -> dict[str, Any]:
    return {"productType": product.product_type}


def _identifiers(sight: Sight, product: Product) -> dict[str, Any]:
    found = [{"identifierType": "EAN", "identifier": product.ean}] if product.ean else []
    return {"identifiers": found}


def picture_url(host: str, asin: str) -> str:
    return f"{host}/simulator/pictures/{asin}.png"


def _images(sight: Sight, product: Product) -> dict[str, Any]:
    image = {"variant": "MAIN", "link": picture_url(sight.host, product.asin)}
    return {"images": [{**image, "height": PICTURE_SIDE, "width": PICTURE_SIDE}]}


def _dimensions(sight: Sight, product: Product) -> dict[str, Any]:
    """Amazon holds inches and pounds here, also for European items."""
    sides = {name: getattr(product, name) for name in ("length", "width", "height")}
    shown: dict[str, Any] = {
        name: {"unit": "inches", "value": round(float(value / INCHES), 3)} for name, value in sides.items()
    }
    shown["weight"] = {"unit": "pounds", "value": round(float(product.weight / POUNDS), 3)}
    return {"item": shown, "package": shown}


def _classifications(sight: Sight, product: Product) -> dict[str, Any]:
    return {"classifications": [_classification(product)]}


def _attributes(sight: Sight, product: Product) -> dict[str, Any]:
    market = sight.markets[0]
    sides = {
        name: {"value": float(getattr(product, name)), "unit": "centimeters"}
        for name in ("length", "width", "height")
    }
    shown: dict[str, list[dict[str, Any]]] = {
        "item_name": [{"value": product.title, "language_tag": "en_GB"}],
        "brand": [{"value": product.brand, "language_tag": "en_GB"}],
        "item_package_dimensions": [sides],
        "item_package_weight": [{"value": float(product.weight), "unit": "kilograms"}],
        "batteries_required": [{"value": False}],
        "supplier_declared_dg_hz_regulation": [{"value": "ghs" if product.is_hazmat else "not_applicable"}],
    }
    if product.origin:
        shown["country_of_origin"] = [{"value": product.origin}]
    return {name: [{**value, "marketplace_id": market} for value in values] for name, values in shown.items()}


_PARTS: dict[str, Callable[[Sight, Product], dict[str, Any]]] = {
    "summaries": _summary,
    "productTypes": _product_type,
    "identifiers": _identifiers,
    "images": _images,
    "dimensions": _dimensions,
    "classifications": _classifications,
}
_EMPTY: dict[str, dict[str, Any]] = {
    "attributes": {},
    "relationships": {"relationships": []},
    "salesRanks": {},
    "vendorDetails": {},
}
