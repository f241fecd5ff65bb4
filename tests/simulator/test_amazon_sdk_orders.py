"""Amazon's own SDK, in its strict mode, on both order interfaces, restricted tokens and FBA inventory."""

from datetime import UTC, datetime, timedelta
from typing import Any

import httpx2
import pytest
from spapi import SPAPIClient, SPAPIConfig
from spapi.api.applications_v2023_11_30.applications_api import ApplicationsApi
from spapi.api.fba_inventory_v1.fba_inventory_api import FbaInventoryApi
from spapi.api.orders_v0.orders_v0_api import OrdersV0Api
from spapi.api.orders_v0.shipment_api import ShipmentApi
from spapi.api.orders_v2026_01_01.get_order_api import GetOrderApi
from spapi.api.orders_v2026_01_01.search_orders_api import SearchOrdersApi
from spapi.api.tokens_v2021_03_01.tokens_api import TokensApi
from spapi.rest import ApiException

from amazon_simulator.http.order_shape import INCLUDED
from tests.simulator.shop import GB

V0 = "/orders/v0/orders"


class Amazon:
    """The SDK against one running simulator, and the control API beside it."""

    def __init__(self, url: str) -> None:
        self.url = url
        self.api = self.client(refresh_token="Atzr|demo")
        self.control = httpx2.Client(base_url=f"{url}/simulator/", timeout=30)
        asin = next(each["asin"] for each in self.control.get("inspect/catalogue").json() if not each["gate"])
        row = {"asin": asin, "price": "12.00", "quantity": 50}
        for sku, more in (("MUG", {"converted": False}), ("BOX", {"fba": True})):
            body = {"listings": [{"sku": sku, **row}], **more}
            self.control.post("listings/seed", json=body).raise_for_status()

    def client(self, **given: Any) -> Any:
        config = SPAPIConfig("demo-client", "demo-secret", region="EU", **given)
        return SPAPIClient(config, oauth_endpoint=f"{self.url}/auth/o2/token", endpoint=self.url).api_client

    def buy(self, sku: str = "MUG", by: str = "merchant", **more: Any) -> str:
        line = {"sku": sku, "quantity": 2, "shipping": "3.99", "discount": "1.00", "promotion": "SPRING"}
        body = {"lines": [line], "fulfilled_by": by, "pending_seconds": 0, "ship_seconds": 0, **more}
        answer = self.control.post("orders", json=body)
        answer.raise_for_status()
        return answer.json()["orders"][0]["order_id"]

    def restricted(self, *paths: str) -> Any:
        """A client whose token opens these paths."""
        needs = ("orders", "orderItems")
        resources = [
            {"method": "GET", "path": path}
            | ({"dataElements": ["buyerInfo"]} if path.endswith(needs) or path.count("/") == 4 else {})
            for path in paths
        ]
        answer = TokensApi(self.api).create_restricted_data_token({"restrictedResources": resources})
        client = self.client(refresh_token="Atzr|demo")
        cache = client.configuration.access_token_cache
        cache.token_info = {"access_token": answer.restricted_data_token, "expires_at": float("inf")}
        return client


@pytest.fixture
def amazon(url: str) -> Amazon:
    return Amazon(url)


def package(item_id: str, *, reference: str = "1", units: int = 2) -> dict[str, Any]:
    detail = {
        "packageReferenceId": reference,
        "carrierCode": "Royal Mail",
        "shippingMethod": "Tracked 48",
        "trackingNumber": "RM1GB",
        "shipDate": datetime.now(UTC).isoformat(),
        "orderItems": [{"orderItemId": item_id, "quantity": units}],
    }
    return {"marketplaceId": GB, "packageDetail": detail}


def since(moment: timedelta = timedelta(hours=1)) -> str:
    return (datetime.now(UTC) - moment).strftime("%Y-%m-%dT%H:%M:%SZ")


def test_the_sdk_reads_v0_orders_of_every_kind(amazon: Amazon) -> None:
    bought = [
        amazon.buy(gift=True, programmes=["PRIME", "AMAZON_BUSINESS"], company="Weir", purchase_order="7"),
        amazon.buy(pending_seconds=600),
        amazon.buy(release_seconds=600),
        amazon.buy("BOX", by="amazon"),
        amazon.buy("BOX", by="amazon", elsewhere=True),
        amazon.buy(regulated=True, service_level="SAME_DAY"),
    ]
    amazon.buy(kind="REPLACEMENT", replaces=bought[0])
    cancelled = amazon.buy()
    amazon.control.post(f"orders/{cancelled}/cancel", json={}).raise_for_status()
    api = OrdersV0Api(amazon.api)
    page = api.get_orders([GB], created_after=since(), max_results_per_page=5).payload
    rest = api.get_orders([GB], next_token=page.next_token).payload
    seen = [order.amazon_order_id for order in (*page.orders, *rest.orders)]
    assert len(set(seen)) == 8
    assert seen[: len(bought)] == bought
    for order_id in seen:
        assert api.get_order(order_id).payload.amazon_order_id == order_id
        assert api.get_order_items(order_id).payload.order_items[0].quantity_ordered == 2
        assert api.get_order_buyer_info(order_id).payload.amazon_order_id == order_id
        assert api.get_order_address(order_id).payload.amazon_order_id == order_id
        assert api.get_order_items_buyer_info(order_id).payload.order_items[0].order_item_id


def test_the_sdk_reads_personal_data_with_a_restricted_token(amazon: Amazon) -> None:
    order_id = amazon.buy(gift=True)
    one = f"{V0}/{order_id}"
    paths = (V0, one, f"{one}/address", f"{one}/buyerInfo", f"{one}/orderItems")
    api = OrdersV0Api(amazon.restricted(*paths, f"{one}/orderItems/buyerInfo"))
    name = api.get_order_address(order_id).payload.shipping_address.name
    assert name
    assert api.get_order_buyer_info(order_id).payload.buyer_name == name
    assert api.get_order(order_id).payload.buyer_info.buyer_name == name
    assert api.get_order_items(order_id).payload.order_items[0].buyer_info.gift_message_text
    assert api.get_order_items_buyer_info(order_id).payload.order_items[0].gift_message_text
    found = api.get_orders([GB], created_after=since()).payload.orders
    assert found[0].buyer_info.buyer_name == name


def test_the_sdk_confirms_a_shipment_and_reads_it_in_2026(amazon: Amazon) -> None:
    order_id = amazon.buy(gift=True, programmes=["PREMIUM"])
    api = OrdersV0Api(amazon.api)
    item_id = api.get_order_items(order_id).payload.order_items[0].order_item_id
    api.confirm_shipment(order_id, package(item_id, units=1))
    api.confirm_shipment(order_id, package(item_id, reference="2", units=1))
    order = GetOrderApi(amazon.api).get_order(order_id, included_data=list(INCLUDED)).order
    assert order.fulfillment.fulfillment_status == "SHIPPED"
    assert [each.tracking_number for each in order.packages] == ["RM1GB", "RM1GB"]
    assert order.order_items[0].promotion.breakdowns[0].promotion_id == "SPRING"
    assert order.order_items[0].proceeds.proceeds_total.amount == "30.59"
    with pytest.raises(ApiException, match="PackageToUpdateNotFound"):
        api.confirm_shipment(order_id, package(item_id, reference="3"))


def test_the_sdk_searches_orders_of_every_status_in_2026(amazon: Amazon) -> None:
    amazon.buy(pending_seconds=600)
    amazon.buy(release_seconds=600)
    amazon.buy("BOX", by="amazon", split=True)
    asked = amazon.buy(company="Weir", programmes=["AMAZON_BUSINESS"])
    amazon.control.post(f"orders/{asked}/ask-to-cancel", json={}).raise_for_status()
    cancelled = amazon.buy()
    amazon.control.post(f"orders/{cancelled}/cancel", json={"by": "MERCHANT"}).raise_for_status()
    after = datetime.now(UTC) - timedelta(hours=1)
    found = SearchOrdersApi(amazon.api).search_orders(created_after=after, included_data=list(INCLUDED))
    statuses = [each.fulfillment.fulfillment_status for each in found.orders]
    assert statuses == ["PENDING", "PENDING_AVAILABILITY", "SHIPPED", "UNSHIPPED", "CANCELLED"]
    wishes = [each.order_items[0].cancellation for each in found.orders]
    assert wishes[3].cancellation_request.requester == "BUYER"
    assert wishes[4].cancellation_execution.cancelled_by == "MERCHANT"


def test_the_sdk_tells_a_store_pickup_and_a_verdict(amazon: Amazon) -> None:
    order_id = amazon.buy(programmes=["IN_STORE_PICK_UP"])
    for status in ("ReadyForPickup", "PickedUp"):
        body = {"marketplaceId": GB, "shipmentStatus": status}
        ShipmentApi(amazon.api).update_shipment_status(order_id, body)
    api = OrdersV0Api(amazon.api)
    assert api.get_order(order_id).payload.order_status == "Shipped"
    regulated = amazon.buy(regulated=True)
    verdict = {"status": "Approved", "externalReviewerId": "vet"}
    api.update_verification_status(regulated, {"regulatedOrderVerificationStatus": verdict})
    told = api.get_order_regulated_info(regulated).payload
    assert told.regulated_order_verification_status.status == "Approved"


def test_the_sdk_reads_and_fills_fba_inventory(amazon: Amazon) -> None:
    api = FbaInventoryApi(amazon.api)
    item = {"sellerSku": "NAIL", "marketplaceId": GB}
    api.create_inventory_item({**item, "productName": "Nails"})
    api.add_inventory("token-1", {"inventoryItems": [{**item, "quantity": 3}]})
    found = api.get_inventory_summaries("Marketplace", GB, [GB], details=True).payload
    rows = {each.seller_sku: each for each in found.inventory_summaries}
    assert rows["NAIL"].inventory_details.fulfillable_quantity == 3
    assert rows["BOX"].total_quantity == 50
    api.delete_inventory_item("NAIL", GB)
    left = api.get_inventory_summaries("Marketplace", GB, [GB]).payload.inventory_summaries
    assert [each.seller_sku for each in left] == ["BOX"]


def test_the_sdk_rotates_the_secret_with_a_grantless_token(amazon: Amazon) -> None:
    grantless = amazon.client(scope="sellingpartnerapi::client_credential:rotation")
    ApplicationsApi(grantless).rotate_application_client_secret()
    (application,) = amazon.control.get("inspect/applications").json()
    assert application["client_secret"] != "demo-secret"
