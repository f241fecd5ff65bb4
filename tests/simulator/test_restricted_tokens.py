"""Restricted data tokens: what they open in the orders API v0, to whom they are given, and where they end."""

from typing import Any

import pytest

from tests.simulator.orders import V0, buy, listed
from tests.simulator.shop import GB, Shop

TOKENS = "/tokens/2021-03-01/restrictedDataToken"
ALL = ["buyerInfo", "shippingAddress"]


@pytest.fixture
def selling(shop: Shop) -> Shop:
    listed(shop, "MUG")
    shop.order_id = buy(shop, "MUG", gift=True, company="Lighthouse Catering", purchase_order="PO-7")
    return shop


def asked(shop: Shop, *resources: dict[str, Any]) -> Any:
    return shop.call("POST", TOKENS, json={"restrictedResources": list(resources)})


def resource(path: str, *elements: str) -> dict[str, Any]:
    return {"method": "GET", "path": path, "dataElements": list(elements)}


def opened(shop: Shop, *resources: dict[str, Any]) -> Shop:
    answer = asked(shop, *resources)
    assert answer.status_code == 200, answer.text
    assert answer.json["expiresIn"] == 3600
    token = answer.json["restrictedDataToken"]
    assert token.startswith("Atz.sprdt|")
    shop.headers = {"x-amz-access-token": token}
    return shop


def read(shop: Shop, path: str) -> Any:
    answer = shop.call("GET", f"{V0}{path}")
    assert answer.status_code == 200, answer.text
    return answer.json["payload"]


def test_without_a_restricted_token_only_the_town_and_a_relay_address_are_shown(selling: Shop) -> None:
    order = read(selling, f"/{selling.order_id}")
    assert order["BuyerInfo"].keys() == {"BuyerEmail"}
    assert order["ShippingAddress"].keys() <= {"City", "StateOrRegion", "PostalCode", "CountryCode"}
    address = read(selling, f"/{selling.order_id}/address")
    assert "AddressLine1" not in address["ShippingAddress"]
    item = read(selling, f"/{selling.order_id}/orderItems")["OrderItems"][0]
    assert item["BuyerInfo"].keys() == {"GiftWrapPrice", "GiftWrapTax", "GiftWrapLevel"}


def test_a_token_for_one_order_opens_that_order(selling: Shop) -> None:
    path = f"{V0}/{selling.order_id}"
    order = read(opened(selling, resource(path, *ALL)), f"/{selling.order_id}")
    assert order["BuyerInfo"].keys() == {"BuyerEmail", "BuyerName", "PurchaseOrderNumber"}
    assert order["ShippingAddress"]["CompanyName"] == "Lighthouse Catering"
    assert order["ShippingAddress"]["Phone"]


def test_only_the_named_data_are_opened(selling: Shop) -> None:
    order = read(opened(selling, resource(f"{V0}/{selling.order_id}", "buyerInfo")), f"/{selling.order_id}")
    assert "BuyerName" in order["BuyerInfo"]
    assert "AddressLine1" not in order["ShippingAddress"]


def test_a_general_path_opens_every_order(selling: Shop) -> None:
    other = buy(selling, "MUG")
    opened(selling, resource(f"{V0}/{{orderId}}/address"))
    for order_id in (selling.order_id, other):
        assert read(selling, f"/{order_id}/address")["ShippingAddress"]["AddressLine1"]


def test_one_token_opens_several_paths(selling: Shop) -> None:
    one = f"{V0}/{selling.order_id}"
    opened(
        selling,
        resource(V0, *ALL),
        resource(f"{one}/orderItems", "buyerInfo"),
        resource(f"{one}/orderItems/buyerInfo"),
        resource(f"{one}/buyerInfo"),
    )
    listed_orders = read(selling, f"?MarketplaceIds={GB}&CreatedAfter=2026-09-01T00:00:00Z")["Orders"]
    assert listed_orders[0]["ShippingAddress"]["AddressLine1"]
    item = read(selling, f"/{selling.order_id}/orderItems")["OrderItems"][0]
    assert item["BuyerInfo"]["GiftMessageText"]
    items = read(selling, f"/{selling.order_id}/orderItems/buyerInfo")["OrderItems"]
    assert items[0]["GiftMessageText"] == item["BuyerInfo"]["GiftMessageText"]
    assert read(selling, f"/{selling.order_id}/buyerInfo")["BuyerName"]


def test_a_regulated_order_shows_its_form_to_a_restricted_token_only(selling: Shop) -> None:
    order_id = buy(selling, "MUG", regulated=True)
    path = f"/{order_id}/regulatedInfo"
    assert read(selling, path)["RegulatedInformation"]["Fields"] == []
    opened(selling, resource(V0 + path))
    assert len(read(selling, path)["RegulatedInformation"]["Fields"]) == 2


def test_a_restricted_token_opens_nothing_else(selling: Shop) -> None:
    opened(selling, resource(f"{V0}/{selling.order_id}", *ALL))
    for path in (f"{V0}/{selling.order_id}/address", "/sellers/v1/account"):
        answer = selling.call("GET", path)
        assert answer.status_code == 403
        details = answer.json["errors"][0]["details"]
        assert details == "The restricted data token was not made for this resource."


def test_a_restricted_token_ends_after_an_hour_and_with_the_authorisation(selling: Shop) -> None:
    opened(selling, resource(f"{V0}/{selling.order_id}", *ALL))
    selling.control("PATCH", "applications/demo-client", {"revoke": ["Atzr|demo"]})
    assert selling.call("GET", f"{V0}/{selling.order_id}").status_code == 403
    selling.control("PATCH", "applications/demo-client", {"authorise": {"Atzr|demo": "A2DEMOSELLER"}})
    assert selling.call("GET", f"{V0}/{selling.order_id}").status_code == 200
    selling.clock.advance(seconds=3600)
    assert selling.call("GET", f"{V0}/{selling.order_id}").status_code == 403


def test_data_that_the_roles_do_not_open_are_refused_by_name(selling: Shop) -> None:
    selling.control("PATCH", "applications/demo-client", {"roles": ["Inventory and Order Tracking"]})
    answer = asked(selling, resource(V0, *ALL))
    assert (answer.status_code, answer.json["errors"][0]["code"]) == (400, "InvalidInput")
    assert answer.json["errors"][0]["message"].endswith("elements: [buyerInfo, shippingAddress]")


BAD = {
    "nothing": [],
    "too many": [resource(f"{V0}/{{orderId}}/address")] * 51,
    "a path that is not restricted": [resource("/sellers/v1/account")],
    "a path with an empty part": [resource(f"{V0}//address")],
    "a method that is not restricted": [{"method": "POST", "path": V0, "dataElements": ["buyerInfo"]}],
    "no kind of data": [resource(V0)],
    "an unknown kind of data": [resource(V0, "shoeSize")],
    "an address of items": [resource(f"{V0}/{{orderId}}/orderItems", "shippingAddress")],
}


@pytest.mark.parametrize("resources", BAD.values(), ids=BAD.keys())
def test_a_wish_that_is_not_right_is_refused(selling: Shop, resources: list[dict[str, Any]]) -> None:
    assert asked(selling, *resources).status_code == 400


def test_fifty_resources_are_taken(selling: Shop) -> None:
    resources = [resource(f"{V0}/{{orderId}}/address")] * 50
    assert asked(selling, *resources).status_code == 200


def test_an_unknown_target_application_is_refused(selling: Shop) -> None:
    body = {"restrictedResources": [resource(V0, *ALL)], "targetApplication": "nobody"}
    assert selling.call("POST", TOKENS, json=body).status_code == 400
