"""SmartConnect from listing to lorry by the paths a shop uses, each call held against Amazon's models."""

from typing import Any

import pytest

from amazon_simulator.http.operations import OPERATIONS
from tests.simulator import amazon_models
from tests.simulator.orders import V0, buy, confirm
from tests.simulator.orders import listed as listed_by_the_merchant
from tests.simulator.shop import GB, ITEMS, ORDERS, SECRETS, SELLER, SHIPMENTS, Shop, package

pytestmark = pytest.mark.usefixtures("models_are_here")
QUERY = {"marketplaceIds": GB}
RETURNS = "/externalFulfillment/2024-09-11/returns"


def offer(shop: Shop, asin: str, *, template: str) -> dict[str, Any]:
    product = shop.product(asin=asin)
    price = [{"schedule": [{"value_with_tax": 24.5}]}]
    return {
        "productType": product["product_type"],
        "requirements": "LISTING_OFFER_ONLY",
        "attributes": {
            "merchant_suggested_asin": [{"value": asin, "marketplace_id": GB}],
            "condition_type": [{"value": "new_new", "marketplace_id": GB}],
            "purchasable_offer": [
                {"marketplace_id": GB, "currency": "GBP", "audience": "ALL", "our_price": price}
            ],
            "fulfillment_availability": [{"fulfillment_channel_code": "DEFAULT", "quantity": 0}],
            "country_of_origin": [{"value": product["origin"], "marketplace_id": GB}],
            "merchant_shipping_group": [{"value": template, "marketplace_id": GB}],
        },
    }


def templates(shop: Shop, product_type: str) -> list[str]:
    query = {**QUERY, "sellerId": SELLER, "requirements": "LISTING_OFFER_ONLY"}
    answer = shop.call("GET", f"/definitions/2020-09-01/productTypes/{product_type}", query_string=query)
    link = answer.json["schema"]["link"]["resource"]
    schema = shop.client.get(link.removeprefix("http://localhost")).json
    return schema["properties"]["merchant_shipping_group"]["items"]["properties"]["value"]["enum"]


def listed(shop: Shop, sku: str) -> dict[str, Any]:
    query = {**QUERY, "includedData": "summaries,fulfillmentAvailability,offers,issues"}
    return shop.call("GET", f"{ITEMS}/{sku}", query_string=query).json


def make_listing(shop: Shop, sku: str) -> None:
    product = shop.product()
    body = offer(shop, product["asin"], template=templates(shop, product["product_type"])[1])
    answer = shop.call("PUT", f"{ITEMS}/{sku}", query_string=QUERY, json=body)
    assert answer.json["status"] == "ACCEPTED"
    assert shop.call("GET", f"{ITEMS}/{sku}", query_string=QUERY).status_code == 404
    shop.clock.advance(seconds=1201)


def test_a_product_is_listed_as_merchant_fulfilled_and_linked_by_its_conversion(shop: Shop) -> None:
    make_listing(shop, "RUG-1")
    first = listed(shop, "RUG-1")
    assert first["fulfillmentAvailability"] == [{"fulfillmentChannelCode": "DEFAULT", "quantity": 0}]
    assert first["offers"][0]["price"] == {"currencyCode": "GBP", "amount": "24.50"}
    assert first["issues"] == []
    assert shop.tell_stock("RUG-1", 5, 1)["body"]["actionableErrors"][0]["errorType"] == "INVALID_SKU"
    shop.control("POST", "listings/RUG-1/convert", {})
    assert listed(shop, "RUG-1")["fulfillmentAvailability"] == [{"fulfillmentChannelCode": "AMAZON_EU"}]
    assert shop.tell_stock("RUG-1", 5, 1)["body"]["sellableQuantity"] == 5


def test_a_sale_is_found_confirmed_packed_labelled_and_shipped(shop: Shop) -> None:
    shop.linked("RUG-1", quantity=5, price="24.50")
    shipment_id = shop.sold("RUG-1", 2)
    found = shop.call("GET", SHIPMENTS, query_string={"status": "ACCEPTED", "locationId": "LBAY"}).json
    assert [each["id"] for each in found["shipments"]] == [shipment_id]
    assert found["shipments"][0]["shippingInfo"]["shipToAddress"].keys() == {"postalCode", "countryCode"}
    assert shop.confirm(shipment_id).status_code == 204
    assert shop.pack(shipment_id, package(units={"1": 2})).status_code == 204
    assert shop.options(shipment_id).json == {"shippingOptions": []}
    assert [shop.stock("RUG-1")[each] for each in ("quantity", "reserved", "sellable")] == [5, 2, 3]
    assert shop.label(shipment_id).json["packageShipLabelList"][0]["status"] == "SUCCESS"
    assert [shop.stock("RUG-1")[each] for each in ("quantity", "reserved", "sellable")] == [5, 0, 5]
    assert shop.tell(shipment_id).status_code == 204
    assert shop.shipment(shipment_id)["packages"][0]["told_shipped"] == 1


def test_the_customer_appears_only_after_shipping(shop: Shop) -> None:
    shop.linked("RUG-1", price="24.50")
    shipment_id = shop.until("SHIPLABEL_GENERATED", "RUG-1")
    order_id = shop.shipment(shipment_id)["order_id"]
    hidden = shop.order(order_id)
    assert hidden["fulfillment"]["fulfillmentStatus"] == "PENDING"
    assert hidden["fulfillment"]["fulfilledBy"] == "AMAZON"
    assert not hidden.keys() & {"buyer", "recipient", "payment", "proceeds"}
    shop.tell(shipment_id)
    shown = shop.order(order_id)
    assert shown["fulfillment"]["fulfillmentStatus"] == "SHIPPED"
    assert shown["buyer"].keys() == {"buyerName"}
    assert shown["recipient"]["deliveryAddress"]["name"] == shown["buyer"]["buyerName"]
    paid = shown["payment"]["paymentExecutions"][0]["paymentAmount"]
    assert paid == {"amount": "24.50", "currencyCode": "GBP"}


def read_the_seller_and_the_catalogue(shop: Shop) -> None:
    asin = shop.product()["asin"]
    assert shop.call("GET", "/sellers/v1/marketplaceParticipations").status_code == 200
    assert shop.call("GET", "/sellers/v1/account").status_code == 200
    one = {**QUERY, "includedData": "attributes,summaries,productTypes,identifiers,images,dimensions"}
    assert shop.call("GET", f"/catalog/2022-04-01/items/{asin}", query_string=one).json["asin"] == asin
    many = {**QUERY, "keywords": "rug", "includedData": "classifications,relationships,salesRanks"}
    found = shop.call("GET", "/catalog/2022-04-01/items", query_string={**many, "pageSize": "2"}).json
    assert found["numberOfResults"] > len(found["items"]) == 2
    assert shop.call("GET", "/catalog/2022-04-01/items/B000000000", query_string=QUERY).status_code == 404
    query = {**QUERY, "asin": asin, "sellerId": SELLER, "conditionType": "new_new"}
    may = shop.call("GET", "/listings/2021-08-01/restrictions", query_string=query)
    assert may.json == {"restrictions": []}
    query = {**QUERY, "keywords": "rug"}
    types = shop.call("GET", "/definitions/2020-09-01/productTypes", query_string=query)
    assert {each["name"] for each in types.json["productTypes"]} == {"RUG", "RUG_PAD"}


def change_the_listing(shop: Shop) -> None:
    parts = "summaries,attributes,issues,offers,fulfillmentAvailability,relationships,productTypes"
    found = shop.call("GET", ITEMS, query_string={**QUERY, "includedData": parts}).json
    assert found["numberOfResults"] == 1
    most = {"path": "/attributes/max_order_quantity", "op": "replace", "value": [{"value": 3}]}
    patch = {"productType": "RUG", "patches": [most]}
    assert shop.call("PATCH", f"{ITEMS}/RUG-1", query_string=QUERY, json=patch).json["status"] == "ACCEPTED"
    assert shop.call("DELETE", f"{ITEMS}/RUG-1", query_string=QUERY).json["status"] == "ACCEPTED"


def process_a_shipment_with_invoice(shop: Shop) -> None:
    shipment_id = shop.sold("RUG-1", 1, invoice=True)
    assert shop.call("GET", f"{SHIPMENTS}/{shipment_id}").json["id"] == shipment_id
    shop.confirm(shipment_id)
    shop.pack(shipment_id)
    assert shop.repack(shipment_id, package()).status_code == 204
    assert shop.call("GET", f"{SHIPMENTS}/{shipment_id}/invoice").status_code == 404
    assert shop.call("POST", f"{SHIPMENTS}/{shipment_id}/invoice").json["document"]["format"] == "PDF"
    assert shop.call("GET", f"{SHIPMENTS}/{shipment_id}/invoice").status_code == 200
    shop.options(shipment_id)
    shop.label(shipment_id)
    shop.tell(shipment_id)


def read_orders(shop: Shop) -> None:
    assert shop.call("GET", SHIPMENTS, query_string={"status": "SHIPPED"}).json["shipments"]
    found = shop.call("GET", ORDERS, query_string={"createdAfter": "2026-01-01T00:00:00Z"}).json["orders"]
    assert shop.order(found[0]["orderId"])["fulfillment"]["fulfillmentStatus"] == "SHIPPED"
    paths = [{"method": "GET", "path": "/orders/v0/orders", "dataElements": ["buyerInfo"]}]
    wish = {"restrictedResources": paths}
    assert shop.call("POST", "/tokens/2021-03-01/restrictedDataToken", json=wish).json["expiresIn"] == 3600


def read_and_ship_v0_orders(shop: Shop) -> None:
    listed_by_the_merchant(shop, "POT", quantity=9)
    bought = buy(shop, "POT", gift=True)
    since = {"MarketplaceIds": GB, "CreatedAfter": "2026-01-01T00:00:00Z"}
    assert shop.call("GET", V0, query_string=since).status_code == 200
    for part in ("", "/address", "/buyerInfo", "/orderItems", "/orderItems/buyerInfo"):
        assert shop.call("GET", f"{V0}/{bought}{part}").status_code == 200
    assert confirm(shop, bought).status_code == 204
    pickup = buy(shop, "POT", programmes=["IN_STORE_PICK_UP"])
    body = {"marketplaceId": GB, "shipmentStatus": "ReadyForPickup"}
    assert shop.call("POST", f"{V0}/{pickup}/shipment", json=body).status_code == 204
    regulated = f"{V0}/{buy(shop, 'POT', regulated=True)}/regulatedInfo"
    verdict = {"regulatedOrderVerificationStatus": {"status": "Approved", "externalReviewerId": "vet"}}
    assert shop.call("GET", regulated).status_code == 200
    assert shop.call("PATCH", regulated, json=verdict).status_code == 204


def fill_fba_inventory(shop: Shop) -> None:
    item = {"sellerSku": "NAIL", "marketplaceId": GB}
    base = "/fba/inventory/v1"
    made = shop.call("POST", f"{base}/items", json={**item, "productName": "Nails"})
    assert made.status_code == 200
    body = {"inventoryItems": [{**item, "quantity": 3}]}
    headers = {**shop.headers, "x-amzn-idempotency-token": "token-1"}
    assert shop.client.post(f"{base}/items/inventory", json=body, headers=headers).status_code == 200
    market = {"granularityType": "Marketplace", "granularityId": GB, "marketplaceIds": GB, "details": "true"}
    rows = shop.call("GET", f"{base}/summaries", query_string=market).json["payload"]["inventorySummaries"]
    assert [row["totalQuantity"] for row in rows if row["sellerSku"] == "NAIL"] == [3]
    gone = shop.call("DELETE", f"{base}/items/NAIL", query_string={"marketplaceId": GB})
    assert gone.status_code == 200


def read_a_return(shop: Shop) -> None:
    shipment_id = shop.sold("RUG-1")
    shop.control("POST", f"shipments/{shipment_id}/fulfil", {})
    back = shop.control("POST", "returns", {"shipment": shipment_id})["returns"][0]["id"]
    place = {"returnLocationId": "LBAY", "status": "CREATED"}
    found = shop.call("GET", RETURNS, query_string=place).json["returns"]
    assert [each["id"] for each in found] == [back]
    assert shop.call("GET", f"{RETURNS}/{back}").json["id"] == back


def rotate_the_secret(shop: Shop) -> None:
    scope = "sellingpartnerapi::client_credential:rotation"
    wish = {**SECRETS, "grant_type": "client_credentials", "scope": scope}
    token = shop.client.post("/auth/o2/token", data=wish).json["access_token"]
    headers = {"x-amz-access-token": token}
    assert shop.client.post("/applications/2023-11-30/clientSecret", headers=headers).status_code == 204


def test_every_operation_of_the_models_does_its_work_and_is_judged(shop: Shop) -> None:
    make_listing(shop, "RUG-1")
    shop.control("POST", "listings/RUG-1/convert", {})
    shop.tell_stock("RUG-1", 5, 1)
    assert listed(shop, "RUG-1")["summaries"][0]["status"] == ["BUYABLE", "DISCOVERABLE"]
    process_a_shipment_with_invoice(shop)
    read_orders(shop)
    read_a_return(shop)
    read_the_seller_and_the_catalogue(shop)
    change_the_listing(shop)
    read_and_ship_v0_orders(shop)
    fill_fba_inventory(shop)
    rotate_the_secret(shop)
    assert shop.judged is not None
    known = amazon_models.operations()
    assert shop.judged.fulfilled == {each.title for each in known}
    named = {each.operation["operationId"] for each in known} | {"getOrderV0"}
    own = {each.name for each in OPERATIONS if not each.is_open}
    assert own - named == {"createSandboxLocation", "createSandboxShipment", "updateSandboxShipment"}
    assert named <= own
