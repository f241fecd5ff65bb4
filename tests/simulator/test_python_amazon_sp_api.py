"""A client that is neither ours nor Amazon's drives the running simulator: `python-amazon-sp-api`, unpatched.

Left out is what it sends otherwise than Amazon's models say: `process_shipment`, `generate_ship_labels`
(`operation` in the body, not in the query), `add_inventory` (no idempotency token), stock by SKU,
`list_returns`, `get_return` (paths that no model has; `list_returns_get` and `get_return_get` are right). Web
pages and torn answers are left out too: it reads them as an empty result.
"""

from collections.abc import Iterator
from types import SimpleNamespace
from typing import Any

import pytest
from sp_api.api import (
    ApplicationManagement,
    CatalogItems,
    ExternalFulfillmentInventory,
    ExternalFulfillmentReturns,
    ExternalFulfillmentShipping,
    Inventories,
    ListingsItems,
    ListingsRestrictions,
    Orders,
    ProductTypeDefinitions,
    Sellers,
    Tokens,
)
from sp_api.auth import AccessTokenClient
from sp_api.auth import access_token_client as tokens_kept
from sp_api.auth.exceptions import AuthorizationError
from sp_api.base import exceptions as no

from amazon_simulator.running import Running, running
from amazon_simulator.server import Options
from tests.simulator.shop import GB, SELLER, package

LATEST = "2024-09-11"
NEWEST_ORDERS = "2026-01-01"


class Amazon:
    """The library against one simulator; its addresses are class attributes, so a subclass has others."""

    def __init__(self, behind: Running) -> None:
        self.behind = behind
        self.place = SimpleNamespace(endpoint=behind.url, marketplace_id=GB, region="eu-west-1")
        scheme, _, host = behind.url.partition("://")
        self.login = type("Login", (AccessTokenClient,), {"scheme": f"{scheme}://", "host": host})

    def __call__(self, kind: Any, **more: Any) -> Any:
        return kind(
            marketplace=self.place, credentials=self.keys(), auth_token_client_class=self.login, **more
        )

    def keys(self, **change: str) -> dict[str, str]:
        own = self.behind.secrets
        keys = {"lwa_app_id": own["client_id"], "lwa_client_secret": own["client_secret"]}
        return {**keys, "refresh_token": own["refresh_token"], **change}


@pytest.fixture
def amazon() -> Iterator[Amazon]:
    """The library keeps tokens for the whole process; another simulator would not know them."""
    tokens_kept.cache.clear()
    tokens_kept.grantless_cache.clear()
    with running(Options(port=0, has_plans=False)) as behind:
        yield Amazon(behind)
    tokens_kept.cache.clear()
    tokens_kept.grantless_cache.clear()


def test_it_reads_the_seller_and_the_limits(amazon: Amazon) -> None:
    answer = amazon(Sellers).get_marketplace_participation()
    assert [row["marketplace"]["id"] for row in answer.payload] == [GB, "A1PA6795UKMFR9"]
    assert float(answer.rate_limit) > 0
    assert amazon(Sellers).get_account().payload["businessType"]


def test_it_reads_catalogue_restrictions_and_product_types(amazon: Amazon) -> None:
    asin = amazon.behind.inspect("catalogue")[0]["asin"]
    item = amazon(CatalogItems, version="2022-04-01").get_catalog_item(asin, includedData=["summaries"])
    assert (item.payload["asin"], item.payload["summaries"][0]["marketplaceId"]) == (asin, GB)
    found = amazon(CatalogItems, version="2022-04-01").search_catalog_items(keywords="kettle", pageSize=1)
    assert len(found.payload["items"]) == 1
    allowed = amazon(ListingsRestrictions).get_listings_restrictions(asin=asin, sellerId=SELLER)
    assert allowed.payload == {"restrictions": []}
    types = amazon(ProductTypeDefinitions)
    assert types.search_definitions_product_types(keywords="rug").payload["productTypes"][0]["name"] == "RUG"
    assert types.get_definitions_product_type("RUG", sellerId=SELLER).payload["productType"] == "RUG"


def test_it_lists_changes_reads_and_deletes_a_listing(amazon: Amazon) -> None:
    amazon.behind.list("OTHER")
    asin = amazon.behind.inspect("listings/OTHER")["asin"]
    api = amazon(ListingsItems, version="2021-08-01")
    attributes = {
        "merchant_suggested_asin": [{"value": asin, "marketplace_id": GB}],
        "condition_type": [{"value": "new_new", "marketplace_id": GB}],
        "fulfillment_availability": [{"fulfillment_channel_code": "DEFAULT", "quantity": 0}],
    }
    body = {"productType": "RUG", "requirements": "LISTING_OFFER_ONLY", "attributes": attributes}
    put = api.put_listings_item(SELLER, "A/B 1", marketplaceIds=[GB], body=body)
    assert (put.payload["sku"], put.payload["status"]) == ("A/B 1", "ACCEPTED")
    amazon.behind.control("POST", "listings/appear", {})
    read = api.get_listings_item(SELLER, "A/B 1", includedData=["summaries", "attributes"])
    assert read.payload["attributes"]["condition_type"][0]["value"] == "new_new"
    value = [{"fulfillment_channel_code": "DEFAULT", "quantity": 4}]
    change = {"op": "replace", "path": "/attributes/fulfillment_availability", "value": value}
    patch = {"productType": "RUG", "patches": [change]}
    assert api.patch_listings_item(SELLER, "A/B 1", marketplaceIds=[GB], body=patch).payload["status"] == (
        "ACCEPTED"
    )
    found = api.search_listings_items(SELLER, identifiers=["A/B 1", "OTHER"], identifiersType="SKU")
    assert {row["sku"] for row in found.payload["items"]} == {"A/B 1", "OTHER"}
    assert api.delete_listings_item(SELLER, "A/B 1").payload["status"] == "ACCEPTED"
    amazon.behind.control("POST", "listings/appear", {})
    with pytest.raises(no.SellingApiNotFoundException):
        api.get_listings_item(SELLER, "A/B 1")


def test_it_tells_stock_in_a_batch(amazon: Amazon) -> None:
    amazon.behind.list("MUG", quantity=10)
    where = "locationId=LBAY&skuId=MUG"
    told = {
        "method": "POST",
        "uri": f"/inventory/update?{where}",
        "body": {"quantity": 7, "clientSequenceNumber": 1},
    }
    asked = {"method": "POST", "uri": f"/inventory/fetch?{where}", "body": {}}
    answer = amazon(ExternalFulfillmentInventory, version=LATEST).batch_inventory(requests=[told, asked])
    assert [each["status"]["statusCode"] for each in answer.payload["responses"]] == [200, 200]
    assert amazon.behind.inspect("inventory/LBAY/MUG")["quantity"] == 7


def test_it_takes_a_shipment_along_as_far_as_it_can(amazon: Amazon) -> None:
    amazon.behind.list("MUG", quantity=10)
    shipment_id = amazon.behind.order({"MUG": 2})["shipment_ids"][0]
    api = amazon(ExternalFulfillmentShipping, version=LATEST)
    found = api.get_shipments(status="ACCEPTED", locationId="LBAY", maxResults=5)
    assert [each["id"] for each in found.payload["shipments"]] == [shipment_id]
    amazon.behind.control("POST", f"shipments/{shipment_id}/fulfil", {"until": "CONFIRMED"})
    api.create_packages(shipment_id, packages=[package(units={"1": 2})])
    api.update_package(shipment_id, "P1", **package(units={"1": 2}))
    assert api.retrieve_shipping_options(shipment_id, packageId="P1").payload.get("shippingOptions", []) == []
    amazon.behind.control("POST", f"shipments/{shipment_id}/fulfil", {"until": "SHIPLABEL_GENERATED"})
    api.update_package_status(shipment_id, "P1", status="SHIPPED")
    seen = api.get_shipment(shipment_id).payload
    assert (seen["id"], seen["status"]) == (shipment_id, "SHIPPED")
    assert amazon.behind.inspect(f"shipments/{shipment_id}")["packages"][0]["told_shipped"] == 1
    with pytest.raises(no.SellingApiNotFoundException):
        api.get_shipment("unknown")


def test_it_makes_and_reads_an_invoice(amazon: Amazon) -> None:
    amazon.behind.list("MUG", quantity=10)
    shipment_id = amazon.behind.order({"MUG": 1}, invoice=True)["shipment_ids"][0]
    amazon.behind.control("POST", f"shipments/{shipment_id}/fulfil", {"until": "PACKAGE_CREATED"})
    api = amazon(ExternalFulfillmentShipping, version=LATEST)
    made = api.generate_invoice(shipment_id).payload
    assert api.retrieve_invoice(shipment_id).payload["document"]["format"] == made["document"]["format"]


def test_it_reads_returns(amazon: Amazon) -> None:
    amazon.behind.list("MUG", quantity=10)
    shipment_id = amazon.behind.order({"MUG": 1})["shipment_ids"][0]
    amazon.behind.control("POST", f"shipments/{shipment_id}/fulfil", {"until": "SHIPPED"})
    opened = amazon.behind.control("POST", "returns", {"shipment": shipment_id})["returns"][0]
    api = amazon(ExternalFulfillmentReturns, version=LATEST)
    found = api.list_returns_get(rmaId=opened["rma"]).payload["returns"]
    assert [each["id"] for each in found] == [opened["id"]]
    assert api.get_return_get(opened["id"]).payload["merchantSku"] == "MUG"


def test_it_reads_orders_of_2026(amazon: Amazon) -> None:
    amazon.behind.list("MUG", converted=False)
    order_id = amazon.behind.order({"MUG": 1}, fulfilled_by="merchant", pending_seconds=0)["order_id"]
    api = amazon(Orders, version=NEWEST_ORDERS)
    found = api.search_orders(createdAfter="2020-01-01T00:00:00Z", marketplaceIds=GB)
    assert [each["orderId"] for each in found.payload["orders"]] == [order_id]
    seen = api.get_order(order_id, includedData="FULFILLMENT")
    assert seen.payload["order"]["orderId"] == order_id


def test_it_reads_v0_orders_and_ships_one(amazon: Amazon) -> None:
    amazon.behind.list("MUG", converted=False)
    order_id = amazon.behind.order({"MUG": 1}, fulfilled_by="merchant", pending_seconds=0)["order_id"]
    api = amazon(Orders, version="v0")
    assert api.get_orders(CreatedAfter="2020-01-01T00:00:00Z").Orders[0]["AmazonOrderId"] == order_id
    item = api.get_order_items(order_id).OrderItems[0]
    box = {
        "packageReferenceId": "1",
        "carrierCode": "Evri",
        "trackingNumber": "H00123",
        "shipDate": api.get_order(order_id).payload["PurchaseDate"],
        "orderItems": [{"orderItemId": item["OrderItemId"], "quantity": 1}],
    }
    api.confirm_shipment(order_id, marketplaceId=GB, packageDetail=box)
    assert api.get_order(order_id).OrderStatus == "Shipped"
    assert amazon.behind.inspect(f"orders/{order_id}")["packages"][0]["times_told"] == 1


def test_a_restricted_token_shows_the_buyer(amazon: Amazon) -> None:
    amazon.behind.list("MUG", converted=False)
    order_id = amazon.behind.order({"MUG": 1}, fulfilled_by="merchant", pending_seconds=0)["order_id"]
    path = f"/orders/v0/orders/{order_id}/address"
    resources = [{"method": "GET", "path": path}]
    token = amazon(Tokens).create_restricted_data_token(restrictedResources=resources).payload
    assert token["expiresIn"] == 3600
    plain = amazon(Orders, version="v0").get_order_address(order_id).payload["ShippingAddress"]
    named = amazon(Orders, version="v0", restricted_data_token=token["restrictedDataToken"])
    shown = named.get_order_address(order_id).payload["ShippingAddress"]
    assert "Name" not in plain
    assert shown["Name"]


def test_it_reads_makes_and_deletes_fba_inventory(amazon: Amazon) -> None:
    api = amazon(Inventories)
    api.create_inventory_item(sellerSku="BOX", marketplaceId=GB, productName="A box")
    wish = {"details": "true", "granularityType": "Marketplace", "granularityId": GB, "sellerSkus": "BOX"}
    rows = api.get_inventory_summary_marketplace(**wish).inventorySummaries
    assert [(row["sellerSku"], row["totalQuantity"]) for row in rows] == [("BOX", 0)]
    api.delete_inventory_item("BOX", marketplaceId=GB)
    assert amazon.behind.inspect("fba") == []


def test_login_with_amazon_is_understood(amazon: Amazon) -> None:
    """Refresh token, the code of a consent, and the words of a refusal."""
    uris = {"redirect_uris": ["https://desk.example/back"]}
    amazon.behind.control("PATCH", "applications/demo-client", uris)
    code = amazon.behind.control("POST", "applications/demo-client/consent", {})["code"]
    login = amazon.login(credentials=SimpleNamespace(**amazon.keys()))
    granted = login.authorize_auth_code(code)
    later = amazon(Sellers, refresh_token=granted["refresh_token"]).get_account()
    assert later.payload["businessType"]
    with pytest.raises(AuthorizationError) as refused:
        login.authorize_auth_code(code)
    assert (refused.value.error_code, refused.value.status_code) == ("invalid_grant", 400)
    with pytest.raises(AuthorizationError) as wrong:
        amazon(Sellers, refresh_token="Atzr|wrong").get_account()
    assert wrong.value.error_code == "invalid_grant"


def test_it_rotates_the_secret_without_a_seller(amazon: Amazon) -> None:
    amazon(ApplicationManagement).rotate_application_client_secret()
    assert amazon.behind.inspect("applications")[0]["client_secret"] != "demo-secret"


def test_refusals_are_of_the_kinds_it_knows(amazon: Amazon) -> None:
    api = amazon(ExternalFulfillmentShipping, version=LATEST)
    for kind, refusal in (
        ("429", no.SellingApiRequestThrottledException),
        ("409", no.SellingApiStateConflictException),
        ("500", no.SellingApiServerException),
        ("503", no.SellingApiTemporarilyUnavailableException),
    ):
        amazon.behind.fault("getShipments", kind)
        with pytest.raises(refusal):
            api.get_shipments(status="ACCEPTED")
    amazon.behind.control("PATCH", "applications/demo-client", {"roles": []})
    with pytest.raises(no.SellingApiForbiddenException) as refused:
        api.get_shipments(status="ACCEPTED")
    assert "is missing the role" in refused.value.error[0]["details"]
