"""A pytest plugin for other projects: with `-p amazon_simulator.pytest` each test has an Amazon of its own.

The fixture `amazon_simulator` is a `Running`: its address, its secrets, and what a test does from behind.
Options are the marker's: `@pytest.mark.amazon_simulator(seed=7, scenario="quiet-shop", plans=True)`.
"""

import threading
from collections.abc import Iterator
from typing import Any

import pytest
from werkzeug.test import Client

from amazon_simulator.http.app import Application
from amazon_simulator.listener import Listener
from amazon_simulator.scenarios.load import DEFAULT
from amazon_simulator.server import Options, create_app, make

MARKER = "amazon_simulator(seed=1, scenario='demo', plans=False, speed=1.0): how it runs"
SECRETS = {"client_id": "demo-client", "client_secret": "demo-secret", "refresh_token": "Atzr|demo"}


class Running:
    """A simulator on a free port of loopback, and its control API as methods. Answers are plain JSON."""

    def __init__(self, app: Application, server: Listener) -> None:
        self._control = Client(app)
        self.url = f"http://127.0.0.1:{server.port}"
        self.token_url = f"{self.url}/auth/o2/token"
        self.secrets = dict(SECRETS)

    def control(self, method: str, path: str, body: Any = None) -> Any:
        """Any control of the manual: `control("POST", "lorry", {"location": "LBAY"})`."""
        answer = self._control.open(f"/simulator/{path}", method=method, json=body)
        if answer.status_code >= 400:
            raise AssertionError(f"{method} /simulator/{path}: {answer.status_code} {answer.text}")
        return answer.json

    def list(self, *skus: str, quantity: int = 100, price: str = "10.00", converted: bool = True) -> None:
        """Listings that are simply there, each of an item of its own from the catalogue."""
        items = self.inspect("catalogue")
        asins = [each["asin"] for each in items if not each["gate"] and not each["is_hazmat"]]
        rows = [
            {"sku": sku, "asin": asins[number % len(asins)], "price": price, "quantity": quantity}
            for number, sku in enumerate(skus)
        ]
        self.control("POST", "listings/seed", {"listings": rows, "converted": converted})

    def order(self, lines: dict[str, int], **more: Any) -> Any:
        """A buyer orders these SKUs; the order with its ids. `more` is what the manual says of orders."""
        wanted = [{"sku": sku, "quantity": quantity} for sku, quantity in lines.items()]
        return self.control("POST", "orders", {"lines": wanted, **more})["orders"][0]

    def convert(self, sku: str, **more: Any) -> Any:
        return self.control("POST", f"listings/{sku}/convert", more)

    def lorry(self, location: str = "LBAY") -> Any:
        return self.control("POST", "lorry", {"location": location})

    def fault(self, operation: str, kind: str, **more: Any) -> Any:
        return self.control("POST", "faults", {"operation": operation, "kind": kind, **more})

    def switch(self, **switches: Any) -> Any:
        return self.control("PATCH", "switches", switches)

    def advance(self, seconds: float) -> Any:
        return self.control("POST", "clock", {"advance_seconds": seconds})

    def inspect(self, path: str) -> Any:
        """Everything that Amazon knows: `inspect("shipments")`, `inspect("calls")`."""
        return self.control("GET", f"inspect/{path}")


def pytest_configure(config: pytest.Config) -> None:
    config.addinivalue_line("markers", MARKER)


@pytest.fixture
def amazon_simulator(request: pytest.FixtureRequest) -> Iterator[Running]:
    """An Amazon for this test alone, stopped and forgotten at its end."""
    marker = request.node.get_closest_marker("amazon_simulator")
    given = dict(marker.kwargs) if marker is not None else {}
    options = Options(
        port=0,
        seed=given.pop("seed", 1),
        scenario=given.pop("scenario", DEFAULT),
        has_plans=given.pop("plans", False),
        speed=given.pop("speed", 1.0),
    )
    if given:
        raise pytest.UsageError(f"amazon_simulator takes no {', '.join(given)}: {MARKER}")
    app, _ = create_app(options)
    server = make(app, options)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
    thread.start()
    yield Running(app, server)
    app.desk.holds.clear()
    server.shutdown()
    server.server_close()
    thread.join()
