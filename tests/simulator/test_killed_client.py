"""A client that is killed while its call is held: before the effect nothing happens, after it all is done."""

import socket
from collections.abc import Callable
from threading import Event
from typing import Any
from urllib.parse import urlsplit

import httpx2
import pytest

from tests.simulator.shop import SECRETS, SHIPMENTS


def until(holds: Callable[[], bool]) -> bool:
    for _ in range(500):
        if holds():
            return True
        Event().wait(0.01)
    return False


def a_shipment(client: httpx2.Client) -> str:
    item = client.get("/simulator/inspect/catalogue?limit=1").json()[0]
    rows = [{"sku": "MUG", "asin": item["asin"], "price": "5.00", "quantity": 9}]
    client.post("/simulator/listings/seed", json={"listings": rows})
    placed = client.post("/simulator/orders", json={"lines": [{"sku": "MUG", "quantity": 1}]}).json()
    return placed["orders"][0]["shipment_ids"][0]


@pytest.mark.parametrize(("moment", "confirmed"), [("before", 0), ("after", 1)])
def test_a_held_call_of_a_killed_client_happens_only_if_it_had_happened(
    start: Callable[..., Any], moment: str, confirmed: int
) -> None:
    running = start("--plans", "off")
    with running.client() as client:
        token = client.post("/auth/o2/token", data=SECRETS).json()["access_token"]
        shipment_id = a_shipment(client)
        wanted = {"operation": "processShipment", "nth": 1, "moment": moment}
        hold_id = client.post("/simulator/holds", json=wanted).json()["id"]
        address = urlsplit(running.url)
        with socket.create_connection((address.hostname, address.port)) as wire:
            head = f"POST {SHIPMENTS}/{shipment_id}?operation=CONFIRM HTTP/1.1\r\nHost: x\r\n"
            wire.sendall(f"{head}x-amz-access-token: {token}\r\n\r\n".encode())
            assert until(lambda: client.get("/simulator/holds").json()[0]["reached"])
        client.post(f"/simulator/holds/{hold_id}/release")

        def calls() -> int:
            return client.get("/simulator/inspect/calls").json()["operations"]["processShipment"]["requests"]

        assert until(lambda: calls() == 1)
        assert client.get(f"/simulator/inspect/shipments/{shipment_id}").json()["times_confirmed"] == confirmed
