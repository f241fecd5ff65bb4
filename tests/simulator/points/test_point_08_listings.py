"""Point 8: the life of a listing, from submission to Onsite and back, with all that goes wrong on the way."""

from typing import Any

import pytest

from tests.simulator.shop import GB, ITEMS, Shop

QUERY = {"marketplaceIds": GB}


def body(shop: Shop, **more: Any) -> dict[str, Any]:
    item = shop.product()
    price = [{"schedule": [{"value_with_tax": 24.5}]}]
    offer = {"marketplace_id": GB, "currency": "GBP", "audience": "ALL", "our_price": price}
    attributes: dict[str, Any] = {
        "merchant_suggested_asin": [{"value": item["asin"], "marketplace_id": GB}],
        "condition_type": [{"value": "new_new", "marketplace_id": GB}],
        "purchasable_offer": [offer],
        "fulfillment_availability": [{"fulfillment_channel_code": "DEFAULT", "quantity": 5}],
        "country_of_origin": [{"value": item["origin"], "marketplace_id": GB}],
    }
    return {
        "productType": item["product_type"],
        "requirements": "LISTING_OFFER_ONLY",
        "attributes": attributes | more,
    }


def submit(shop: Shop, sku: str = "RUG", **more: Any) -> str:
    answer = shop.call("PUT", f"{ITEMS}/{sku}", query_string=QUERY, json=body(shop, **more))
    assert answer.status_code == 200, answer.text
    return answer.json["status"]


def read(shop: Shop, sku: str = "RUG") -> Any:
    parts = "summaries,attributes,issues,fulfillmentAvailability,offers"
    return shop.call("GET", f"{ITEMS}/{sku}", query_string={**QUERY, "includedData": parts})


def patch(shop: Shop, *patches: dict[str, Any], sku: str = "RUG") -> Any:
    wanted = {"productType": "RUG", "patches": list(patches)}
    return shop.call("PATCH", f"{ITEMS}/{sku}", query_string=QUERY, json=wanted)


def there(shop: Shop, sku: str = "RUG", **more: Any) -> None:
    assert submit(shop, sku, **more) == "ACCEPTED"
    shop.control("POST", "listings/appear", {"sku": sku})


# delay


def test_an_accepted_listing_is_visible_ten_to_twenty_minutes_later(shop: Shop) -> None:
    moments = set()
    for number in range(12):
        sku = f"RUG-{number}"
        submit(shop, sku)
        minutes = 0
        while read(shop, sku).status_code == 404:
            shop.clock.advance(seconds=60)
            minutes += 1
        moments.add(minutes)
        shop.signed_in()
    assert min(moments) >= 10
    assert max(moments) <= 20
    assert len(moments) > 3


def test_the_delay_is_what_was_set(shop: Shop) -> None:
    shop.control("PATCH", "switches", {"listing_least_seconds": 5, "listing_most_seconds": 5})
    submit(shop)
    shop.clock.advance(seconds=4)
    assert read(shop).status_code == 404
    shop.clock.advance(seconds=1)
    assert read(shop).status_code == 200
    wrong = {"listing_least_seconds": 50}
    assert shop.refused("PATCH", "switches", wrong) == (400, "invalid")
    assert shop.refused("PATCH", "switches", {"assign_seconds": -1}) == (400, "invalid")


def test_a_preview_changes_nothing(shop: Shop) -> None:
    query = {**QUERY, "mode": "VALIDATION_PREVIEW"}
    answer = shop.call("PUT", f"{ITEMS}/RUG", query_string=query, json=body(shop))
    assert answer.json["status"] == "VALID"
    bad = body(shop, condition_type=[{"value": "shiny", "marketplace_id": GB}])
    assert shop.call("PUT", f"{ITEMS}/RUG", query_string=query, json=bad).json["status"] == "INVALID"
    shop.clock.advance(seconds=3_000)
    assert read(shop).status_code == 404
    assert shop.inspect("listings") == []


# attributes


def test_replacing_with_another_channel_code_adds_it(shop: Shop) -> None:
    there(shop)
    value = [{"fulfillment_channel_code": "AMAZON_EU"}]
    change = {"op": "replace", "path": "/attributes/fulfillment_availability", "value": value}
    assert patch(shop, change).json["status"] == "ACCEPTED"
    shop.control("POST", "listings/appear", {})
    codes = [each["fulfillmentChannelCode"] for each in read(shop).json["fulfillmentAvailability"]]
    assert codes == ["DEFAULT", "AMAZON_EU"]
    gone = {"op": "delete", "path": "/attributes/fulfillment_availability"}
    patch(shop, gone | {"value": [{"fulfillment_channel_code": "DEFAULT"}]})
    shop.control("POST", "listings/appear", {})
    codes = [each["fulfillmentChannelCode"] for each in read(shop).json["fulfillmentAvailability"]]
    assert codes == ["AMAZON_EU"]


def test_a_put_removes_what_it_does_not_name(shop: Shop) -> None:
    there(shop, max_order_quantity=[{"value": 3, "marketplace_id": GB}])
    assert "max_order_quantity" in read(shop).json["attributes"]
    there(shop)
    assert "max_order_quantity" not in read(shop).json["attributes"]


def test_deleting_the_unknown_is_accepted_and_patching_it_is_not(shop: Shop) -> None:
    assert shop.call("DELETE", f"{ITEMS}/NOPE", query_string=QUERY).json["status"] == "ACCEPTED"
    change = {"op": "replace", "path": "/attributes/max_order_quantity", "value": [{"value": 3}]}
    assert patch(shop, change, sku="NOPE").status_code == 400
    nested = {"op": "replace", "path": "/attributes/purchasable_offer/0", "value": [{}]}
    there(shop)
    assert patch(shop, nested).status_code == 400


def test_a_search_ends_at_a_thousand(shop: Shop) -> None:
    shop.linked(*(f"SKU-{number:04d}" for number in range(1_003)))
    query, seen = {**QUERY, "pageSize": 20, "sortBy": "sku", "sortOrder": "ASC"}, []
    while True:
        answer = shop.call("GET", ITEMS, query_string=query).json
        seen += [each["sku"] for each in answer["items"]]
        if "nextToken" not in answer["pagination"]:
            break
        query["pageToken"] = answer["pagination"]["nextToken"]
    assert answer["numberOfResults"] == 1_003
    assert seen == [f"SKU-{number:04d}" for number in range(1_000)]


# late issues and the origin


def test_issues_come_after_the_acceptance(shop: Shop) -> None:
    assert submit(shop, country_of_origin=[{"value": "CN", "marketplace_id": GB}]) == "ACCEPTED"
    shop.control("POST", "listings/appear", {})
    shown = read(shop).json
    assert [(each["code"], each["severity"]) for each in shown["issues"]] == [("8541", "ERROR")]
    assert shown["summaries"][0]["status"] == []
    assert shop.refused("POST", "listings/RUG/convert", {}) == (409, "not_now")
    order = {"lines": [{"sku": "RUG", "quantity": 1}], "fulfilled_by": "smartconnect"}
    assert shop.refused("POST", "orders", order) == (409, "not_now")


def test_the_catalogue_may_change_its_mind_about_an_origin(shop: Shop) -> None:
    there(shop)
    assert read(shop).json["issues"] == []
    asin = shop.product()["asin"]
    shop.control("PATCH", f"products/{asin}", {"origin": "IN"})
    assert [each["code"] for each in read(shop).json["issues"]] == ["8541"]
    shop.control("PATCH", "listings/RUG", {"origin": "IN"})
    assert read(shop).json["issues"] == []
    assert shop.refused("PATCH", f"products/{asin}", {"title": "Other"}) == (400, "invalid")
    assert shop.refused("PATCH", f"products/{asin}", {"weight": "much"}) == (400, "invalid")


# conversion


def test_a_person_converts_with_a_form_for_dangerous_goods_and_back(shop: Shop) -> None:
    item = shop.product(is_hazmat=True)
    rows = [{"sku": "LAMP", "asin": item["asin"], "price": "39.00", "quantity": 4}]
    shop.control("POST", "listings/seed", {"listings": rows, "converted": False})
    assert shop.refused("POST", "listings/LAMP/convert", {}) == (409, "not_now")
    shop.control("POST", "listings/LAMP/convert", {"hazmat_form": {"un_number": "UN3481"}})
    assert shop.tell_stock("LAMP", 3, 1)["body"]["sellableQuantity"] == 3
    sold = shop.sold("LAMP")
    assert shop.refused("POST", "listings/LAMP/revert", {}) == (409, "not_now")
    shop.control("POST", f"shipments/{sold}/cancel", {})
    shop.control("POST", "listings/LAMP/revert", {})
    shown = read(shop, "LAMP").json
    assert shown["fulfillmentAvailability"] == [{"fulfillmentChannelCode": "DEFAULT", "quantity": 0}]
    assert shop.tell_stock("LAMP", 3, 2)["body"]["actionableErrors"][0]["errorType"] == "INVALID_SKU"
    assert shop.refused("POST", "listings/LAMP/revert", {}) == (409, "not_now")


# the old platform


def test_a_sku_on_both_platforms_has_wrong_stock_and_later_a_wrong_listing(selling: Shop) -> None:
    selling.tell_stock("MUG", 5, 1)
    selling.control("PUT", "listings/MUG/old-platform", {"quantity": 8})
    assert selling.stock("MUG")["quantity"] == 13
    answers = [selling.tell_stock("MUG", 5, number) for number in (2, 3, 4)]
    assert [each["body"]["sellableQuantity"] for each in answers] == [13, 13, 13]
    shown = read(selling, "MUG").json
    assert [each["code"] for each in shown["issues"]] == ["8572"]
    assert shown["issues"][0]["enforcements"]["actions"] == [{"action": "LISTING_SUPPRESSED"}]
    selling.control("PUT", "listings/MUG/old-platform", {})
    assert read(selling, "MUG").json["issues"] == []
    assert selling.tell_stock("MUG", 5, 5)["body"]["sellableQuantity"] == 5


def test_a_sku_with_zero_there_harms_nothing(selling: Shop) -> None:
    selling.control("PUT", "listings/MUG/old-platform", {"quantity": 0})
    assert selling.tell_stock("MUG", 5, 1)["body"]["sellableQuantity"] == 5
    assert selling.refused("PUT", "listings/MUG/old-platform", {"quantity": -1}) == (400, "invalid")


# edits in Seller Central


def test_a_person_edits_price_quantity_template_and_origin_at_once(shop: Shop) -> None:
    there(shop)
    before = read(shop).json["summaries"][0]["lastUpdatedDate"]
    shop.clock.advance(seconds=60)
    wanted = {"price": "31.00", "quantity": 2, "template": "Next Day Mainland", "origin": "GB"}
    shop.control("PATCH", "listings/RUG", wanted)
    shown = read(shop).json
    assert shown["offers"][0]["price"]["amount"] == "31.00"
    assert shown["fulfillmentAvailability"] == [{"fulfillmentChannelCode": "DEFAULT", "quantity": 2}]
    assert shown["attributes"]["merchant_shipping_group"][0]["value"] == "Next Day Mainland"
    assert shown["summaries"][0]["lastUpdatedDate"] > before


WRONG = {
    "price": {"price": "cheap"},
    "quantity": {"quantity": -1},
    "template": {"template": "Nowhere"},
    "origin": {"origin": "Britain"},
    "marketplace": {"price": "1.00", "marketplace": "A13V1IB3VIYZZH"},
}


@pytest.mark.parametrize("wanted", WRONG.values(), ids=WRONG.keys())
def test_an_edit_that_is_not_right_changes_nothing(shop: Shop, wanted: dict[str, Any]) -> None:
    there(shop)
    before = shop.inspect("listings/RUG")
    assert shop.refused("PATCH", "listings/RUG", {"origin": "GB", **wanted})[0] in (400, 404)
    assert shop.inspect("listings/RUG") == before


def test_the_quantity_of_an_onsite_listing_is_not_edited(selling: Shop) -> None:
    assert selling.refused("PATCH", "listings/MUG", {"quantity": 2}) == (409, "not_now")


def test_a_suppressed_listing_stays_so_until_it_is_lifted(selling: Shop) -> None:
    selling.control("PATCH", "listings/MUG", {"suppression": "The image shows a text."})
    shown = read(selling, "MUG").json
    assert shown["summaries"][0]["status"] == []
    assert "The image shows a text." in shown["issues"][0]["message"]
    change = {"op": "replace", "path": "/attributes/max_order_quantity", "value": [{"value": 3}]}
    patch(selling, change, sku="MUG")
    selling.control("POST", "listings/appear", {})
    assert [each["code"] for each in read(selling, "MUG").json["issues"]] == ["13013"]
    order = {"lines": [{"sku": "MUG", "quantity": 1}]}
    assert selling.refused("POST", "orders", order) == (409, "not_now")
    selling.control("PATCH", "listings/MUG", {"suppression": ""})
    assert read(selling, "MUG").json["summaries"][0]["status"] == ["BUYABLE", "DISCOVERABLE"]


def test_a_listing_deleted_in_seller_central_is_gone(selling: Shop) -> None:
    selling.control("DELETE", "listings/MUG")
    assert read(selling, "MUG").status_code == 404
    assert selling.tell_stock("MUG", 1, 1)["body"]["actionableErrors"][0]["errorType"] == "INVALID_SKU"
    assert selling.refused("DELETE", "listings/MUG") == (404, "unknown")
