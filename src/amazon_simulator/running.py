"""A simulator in a thread of this process, for tests: its address, its secrets, its control API as methods.

`pytest` makes one for each test that asks; without pytest, `running(Options(...))` is a context manager.
"""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from werkzeug.test import Client

from amazon_simulator.http.app import Application
from amazon_simulator.listener import Listener
from amazon_simulator.server import Options, create_app, make

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


@contextmanager
def running(options: Options) -> Iterator[Running]:
    """Started on a free port where the options say 0; stopped at the end, its state kept if it has a file."""
    app, store = create_app(options)
    server = make(app, options)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
    thread.start()
    try:
        yield Running(app, server)
    finally:
        app.desk.holds.clear()
        server.shutdown()
        server.server_close()
        thread.join()
        if store is not None:
            store.close()
