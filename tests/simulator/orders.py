"""Buying without External Fulfillment, for tests: listings of the merchant and of FBA, orders, packages."""

from typing import Any

from werkzeug.test import TestResponse

from tests.simulator.shop import GB, Shop

V0 = "/orders/v0/orders"


def listed(
    shop: Shop, *skus: str, quantity: int = 10, price: str = "12.00", fba: bool = False, **more: Any
) -> None:
    """Listings that the merchant ships himself, or that lie in Amazon's warehouse."""
    asin = shop.product()["asin"]
    rows = [{"sku": sku, "asin": asin, "price": price, "quantity": quantity} for sku in skus]
    shop.control("POST", "listings/seed", {"listings": rows, "converted": False, "fba": fba, **more})


def buy(shop: Shop, *skus: str, by: str = "merchant", **more: Any) -> str:
    """An order of one unit each, authorised at once unless said otherwise; gives its number."""
    lines = more.pop("lines", [{"sku": sku, "quantity": 1} for sku in skus])
    wanted = {"lines": lines, "fulfilled_by": by, "pending_seconds": 0, **more}
    return shop.control("POST", "orders", wanted)["orders"][0]["order_id"]


def row(shop: Shop, order_id: str) -> dict[str, Any]:
    return shop.inspect(f"orders/{order_id}")


def status(shop: Shop, order_id: str) -> str:
    return row(shop, order_id)["status"]


def items(shop: Shop, order_id: str) -> list[str]:
    return [line["item"] for line in row(shop, order_id)["lines"]]


def package(shop: Shop, order_id: str, **more: Any) -> dict[str, Any]:
    """The body of confirmShipment for all that an order has."""
    lines = row(shop, order_id)["lines"]
    detail = {
        "packageReferenceId": "1",
        "carrierCode": "Royal Mail",
        "shippingMethod": "Tracked 48",
        "trackingNumber": "RM123456789GB",
        "shipDate": "2026-09-14T09:00:00Z",
        "orderItems": [{"orderItemId": line["item"], "quantity": line["quantity"]} for line in lines],
    }
    return {"marketplaceId": more.pop("marketplaceId", GB), "packageDetail": {**detail, **more}}


def confirm(shop: Shop, order_id: str, **more: Any) -> TestResponse:
    return shop.call("POST", f"{V0}/{order_id}/shipmentConfirmation", json=package(shop, order_id, **more))
