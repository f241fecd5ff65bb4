"""Amazon's own SDK (`amzn-sp-api`) as a judge: a body must survive its request models unchanged."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import datetime
from types import SimpleNamespace
from typing import Any

from spapi import ApiClient, Configuration

_MODELS = {
    "batchInventory": ("external_fulfillment_inventory_v2024_09_11", "BatchInventoryRequest"),
    "processShipment": ("external_fulfillment_shipments_v2024_09_11", "ShipmentAcknowledgementRequest"),
    "createPackages": ("external_fulfillment_shipments_v2024_09_11", "Packages"),
    "updatePackage": ("external_fulfillment_shipments_v2024_09_11", "Package"),
    "updatePackageStatus": ("external_fulfillment_shipments_v2024_09_11", "PackageDeliveryStatus"),
    "generateShipLabels": ("external_fulfillment_shipments_v2024_09_11", "ShipLabelsInput"),
    "confirmShipment": ("orders_v0", "ConfirmShipmentRequest"),
    "putListingsItem": ("listings_items_v2021_08_01", "ListingsItemPutRequest"),
    "patchListingsItem": ("listings_items_v2021_08_01", "ListingsItemPatchRequest"),
}


@dataclass(frozen=True)
class Verdict:
    sent: Any
    understood: Any


def judged(operation: str, body: bytes) -> Verdict:
    """What was sent, and what the SDK makes of it. The SDK raises ValueError for what it refuses."""
    version, name = _MODELS[operation]
    configuration = Configuration()
    configuration.access_token_cache = None  # nothing is sent
    client = ApiClient(configuration=configuration)
    client.api_models_module = f"spapi.models.{version}"
    seen = client.deserialize(SimpleNamespace(data=body), name)
    return Verdict(_moments(json.loads(body)), _moments(client.sanitize_for_serialization(seen)))


def _moments(value: Any) -> Any:
    """The same with moments as moments: the SDK writes them with more digits than were sent."""
    if isinstance(value, dict):
        return {
            key: datetime.fromisoformat(entry) if key == "shipDate" else _moments(entry)
            for key, entry in value.items()
        }
    return [_moments(entry) for entry in value] if isinstance(value, list) else value
