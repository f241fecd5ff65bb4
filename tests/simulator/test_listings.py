"""Listings as Amazon treats them: accepted, late, patched by selectors, converted by a person."""

from typing import Any

import pytest

from tests.simulator.shop import GB, ITEMS, SELLER, Shop

QUERY = {"marketplaceIds": GB}


def offer(shop: Shop, asin: str, **changes: Any) -> dict[str, Any]:
    """Attributes of a good offer; a change of None leaves the attribute out."""
    good: dict[str, Any] = {
        "merchant_suggested_asin": [{"value": asin, "marketplace_id": GB}],
        "condition_type": [{"value": "new_new", "marketplace_id": GB}],
        "purchasable_offer": [priced(24.5)],
        "fulfillment_availability": [{"fulfillment_channel_code": "DEFAULT", "quantity": 0}],
        "country_of_origin": [{"value": shop.product(asin=asin)["origin"], "marketplace_id": GB}],
    }
    return {name: value for name, value in (good | changes).items() if value is not None}


def priced(amount: Any, **more: Any) -> dict[str, Any]:
    return {
        "marketplace_id": GB,
        "currency": "GBP",
        "our_price": [{"schedule": [{"value_with_tax": amount}]}],
        **more,
    }


def put(shop: Shop, attributes: dict[str, Any], sku: str = "POT", **query: Any) -> dict[str, Any]:
    body = {"productType": "PRODUCT", "requirements": "LISTING_OFFER_ONLY", "attributes": attributes}
    answer = shop.call("PUT", f"{ITEMS}/{sku}", query_string={**QUERY, **query}, json=body)
    assert answer.status_code == 200, answer.text
    return answer.json


def patch(shop: Shop, *patches: dict[str, Any], sku: str = "POT") -> Any:
    body = {"productType": "PRODUCT", "patches": list(patches)}
    return shop.call("PATCH", f"{ITEMS}/{sku}", query_string=QUERY, json=body)


def read(shop: Shop, sku: str = "POT") -> dict[str, Any]:
    parts = "summaries,attributes,issues,offers,fulfillmentAvailability"
    answer = shop.call("GET", f"{ITEMS}/{sku}", query_string={**QUERY, "includedData": parts})
    assert answer.status_code == 200, answer.text
    return answer.json


def appear(shop: Shop) -> None:
    shop.control("POST", "listings/appear", {})


@pytest.fixture
def asin(shop: Shop) -> str:
    return shop.product()["asin"]


def test_a_listing_appears_after_ten_to_twenty_minutes(shop: Shop, asin: str) -> None:
    for number in range(12):
        put(shop, offer(shop, asin), sku=f"POT-{number}")
    shop.clock.advance(seconds=599)
    assert not any(row["is_visible"] for row in shop.inspect("listings"))
    shop.clock.advance(seconds=602)
    rows = shop.inspect("listings")
    assert all(row["is_visible"] for row in rows)
    assert len({row["created"] for row in rows}) > 3
    assert all("09:10" <= row["created"][11:16] <= "09:20" for row in rows)


def test_speed_divides_the_delay(asin: str) -> None:
    fast = Shop(speed=100).signed_in()
    put(fast, offer(fast, asin))
    fast.clock.advance(seconds=12)
    assert read(fast)["summaries"][0]["status"] == ["DISCOVERABLE"]


def test_a_preview_stores_nothing(shop: Shop, asin: str) -> None:
    answer = put(shop, offer(shop, asin), mode="VALIDATION_PREVIEW", includedData="identifiers,issues")
    assert (answer["status"], answer["issues"]) == ("VALID", [])
    assert answer["identifiers"] == [{"marketplaceId": GB, "asin": asin}]
    bad = put(shop, offer(shop, asin, condition_type=None), mode="VALIDATION_PREVIEW")
    assert (bad["status"], bad["issues"][0]["code"]) == ("INVALID", "90220")
    assert shop.inspect("listings") == []


BAD_OFFERS = {
    "no condition": ({"condition_type": None}, "condition_type"),
    "an unknown condition": ({"condition_type": [{"value": "shiny"}]}, "condition_type"),
    "no ASIN": ({"merchant_suggested_asin": None}, "merchant_suggested_asin"),
    "an unknown ASIN": ({"merchant_suggested_asin": [{"value": "B0NOTHERE1"}]}, "merchant_suggested_asin"),
    "a price of zero": ({"purchasable_offer": [priced(0)]}, "purchasable_offer"),
    "a price as text": ({"purchasable_offer": [priced("24.50")]}, "purchasable_offer"),
    "another currency": ({"purchasable_offer": [priced(5, currency="EUR")]}, "purchasable_offer"),
    "a negative quantity": (
        {"fulfillment_availability": [{"fulfillment_channel_code": "DEFAULT", "quantity": -1}]},
        "fulfillment_availability",
    ),
    "a quantity for Amazon": (
        {"fulfillment_availability": [{"fulfillment_channel_code": "AMAZON_EU", "quantity": 1}]},
        "fulfillment_availability",
    ),
    "another's template": (
        {"merchant_shipping_group": [{"value": "not-mine", "marketplace_id": GB}]},
        "merchant_shipping_group",
    ),
    "a country in words": ({"country_of_origin": [{"value": "Britain"}]}, "country_of_origin"),
    "two prices for the same buyers": ({"purchasable_offer": [priced(5), priced(6)]}, "purchasable_offer"),
    "half a unit": (
        {"fulfillment_availability": [{"fulfillment_channel_code": "DEFAULT", "quantity": 2.5}]},
        "fulfillment_availability",
    ),
    "an unknown attribute": ({"colour_of_the_box": [{"value": "red"}]}, "colour_of_the_box"),
}


@pytest.mark.parametrize(("changes", "attribute"), BAD_OFFERS.values(), ids=BAD_OFFERS.keys())
def test_a_bad_offer_is_invalid_and_names_the_attribute(
    shop: Shop, asin: str, changes: dict[str, Any], attribute: str
) -> None:
    answer = put(shop, offer(shop, asin, **changes))
    assert answer["status"] == "INVALID"
    assert [each["attributeNames"] for each in answer["issues"]] == [[attribute]]
    assert shop.inspect("listings") == []


def test_a_whole_number_may_be_written_with_a_point(shop: Shop, asin: str) -> None:
    stock = [{"fulfillment_channel_code": "DEFAULT", "quantity": 3.0}]
    assert put(shop, offer(shop, asin, fulfillment_availability=stock))["status"] == "ACCEPTED"
    shop.clock.advance(seconds=1201)
    assert repr(read(shop)["attributes"]["fulfillment_availability"][0]["quantity"]) == "3"


def test_a_gated_item_needs_approval(shop: Shop) -> None:
    gated = next(row for row in shop.inspect("catalogue") if row["gate"])["asin"]
    answer = put(shop, offer(shop, gated))
    assert answer["status"] == "INVALID"
    assert answer["issues"][0]["categories"] == ["QUALIFICATION_REQUIRED"]
    query = {**QUERY, "asin": gated, "sellerId": SELLER}
    found = shop.call("GET", "/listings/2021-08-01/restrictions", query_string=query).json["restrictions"]
    assert found[0]["reasons"][0]["reasonCode"] == "APPROVAL_REQUIRED"
    query["asin"] = "B0NOTHERE1"
    found = shop.call("GET", "/listings/2021-08-01/restrictions", query_string=query).json["restrictions"]
    assert found[0]["reasons"][0]["reasonCode"] == "ASIN_NOT_FOUND"


def test_a_wrong_origin_is_found_late_and_stops_the_conversion(shop: Shop, asin: str) -> None:
    wrong = "PT" if shop.product(asin=asin)["origin"] != "PT" else "GB"
    attributes = offer(shop, asin, country_of_origin=[{"value": wrong, "marketplace_id": GB}])
    assert put(shop, attributes)["status"] == "ACCEPTED"
    appear(shop)
    assert [(each["code"], each["severity"]) for each in read(shop)["issues"]] == [("8541", "ERROR")]
    assert shop.refused("POST", "listings/POT/convert", {}) == (409, "not_now")
    right = [{"value": shop.product(asin=asin)["origin"], "marketplace_id": GB}]
    patch(shop, {"op": "replace", "path": "/attributes/country_of_origin", "value": right})
    appear(shop)
    assert read(shop)["issues"] == []
    assert shop.control("POST", "listings/POT/convert", {})["status"] == "ONSITE_FBA"


def test_a_listing_without_price_or_origin_is_visible_with_issues(shop: Shop, asin: str) -> None:
    put(shop, offer(shop, asin, purchasable_offer=None, country_of_origin=None))
    appear(shop)
    listed = read(shop)
    assert {each["code"] for each in listed["issues"]} == {"18448", "18055"}
    assert listed["offers"] == []
    assert shop.refused("POST", "orders", {"lines": [{"sku": "POT", "quantity": 1}], "force": True})[0] == 409


def test_replacing_another_channel_adds_it_and_leaves_the_old_one(shop: Shop, asin: str) -> None:
    put(shop, offer(shop, asin))
    appear(shop)
    value = [{"fulfillment_channel_code": "AMAZON_EU"}]
    patch(shop, {"op": "replace", "path": "/attributes/fulfillment_availability", "value": value})
    appear(shop)
    both = [
        {"fulfillmentChannelCode": "DEFAULT", "quantity": 0},
        {"fulfillmentChannelCode": "AMAZON_EU"},
    ]
    assert read(shop)["fulfillmentAvailability"] == both
    old = [{"fulfillment_channel_code": "DEFAULT"}]
    patch(shop, {"op": "delete", "path": "/attributes/fulfillment_availability", "value": old})
    appear(shop)
    assert read(shop)["fulfillmentAvailability"] == [{"fulfillmentChannelCode": "AMAZON_EU"}]


def test_merging_keeps_what_is_not_named_and_deleting_all_removes_it(shop: Shop, asin: str) -> None:
    put(shop, offer(shop, asin))
    appear(shop)
    more = [{"fulfillment_channel_code": "DEFAULT", "lead_time_to_ship_max_days": 2}]
    patch(shop, {"op": "merge", "path": "/attributes/fulfillment_availability", "value": more})
    patch(shop, {"op": "delete", "path": "/attributes/condition_type"})
    appear(shop)
    attributes = read(shop)["attributes"]
    assert attributes["fulfillment_availability"] == [
        {"fulfillment_channel_code": "DEFAULT", "quantity": 0, "lead_time_to_ship_max_days": 2}
    ]
    assert "condition_type" not in attributes


def test_a_put_removes_what_it_does_not_name(shop: Shop, asin: str) -> None:
    put(shop, offer(shop, asin, max_order_quantity=[{"value": 3, "marketplace_id": GB}]))
    appear(shop)
    put(shop, offer(shop, asin))
    appear(shop)
    assert "max_order_quantity" not in read(shop)["attributes"]


def test_a_put_with_the_merchants_channel_takes_a_listing_out_of_onsite(shop: Shop, asin: str) -> None:
    put(shop, offer(shop, asin))
    appear(shop)
    shop.control("POST", "listings/POT/convert", {})
    assert shop.tell_stock("POT", 5, 1)["status"]["statusCode"] == 200
    put(shop, offer(shop, asin))
    appear(shop)
    assert shop.inspect("listings/POT")["status"] == "MFN"
    assert shop.tell_stock("POT", 5, 2)["body"]["actionableErrors"][0]["errorType"] == "INVALID_SKU"


def test_patching_what_was_never_put_fails_and_deleting_it_is_accepted(shop: Shop) -> None:
    value = [{"value": 3}]
    answer = patch(shop, {"op": "replace", "path": "/attributes/max_order_quantity", "value": value})
    assert answer.status_code == 400
    answer = shop.call("DELETE", f"{ITEMS}/POT", query_string=QUERY)
    assert (answer.status_code, answer.json["status"]) == (200, "ACCEPTED")


def test_a_deleted_listing_is_gone_after_its_delay(shop: Shop, asin: str) -> None:
    put(shop, offer(shop, asin))
    appear(shop)
    shop.call("DELETE", f"{ITEMS}/POT", query_string=QUERY)
    assert read(shop)["sku"] == "POT"
    shop.clock.advance(seconds=121)
    assert shop.call("GET", f"{ITEMS}/POT", query_string=QUERY).status_code == 404


@pytest.mark.parametrize("path", ["/attributes/purchasable_offer/0/our_price", "/sku", "/attributes/"])
def test_only_whole_attributes_can_be_patched(shop: Shop, asin: str, path: str) -> None:
    put(shop, offer(shop, asin))
    assert patch(shop, {"op": "replace", "path": path, "value": []}).status_code == 400


def test_dangerous_goods_are_converted_with_a_form_only(shop: Shop) -> None:
    asin = shop.product(is_hazmat=True)["asin"]
    put(shop, offer(shop, asin))
    appear(shop)
    assert shop.refused("POST", "listings/POT/convert", {}) == (409, "not_now")
    form = {"un_number": "UN3481", "description": "Lithium ion cell in a lantern"}
    assert shop.control("POST", "listings/POT/convert", {"hazmat_form": form})["has_hazmat_form"]
    assert shop.refused("POST", "listings/POT/convert", {"hazmat_form": form}) == (409, "repeated")


def test_a_listing_that_is_not_visible_cannot_be_converted_or_bought(shop: Shop, asin: str) -> None:
    put(shop, offer(shop, asin))
    assert shop.refused("POST", "listings/POT/convert", {}) == (404, "unknown")
    assert shop.refused("POST", "orders", {"lines": [{"sku": "POT", "quantity": 1}]}) == (404, "unknown")
    appear(shop)
    assert shop.refused("POST", "orders", {"lines": [{"sku": "POT", "quantity": 1}]}) == (409, "not_now")


def test_another_sellers_items_are_not_ours_to_change(shop: Shop, asin: str) -> None:
    path = "/listings/2021-08-01/items/A9OTHER/POT"
    assert shop.call("GET", path, query_string=QUERY).status_code == 403


def test_listings_are_searched_by_identifier_issue_and_status(shop: Shop, asin: str) -> None:
    put(shop, offer(shop, asin), sku="GOOD")
    put(shop, offer(shop, asin, purchasable_offer=None), sku="BAD")
    appear(shop)
    shop.linked("MUG")

    def found(**query: Any) -> list[str]:
        answer = shop.call("GET", ITEMS, query_string={**QUERY, "sortBy": "sku", "sortOrder": "ASC", **query})
        assert answer.status_code == 200, answer.text
        return [each["sku"] for each in answer.json["items"]]

    assert found() == ["BAD", "GOOD", "MUG"]
    assert found(identifiers="GOOD,NOPE", identifiersType="SKU") == ["GOOD"]
    assert found(identifiers=asin, identifiersType="ASIN") == ["BAD", "GOOD", "MUG"]
    assert found(withIssueSeverity="ERROR") == ["BAD"]
    assert found(withStatus="BUYABLE") == ["MUG"]
    assert found(withoutStatus="BUYABLE") == ["BAD", "GOOD"]
    assert found(createdAfter="2030-01-01T00:00:00Z") == []
    assert found(pageSize="1") == ["BAD"]


def test_a_search_is_paged_forth_and_back(shop: Shop) -> None:
    shop.linked(*(f"S-{number:02}" for number in range(25)))
    query = {**QUERY, "sortBy": "sku", "sortOrder": "ASC", "pageSize": "10"}
    first = shop.call("GET", ITEMS, query_string=query).json
    assert first["numberOfResults"] == 25
    query["pageToken"] = first["pagination"]["nextToken"]
    second = shop.call("GET", ITEMS, query_string=query).json
    query["pageToken"] = second["pagination"]["nextToken"]
    third = shop.call("GET", ITEMS, query_string=query).json
    assert [len(page["items"]) for page in (first, second, third)] == [10, 10, 5]
    assert "nextToken" not in third["pagination"]
    query["pageToken"] = second["pagination"]["previousToken"]
    assert shop.call("GET", ITEMS, query_string=query).json["items"] == first["items"]


def test_a_full_listing_that_matches_nothing_makes_its_own_item(shop: Shop) -> None:
    attributes = {
        "item_name": [{"value": "Driftwood Candle Holder", "marketplace_id": GB}],
        "brand": [{"value": "Saltmarsh", "marketplace_id": GB}],
        "condition_type": [{"value": "new_new", "marketplace_id": GB}],
        "light_source_type": [{"value": "led", "marketplace_id": GB}],
    }
    body = {"productType": "LAMP", "requirements": "LISTING", "attributes": attributes}
    answer = shop.call("PUT", f"{ITEMS}/OWN-1", query_string=QUERY, json=body)
    assert answer.json["status"] == "ACCEPTED"
    appear(shop)
    made = read(shop, "OWN-1")["summaries"][0]
    assert made["itemName"] == "Driftwood Candle Holder"
    assert (
        shop.call("GET", f"/catalog/2022-04-01/items/{made['asin']}", query_string=QUERY).status_code == 200
    )


def test_a_barcode_finds_its_item_and_an_unknown_one_finds_nothing(shop: Shop) -> None:
    row = shop.product()
    query = {**QUERY, "identifiers": f"{row['ean']},4006381333931", "identifiersType": "EAN"}
    found = shop.call("GET", "/catalog/2022-04-01/items", query_string=query).json
    assert [each["asin"] for each in found["items"]] == [row["asin"]]
