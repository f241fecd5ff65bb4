"""A market of every kind of order, and what Amazon has of it: asked through its API, apart from Loadbay.

The reader below shares nothing with `loadbay.amazon`: it asks with rough answers switched off and takes the
totals that Amazon itself names.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any
from urllib.parse import urlencode
from urllib.request import Request, urlopen

from benchmarks.ground import LOCATION, Simulator

FBA_SKU, EURO_SKU = "WILD-FBA", "WILD-EUR"
AT_ONCE = 250
SHIPMENTS = "/externalFulfillment/2024-09-11/shipments"
ORDERS = "/orders/2026-01-01/orders"
EF_STATUSES = ("CREATED", "ACCEPTED", "CONFIRMED", "CANCELLED", "SHIPPED", "DELIVERED")
EVER = "2000-01-01T00:00:00Z"


@dataclass(frozen=True)
class Kind:
    """Buyers who order alike. `share` of all orders; `lines` with `{0}` and `{1}` for goods of the shop."""

    share: float
    lines: tuple[dict[str, Any], ...]
    wish: dict[str, Any]


_ONE, _TWO = {"sku": "{0}", "quantity": 1}, {"sku": "{0}", "quantity": 2}
_DISCOUNTED = {
    "sku": "{0}",
    "quantity": 3,
    "shipping": "3.99",
    "discount": "2.50",
    "shipping_discount": "1.00",
}
_SHIPPED = {"sku": "{1}", "quantity": 1, "shipping": "4.49"}
_SMART = {"location": LOCATION, "force": True}
_OWN = {"fulfilled_by": "merchant", "force": True, "pending_seconds": 0}
_FBA = {"fulfilled_by": "amazon", "force": True, "pending_seconds": 0, "ship_seconds": 0}
_WEEK = 604_800
KINDS = (
    Kind(0.16, (_ONE,), _SMART),
    Kind(0.10, (_TWO, _SHIPPED), _SMART),
    Kind(0.10, (_DISCOUNTED,), _SMART),
    Kind(0.08, (_ONE, _SHIPPED), {**_SMART, "split": True}),
    Kind(0.06, (_TWO,), {**_SMART, "gift": True}),
    Kind(0.12, (_ONE,), _OWN),
    Kind(0.08, (_TWO, _SHIPPED), _OWN),
    Kind(0.08, (_DISCOUNTED, _SHIPPED), {**_OWN, "gift": True}),
    Kind(0.04, (_ONE,), {**_OWN, "pending_seconds": _WEEK}),
    Kind(0.06, ({**_TWO, "sku": EURO_SKU},), {**_OWN, "marketplace": "DE"}),
    Kind(0.08, ({**_TWO, "sku": FBA_SKU},), _FBA),
    Kind(0.04, ({**_DISCOUNTED, "sku": FBA_SKU},), _FBA),
)
EVERY_CANCELLED = 15
"""Of the orders that may be cancelled, each so many-th is: half before the import, half after it."""


@dataclass(frozen=True)
class There:
    """What Amazon has of one thing that may become a sale: a shipment, or an order without one."""

    status: str
    total: Decimal | None
    currency: str
    units: Counter[str]

    @property
    def is_sold(self) -> bool:
        return self.status not in {"CANCELLED", "PENDING", "PENDING_AVAILABILITY"}


def order_everything(amazon: Simulator, skus: Sequence[str], *, count: int) -> list[str]:
    """Place that many orders of every kind; those that may be cancelled come back."""
    placed: list[str] = []
    for place, kind in enumerate(KINDS):
        left = round(kind.share * count)
        while left > 0:
            pair = (skus[(left + place) % len(skus)], skus[(left + place + 1) % len(skus)])
            lines = [{**line, "sku": line["sku"].format(*pair)} for line in kind.lines]
            wanted = {"lines": lines, "count": min(AT_ONCE, left), **kind.wish}
            made = amazon.post("/simulator/orders", wanted)["orders"]
            if kind.wish.get("fulfilled_by") != "amazon":
                placed += [order["order_id"] for order in made]
            left -= len(made)
    return placed


def cancel(amazon: Simulator, orders: Sequence[str]) -> None:
    for order in orders:
        amazon.post(f"/simulator/orders/{order}/cancel", {})


@dataclass
class Witness:
    """Reads what Amazon has, in its plain words."""

    amazon: Simulator

    def __post_init__(self) -> None:
        wanted = {
            "grant_type": "refresh_token",
            "refresh_token": "Atzr|demo",
            "client_id": "demo-client",
            "client_secret": "demo-secret",
        }
        request = Request(self.amazon.url + "/auth/o2/token", urlencode(wanted).encode())
        with urlopen(request, timeout=60) as answer:
            self._token = json.load(answer)["access_token"]

    def everything(self) -> dict[str, There]:
        """Shipment id, or order number where there is no shipment → what Amazon has of it."""
        found: dict[str, There] = {}
        with_shipments = set()
        for status in EF_STATUSES:
            for shipment in self._all(SHIPMENTS, "shipments", status=status, maxResults="100"):
                found[shipment["id"]] = _of_shipment(shipment)
                with_shipments.add(shipment["shipmentInfo"]["buyerOrderId"])
        asked = {"lastUpdatedAfter": EVER, "includedData": "PROCEEDS,FULFILLMENT", "maxResultsPerPage": "100"}
        for order in self._all(ORDERS, "orders", **asked):
            if order["orderId"] not in with_shipments:
                found[order["orderId"]] = _of_order(order)
        return found

    def _all(self, path: str, name: str, **asked: str) -> Iterator[dict[str, Any]]:
        token = ""
        while True:
            query = urlencode({**asked, **({"paginationToken": token} if token else {})})
            headers = {"x-amz-access-token": self._token, "user-agent": "witness"}
            with urlopen(Request(f"{self.amazon.url}{path}?{query}", headers=headers), timeout=300) as answer:
                page = json.load(answer)
            yield from page[name]
            token = page.get("pagination", {}).get("nextToken", "")
            if not token:
                return


def _of_shipment(shipment: dict[str, Any]) -> There:
    total = next(one for one in shipment["charges"] if one["chargeType"] == "TOTAL")["totalCharge"][
        "netAmount"
    ]
    units: Counter[str] = Counter()
    for line in shipment["lineItems"]:
        units[line["merchantSku"]] += line["numberOfUnits"]
    return There(shipment["status"], Decimal(total["value"]), total["currencyCode"], units)


def _of_order(order: dict[str, Any]) -> There:
    total = order.get("proceeds", {}).get("grandTotal", {})
    units: Counter[str] = Counter()
    for item in order["orderItems"]:
        units[item["product"]["sellerSku"]] += item["quantityOrdered"]
    amount = Decimal(total["amount"]) if total else None
    return There(order["fulfillment"]["fulfillmentStatus"], amount, total.get("currencyCode", ""), units)
