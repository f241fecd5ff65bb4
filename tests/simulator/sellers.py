"""More than one seller and one program in a world, for tests: who they are, and signing in as one of them."""

from typing import Any

from tests.simulator.shop import Shop

SECOND, AMERICAN = "A2SECONDSELLER", "A3USSELLER"
COUNTRIES = ["GB", "DE", "FR", "IT", "ES"]
ROLES = (
    "Product Listing",
    "Amazon Fulfillment",
    "Inventory and Order Tracking",
    "Direct-to-Consumer Shipping (Restricted)",
    "Direct-to-Consumer Delivery (Restricted)",
    "Tax Invoicing (Restricted)",
    "Selling Partner Insights",
)


def sellers(shop: Shop) -> None:
    """A second seller in five countries, one in America, and a second program that all of them use."""
    control = shop.control
    control("POST", "sellers", {"id": SECOND, "name": "Weir Street", "marketplaces": COUNTRIES})
    control("POST", "sellers", {"id": AMERICAN, "region": "na", "marketplaces": ["US"]})
    tokens = {"Atzr|second": SECOND, "Atzr|us": AMERICAN, "Atzr|first": "A2DEMOSELLER"}
    second: dict[str, Any] = {"client_id": "second-client", "client_secret": "second-secret"}
    control("POST", "applications", {**second, "roles": ROLES, "authorise": tokens})
    control("PATCH", "applications/demo-client", {"authorise": {"Atzr|other": SECOND}})


def sign_in(shop: Shop, client_id: str, refresh_token: str) -> Shop:
    form = {
        "grant_type": "refresh_token",
        "refresh_token": refresh_token,
        "client_id": client_id,
        "client_secret": client_id.replace("client", "secret"),
    }
    answer = shop.client.post("/auth/o2/token", data=form)
    assert answer.status_code == 200, answer.text
    shop.headers = {"x-amz-access-token": answer.json["access_token"]}
    return shop
