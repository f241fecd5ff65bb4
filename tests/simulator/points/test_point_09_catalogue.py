"""Point 9: the catalogue, what one may sell, and the product types with the seller's own templates."""

from typing import Any

from msgspec import structs

from tests.simulator.shop import GB, SELLER, Shop

CATALOGUE = "/catalog/2022-04-01/items"
TYPES = "/definitions/2020-09-01/productTypes"


def search(shop: Shop, **query: Any) -> list[str]:
    answer = shop.call("GET", CATALOGUE, query_string={"marketplaceIds": GB, **query})
    assert answer.status_code == 200, answer.text
    return [each["asin"] for each in answer.json["items"]]


def restrictions(shop: Shop, asin: str) -> list[dict[str, Any]]:
    query = {"asin": asin, "sellerId": SELLER, "marketplaceIds": GB, "conditionType": "new_new"}
    answer = shop.call("GET", "/listings/2021-08-01/restrictions", query_string=query)
    assert answer.status_code == 200, answer.text
    return answer.json["restrictions"]


def test_an_asin_is_there_or_it_is_404(shop: Shop) -> None:
    item = shop.product()
    parts = "attributes,summaries,dimensions,identifiers"
    query = {"marketplaceIds": GB, "includedData": parts}
    shown = shop.call("GET", f"{CATALOGUE}/{item['asin']}", query_string=query).json
    assert shown["asin"] == item["asin"]
    assert shown["attributes"]["country_of_origin"][0]["value"] == item["origin"]
    missing = shop.call("GET", f"{CATALOGUE}/B000000000", query_string={"marketplaceIds": GB})
    assert (missing.status_code, missing.json["errors"][0]["code"]) == (404, "NOT_FOUND")


def test_several_items_may_share_one_barcode(shop: Shop) -> None:
    products = shop.app.desk.world.state.products
    first, second = list(products.values())[:2]
    products[second.asin] = structs.replace(second, ean=first.ean)
    assert search(shop, identifiers=first.ean, identifiersType="EAN") == [first.asin, second.asin]
    both = f"{first.ean},9999999999994"
    assert search(shop, identifiers=both, identifiersType="EAN") == [first.asin, second.asin]


def test_some_items_need_approval_and_some_may_not_be_sold(shop: Shop) -> None:
    plain, gated = shop.product(), shop.product(gate="Brand approval is required")
    assert restrictions(shop, plain["asin"]) == []
    reason = restrictions(shop, gated["asin"])[0]["reasons"][0]
    assert reason["reasonCode"] == "APPROVAL_REQUIRED"
    assert reason["links"][0]["resource"]
    refused = shop.product(gate="Pressurised gas is not eligible", is_hazmat=True)
    assert restrictions(shop, refused["asin"])[0]["reasons"][0]["reasonCode"] == "NOT_ELIGIBLE"
    assert restrictions(shop, "B000000000")[0]["reasons"][0]["reasonCode"] == "ASIN_NOT_FOUND"


def test_the_sellers_templates_stand_in_the_schema_of_a_product_type(shop: Shop) -> None:
    query = {"marketplaceIds": GB, "sellerId": SELLER, "requirements": "LISTING_OFFER_ONLY"}
    answer = shop.call("GET", f"{TYPES}/RUG", query_string=query).json
    link = answer["schema"]["link"]["resource"].removeprefix("http://localhost")
    schema = shop.client.get(link).json
    group = schema["properties"]["merchant_shipping_group"]["items"]["properties"]["value"]
    assert group["enumNames"] == [
        "Migrated Template",
        "Standard Delivery",
        "Next Day Mainland",
        "Heavy and Bulky",
    ]
    found = shop.call("GET", TYPES, query_string={"marketplaceIds": GB, "keywords": "rug"}).json
    assert {each["name"] for each in found["productTypes"]} == {"RUG", "RUG_PAD"}
    assert shop.call("GET", f"{TYPES}/NO_SUCH_TYPE", query_string=query).status_code == 404
