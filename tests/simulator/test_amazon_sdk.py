"""Amazon's own SDK drives the running simulator in its strict mode: any answer it cannot read fails here."""

from base64 import b64decode
from datetime import UTC, datetime, timedelta
from typing import Any

import httpx2
import pytest
from spapi import SPAPIClient, SPAPIConfig
from spapi.api.catalogitems_v2022_04_01.catalog_api import CatalogApi
from spapi.api.external_fulfillment_inventory_v2024_09_11.batch_inventory_api import BatchInventoryApi
from spapi.api.external_fulfillment_location_v2026_07_30.sandbox_location_api import SandboxLocationApi
from spapi.api.external_fulfillment_returns_v2024_09_11.return_retrieval_api import ReturnRetrievalApi
from spapi.api.external_fulfillment_shipments_v2024_09_11.sandbox_shipments_api import SandboxShipmentsApi
from spapi.api.external_fulfillment_shipments_v2024_09_11.shipment_processing_api import (
    ShipmentProcessingApi,
)
from spapi.api.external_fulfillment_shipments_v2024_09_11.shipment_retrieval_api import ShipmentRetrievalApi
from spapi.api.listings_items_v2021_08_01.listings_api import ListingsApi
from spapi.api.listings_restrictions_v2021_08_01.listings_restrictions_api import ListingsRestrictionsApi
from spapi.api.orders_v2026_01_01.get_order_api import GetOrderApi
from spapi.api.orders_v2026_01_01.search_orders_api import SearchOrdersApi
from spapi.api.product_type_definitions_v2020_09_01.definitions_api import DefinitionsApi
from spapi.api.sellers_v1.sellers_api import SellersApi

from tests.simulator.shop import GB, SELLER, package


class Amazon:
    """The SDK against one running simulator, and the control API beside it."""

    def __init__(self, url: str) -> None:
        config = SPAPIConfig("demo-client", "demo-secret", refresh_token="Atzr|demo", region="EU")
        self.api = SPAPIClient(config, oauth_endpoint=f"{url}/auth/o2/token", endpoint=url).api_client
        self.control = httpx2.Client(base_url=f"{url}/simulator/", timeout=30)

    def linked(self, sku: str) -> str:
        items = self.control.get("inspect/catalogue").json()
        item = next(each for each in items if not each["gate"] and not each["is_hazmat"])
        rows = [{"sku": sku, "asin": item["asin"], "price": "12.99", "quantity": 10}]
        self.control.post("listings/seed", json={"listings": rows}).raise_for_status()
        return item["asin"]

    def sold(self, sku: str, **more: Any) -> tuple[str, str]:
        body = {"lines": [{"sku": sku, "quantity": 1}], "gift": True, **more}
        order = self.control.post("orders", json=body).json()["orders"][0]
        return order["order_id"], order["shipment_ids"][0]


@pytest.fixture
def amazon(url: str) -> Amazon:
    return Amazon(url)


def test_the_sdk_reads_seller_catalogue_restrictions_and_definitions(amazon: Amazon) -> None:
    asin = amazon.linked("SDK-1")
    found = SellersApi(amazon.api).get_marketplace_participations()
    assert found.payload[0].marketplace.id == GB
    account = SellersApi(amazon.api).get_account().payload
    assert account.marketplace_participation_list[0].marketplace.id == GB
    parts = ["attributes", "summaries", "productTypes", "identifiers", "images", "dimensions"]
    item = CatalogApi(amazon.api).get_catalog_item(asin, [GB], included_data=parts)
    assert item.summaries[0].item_name
    many = CatalogApi(amazon.api).search_catalog_items([GB], keywords=["kettle"])
    assert many.number_of_results >= 1
    allowed = ListingsRestrictionsApi(amazon.api).get_listings_restrictions(asin, SELLER, [GB])
    assert allowed.restrictions == []
    types = DefinitionsApi(amazon.api).search_definitions_product_types([GB], keywords=["rug"])
    assert {each.name for each in types.product_types} == {"RUG", "RUG_PAD"}
    definition = DefinitionsApi(amazon.api).get_definitions_product_type("RUG", [GB], seller_id=SELLER)
    assert definition.product_type == "RUG"


def test_the_sdk_lists_reads_and_deletes_a_listing(amazon: Amazon) -> None:
    asin, api = amazon.linked("SDK-1"), ListingsApi(amazon.api)
    offer = {
        "merchant_suggested_asin": [{"value": asin, "marketplace_id": GB}],
        "condition_type": [{"value": "new_new", "marketplace_id": GB}],
        "fulfillment_availability": [{"fulfillment_channel_code": "DEFAULT", "quantity": 0}],
    }
    body = {"productType": "RUG", "requirements": "LISTING_OFFER_ONLY", "attributes": offer}
    assert api.put_listings_item(SELLER, "SDK-2", [GB], body).status == "ACCEPTED"
    preview = api.put_listings_item(SELLER, "SDK-2", [GB], body, mode="VALIDATION_PREVIEW")
    assert preview.status == "VALID"
    amazon.control.post("listings/appear", json={}).raise_for_status()
    parts = ["summaries", "attributes", "issues", "offers", "fulfillmentAvailability", "productTypes"]
    item = api.get_listings_item(SELLER, "SDK-2", [GB], included_data=parts)
    assert item.fulfillment_availability[0].fulfillment_channel_code == "DEFAULT"
    assert {issue.code for issue in item.issues} == {"18448", "18055"}
    found = api.search_listings_items(SELLER, [GB], identifiers=["SDK-1", "SDK-2"], identifiers_type="SKU")
    assert found.number_of_results == 2
    value = [{"fulfillment_channel_code": "DEFAULT", "quantity": 4}]
    change = {"op": "replace", "path": "/attributes/fulfillment_availability", "value": value}
    patch = {"productType": "RUG", "patches": [change]}
    assert api.patch_listings_item(SELLER, "SDK-2", [GB], patch).status == "ACCEPTED"
    assert api.delete_listings_item(SELLER, "SDK-2", [GB]).status == "ACCEPTED"


def test_the_sdk_tells_and_reads_stock(amazon: Amazon) -> None:
    amazon.linked("SDK-1")
    where = f"locationId=LBAY&skuId={'SDK-1'}"
    body = {"quantity": 7, "clientSequenceNumber": 1}
    told = {"method": "POST", "uri": f"/inventory/update?{where}", "body": body}
    asked = {"method": "POST", "uri": f"/inventory/fetch?{where}", "body": {}}
    answer = BatchInventoryApi(amazon.api).batch_inventory({"requests": [told, asked]})
    assert [each.status.status_code for each in answer.responses] == [200, 200]
    assert [each.body.sellable_quantity for each in answer.responses] == [7, 7]


def test_the_sdk_takes_a_shipment_through_all_its_steps(amazon: Amazon) -> None:
    amazon.linked("SDK-1")
    order_id, shipment_id = amazon.sold("SDK-1")
    read, do = ShipmentRetrievalApi(amazon.api), ShipmentProcessingApi(amazon.api)
    assert [each.id for each in read.get_shipments("ACCEPTED", max_results=5).shipments] == [shipment_id]
    do.process_shipment(shipment_id, "CONFIRM")
    do.create_packages(shipment_id, {"packages": [package()]})
    do.update_package(shipment_id, "P1", package())
    assert do.retrieve_shipping_options(shipment_id, "P1").shipping_options == []
    label = do.generate_ship_labels(shipment_id, "GENERATE", body={"packageIds": ["P1"]})
    first = label.package_ship_label_list[0]
    assert httpx2.get(first.file_data.url).content.startswith(b"\x89PNG")
    again = do.generate_ship_labels(shipment_id, "REGENERATE", body={"packageIds": ["P1"]})
    new = again.package_ship_label_list[0].ship_label_metadata.tracking_id
    assert new != first.ship_label_metadata.tracking_id
    do.update_package_status(shipment_id, "P1", body={"status": "SHIPPED"})
    shipped = read.get_shipment(shipment_id)
    assert (shipped.status, shipped.packages[0].status) == ("SHIPPED", "SHIPPED")
    parts = ["BUYER", "RECIPIENT", "PROCEEDS", "FULFILLMENT", "PAYMENT", "PACKAGES"]
    order = GetOrderApi(amazon.api).get_order(order_id, included_data=parts).order
    assert order.fulfillment.fulfillment_status == "SHIPPED"
    assert order.buyer.buyer_name == order.recipient.delivery_address.name
    since = datetime.now(UTC) - timedelta(hours=1)
    found = SearchOrdersApi(amazon.api).search_orders(last_updated_after=since, included_data=parts)
    assert [each.order_id for each in found.orders] == [order_id]


def test_the_sdk_makes_an_invoice_and_reads_it(amazon: Amazon) -> None:
    amazon.linked("SDK-1")
    _, shipment_id = amazon.sold("SDK-1", invoice=True)
    do = ShipmentProcessingApi(amazon.api)
    do.process_shipment(shipment_id, "CONFIRM")
    do.create_packages(shipment_id, {"packages": [package()]})
    made = do.generate_invoice(shipment_id).document
    assert made.format == "PDF"
    assert b64decode(made.content).startswith(b"%PDF")
    assert do.retrieve_invoice(shipment_id).document.format == "PDF"


def test_the_sdk_makes_sandbox_locations_and_shipments(amazon: Amazon) -> None:
    amazon.linked("SDK-1")
    wanted = {"merchantIds": [SELLER], "marketplaceId": GB, "locationName": "Annexe", "channels": ["MFN"]}
    opened = SandboxLocationApi(amazon.api).create_sandbox_location(wanted)
    assert opened.location_ids.mfn
    sandbox = SandboxShipmentsApi(amazon.api)
    wanted = {
        "locationId": "LBAY",
        "marketplaceId": GB,
        "marketplaceChannel": "FBA",
        "shippingType": "MARKETPLACE",
        "orderType": ["GIFT_WRAP"],
        "lineItemCount": "SINGLE",
        "quantityCount": "MULTIPLE",
    }
    shipment_id = sandbox.create_sandbox_shipment(wanted).shipment_id
    change = {"updateType": "SHIPMENT_STATUS_CHANGE", "updates": {"status": "CANCELLED"}}
    sandbox.update_sandbox_shipment(shipment_id, change)
    assert ShipmentRetrievalApi(amazon.api).get_shipment(shipment_id).status == "CANCELLED"


def test_the_sdk_reads_returns_of_both_kinds(amazon: Amazon) -> None:
    amazon.linked("SDK-1")
    back = []
    for kind in ("CUSTOMER", "REJECT"):
        _, shipment_id = amazon.sold("SDK-1")
        amazon.control.post(f"shipments/{shipment_id}/fulfil", json={}).raise_for_status()
        wanted = {"shipment": shipment_id, "type": kind, "otp": True}
        back.append(amazon.control.post("returns", json=wanted).json()["returns"][0])
    read = ReturnRetrievalApi(amazon.api)
    found = read.list_returns(return_location_id="LBAY", status="CREATED", max_results=1)
    assert [each.id for each in found.returns] == [back[0]["id"]]
    rest = read.list_returns(
        return_location_id="LBAY", status="CREATED", max_results=1, next_token=found.next_token
    )
    assert [each.return_type for each in rest.returns] == ["REJECT"]
    assert rest.next_token is None
    for status in ("CARRIER_NOTIFIED_TO_PICK_UP_FROM_CUSTOMER", "CUSTOMER_RESCHEDULED_PICK_UP"):
        amazon.control.post(f"returns/{back[0]['id']}/move", json={"status": status}).raise_for_status()
    one = read.get_return(back[0]["id"])
    assert one.status == "CUSTOMER_RESCHEDULED_PICK_UP"
    assert one.otp_details.otp == back[0]["otp"]
    assert one.marketplace_channel_details.marketplace_channel.channel_name == "FBA"


def test_the_sdk_takes_an_easy_ship_parcel_with_its_slot(amazon: Amazon) -> None:
    wanted = {"merchantIds": [SELLER], "marketplaceId": GB, "locationName": "Yard", "channels": ["MFN"]}
    place = SandboxLocationApi(amazon.api).create_sandbox_location(wanted).location_ids.mfn
    asin = amazon.control.get("inspect/catalogue").json()[0]["asin"]
    rows = [{"sku": "POT", "asin": asin, "price": "8.00"}]
    amazon.control.post("listings/seed", json={"listings": rows, "converted": False}).raise_for_status()
    kinds = ["CROSS_BORDER", "SERIAL", "HAZMAT", "GIFT_MESSAGE", "EXCHANGE"]
    body = {"locationId": place, "marketplaceId": GB, "marketplaceChannel": "MFN", "orderType": kinds}
    body |= {"shippingType": "MARKETPLACE", "lineItemCount": "SINGLE", "quantityCount": "SINGLE"}
    shipment_id = SandboxShipmentsApi(amazon.api).create_sandbox_shipment(body).shipment_id
    seen = ShipmentRetrievalApi(amazon.api).get_shipment(shipment_id)
    assert seen.shipment_info.original_shipment_info.original_line_items[0].original_sku == "POT"
    do = ShipmentProcessingApi(amazon.api)
    do.process_shipment(shipment_id, "CONFIRM")
    line = {"packageLineItemId": "1", "quantity": 1, "serialNumbers": ["S-1"], "countryOfOrigin": "GB"}
    line["itemValue"] = {"value": "8.00", "currencyCode": "GBP"}
    parcel = package(packageLineItems=[line], hazmatLabels=["LIMITED_QUANTITY"])
    do.create_packages(shipment_id, {"packages": [parcel]})
    options = do.retrieve_shipping_options(shipment_id, "P1")
    counter = options.shipping_options[1]
    assert counter.handover_location.address.country_code == "GB"
    label = do.generate_ship_labels(
        shipment_id,
        "GENERATE",
        shipping_option_id=counter.shipping_option_id,
        body={"packageIds": ["P1"]},
    )
    metadata = label.package_ship_label_list[0].ship_label_metadata
    assert metadata.time_slot.handover_method == "DROPOFF"
    seen = ShipmentRetrievalApi(amazon.api).get_shipment(shipment_id)
    assert seen.line_items[0].item_value.value == "8.00"
