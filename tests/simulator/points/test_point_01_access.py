"""Point 1: every region and the sandbox behind one port, Login with Amazon, roles, restricted tokens."""

import pytest

from tests.simulator.orders import V0, buy, listed
from tests.simulator.sellers import AMERICAN, sellers, sign_in
from tests.simulator.shop import ORDERS, SECRETS, Shop

SINCE = "createdAfter=2026-09-01T00:00:00Z"
ACCOUNT = "/sellers/v1/account"


@pytest.fixture
def world(shop: Shop) -> Shop:
    sellers(shop)
    return shop


def details(shop: Shop, path: str) -> tuple[int, str]:
    answer = shop.call("GET", path)
    error = answer.json["errors"][0] if answer.status_code >= 400 else {"details": ""}
    return answer.status_code, error["details"]


def test_one_port_serves_europe_america_and_the_sandbox_of_both(world: Shop) -> None:
    for refresh, own, other in (("Atzr|second", "eu", "na"), ("Atzr|us", "na", "eu")):
        sign_in(world, "second-client", refresh)
        for prefix in (f"/{own}", f"/sandbox/{own}"):
            assert details(world, prefix + ACCOUNT) == (200, "")
        for prefix in (f"/{other}", f"/sandbox/{other}", "/fe"):
            assert details(world, prefix + ACCOUNT)[0] == 403
        world.headers["Host"] = f"sellingpartnerapi-{own}.amazon.com"
        assert details(world, ACCOUNT) == (200, "")


def test_a_token_expires_by_the_worlds_clock_and_a_new_one_is_given(shop: Shop) -> None:
    shop.control("POST", "clock", {"advance_seconds": 3600})
    assert details(shop, ACCOUNT) == (403, "The access token you provided has expired.")
    assert details(shop.signed_in(), ACCOUNT) == (200, "")


LWA = {
    "a wrong secret": ({"client_secret": "x"}, 401, "invalid_client"),
    "an unknown program": ({"client_id": "x"}, 401, "invalid_client"),
    "a grant that was revoked": ({"refresh_token": "Atzr|gone"}, 400, "invalid_grant"),
    "an unknown scope": ({"grant_type": "client_credentials", "scope": "x"}, 400, "invalid_scope"),
}


@pytest.mark.parametrize(("change", "status", "error"), LWA.values(), ids=LWA.keys())
def test_login_with_amazon_says_what_is_wrong(shop: Shop, change: dict, status: int, error: str) -> None:
    answer = shop.client.post("/auth/o2/token", data=SECRETS | change)
    assert (answer.status_code, answer.json["error"]) == (status, error)


def test_a_role_opens_its_operations_and_no_other(shop: Shop) -> None:
    shop.control("PATCH", "applications/demo-client", {"roles": ["Inventory and Order Tracking"]})
    assert details(shop, f"{ORDERS}?{SINCE}") == (200, "")
    needs = "The application is missing the role 'Selling Partner Insights' that getAccount needs."
    assert details(shop, ACCOUNT) == (403, needs)


def test_v0_shows_the_buyer_to_a_restricted_token_and_2026_to_the_roles(shop: Shop) -> None:
    listed(shop, "MUG")
    order_id = buy(shop, "MUG")
    name = shop.order(order_id)["buyer"]["buyerName"]
    path = f"{V0}/{order_id}"
    assert "BuyerName" not in shop.call("GET", path).json["payload"]["BuyerInfo"]
    wish = {"restrictedResources": [{"method": "GET", "path": path, "dataElements": ["buyerInfo"]}]}
    answer = shop.call("POST", "/tokens/2021-03-01/restrictedDataToken", json=wish)
    shop.headers = {"x-amz-access-token": answer.json["restrictedDataToken"]}
    assert shop.call("GET", path).json["payload"]["BuyerInfo"]["BuyerName"] == name
    assert details(shop, ACCOUNT)[0] == 403


def test_two_programs_and_three_sellers_live_in_one_world(world: Shop) -> None:
    owners = [each["id"] for each in world.inspect("sellers")]
    assert owners == ["A2DEMOSELLER", "A2SECONDSELLER", AMERICAN]
    world.control("PATCH", f"sellers/{AMERICAN}", {"is_suspended": True})
    sign_in(world, "second-client", "Atzr|us")
    assert details(world, f"/na{ACCOUNT}") == (403, "The selling account is suspended.")
    sign_in(world, "second-client", "Atzr|first")
    assert details(world, ACCOUNT) == (200, "")
