"""Amazon's usage plans: a bucket of calls per application, seller and operation, refilled at a rate.

Speed k multiplies the rates and leaves the bursts. The bursts of External Fulfillment shipments are not
published: as many seconds of the rate as the switch `shipment_burst_factor` says, two by default. The sandbox
has one plan for everything. With plans off nothing is limited and the header says so.
"""

from datetime import datetime
from threading import Lock

UNLIMITED = 1_000_000.0
SANDBOX = (5.0, 15.0)

_SHIPMENT_READS = ("getShipments", "getShipment")
SHIPMENT_WRITES = (
    "processShipment",
    "createPackages",
    "updatePackage",
    "updatePackageStatus",
    "retrieveShippingOptions",
    "generateInvoice",
    "generateShipLabels",
)
_WITHOUT_BURST = frozenset((*_SHIPMENT_READS, *SHIPMENT_WRITES, "retrieveInvoice"))
_ORDER_READS = (
    "getOrderV0",
    "getOrderBuyerInfo",
    "getOrderAddress",
    "getOrderItems",
    "getOrderItemsBuyerInfo",
    "getOrderRegulatedInfo",
)

# operation: (calls a second, burst)
PLANS: dict[str, tuple[float, float]] = {
    "batchInventory": (50, 100),
    **dict.fromkeys(_SHIPMENT_READS, (2, 4)),
    **dict.fromkeys((*SHIPMENT_WRITES, "retrieveInvoice"), (1, 2)),
    "createSandboxShipment": (5, 15),
    "updateSandboxShipment": (5, 15),
    "createSandboxLocation": (5, 15),
    "getMarketplaceParticipations": (0.016, 15),
    "getAccount": (0.016, 15),
    "searchCatalogItems": (2, 2),
    "getCatalogItem": (2, 2),
    "getListingsRestrictions": (5, 10),
    "searchDefinitionsProductTypes": (5, 10),
    "getDefinitionsProductType": (5, 10),
    "getListingsItem": (5, 10),
    "putListingsItem": (5, 10),
    "patchListingsItem": (5, 5),
    "deleteListingsItem": (5, 5),
    "searchListingsItems": (5, 5),
    "searchOrders": (0.0056, 20),
    "getOrder": (0.5, 30),
    "createRestrictedDataToken": (1, 10),
    "listReturns": (10, 20),
    "getReturn": (10, 20),
    "getOrders": (0.0167, 20),
    **dict.fromkeys(_ORDER_READS, (0.5, 30)),
    "updateVerificationStatus": (0.5, 30),
    "updateShipmentStatus": (5, 15),
    "confirmShipment": (2, 10),
    "getInventorySummaries": (2, 2),
    **dict.fromkeys(("createInventoryItem", "deleteInventoryItem", "addInventory"), SANDBOX),
    "rotateApplicationClientSecret": (0.0167, 1),
}


def plan_of(operation: str, *, burst_factor: int, is_sandbox: bool) -> tuple[float, float] | None:
    """Rate and burst of an operation, or None where Amazon has no plan for it."""
    plan = PLANS.get(operation)
    if plan is None or is_sandbox:
        return None if plan is None else SANDBOX
    rate, burst = plan
    return rate, rate * burst_factor if operation in _WITHOUT_BURST else burst


class Buckets:
    """How many calls are left to each; the moment comes from the world's clock."""

    def __init__(self) -> None:
        self._left: dict[tuple[str, str, str], tuple[float, datetime]] = {}
        self._lock = Lock()

    def take(self, key: tuple[str, str, str], *, now: datetime, rate: float, burst: float) -> bool:
        with self._lock:
            left, seen = self._left.get(key, (burst, now))
            left = min(burst, left + max(0.0, (now - seen).total_seconds()) * rate)
            if left < 1:
                self._left[key] = (left, max(seen, now))
                return False
            self._left[key] = (left - 1, max(seen, now))
            return True


def spell(rate: float) -> str:
    return f"{rate:.6f}".rstrip("0") if rate != int(rate) else f"{rate:.1f}"
