"""What the demo does behind the pretend Amazon's counter: its control API, and nothing of Amazon's own.

Loadbay itself never uses it. Buyers order here, and a person converts listings in Seller Central.
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any
from urllib.error import HTTPError
from urllib.parse import quote
from urllib.request import ProxyHandler, Request, build_opener

_SECONDS = 60
_A_LONG_TIME = 8_640_000.0
"""Seconds of Amazon's clock: an order takes its next step when it is told to, and not while people look."""
_STEPS = {"PENDING_AVAILABILITY": 0, "PENDING": 0, "UNSHIPPED": 1}
"""How many steps an order without External Fulfillment has taken; any other status is past them."""


@dataclass(frozen=True)
class SeededListing:
    """A listing that is at Amazon already, with what is for sale of it."""

    sku: str
    asin: str
    price: str
    quantity: int


class PretendAmazon:
    """The control API of the simulator at an address."""

    def __init__(self, address: str) -> None:
        self._address = address.rstrip("/")
        self._open = build_opener(ProxyHandler({})).open

    def has_listing(self, sku: str) -> bool:
        return self._ask("GET", f"inspect/listings/{quote(sku)}", missing=None) is not None

    def listings(self) -> dict[str, dict[str, Any]]:
        """What Amazon has of each SKU."""
        return {row["sku"]: row for row in self._ask("GET", "inspect/listings")}

    def seed_listing(self, sku: str, *, asin: str, price: str, quantity: int) -> None:
        """A listing that is simply there, as if made long ago."""
        row = {"sku": sku, "asin": asin, "price": price, "quantity": quantity}
        self._ask("POST", "listings/seed", {"listings": [row], "converted": True})

    def list_elsewhere(
        self, wanted: Iterable[SeededListing], *, marketplace: str, with_amazon: bool = False
    ) -> None:
        """Listings without External Fulfillment, shipped by the seller or from Amazon's own warehouse."""
        known = self.listings()
        missing = [one for one in wanted if one.sku not in known]
        if not missing:
            return
        rows = [
            {"sku": one.sku, "asin": one.asin, "price": one.price}
            | ({} if with_amazon else {"quantity": one.quantity})
            for one in missing
        ]
        kind = {"fba": True} if with_amazon else {"converted": False}
        self._ask("POST", "listings/seed", {"listings": rows, "marketplace": marketplace, **kind})
        if with_amazon:
            goods = [{"sku": one.sku, "quantity": one.quantity} for one in missing]
            self._ask("POST", "fba", {"goods": goods})

    def hurry_listings(self) -> None:
        """What was submitted appears now, not in ten minutes."""
        self._ask("POST", "listings/appear", {})

    def convert(self, sku: str, *, is_hazmat: bool) -> None:
        """Change a listing to Onsite FBA in Seller Central."""
        form = {"hazmat_form": {"contains_dangerous_goods": True}} if is_hazmat else {}
        self._ask("POST", f"listings/{quote(sku)}/convert", form)

    def order_ids(self) -> list[str]:
        """Every order, oldest first."""
        return [row["id"] for row in reversed(self._ask("GET", "inspect/orders"))]

    def order(self, lines: dict[str, int], *, is_gift: bool, is_forced: bool) -> str:
        """A buyer orders; the answer is Amazon's order number."""
        wanted = [{"sku": sku, "quantity": units} for sku, units in lines.items()]
        placed = self._ask("POST", "orders", {"lines": wanted, "gift": is_gift, "force": is_forced})
        return str(placed["orders"][0]["order_id"])

    def ordinary_order_ids(self) -> list[str]:
        """Those without External Fulfillment, oldest first."""
        rows = reversed(self._ask("GET", "inspect/orders"))
        return [row["id"] for row in rows if not row["shipment_ids"]]

    def order_ordinary(
        self, line: dict[str, Any], *, fulfilled_by: str, marketplace: str, service_level: str
    ) -> str:
        """A buyer orders what goes without External Fulfillment; it stays pending."""
        wanted = {
            "lines": [line],
            "fulfilled_by": fulfilled_by,
            "marketplace": marketplace,
            "service_level": service_level,
            "pending_seconds": _A_LONG_TIME,
            "ship_seconds": _A_LONG_TIME,
        }
        return str(self._ask("POST", "orders", wanted)["orders"][0]["order_id"])

    def take_steps(self, order_id: str, steps: int) -> None:
        """Have Amazon take that many steps with an order, those that it took already included."""
        while _STEPS.get(self._ask("GET", f"inspect/orders/{order_id}")["status"], steps) < steps:
            self._ask("POST", f"orders/{order_id}/hurry", {})

    def cancel(self, order_id: str) -> None:
        """The buyer changed their mind; an order that is cancelled already stays so."""
        if self._ask("GET", f"inspect/orders/{order_id}")["status"] != "CANCELLED":
            self._ask("POST", f"orders/{order_id}/cancel", {})

    def set_pickups(self, location: str, *, times: tuple[str, ...]) -> None:
        self._ask("PATCH", f"locations/{location}", {"pickups": list(times)})

    def _ask(self, method: str, path: str, body: object = None, **missing: object) -> Any:
        """The answer's JSON; `missing=…` is the answer where Amazon knows no such thing."""
        data = None if body is None else json.dumps(body).encode()
        request = Request(f"{self._address}/simulator/{path}", data, method=method)
        request.add_header("Content-Type", "application/json")
        try:
            with self._open(request, timeout=_SECONDS) as answer:
                return json.load(answer)
        except HTTPError as error:
            if error.code == 404 and missing:
                return missing["missing"]
            raise RuntimeError(f"{method} {path}: {error.code} {error.read().decode()[:500]}") from error
