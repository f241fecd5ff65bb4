"""The shop of these files: two converted listings with stock, and a merchant's yard."""

from typing import Any

import pytest

from tests.simulator.shop import GB, SELLER, Shop

LOCATION = "/externalFulfillment/2026-07-30/location"


@pytest.fixture
def selling(shop: Shop) -> Shop:
    shop.linked("MUG", "CUP")
    return shop


@pytest.fixture
def yard(selling: Shop) -> str:
    """A merchant's location with one ordinary listing in stock."""
    wanted = {"merchantIds": [SELLER], "marketplaceId": GB, "locationName": "Yard", "channels": ["MFN"]}
    place: str = selling.call("POST", LOCATION, json=wanted).json["locationIds"]["MFN"]
    rows: list[dict[str, Any]] = [{"sku": "POT", "asin": selling.product()["asin"], "price": "8.00"}]
    selling.control("POST", "listings/seed", {"listings": rows, "converted": False})
    body = {"quantity": 50, "clientSequenceNumber": 1}
    assert selling.batch([("update", "POT", body)], place=place)[0]["status"]["statusCode"] == 200
    return place
