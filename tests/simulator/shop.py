"""A shop that sells through the simulator, for tests: in memory, on a clock that stands until it is moved.

`Shop` speaks Amazon's paths and the control API; it returns werkzeug's test responses.
"""

from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from werkzeug.test import Client, TestResponse

from amazon_simulator.http.app import Application
from amazon_simulator.server import Options, create_app
from amazon_simulator.world.clock import MovableClock
from tests.simulator import amazon_models
from tests.simulator.description import Described

START = datetime(2026, 9, 14, 9, 0, tzinfo=UTC)
GB = "A1F83G8C2ARO7P"
SELLER = "A2DEMOSELLER"
PLACE = "LBAY"
SHIPMENTS = "/externalFulfillment/2024-09-11/shipments"
INVENTORY = "/externalFulfillment/inventory/2024-09-11/inventories"
ORDERS = "/orders/2026-01-01/orders"
ITEMS = f"/listings/2021-08-01/items/{SELLER}"
SECRETS = {
    "grant_type": "refresh_token",
    "refresh_token": "Atzr|demo",
    "client_id": "demo-client",
    "client_secret": "demo-secret",
}
EVERYTHING = "BUYER,RECIPIENT,PROCEEDS,CANCELLATION,FULFILLMENT,PACKAGES,TAX,PAYMENT,FULFILLMENT_ORDERS"


def package(parcel_id: str = "P1", *, units: dict[str, int] | None = None, **more: Any) -> dict[str, Any]:
    sides = {name: {"value": "20", "dimensionUnit": "CM"} for name in ("length", "width", "height")}
    lines = [{"packageLineItemId": line, "quantity": count} for line, count in (units or {"1": 1}).items()]
    weight = {"value": "1.2", "weightUnit": "KG"}
    return {"id": parcel_id, "dimensions": sides, "weight": weight, "packageLineItems": lines, **more}


class Shop:
    """One seller with the demo scenario."""

    def __init__(
        self,
        *,
        has_plans: bool = False,
        speed: float = 1.0,
        state: Path | None = None,
        is_judged: bool = True,
        scenario: str = "demo",
        seed: int = 1,
    ) -> None:
        self.clock = MovableClock(START)
        options = Options(has_plans=has_plans, speed=speed, state=state, scenario=scenario, seed=seed)
        self.app: Application
        self.app, self.store = create_app(options, clock=self.clock)
        self.judged = self._judged() if is_judged else None
        self.client = Client(Described(self.judged or self.app))
        self.headers: dict[str, str] = {}

    def _judged(self) -> amazon_models.Judged | None:
        if amazon_models.are_here():
            return amazon_models.Judged(self.app)
        amazon_models.say_that_nothing_is_judged()
        return None

    def signed_in(self) -> "Shop":
        answer = self.client.post("/auth/o2/token", data=SECRETS)
        self.headers = {"x-amz-access-token": answer.json["access_token"]}
        return self

    def call(self, method: str, path: str, **given: Any) -> TestResponse:
        """A call to Amazon, with the token."""
        return self.client.open(path, method=method, headers=self.headers, **given)

    def control(self, method: str, path: str, body: Any = None) -> Any:
        answer = self.client.open(f"/simulator/{path}", method=method, json=body)
        assert answer.status_code < 400, answer.text
        return answer.json

    def refused(self, method: str, path: str, body: Any = None) -> tuple[int, str]:
        answer = self.client.open(f"/simulator/{path}", method=method, json=body)
        assert answer.status_code >= 400, answer.text
        return answer.status_code, answer.json["error"]["code"]

    def inspect(self, path: str) -> Any:
        return self.control("GET", f"inspect/{path}")

    # what a shop has

    def product(self, **wanted: Any) -> dict[str, Any]:
        """The catalogue item of an ASIN, or the first with these properties that is ungated and harmless."""
        if "asin" not in wanted:
            wanted = {"gate": "", "is_hazmat": False} | wanted
        for row in self.inspect("catalogue"):
            if all(row[name] == value for name, value in wanted.items()):
                return row
        raise AssertionError(f"The catalogue has no item with {wanted}.")

    def linked(self, *skus: str, quantity: int = 100, price: str = "12.99") -> None:
        """Listings that are converted and stocked."""
        asin = self.product()["asin"]
        rows = [{"sku": sku, "asin": asin, "price": price, "quantity": quantity} for sku in skus]
        self.control("POST", "listings/seed", {"listings": rows})

    def sold(self, sku: str, quantity: int = 1, **more: Any) -> str:
        """An order of one line; gives the shipment's id."""
        body = {"lines": [{"sku": sku, "quantity": quantity}], **more}
        return self.control("POST", "orders", body)["orders"][0]["shipment_ids"][0]

    def stock(self, sku: str) -> dict[str, Any]:
        return self.inspect(f"inventory/{PLACE}/{sku}")

    def shipment(self, shipment_id: str) -> dict[str, Any]:
        return self.inspect(f"shipments/{shipment_id}")

    # the steps

    def tell_stock(self, sku: str, quantity: int, sequence: int) -> dict[str, Any]:
        body = {"quantity": quantity, "clientSequenceNumber": sequence}
        return self.batch([("update", sku, body)])[0]

    def batch(self, wishes: list[tuple[str, str, dict[str, Any]]], *, place: str = PLACE) -> list[Any]:
        requests = [
            {"method": "POST", "uri": f"/inventory/{what}?locationId={place}&skuId={sku}", "body": body}
            for what, sku, body in wishes
        ]
        answer = self.call("POST", INVENTORY, json={"requests": requests})
        assert answer.status_code == 207, answer.text
        return answer.json["responses"]

    def confirm(self, shipment_id: str) -> TestResponse:
        return self.call("POST", f"{SHIPMENTS}/{shipment_id}?operation=CONFIRM")

    def reject(self, shipment_id: str) -> TestResponse:
        body = {"lineItems": [{"lineItem": {"id": "1", "quantity": 0}, "reason": "OUT_OF_STOCK"}]}
        return self.call("POST", f"{SHIPMENTS}/{shipment_id}?operation=REJECT", json=body)

    def pack(self, shipment_id: str, *packages: dict[str, Any]) -> TestResponse:
        body = {"packages": list(packages) or [package()]}
        return self.call("POST", f"{SHIPMENTS}/{shipment_id}/packages", json=body)

    def repack(self, shipment_id: str, changed: dict[str, Any]) -> TestResponse:
        return self.call("PUT", f"{SHIPMENTS}/{shipment_id}/packages/{changed['id']}", json=changed)

    def options(self, shipment_id: str, parcel_id: str = "P1") -> TestResponse:
        return self.call("GET", f"{SHIPMENTS}/{shipment_id}/shippingOptions?packageId={parcel_id}")

    def label(self, shipment_id: str, *parcels: str, again: bool = False, option: str = "") -> TestResponse:
        query = "REGENERATE" if again else "GENERATE"
        path = f"{SHIPMENTS}/{shipment_id}/shipLabels?operation={query}"
        path += f"&shippingOptionId={option}" if option else ""
        return self.call("PUT", path, json={"packageIds": list(parcels) or ["P1"]})

    def tell(
        self, shipment_id: str, parcel_id: str = "P1", status: str = "SHIPPED", sub_status: str = ""
    ) -> TestResponse:
        body = {"status": status} | ({"subStatus": sub_status} if sub_status else {})
        return self.call("PATCH", f"{SHIPMENTS}/{shipment_id}/packages/{parcel_id}", json=body)

    def order(self, order_id: str, included: str = EVERYTHING) -> dict[str, Any]:
        answer = self.call("GET", f"{ORDERS}/{order_id}", query_string={"includedData": included})
        assert answer.status_code == 200, answer.text
        return answer.json["order"]

    def until(self, status: str, sku: str = "MUG", **more: Any) -> str:
        """A shipment brought to a status by the seller's own steps."""
        shipment_id = self.sold(sku, **more)
        steps = [
            ("CONFIRMED", lambda: self.confirm(shipment_id)),
            ("PACKAGE_CREATED", lambda: self.pack(shipment_id)),
            ("SHIPLABEL_GENERATED", lambda: self.label(shipment_id)),
            ("SHIPPED", lambda: self.tell(shipment_id)),
        ]
        for reached, step in steps:
            if self.shipment(shipment_id)["status"] == status:
                break
            answer = step()
            assert answer.status_code < 300, answer.text
            assert self.shipment(shipment_id)["status"] == reached
        assert self.shipment(shipment_id)["status"] == status
        return shipment_id
