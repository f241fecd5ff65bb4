"""Amazon's published usage plans of the operations we call, and who goes first within them.

Numbers per second and burst, from the models' descriptions and the rate page of External Fulfillment. The
bursts of its shipment operations are not published: the rate is taken, the smallest they can be. Pure.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from enum import IntEnum
from typing import Protocol

SAFE_RATE, SAFE_BURST = 0.98, 0.90  # room for the jitter of the network
_BELIEVED = (0.0001, 1e9)  # the slowest published plan is 0.0056 calls per second


@dataclass(frozen=True)
class Plan:
    """What Amazon allows: `rate` per second after a first `burst`."""

    rate: float
    burst: float


class Priority(IntEnum):
    """Who goes first when an operation's tokens are short; the smaller the sooner."""

    BENCH = 0
    URGENT_STOCK = 1
    CONFIRM = 2
    NEW_ORDERS = 3
    STOCK = 4
    PRICE = 5
    CATALOGUE = 6


class Budget(Protocol):
    """Who says when a call may leave."""

    def take(self, operation: str, *, priority: Priority) -> None:
        """Return when the call may leave; raises `Retryable` with `after` when that is too far away."""

    def learn(self, operation: str, header: str | None) -> None:
        """Take note of the rate Amazon says it applies."""

    def refused(self, operation: str) -> timedelta:
        """Amazon throttled us: empty the bucket; the answer is how long to stay away."""


# The share of the burst a priority may use; the rest is left to those before it.
BURST_SHARE = {
    Priority.BENCH: 1.0,
    Priority.URGENT_STOCK: 0.9,
    Priority.CONFIRM: 0.8,
    Priority.NEW_ORDERS: 0.75,
    Priority.STOCK: 0.6,
    Priority.PRICE: 0.55,
    Priority.CATALOGUE: 0.5,
}

PLANS = {
    "getMarketplaceParticipations": Plan(0.016, 15),
    "getAccount": Plan(0.016, 15),
    "getCatalogItem": Plan(2, 2),
    "searchCatalogItems": Plan(2, 2),
    "getListingsRestrictions": Plan(5, 10),
    "getDefinitionsProductType": Plan(5, 10),
    "searchDefinitionsProductTypes": Plan(5, 10),
    "putListingsItem": Plan(5, 10),
    "patchListingsItem": Plan(5, 5),
    "getListingsItem": Plan(5, 10),
    "deleteListingsItem": Plan(5, 5),
    "searchListingsItems": Plan(5, 5),
    "batchInventory": Plan(50, 100),
    "getShipments": Plan(2, 2),
    "getShipment": Plan(2, 2),
    "processShipment": Plan(1, 1),
    "createPackages": Plan(1, 1),
    "updatePackage": Plan(1, 1),
    "updatePackageStatus": Plan(1, 1),
    "retrieveShippingOptions": Plan(1, 1),
    "generateInvoice": Plan(1, 1),
    "retrieveInvoice": Plan(1, 1),
    "generateShipLabels": Plan(1, 1),
    "searchOrders": Plan(0.0056, 20),
    "getOrder": Plan(0.5, 30),
    "confirmShipment": Plan(2, 10),
}


def safe(plan: Plan) -> Plan:
    """What we use of a plan: a little less than all of it, at least one call."""
    return Plan(plan.rate * SAFE_RATE, max(1.0, plan.burst * SAFE_BURST))


def parse_rate(header: str | None) -> float | None:
    """The rate Amazon applies, from `x-amzn-RateLimit-Limit`; None when it says nothing usable."""
    try:
        rate = float(header or "")
    except ValueError:
        return None
    slowest, fastest = _BELIEVED
    return rate if slowest <= rate < fastest else None
